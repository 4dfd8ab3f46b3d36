"""A whole document for the terminal: its frame, its clauses, readings, steps and codes."""

from collections.abc import Iterator, Mapping
from datetime import date

from clausewise.render.criterion_rows import criterion_words, item_rows, period_words
from clausewise.render.rows import Look, Row
from clausewise.vocab.document import CodeRow, PolicyDocument, Reading, Step

FRAME = ("revision", "plans", "lines of business", "states", "funding", "source", "status")
LADDERS = {"": "Ladder", "nature": "Nature"}


def document_rows(document: PolicyDocument, on: date | None, labels: Mapping[str, str]) -> Iterator[Row]:
    """Yield a document; on a day, only the clauses in force.  `labels` are the site's own words for codes."""
    yield Row(f"{document.id}  {document.title}", look=Look.HEAD)
    frame = dict(document.frame)
    yield Row(f"{document.kind}, in force {period_words(document.in_force)}", 2)
    yield from (Row(f"{key}: {frame[key]}", 2, look=Look.QUIET) for key in FRAME if frame.get(key))
    if on is not None and not document.in_force.covers(on):
        yield Row(f"It is not in force on {on}.", 2, look=Look.FAILED)
    for item in document.sections:
        yield Row()
        yield from item_rows(item, document.ids, 0, on)
    yield from _readings(document)
    for name, steps in document.steps:
        yield Row()
        yield Row(LADDERS.get(name, name), look=Look.HEAD)
        yield from (Row(step_words(step), 2) for step in steps)
    yield from _codes(document.codes, labels)
    yield from _others(document)


def _readings(document: PolicyDocument) -> Iterator[Row]:
    if document.readings:
        yield Row()
        yield Row("Readings", look=Look.HEAD)
    told: set[str] = set()
    for reading in document.readings:
        if reading.clause not in told:
            told.add(reading.clause)
            yield Row(f"{document.ids}{reading.clause}: {reading.why}", 2)
        yield from reading_rows(reading, 4)


def reading_rows(reading: Reading, indent: int) -> Iterator[Row]:
    """Yield one reading: its name, what it says, and who adopted it."""
    said = "as the clause stands" if reading.criterion is None else criterion_words(reading.criterion)
    yield Row(f'"{reading.name}", {adopted_words(reading)}: {said}', indent, "*" if reading.ratified else "-")


def adopted_words(reading: Reading) -> str:
    """Return who adopted a reading, and when."""
    if reading.ratified is None:
        return "not adopted"
    provisional = ", provisionally and not by the plan" if reading.ratified.provisional else ""
    return f"adopted by {reading.ratified.by}{f' on {reading.ratified.on}' if reading.ratified.on else ''}{provisional}"


def step_words(step: Step) -> str:
    """Return a step of a ladder in words."""
    reason = f" ({step.reason})" if step.reason else ""
    target = f" {step.target}" if step.target else ""
    test = "in every other case" if step.criterion is None else f"when {criterion_words(step.criterion)}"
    unknown = f"; if that is unknown, {step.if_unknown}" if step.if_unknown else ""
    return f"{step.clause}  {step.prose}: {step.conclusion}{target}{reason} {test}{unknown}"


def _codes(codes: tuple[CodeRow, ...], labels: Mapping[str, str]) -> Iterator[Row]:
    if codes:
        yield Row()
        yield Row(f"Codes ({len(codes)}; the labels are short words of our own unless your site loads its own)", look=Look.HEAD)
    for row in codes:
        yield Row(code_words(row, labels), 2)


def code_words(row: CodeRow, labels: Mapping[str, str]) -> str:
    """Return a row of the table of codes in words."""
    carried = f"; carried by {', '.join(row.clauses)}" if row.clauses else ""
    note = f"; {row.note}" if row.note else ""
    return f"{row.code}  {labels.get(row.code, row.label)}{carried}{note}"


def _others(document: PolicyDocument) -> Iterator[Row]:
    """Yield how much more there is that is not shown here."""
    counts = {
        "facts": len(document.facts),
        "sets": len(document.sets),
        "definitions": len(document.definitions),
        "notes": len(document.notes),
    }
    more = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    if more:
        yield Row()
        yield Row(f"Also in its text (--text): {more}.", look=Look.QUIET)


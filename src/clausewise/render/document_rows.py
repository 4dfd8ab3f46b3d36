"""A whole document for the terminal: its frame, its clauses, readings, steps and codes."""

from collections.abc import Iterator, Mapping
from datetime import date

from clausewise.policy.walk import parts_of
from clausewise.render.criterion_rows import criterion_words, item_rows, period_words
from clausewise.render.rows import Look, Row
from clausewise.vocab.criterion import Criterion, Item
from clausewise.vocab.document import Amendment, CodeRow, PolicyDocument, Reading, Step

FRAME = ("revision", "plans", "lines of business", "states", "funding", "source", "status")
LADDERS = {"": "Ladder", "nature": "Nature"}


def document_rows(
    document: PolicyDocument, amendments: tuple[Amendment, ...], on: date | None, labels: Mapping[str, str]
) -> Iterator[Row]:
    """Yield a document; on a day, only the clauses in force.

    `amendments` are its own, their files named as the person would write them; `labels` are the site's own words for codes.
    """
    yield Row(f"{document.id}  {document.title}", look=Look.HEAD)
    frame = dict(document.frame)
    yield Row(f"{document.kind}, in force {period_words(document.in_force)}", 2)
    yield from (Row(f"{key}: {frame[key]}", 2, look=Look.QUIET) for key in FRAME if frame.get(key))
    yield from _amendments(amendments)
    if on is not None and not document.in_force.covers(on):
        yield Row(f"It is not in force on {on}.", 2, look=Look.FAILED)
    changes = changes_of(document)
    for item in document.sections:
        yield Row()
        yield from item_rows(item, document.ids, 0, on, changes)
    yield from _readings(document, changes)
    for name, steps in document.steps:
        yield Row()
        yield Row(LADDERS.get(name, name), look=Look.HEAD)
        for step in steps:
            yield Row(step_words(step), 2)
            if step.line in changes:
                yield Row(changes[step.line], 6, "~", Look.QUIET)
    yield from _codes(document.codes, labels)
    yield from _others(document)


def _amendments(amendments: tuple[Amendment, ...]) -> Iterator[Row]:
    """Yield the amendments that a text has taken in: from when, because of what, and which operations."""
    for one in amendments:
        yield Row(f"amended {period_words(one.in_force)} ({one.file}), because {one.because}", 2)
        yield from (Row(operation, 4, "~", Look.QUIET) for operation in one.operations)


def changes_of(document: PolicyDocument) -> Mapping[int, str]:
    """Return by line which amendment wrote or renumbered an item, a reading or a step, and because of what."""
    reasons = {one.file: f"amended {period_words(one.in_force)}, because {one.because}" for one in document.amendments}
    found: dict[int, str] = {}
    for section in document.sections:
        _add_changes(section, "", document, reasons, found)
    lines = [*(reading.line for reading in document.readings), *(step.line for _, steps in document.steps for step in steps)]
    found |= {line: reasons[file] for line in lines if (file := document.origin(line).file) in reasons}
    return found


def _add_changes(
    node: Criterion, above: str, document: PolicyDocument, reasons: Mapping[str, str], found: dict[int, str]
) -> None:
    """Add the items that stand in another file than the item above them, and those that had another number before."""
    file = above
    if isinstance(node, Item):
        file = document.origin(node.line).file
        if file in reasons and file != above:
            found[node.line] = reasons[file]
        elif node.numbered and (old := {new: old for old, new in document.renumbered}.get(node.clause)):
            found[node.line] = f"numbered {document.ids}{old} before"
    for part in parts_of(node):
        _add_changes(part, file, document, reasons, found)


def _readings(document: PolicyDocument, changes: Mapping[int, str]) -> Iterator[Row]:
    if document.readings:
        yield Row()
        yield Row("Readings", look=Look.HEAD)
    told: set[str] = set()
    for reading in document.readings:
        if reading.clause not in told:
            told.add(reading.clause)
            yield Row(f"{document.ids}{reading.clause}: {reading.why}", 2)
        yield from reading_rows(reading, 4)
        if reading.line in changes:
            yield Row(changes[reading.line], 8, "~", Look.QUIET)


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


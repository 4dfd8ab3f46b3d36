"""What a name of the documents says: a clause with its readings and notes, a step, a code, a fact, a defined word."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clausewise.policy.mentions import mentions
from clausewise.policy.open_points import PART, READINGS, Remark, points_in
from clausewise.policy.walk import parts_of
from clausewise.render.criterion_rows import Vocabulary, asked_facts, criterion_words, fact_rows, group_words, item_rows
from clausewise.render.document_rows import changes_of, code_words, reading_rows, step_words
from clausewise.render.problem_lines import how_many
from clausewise.render.rows import Look, Row, page
from clausewise.vocab.criterion import Criterion, Item
from clausewise.vocab.document import Definition, PolicyDocument, Step

PLAIN_WIDTH = 10_000


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a name in one document: of what sort it is, where it stands, and the rows to read."""

    name: str
    sort: str
    document: str
    file: str
    line: int
    rows: tuple[Row, ...]

    def plain(self) -> dict[str, Any]:
        """Return the same as plain values."""
        return {
            "name": self.name,
            "sort": self.sort,
            "document": self.document,
            "file": self.file,
            "line": self.line,
            "text": page(self.rows, PLAIN_WIDTH),
        }


def told_of(
    name: str, document: PolicyDocument, documents: Sequence[PolicyDocument], labels: Mapping[str, str]
) -> Iterator[Told]:
    """Yield what a document says of a name; a clause may be written with the document's prefix or without it."""
    known = vocabulary(document, documents)
    wanted = name.removeprefix(document.ids) if document.ids else name
    for item, above in _items(document):
        if item.clause == wanted:
            yield _told(f"{document.ids}{item.clause}", "clause", document, item.line, clause_rows(item, above, document, known))
    for ladder, steps in document.steps:
        for step in (step for step in steps if step.clause == name):
            told = (Row(step_words(step), 2), *_asked((step.criterion,), known), *_supplied(step, document))
            yield _told(name, f"step of the ladder {ladder}".strip(), document, step.line, told)
    for row in (row for row in document.codes if row.code == name):
        yield _told(name, f"{row.system} code", document, row.line, (Row(code_words(row, labels), 2), *_families(name, document)))
    for fact in (fact for fact in document.facts if fact.name == name):
        yield _told(name, "fact", document, fact.line, (*fact_rows(fact, 2), *_users(name, documents)))
    for word in (word for word in document.definitions if word.name == name):
        yield _told(name, "defined word", document, word.line, _definition(word, known))
    if said := points_in(document).get(name):
        yield _told(name, "open point of the source", document, said[0].line, _open_point(said, document))
    for part in (row for _, table in document.rows for row in table if row.cell(PART) in (name, wanted)):
        became = "; ".join(text for column, text in part.cells if column != PART and text)
        yield _told(f"{document.ids}{part.cell(PART)}", "part of the source", document, part.line, (Row(became, 2),))


def names_told(documents: Iterable[PolicyDocument]) -> list[str]:
    """Return every name that can be told of."""
    found: dict[str, None] = {}
    for document in documents:
        clauses = (name for item, _ in _items(document) for name in (item.clause, document.ids + item.clause))
        steps = (step.clause for _, steps in document.steps for step in steps)
        others = (*(row.code for row in document.codes), *(fact.name for fact in document.facts), *points_in(document))
        found |= dict.fromkeys((*clauses, *steps, *others, *(word.name for word in document.definitions)))
    return list(found)


def vocabulary(document: PolicyDocument, documents: Sequence[PolicyDocument]) -> Vocabulary:
    """Return the facts and words of documents, a document's own words first; what it needs from others is left to them."""
    ordered = (*documents, document)
    return Vocabulary(
        {fact.name: fact for one in ordered for fact in one.facts},
        {word.name: word for one in ordered for word in one.definitions if word.name not in document.needs},
        {score.name: score for one in ordered for score in one.scores},
    )


def _told(name: str, sort: str, document: PolicyDocument, line: int, rows: Iterable[Row]) -> Told:
    origin = document.origin(line)
    title = Row(f"{name}, {sort} of {document.id}  {origin.file}:{origin.line}", look=Look.HEAD)
    return Told(name, sort, document.id, origin.file, origin.line, (title, *rows))


def _items(document: PolicyDocument) -> Iterator[tuple[Item, tuple[Item, ...]]]:
    """Yield every numbered item with the numbered items above it, the outermost first."""
    pending: list[tuple[Criterion, tuple[Item, ...]]] = [(item, ()) for item in reversed(document.sections)]
    while pending:
        node, above = pending.pop()
        inner = above
        if isinstance(node, Item) and node.numbered:
            yield node, above
            inner = (*above, node)
        pending.extend((part, inner) for part in reversed(parts_of(node)))


def clause_rows(item: Item, above: tuple[Item, ...], document: PolicyDocument, known: Vocabulary) -> Iterator[Row]:
    """Yield a clause: where it stands in the outline, its words, what it asks, its readings, notes and codes."""
    for depth, outer in enumerate(above):
        yield Row(f"in {document.ids}{outer.clause}  {outer.prose}, {group_words(outer.criterion)}", 2 + depth, look=Look.QUIET)
    yield from item_rows(item, document.ids, 2, changes=changes_of(document))
    readings = [reading for reading in document.readings if reading.clause == item.clause]
    if readings:
        yield Row(f"It can be read in {len(readings)} ways: {readings[0].why}", 2, look=Look.HEAD)
        for reading in readings:
            yield from reading_rows(reading, 4)
    yield from _asked((item, *(reading.criterion for reading in readings)), known)
    for note in (note for note in document.notes if note.clause == item.clause):
        yield Row(f"Note: {note.text}", 2)
    codes = [row.code for row in document.codes if item.clause in row.clauses]
    if codes:
        yield Row(f"Carries {how_many(len(codes), 'code')}: {', '.join(codes)}", 2)
    if item.source:
        yield Row(f"Source: {item.source}", 2, look=Look.QUIET)


def _asked(criteria: Iterable[Criterion | None], known: Vocabulary) -> Iterator[Row]:
    names = dict.fromkeys(
        name for one in criteria if one is not None for name in asked_facts(one, known)
    )
    if names:
        yield Row("It asks:", 2, look=Look.HEAD)
    for name in names:
        yield from fact_rows(known.facts[name], 4)


def _supplied(step: Step, document: PolicyDocument) -> Iterator[Row]:
    """Yield the words of a step that each policy supplies in its own way."""
    spoken = [] if step.criterion is None else [mention.name for mention in mentions(step.criterion)]
    supplied = [name for name in dict.fromkeys(spoken) if name in document.needs]
    if supplied:
        yield Row(f"Each policy says for itself what this means: {', '.join(supplied)}", 2)


def _families(code: str, document: PolicyDocument) -> Iterator[Row]:
    families = [family for row in document.families if row.code == code for family in row.families]
    if families:
        yield Row(f"Family: {', '.join(families)}", 2)
    for add_on in document.add_ons:
        if add_on.code == code:
            yield Row(f"Add-on to {' or '.join(add_on.primaries)}", 2)
    for exclusive in document.exclusives:
        if exclusive.returned == code:
            side = " on the same side" if exclusive.same_side else ""
            yield Row(f"Returned when {exclusive.beside} stands beside it{side}", 2)


def _definition(word: Definition, known: Vocabulary) -> Iterator[Row]:
    yield Row(word.prose, 2)
    if word.criterion is not None:
        yield Row(criterion_words(word.criterion), 4, look=Look.QUIET)
        yield from _asked((word.criterion,), known)


def _open_point(said: Sequence[Remark], document: PolicyDocument) -> Iterator[Row]:
    """Yield where a document speaks of an open point, in its words, and the readings that come of it."""
    for one in said:
        yield Row(f"{one.sort} {one.clause}, line {one.line}: {one.text}", 2)
        if one.sort == READINGS:
            readings = [reading for reading in document.readings if reading.clause == one.clause]
            named = (f"{reading.name} (ratified)" if reading.ratified else reading.name for reading in readings)
            yield Row(f"read as: {'; '.join(named)}", 4, look=Look.QUIET)


def _users(fact: str, documents: Sequence[PolicyDocument]) -> Iterator[Row]:
    """Yield, for each document, the clauses whose own test names a fact."""
    for document in documents:
        clauses = [document.ids + item.clause for item, _ in _items(document) if _names(fact, item)]
        if clauses:
            yield Row(f"Asked by {document.id}: {', '.join(clauses)}", 2)


def _names(fact: str, item: Item) -> bool:
    own = [item.scope, *_own(item.criterion)]
    return any(part is not None and fact in {mention.name for mention in mentions(part)} for part in own)


def _own(criterion: Criterion) -> Iterator[Criterion]:
    """Yield what an item tests itself, without the numbered items below it."""
    if isinstance(criterion, Item) and criterion.numbered:
        return
    parts = parts_of(criterion)
    if not parts:
        yield criterion
    for part in parts:
        yield from _own(part)

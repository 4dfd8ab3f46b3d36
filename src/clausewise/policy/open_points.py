"""Open points of the source (D-07): slips, gaps and contradictions of the text a document was made from, by number.

No list of them is kept apart: each stands where it matters, in brackets behind what the document says of it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from clausewise.policy.walk import below
from clausewise.vocab.criterion import Item
from clausewise.vocab.document import PolicyDocument

OPEN_POINT = re.compile(r"\bD-\d{1,3}\b")
READINGS = "readings of"
PART = "part"  # the column that names a part of the source, in the table of what became of it


class Remark(NamedTuple):
    """What people wrote beside a clause, a word or a code: what it is, the clause, the text and where it stands."""

    sort: str
    clause: str
    text: str
    line: int


def remarks_of(document: PolicyDocument) -> list[Remark]:
    """Return the notes of a document, why its clauses have readings (each once), and its glosses, in the order of the text."""
    readings = {
        reading.clause: Remark(READINGS, reading.clause, reading.why, reading.line - 1)
        for reading in reversed(document.readings)
    }
    notes = [Remark("note on", note.clause, note.text, note.line) for note in document.notes]
    glosses = [Remark("definition of", word.name, word.prose, word.line) for word in document.definitions if word.criterion is None]
    return sorted((*readings.values(), *notes, *glosses), key=lambda one: one.line)


def points_in(document: PolicyDocument) -> dict[str, tuple[Remark, ...]]:
    """Return the open points that a document cites, each with all that it says of it; of rows of codes, each note once."""
    found: dict[str, dict[Remark, None]] = {}
    for one in sorted(_all_remarks(document), key=lambda one: one.line):
        for point in OPEN_POINT.findall(one.text):
            found.setdefault(point, {})[one] = None
    return {point: tuple(found[point]) for point in sorted(found)}


def _all_remarks(document: PolicyDocument) -> Iterator[Remark]:
    yield from remarks_of(document)
    words = (word for word in document.definitions if word.criterion is not None)
    yield from (Remark("definition of", word.name, word.prose, word.line) for word in words)
    items = (item for section in document.sections for item in below(section) if isinstance(item, Item))
    yield from (Remark("clause", item.clause, item.prose, item.line) for item in items)
    for note in dict.fromkeys(row.note for row in document.codes):
        rows = [row for row in document.codes if row.note == note]
        yield Remark("note on", ", ".join(dict.fromkeys(row.code for row in rows)), note, rows[0].line)
    for _, table in document.rows:
        for row in table:
            said = "; ".join(text for name, text in row.cells if name != PART)
            yield Remark("part", row.cell(PART), said, row.line)


def parts_named(document: PolicyDocument) -> frozenset[str]:
    """Return the parts of the source that the document names in a table of what became of them."""
    return frozenset(row.cell(PART) for _, table in document.rows for row in table) - {""}

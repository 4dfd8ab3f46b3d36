"""What a document says of its source: known defects, references in another style, readings nobody ratified, periods."""

import re
from collections.abc import Iterator
from itertools import combinations

from clausewise.policy.library import Library
from clausewise.policy.nearby import Nearby, clauses_of
from clausewise.policy.open_points import OPEN_POINT, parts_named, remarks_of
from clausewise.policy.periods import common_days
from clausewise.policy.places import Place
from clausewise.policy.read import read_bytes
from clausewise.policy.remarks import remark
from clausewise.policy.source import suggestion
from clausewise.vocab.document import PolicyDocument
from clausewise.vocab.period import Period
from clausewise.vocab.problem import Problem

_REFERENCE = re.compile(r"(?<![\w.-])[A-Za-z0-9]+(?:[.-][A-Za-z0-9_]+)*(?![\w-])")
_RUN_TOGETHER = re.compile(r"[A-Z0-9]{1,4}[A-Z]\d{1,2}[a-z]?", re.IGNORECASE)
_ROMAN = {"1": "i", "2": "ii", "3": "iii", "4": "iv", "5": "v", "6": "vi", "7": "vii", "8": "viii", "9": "ix"}


def lint_source(beside: Nearby, library: Library) -> Iterator[Problem]:
    """Yield what is to be said of a document's remarks, readings and periods."""
    yield from _defects(beside)
    yield from _odd_references(beside)
    yield from _notes_on_nothing(beside)
    yield from _not_ratified(beside)
    yield from _revisions(beside.document, library)
    yield from _sets(beside)


# ---- known defects


def _defects(beside: Nearby) -> Iterator[Problem]:
    """Yield a note for every remark that records a defect; what many rows of codes record is told once."""
    document = beside.document
    for one in remarks_of(document):
        if found := OPEN_POINT.findall(one.text):
            at = beside.text.place(document.file, one.line, found[0])
            yield remark("CW442", at, one.clause, defects=_joined(found), text=one.text)
    told: set[str] = set()
    for row in document.codes:
        for defect in dict.fromkeys(OPEN_POINT.findall(row.note)):
            if defect not in told:
                told.add(defect)
                rows = [other.code for other in document.codes if defect in OPEN_POINT.findall(other.note)]
                text = f"{row.note}; recorded of {', '.join(dict.fromkeys(rows))}"
                at = beside.text.place(document.file, row.line, defect)
                yield remark("CW442", at, defects=defect, text=text)


def _joined(defects: list[str]) -> str:
    return ", ".join(dict.fromkeys(defects))


# ---- references


def _odd_references(beside: Nearby) -> Iterator[Problem]:
    """Yield a note for each reference in prose that is run together, as 1A4a, or leads to no clause."""
    document = beside.document
    clauses = clauses_of(document)
    plain = {_plain(clause): clause for clause in clauses}
    parts = parts_named(document)
    tops = {section.clause for section in document.sections if section.clause}
    for one in remarks_of(document):
        for written in dict.fromkeys(found[0] for found in _REFERENCE.finditer(one.text)):
            if written in clauses or written in parts:
                continue
            if _RUN_TOGETHER.fullmatch(written) and _plain(written) in plain:
                why, hint = "run together", f"it means `{plain[_plain(written)]}`"
            elif written.count(".") > 1 and written.split(".")[0] in tops:
                why, hint = "no such clause", suggestion(written, clauses, "name a clause by its full number")
            else:
                continue
            at = beside.text.place(document.file, one.line, written)
            yield remark("CW443", at, one.clause, written=written, why=why, hint=hint)


def _plain(clause: str) -> str:
    """Return a clause number without signs, in small letters, a leading digit as a roman number: `I.A.4.a` is `ia4a`."""
    bare = re.sub(r"[.\s-]", "", clause).lower()
    return _ROMAN.get(bare[:1], bare[:1]) + bare[1:]


def _notes_on_nothing(beside: Nearby) -> Iterator[Problem]:
    """Yield a note for each remark on a clause or step that the document does not have."""
    document = beside.document
    clauses = clauses_of(document)
    for note in document.notes:
        if note.clause not in clauses:
            hint = suggestion(note.clause, clauses, "name a clause by its full number")
            at = beside.text.place(document.file, note.line, note.clause)
            yield remark("CW443", at, note.clause, written=note.clause, why="the note is on a clause that is not there", hint=hint)


# ---- readings and periods


def _not_ratified(beside: Nearby) -> Iterator[Problem]:
    """Yield a warning for each clause with readings of which nobody has chosen one."""
    document = beside.document
    ratified = {reading.clause for reading in document.readings if reading.ratified}
    first = {reading.clause: reading.line for reading in reversed(document.readings)}
    for clause, line in first.items():
        if clause not in ratified:
            yield remark("CW444", beside.text.place(document.file, line), clause)


def _revisions(document: PolicyDocument, library: Library) -> Iterator[Problem]:
    """Yield a warning for each other text of the document's id that is in force at the same time."""
    for shelf in library.shelves():
        if shelf.id != document.id or library.by_id.get(document.id) is shelf or shelf.amends:
            continue
        other, _ = read_bytes(shelf.content, shelf.path)
        days = common_days(other.in_force, document.in_force)
        if days is not None:
            at = Place(document.file, 1, 1)
            yield remark("CW445", at, what="document", name=document.id, other=shelf.path, period=_shown(days))


def _sets(beside: Nearby) -> Iterator[Problem]:
    """Yield a warning for each set that another set of the same name overlaps in time."""
    document = beside.document
    for name, found in beside.sets().items():
        for other, one in combinations(found, 2):
            days = common_days(one.period, other.period)
            if days is not None and one.file == document.file:
                at, place = beside.text.place(one.file, one.line, name), f"{other.file}:{other.line}"
                yield remark("CW445", at, what="set", name=name, other=place, period=_shown(days))


def _shown(period: Period) -> str:
    if period.first is None:
        return "at all times" if period.last is None else f"until {period.last}"
    return f"from {period.first} on" if period.last is None else f"from {period.first} to {period.last}"

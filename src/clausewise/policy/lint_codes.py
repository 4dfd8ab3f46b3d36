"""Codes of a document: malformed, twice in a set or table, carried by no clause, or no diagnosis that a claim can carry then."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from clausewise.policy.code_tables import Validity, diagnosis_validity, icd_spans, is_diagnosis_shaped, is_procedure_shaped
from clausewise.policy.nearby import Nearby
from clausewise.policy.periods import common_days
from clausewise.policy.remarks import remark
from clausewise.vocab.document import ValueSet
from clausewise.vocab.period import Period
from clausewise.vocab.problem import Problem

_DIAGNOSES = "ICD-10"
_SHAPES = {
    "CPT": "four digits, then a digit or one of A, F, T, M, U",
    "HCPCS": "a capital letter and four digits, or a CPT code",
    _DIAGNOSES: "a capital letter, a digit, a digit or letter, then perhaps a dot and up to four more",
}
_VERDICTS = {
    Validity.NOT_BILLABLE: ("a parent that no claim may carry", "list the codes below it that are meant"),
    Validity.NOT_A_CODE: ("not a code", "correct it, or end the set's `valid` before that day and go on in a new row"),
}
_UNCARRIED = "name the clause under `carried by`, or say in the note why none does"


class _Span(NamedTuple):
    """Days that one release of the ICD-10-CM table speaks of, both ends included."""

    first: date
    last: date


def lint_codes(beside: Nearby) -> Iterator[Problem]:
    """Yield what is to be said of the codes of a document."""
    yield from _listed_twice(beside)
    yield from _carried_by_none(beside)
    for row in beside.document.codes:
        yield from _malformed(row.code, row.system, "the table of codes", row.line, beside)
    for one in beside.document.sets:
        yield from _twice_in_set(one, beside)
        for code in one.codes:
            yield from _malformed(code, one.system, f"set `{one.name}`", one.line, beside)
        if _DIAGNOSES in one.system.upper():
            yield from _diagnoses(one, beside)


def _malformed(code: str, system: str, where: str, line: int, beside: Nearby) -> Iterator[Problem]:
    """Yield a warning for a code that is not built like those of its system; a system not known here has no shape."""
    if not _is_shaped(code, system):
        named = [name for name in _SHAPES if name in system.upper()]
        hint = f"such a code is {_SHAPES[named[-1]]}; correct the code, or the system it is of"
        at = beside.text.place(beside.document.file, line, code)
        yield remark("CW455", at, code=code, where=where, system=system, hint=hint)


def _is_shaped(code: str, system: str) -> bool:
    """Tell whether a code could be one of a system, such as `CPT and HCPCS`."""
    if _DIAGNOSES in system.upper():
        return is_diagnosis_shaped(code)
    return is_procedure_shaped(code, system) or not any(name in system.upper() for name in _SHAPES)


def _listed_twice(beside: Nearby) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for row in beside.document.codes:
        if first.setdefault(row.code, row.line) != row.line:
            at = beside.text.place(beside.document.file, row.line, row.code)
            yield remark("CW437", at, code=row.code, line=beside.document.origin(first[row.code]).line)


def _carried_by_none(beside: Nearby) -> Iterator[Problem]:
    carried = {row.code for row in beside.document.codes if row.clauses}
    notes = {row.code: row.note for row in reversed(beside.document.codes) if row.note}
    told: set[str] = set()
    for row in beside.document.codes:
        if row.code not in carried | told:
            told.add(row.code)
            hint = f"its note: {notes[row.code]}" if row.code in notes else _UNCARRIED
            yield remark("CW441", beside.text.place(beside.document.file, row.line, row.code), code=row.code, hint=hint)


def _twice_in_set(one: ValueSet, beside: Nearby) -> Iterator[Problem]:
    """Yield a warning for each code that is written twice; the reader keeps one of them, so the text is asked."""
    for code in one.codes:
        if beside.text.count(one.file, one.line, code) > 1:
            yield remark("CW436", beside.text.place(one.file, one.line, code, after=code), code=code, name=one.name)


# ---- diagnoses, by the day


def _diagnoses(one: ValueSet, beside: Nearby) -> Iterator[Problem]:
    """Yield an error for each code that is not valid on some known day of the set, and one note for the days not known."""
    days = common_days(one.period, beside.document.in_force)
    if days is None:
        return
    known = [_Span(first, last - timedelta(days=1)) for first, last in icd_spans()]
    spans = [span for span in known if days.overlaps(Period(*span))]
    for code in one.codes:
        yield from _invalid(code, one, days, spans, beside)
    if unknown := _unknown(days, spans):
        listed = ", ".join(f"{span.first} to {span.last}" for span in known)
        at = beside.text.place(one.file, one.line, one.name)
        yield remark("CW439", at, name=one.name, when=unknown, spans=listed)


def _invalid(code: str, one: ValueSet, days: Period, spans: list[_Span], beside: Nearby) -> Iterator[Problem]:
    for span in spans if is_diagnosis_shaped(code) else ():  # one that is malformed is told of as that
        first = max(span.first, days.first or span.first)
        validity = diagnosis_validity(code, first)
        if validity in _VERDICTS:
            verdict, hint = _VERDICTS[validity]
            last = min(span.last, days.last or span.last)
            at = beside.text.place(one.file, one.line, code)
            written = {"code": code, "name": one.name, "verdict": verdict, "first": first, "last": last, "hint": hint}
            yield remark("CW438", at, **written)
            return


def _unknown(days: Period, spans: list[_Span]) -> str:
    """Return in words which days of a set no release speaks of, or the empty text."""
    gaps: list[str] = []
    start = days.first
    for span in spans:
        if start is None:
            gaps.append(f"before {span.first}")
        elif start < span.first:
            gaps.append(f"from {start} to {span.first - timedelta(days=1)}")
        start = span.last + timedelta(days=1)
    if days.last is None:
        gaps.append(f"from {start} on" if start is not None else "on any day")
    elif start is None or start <= days.last:
        gaps.append(f"up to {days.last}" if start is None else f"from {start} to {days.last}")
    return ", ".join(gaps)

"""Was this diagnosis code valid on that day?  ICD-10-CM read as dated data.

The table is one text file, `tables/icd10cm.txt`.  Its first line names the table and the spans of days it knows, each
span one published release, from the first day up to, not including, the second:

    icd10cm 2025-04-01/2025-10-01 2026-04-01/2026-10-01
    E881   BP
    E8810  -B

Every further line is one code of seven places without its dot, filled up with spaces, and one flag for each span in
order: B billable, P a parent with codes below it, - not a code.  The lines are sorted and of one width, so that a
look-up halves the bytes as they lie and nothing is built beforehand: reading the file is nearly all the first answer
costs.

Days between the spans are not known.  Two releases that agree say nothing about the one between them.
Where each span comes from stands in `tables/NOTICE`; `tools/extract_icd10cm.py` writes the file.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from importlib.resources import files

CODE_WIDTH = 7


class Validity(Enum):
    """What the table says of one diagnosis code on one day of service."""

    VALID = "valid"
    NOT_BILLABLE = "not billable"  # a parent: a code below it must be chosen
    NOT_A_CODE = "not a code"
    NOT_KNOWN = "not known"  # no release known for that day


FLAGS = {Validity.VALID: "B", Validity.NOT_BILLABLE: "P", Validity.NOT_A_CODE: "-"}
_VALIDITY = {ord(flag): validity for validity, flag in FLAGS.items()}

_CPT, _HCPCS = re.compile(r"[0-9]{4}[0-9AFTMU]"), re.compile(r"[A-Z][0-9]{4}")

# The second place is a digit, save in category QA0, which a release of 2026 carries.
_SHAPE = re.compile(r"[A-Z][0-9A][0-9A-Z](\.?[0-9A-Z]{1,4})?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DatedCodes:
    """Spans of days, and the sorted lines of one width that flag each code once for each span."""

    spans: tuple[tuple[date, date], ...]
    lines: bytes

    def column(self, on: date) -> int | None:
        """Return the place of the span that holds the day, or nothing where none does."""
        return next((place for place, (start, end) in enumerate(self.spans) if start <= on < end), None)

    def validity(self, code: str, column: int) -> Validity:
        """Return what the line of an undotted upper-case code says for one span.  Cost: O(log codes)."""
        width, key = CODE_WIDTH + len(self.spans) + 1, code.ljust(CODE_WIDTH).encode("ascii")
        starts = range(0, len(self.lines), width)
        found = bisect_left(starts, key, key=lambda start: self.lines[start : start + CODE_WIDTH])
        line = self.lines[found * width : (found + 1) * width]
        return _VALIDITY[line[CODE_WIDTH + column]] if line.startswith(key) else Validity.NOT_A_CODE


def diagnosis_validity(code: str, on: date) -> Validity:
    """Return whether an ICD-10-CM code may stand on a claim for a service on that day.

    The day is asked first: outside every known span even nonsense is NOT_KNOWN, never refused.

    Args:
        code: with or without its dot, in either case.
        on: calendar date of service.

    >>> diagnosis_validity("E88.1", date(2025, 9, 30))
    <Validity.VALID: 'valid'>
    """
    table = _icd10cm()
    column = table.column(on)
    if column is None:
        return Validity.NOT_KNOWN
    return table.validity(_bare(code), column) if is_diagnosis_shaped(code) else Validity.NOT_A_CODE


def icd_spans() -> tuple[tuple[date, date], ...]:
    """Return the spans of days the table knows, oldest first: from the first day up to, not including, the second."""
    return _icd10cm().spans


def is_diagnosis_shaped(code: str) -> bool:
    """Return whether the text is built like an ICD-10-CM code; it need not be one, and some HCPCS codes look alike."""
    return _SHAPE.fullmatch(code) is not None


def is_procedure_shaped(code: str, system: str = "HCPCS") -> bool:
    """Return whether the text is built like a code of CPT, or of HCPCS, whose first level CPT is; it need not be one.

    >>> is_procedure_shaped("0402T", "CPT"), is_procedure_shaped("G0429", "CPT"), is_procedure_shaped("G0429")
    (True, False, True)
    """
    return _CPT.fullmatch(code) is not None or ("HCPCS" in system.upper() and _HCPCS.fullmatch(code) is not None)


def read_dated_codes(content: bytes) -> DatedCodes:
    """Return the table written in the form the head of this file describes."""
    head, _, lines = content.partition(b"\n")
    return DatedCodes(tuple(_span(words) for words in head.decode("ascii").split()[1:]), lines)


def _span(words: str) -> tuple[date, date]:
    start, end = words.split("/")
    return date.fromisoformat(start), date.fromisoformat(end)


def _bare(code: str) -> str:
    return code.replace(".", "").upper()


@cache
def _icd10cm() -> DatedCodes:
    return read_dated_codes((files("clausewise.policy") / "tables" / "icd10cm.txt").read_bytes())

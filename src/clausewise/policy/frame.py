"""The frame of a document: its front matter, read as `key: rest of the line`, and periods wherever they are written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from clausewise.policy.source import Line, Page, listed, suggestion
from clausewise.vocab.document import LINES_OF_BUSINESS
from clausewise.vocab.period import ALWAYS, Period

KINDS = ("policy", "law", "benefit", "manual", "notice", "ladder", "library")
KEYS = (
    "document", "kind", "title", "revision", "in force", "plans", "lines of business", "states", "funding", "source",
    "uses", "ladder", "ids", "needs", "reviewed", "status", "assessor", "general",
    "amends", "because",
)

_FENCE = "---"
_PERIOD = re.compile(r"(?:from\s+)?(?P<first>\d\S*)?(?:\s*\bonward)?(?:\s*\b(?:to|until)\s+(?P<last>\S+))?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Frame:
    """The front matter: each key with its value at its place, in the order written."""

    entries: tuple[tuple[str, Line], ...] = ()

    def text(self, key: str) -> str:
        """Return the value of a key, or the empty text."""
        return next((value.text for name, value in self.entries if name == key), "")

    def list(self, key: str) -> tuple[str, ...]:
        """Return the comma-separated values of a key."""
        return listed(self.text(key))

    def period(self, page: Page) -> Period:
        """Return the period of `in force`."""
        return next((read_period(value, page) for key, value in self.entries if key == "in force"), ALWAYS)

    def lines_of_business(self) -> tuple[str, ...]:
        """Return the lines of business; `all except medicare` is spelled out."""
        written = self.text("lines of business")
        if not written.startswith("all"):
            return listed(written)
        left_out = listed(written.removeprefix("all").strip().removeprefix("except"))
        return tuple(line for line in LINES_OF_BUSINESS if not line.startswith(left_out))


def read_frame(lines: Sequence[Line], page: Page) -> tuple[Frame, Sequence[Line]]:
    """Return the front matter and the lines below it."""
    end = _end_of_frame(lines)
    if end is None:
        page.mark("CW110", Line(1, 1, ""))
        return Frame(), lines
    entries: dict[str, Line] = {}
    for line in lines[1:end]:
        _read_entry(line, entries, page)
    frame = Frame(tuple(entries.items()))
    _check_missing(frame, page)
    return frame, lines[end + 1 :]


def _end_of_frame(lines: Sequence[Line]) -> int | None:
    if lines[0].text.rstrip() != _FENCE:
        return None
    return next((at for at, line in enumerate(lines[1:], 1) if line.text.rstrip() == _FENCE), None)


def _read_entry(line: Line, entries: dict[str, Line], page: Page) -> None:
    key, colon, _ = line.text.partition(":")
    name, value = key.strip(), line.part(len(key) + 1)
    if not line.text.strip():
        return
    if not colon:
        page.mark("CW118", line)
    elif name in entries:
        page.mark("CW113", line, key=name)
    else:
        if name not in KEYS:
            page.mark("CW111", line, key=name, hint=suggestion(name, KEYS))
        if name == "kind" and value.text not in KINDS:
            page.mark("CW114", value, kind=value.text, hint=suggestion(value.text, KINDS))
        entries[name] = value


def _check_missing(frame: Frame, page: Page) -> None:
    wanted = ["document", "because" if frame.text("amends") else "kind"]
    if frame.text("kind") not in ("ladder", "library"):
        wanted.append("in force")
    for key in wanted:
        if not frame.text(key):
            page.mark("CW112", Line(1, 1, ""), key=key)


def read_period(at: Line, page: Page, clause: str = "") -> Period:
    """Read `A onward`, `from A`, `A to B`, `to B` or `until B`; an empty text is always, and both days are included."""
    found = _PERIOD.fullmatch(at.text)
    if found is None:
        page.mark("CW117", at, clause, period=at.text)
        return ALWAYS
    first, last = (_day(found, end, at, page, clause) for end in ("first", "last"))
    if first and last and last < first:
        page.mark("CW116", at, clause, first=first, last=last)
        return ALWAYS
    return Period(first, last)


def _day(found: re.Match[str], end: str, at: Line, page: Page, clause: str) -> date | None:
    return read_day(at.part(*found.span(end)), page, clause) if found[end] else None


def read_day(at: Line, page: Page, clause: str = "") -> date | None:
    """Read a calendar day written as YYYY-MM-DD."""
    try:
        if _DAY.fullmatch(at.text):
            return date.fromisoformat(at.text)
    except ValueError:
        pass  # shaped like a day, and not in the calendar
    page.mark("CW115", at, clause, day=at.text)
    return None

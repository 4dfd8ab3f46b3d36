"""The tables on time: `## Clocks` (how long a decision may take), `## Holidays` and `## Time zones`."""

import re
from collections.abc import Collection, Iterable, Sequence

from clausewise.policy.frame import read_period
from clausewise.policy.grid import Row, cell_of
from clausewise.policy.source import Line, Page, places, suggestion
from clausewise.vocab.clock import ClockRule, Holiday, Length, PlanZone, Unit
from clausewise.vocab.document import LINES_OF_BUSINESS
from clausewise.vocab.history import ActKind

CLOCK_COLUMNS = (
    ("clock", "length", "starts at", "met by", "source", "checked"),
    ("lines of business", "states", "funding", "review", "urgency", "waits", "waits from", "then", "extended once by",
     "holidays", "warn before", "in force"),
)
HOLIDAY_COLUMNS = (("holiday", "calendar", "day", "source", "checked"), ("observed", "in force"))
ZONE_COLUMNS = (("plan", "zone"), ())

FUNDING = ("insured", "self_funded")
REVIEWS = ("prospective", "concurrent", "retrospective", "reconsideration")
URGENCY = ("standard", "expedited")
STARTS = (ActKind.RECEIVED, ActKind.COMPLETED, ActKind.APPEALED)
ENDS = (ActKind.DECIDED, ActKind.NOTIFIED)
WAITS_FROM = (ActKind.ASKED, ActKind.EXTENDED)
OBSERVED = ("nearest weekday", "as it falls")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
LONGEST = {Unit.HOURS: 9_999, Unit.CALENDAR_DAYS: 999, Unit.BUSINESS_DAYS: 999}

_LENGTH = re.compile(rf"([1-9]\d{{0,3}}) ({'|'.join(unit.value.removesuffix('s') for unit in Unit)})s?", re.ASCII)
_DATE = re.compile(rf"({'|'.join(MONTHS)}) ([1-9]\d?)", re.ASCII)
_NTH_DAY = re.compile(rf"({'|'.join(NTH)}) ({'|'.join(WEEKDAYS)}) of ({'|'.join(MONTHS)})")
_STATE = re.compile(r"[A-Z]{2}")
_LAST_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_NO_LENGTH = Length(1, Unit.HOURS)  # stands where none could be read: too short harms nobody but the plan


def read_clock(row: Row, calendars: Collection[str], page: Page) -> ClockRule:
    """Read one clock; `calendars` are the names of the calendars that the document's own Holidays table has."""
    name = cell_of(row, "clock")
    for column in CLOCK_COLUMNS[0]:
        _check_written(row, column, name, page)
    waits, then = _length(row, "waits", page), _length(row, "then", page)
    if then and not waits:
        page.mark("CW323", cell_of(row, "then"), row=name.text, column="waits")
    return ClockRule(
        name=name.text,
        length=_length(row, "length", page) or _NO_LENGTH,
        starts_at=_event(row, "starts at", STARTS, page),
        met_by=_event(row, "met by", ENDS, page),
        lines_of_business=_words(row, "lines of business", LINES_OF_BUSINESS, page),
        states=_states(row, page),
        funding=_words(row, "funding", FUNDING, page),
        reviews=_words(row, "review", REVIEWS, page),
        urgency=_words(row, "urgency", URGENCY, page),
        waits=waits,
        waits_from=_event(row, "waits from", WAITS_FROM, page),
        then=then,
        extension=_length(row, "extended once by", page),
        holidays=_calendars(row, calendars, page),
        warn_before=_warnings(row, page),
        period=read_period(cell_of(row, "in force"), page),
        source=cell_of(row, "source").text,
        checked=cell_of(row, "checked").text,
        file=page.file,
        line=name.number,
    )


def _check_written(row: Row, column: str, name: Line, page: Page) -> None:
    cell = cell_of(row, column)
    if not cell.text:
        page.mark("CW323", cell, row=name.text, column=column)


def _length(row: Row, column: str, page: Page) -> Length | None:
    cell = cell_of(row, column)
    return _length_at(cell, page) if cell.text else None


def _length_at(cell: Line, page: Page) -> Length | None:
    found = _LENGTH.fullmatch(cell.text)
    length = Length(int(found[1]), Unit(found[2] + "s")) if found else None
    if length and length.amount <= LONGEST[length.unit]:
        return length
    page.mark("CW325", cell, length=cell.text)
    return None


def _event(row: Row, column: str, known: Sequence[ActKind], page: Page) -> ActKind:
    """Return the event that a cell names; the first of the known ones where it is empty or cannot be read."""
    cell = cell_of(row, column)
    names = {kind.value: kind for kind in known}
    if cell.text and cell.text not in names:
        page.mark("CW321", cell, word=cell.text, column=column, hint=suggestion(cell.text, tuple(names)))
    return names.get(cell.text, known[0])


def _words(row: Row, column: str, known: tuple[str, ...], page: Page) -> tuple[str, ...]:
    found = tuple(places(cell_of(row, column)))
    for part in found:
        if part.text not in known:
            page.mark("CW321", part, word=part.text, column=column, hint=suggestion(part.text, known))
    return tuple(part.text for part in found)


def _states(row: Row, page: Page) -> tuple[str, ...]:
    found = tuple(places(cell_of(row, "states")))
    for part in found:
        if not _STATE.fullmatch(part.text):
            page.mark("CW321", part, word=part.text, column="states", hint="write two capital letters, such as AR")
    return tuple(part.text for part in found)


def _warnings(row: Row, page: Page) -> tuple[Length, ...]:
    found = [(part, length) for part in places(cell_of(row, "warn before")) if (length := _length_at(part, page))]
    for part, length in found:
        if length.unit is not Unit.HOURS:
            page.mark("CW321", part, word=part.text, column="warn before", hint="write hours, such as `24 hours`")
    return tuple(length for _, length in found if length.unit is Unit.HOURS)


def _calendars(row: Row, calendars: Collection[str], page: Page) -> tuple[str, ...]:
    found = tuple(places(cell_of(row, "holidays")))
    for part in found:
        if part.text not in calendars:
            page.mark("CW324", part, calendar=part.text)
    return tuple(part.text for part in found)


def calendars_in(rows: Iterable[Row]) -> frozenset[str]:
    """Return the names of the calendars in the rows of a Holidays table."""
    return frozenset(cell_of(row, "calendar").text for row in rows)


def read_holiday(row: Row, page: Page) -> Holiday:
    """Read one holiday: `July 4`, `third Monday of January` or `last Monday of May`; one that cannot be read never comes."""
    name, at, observed = cell_of(row, "holiday"), cell_of(row, "day"), cell_of(row, "observed")
    for column in HOLIDAY_COLUMNS[0]:
        _check_written(row, column, name, page)
    if observed.text not in ("", *OBSERVED):
        page.mark("CW321", observed, word=observed.text, column="observed", hint=suggestion(observed.text, OBSERVED))
    month, day, nth, weekday = _day_of_year(at, page)
    return Holiday(
        name=name.text,
        calendar=cell_of(row, "calendar").text,
        month=month,
        day=day,
        nth=nth,
        weekday=weekday,
        moves=observed.text == OBSERVED[0],
        period=read_period(cell_of(row, "in force"), page),
        source=cell_of(row, "source").text,
        checked=cell_of(row, "checked").text,
        line=name.number,
    )


def _day_of_year(at: Line, page: Page) -> tuple[int, int, int, int]:
    """Return month, day, nth and weekday, those that are not said as 0."""
    if found := _DATE.fullmatch(at.text):
        month = MONTHS.index(found[1]) + 1
        if int(found[2]) <= _LAST_DAYS[month - 1]:
            return month, int(found[2]), 0, 0
    if found := _NTH_DAY.fullmatch(at.text):
        return MONTHS.index(found[3]) + 1, 0, NTH[found[1]], WEEKDAYS.index(found[2])
    if at.text:
        page.mark("CW322", at, day=at.text)
    return 0, 0, 0, 0


def read_zone(row: Row, page: Page) -> PlanZone:
    """Read the time zone of one plan; whether there is such a zone is asked when it is used."""
    plan, zone = cell_of(row, "plan"), cell_of(row, "zone")
    for column in ZONE_COLUMNS[0]:
        _check_written(row, column, plan, page)
    return PlanZone(plan.text, zone.text, plan.number)

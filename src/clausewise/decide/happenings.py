"""What happened when: states that last, courses of therapy, dated events, ages, and the calendar behind them.

A window reaches back from its last day by calendar months (`month_earlier`), and both of its ends are in it: what lies
exactly three months back is within three months, and at least three months ago.  The length of a course is counted in
the same way, from its first day to its last.  An event whose day is not known may lie anywhere.
"""

from calendar import monthrange
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias, assert_never

from clausewise.decide.amounts import Amount, amount_of_fact
from clausewise.decide.context import LineContext, completed_years
from clausewise.policy import units
from clausewise.vocab.criterion import Counted, CourseLasted, Duration, HeldFor, LongAgo, Moment, Reached, Recent, Side
from clausewise.vocab.request import Course, DatedEvent, FactValue, Held
from clausewise.vocab.truth import Truth, either, known, negation

Happening: TypeAlias = HeldFor | CourseLasted | LongAgo | Recent | Counted | Reached

_DAYS = MappingProxyType({"days": 1, "weeks": 7})
_MONTHS = MappingProxyType({"months": 1, "years": 12})
_ONE_DAY = Duration(1, "days")

# The fewest and the most days of each unit of age.
_SPANS = MappingProxyType({"days": (1, 1), "weeks": (7, 7), "months": (28, 31), "years": (365, 366)})


def truth_of_happening(test: Happening, context: LineContext) -> Truth:
    """Return whether a test of time holds for the line; an answer of another type than the test asks for is UNKNOWN."""
    match test:
        case HeldFor(fact, least):
            return _held_for(context.facts.get(fact), least, context)
        case CourseLasted(fact, least):
            return _lasted(context.facts.get(fact), least, context)
        case LongAgo(fact, least):
            return _long_ago(context.facts.get(fact), least, context)
        case Recent(fact, most, before_request):
            last = context.request_date if before_request else context.service_date
            return _counted(context.facts.get(fact), "at least", 1, (month_earlier(last, most), last))
        case Counted(fact, relation, count, window):
            first = date.min if window is None else month_earlier(context.request_date, window)
            return _counted(context.facts.get(fact), relation, count, (first, context.request_date))
        case Reached(moments, passed):
            on = month_earlier(context.service_date, _ONE_DAY) if passed else context.service_date
            return either(_come(moment, on, context) for moment in moments)
        case _:
            assert_never(test)


# ---- the calendar --------------------------------------------------------------------------------------------------


def month_earlier(day: date, duration: Duration) -> date:
    """Return the day that lies a duration before another; where the month is too short, the last day of the month.

    >>> month_earlier(date(2024, 3, 31), Duration(1, "months"))
    datetime.date(2024, 2, 29)
    """
    return _moved(day, duration, -1)


def month_later(day: date, duration: Duration) -> date:
    """Return the day that lies a duration after another; where the month is too short, the last day of the month.

    >>> month_later(date(2024, 2, 29), Duration(1, "years"))
    datetime.date(2025, 2, 28)
    """
    return _moved(day, duration, 1)


def _moved(day: date, duration: Duration, direction: int) -> date:
    """Return the day moved; hours count as the days they take up, and the calendar ends with the years 1 and 9999."""
    unit = units.calendar_unit(duration.unit)
    if unit in _MONTHS:
        month = day.year * 12 + day.month - 1 + direction * duration.count * _MONTHS[unit]
        return _day_of_month(month, day.day)
    days = -(-duration.count // 24) if unit == "hours" else duration.count * _DAYS[unit]
    ordinal = day.toordinal() + direction * days
    return date.fromordinal(min(max(ordinal, date.min.toordinal()), date.max.toordinal()))


def _day_of_month(month: int, day: int) -> date:
    """Return a day of a month counted from the year 0; beyond the calendar, its first or last day."""
    if month < 12:
        return date.min
    if month >= (date.max.year + 1) * 12:
        return date.max
    year, within = divmod(month, 12)
    return date(year, within + 1, min(day, monthrange(year, within + 1)[1]))


def _day(value: object) -> date | None:
    return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None


# ---- states and courses --------------------------------------------------------------------------------------------


def _held_for(value: FactValue, least: Duration, context: LineContext) -> Truth:
    """Return whether a state that still holds at the request began early enough."""
    match value:
        case bool():
            return Truth.UNKNOWN if value else Truth.FALSE
        case Held(False, _):
            return Truth.FALSE
        case Held(True, since) if (first := _day(since)) is not None:
            return known(first <= month_earlier(context.request_date, least))
        case _:
            return Truth.UNKNOWN


def _lasted(value: FactValue, least: Duration, context: LineContext) -> Truth:
    """Return whether the longest course was long enough; one without an end has lasted until the request."""
    if _is_never(value):
        return Truth.FALSE
    if not isinstance(value, tuple):
        return Truth.UNKNOWN
    return either(_course_lasted(course, least, context.request_date) for course in value)


def _course_lasted(course: object, least: Duration, until: date) -> Truth:
    if not isinstance(course, Course):
        return Truth.UNKNOWN
    first, last = _day(course.start), _day(course.until)
    if first is None or (last is not None and last < first):
        return Truth.UNKNOWN
    return known(first <= month_earlier(until if last is None else min(last, until), least))


# ---- events --------------------------------------------------------------------------------------------------------


def _is_never(value: FactValue) -> bool:
    """Tell whether an answer says that it never happened: no, an empty list, or "none" as a default is written."""
    return value is False or value == () or value == "none" or (isinstance(value, Held) and not value.holds)


def _days(value: FactValue) -> tuple[date | None, ...] | None:
    """Return the days of the events, None for a day that is not known; None alone where the answer lists no events."""
    if _is_never(value):
        return ()
    if (single := _day(value)) is not None:
        return (single,)
    if not isinstance(value, tuple):
        return None
    events = [event for event in value if isinstance(event, DatedEvent)]
    return tuple(_day(event.on) for event in events) if len(events) == len(value) else None


def _long_ago(value: FactValue, least: Duration, context: LineContext) -> Truth:
    """Return whether the latest event up to the service lies far enough back; what comes later has not happened yet."""
    days = _days(value)
    if days is None:
        return Truth.UNKNOWN
    past = [day for day in days if day is not None and day <= context.service_date]
    if past and max(past) > month_earlier(context.service_date, least):
        return Truth.FALSE
    return Truth.UNKNOWN if None in days else known(bool(past))


def _counted(value: FactValue, relation: str, count: int, window: tuple[date, date]) -> Truth:
    """Return whether at least, or at most, so many events lie in a window.

    One without a day perhaps does: it may still lie ahead.
    """
    days = _days(value)
    if days is None or relation not in ("at least", "at most"):
        return Truth.UNKNOWN
    certain = sum(day is not None and window[0] <= day <= window[1] for day in days)
    possible = certain + sum(day is None for day in days)
    least = count if relation == "at least" else count + 1
    enough = Truth.TRUE if certain >= least else Truth.FALSE if possible < least else Truth.UNKNOWN
    return enough if relation == "at least" else negation(enough)


# ---- moments and ages ----------------------------------------------------------------------------------------------


def _come(moment: Moment, on: date, context: LineContext) -> Truth:
    """Return whether a moment lies on or before a day; of several events the first one counts."""
    if not moment.fact:
        age = age_amount(context, moment.after.unit, on)
        if age is None:
            return Truth.UNKNOWN
        count = moment.after.count
        return Truth.TRUE if age.low >= count else Truth.FALSE if age.high < count else Truth.UNKNOWN
    value = context.facts.get(moment.fact)
    days = (_day(value.since),) if isinstance(value, Held) and value.holds else _days(value)
    if days is None:
        return Truth.UNKNOWN
    return either(Truth.UNKNOWN if day is None else known(month_later(day, moment.after) <= on) for day in days)


def age_amount(context: LineContext, unit: str, on: date) -> Amount | None:
    """Return the patient's age on a day (that of service or the one before) in completed units, as far as it is known.

    Completed years are the fact `age` where it is given, else counted from the date of birth; finer units need that
    date, and without it the years leave a range.  An age given as unknown is unknown.
    """
    unit, given = units.calendar_unit(unit), context.facts.get("age")
    if unit not in _SPANS or (given is None and "age" in context.raised):
        return None
    if context.birth_date is not None and (given is None or unit != "years" or on != context.service_date):
        return _age_since(context.birth_date, unit, on)
    return _age_within(context, unit, days_before=(context.service_date - on).days)


def _age_since(born: date, unit: str, on: date) -> Amount | None:
    """Return completed units since birth; a birthday that a month lacks is the first day of the next."""
    if on < born:
        return None
    match unit:
        case "years":
            count = completed_years(born, on)
        case "months":
            count = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
        case _:
            count = (on - born).days // _DAYS[unit]
    return Amount(Decimal(count), Decimal(count), unit)


def _age_within(context: LineContext, unit: str, days_before: int) -> Amount | None:
    """Return the range of an age that is known only in completed units of another kind, or on another day."""
    given = amount_of_fact("age", Side.LEFT, context)
    own = units.calendar_unit(given.unit or "years") if given is not None else ""
    if given is None or own not in _SPANS or given.low < 0:
        return None
    low, high = int(given.low), int(given.low)
    if own == "years" and unit == "months":
        low, high = low * 12, low * 12 + 11
    elif own == "months" and unit == "years":
        low, high = low // 12, low // 12
    elif own != unit:
        fewest, most = low * _SPANS[own][0], (low + 1) * _SPANS[own][1] - 1
        low, high = fewest // _SPANS[unit][1], most // _SPANS[unit][0]
    return Amount(Decimal(max(low - days_before, 0)), Decimal(high), unit)

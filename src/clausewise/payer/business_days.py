"""Time counted on business days only: Monday to Friday without holidays, each of them a whole day by the wall clock."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from clausewise.vocab.clock import Holiday

DAY = timedelta(days=1)
SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """Which days count.  With several calendars a holiday is one that all of them keep, so that no doubt adds a day."""

    holidays: tuple[Holiday, ...] = ()
    calendars: tuple[str, ...] = ()

    def has(self, day: date) -> bool:
        """Tell whether a day is a business day."""
        kept = [day in kept_in(self.holidays, calendar, day.year) for calendar in self.calendars]
        return day.weekday() < SATURDAY and not (kept and all(kept))

    def after(self, wall: datetime, counted: timedelta) -> datetime:
        """Return the first wall time at which `counted` has passed on business days since `wall`."""
        left = counted
        while True:
            tomorrow = datetime.combine(wall.date() + DAY, time())
            if self.has(wall.date()):
                if left <= tomorrow - wall:
                    return wall + left
                left -= tomorrow - wall
            wall = tomorrow

    def between(self, first: datetime, last: datetime) -> timedelta:
        """Return how much of the time from one wall time to a later one lies on business days."""
        counted = timedelta()
        while first < last:
            tomorrow = min(datetime.combine(first.date() + DAY, time()), last)
            counted += tomorrow - first if self.has(first.date()) else timedelta()
            first = tomorrow
        return counted


@cache
def kept_in(holidays: tuple[Holiday, ...], calendar: str, year: int) -> frozenset[date]:
    """Return the days of a year on which a calendar rests; one that moves may come from the year before or after."""
    own = [holiday for holiday in holidays if holiday.calendar == calendar]
    return frozenset(day for near in (year - 1, year, year + 1) for day in _kept(own, near) if day.year == year)


def _kept(holidays: Iterable[Holiday], year: int) -> Iterable[date]:
    for holiday in holidays:
        day = _falls_on(holiday, year)
        if day is not None and holiday.period.covers(day):
            yield _observed(day) if holiday.moves else day


def _falls_on(holiday: Holiday, year: int) -> date | None:
    """Return the day of a holiday in a year; February 29 comes only in leap years, an unreadable one never."""
    if not holiday.month:
        return None
    length = monthrange(year, holiday.month)[1]
    if holiday.day:
        return date(year, holiday.month, holiday.day) if holiday.day <= length else None
    if holiday.nth > 0:
        first = date(year, holiday.month, 1)
        return first + ((holiday.weekday - first.weekday()) % 7 + 7 * (holiday.nth - 1)) * DAY
    last = date(year, holiday.month, length)
    return last - (last.weekday() - holiday.weekday) % 7 * DAY


def _observed(day: date) -> date:
    return day - DAY if day.weekday() == SATURDAY else day + DAY if day.weekday() == SUNDAY else day

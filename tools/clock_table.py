"""Write tests/conformance/clocks.yaml: when clocks end, worked out without the program and in another way than it does.

Time is a number of minutes.  The changes to and from summer time stand here as dates, the holidays too; a day on the wall
clock is found by stepping on minute by minute, a business day by counting its minutes one by one.  Nothing of the package
and no time zone database is used.  Usage: python -m tools.clock_table [--check]
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

TABLE = Path(__file__).resolve().parents[1] / "tests" / "conformance" / "clocks.yaml"
EPOCH = datetime(1970, 1, 1)
HOUR, DAY = 60, 1440
HEAD = "# Written by tools/clock_table.py, which does not use the program.  Instants are Universal Time; `local` is on the wall.\n"

# (second Sunday of March, first Sunday of November), from the calendar on the wall
SUMMER = {
    2024: ("03-10", "11-03"), 2025: ("03-09", "11-02"), 2026: ("03-08", "11-01"), 2027: ("03-14", "11-07"),
    2028: ("03-12", "11-05"), 2029: ("03-11", "11-04"), 2030: ("03-10", "11-03"), 2031: ("03-09", "11-02"),
}
# hours from Universal Time in winter, and whether there is a summer time
ZONES = {
    "America/New_York": (-5, True), "America/Chicago": (-6, True), "America/Denver": (-7, True),
    "America/Phoenix": (-7, False), "America/Los_Angeles": (-8, True), "America/Anchorage": (-9, True),
    "America/Adak": (-10, True), "Pacific/Honolulu": (-10, False),
}
CHANGING = tuple(zone for zone, (_, summer) in ZONES.items() if summer)
# The days on which offices rest; what falls on a Saturday or Sunday is already where it is kept.
BOTH = {
    2025: "01-01 01-20 02-17 05-26 07-04 09-01 11-11 11-27 12-25", 2026: "01-01 01-19 02-16 05-25 07-03 09-07 11-11 11-26 12-25",
    2027: "01-01 01-18 02-15 05-31 07-05 09-06 11-11 11-25 12-24 12-31", 2028: "01-17 02-21 05-29 07-04 09-04 11-10 11-23 12-25",
    2029: "01-01 01-15 02-19 05-28 07-04 09-03 11-12 11-22 12-25", 2030: "01-01 01-21 02-18 05-27 07-04 09-02 11-11 11-28 12-25",
}
FEDERAL_ONLY = {2025: "06-19 10-13", 2026: "06-19 10-12", 2027: "06-18 10-11", 2028: "06-19 10-09", 2029: "06-19 10-08",
                2030: "06-19 10-14"}
ARKANSAS_ONLY = {2025: "12-24", 2026: "12-24", 2027: "12-24", 2028: "12-25", 2029: "12-24", 2030: "12-24"}


def days(*tables: dict[int, str]) -> frozenset[date]:
    """Return the days of tables of dates."""
    return frozenset(date.fromisoformat(f"{year}-{day}") for one in tables for year, text in one.items() for day in text.split())


RESTS = {"federal": days(BOTH, FEDERAL_ONLY), "arkansas": days(BOTH, ARKANSAS_ONLY)}


def minute(text: str) -> int:
    """Return the minute of an instant in Universal Time, such as 2026-03-08 08:00."""
    return int((datetime.fromisoformat(text) - EPOCH).total_seconds()) // 60


def stamp(at: int) -> str:
    """Return a minute as a person writes it."""
    return f"{EPOCH + timedelta(minutes=at):%Y-%m-%d %H:%M}"


def changes(zone: str) -> Iterator[tuple[int, int]]:
    """Yield the minutes between which a zone has summer time, year by year: from 2 in winter time to 2 in summer time."""
    hours, summer = ZONES[zone]
    for year, (first, last) in SUMMER.items() if summer else ():
        yield minute(f"{year}-{first} 02:00") - hours * HOUR, minute(f"{year}-{last} 02:00") - (hours + 1) * HOUR


CHANGES = {zone: tuple(changes(zone)) for zone in ZONES}


def wall(at: int, zone: str) -> int:
    """Return the minute that the wall clock shows, counted as if it were Universal Time."""
    summer = any(first <= at < last for first, last in CHANGES[zone])
    return at + (ZONES[zone][0] + summer) * HOUR


def first_at(shown: int, zone: str, start: int) -> int:
    """Return the first minute from `start` at which the wall clock shows `shown` or more."""
    at = start
    while wall(at, zone) < shown:
        at += 1
    return at


def latest(at: int, zone: str) -> int:
    """Return how far the wall clock has come up to the beginning of a minute: in the hour that comes again it stands still."""
    return max(wall(at, zone), *(wall(before, zone) + 1 for before in range(at - 2 * HOUR, at)))


def utc(local: str, zone: str) -> int:
    """Return the first minute at which the wall clock shows a time."""
    shown = minute(local)
    return first_at(shown, zone, shown - (ZONES[zone][0] + 1) * HOUR - HOUR)


@dataclass(frozen=True)
class Clock:
    """One row: a clock and what happens to it; lengths are such as `7 calendar days`."""

    case: str
    zone: str
    length: str
    start: int
    calendars: tuple[str, ...] = ()
    waits: str = ""
    then: str = ""
    asked: int = 0
    information: int = 0
    extension: str = ""
    extended: int = 0
    waits_from_extension: bool = False
    rests: frozenset[date] = field(default=frozenset(), repr=False)

    def works(self, at: int) -> bool:
        """Tell whether a minute lies on a business day."""
        day = (EPOCH + timedelta(minutes=wall(at, self.zone))).date()
        return day.isoweekday() < 6 and not (self.calendars and all(day in RESTS[name] for name in self.calendars))

    def after(self, start: int, length: str, still: tuple[int, int] = (0, 0)) -> int:
        """Return the minute at which a length that begins at `start` has passed; minutes of `still` do not count."""
        number, unit = length.split(" ", 1)
        if unit.startswith("calendar"):
            shown = wall(start, self.zone) + int(number) * DAY
            due = first_at(shown, self.zone, start + int(number) * DAY - 2 * HOUR)
            stood = latest(still[1], self.zone) - latest(still[0], self.zone)
            return first_at(wall(due, self.zone) + stood, self.zone, due + stood - 2 * HOUR) if still[1] else due
        left = int(number) * (HOUR if unit.startswith("hour") else DAY)
        at = start
        while left:
            if not still[0] <= at < still[1] and (unit.startswith("hour") or self.works(at)):
                left -= 1
            at += 1
        return at

    def due(self) -> int:
        """Return the last minute in time."""
        length = self.length
        same = self.extension and self.extension.split(" ", 1)[1] == length.split(" ", 1)[1]
        if same:
            number, unit = length.split(" ", 1)
            length = f"{int(number) + int(self.extension.split()[0])} {unit}"
        still = self.still()
        if self.then and still[1]:
            return self.after(still[1], self.then)
        if self.extension and not same:
            return self.after(self.after(self.start, length), self.extension) + still[1] - still[0]
        return self.after(self.start, length, still)

    def still(self) -> tuple[int, int]:
        """Return from when to when the clock stands still."""
        if not self.asked:
            return 0, 0
        since = max(self.asked, self.extended) if self.waits_from_extension else self.asked
        latest = self.after(since, self.waits)
        return since, min(latest, self.information) if self.information else latest

    def row(self) -> str:
        """Return the row as it stands in the file."""
        due = self.due()
        parts = {"case": self.case, "zone": self.zone, "length": self.length, "start": stamp(self.start)}
        parts |= {"calendars": f"[{', '.join(self.calendars)}]"} if self.calendars else {}
        parts |= {name: text for name in ("waits", "then", "extension") if (text := getattr(self, name))}
        parts |= {name: stamp(at) for name in ("asked", "information", "extended") if (at := getattr(self, name))}
        parts |= {"waits_from": "extended"} if self.waits_from_extension else {}
        parts |= {"due": stamp(due), "local": stamp(wall(due, self.zone))}
        return "- {" + ", ".join(f"{name}: {text}" for name, text in parts.items()) + "}\n"


# ---- the rows --------------------------------------------------------------------------------------------------------


def edges() -> Iterator[Clock]:
    """Clocks over both changes of time, in every zone that has them: hours, days, the hour that is skipped or comes twice."""
    for zone in CHANGING:
        for year, (spring, autumn) in ((2026, SUMMER[2026]), (2028, SUMMER[2028])):
            for name, day in (("spring", f"{year}-{spring}"), ("autumn", f"{year}-{autumn}")):
                week_before = date.fromisoformat(day) - timedelta(days=7)
                change = next(at for pair in CHANGES[zone] for at in pair if stamp(wall(at, zone)).startswith(day))
                yield Clock(f"72 hours over the change in {name}", zone, "72 hours", change - 30 * HOUR)
                for time in ("01:30", "02:30"):
                    at = utc(f"{week_before} {time}", zone)
                    yield Clock(f"7 days that end at {time} of the change in {name}", zone, "7 calendar days", at)
        yield Clock("7 days from the minute before the change", zone, "7 calendar days", CHANGES[zone][2][0] - 1)
        yield Clock("7 days from the second of two hours that are called one", zone, "7 calendar days", CHANGES[zone][2][1] + 30)
        yield Clock("24 hours from the first of two hours that are called one", zone, "24 hours", CHANGES[zone][2][1] - 30)
        yield Clock("2 business days from the minute of the change", zone, "2 business days", CHANGES[zone][2][0])
        yield Clock("2 business days over the change in autumn", zone, "2 business days", CHANGES[zone][2][1] - 33 * HOUR)


def spans() -> Iterator[Clock]:
    """Long clocks, leap days and ends of years."""
    for zone in ZONES:
        for length in ("7 calendar days", "15 calendar days", "30 calendar days"):
            yield Clock("over the change in spring", zone, length, utc("2027-03-05 16:30", zone))
            yield Clock("over the change in autumn", zone, length, utc("2027-10-29 16:30", zone))
    for zone in ("America/Chicago", "Pacific/Honolulu"):
        for length in ("72 hours", "7 calendar days", "15 calendar days", "2 business days", "10 business days"):
            for start in ("2028-02-22 09:00", "2028-02-28 23:59", "2028-02-29 12:00", "2027-02-26 09:00"):
                yield Clock("over the end of February", zone, length, utc(start, zone))
            for late in ("2026-12-30 17:45", "2027-12-30 08:00", "2029-12-31 23:59"):
                yield Clock("over the end of a year", zone, length, utc(late, zone), ("federal",))


def offices() -> Iterator[Clock]:
    """Business days beside weekends and holidays, those kept on another day too."""
    zone = "America/Chicago"
    for year in (2026, 2027, 2028):
        for day in sorted(day for day in RESTS["federal"] if day.year == year):
            start = utc(f"{day - timedelta(days=1)} 15:20", zone)
            yield Clock(f"the day before {day}, which the country keeps", zone, "1 business day", start, ("federal",))
            yield Clock(f"the day before {day}, kept by country or state", zone, "2 business days", start, ("federal", "arkansas"))
    for beside in ("2026-05-08 17:00", "2026-05-09 10:00", "2026-05-10 23:59", "2026-05-11 00:00"):
        for length in ("1 business day", "2 business days", "5 business days"):
            yield Clock("beside a weekend", zone, length, utc(beside, zone))
    for before in ("2026-12-23 16:00", "2026-12-24 09:00", "2027-12-23 11:00", "2028-12-22 12:00"):
        yield Clock("before Christmas, by the calendar of the state", zone, "2 business days", utc(before, zone), ("arkansas",))


def waits() -> Iterator[Clock]:
    """Clocks that stand still while information is waited for."""
    zone = "America/Chicago"
    for length in ("72 hours", "7 calendar days", "2 business days"):
        for start in ("2026-03-05 10:00", "2026-10-29 10:00", "2028-02-24 16:40", "2026-12-29 09:15"):
            begun = utc(start, zone)
            asked = begun + 26 * HOUR
            clock = Clock("", zone, length, begun, ("federal",), waits="14 calendar days", asked=asked)
            yield replace(clock, case="answered within the hour", information=asked + 47)
            yield replace(clock, case="answered after three days", information=asked + 3 * DAY + 11)
            yield replace(clock, case="never answered")
            yield replace(clock, case="answered after the wait was over", information=asked + 20 * DAY)
            yield replace(clock, case="a wait of hours", waits="48 hours")
    for zone in CHANGING:
        change = CHANGES[zone][2][1]
        clock = Clock("", zone, "7 calendar days", change - 3 * DAY, waits="14 calendar days", asked=change - 10 * HOUR)
        yield replace(clock, case="answered in the first of two hours that are called one", information=change - 30)
        yield replace(clock, case="answered in the second of them", information=change + 30)
        yield replace(clock, case="asked in the second of them", asked=change + 30, information=change + 5 * HOUR)


def extensions() -> Iterator[Clock]:
    """Clocks that are extended, some with a wait that begins with the notice; and those that begin anew."""
    for zone in ("America/New_York", "America/Los_Angeles"):
        for start in ("2026-02-20 14:00", "2026-10-20 14:00", "2028-02-18 08:05", "2026-12-21 13:30"):
            begun = utc(start, zone)
            long = Clock("extended by 15 days", zone, "15 calendar days", begun)
            long = replace(long, extension="15 calendar days", extended=begun + 9 * DAY)
            yield long
            yield replace(long, case="extended by 14 days after 72 hours", length="72 hours", extension="14 calendar days",
                          extended=begun + 50 * HOUR)
            tolled = replace(long, waits="45 calendar days", asked=begun + 4 * DAY, waits_from_extension=True)
            yield replace(tolled, case="waits from the notice of extension", information=begun + 21 * DAY + 7)
            yield replace(tolled, case="waits as long as it may")
            urgent = Clock("48 hours anew", zone, "72 hours", begun, waits="48 hours", then="48 hours", asked=begun + 20 * HOUR)
            yield replace(urgent, case="48 hours anew after the answer", information=begun + 31 * HOUR)
            yield replace(urgent, case="48 hours anew after the time to answer")


def reviews() -> Iterator[Clock]:
    """Review while a service goes on, and after it: 24 hours; 30 days that wait from the notice."""
    for zone in CHANGING:
        for change in CHANGES[zone][2]:
            yield Clock("a concurrent review over a change of time", zone, "24 hours", change - 5 * HOUR)
            begun = change - 20 * DAY - 7 * HOUR
            after = Clock("a review after the service over a change of time", zone, "30 calendar days", begun)
            yield after
            after = replace(after, extension="15 calendar days", extended=after.start + 12 * DAY)
            yield replace(after, case="a review after the service, extended")
            tolled = replace(after, waits="45 calendar days", asked=after.start + 3 * DAY, waits_from_extension=True)
            yield replace(tolled, case="a review after the service, extended, answered", information=change + 2 * DAY + 13)
    for start in ("2028-02-28 23:30", "2028-02-29 00:00", "2028-02-29 23:59", "2027-02-28 12:00"):
        begun = utc(start, "America/Chicago")
        yield Clock("a concurrent review by a leap day", "America/Chicago", "24 hours", begun)
        yield Clock("a review after the service by a leap day", "America/Chicago", "30 calendar days", begun)


def text() -> str:
    """Return the whole file."""
    return HEAD + "".join(clock.row() for part in (edges(), spans(), offices(), waits(), extensions(), reviews()) for clock in part)


def main(arguments: list[str]) -> int:
    """Write the file, or compare it; return the exit code."""
    if "--check" in arguments:
        return int(TABLE.read_text(encoding="utf-8") != text())
    TABLE.write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

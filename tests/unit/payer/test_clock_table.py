"""The clocks agree, instant by instant, with a table that was worked out without them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from operator import itemgetter

import pytest
import yaml

from clausewise.payer.business_days import kept_in
from clausewise.payer.deadlines import deadlines
from clausewise.payer.wall_time import wall_of
from clausewise.vocab.clock import CaseEvent, ClockRule, Length, Unit
from clausewise.vocab.history import ActKind
from clausewise.vocab.truth import Truth
from tests.conftest import ROOT
from tests.unit.payer.clocks import BUNDLED, PROBLEMS, due, zone
from tools import clock_table

ROWS = yaml.load((ROOT / "tests" / "conformance" / "clocks.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
EVENTS = {"asked": ActKind.ASKED, "information": ActKind.EVIDENCE_ATTACHED, "extended": ActKind.EXTENDED}


def length(text: str) -> Length:
    """A length as the table writes it."""
    number, _, unit = text.partition(" ")
    return Length(int(number), Unit(unit.removesuffix("s") + "s"))


def instant(text: str) -> datetime:
    """An instant as the table writes it."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def rule_of(row: dict[str, str]) -> ClockRule:
    """The rule that a row is about."""
    rule = ClockRule(row["case"], length(row["length"]), holidays=tuple(row.get("calendars", ())))
    waits, then, extension = (length(row[name]) if name in row else None for name in ("waits", "then", "extension"))
    waits_from = ActKind(row.get("waits_from", "asked"))
    return replace(rule, waits=waits, then=then, extension=extension, waits_from=waits_from)


def due_of(row: dict[str, str]) -> datetime:
    """When the program lets the clock of a row end."""
    happened = [(instant(row[name]), kind) for name, kind in EVENTS.items() if name in row]
    later = [CaseEvent(kind, at) for at, kind in sorted(happened, key=itemgetter(0))]
    events = [CaseEvent(ActKind.RECEIVED, instant(row["start"])), *later]
    (found,) = deadlines(events, [(rule_of(row), Truth.TRUE)], zone(row["zone"]), BUNDLED.holidays, events[-1].at).clocks
    assert due(found) == found.due_local
    return due(found)


def test_the_bundled_clocks_are_read_without_a_problem():
    """The rows that the holidays come from are sound."""
    assert () == PROBLEMS


def test_the_table_is_long_and_wide():
    """At least 300 rows, over both changes of time, six zones that change and two that do not, every kind of length."""
    assert 300 <= len(ROWS)
    assert 8 == len({row["zone"] for row in ROWS})
    assert 60 < sum("waits" in row for row in ROWS) and 30 < sum("extension" in row for row in ROWS)
    assert set(Unit) == {length(row["length"]).unit for row in ROWS}


def test_every_row_of_the_table_comes_out():
    """Each clock ends in the very minute that the table says, by Universal Time and on the wall clock."""
    found = [(row["case"], due_of(row), wall_of(due_of(row), zone(row["zone"]))) for row in ROWS]
    assert [(row["case"], instant(row["due"]), datetime.fromisoformat(row["local"])) for row in ROWS] == found


@pytest.mark.slow
def test_the_table_is_what_the_other_program_writes():
    """Nobody has mended a row by hand."""
    assert clock_table.text() == clock_table.TABLE.read_text(encoding="utf-8")


@pytest.mark.parametrize("calendar", ["federal", "arkansas"])
@pytest.mark.parametrize("year", sorted(clock_table.BOTH))
def test_the_holidays_fall_on_the_days_of_the_list(calendar: str, year: int):
    """The rules of the Holidays table give the days that stand written out, leaving aside what falls on a weekend."""
    days = {day for day in kept_in(BUNDLED.holidays, calendar, year) if day.weekday() < 5}
    assert {day for day in clock_table.RESTS[calendar] if day.year == year} == days


def test_a_wrong_row_would_be_found():
    """The comparison can fail: an hour more is not what comes out."""
    row = next(row for row in ROWS if "7 days that end at 02:30" in row["case"])
    assert instant(row["due"]) + timedelta(hours=1) != due_of(row)

"""What holds for every clock: a longer wait never shortens it, the first to end governs, and days end at the same wall time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausewise.payer.business_days import BusinessDays
from clausewise.payer.clock_run import Calendar
from clausewise.payer.deadlines import deadlines
from clausewise.payer.wall_time import wall_of
from clausewise.vocab.clock import CaseEvent, ClockRule, ClockState, Deadlines, Length, Unit
from clausewise.vocab.history import ActKind
from clausewise.vocab.truth import Truth
from tests.unit.payer.clocks import BUNDLED, due, zone
from tools import clock_table

KEPT_BY_BOTH = ("federal", "arkansas")
ZONES = tuple(clock_table.CHANGING)
FIRST, HOURS = datetime(2026, 1, 1, tzinfo=UTC), 5 * 365 * 24 + 24
MINUTES_OF_A_QUARTER = 90 * 24 * 60
MINUTE = int(FIRST.timestamp()) // 60  # of the first instant, in the minutes of the table

# Half of the instants lie near a change of time, where clocks go wrong.
changes = st.sampled_from([change for name in ZONES for pair in clock_table.CHANGES[name][2:7] for change in pair])
minutes = st.integers(0, HOURS * 60) | st.builds(lambda change, more: change - MINUTE + more, changes, st.integers(-120, 120))
instants = minutes.map(lambda minute: FIRST + timedelta(minutes=minute))
spans = st.integers(0, MINUTES_OF_A_QUARTER).map(lambda minutes: timedelta(minutes=minutes))
zones = st.sampled_from(ZONES).map(zone)
lengths = st.one_of(
    st.builds(Length, st.integers(1, 100), st.just(Unit.HOURS)),
    st.builds(Length, st.integers(1, 45), st.sampled_from((Unit.CALENDAR_DAYS, Unit.BUSINESS_DAYS))),
)
rules = st.builds(
    ClockRule,
    name=st.just("C"),
    length=lengths,
    waits=st.none() | lengths,
    extension=st.none() | lengths,
    holidays=st.sampled_from([(), ("federal",), ("federal", "arkansas")]),
    warn_before=st.just((Length(24, Unit.HOURS),)),
)
kinds = st.sampled_from([kind for kind in ActKind if kind is not ActKind.RECEIVED])


def stand(rule: ClockRule, place: ZoneInfo, *events: CaseEvent, now: datetime | None = None) -> Deadlines:
    """Where one clock stands."""
    return deadlines(events, [(rule, Truth.TRUE)], place, BUNDLED.holidays, now or events[-1].at)


@given(rules, zones, instants, spans, spans, spans)
def test_a_longer_wait_never_makes_a_clock_end_earlier(rule, place, start, ask, answer, later):
    """Of two answers the later one gives the same end or a later one, and no end lies before the answer that let it go on."""
    rule = replace(rule, waits=rule.waits or Length(30, Unit.CALENDAR_DAYS))
    asked = [CaseEvent(ActKind.RECEIVED, start), CaseEvent(ActKind.ASKED, start + ask)]

    def answered(at: datetime) -> datetime:
        return due(stand(rule, place, *asked, CaseEvent(ActKind.EVIDENCE_ATTACHED, at)).clocks[0])

    never_asked = due(stand(rule, place, asked[0]).clocks[0])
    first, second = answered(start + ask + answer), answered(start + ask + answer + later)
    unanswered = stand(rule, place, *asked).clocks[0]
    assert never_asked <= first <= second <= due(unanswered)
    if unanswered.pause and start + ask + answer <= unanswered.pause.until:
        assert start + ask + answer <= first


@given(rules, zones, instants, spans)
def test_an_extension_never_makes_a_clock_end_earlier(rule, place, start, at):
    """With the notice the clock ends at the same instant or later."""
    received = CaseEvent(ActKind.RECEIVED, start)
    extended = stand(rule, place, received, CaseEvent(ActKind.EXTENDED, start + at))
    assert due(stand(rule, place, received).clocks[0]) <= due(extended.clocks[0])


@given(st.lists(rules, min_size=1, max_size=6), zones, instants, st.lists(st.tuples(kinds, spans), max_size=6), spans)
def test_the_first_open_clock_to_end_governs(drawn, place, start, happened, later):
    """No open clock ends before the one that governs, and whatever happens nothing is raised."""
    events = [CaseEvent(ActKind.RECEIVED, start), *(CaseEvent(kind, start + span) for kind, span in happened)]
    named = [(replace(rule, name=f"C{number}"), Truth.TRUE) for number, rule in enumerate(drawn)]
    found = deadlines(events, named, place, BUNDLED.holidays, start + later)
    still_open = [one for one in found.clocks if one.ended_at is None]
    if found.governing is None:
        assert [] == still_open
    else:
        assert due(found.governing) == min(due(one) for one in still_open)
    assert all((one.review is not None) >= (one.state is ClockState.PASSED) for one in still_open)


@given(rules, zones, instants, st.lists(st.tuples(kinds, spans), max_size=6), spans)
def test_a_clock_set_back_is_like_a_clock_that_stood_still(rule, place, start, happened, back):
    """Events that bear too early an instant count at the greatest recorded before them: no deadline moves."""
    events = [CaseEvent(ActKind.RECEIVED, start), *(CaseEvent(kind, start + span) for kind, span in happened)]
    stood, greatest = [], start
    for event in events:
        greatest = max(greatest, event.at)
        stood.append(replace(event, at=greatest))
    now = start + back
    found, expected = stand(rule, place, *events, now=now), stand(rule, place, *stood, now=now)
    assert (expected.clocks, expected.governing) == (found.clocks, found.governing)


@given(rules, zones, instants, spans)
def test_a_later_present_moves_no_deadline(rule, place, start, later):
    """When one looks decides what is shown, never when a clock ends."""
    received = CaseEvent(ActKind.RECEIVED, start)
    early, late = stand(rule, place, received), stand(rule, place, received, now=start + later)
    assert early.clocks[0].due_at == late.clocks[0].due_at


def hours() -> Iterator[int]:
    """Every hour of five years in a soak; else those around the changes of time, and a few of the others."""
    if settings.get_current_profile_name() == "soak":
        yield from range(HOURS)
        return
    for name in ZONES:
        for pair in clock_table.CHANGES[name]:
            for change in pair:
                hour = (change - MINUTE) // 60
                yield from (near for near in (*range(hour - 171, hour - 164), *range(hour - 24, hour + 25)) if 0 <= near < HOURS)
    yield from range(0, HOURS, 97)


def test_hours_and_days_from_every_hour():
    """In six zones 72 hours are 72 hours, and seven days end where the table of changes says, each by minutes and no zone data."""
    calendars = {name: Calendar(zone(name), BusinessDays()) for name in ZONES}
    wanted = sorted(set(hours()))
    assert len(wanted) > 500
    for name, calendar in calendars.items():
        for hour in wanted:
            start, minute = FIRST + timedelta(hours=hour), MINUTE + 60 * hour
            assert start + timedelta(seconds=72 * 3600) == calendar.after(start, Length(72, Unit.HOURS))
            due = calendar.after(start, Length(7, Unit.CALENDAR_DAYS))
            shown = clock_table.wall(minute, name) + 7 * clock_table.DAY
            assert clock_table.EPOCH + timedelta(minutes=clock_table.wall(minute, name)) == wall_of(start, calendar.zone)
            assert clock_table.first_at(shown, name, minute + 7 * clock_table.DAY - 60) == int(due.timestamp()) // 60


@pytest.mark.slow
def test_business_days_from_every_hour_of_both_changes_of_time():
    """In six zones and five years: two business days without the holidays of country and state, by counting minutes one by one."""
    compared = 0
    for name in ZONES:
        calendar = Calendar(zone(name), BusinessDays(BUNDLED.holidays, KEPT_BY_BOTH))
        for change in (change for pair in clock_table.CHANGES[name][2:7] for change in pair):
            for minute in range(change - 12 * 60, change + 13 * 60, 60):
                row = clock_table.Clock("", name, "2 business days", minute, KEPT_BY_BOTH)
                due = calendar.after(FIRST + timedelta(minutes=minute - MINUTE), Length(2, Unit.BUSINESS_DAYS))
                assert row.due() == int(due.timestamp()) // 60, (name, minute)
                compared += 1
    assert 6 * 10 * 25 == compared

"""Which clocks apply, where each stands, which one governs, and what a clock that ran out leads to."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from clausewise.payer.deadlines import clocks_for, clocks_of, deadlines
from clausewise.payer.wall_time import instant_of, zone_named
from clausewise.vocab.clock import (
    CaseEvent,
    CaseFrame,
    ClockReview,
    ClockRule,
    ClockState,
    Deadline,
    Length,
    ReviewReason,
    Unit,
)
from clausewise.vocab.determination import Disposition
from clausewise.vocab.history import ActKind
from clausewise.vocab.truth import Truth
from tests.unit.payer.clocks import BUNDLED, due, zone

CHICAGO = zone("America/Chicago")
ON = date(2026, 3, 6)
START = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
ARKANSAN = CaseFrame("commercial", "AR", "AR", "insured", "standard", "prospective")
HOURS_72 = ClockRule("H", Length(72, Unit.HOURS), warn_before=(Length(24, Unit.HOURS),))
WAITING = replace(HOURS_72, waits=Length(48, Unit.HOURS))


def names(frame: CaseFrame, on: date = ON) -> dict[str, Truth]:
    """The clocks of the bundled document for a frame."""
    return {rule.name: truth for rule, truth in clocks_for(BUNDLED.clocks, frame, on)}


def event(kind: ActKind, hours: float) -> CaseEvent:
    """An event so many hours after the request was received."""
    return CaseEvent(kind, START + timedelta(hours=hours))


def clock(rule: ClockRule, now: float, *events: CaseEvent) -> Deadline:
    """Where one clock stands so many hours after the request was received."""
    history = (event(ActKind.RECEIVED, 0), *events)
    return deadlines(history, [(rule, Truth.TRUE)], CHICAGO, (), START + timedelta(hours=now)).clocks[0]


# ---- which apply -----------------------------------------------------------------------------------------------------


def test_a_commercial_member_in_arkansas_has_the_clock_of_the_state_and_that_of_the_claims_rule():
    """Both run; the federal clocks of CMS are for others."""
    assert {"AR-STANDARD": Truth.TRUE, "CLAIMS-PRE-SERVICE": Truth.TRUE} == names(ARKANSAN)


def test_the_federal_clock_of_seven_days_begins_with_2026():
    """A request received the day before the rule is in force has the older clock."""
    frame = replace(ARKANSAN, line_of_business="medicaid")
    assert {"CMS-STANDARD": Truth.TRUE} == names(frame, date(2026, 1, 1))
    assert {"CMS-STANDARD-OLD": Truth.TRUE} == names(frame, date(2025, 12, 31))


def test_what_is_not_known_may_apply():
    """Nothing known excludes nothing: the clocks of urgent requests may apply too, and none is said to apply for certain."""
    found = names(CaseFrame())
    assert {Truth.UNKNOWN} == set(found.values())
    assert {"CMS-EXPEDITED", "AR-URGENT", "CLAIMS-POST-SERVICE"} <= set(found)
    assert Truth.UNKNOWN is names(replace(ARKANSAN, funding="unknown"))["AR-STANDARD"]


def test_the_state_of_issue_counts_before_the_state_of_the_member():
    """A contract issued in Texas is not under the law of Arkansas, wherever the member lives."""
    assert "AR-STANDARD" not in names(replace(ARKANSAN, state_of_issue="TX"))
    assert Truth.TRUE is names(replace(ARKANSAN, state_of_issue=""))["AR-STANDARD"]
    assert Truth.UNKNOWN is names(replace(ARKANSAN, state_of_issue="unknown"))["AR-STANDARD"]


def test_every_bundled_clock_is_reached_by_some_frame_and_says_that_nobody_checked_it():
    """No row is dead, and none pretends."""
    reached = {
        name
        for line in ("commercial", "medicaid")
        for urgency in ("standard", "expedited")
        for review in ("prospective", "concurrent", "retrospective", "reconsideration")
        for on in (ON, date(2025, 6, 1))
        for name in names(CaseFrame(line, "AR", "", "insured", urgency, review), on)
    }
    assert {rule.name for rule in BUNDLED.clocks} == reached
    checked = [rule.checked for rule in BUNDLED.clocks] + [holiday.checked for holiday in BUNDLED.holidays]
    assert all(words.startswith("no, ") for words in checked)


def test_an_appeal_has_clocks_of_its_own():
    """They begin with the appeal, while the clocks of the request are met."""
    history = [event(ActKind.RECEIVED, 0), event(ActKind.COMPLETED, 1), event(ActKind.DECIDED, 20)]
    history += [event(ActKind.NOTIFIED, 21), event(ActKind.APPEALED, 200)]
    rules = clocks_of(BUNDLED.clocks, ARKANSAN, history, CHICAGO)
    found = deadlines(history, rules, CHICAGO, BUNDLED.holidays, START + timedelta(hours=201))
    states = {one.rule.name: one.state for one in found.clocks}
    assert {"AR-STANDARD": ClockState.MET, "CLAIMS-PRE-SERVICE": ClockState.MET, "APPEAL-STANDARD": ClockState.RUNNING} == states
    assert found.governing is not None and "APPEAL-STANDARD" == found.governing.rule.name


# ---- where one stands ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (0, ClockState.RUNNING),
        (47.99, ClockState.RUNNING),
        (48, ClockState.WARNED),
        (72, ClockState.WARNED),
        (72.01, ClockState.PASSED),
    ],
)
def test_a_clock_runs_warns_and_passes(now: float, state: ClockState):
    """The last instant is still in time; the warning comes with its instant."""
    assert state is clock(HOURS_72, now).state


def test_a_clock_that_has_not_begun_has_no_end():
    """What starts with complete information waits for it, and says so."""
    found = clock(replace(HOURS_72, starts_at=ActKind.COMPLETED), 100)
    assert (ClockState.NOT_STARTED, None) == (found.state, found.due_at)
    assert "which has not come" in found.why[0]


@pytest.mark.parametrize(("at", "state"), [(72, ClockState.MET), (72.01, ClockState.PASSED)])
def test_a_decision_meets_the_clock_or_comes_too_late(at: float, state: ClockState):
    """Either way the clock calls for nothing more."""
    found = clock(HOURS_72, 500, event(ActKind.DECIDED, at))
    assert (state, None) == (found.state, found.review)


def test_a_withdrawn_request_stops_the_clock():
    """A closed case was neither met nor missed."""
    assert ClockState.CLOSED is clock(HOURS_72, 500, event(ActKind.CLOSED, 10)).state


def test_a_wait_stops_the_clock_until_the_answer():
    """What was left goes on when the information comes, and until then the longest wait is supposed."""
    waits = clock(WAITING, 20, event(ActKind.ASKED, 10))
    assert (ClockState.PAUSED, START + timedelta(hours=120)) == (waits.state, waits.due_at)
    goes_on = clock(WAITING, 20, event(ActKind.ASKED, 10), event(ActKind.EVIDENCE_ATTACHED, 15))
    assert (ClockState.RUNNING, START + timedelta(hours=77)) == (goes_on.state, goes_on.due_at)


def test_a_wait_without_an_answer_ends_and_sends_the_case_to_a_physician():
    """The clock goes on, and a physician decides what can be decided without the information: nothing is denied."""
    found = clock(WAITING, 58, event(ActKind.ASKED, 10))
    assert (ClockState.RUNNING, ClockReview(ReviewReason.LACK_OF_INFORMATION)) == (found.state, found.review)
    assert found.review is not None and Disposition.PHYSICIAN_REVIEW is found.review.disposition


@pytest.mark.parametrize("rule", [HOURS_72, WAITING])
def test_a_clock_that_passes_without_information_names_its_own_reason(rule: ClockRule):
    """Whether it waited or not, lack of information is the reason, and is told apart from a deadline that was missed."""
    assert ClockReview(ReviewReason.LACK_OF_INFORMATION) == clock(rule, 500, event(ActKind.ASKED, 10)).review
    answered = clock(rule, 500, event(ActKind.ASKED, 10), event(ActKind.EVIDENCE_ATTACHED, 12))
    assert ClockReview(ReviewReason.DEADLINE_PASSED) == answered.review


def test_a_clock_can_lead_to_nothing_but_a_physician():
    """The record has room for a reason and for no other outcome."""
    assert ["reason"] == [one.name for one in fields(ClockReview)]
    assert {Disposition.PHYSICIAN_REVIEW} == {ClockReview(reason).disposition for reason in ReviewReason}


@pytest.mark.parametrize(
    ("rule", "events", "why"),
    [
        (HOURS_72, [(ActKind.ASKED, 5)], "asking does not stop it"),
        (HOURS_72, [(ActKind.EXTENDED, 5)], "it cannot be extended"),
        (WAITING, [(ActKind.ASKED, 73)], "asking came after its end"),
        (replace(HOURS_72, extension=Length(10, Unit.HOURS)), [(ActKind.EXTENDED, 73)], "the extension came after its end"),
    ],
)
def test_what_does_not_count_moves_nothing_and_is_told(rule: ClockRule, events: list[tuple[ActKind, float]], why: str):
    """A request or notice that the rule has no room for leaves the end where it was."""
    found = clock(rule, 80, *(event(kind, hours) for kind, hours in events))
    assert START + timedelta(hours=72) == found.due_at
    assert why in found.why


def test_a_clock_waits_and_is_extended_only_once():
    """The second request for information and the second notice move nothing."""
    rule = replace(WAITING, extension=Length(10, Unit.HOURS))
    once = [event(ActKind.ASKED, 1), event(ActKind.EVIDENCE_ATTACHED, 2), event(ActKind.EXTENDED, 3)]
    twice = clock(rule, 20, *once, event(ActKind.ASKED, 4), event(ActKind.EXTENDED, 5))
    assert due(clock(rule, 20, *once)) == due(twice) == START + timedelta(hours=83)
    assert {"asking again does not stop it again", "it cannot be extended again"} <= set(twice.why)


def test_a_week_over_the_change_of_time_is_warned_of_when_168_hours_have_passed():
    """In autumn the same wall time comes after 169 hours, and the warning an hour before; in spring it is the end itself."""
    week = ClockRule("W", Length(7, Unit.CALENDAR_DAYS))
    for start, hours in ((datetime(2026, 10, 28, 15, tzinfo=UTC), 169), (datetime(2026, 3, 5, 15, tzinfo=UTC), 167)):
        received = (CaseEvent(ActKind.RECEIVED, start),)
        (found,) = deadlines(received, [(week, Truth.TRUE)], CHICAGO, (), start).clocks
        assert start + timedelta(hours=hours) == found.due_at
        assert (start + timedelta(hours=min(hours, 168)),) == found.warn_at


# ---- together --------------------------------------------------------------------------------------------------------


def test_the_clock_that_ends_first_governs_even_if_it_only_may_apply():
    """Until it is known that the shorter clock does not apply, it counts."""
    longer, shorter = HOURS_72, replace(HOURS_72, name="S", length=Length(24, Unit.HOURS))
    history = (event(ActKind.RECEIVED, 0),)
    found = deadlines(history, [(longer, Truth.TRUE), (shorter, Truth.UNKNOWN)], CHICAGO, (), START)
    assert found.governing is found.clocks[0]
    assert "S" == found.governing.rule.name


def test_a_clock_set_back_moves_no_deadline():
    """An event that bears an earlier instant than one recorded before counts at the later one, with a note."""
    history = (event(ActKind.RECEIVED, 0), event(ActKind.ASKED, 10), event(ActKind.EVIDENCE_ATTACHED, 9))
    found = deadlines(history, [(WAITING, Truth.TRUE)], CHICAGO, (), START + timedelta(hours=11))
    assert ["CW633"] == [problem.code for problem in found.problems]
    assert START + timedelta(hours=72) == found.clocks[0].due_at


def test_a_decision_with_a_clock_set_back_is_not_made_timely():
    """What was recorded after the end came after the end, whatever its own clock says."""
    history = (event(ActKind.RECEIVED, 0), event(ActKind.REVIEWED, 72.5), event(ActKind.DECIDED, 71.5))
    assert ClockState.PASSED is deadlines(history, [(HOURS_72, Truth.TRUE)], CHICAGO, (), START).clocks[0].state


def test_now_before_the_history_ends_is_noted_and_moves_nothing():
    """A present that was set back shows the clocks as they were when the last event was recorded."""
    history = (event(ActKind.RECEIVED, 0), event(ActKind.REVIEWED, 60))
    found = deadlines(history, [(HOURS_72, Truth.TRUE)], CHICAGO, (), START)
    assert ["CW634"] == [problem.code for problem in found.problems]
    assert (ClockState.WARNED, START + timedelta(hours=72)) == (found.clocks[0].state, found.clocks[0].due_at)


def test_a_case_without_events_has_no_clock():
    """Nothing was received, so nothing runs."""
    assert () == clocks_of(BUNDLED.clocks, ARKANSAN, (), CHICAGO)
    assert None is deadlines((), (), CHICAGO, (), START).governing


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        ("2026-03-08 02:30:15.5", "2026-03-08 08:00"),  # skipped: the moment after the leap
        ("2026-11-01 01:30", "2026-11-01 06:30"),  # twice: the first
        ("2026-06-01 12:00", "2026-06-01 17:00"),
    ],
)
def test_a_wall_time_that_is_skipped_or_comes_twice_is_read_early(wall: str, utc: str):
    """Neither lengthens a deadline."""
    assert datetime.fromisoformat(utc).replace(tzinfo=UTC) == instant_of(datetime.fromisoformat(wall), CHICAGO)


def test_zones_come_from_the_pinned_package_by_exact_name():
    """No path, no abbreviation, no guess."""
    assert [None, None, None] == [zone_named(name) for name in ("../zones", "CST", "america/chicago")]

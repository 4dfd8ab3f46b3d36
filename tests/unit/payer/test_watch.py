"""What is noticed about clocks: all of it, once, in time, and a physician where information is missing."""

from datetime import UTC, datetime, timedelta

import pytest

from clausewise.payer import watch
from clausewise.payer.deadlines import deadlines
from clausewise.payer.watch import goes_to_physician, lacks_information, marks_of, next_look, owed, reason_of
from clausewise.vocab.clock import CaseEvent, ClockRule, Deadlines, Length, NoticeKind, ReviewReason, Unit
from clausewise.vocab.determination import Disposition
from clausewise.vocab.history import ActKind
from clausewise.vocab.truth import Truth
from tests.unit.payer.clocks import zone
from tests.unit.payer.lives import drawn, live

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)
RULE = ClockRule("C", Length(72, Unit.HOURS), warn_before=(Length(24, Unit.HOURS), Length(4, Unit.HOURS)))
WAITING = ClockRule("C", Length(72, Unit.HOURS), waits=Length(48, Unit.HOURS))


def hours(number: float) -> datetime:
    """So many hours after the receipt."""
    return NOON + timedelta(hours=number)


def stand(rule: ClockRule, now: float, *acts: tuple[ActKind, float]) -> Deadlines:
    """Where a clock stands some hours after the receipt."""
    events = [CaseEvent(kind, hours(at)) for kind, at in ((ActKind.RECEIVED, 0), *acts)]
    return deadlines(events, [(rule, Truth.TRUE)], zone("America/Chicago"), (), hours(now))


def noticed(found: Deadlines, known: set[watch.Key]) -> list[tuple[str, float]]:
    """What is noticed now, as words and hours after the receipt."""
    marks = owed(marks_of(found), known, found.at)
    known.update(map(watch.key_of, marks))
    return [(mark.kind.value, (mark.instant - NOON) / timedelta(hours=1)) for mark in marks]


def test_each_warning_and_the_end_are_noticed_once():
    """Looked at each hour, a clock is warned of at 48 and 68 hours and passes after 72; the last instant itself is in time."""
    known: set[watch.Key] = set()
    found = {hour: told for hour in range(100) if (told := noticed(stand(RULE, hour), known))}
    assert {48: [("warned", 48.0)], 68: [("warned", 68.0)], 73: [("passed", 72.0)]} == found


def test_what_was_missed_while_nobody_looked_is_noticed_once_and_the_last_alone():
    """After 70 hours of sleep only the second warning is due, after 80 only that it passed."""
    assert [("warned", 68.0)] == noticed(stand(RULE, 70), set())
    assert [("passed", 72.0)] == noticed(stand(RULE, 80), set())


def test_a_clock_set_back_brings_no_earlier_warning_back():
    """Who was warned at 68 hours is not warned of 48 when the clock goes back an hour; nor who was told that it passed."""
    known: set[watch.Key] = set()
    noticed(stand(RULE, 68.5), known)
    assert [] == noticed(stand(RULE, 67.5), known)
    noticed(stand(RULE, 72.5), known)
    assert [] == noticed(stand(RULE, 71.5), known)


def test_the_next_look_is_when_something_is_due():
    """From the receipt on: the two warnings, the moment after the end, and then never."""
    looks, now = [], 0.0
    while (at := next_look(marks_of(stand(RULE, now)), hours(now))) is not None:
        looks.append(at)
        now = (at - NOON) / timedelta(hours=1)
    assert [hours(48), hours(68), hours(72) + watch.MOMENT] == looks


def test_a_clock_that_was_met_late_is_noticed_and_one_met_in_time_is_not():
    """A decision after the end was late, although nobody looked between; one before it leaves nothing to notice."""
    assert [("passed", 72.0)] == noticed(stand(RULE, 100, (ActKind.DECIDED, 73)), set())
    assert [] == noticed(stand(RULE, 100, (ActKind.DECIDED, 72)), set())
    assert [] == noticed(stand(RULE, 100, (ActKind.WITHDRAWN, 10)), set())


def test_a_wait_that_ends_without_an_answer_is_noticed():
    """Asked at 10, a wait of 48 hours is over at 58; while it lasts nothing is warned of."""
    assert [] == noticed(stand(WAITING, 57, (ActKind.ASKED, 10)), set())
    assert [("waited", 58.0)] == noticed(stand(WAITING, 60, (ActKind.ASKED, 10)), set())


@pytest.mark.parametrize(
    ("kinds", "pends", "missing"),
    [
        ((ActKind.RECEIVED, ActKind.DETERMINED), True, True),
        ((ActKind.RECEIVED, ActKind.DETERMINED), False, False),
        ((ActKind.RECEIVED, ActKind.DETERMINED, ActKind.ASKED), False, True),
        ((ActKind.RECEIVED, ActKind.DETERMINED, ActKind.ASKED, ActKind.EVIDENCE_ATTACHED), True, False),
        ((ActKind.RECEIVED, ActKind.ASKED, ActKind.EVIDENCE_ATTACHED, ActKind.DETERMINED), True, True),
        ((ActKind.RECEIVED, ActKind.DETERMINED, ActKind.COMPLETED), True, False),
    ],
)
def test_information_is_missing_when_it_was_asked_for_or_a_determination_waits(kinds, pends, missing):
    """What came since the question or since the determination counts; a determination after it says anew whether it is enough."""
    assert missing is lacks_information(kinds, pends)


def test_a_case_goes_to_a_physician_once_until_something_comes():
    """Time ran out while information is missing: once; after evidence and a determination that still waits, once more."""
    late = stand(RULE, 80, (ActKind.DETERMINED, 1))
    kinds: list[ActKind] = [ActKind.RECEIVED, ActKind.DETERMINED]
    deadline = goes_to_physician(late, kinds, True)
    assert deadline is not None and deadline.review is not None
    assert Disposition.PHYSICIAN_REVIEW is deadline.review.disposition
    assert ReviewReason.LACK_OF_INFORMATION is reason_of(deadline, True)
    assert goes_to_physician(late, [*kinds, ActKind.DEADLINE_PASSED], True) is None
    again = [*kinds, ActKind.DEADLINE_PASSED, ActKind.EVIDENCE_ATTACHED]
    assert goes_to_physician(late, again, True) is None
    assert goes_to_physician(late, [*again, ActKind.DETERMINED], True) is not None
    assert goes_to_physician(late, kinds, False) is None
    assert goes_to_physician(stand(RULE, 72, (ActKind.DETERMINED, 1)), kinds, True) is None


@pytest.mark.slow
def test_two_thousand_lives_are_watched_without_a_gap():
    """Whoever looks, whenever it is killed, whatever the clock shows: nothing is missed, doubled or untrue, and all kinds occur."""
    watched = [live(drawn(number)) for number in range(2_000)]
    assert [] == [fault for one in watched for fault in one.faults]
    kinds = {kind for one in watched for _, kind, _ in one.known}
    assert set(NoticeKind) == kinds
    assert 100 < sum(one.routed for one in watched) and 500 < sum(one.killed for one in watched)


@pytest.mark.parametrize("broken", ["next_look", "owed"])
def test_the_simulation_finds_what_is_wrong(monkeypatch, broken):
    """A watch that looks a minute late, or forgets what it knows, is found within a few lives."""
    from tests.unit.payer import lives

    wrong = {
        "next_look": lambda marks, now: (at := next_look(marks, now)) and at + timedelta(days=2),
        "owed": lambda marks, known, now: owed(marks, set(), now),
    }
    monkeypatch.setattr(lives, broken, wrong[broken])
    assert any(live(drawn(number)).faults for number in range(200))

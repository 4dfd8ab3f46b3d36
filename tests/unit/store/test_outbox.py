"""What acts leave to be done is done, once where it can be, again where it must be, and given up where that is all there is."""

from typing import Any

import pytest

from tests.unit.conftest import Person
from tests.unit.store.test_cases import in_threads, taken_in
from tests.unit.store.workers import Hand, rows_of, work

TOPICS = ("received", "completed", "determined")


def effects_of(run, outside=False):
    """Effects that do the same for every topic."""
    from clausewise.store.outbox import Effect

    return dict.fromkeys(TOPICS, Effect(run, outside))


def do(person: Person, run, clock, outside=False):
    """What became of one look into the outbox."""
    from clausewise.store.outbox import do_next

    return do_next(person.tenant, effects_of(run, outside), clock(), lambda: 0.5)


def test_each_line_is_done_once_and_gone(person):
    """The three lines of a submission are done together and in order, with different keys, and then nothing is due."""
    from clausewise.store.outbox import Outcome

    receipt, _ = taken_in(person)
    seen: list[Any] = []
    clock = Hand()
    found = [do(person, seen.extend, clock) for _ in range(2)]
    assert [Outcome.DONE, Outcome.NOTHING_DUE] == found
    assert [(receipt.case, number) for number in (1, 2, 3)] == [(line.case, line.sequence) for line in seen]
    assert 3 == len({line.key for line in seen})
    assert [] == rows_of(person, "Outbox")


def test_an_effect_and_the_end_of_its_line_are_one(person):
    """An effect that fails after it wrote leaves nothing of what it wrote, and its line stays."""
    from clausewise.store.models import CaseClock
    from clausewise.store.outbox import Outcome

    taken_in(person)

    def half_done(lines):
        line = lines[0]
        CaseClock(tenant_id=line.tenant, case_id=line.case, version=0, framed="", pends=False, book="").save(force_insert=True)
        raise ValueError("in the middle")

    assert Outcome.FAILED is do(person, half_done, Hand())
    assert [] == rows_of(person, "CaseClock")
    assert 3 == len(rows_of(person, "Outbox"))
    troubles = rows_of(person, "OutboxTrouble")
    assert [(1, "ValueError", False)] * 3 == [(row["attempts"], row["fault"], row["dead"]) for row in troubles]


def test_what_fails_waits_longer_each_time_and_is_then_given_up(person):
    """A line that fails is due again after its wait and not before, is dead after ten attempts, and lives again when told to."""
    from clausewise.store.outbox import ATTEMPTS_MAX, Outcome, revive, state_of, wait_after

    taken_in(person)
    clock = Hand()

    def fail(lines):
        raise ValueError(lines)

    for attempt in range(1, ATTEMPTS_MAX):
        assert Outcome.FAILED is do(person, fail, clock)
        clock.to(seconds=wait_after(attempt, lambda: 0.5).total_seconds() - 0.001)
        assert Outcome.NOTHING_DUE is do(person, fail, clock)
        clock.to(seconds=0.001)
    assert Outcome.DEAD is do(person, fail, clock)
    clock.to(days=30)
    assert Outcome.NOTHING_DUE is do(person, fail, clock)
    dead = state_of(person.tenant).dead
    assert [(ATTEMPTS_MAX, "ValueError", topic) for topic in TOPICS] == [(one.attempts, one.fault, one.topic) for one in dead]
    assert 3 == revive(person.tenant, clock())
    assert Outcome.DONE is do(person, lambda line: None, clock)
    assert [] == rows_of(person, "OutboxTrouble")


def test_waits_grow_to_an_hour_and_chance_halves_them_at_most():
    """Five seconds, then twice as long each time, never more than an hour; by chance between half of that and all."""
    from clausewise.store.outbox import wait_after

    longest = [wait_after(attempt, lambda: 1.0).total_seconds() for attempt in range(1, 13)]
    assert [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600] == longest
    assert 2.5 == wait_after(1, lambda: 0.0).total_seconds()


def test_a_clock_set_back_keeps_no_line_waiting(person):
    """A line that failed just before the clock went back an hour is due at once, and not an hour later."""
    from clausewise.store.outbox import Outcome

    taken_in(person)
    clock = Hand()

    def fail(line):
        raise ValueError(line)

    assert [Outcome.FAILED, Outcome.NOTHING_DUE] == [do(person, fail, clock) for _ in range(2)]
    clock.to(hours=-1)
    assert Outcome.DONE is do(person, lambda line: None, clock)


def test_an_unknown_topic_is_left_to_others(person):
    """A line whose topic no effect here knows stays, and stands in nobody's way."""
    from clausewise.store.outbox import Effect, Outcome, do_next

    taken_in(person)
    known = {"determined": Effect(lambda line: None)}
    assert Outcome.DONE is do_next(person.tenant, known, Hand()(), lambda: 0.5)
    assert Outcome.NOTHING_DUE is do_next(person.tenant, known, Hand()(), lambda: 0.5)
    assert ["received", "completed"] == [row["topic"] for row in rows_of(person, "Outbox")]


def test_an_effect_outside_is_counted_before_it_is_tried(person):
    """While a letter is on its way its line is nobody else's; if the worker is killed it is tried again under the same key."""
    from clausewise.store.outbox import LEASE, Outcome

    taken_in(person)
    clock, keys, during = Hand(), [], []

    def killed(lines):
        keys.append(lines[0].key)
        during.append([row["attempts"] for row in rows_of(person, "OutboxTrouble")])
        raise KeyboardInterrupt  # as a kill: nobody counts it afterwards

    with pytest.raises(KeyboardInterrupt):
        do(person, killed, clock, outside=True)
    assert [[1]] == during
    for _ in range(2):
        assert Outcome.DONE is do(person, lambda line: None, clock, outside=True)
    assert Outcome.NOTHING_DUE is do(person, keys.append, clock, outside=True)
    clock.to(seconds=LEASE.total_seconds())
    assert Outcome.DONE is do(person, lambda lines: keys.append(lines[0].key), clock, outside=True)
    assert 1 == len(set(keys))
    assert [] == rows_of(person, "Outbox")


def test_a_line_that_takes_its_worker_with_it_is_given_up(person):
    """Ten times killed in the middle of an effect outside, a line is dead instead of killing workers for ever."""
    from clausewise.store.outbox import ATTEMPTS_MAX, LEASE, Outcome

    taken_in(person)
    clock, tried = Hand(), []

    def killed(lines):
        tried.append(lines[0].sequence)
        raise KeyboardInterrupt

    while True:
        try:
            outcome = do(person, killed, clock, outside=True)
        except KeyboardInterrupt:
            continue
        if outcome is Outcome.NOTHING_DUE:
            if len(tried) == 3 * ATTEMPTS_MAX and not rows_of(person, "OutboxTrouble", dead=False):
                break
            clock.to(seconds=LEASE.total_seconds())
    assert 3 == len(rows_of(person, "OutboxTrouble", dead=True, fault="killed"))


@pytest.mark.slow
def test_many_workers_take_each_line_once(person):
    """Eight threads empty one outbox: each line is done by one of them."""
    from clausewise.store.outbox import Outcome

    for _ in range(10):
        taken_in(person)
    seen: list[int] = []
    clock = Hand()

    def empty(_):
        while do(person, lambda lines: seen.extend(line.id for line in lines), clock) is not Outcome.NOTHING_DUE:
            pass
        return "empty"

    done = in_threads(empty, 8)
    while do(person, lambda lines: seen.extend(line.id for line in lines), clock) is not Outcome.NOTHING_DUE:
        pass  # on PostgreSQL somebody may have left while another still held the last line
    assert ["empty"] * 8 == done
    assert (30, 30) == (len(seen), len(set(seen)))


def test_a_worker_looks_at_the_clocks_of_what_came_in(person):
    """After its outbox is done a case has its clocks written beside it, as often as one looks."""
    receipt, _ = taken_in(person)
    work(person, Hand())
    [clock] = rows_of(person, "CaseClock")
    assert (receipt.case, receipt.version, "America/Chicago") == (clock["case_id"], clock["version"], clock["zone"])
    assert clock["next_at"] is not None
    work(person, Hand())
    assert [clock] == rows_of(person, "CaseClock")

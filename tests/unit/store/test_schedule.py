"""Jobs that recur: each slot once, over restarts, several workers and clocks that go back; and tasks that are tried again."""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4

import pytest

from clausewise.store.schedule import SKEW, due_slot, slot_of
from tests.unit.conftest import NOON
from tests.unit.store.test_cases import in_threads
from tests.unit.store.workers import Hand

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def test_a_slot_is_due_once_and_of_those_that_went_by_the_last():
    """The same slot is not due again, the next one is, and after a night only the slot of now."""
    last = slot_of(MINUTE, NOON)
    assert due_slot(MINUTE, None, NOON) == last == NOON
    assert due_slot(MINUTE, last, NOON + 59.9 * timedelta(seconds=1)) is None
    assert NOON + MINUTE == due_slot(MINUTE, last, NOON + MINUTE)
    assert NOON + 8 * HOUR == due_slot(MINUTE, last, NOON + 8 * HOUR + timedelta(seconds=5))


def test_a_clock_set_back_an_hour_stops_no_job_of_a_minute_and_repeats_none_of_a_day():
    """The job of a minute goes on at once, that of a day waits for its next day; a little behind repeats nothing."""
    assert NOON - HOUR == due_slot(MINUTE, NOON, NOON - HOUR)
    midnight = slot_of(DAY, NOON)
    assert due_slot(DAY, midnight, midnight - timedelta(minutes=30)) is None
    assert due_slot(MINUTE, NOON, NOON - SKEW) is None


@pytest.mark.slow
def test_a_thousand_random_days_have_no_gap_and_no_doubled_run():
    """Workers that look at random instants, are killed before they commit, with clocks that go back an hour at most once.

    Between two looks a slot and its tolerance apart there is a run; and there are never more runs than slots, and as many as hours
    that came twice hold.
    """
    for number in range(1_000):
        random = Random(number)
        every, real, offset, back = random.choice((MINUTE, 5 * MINUTE, HOUR)), NOON, timedelta(), 0
        last, ran, begun = None, 0, NOON
        waited = timedelta()
        for _ in range(200):
            step = timedelta(seconds=random.randrange(1, 90))
            real, waited = real + step, waited + step
            if not back and random.random() < 0.01:
                offset, back = -HOUR, 1
            slot = due_slot(every, last, real + offset)
            if slot is not None and random.random() < 0.8:
                last, ran, waited = slot, ran + 1, timedelta()
            elif slot is not None:
                waited = timedelta()  # it was tried, and killed: the next look tries again
            assert waited <= every + max(every, SKEW) + timedelta(seconds=90), number
        assert ran <= (real - begun) // every + 2 + back, number


# ---- in the database -------------------------------------------------------------------------------------------------


@pytest.fixture
def job(database):
    """A job of a minute that nobody else has, and how it is enqueued."""
    from clausewise.store.recurring import Recurring

    return Recurring(uuid4().hex, MINUTE)


def planned(job, clock, made: list[str]) -> bool:
    """Whether a look made a task for the job; its id is noted."""
    from clausewise.store.recurring import plan

    def enqueue(name: str) -> str:
        made.append(task_of(name))
        return made[-1]

    return plan(job, clock(), enqueue)


def task_of(name: str) -> str:
    """A task that waits."""
    from django_tasks_db.models import DBTaskResult, get_date_max

    row = DBTaskResult.objects.create(
        args_kwargs={"args": [name], "kwargs": {}}, task_path="x", backend_name="default", run_after=get_date_max()
    )
    return str(row.id)


def finish(task: str) -> None:
    """Let a task have gone well."""
    from django_tasks_db.models import DBTaskResult

    DBTaskResult.objects.filter(id=task).update(status="SUCCESSFUL", finished_at=datetime.now(UTC))


def test_a_slot_becomes_one_task_and_the_next_waits_for_it(job):
    """A second look in the slot makes none; nor does the next slot while the task is not finished; then it does."""
    clock, made = Hand(), list[str]()
    assert [True, False] == [planned(job, clock, made) for _ in range(2)]
    clock.to(minutes=1)
    assert not planned(job, clock, made)
    finish(made[0])
    assert planned(job, clock, made)
    finish(made[1])
    clock.to(hours=-1)
    assert planned(job, clock, made)
    assert 3 == len(made)
    finish(made[2])


def test_a_job_that_is_wanted_early_is_made_before_its_time(job):
    """Work that piled up is done at once, but never twice at a time."""
    from dataclasses import replace

    clock, made = Hand(), list[str]()
    eager = replace(job, early=lambda: True)
    assert [True, False] == [planned(eager, clock, made) for _ in range(2)]
    finish(made[0])
    assert [False, True] == [planned(one, clock, made) for one in (job, eager)]
    finish(made[1])


def test_a_killed_planner_leaves_neither_slot_nor_task(job):
    """Slot and task are one: what is killed between them left nothing, and the next look makes both."""
    from clausewise.store.models import RecurringJob
    from clausewise.store.recurring import plan

    made: list[str] = []

    def killed(name: str) -> str:
        made.append(task_of(name))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        plan(job, NOON, killed)
    from django_tasks_db.models import DBTaskResult

    assert (0, 0) == (DBTaskResult.objects.filter(id=made[0]).count(), RecurringJob.objects.filter(name=job.name).count())
    assert planned(job, Hand(), made)
    finish(made[1])


@pytest.mark.slow
def test_of_eight_workers_one_makes_the_task(job):
    """Eight threads look at one moment, for a job that never ran and for one that did: one task each time."""
    made: list[str] = []
    clock = Hand()

    for _ in range(2):
        before = len(made)
        found = in_threads(lambda _: planned(job, clock, made), 8)
        assert 1 == found.count(True)
        from django_tasks_db.models import DBTaskResult

        assert 1 == DBTaskResult.objects.filter(id__in=made[before:]).count()
        DBTaskResult.objects.filter(id__in=made).update(status="SUCCESSFUL", finished_at=datetime.now(UTC))
        clock.to(minutes=1)

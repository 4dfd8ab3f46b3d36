"""Tasks are run, tried again, given up, and taken over from workers that were killed; of a fault only its class is kept."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.unit.conftest import NOON
from tests.unit.store.test_cases import in_threads
from tests.unit.store.workers import Hand

RAN: list[str] = []
FAILS: list[BaseException] = []


@pytest.fixture
def tasks(database):
    """The tasks, when no other is there."""
    from django_tasks_db.models import DBTaskResult

    from clausewise.store import tasks

    DBTaskResult.objects.all().delete()
    RAN.clear()
    FAILS.clear()
    yield tasks
    DBTaskResult.objects.all().delete()


@pytest.fixture
def enqueued(tasks):
    """The id of a task that notes its word, or fails while it is told to."""
    from django_tasks import task

    from tests.unit.store import test_tasks

    test_tasks.note = task(note_word)  # type: ignore[attr-defined]
    return str(test_tasks.note.enqueue("word").id)  # type: ignore[attr-defined]


def note_word(word: str) -> None:
    """What the task does."""
    if FAILS:
        raise FAILS[-1]
    RAN.append(word)


note_word.__qualname__ = note_word.__name__ = "note"


def row_of(task: str) -> Any:
    """A task as it is kept."""
    from django_tasks_db.models import DBTaskResult

    return DBTaskResult.objects.get(id=task)


def place(process: int = 1, host: str = "here", mark: str = "m"):
    """Where a worker is."""
    from clausewise.store.tasks import Place

    return Place(host, process, mark)


def test_a_task_is_run_once(tasks, enqueued):
    """It is run, its success is kept, and then nothing is due."""
    found = [tasks.run_next(place(), NOON, lambda: 0.5).value for _ in range(2)]
    assert (["done", "nothing_due"], ["word"], "SUCCESSFUL") == (found, RAN, row_of(enqueued).status)


def test_a_task_that_fails_is_tried_again_and_given_up(tasks, enqueued):
    """It waits longer each time, is given up after six attempts, and is run when somebody says so; no word of the fault is kept."""
    clock = Hand()
    FAILS.append(ValueError("Jane Doe, born 1970"))
    for attempt in range(1, tasks.ATTEMPTS_MAX):
        assert "failed" == tasks.run_next(place(), clock(), lambda: 0.5).value
        assert "nothing_due" == tasks.run_next(place(), clock(), lambda: 0.5).value
        clock.to(seconds=tasks.wait_after(attempt, lambda: 0.5).total_seconds())
    assert "dead" == tasks.run_next(place(), clock(), lambda: 0.5).value
    kept = row_of(enqueued)
    assert ("FAILED", "builtins.ValueError", "") == (kept.status, kept.exception_class_path, kept.traceback)
    assert not any("Jane" in str(value) for value in vars(kept).values())
    clock.to(days=3)
    assert "nothing_due" == tasks.run_next(place(), clock(), lambda: 0.5).value
    FAILS.clear()
    assert 1 == tasks.revive(clock())
    assert "done" == tasks.run_next(place(), clock(), lambda: 0.5).value


def killed(tasks, where) -> None:
    """A worker is killed in the middle of the task."""
    FAILS.append(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        tasks.run_next(where, NOON, lambda: 0.5)
    FAILS.clear()


def test_a_task_whose_process_is_gone_is_taken_over_at_once(tasks, enqueued):
    """The killed worker's task runs no more on this machine, so the next worker takes it; one that lives keeps its own."""
    killed(tasks, place(process=7))
    other = place(process=8)
    assert 0 == tasks.rescue(other, NOON, lambda: 0.5, lambda process: process == 7)
    assert 1 == tasks.rescue(other, NOON, lambda: 0.5, lambda process: False)
    assert "done" == tasks.run_next(other, NOON + timedelta(hours=1), lambda: 0.5).value
    assert (["word"], 2) == (RAN, len(row_of(enqueued).worker_ids))


def test_a_task_of_an_earlier_process_of_the_same_number_is_taken_over(tasks, enqueued):
    """In a container every worker is process 1: what tells them apart is their mark."""
    killed(tasks, place(process=1, mark="before"))
    assert 0 == tasks.rescue(place(process=1, mark="before"), NOON, lambda: 0.5, lambda process: True)
    assert 1 == tasks.rescue(place(process=1, mark="after"), NOON, lambda: 0.5, lambda process: True)


def test_a_task_on_another_machine_is_taken_over_after_five_minutes(tasks, enqueued):
    """Nobody can look whether that process lives: unless it tells that it does, its task is taken over."""
    killed(tasks, place(host="there"))
    clock = Hand()
    clock.to(minutes=4.9)
    assert 0 == tasks.rescue(place(), clock(), lambda: 0.5, lambda process: False)
    tasks.touch(place(host="there"), clock())
    clock.to(minutes=4.9)
    assert 0 == tasks.rescue(place(), clock(), lambda: 0.5, lambda process: False)
    clock.to(minutes=0.2)
    assert 1 == tasks.rescue(place(), clock(), lambda: 0.5, lambda process: False)


def test_a_task_that_kills_its_workers_is_given_up(tasks, enqueued):
    """Six times killed it is dead, and the cause is named."""
    for _ in range(tasks.ATTEMPTS_MAX):
        killed(tasks, place(process=7))
        tasks.rescue(place(process=8), NOON, lambda: 0.0, lambda process: False)
        from django_tasks_db.models import DBTaskResult

        DBTaskResult.objects.filter(status="READY").update(run_after=NOON)
    assert ("FAILED", True) == (row_of(enqueued).status, row_of(enqueued).exception_class_path.endswith("WorkerGone"))


@pytest.mark.parametrize(("status", "days"), [("SUCCESSFUL", 1), ("FAILED", 30)])
def test_what_became_of_a_task_is_forgotten_in_time(tasks, enqueued, status, days):
    """What went well is kept for a day, what was given up for thirty, and what waits for ever."""
    from django_tasks_db.models import DBTaskResult

    assert 0 == tasks.forget(NOON + timedelta(days=1_000))
    DBTaskResult.objects.filter(id=enqueued).update(status=status, finished_at=NOON)
    assert 0 == tasks.forget(NOON + timedelta(days=days))
    assert 1 == tasks.forget(NOON + timedelta(days=days, seconds=1))


@pytest.mark.slow
def test_many_workers_run_each_task_once(tasks, enqueued):
    """Eight threads, thirty tasks: each is run by one of them."""
    from tests.unit.store import test_tasks

    for _ in range(29):
        test_tasks.note.enqueue(uuid4().hex)  # type: ignore[attr-defined]

    def empty(number):
        while tasks.run_next(place(process=number), NOON, lambda: 0.5).value != "nothing_due":
            pass
        return "empty"

    assert ["empty"] * 8 == in_threads(empty, 8)
    while tasks.run_next(place(), NOON, lambda: 0.5).value != "nothing_due":
        pass
    assert (30, 30) == (len(RAN), len(set(RAN)))

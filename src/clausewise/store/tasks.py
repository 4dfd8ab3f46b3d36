"""Tasks of django-tasks, taken and run with what its own worker lacks: retries, and the rescue of what a killed worker left.

A task is enqueued by `TASK.enqueue(...)`, within the transaction of whatever wants it.  Its arguments are names and random ids,
never what people wrote, and of a fault only the class is kept: these tables know no tenant.  A task may run twice, when its
worker is killed at the very end; so each does the same if it finds itself done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from django.db import transaction
from django.db.models import Q
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, DBTaskResultQuerySet

from clausewise.store.faults import recovering
from clausewise.store.outbox import UNREACHED, WAIT_MAX, Chance, Outcome, wait_after
from clausewise.store.schedule import SKEW

ATTEMPTS_MAX = 6
LEASE = timedelta(minutes=5)  # a task that nobody has touched for so long has lost its worker
KEPT, KEPT_DEAD = timedelta(days=1), timedelta(days=30)  # how long what became of a task can be looked up


TaskRow: TypeAlias = "DBTaskResult[..., Any]"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a worker runs: the machine, the process, and something that tells it from an earlier one of the same number."""

    host: str
    process: int
    mark: str

    @property
    def name(self) -> str:
        """The name under which it takes tasks, at most 64 characters."""
        return f"{self.host[:36]}:{self.process}:{self.mark[:16]}"


def run_task(row: TaskRow) -> Any:
    """Run a task with the arguments it was given; return what it returns."""
    return row.task.call(*row.args_kwargs["args"], **row.args_kwargs["kwargs"])


def run_next(place: Place, now: datetime, chance: Chance, run: Callable[[TaskRow], Any] = run_task) -> Outcome:
    """Take the first task that is due and run it.

    Raises:
        OperationalError, InterfaceError: the database cannot be reached; the task is rescued later.
    """
    if not _due(now).exists():
        return Outcome.NOTHING_DUE
    with recovering(), transaction.atomic(durable=True):
        row = _due(now).select_for_update(skip_locked=True).first()
        if row is None:
            return Outcome.NOTHING_DUE
        _claim(row, place, now)
    try:
        with recovering():
            value = run(row)
    except UNREACHED:
        raise
    except Exception as fault:  # whatever a task raises: it is kept, and tried again later
        return _failed(row, type(fault), now, chance)
    row.set_successful(value)
    return Outcome.DONE


def _due(now: datetime) -> DBTaskResultQuerySet:
    """Return what is due.  A wait longer than any was set by a clock that went back since."""
    waited = Q(run_after__lte=now) | Q(run_after__gt=now + WAIT_MAX)  # what is to run at once stands at the end of time
    return DBTaskResult.objects.filter(waited, status=TaskResultStatus.READY)


def _claim(row: TaskRow, place: Place, now: datetime) -> None:
    """Mark a task as taken; how often it was taken is how long the list of its workers is."""
    row.status, row.started_at = TaskResultStatus.RUNNING, now
    row.worker_ids = [*row.worker_ids, place.name]
    row.save(update_fields=["status", "started_at", "worker_ids"])


def _failed(row: TaskRow, fault: type[Exception], now: datetime, chance: Chance) -> Outcome:
    attempts = len(row.worker_ids)
    dead = attempts >= ATTEMPTS_MAX
    row.status = TaskResultStatus.FAILED if dead else TaskResultStatus.READY
    row.run_after = now + wait_after(attempts, chance)
    row.finished_at = now if dead else None
    row.exception_class_path = f"{fault.__module__}.{fault.__qualname__}"
    row.save(update_fields=["status", "run_after", "finished_at", "exception_class_path"])
    return Outcome.DEAD if dead else Outcome.FAILED


def touch(place: Place, now: datetime) -> None:
    """Tell that this worker is still at its task."""
    running = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__gt=now - LEASE)
    for row in running:
        if row.worker_ids[-1:] == [place.name]:
            DBTaskResult.objects.filter(id=row.id, status=TaskResultStatus.RUNNING).update(started_at=now)


def rescue(place: Place, now: datetime, chance: Chance, alive: Callable[[int], bool]) -> int:
    """Have tasks tried again whose worker is gone: killed on this machine, or not heard of for `LEASE`; return how many."""
    rescued = 0
    for row in DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING):
        if _gone(row, place, now, alive):
            with recovering(), transaction.atomic(durable=True):
                held = DBTaskResult.objects.select_for_update(skip_locked=True).filter(id=row.id, worker_ids=row.worker_ids)
                still = held.filter(status=TaskResultStatus.RUNNING).first()
                if still is not None:
                    _failed(still, WorkerGone, now, chance)
                    rescued += 1
    return rescued


class WorkerGone(Exception):
    """What is kept as the fault of a task whose worker was killed."""


def _gone(row: TaskRow, place: Place, now: datetime, alive: Callable[[int], bool]) -> bool:
    started = row.started_at or now
    if not now - LEASE < started <= now + SKEW:  # later than now: the clock was set back since
        return True
    host, process, mark = row.worker_ids[-1].rsplit(":", 2)
    same = host == place.host[:36]
    return same and (not alive(int(process)) or (int(process) == place.process and mark != place.mark[:16]))


def unfinished(task: str) -> bool:
    """Tell whether a task waits or runs."""
    return DBTaskResult.objects.filter(id=task, status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING)).exists()


def forget(now: datetime) -> int:
    """Take away tasks that went well more than a day ago, or were given up more than 30 days ago; return how many."""
    well = Q(status=TaskResultStatus.SUCCESSFUL, finished_at__lt=now - KEPT)
    dead = Q(status=TaskResultStatus.FAILED, finished_at__lt=now - KEPT_DEAD)
    return DBTaskResult.objects.filter(well | dead).delete()[0]


def revive(now: datetime) -> int:
    """Have dead tasks tried again from the beginning; return how many there were."""
    dead = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED)
    return dead.update(status=TaskResultStatus.READY, run_after=now.astimezone(UTC), finished_at=None, worker_ids=[])

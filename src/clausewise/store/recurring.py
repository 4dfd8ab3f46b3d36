"""Jobs that recur: each slot of each job is enqueued once, by whichever worker comes first.

The slot and its task are written in one transaction, under the lock of the job's row: no slot is lost between them, and none is
made twice.  While the task of an earlier slot waits or runs, no other is made, so that one job never runs twice at a time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction

from clausewise.store.faults import recovering
from clausewise.store.models import RecurringJob
from clausewise.store.schedule import due_slot, slot_of
from clausewise.store.tasks import unfinished


@dataclass(frozen=True, slots=True)
class Recurring:
    """A job that recurs: its name and its period.  `early` tells whether it is wanted before its time."""

    name: str
    every: timedelta
    early: Callable[[], bool] | None = None


def last_slot() -> datetime | None:
    """Return the last slot that a worker began, of any job; None where no worker has ever begun one."""
    return RecurringJob.objects.order_by("-slot").values_list("slot", flat=True).first()


def plan(job: Recurring, now: datetime, enqueue: Callable[[str], str]) -> bool:
    """Enqueue a job if it is due and does not run yet; tell whether that was done.

    Args:
        enqueue: makes a task for the job of a name, and returns the task's id.
    """
    if not _wanted(job, RecurringJob.objects.filter(name=job.name).first(), now):
        return False
    try:
        return _plan(job, now, enqueue)
    except IntegrityError:  # another worker was faster with the first slot
        return False


def _plan(job: Recurring, now: datetime, enqueue: Callable[[str], str]) -> bool:
    with recovering(), transaction.atomic(durable=True):
        row = RecurringJob.objects.select_for_update().filter(name=job.name).first()
        if not _wanted(job, row, now):
            return False
        said = {"slot": slot_of(job.every, now).astimezone(UTC), "task": enqueue(job.name)}
        if row is None:
            RecurringJob(name=job.name, **said).save(force_insert=True)
        else:
            RecurringJob.objects.filter(name=job.name).update(**said)
    return True


def _wanted(job: Recurring, row: RecurringJob | None, now: datetime) -> bool:
    if row is None:
        return True
    if due_slot(job.every, row.slot, now) is None and not (job.early and job.early()):
        return False
    return not unfinished(row.task)

"""What the workers do: the effects of the outbox by topic, and the jobs that recur, each as a row of data.

The storage must have been started (`start.start`); nothing here is imported before.
"""

import os
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django_tasks import task

from clausewise.accounts import expiring
from clausewise.ledger.leaf import PROGRAM
from clausewise.payer.clock_book import ClockBook, clock_book
from clausewise.store import clocks, tasks
from clausewise.store.acting import Acting
from clausewise.store.models import Tenant
from clausewise.store.outbox import UNREACHED, Effect, Line
from clausewise.store.recurring import Recurring
from clausewise.vocab.history import ActKind
from clausewise.vocab.problem import Problem
from clausewise.wiring.events import Word
from clausewise.wiring.logs import log, log_fault
from clausewise.wiring.setting import Setting
from clausewise.wiring.start import elapsed_seconds

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FAULTS_MAX = 100


@dataclass(frozen=True, slots=True)
class Workplace:
    """What a worker works with: documents and clocks, the instant, chance, and whether it was told to stop."""

    setting: Setting
    book: ClockBook
    clock: Callable[[], datetime]
    random_bytes: Callable[[int], bytes]
    place: tasks.Place
    stopping: Callable[[], bool] = bool

    def acting(self, tenant: UUID) -> Acting:
        """Return the program at work for a tenant."""
        return Acting(tenant, PROGRAM, self.clock(), self.setting, self.random_bytes)


def workplace(
    setting: Setting, clock: Callable[[], datetime], random_bytes: Callable[[int], bytes], stopping: Callable[[], bool] = bool
) -> Workplace | tuple[Problem, ...]:
    """Return what a worker works with, or why the clocks of these documents cannot be trusted."""
    book = clock_book(setting)
    if not isinstance(book, ClockBook):
        return book
    place = tasks.Place(socket.gethostname(), os.getpid(), random_bytes(8).hex())
    return Workplace(setting, book, clock, random_bytes, place, stopping)


def tenants() -> tuple[UUID, ...]:
    """Return every tenant; their names are no secret among them, their rows are."""
    return tuple(Tenant.objects.order_by("id").values_list("id", flat=True))


def effects(at: Workplace) -> Mapping[str, Effect]:
    """Return what is done because of each act: its case's clocks are looked at.  Letters will be effects outside."""
    return dict.fromkeys((kind.value for kind in ActKind), Effect(partial(_attend, at)))


def _attend(at: Workplace, lines: Sequence[Line]) -> None:
    last = lines[-1]
    clocks.attend_after(at.acting(last.tenant), at.book, last.case, max(line.sequence for line in lines))


# ---- what recurs -----------------------------------------------------------------------------------------------------


class CasesUnread(Exception):
    """Some cases could not be looked at; all others were."""


def watch(at: Workplace, of: tuple[UUID, ...] = ()) -> int:
    """Look at the clocks of every case where something is due, tenant by tenant, until there is none or the worker must stop.

    Returns how many cases were looked at.

    Raises:
        CasesUnread: after all others were looked at.
    """
    counts = [_watch(at, tenant) for tenant in of or tenants()]
    faults = sum(unread for _, unread in counts)
    if faults:
        raise CasesUnread(faults)
    return sum(looked for looked, _ in counts)


def _watch(at: Workplace, tenant: UUID) -> tuple[int, int]:
    """Return how many cases of a tenant were looked at, and how many could not be."""
    left: list[UUID] = []
    count = faults = 0
    while faults < FAULTS_MAX:
        found = clocks.due_cases(tenant, at.book, at.clock(), left)
        for case in found:
            if at.stopping():
                return count, faults
            looked = _looked(at, tenant, case)
            count, faults = count + (looked is not None), faults + (looked is None)
            left += () if looked else (case,)
        if not found:
            break
        tasks.touch(at.place, at.clock())
    return count, faults


def _looked(at: Workplace, tenant: UUID, case: UUID) -> bool | None:
    """Look at one case; None where that raised, so that one that cannot be counted keeps nobody waiting."""
    try:
        return clocks.attend_one(at.acting(tenant), at.book, case)
    except UNREACHED:
        raise
    except Exception as fault:  # whatever is wrong with one case; it is counted, and told
        log_fault("case.unread", fault, tenant=tenant)
        return None


def clear_sessions(at: Workplace) -> int:
    """Take away sessions that have ended."""
    return expiring.clear_sessions(at.clock())


def drop_drafts(at: Workplace) -> int:
    """Take away drafts that nobody came back to."""
    return sum(expiring.drop_old_drafts(tenant, at.clock()) for tenant in tenants())


def forget_tasks(at: Workplace) -> int:
    """Take away what became of old tasks."""
    return tasks.forget(at.clock())


# Each by its name: how often it is run, and what it does, which returns of how many things.
JOBS: Mapping[str, tuple[timedelta, Callable[[Workplace], int]]] = {
    "watch deadlines": (MINUTE, watch),
    "clear sessions": (HOUR, clear_sessions),
    "drop drafts": (HOUR, drop_drafts),
    "forget tasks": (HOUR, forget_tasks),
}


def recurring() -> Iterator[Recurring]:
    """Yield the jobs that recur."""
    for name, (every, _) in JOBS.items():
        yield Recurring(name, every)


_at_work: list[Workplace] = []


def work_at(at: Workplace) -> None:
    """Say what the tasks of this process work with."""
    _at_work[:] = [at]


@task
def recur(name: str) -> int:
    """Run a job that recurs, with what this process works with; return of how many things it did something."""
    _, run = JOBS[name]
    return run(_at_work[0])


def run_told(row: tasks.TaskRow) -> object:
    """Run a task, and tell in the log that it began and how it ended."""
    name = next(iter(row.args_kwargs["args"]), "")
    job = Word(name.replace(" ", "-") if name in JOBS else "other")
    told: dict[str, Any] = {"job": job, "run": row.id, "attempts": len(row.worker_ids)}
    log("job.started", **told)
    began = elapsed_seconds()
    try:
        value = tasks.run_task(row)
    except Exception as fault:
        log_fault("job.failed", fault, **told, seconds=elapsed_seconds() - began)
        raise
    log("job.done", **told, seconds=elapsed_seconds() - began, count=value)
    return value


def enqueue(name: str) -> str:
    """Make the task of a job, within the transaction that is open; return its id."""
    return str(recur.enqueue(name).id)

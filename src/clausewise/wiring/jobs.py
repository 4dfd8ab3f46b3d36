"""What the workers do: the effects of the outbox by topic, and the jobs that recur, each as a row of data.

The storage must have been started (`start.start`); nothing here is imported before.
"""

import os
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from uuid import UUID

from django.conf import settings
from django_tasks import task

from clausewise.ledger.leaf import PROGRAM
from clausewise.payer.clock_book import ClockBook, clock_book
from clausewise.store import clocks, tasks
from clausewise.store.acting import Acting
from clausewise.store.models import Tenant
from clausewise.store.outbox import UNREACHED, Effect, Line
from clausewise.store.recurring import Recurring
from clausewise.vocab.history import ActKind
from clausewise.vocab.problem import Problem
from clausewise.wiring.setting import Setting

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


def watch(at: Workplace, of: tuple[UUID, ...] = ()) -> None:
    """Look at the clocks of every case where something is due, tenant by tenant, until there is none or the worker must stop.

    Raises:
        CasesUnread: after all others were looked at.
    """
    faults = sum(_watch(at, tenant) for tenant in of or tenants())
    if faults:
        raise CasesUnread(faults)


def _watch(at: Workplace, tenant: UUID) -> int:
    left: list[UUID] = []
    faults = 0
    while faults < FAULTS_MAX:
        found = clocks.due_cases(tenant, at.book, at.clock(), left)
        for case in found:
            if at.stopping():
                return faults
            looked = _looked(at, tenant, case)
            faults += looked is None
            left += () if looked else (case,)
        if not found:
            break
        tasks.touch(at.place, at.clock())
    return faults


def _looked(at: Workplace, tenant: UUID, case: UUID) -> bool | None:
    """Look at one case; None where that raised, so that one that cannot be counted keeps nobody waiting."""
    try:
        return clocks.attend_one(at.acting(tenant), at.book, case)
    except UNREACHED:
        raise
    except Exception:  # whatever is wrong with one case; it is counted, and told
        return None


def clear_sessions(_: Workplace) -> None:
    """Take away sessions that have ended."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


def forget_tasks(at: Workplace) -> None:
    """Take away what became of old tasks."""
    tasks.forget(at.clock())


JOBS: Mapping[str, tuple[timedelta, Callable[[Workplace], None]]] = {
    "watch deadlines": (MINUTE, watch),
    "clear sessions": (HOUR, clear_sessions),
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
def recur(name: str) -> None:
    """Run a job that recurs, with what this process works with."""
    _, run = JOBS[name]
    run(_at_work[0])


def enqueue(name: str) -> str:
    """Make the task of a job, within the transaction that is open; return its id."""
    return str(recur.enqueue(name).id)

"""The worker: plans what recurs, runs tasks, and empties the outbox, one thing after the other, until it is told to stop.

Each thing is a transaction or finds itself done, so a worker can be killed at any instant.  Several may work on one PostgreSQL
database; on SQLite they take turns.
"""

import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event
from uuid import UUID

from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from clausewise.store import outbox, recurring, tasks
from clausewise.store.faults import attempt, problem_of
from clausewise.store.models import RecurringJob
from clausewise.store.outbox import UNREACHED, Chance, Line, OutboxState, Outcome
from clausewise.vocab.history import NotDone
from clausewise.wiring import jobs
from clausewise.wiring.events import Word
from clausewise.wiring.jobs import Workplace
from clausewise.wiring.logs import log, log_fault
from clausewise.wiring.setting import Setting
from clausewise.wiring.start import elapsed_seconds, now
from clausewise.wiring.stopping import until_told

LINES_MAX = 100  # of one tenant, before the others have their turn
PAUSE_S, UNREACHED_PAUSE_S = 1.0, 5.0


def is_alive(process: int) -> bool:
    """Tell whether a process of this machine runs."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@dataclass(slots=True)
class Worker:
    """One worker; `tenant` keeps it to one tenant's outbox and clocks, without the jobs of the installation.

    `done` counts what became of what it took.
    """

    at: Workplace
    chance: Chance
    stopped: Event
    tenant: UUID | None = None
    alive: Callable[[int], bool] = is_alive
    done: dict[Outcome, int] = field(default_factory=dict)

    def work(self, once: bool) -> None:
        """Work until told to stop; with `once` until nothing is due."""
        jobs.work_at(self.at)
        while not self.stopped.is_set():
            try:
                busy = self.step()
            except UNREACHED as fault:
                if once:
                    raise
                log("worker.waiting", "warning", fault=type(fault))
                self.stopped.wait(UNREACHED_PAUSE_S)
                continue
            if once and not busy:
                return
            if not busy:
                self.stopped.wait(PAUSE_S)

    def step(self) -> bool:
        """Do what is due now, some of each kind; tell whether there was anything."""
        if self.tenant is not None:
            return self._for(self.tenant)
        instant = self.at.clock()
        tasks.rescue(self.at.place, instant, self.chance, self.alive)
        for job in jobs.recurring():
            recurring.plan(job, instant, jobs.enqueue)
        busy = self._count(tasks.run_next(self.at.place, self.at.clock(), self.chance, jobs.run_told))
        for tenant in jobs.tenants():
            busy = self._empty(tenant) or busy
        return busy

    def _for(self, tenant: UUID) -> bool:
        """Look at the clocks of one tenant and do its outbox; tell whether a line was done."""
        try:
            jobs.watch(self.at, (tenant,))
        except jobs.CasesUnread:
            self._count(Outcome.FAILED)
        return self._empty(tenant)

    def _empty(self, tenant: UUID) -> bool:
        """Do lines of a tenant's outbox; tell whether there was one."""
        began, before = elapsed_seconds(), self.done.get(Outcome.DONE, 0)
        busy = self._take_lines(tenant)
        done = self.done.get(Outcome.DONE, 0) - before
        if done:
            log("outbox.done", tenant=tenant, count=done, seconds=elapsed_seconds() - began)
        return busy

    def _take_lines(self, tenant: UUID) -> bool:
        effects = jobs.effects(self.at)
        for number in range(LINES_MAX):
            if self.stopped.is_set():
                return True
            if not self._count(outbox.do_next(tenant, effects, self.at.clock(), self.chance, _tell_failed)):
                return number > 0
        return True

    def _count(self, outcome: Outcome) -> bool:
        self.done[outcome] = self.done.get(outcome, 0) + 1
        return outcome is not Outcome.NOTHING_DUE


def _tell_failed(line: Line, outcome: Outcome, fault: Exception) -> None:
    event = "outbox.dead" if outcome is Outcome.DEAD else "outbox.failed"
    log_fault(event, fault, tenant=line.tenant, topic=Word(line.topic), attempts=line.attempts + 1)


def employ(setting: Setting, tenant: UUID | None, once: bool) -> dict[str, int] | NotDone:
    """Work until a signal says to stop, or once; return how many things were done, failed and given up, by these words."""
    stopped = Event()
    at = jobs.workplace(setting, now, secrets.token_bytes, stopped.is_set)
    if not isinstance(at, Workplace):
        return NotDone(at)
    worker = Worker(at, secrets.SystemRandom().random, stopped, tenant)
    began = elapsed_seconds()
    log("worker.started")
    with until_told(stopped):
        try:
            worker.work(once)
        except UNREACHED as fault:
            return NotDone((problem_of(fault),))
        finally:
            log("worker.stopped", seconds=elapsed_seconds() - began)
    return {one.value: worker.done[one] for one in Outcome if one in worker.done and one is not Outcome.NOTHING_DUE}


# ---- how it stands ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class JobState:
    """How a job that recurs stands: its last slot, None if it never ran, and how that went."""

    name: str
    every: timedelta
    slot: datetime | None
    status: str
    attempts: int
    fault: str


@dataclass(frozen=True, slots=True)
class WorkState:
    """How the work stands: the jobs that recur, and the outbox of each tenant."""

    jobs: tuple[JobState, ...]
    outboxes: tuple[tuple[UUID, OutboxState], ...]


def work_state(of: Sequence[UUID] = ()) -> WorkState | NotDone:
    """Return how the work stands, for some tenants or for all."""
    return attempt(
        lambda: WorkState(
            tuple(_job_state(job.name, job.every) for job in jobs.recurring()),
            tuple((tenant, outbox.state_of(tenant)) for tenant in of or jobs.tenants()),
        )
    )


def _job_state(name: str, every: timedelta) -> JobState:
    row = RecurringJob.objects.filter(name=name).first()
    if row is None:
        return JobState(name, every, None, "never", 0, "")
    found = DBTaskResult.objects.filter(id=row.task).first()
    if found is None:  # it went well, and long ago
        return JobState(name, every, row.slot, "successful", 1, "")
    waits = found.status == TaskResultStatus.READY and found.exception_class_path
    fault = found.exception_class_path.rpartition(".")[2]
    return JobState(name, every, row.slot, "waiting" if waits else found.status.lower(), len(found.worker_ids), fault)


def revive(of: Sequence[UUID]) -> int | NotDone:
    """Have what is dead tried again: tasks, and the lines of these tenants, or of all; return how many."""
    return attempt(lambda: tasks.revive(now()) + sum(outbox.revive(tenant, now()) for tenant in of or jobs.tenants()))

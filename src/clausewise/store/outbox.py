"""The outbox: what is still to be done because of an act, taken case by case by whichever worker comes first.

A line is due as soon as it is written.  An effect on our own tables and the end of its line are one transaction: done once,
however often somebody is killed.  An effect outside (a letter) cannot be; there the attempt is counted first, in a transaction of
its own, and the effect is told a key that stays the same, so that whoever is asked twice can tell.  A line whose topic no effect
here knows is left to a worker of a later release.

What fails waits longer each time, with some chance in it so that what failed together does not come back together, and is dead
after `ATTEMPTS_MAX` attempts: then it waits for a person.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TypeAlias
from uuid import UUID

from django.db import InterfaceError, OperationalError
from django.db.models import Q

from clausewise.store.acting import for_tenant, reading_for
from clausewise.store.faults import recovering
from clausewise.store.models import Outbox, OutboxTrouble

Chance: TypeAlias = Callable[[], float]  # from 0 up to 1

ATTEMPTS_MAX = 10
WAIT_FIRST, WAIT_MAX = timedelta(seconds=5), timedelta(hours=1)
LEASE = timedelta(minutes=5)  # how long an effect outside may take before somebody else tries it
FAULT_LENGTH_MAX, LINES_MAX = 80, 100
UNREACHED = (OperationalError, InterfaceError)  # the database, not the line, is at fault


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the outbox: the act it belongs to, its topic, and how often it was tried without success."""

    id: int
    tenant: UUID
    case: UUID
    sequence: int
    topic: str
    attempts: int

    @property
    def key(self) -> str:
        """The key that an effect outside is asked under: the same for every attempt, and another for every line."""
        return f"{self.case}/{self.sequence}/{self.topic}"


@dataclass(frozen=True, slots=True)
class Effect:
    """What is done because of lines of one case; `outside` tells that it reaches beyond this database.

    One on our own tables gets all lines of a case that are due, within their transaction, and does the same if it finds itself done
    already.  One outside gets each line by itself.
    """

    run: Callable[[Sequence[Line]], None]
    outside: bool = False


class Outcome(Enum):
    """What became of one look into the outbox."""

    NOTHING_DUE = "nothing_due"
    DONE = "done"
    FAILED = "failed"
    DEAD = "dead"


FailedLine: TypeAlias = Callable[[Line, Outcome, Exception], None]


def wait_after(attempts: int, chance: Chance) -> timedelta:
    """Return how long a line waits after so many attempts that failed: twice as long each time, half of it by chance."""
    longest: timedelta = min(WAIT_FIRST * 2 ** min(attempts - 1, 20), WAIT_MAX)
    return longest * (0.5 + chance() / 2)


def told_nobody(line: Line, outcome: Outcome, fault: Exception) -> None:
    """Tell nobody that a line failed."""


def do_next(
    tenant: UUID, effects: Mapping[str, Effect], now: datetime, chance: Chance, failed: FailedLine = told_nobody
) -> Outcome:
    """Take the first line that is due, with those of its case that are done with it, and do what it asks for.

    Args:
        failed: is told each line that failed, what became of it, and the fault.

    Raises:
        OperationalError, InterfaceError: the database cannot be reached; nothing was counted against the line.
    """
    if not is_due(tenant, effects, now):
        return Outcome.NOTHING_DUE
    taken: list[Line] = []
    try:
        with recovering():
            return _do_own(tenant, effects, now, taken) or _do_outside(tenant, effects, now, taken)
    except UNREACHED:
        raise
    except Exception as fault:  # whatever an effect raises: the lines stay, and are tried again later
        with recovering():
            return _failed(taken, fault, now, chance, failed)


def is_due(tenant: UUID, topics: Collection[str], now: datetime) -> bool:
    """Tell whether a line is due, without keeping anybody from writing."""
    with reading_for(tenant):
        return Outbox.objects.of(tenant).filter(_due(topics, now)).exists()


def _due(topics: Collection[str], now: datetime) -> Q:
    """Return what is due: never tried, or its wait is over.  A wait longer than any was set by a clock that went back since."""
    waited = Q(trouble__not_before__lte=now) | Q(trouble__not_before__gt=now + WAIT_MAX)
    return Q(topic__in=sorted(topics)) & (Q(trouble=None) | (Q(trouble__dead=False) & waited))


def _take(tenant: UUID, topics: Collection[str], now: datetime, together: bool) -> tuple[Line, ...]:
    """Hold the first line that is due, with `together` all of its case that are; those that another holds are passed over."""
    rows = Outbox.objects.of(tenant).filter(_due(topics, now)).order_by("id").select_related("trouble")
    free = rows.select_for_update(skip_locked=True, of=("self",))
    first = free.first()
    if first is None:
        return ()
    held = free.filter(case=first.case_id)[:LINES_MAX] if together else (first,)
    return tuple(_line(row) for row in held)


def _line(row: Outbox) -> Line:
    trouble: OutboxTrouble | None = getattr(row, "trouble", None)
    return Line(row.id, row.tenant_id, row.case_id, row.sequence, row.topic, trouble.attempts if trouble else 0)


def _do_own(tenant: UUID, effects: Mapping[str, Effect], now: datetime, taken: list[Line]) -> Outcome | None:
    own = [topic for topic, effect in effects.items() if not effect.outside]
    with for_tenant(tenant):
        taken += _take(tenant, own, now, together=True)
        if not taken:
            return None
        for effect in dict.fromkeys(effects[line.topic] for line in taken):
            effect.run(tuple(line for line in taken if effects[line.topic] == effect))
        _remove(taken)
    return Outcome.DONE


def _do_outside(tenant: UUID, effects: Mapping[str, Effect], now: datetime, taken: list[Line]) -> Outcome:
    outside = [topic for topic, effect in effects.items() if effect.outside]
    with for_tenant(tenant):
        taken += _take(tenant, outside, now, together=False)
        if not taken:
            return Outcome.NOTHING_DUE
        if taken[0].attempts >= ATTEMPTS_MAX:  # the last attempt took its worker with it
            return _count(taken[0], taken[0].attempts, now, "killed")
        _count(taken[0], taken[0].attempts + 1, now + LEASE, "")
    effects[taken[0].topic].run(tuple(taken))
    with for_tenant(tenant):
        _remove(taken)
    return Outcome.DONE


def _remove(lines: Sequence[Line]) -> None:
    tenant, ids = lines[0].tenant, [line.id for line in lines]
    OutboxTrouble.objects.of(tenant).filter(line__in=ids).delete()
    Outbox.objects.of(tenant).filter(id__in=ids).delete()


def _failed(lines: Sequence[Line], fault: Exception, now: datetime, chance: Chance, failed: FailedLine) -> Outcome:
    name = type(fault).__name__
    with for_tenant(lines[0].tenant):
        found = [_count(line, line.attempts + 1, now + wait_after(line.attempts + 1, chance), name) for line in lines]
    for line, outcome in zip(lines, found, strict=True):
        failed(line, outcome, fault)
    return Outcome.DEAD if Outcome.DEAD in found else Outcome.FAILED


def _count(line: Line, attempts: int, not_before: datetime, fault: str) -> Outcome:
    """Write how often a line was tried; by now another worker may have done it, and then nothing is written."""
    if not Outbox.objects.of(line.tenant).filter(id=line.id).exists():
        return Outcome.DONE
    dead = attempts >= ATTEMPTS_MAX and bool(fault)
    said = {"attempts": attempts, "not_before": not_before.astimezone(UTC), "dead": dead, "fault": fault[:FAULT_LENGTH_MAX]}
    if not OutboxTrouble.objects.of(line.tenant).filter(line=line.id).update(**said):
        OutboxTrouble.objects.insert((OutboxTrouble(tenant_id=line.tenant, line_id=line.id, **said),))
    return Outcome.DEAD if dead else Outcome.FAILED


# ---- for people ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DeadLine:
    """A line that is tried no more."""

    id: int
    case: UUID
    topic: str
    attempts: int
    fault: str


@dataclass(frozen=True, slots=True)
class OutboxState:
    """How an outbox stands: lines that wait, those of them in trouble, and dead ones; `oldest` is since when one waits."""

    waiting: int
    troubled: int
    dead: tuple[DeadLine, ...]
    oldest: datetime | None


def state_of(tenant: UUID) -> OutboxState:
    """Return how the outbox of a tenant stands."""
    with reading_for(tenant):
        waiting = Outbox.objects.of(tenant).exclude(trouble__dead=True)
        oldest = waiting.order_by("due_at").values_list("due_at", flat=True).first()
        rows = OutboxTrouble.objects.of(tenant).filter(dead=True).select_related("line").order_by("line_id")
        dead = tuple(DeadLine(row.line_id, row.line.case_id, row.line.topic, row.attempts, row.fault) for row in rows)
        troubled = OutboxTrouble.objects.of(tenant).filter(dead=False).count()
        return OutboxState(waiting.count(), troubled, dead, oldest)


def revive(tenant: UUID, now: datetime) -> int:
    """Have the dead lines of a tenant tried again from the beginning; return how many there were."""
    with for_tenant(tenant):
        again = {"attempts": 0, "dead": False, "not_before": now.astimezone(UTC)}
        return OutboxTrouble.objects.of(tenant).filter(dead=True).update(**again)

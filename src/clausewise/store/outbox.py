"""The outbox: what is still to be done because of an act, taken line by line by whichever worker comes first.

A line is due as soon as it is written.  An effect on our own tables and the end of its line are one transaction: done once,
however often somebody is killed.  An effect outside (a letter) cannot be; there the attempt is counted first, in a transaction of
its own, and the effect is told a key that stays the same, so that whoever is asked twice can tell.  A line whose topic no effect
here knows is left to a worker of a later release.

What fails waits longer each time, with some chance in it so that what failed together does not come back together, and is dead
after `ATTEMPTS_MAX` attempts: then it waits for a person.
"""

from collections.abc import Callable, Collection, Mapping
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
FAULT_LENGTH_MAX = 80
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
    """What is done because of a line; `outside` tells that it reaches beyond this database.

    One on our own tables runs within the transaction of its line and does the same if it finds itself done already.
    """

    run: Callable[[Line], None]
    outside: bool = False


class Outcome(Enum):
    """What became of one look into the outbox."""

    NOTHING_DUE = "nothing_due"
    DONE = "done"
    FAILED = "failed"
    DEAD = "dead"


def wait_after(attempts: int, chance: Chance) -> timedelta:
    """Return how long a line waits after so many attempts that failed: twice as long each time, half of it by chance."""
    longest: timedelta = min(WAIT_FIRST * 2 ** min(attempts - 1, 20), WAIT_MAX)
    return longest * (0.5 + chance() / 2)


def do_next(tenant: UUID, effects: Mapping[str, Effect], now: datetime, chance: Chance) -> Outcome:
    """Take the first line that is due and do what it asks for.

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
    except Exception as fault:  # whatever an effect raises: the line stays, and is tried again later
        with recovering():
            return _failed(taken[-1], type(fault), now, chance)


def is_due(tenant: UUID, topics: Collection[str], now: datetime) -> bool:
    """Tell whether a line is due, without keeping anybody from writing."""
    with reading_for(tenant):
        return Outbox.objects.of(tenant).filter(_due(topics, now)).exists()


def _due(topics: Collection[str], now: datetime) -> Q:
    """Return what is due: never tried, or its wait is over.  A wait longer than any was set by a clock that went back since."""
    waited = Q(trouble__not_before__lte=now) | Q(trouble__not_before__gt=now + WAIT_MAX)
    return Q(topic__in=sorted(topics)) & (Q(trouble=None) | (Q(trouble__dead=False) & waited))


def _take(tenant: UUID, topics: Collection[str], now: datetime, taken: list[Line]) -> Line | None:
    rows = Outbox.objects.of(tenant).filter(_due(topics, now)).order_by("id").select_for_update(skip_locked=True, of=("self",))
    row = rows.first()
    if row is None:
        return None
    attempts = OutboxTrouble.objects.of(tenant).filter(line=row.id).values_list("attempts", flat=True).first() or 0
    taken.append(Line(row.id, tenant, row.case_id, row.sequence, row.topic, attempts))
    return taken[-1]


def _do_own(tenant: UUID, effects: Mapping[str, Effect], now: datetime, taken: list[Line]) -> Outcome | None:
    own = [topic for topic, effect in effects.items() if not effect.outside]
    with for_tenant(tenant):
        line = _take(tenant, own, now, taken)
        if line is None:
            return None
        effects[line.topic].run(line)
        _remove(line)
    return Outcome.DONE


def _do_outside(tenant: UUID, effects: Mapping[str, Effect], now: datetime, taken: list[Line]) -> Outcome:
    outside = [topic for topic, effect in effects.items() if effect.outside]
    with for_tenant(tenant):
        line = _take(tenant, outside, now, taken)
        if line is None:
            return Outcome.NOTHING_DUE
        if line.attempts >= ATTEMPTS_MAX:  # the last attempt took its worker with it
            return _count(line, line.attempts, now, "killed")
        _count(line, line.attempts + 1, now + LEASE, "")
    effects[line.topic].run(line)
    with for_tenant(tenant):
        _remove(line)
    return Outcome.DONE


def _remove(line: Line) -> None:
    OutboxTrouble.objects.of(line.tenant).filter(line=line.id).delete()
    Outbox.objects.of(line.tenant).filter(id=line.id).delete()


def _failed(line: Line, fault: type[Exception], now: datetime, chance: Chance) -> Outcome:
    with for_tenant(line.tenant):
        attempts = line.attempts + 1
        return _count(line, attempts, now + wait_after(attempts, chance), fault.__name__)


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

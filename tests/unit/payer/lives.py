"""Simulated cases under the eyes of workers that come and go: what they notice, and whether it is all, once, and true.

A life is drawn from a number: a clock or more, a zone, acts at random instants, and the instants at which a worker looks.  Of a
worker nothing survives but what it committed: each look begins from the notices that are kept and from the instant noted for the
next look.  Some looks are killed before they commit.  Sometimes the clock of the machine goes back an hour.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

from clausewise.payer.deadlines import deadlines
from clausewise.payer.stages import Stage, stage_after
from clausewise.payer.watch import Key, goes_to_physician, key_of, lacks_information, marks_of, next_look, owed
from clausewise.vocab.clock import CaseEvent, ClockRule, ClockState, Deadlines, Length, NoticeKind, Unit
from clausewise.vocab.history import ActKind
from clausewise.vocab.truth import Truth
from tests.unit.payer.clocks import BUNDLED, zone
from tools import clock_table

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ZONES = tuple(clock_table.CHANGING)
FIRST = clock_table.EPOCH.replace(tzinfo=UTC)
EDGES = tuple(FIRST + minute * MINUTE for name in ZONES for pair in clock_table.CHANGES[name] for minute in pair)
WARNINGS = ((), (Length(24, Unit.HOURS),), (Length(48, Unit.HOURS), Length(4, Unit.HOURS)))
TRUE_IN = {NoticeKind.WARNED: (ClockState.WARNED,), NoticeKind.PASSED: (ClockState.PASSED,), NoticeKind.WAITED: tuple(ClockState)}
DONE = (Stage.DECIDED, Stage.NOTIFIED, Stage.WITHDRAWN, Stage.CLOSED)
LEAP = datetime(2028, 2, 29, 12, tzinfo=UTC)
ACTS = (
    *(ActKind.ASKED, ActKind.EVIDENCE_ATTACHED, ActKind.COMPLETED, ActKind.EXTENDED, ActKind.DETERMINED, ActKind.REVIEWED),
    *(ActKind.DECIDED, ActKind.NOTIFIED, ActKind.WITHDRAWN),
)


@dataclass(frozen=True)
class Life:
    """A case before it is watched: its clocks, and all that happens, in order; None is a look of a worker."""

    rules: tuple[ClockRule, ...]
    place: str
    pends: bool
    steps: tuple[tuple[datetime, ActKind | None, bool], ...]  # instant, act, whether the look is killed


@dataclass
class Watched:
    """What is kept of a case: its acts, its notices, and when it must be looked at next."""

    events: list[CaseEvent] = field(default_factory=list)
    known: set[Key] = field(default_factory=set)
    next_at: datetime | None = None
    waiting: bool = True  # an act has left a line in the outbox
    routed: int = 0
    looks: int = 0
    killed: int = 0
    faults: list[str] = field(default_factory=list)


def drawn(number: int) -> Life:
    """The life of a number."""
    random = Random(number)
    near = random.choice((*EDGES, LEAP, LEAP))
    start = near - random.randrange(20 * 24 * 60) * MINUTE if random.random() < 0.7 else near + random.randrange(400) * DAY
    rules = tuple(_rule(random, name) for name in ("A", "B", "C")[: random.choice((1, 1, 2, 3))])
    span = random.choice((3, 10, 40)) * 24 * 60
    when = sorted(start + random.randrange(1, span) * MINUTE for _ in range(random.randrange(20)))
    steps: list[tuple[datetime, ActKind | None, bool]] = [(start, ActKind.RECEIVED, False)]
    steps += [(at, random.choice(ACTS) if random.random() < 0.3 else None, random.random() < 0.3) for at in when]
    if steps[1:] and random.random() < 0.2:
        late = random.randrange(1, len(steps))
        steps[late:] = [(at - timedelta(hours=1), act, killed) for at, act, killed in steps[late:]]
    steps.append((start + 2 * span * MINUTE, None, False))
    return Life(rules, random.choice(ZONES), random.random() < 0.5, tuple(steps))


def _rule(random: Random, name: str) -> ClockRule:
    length = random.choice((Length(72, Unit.HOURS), Length(7, Unit.CALENDAR_DAYS), Length(2, Unit.BUSINESS_DAYS)))
    rule = ClockRule(name, length, holidays=random.choice(((), ("federal", "arkansas"))))
    rule = replace(rule, warn_before=random.choice(WARNINGS))
    rule = replace(rule, met_by=random.choice((ActKind.DECIDED, ActKind.NOTIFIED)))
    waits = random.choice((None, Length(48, Unit.HOURS), Length(14, Unit.CALENDAR_DAYS)))
    then = random.choice((None, Length(48, Unit.HOURS))) if waits else None
    return replace(rule, waits=waits, then=then, extension=random.choice((None, Length(14, Unit.CALENDAR_DAYS))))


def live(life: Life) -> Watched:
    """Let a case live through all its steps; its faults tell what was missed, noticed twice, or not so."""
    kept, stage = Watched(), Stage.NEW
    for at, act, killed in life.steps:
        if act is None:
            stage = _look(life, kept, stage, at, killed)
        elif (after := stage_after(stage, act)) is not None:
            stage, kept.waiting = after, True
            kept.events.append(CaseEvent(act, at))
    return kept


def _stand(life: Life, kept: Watched, at: datetime) -> Deadlines:
    return deadlines(kept.events, [(rule, Truth.TRUE) for rule in life.rules], zone(life.place), BUNDLED.holidays, at)


def _look(life: Life, kept: Watched, stage: Stage, at: datetime, killed: bool) -> Stage:
    found = _stand(life, kept, at)
    marks = marks_of(found)
    if not kept.waiting and (kept.next_at is None or at < kept.next_at):
        if owed(marks, kept.known, found.at):
            kept.faults.append(f"{at}: something was due, and nobody was to look before {kept.next_at}")
        return stage
    if killed:
        kept.killed += 1
        return stage
    new = [key_of(mark) for mark in owed(marks, kept.known, found.at)]
    if len(new) != len(set(new)) or kept.known & set(new):
        kept.faults.append(f"{at}: noticed twice")
    kinds = tuple(event.kind for event in kept.events)
    routing = goes_to_physician(found, kinds, life.pends)
    after = stage_after(stage, ActKind.DEADLINE_PASSED) if routing else None
    kept.known.update(new)
    kept.next_at, kept.waiting, kept.looks = next_look(marks, found.at), False, kept.looks + 1
    if after is not None:
        kept.events.append(CaseEvent(ActKind.DEADLINE_PASSED, at))
        kept.routed += 1
    kept.faults += _untrue(kept, found, new) + _missed(kept, found) + _unrouted(kept, found, after or stage)
    if routing and not lacks_information(kinds, life.pends):
        kept.faults.append(f"{at}: sent to a physician though nothing is missing")
    return stage if after is None else after


def _untrue(kept: Watched, found: Deadlines, new: list[Key]) -> list[str]:
    """What was noticed now although it is not so, told from the states of the clocks and not from the marks."""
    states = {one.rule.name: one for one in found.clocks}
    return [f"{found.at}: {key} is not so" for key in new if states[key[0]].state not in TRUE_IN[key[1]] or key[2] > found.at]


def _unrouted(kept: Watched, found: Deadlines, stage: Stage) -> list[str]:
    """Whether a question is open, time has passed, and nobody was told to review the case."""
    place = {event.kind: number for number, event in enumerate(kept.events, 1)}
    answered = max(place.get(kind, 0) for kind in (ActKind.RECEIVED, ActKind.EVIDENCE_ATTACHED, ActKind.COMPLETED))
    asked, routed = place.get(ActKind.ASKED, 0), place.get(ActKind.DEADLINE_PASSED, 0)
    passed = any(one.state is ClockState.PASSED and one.ended_at is None for one in found.clocks)
    missing = asked > answered and routed < asked and passed and stage not in DONE
    return [f"{found.at}: nobody reviews the case"] if missing else []


def _missed(kept: Watched, found: Deadlines) -> list[str]:
    """What holds now and was never noticed, told from the states of the clocks and not from the marks."""
    missed = []
    for one in found.clocks:
        told = {(kind, instant) for clock, kind, instant in kept.known if clock == one.rule.name}
        if one.state is ClockState.PASSED and (NoticeKind.PASSED, one.due_at) not in told:
            missed.append(f"{found.at}: {one.rule.name} passed")
        last = max((at for at in one.warn_at if at <= found.at), default=None)
        warned = last is None or any(instant >= last for _, instant in told)
        if one.state is ClockState.WARNED and not warned:
            missed.append(f"{found.at}: {one.rule.name} warned")
        if one.review and one.pause and one.pause.open and (NoticeKind.WAITED, one.pause.until) not in told:
            missed.append(f"{found.at}: the wait of {one.rule.name} is over")
    return missed

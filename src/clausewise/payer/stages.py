"""Where a case stands, and what may be done next: a table, read by everybody who writes to a case.

Evidence that nobody has looked at takes a case back: it is determined anew before it can be decided.  After a decision evidence is
still taken in, for an appeal or a reopening; nothing that arrives is turned away.
"""

from collections.abc import Iterable
from enum import Enum

from clausewise.vocab.history import ActKind as Act


class Stage(Enum):
    """Where a case stands."""

    NEW = "new"
    RECEIVED = "received"
    COMPLETE = "complete"
    WAITING = "waiting"
    DETERMINED = "determined"
    REVIEWED = "reviewed"
    DECIDED = "decided"
    NOTIFIED = "notified"
    APPEALED = "appealed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


_OPEN = {Act.EVIDENCE_ATTACHED: Stage.RECEIVED, Act.ASKED: Stage.WAITING, Act.WITHDRAWN: Stage.WITHDRAWN}
_UNDETERMINED = _OPEN | {Act.COMPLETED: Stage.COMPLETE, Act.DETERMINED: Stage.DETERMINED}
_DETERMINED = _UNDETERMINED | {Act.COMPLETED: Stage.DETERMINED, Act.REVIEWED: Stage.REVIEWED, Act.DECIDED: Stage.DECIDED}
_APPEALED = dict.fromkeys((Act.EVIDENCE_ATTACHED, Act.ASKED, Act.COMPLETED, Act.DETERMINED, Act.REVIEWED), Stage.APPEALED)

MOVES = {
    Stage.NEW: {Act.RECEIVED: Stage.RECEIVED},
    Stage.RECEIVED: _UNDETERMINED,
    Stage.COMPLETE: _UNDETERMINED,
    # A deadline may pass without information: a physician then reviews what is there.
    Stage.WAITING: _UNDETERMINED | {Act.REVIEWED: Stage.REVIEWED},
    Stage.DETERMINED: _DETERMINED,
    Stage.REVIEWED: _DETERMINED,
    Stage.DECIDED: {Act.NOTIFIED: Stage.NOTIFIED, Act.REOPENED: Stage.RECEIVED, Act.EVIDENCE_ATTACHED: Stage.DECIDED},
    Stage.NOTIFIED: {
        Act.APPEALED: Stage.APPEALED,
        Act.REOPENED: Stage.RECEIVED,
        Act.CLOSED: Stage.CLOSED,
        Act.EVIDENCE_ATTACHED: Stage.NOTIFIED,
    },
    Stage.APPEALED: _APPEALED | {Act.DECIDED: Stage.DECIDED, Act.WITHDRAWN: Stage.NOTIFIED},
    Stage.CLOSED: {Act.APPEALED: Stage.APPEALED, Act.REOPENED: Stage.RECEIVED, Act.EVIDENCE_ATTACHED: Stage.CLOSED},
    Stage.WITHDRAWN: {Act.REOPENED: Stage.RECEIVED, Act.CLOSED: Stage.CLOSED},
}


# Whose a case is can be said at any time, and changes nothing about where it stands.
WHOSE = (Act.ASSIGNED, Act.RESTRICTED)


def stage_after(stage: Stage, act: Act) -> Stage | None:
    """Return where a case stands after an act, or None where the act is not allowed."""
    if act in WHOSE:
        return None if stage is Stage.NEW else stage
    return MOVES[stage].get(act)


def stage_of(acts: Iterable[Act]) -> Stage | None:
    """Return where a case stands after these acts in order, or None where one of them was not allowed."""
    stage: Stage | None = Stage.NEW
    for act in acts:
        stage = stage and stage_after(stage, act)
    return stage

"""A case as its history: what was done, by whom, when.  The history is only ever added to."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from clausewise.vocab.problem import Problem


class ActKind(Enum):
    """What can be done to a case."""

    RECEIVED = "received"
    COMPLETED = "completed"
    ASKED = "asked"
    EVIDENCE_ATTACHED = "evidence_attached"
    DETERMINED = "determined"
    REVIEWED = "reviewed"
    DECIDED = "decided"
    NOTIFIED = "notified"
    APPEALED = "appealed"
    REOPENED = "reopened"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    ASSIGNED = "assigned"
    RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True)
class CaseAct:
    """One act: its number in the case from 1, who did it and when (UTC), and what was done as canonical JSON.

    `schema` is the version of the form of `content`.  The actor of what the program does by itself is the UUID of zeros.
    """

    sequence: int
    kind: ActKind
    actor: UUID
    at: datetime
    content: str
    schema: int = 1


@dataclass(frozen=True, slots=True)
class CaseHistory:
    """A case with all its acts in order; `version` is the number of the last one."""

    tenant: UUID
    case: UUID
    version: int
    acts: tuple[CaseAct, ...]

    @property
    def kinds(self) -> tuple[ActKind, ...]:
        """What was done, in order."""
        return tuple(act.kind for act in self.acts)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a person is told who did something: the case, its version now, and the answer as canonical JSON.

    Whoever repeats the act with the same key gets an equal receipt.
    """

    case: UUID
    version: int
    answer: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else was faster: nothing was written, and these acts came after the version the person had seen."""

    case: UUID
    expected: int
    version: int
    since: tuple[CaseAct, ...]


@dataclass(frozen=True, slots=True)
class NotDone:
    """Nothing was written, for these reasons."""

    problems: tuple[Problem, ...]

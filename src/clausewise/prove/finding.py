"""What a proof found: a claim about a policy's text, with its place and, where a case can show it, that case."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from clausewise.vocab.problem import Level
from clausewise.vocab.request import AuthorizationRequest


class Kind(Enum):
    """The closed list of what is looked for; the value is what a report and a list of accepted findings call it."""

    GAP = "gap"
    OVERLAP = "overlap"
    ORDER = "order"
    NEVER_MET = "never met"
    ALWAYS_MET = "always met"
    NEVER_MATTERS = "never matters"
    IMPLIED = "implied"
    CONTRADICTION = "contradiction"
    CONFLICT = "conflict"
    CODE = "code"
    EXCEPTION = "exception"
    UNREACHED = "unreached"
    READINGS = "readings"
    DOCUMENT = "document"
    BESIDE = "beside"
    BOUNDARY = "boundary"
    KLEENE = "kleene"
    NOT_DECIDED = "not decided"


@dataclass(frozen=True, slots=True)
class Shown:
    """A case that shows a finding, replayed: the request, and what came out of it, by the id of the policy that decided.

    `unanswerable` are tests no case can answer (a part nobody could read) that the finding takes to hold.
    """

    request: AuthorizationRequest
    outcomes: Mapping[str, str]
    unanswerable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing proved of a policy.

    `key` names the finding as long as the text that it speaks of keeps its clause numbers: a list of accepted findings holds it.
    """

    kind: Kind
    key: str
    clauses: tuple[str, ...]
    sentence: str
    level: Level
    file: str = ""
    line: int = 0
    shown: Shown | None = None

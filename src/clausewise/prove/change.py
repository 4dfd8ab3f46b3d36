"""What a comparison of two policies finds, as records: changes of meaning, changed outcomes, their share, and all other changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction

from clausewise.decide.space import Answer
from clausewise.prove.witness import Witness


class Way(Enum):
    """How a clause of the new policy stands to that of the old one."""

    EQUAL = "equal"
    NARROWER = "narrower"  # holds in fewer cases than before, in none more
    WIDER = "wider"  # holds in more cases than before, in none less
    BOTH = "both"
    UNDECIDABLE = "undecidable"  # they differ only by what the policy leaves to a person, or leaves open
    NOT_DECIDED = "not decided"  # Z3 ran out of time
    NEW = "new"
    DELETED = "deleted"


class Sort(Enum):
    """What is compared."""

    CLAUSE = "clause"
    READING = "reading"
    SCOPE = "on point"
    STEP = "step"


class Renumbered(Enum):
    """How it is known that a clause has another number."""

    NO = ""
    DECLARED = "declared"
    FOUND = "found"


@dataclass(frozen=True, slots=True)
class Example:
    """A case, replayed by both policies: the disposition each gives, and the step of the ladder that gives it.

    `answers` are all those of the case before it was made small.
    """

    witness: Witness
    dispositions: tuple[str, str]
    steps: tuple[str, str]
    answers: tuple[Answer, ...] = ()

    @property
    def flips(self) -> bool:
        """Whether the disposition is another one."""
        return self.dispositions[0] != self.dispositions[1]

    @property
    def code(self) -> str:
        """The code of the line."""
        return self.witness.request.lines[0].code


@dataclass(frozen=True, slots=True)
class Change:
    """One clause (reading, scope question, step of the ladder) whose meaning is another one, or that has come or gone.

    `gained` holds under the new policy and fails under the old; `lost` the other way round; `doubtful` is a case that one of them
    leaves open.  `through` names what changed it where its own words did not; it `follows` where that is another clause.
    `conclusions` are what it leads to, old and new, where that changed.  `why` says what the difference rests on where it cannot
    be decided.
    """

    sort: Sort
    old: str
    new: str
    way: Way
    renumbered: Renumbered = Renumbered.NO
    excluding: bool = False
    gained: Example | None = None
    lost: Example | None = None
    doubtful: Example | None = None
    through: tuple[str, ...] = ()
    follows: bool = False
    conclusions: tuple[str, str] | None = None
    why: str = ""

    @property
    def name(self) -> str:
        """The clause as it is now called."""
        return self.new or self.old

    @property
    def changes_meaning(self) -> bool:
        """Whether anything but the number changed."""
        return self.way is not Way.EQUAL or self.conclusions is not None


@dataclass(frozen=True, slots=True)
class Flip:
    """A class of cases whose disposition changed: decided by the same two steps, and by way of the same change.

    `clause` names the change without which the example would not come out otherwise; nothing where no clause or step is it.
    """

    example: Example
    clause: str


@dataclass(frozen=True, slots=True)
class Share:
    """Which part of the cases changes its disposition: every combination of answers that tests can tell apart counts once.

    Of one code at a time, and of all with each code counting alike.  `sampled` is the number of cases drawn where counting was not
    feasible, with the `seed`; `low` and `high` then bound the share with 95 % confidence.  `node_limit` is what ended a count.
    """

    by_code: Mapping[str, Fraction]
    whole: Fraction
    cases: int
    sampled: int = 0
    seed: int = 0
    low: float = 0.0
    high: float = 0.0
    node_limit: int = 0


@dataclass(frozen=True, slots=True)
class Affected:
    """A line of a case file (or an act, for a notice) whose disposition changes, with the changed clauses that come out
    otherwise."""

    case: str
    line: int
    code: str
    dispositions: tuple[str, str]
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cases:
    """What a case file shows: how many lines were decided by both policies, and which come out otherwise."""

    file: str
    lines: int
    affected: tuple[Affected, ...]


class Kind(Enum):
    """The kinds of change that are told apart from changes of meaning."""

    WORDING = "wording"
    METADATA = "metadata"
    EVIDENCE = "evidence"
    FACTS = "facts"
    CODES = "codes"


@dataclass(frozen=True, slots=True)
class Remark:
    """One change of a document that is not the meaning of a clause: what it concerns, and what stood and stands there.

    `matters` marks one that can change what comes out all the same: what silence means, which codes are listed.
    """

    kind: Kind
    where: str
    old: str
    new: str
    matters: bool = False


@dataclass(frozen=True, slots=True)
class Routes:
    """The codes that could be approved on a criterion of the old policy and no longer can, and those that now can.

    `stranded` codes keep none of the clauses that the table of codes says can carry them: all are gone, or nothing can meet them
    any more.  `carried` codes are those that were stranded before.
    """

    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
    stranded: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    not_decided: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """All that a comparison of two policies found, on the day for which both were compiled.

    `compared` counts the clauses, readings and steps that were compared; those that are not among `changes` are equal, which is
    proved unless something was only `tried`: tests of what is computed, in words, that something rests on which is not built alike
    in both, with the values at which they were tried.  `renumbered` are new names of clauses and defined words by their old ones.
    `flips_not_decided` tells that Z3 ran out of time over the outcomes; `flips_cut` that there are more classes than shown.
    """

    names: tuple[str, str]
    on: tuple[date, date]
    related: bool
    codes: tuple[str, ...]
    compared: int
    changes: tuple[Change, ...]
    flips: tuple[Flip, ...]
    routes: Routes
    share: Share | None
    remarks: tuple[Remark, ...]
    seconds: float
    renumbered: Mapping[str, str]
    flips_not_decided: bool = False
    flips_cut: bool = False
    tried: tuple[str, ...] = ()

    @property
    def changes_meaning(self) -> bool:
        """Whether anything changed besides words, evidence and numbers of clauses."""
        meant = any(change.changes_meaning for change in self.changes) or any(remark.matters for remark in self.remarks)
        return meant or bool(self.flips) or self.flips_not_decided or not self.related

    @property
    def leaves_open(self) -> bool:
        """Whether some change could not be decided, so that a search which found nothing proves nothing."""
        return self.flips_not_decided or any(change.way in (Way.UNDECIDABLE, Way.NOT_DECIDED) for change in self.changes)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is different."""
        return not (self.changes_meaning or self.changes or self.remarks)

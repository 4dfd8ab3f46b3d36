"""The one form of a condition that every reader of a policy shares: groups, items of the outline, and tests of facts.

A criterion is a tree.  Its inner nodes are groups (`AllOf`, `AnyOf`, `AtLeast`, ...), its leaves are tests.  `Item` is a line of
the outline: it carries the clause number, the prose and the place in the text, so that whatever is concluded can be cited.
A `match` over criteria or tests lists every kind and ends in `assert_never`: adding a kind breaks the build until every reader
knows it.  Nothing here evaluates anything; see `compiler.lower` (to a program) and `decide.evaluate` (one case).
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

from clausewise.vocab.period import ALWAYS, Period

# ---- quantities: what a comparison compares -------------------------------------------------------------------------------


class Side(Enum):
    """Which side of the body a number is read from."""

    TREATED = "treated"  # the side the service line treats; both for modifier 50
    EACH = "on each side"
    EITHER = "on either side"
    TOGETHER = "on the sides together"
    LARGER = "on the larger side"
    LEFT = "on the left side"  # only inside "on the same side", put there by the compiler
    RIGHT = "on the right side"


@dataclass(frozen=True, slots=True)
class Literal:
    """A number with its unit as written: `4 cm`, `26`, `18 years`; `unit` is empty for a bare number."""

    number: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade of an ordinal scale, or any other bare word on the right of a comparison: `II`."""

    name: str


@dataclass(frozen=True, slots=True)
class FactNumber:
    """The number (or grade) answered to a fact, on a side; `by` names the fact that says which side is larger."""

    fact: str
    side: Side = Side.TREATED
    by: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """First fact minus second fact, on a side."""

    first: str
    second: str
    side: Side = Side.TREATED


@dataclass(frozen=True, slots=True)
class Age:
    """Completed years of the patient at the date of service."""


@dataclass(frozen=True, slots=True)
class ScoreTotal:
    """The total of a score declared under `## Score`."""

    score: str


@dataclass(frozen=True, slots=True)
class TableValue:
    """A value read from a numeric table; each argument is a fact and the named formula that computes it, or empty."""

    table: str
    arguments: tuple[tuple[str, str], ...]


Quantity: TypeAlias = Literal | Grade | FactNumber | Difference | Age | ScoreTotal | TableValue


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of calendar time: whole `count` of `unit` days, weeks, months or years."""

    count: int
    unit: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A day a test waits for: the birthday of that age, or a dated fact plus a duration."""

    fact: str  # empty for an age
    after: Duration


# ---- tests: the leaves ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Is:
    """The answer to `fact` is one of `values`; a yes-no fact is asked for `("yes",)`."""

    fact: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Includes:
    """At least `count` of `values` are among the answers to a fact with several answers."""

    fact: str
    values: tuple[str, ...]
    count: int = 1


@dataclass(frozen=True, slots=True)
class Compare:
    """`left` stands in `relation` (one of < <= = >= >) to `right`; units convert."""

    left: Quantity
    relation: str
    right: Quantity


@dataclass(frozen=True, slots=True)
class HeldFor:
    """A state that still holds at the request has held for at least this long."""

    fact: str
    least: Duration


@dataclass(frozen=True, slots=True)
class CourseLasted:
    """The longest course of a therapy, ended or not, lasted at least this long."""

    fact: str
    least: Duration


@dataclass(frozen=True, slots=True)
class LongAgo:
    """The latest event lies at least this long before the date of service."""

    fact: str
    least: Duration


@dataclass(frozen=True, slots=True)
class Recent:
    """Some event lies within this long before the date of service, or before the request."""

    fact: str
    most: Duration
    before_request: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """The number of dated events within a window (or ever) is at least, or at most, `count`."""

    fact: str
    relation: str  # "at least" or "at most"
    count: int
    window: Duration | None = None


@dataclass(frozen=True, slots=True)
class Reached:
    """The earliest of the moments lies on or before the date of service (`passed`: before it)."""

    moments: tuple[Moment, ...]
    passed: bool = False


@dataclass(frozen=True, slots=True)
class CodeIn:
    """The requested code is a member of a value set."""

    value_set: str


@dataclass(frozen=True, slots=True)
class CodeIs:
    """The requested code is one of these."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DiagnosisIn:
    """Some diagnosis of the request is a member of a value set."""

    value_set: str


@dataclass(frozen=True, slots=True)
class FactIn:
    """The text answered to a fact is a member of a value set."""

    fact: str
    value_set: str


@dataclass(frozen=True, slots=True)
class LineRequested:
    """Another line of the same request asks for one of these codes, on a side that meets this line's if `same_side`."""

    codes: tuple[str, ...]
    same_side: bool = False


@dataclass(frozen=True, slots=True)
class ModifierIs:
    """The service line carries this modifier."""

    modifier: str


@dataclass(frozen=True, slots=True)
class DocumentProvided:
    """One document of this type has all the attributes and is recent enough."""

    kind: str
    attributes: tuple[tuple[str, str], ...] = ()
    within: Duration | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A clinician's judgement of a vague term: a question to a person, never computed."""

    fact: str
    by: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of the source that nobody could read: always unknown."""

    text: str


@dataclass(frozen=True, slots=True)
class StepFailed:
    """If `later` is asked for, therapy `earlier` was tried and failed."""

    earlier: str
    later: str


@dataclass(frozen=True, slots=True)
class ClauseMet:
    """Another clause is met (an excluding one: fired); `any_reading` asks for any named reading of it.

    `document` is empty for the clause's own document.  `may` asks whether it can still become true.
    """

    clause: str
    document: str = ""
    any_reading: bool = False
    may: bool = False


@dataclass(frozen=True, slots=True)
class OnPoint:
    """The scope question of another clause is answered yes."""

    clause: str


@dataclass(frozen=True, slots=True)
class Known:
    """The answer to a fact, or the truth of a clause, is known: always true or false itself."""

    fact: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Raised:
    """The request says something about a fact, even that it is unknown: always true or false itself."""

    fact: str


class Outside(Enum):
    """What is asked of another document, or of this one's frame."""

    POLICY_MET = "policy met"
    LAW_APPLIES = "law applies"
    ANY_LAW_APPLIES = "any law applies"
    CRITERIA_MET = "criteria met"
    MANUAL_COVERS = "manual covers"
    MANUAL_EXCLUDES = "manual excludes"
    MANUAL_SILENT = "manual is silent"
    BENEFIT_COVERS = "benefit covers"
    BENEFIT_EXCLUDES = "benefit excludes"
    BENEFIT_LIMITS = "benefit limits"
    BENEFIT_SILENT = "benefit is silent"
    ADOPTED = "this policy adopted"
    IN_FORCE = "in force"
    REFERS = "refers"
    PRIMARY_WORSE = "primary outcome is worse"


@dataclass(frozen=True, slots=True)
class OutsideTest:
    """A question to another document (`document` is its id) or to the frame of this one; `subject` is a set or a word."""

    asks: Outside
    document: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Constant:
    """A truth written out; `None` is unknown."""

    holds: bool | None


Test: TypeAlias = (
    Is | Includes | Compare | HeldFor | CourseLasted | LongAgo | Recent | Counted | Reached | CodeIn | CodeIs | DiagnosisIn
    | FactIn | LineRequested | ModifierIs | DocumentProvided | Judged | Unread | StepFailed | ClauseMet | OnPoint | Known
    | Raised | OutsideTest | Constant
)

# ---- groups: the inner nodes ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple["Criterion", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds; `open_list` marks "and others like these"."""

    parts: tuple["Criterion", ...]
    open_list: bool = False


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `count` of the parts hold."""

    count: int
    parts: tuple["Criterion", ...]


@dataclass(frozen=True, slots=True)
class ExactlyOne:
    """One part holds and no other."""

    parts: tuple["Criterion", ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """The part does not hold."""

    part: "Criterion"


@dataclass(frozen=True, slots=True)
class SameSide:
    """Some one side of the body meets the part with every number read on that side."""

    part: "Criterion"


@dataclass(frozen=True, slots=True)
class Unless:
    """Met when `main` holds, and met all the same when `waiver` holds."""

    main: "Criterion"
    waiver: "Criterion"


@dataclass(frozen=True, slots=True)
class Except:
    """Holds when `main` does and `exception` does not."""

    main: "Criterion"
    exception: "Criterion"


@dataclass(frozen=True, slots=True)
class IfThen:
    """If `condition` holds, `demand` must."""

    condition: "Criterion"
    demand: "Criterion"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the outline.

    `clause` is the full number as printed, or that of the clause above for a part without a number (`numbered` False).
    `scope` is the "on point when" test: off point the item counts as not met.  `conclusion` is the bold conclusion of a section
    or item ("medically necessary", "cosmetic", ...), or empty; `otherwise` is the one after a bold "else".
    `target` is what a "refer to X" names.
    """

    clause: str
    prose: str
    criterion: "Criterion"
    numbered: bool = True
    scope: "Criterion | None" = None
    conclusion: str = ""
    otherwise: str = ""
    target: str = ""
    period: Period = ALWAYS
    source: str = ""
    file: str = ""
    line: int = 0


Group: TypeAlias = AllOf | AnyOf | AtLeast | ExactlyOne | Negation | SameSide | Unless | Except | IfThen
Criterion: TypeAlias = Group | Item | Test

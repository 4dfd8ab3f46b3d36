"""The words of an answer: nature, necessity, basis and disposition, and the record that holds them.

There is no fifth answer and no "denied": the program approves, asks, proposes or routes.  Only a named clinician denies.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from clausewise.vocab.problem import Problem
from clausewise.vocab.proof import Proof
from clausewise.vocab.truth import Truth


class Nature(Enum):
    """What kind of service a line is.  Source: A-DESC-1, A-BG-1, A-BG-3, B-CLS-1 to B-CLS-3."""

    RECONSTRUCTIVE = "reconstructive"
    COSMETIC = "cosmetic"
    INDETERMINATE = "indeterminate"


class Necessity(Enum):
    """Whether the policy finds the service medically necessary; the negative is only ever proposed."""

    NECESSARY = "necessary"
    NOT_NECESSARY_PROPOSED = "not_necessary_proposed"
    NOT_NEEDED_FOR_BASIS = "not_needed_for_basis"
    UNDETERMINED = "undetermined"


class Basis(Enum):
    """On what an approval rests."""

    CRITERION = "criterion"
    MANDATE = "mandate"
    BENEFIT = "benefit"
    MEDICAID_MANUAL = "medicaid_manual"
    NONE = "none"
    UNDETERMINED = "undetermined"


class Disposition(Enum):
    """What happens to a line next.  Nothing here denies: see `ReviewerDecision` for what only a person may do."""

    APPROVE_MN = "APPROVE_MN"
    APPROVE_MANDATE = "APPROVE_MANDATE"
    APPROVE_BENEFIT = "APPROVE_BENEFIT"
    NOT_COVERED_BENEFIT = "NOT_COVERED_BENEFIT"
    PROPOSE_NOT_MN = "PROPOSE_NOT_MN"
    PROPOSE_COSMETIC = "PROPOSE_COSMETIC"
    PEND_INFO = "PEND_INFO"
    PHYSICIAN_REVIEW = "PHYSICIAN_REVIEW"
    REFER_OTHER_POLICY = "REFER_OTHER_POLICY"
    GOVERNED_BY_MEDICAID_MANUAL = "GOVERNED_BY_MEDICAID_MANUAL"
    NOT_GOVERNED = "NOT_GOVERNED"
    CODING_RETURN = "CODING_RETURN"


class ClauseState(Enum):
    """How a clause came out, in the words of the case files."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"
    FIRED = "fired"
    NOT_FIRED = "not_fired"
    READINGS_DIFFER = "readings_differ"
    NOT_ON_POINT = "not_on_point"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a code of the closed list (open_list, gap, ambiguous, conflict, referral, disagreement, other) and a sentence."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class StepMark:
    """The mark a ladder step leaves: it was looked at, its truth, and what it would conclude."""

    clause: str
    truth: Truth
    conclusion: str
    reason: str = ""
    decided: bool = False


@dataclass(frozen=True, slots=True)
class ReadingTruth:
    """How one named reading of a clause came out, and who ratified it ("" if nobody)."""

    clause: str
    name: str
    truth: Truth
    ratified_by: str = ""
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A missing fact as the question a person is asked, with the clause that needs it."""

    fact: str
    text: str
    answers: tuple[str, ...] = ()
    where: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class DocumentStamp:
    """A document in force: its id, revision and fingerprint."""

    policy: str
    revision: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class View:
    """The four answers of one assessor about one line, with the states of that assessor's clauses.

    `concluded` says what the clauses that hold conclude by their own words: `A-I: medically necessary`.
    """

    nature: Nature
    necessity: Necessity
    basis: Basis
    disposition: Disposition
    reason: Reason
    target: str
    clauses: Mapping[str, ClauseState]
    missing: tuple[str, ...]
    settles: tuple[str, ...]
    readings: tuple[ReadingTruth, ...]
    steps: tuple[StepMark, ...]
    assumptions: tuple[str, ...]
    proof: Proof | None
    bits: tuple[int, int]
    concluded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Determination:
    """The record of one service line: the assessor's view, the other assessor's beside it, and all that replays it.

    `fingerprint` is the SHA-256 of the record's canonical JSON without sentences; the same arguments give the same bytes.
    """

    case: str
    line: int
    code: str
    assessor: str
    view: View
    other: View | None
    next_question: Question | None
    also_supported_by: tuple[str, ...]
    problems: tuple[Problem, ...]
    sentences: tuple[str, ...]
    documents: tuple[DocumentStamp, ...]
    fingerprint: str

"""The words of a privacy decision: what the clinic's notice allows, and what is recorded of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from clausewise.vocab.determination import ClauseState, DocumentStamp, StepMark
from clausewise.vocab.proof import Proof


class Decision(Enum):
    """Whether an act upon health information may happen.  Source: B-PRIV-1 to B-PRIV-11."""

    ALLOW = "allow"
    ALLOW_PARTIAL = "allow_partial"
    DENY = "deny"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class PrivacyDecision:
    """One decision: only `ALLOW` and the stated part of `ALLOW_PARTIAL` release anything.

    `event` is the entry the log gets; `accounted` tells whether the statutory accounting (45 CFR 164.528) lists it.
    """

    case: str
    decision: Decision
    event: str
    reason_code: str
    clauses: Mapping[str, ClauseState]
    accounted: bool
    conditions: tuple[str, ...]
    missing: tuple[str, ...]
    steps: tuple[StepMark, ...]
    sentences: tuple[str, ...]
    documents: tuple[DocumentStamp, ...]
    proof: Proof | None
    fingerprint: str

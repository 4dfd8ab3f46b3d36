"""What only people do: review and decide.  An adverse decision names its clinician, clause and reason, or it cannot be made."""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias
from uuid import UUID


class DenialReason(Enum):
    """Why a line is decided adversely."""

    CRITERIA_NOT_MET = "criteria_not_met"
    COSMETIC = "cosmetic"
    NOT_COVERED_BY_CONTRACT = "not_covered_by_contract"
    LACK_OF_INFORMATION = "lack_of_information"


class AdverseResult(Enum):
    """What an adverse decision can come to."""

    MODIFIED = "modified"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Clinician:
    """A named person with a licence: the account, the name as letters give it, the licence and its state.

    Raises:
        ValueError: one of them is empty.
    """

    account: UUID
    name: str
    licence: str
    state: str

    def __post_init__(self) -> None:
        """Refuse a clinician without a name or a licence."""
        _demand(name=self.name, licence=self.licence, state=self.state)


@dataclass(frozen=True, slots=True)
class Approved:
    """A line approved as asked, and the clause it rests on.

    Raises:
        ValueError: there is no clause.
    """

    line: int
    clause: str

    def __post_init__(self) -> None:
        """Refuse an approval that cites nothing."""
        _demand(clause=self.clause)


@dataclass(frozen=True, slots=True)
class Adverse:
    """A line modified or denied by a named clinician: the clause it rests on, why, and the rationale as the letter gives it.

    Raises:
        ValueError: clause or rationale is empty.
    """

    line: int
    result: AdverseResult
    clinician: Clinician
    clause: str
    reason: DenialReason
    rationale: str

    def __post_init__(self) -> None:
        """Refuse an adverse decision that cites nothing or gives no rationale."""
        if not isinstance(self.clinician, Clinician):
            raise ValueError("an adverse decision is made by a named clinician")
        _demand(clause=self.clause, rationale=self.rationale)


LineDecision: TypeAlias = Approved | Adverse


def _demand(**given: str) -> None:
    empty = [name for name, text in given.items() if not text.strip()]
    if empty:
        raise ValueError(f"{' and '.join(empty)} must be given")

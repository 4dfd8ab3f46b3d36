"""What a privacy case expects, held against what was decided.

Compared are the decision and the event, and the reason code where the case is certain.  `strict` also compares the named clause
states, the conditions and the accounting, which the notice's own cases all name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clausewise.vocab.privacy import PrivacyDecision
from clausewise.vocab.request import PrivacyRequest

CERTAIN, ARGUABLE = "certain", "arguable"
ACCOUNTED = {True: "true", False: "false"}


@dataclass(frozen=True, slots=True)
class PrivacyMismatch:
    """One thing that was decided otherwise than expected."""

    case: str
    what: str
    expected: str
    found: str

    def sentence(self) -> str:
        """Return the mismatch as a sentence."""
        return f"{self.case}: {self.what} is expected to be {self.expected}, and is {self.found}."


@dataclass(frozen=True, slots=True)
class PrivacyCompared:
    """A privacy case held against its expectations: what differs, and whether it took an allowed alternative."""

    case: str
    mismatches: tuple[PrivacyMismatch, ...] = ()
    alternative: bool = False


def compare(request: PrivacyRequest, decision: PrivacyDecision, strict: bool = False) -> PrivacyCompared:
    """Return how a decision differs from what its case expects; an arguable case may take one of its alternatives."""
    expect, found = request.expect, decision.decision.value
    if expect.get("decision") != found and found in _alternatives(expect):
        return PrivacyCompared(request.case, alternative=True)
    mismatches = [*_answers(request.case, expect, decision), *(_details(request.case, expect, decision) if strict else ())]
    return PrivacyCompared(request.case, tuple(mismatches))


def _alternatives(expect: Mapping[str, object]) -> tuple[str, ...]:
    alternative = expect.get("alternative")
    if expect.get("confidence") != ARGUABLE or not isinstance(alternative, Mapping):
        return ()
    decisions = alternative.get("decisions")
    return tuple(str(one) for one in decisions) if isinstance(decisions, list) else ()


def _answers(case: str, expect: Mapping[str, object], decision: PrivacyDecision) -> Iterable[PrivacyMismatch]:
    certain = expect.get("confidence") == CERTAIN
    for what, wanted, value in (
        ("the decision", expect.get("decision"), decision.decision.value),
        ("the event", expect.get("event"), decision.event),
        ("the reason code", expect.get("reason_code") if certain else None, decision.reason_code),
    ):
        if wanted is not None and wanted != value:
            yield PrivacyMismatch(case, what, str(wanted), value)


def _details(case: str, expect: Mapping[str, object], decision: PrivacyDecision) -> Iterable[PrivacyMismatch]:
    named = expect.get("clauses")
    for clause, wanted in named.items() if isinstance(named, Mapping) else ():
        state = decision.clauses.get(clause)
        found = state.value if state else "no clause of the notice"
        if wanted != found:
            yield PrivacyMismatch(case, f"clause {clause}", str(wanted), found)
    accounted = expect.get("include_in_accounting_of_disclosures")
    if accounted is not None and accounted != ACCOUNTED[decision.accounted]:
        yield PrivacyMismatch(case, "the entry in the accounting", str(accounted), ACCOUNTED[decision.accounted])
    conditions = expect.get("conditions")
    if isinstance(conditions, list) and tuple(conditions) != decision.conditions:
        yield PrivacyMismatch(case, "the list of conditions", _listed(conditions), _listed(decision.conditions))


def _listed(texts: Iterable[object]) -> str:
    return "; ".join(str(text) for text in texts) or "empty"


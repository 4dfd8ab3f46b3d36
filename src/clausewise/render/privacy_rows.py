"""Privacy decisions: the JSON object that the page on case files fixes, the table, and the reasons."""

from collections.abc import Iterator
from typing import Any

from clausewise.render.determination_json import plain_documents, plain_proof, plain_step
from clausewise.render.known import KnownFacts
from clausewise.render.proof_rows import proof_rows
from clausewise.render.rows import Cell, Column, Look, Row
from clausewise.render.why_rows import words
from clausewise.vocab.determination import StepMark
from clausewise.vocab.document import FactDeclaration
from clausewise.vocab.privacy import Decision, PrivacyDecision
from clausewise.vocab.request import PrivacyRequest
from clausewise.vocab.truth import Truth

COLUMNS = (
    Column("case", wraps=True, width_max=28),
    Column("who asks, for what", wraps=True, width_max=34),
    Column("decision"),
    Column("because", wraps=True),
    Column("missing", wraps=True),
)
LOOKS = {
    Decision.ALLOW: Look.MET,
    Decision.ALLOW_PARTIAL: Look.MET,
    Decision.DENY: Look.FAILED,
    Decision.HOLD: Look.OPEN,
}


def decision_object(decision: PrivacyDecision, known: KnownFacts | None = None) -> dict[str, Any]:
    """Return the object of one case; `known` is what is known of its facts, where the proof was asked for."""
    fixed: dict[str, Any] = {
        "case": decision.case,
        "decision": decision.decision.value,
        "event": decision.event,
        "reason_code": decision.reason_code,
        "clauses": {clause: state.value for clause, state in decision.clauses.items()},
        "include_in_accounting_of_disclosures": decision.accounted,
        "conditions": list(decision.conditions),
        "missing": list(decision.missing),
        "steps": [plain_step(step) for step in decision.steps],
        "sentences": list(decision.sentences),
        "documents": plain_documents(decision.documents),
        "fingerprint": decision.fingerprint,
    }
    return fixed if known is None else fixed | {"proof": plain_proof(decision.proof, known)}


def decision_cells(request: PrivacyRequest, decision: PrivacyDecision) -> tuple[Cell, ...]:
    """Return the cells of one case."""
    return (
        (decision.case, Look.PLAIN),
        (f"{words(request.actor)}: {words(request.action)}", Look.PLAIN),
        (decision.decision.value, LOOKS[decision.decision]),
        (words(decision.reason_code), Look.PLAIN),
        (", ".join(decision.missing), Look.PLAIN),
    )


def condition_rows(decision: PrivacyDecision) -> Iterator[Row]:
    """Yield the conditions of a decision, under its case."""
    if decision.conditions:
        yield Row(f"{decision.case} ({decision.decision.value}):", look=Look.HEAD)
        yield from (Row(condition, 2, "-") for condition in decision.conditions)


def reason_rows(request: PrivacyRequest, decision: PrivacyDecision, known: KnownFacts) -> Iterator[Row]:
    """Yield why a case was decided so: the step, its proof, what is logged."""
    yield Row(f"{decision.case}: {decision.decision.value}", look=Look.HEAD)
    if request.narrative:
        yield Row(request.narrative, 2, look=Look.QUIET)
    for sentence in decision.sentences:
        yield Row(sentence, 2)
    decided = next((step for step in decision.steps if step.decided), None)
    if decided:
        yield Row(_deciding(decided, decision.reason_code), 2)
    if decision.proof is not None:
        yield from proof_rows(decision.proof, known, decision.clauses, 4)
    counted = "it belongs into the accounting of disclosures" if decision.accounted else "not part of that accounting"
    yield Row(f"The log gets the event {decision.event}; {counted}.", 2)
    held = sum(step.truth is Truth.TRUE for step in decision.steps)
    yield Row(f"All {len(decision.steps)} steps of the notice were looked at; {held} hold.", 2, look=Look.QUIET)


def _deciding(step: StepMark, reason_code: str) -> str:
    if step.truth is Truth.UNKNOWN:
        return f"It is held at step {step.clause} of the notice, which cannot be answered yet ({words(reason_code)})."
    return f"Step {step.clause} of the notice decides ({words(reason_code)})."


def known_of(request: PrivacyRequest, declared: dict[str, FactDeclaration]) -> KnownFacts:
    """Return what is known of a privacy case; what nobody raised is not in play."""
    given = {**request.facts, "actor": request.actor, "action": request.action}
    silent = {name: "not raised" for name, fact in declared.items() if fact.defaults and name not in given}
    return KnownFacts(given, silent, declared, assumed_because="")

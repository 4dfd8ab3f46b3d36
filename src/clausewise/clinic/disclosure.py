"""Whether health information may be looked at, used or sent: the clinic's notice, run by the same program as a policy.

Only `ALLOW` releases, and of `ALLOW_PARTIAL` the part that its conditions name; a test that is unknown never releases: the notice's
ladder holds, or denies where it says so.
"""

import hashlib
import json
from dataclasses import replace
from datetime import date

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.decide.context import LineContext, Sides
from clausewise.decide.findings import Findings, clause_states, climbed, find, open_facts
from clausewise.decide.ladder import Climb, Outcome, marks
from clausewise.decide.missing import missing
from clausewise.decide.proof import prove
from clausewise.decide.residual import Line
from clausewise.vocab.document import Row
from clausewise.vocab.privacy import Decision, PrivacyDecision
from clausewise.vocab.request import PrivacyRequest

UNKNOWN = "unknown"
HELD = Outcome("held", "legal_review")
DECISIONS = {
    "allowed": Decision.ALLOW,
    "allowed in part": Decision.ALLOW_PARTIAL,
    "denied": Decision.DENY,
    "held": Decision.HOLD,
}


def decide_privacy(request: PrivacyRequest, notice: CompiledPolicy) -> PrivacyDecision:
    """Decide one act under the notice, with the clause, the event for the log, and what is missing where it is held.

    Source: B-PRIV-1 to B-PRIV-11 as ruled; 45 CFR 164.502(i): an act must match the notice.
    """
    findings = find(_context(request, notice), {})
    climb = climbed(findings, notice.steps, HELD)
    outcome = climb.outcome
    reason = outcome.reason or HELD.reason
    decision = DECISIONS[outcome.conclusion]
    steps = marks(notice.steps, [findings.truth(step.ref) for step in notice.steps], climb.step)
    lacking = _lacking(findings, climb)
    event = event_of(notice, request.action, reason, outcome.conclusion)
    accounted = event == "disclosure.made" and _is_accounted(notice, reason)
    states = clause_states(findings)
    step = notice.steps[climb.step]
    record = PrivacyDecision(
        case=request.case,
        decision=decision,
        event=event,
        reason_code=reason,
        clauses=states,
        accounted=accounted,
        conditions=_conditions(notice, reason, outcome.conclusion),
        missing=lacking,
        steps=steps,
        sentences=(_sentence(request, decision, step.prose, climb.waits),),
        documents=notice.stamps,
        proof=prove(findings, step.ref),
        fingerprint="",
    )
    return _stamped(record)


def _sentence(request: PrivacyRequest, decision: Decision, prose: str, waits: bool) -> str:
    because = "it is not known yet whether this holds: " if waits else ""
    return f"{request.actor} {request.action.replace('_', ' ')}: {decision.value}, because {because}{prose.rstrip(': ,')}."


def _context(request: PrivacyRequest, notice: CompiledPolicy) -> LineContext:
    own = {name: None if said == UNKNOWN else said for name, said in (("actor", request.actor), ("action", request.action))}
    facts = {**request.facts, **own}
    return LineContext(
        code="",
        facts=facts,
        raised=frozenset(facts),
        modifiers=(),
        sides=Sides(True, True, False),
        diagnoses=(),
        service_date=date.min,
        request_date=date.min,
        birth_date=None,
        documents=None,
        others=(),
        policy=notice,
    )


def _lacking(findings: Findings, climb: Climb) -> tuple[str, ...]:
    if climb.outcome.conclusion != "held":
        return ()
    line = Line(findings.context, findings.truths)
    return missing(line, findings.context.policy.steps, open_facts(findings), HELD).facts


def table(notice: CompiledPolicy, name: str) -> tuple[Row, ...]:
    """Return the rows of one of the notice's own tables, by the start of its heading."""
    return next((rows for heading, rows in notice.rows if heading.startswith(name)), ())


def event_of(notice: CompiledPolicy, action: str, reason: str, conclusion: str) -> str:
    """Return the event the log gets; a row that names the reason code wins over the row that names none."""
    rows = [row for row in table(notice, "events") if row.cell("action") == action and row.cell("reason_code") in (reason, "")]
    named = sorted(rows, key=lambda row: row.cell("reason_code") == "")
    return next((row.cell(conclusion) for row in named if row.cell(conclusion)), "access.held")


def _is_accounted(notice: CompiledPolicy, reason: str) -> bool:
    return any(row.cell("reason_code") == reason and row.cell("statutory") == "yes" for row in table(notice, "accounting"))


def _conditions(notice: CompiledPolicy, reason: str, conclusion: str) -> tuple[str, ...]:
    rows = (row for row in table(notice, "conditions") if row.cell("reason_code") == reason)
    return tuple(row.cell("condition") for row in rows if row.cell("decision") in ("", conclusion))


def _stamped(record: PrivacyDecision) -> PrivacyDecision:
    """Return the record with the SHA-256 of its canonical form."""
    plain = {
        "case": record.case,
        "decision": record.decision.value,
        "event": record.event,
        "reason_code": record.reason_code,
        "clauses": {clause: state.value for clause, state in record.clauses.items()},
        "missing": list(record.missing),
        "steps": [[mark.clause, int(mark.truth), mark.decided] for mark in record.steps],
        "documents": [stamp.fingerprint for stamp in record.documents],
    }
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    return replace(record, fingerprint=hashlib.sha256(text.encode()).hexdigest())


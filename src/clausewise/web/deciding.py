"""A decision as it is sent becomes one that the store takes: an adverse one with the clinician who signs it, or not at all."""

from datetime import date

from clausewise.vocab.problem import Problem
from clausewise.vocab.review import Adverse, AdverseResult, Approved, Clinician, LineDecision
from clausewise.web.answers import Refused
from clausewise.web.principal import Principal
from clausewise.web.shapes import Decisions, LineDecided
from clausewise.wiring.signing import signer


def decisions_of(said: Decisions, principal: Principal, on: date) -> tuple[LineDecision, ...]:
    """Return the decisions about the lines of a case, as they were sent by somebody on a day.

    Raises:
        Refused: an adverse one lacks its reason, its rationale, or the licence of who signs it.
    """
    by = _signer(said, principal, on) if any(line.result != "approved" for line in said.lines) else None
    return tuple(_decision(line, by) for line in said.lines)


def _signer(said: Decisions, principal: Principal, on: date) -> Clinician:
    found = signer(principal.account, said.licence_state, on)
    if isinstance(found, Problem):
        raise Refused(found)
    return found


def _decision(line: LineDecided, by: Clinician | None) -> LineDecision:
    if line.result == "approved" or by is None:
        return Approved(line.line, line.clause)
    if line.reason is None or not line.rationale.strip():
        message = f"The adverse decision about line {line.line} lacks its reason or its rationale."
        raise Refused(Problem("CW924", message, help="Say why, and give the rationale as the letter will."))
    return Adverse(line.line, AdverseResult(line.result), by, line.clause, line.reason, line.rationale)

"""A decision as it is sent becomes one that the store takes: an adverse one with the clinician who signs it, or not at all."""

from datetime import date

from clausewise.accounts.licences import clinician
from clausewise.vocab.problem import Problem
from clausewise.vocab.review import Adverse, AdverseResult, Approved, Clinician, LineDecision
from clausewise.web.answers import Refused
from clausewise.web.principal import Principal
from clausewise.web.shapes import Decisions, LineDecided


def decisions_of(said: Decisions, principal: Principal, on: date) -> tuple[LineDecision, ...]:
    """Return the decisions about the lines of a case, as they were sent by somebody on a day.

    Raises:
        Refused: an adverse one lacks its reason, its rationale, or the licence of who signs it.
    """
    signer = _signer(said, principal, on) if any(line.result != "approved" for line in said.lines) else None
    return tuple(_decision(line, signer) for line in said.lines)


def _signer(said: Decisions, principal: Principal, on: date) -> Clinician:
    found = clinician(principal.account, said.licence_state, on)
    if found is None:
        message = "No licence of this account is valid today in the state that is named."
        help = "Name the state in `licence_state`; an administrator keeps the licences of an account."
        raise Refused(Problem("CW924", message, help=help))
    return found


def _decision(line: LineDecided, signer: Clinician | None) -> LineDecision:
    if line.result == "approved" or signer is None:
        return Approved(line.line, line.clause)
    if line.reason is None or not line.rationale.strip():
        message = f"The adverse decision about line {line.line} lacks its reason or its rationale."
        raise Refused(Problem("CW924", message, help="Say why, and give the rationale as the letter will."))
    return Adverse(line.line, AdverseResult(line.result), signer, line.clause, line.reason, line.rationale)

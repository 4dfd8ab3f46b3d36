"""Who signs an adverse decision: the clinician that an account is in a state on a day, or what it lacks for that."""

from datetime import date
from uuid import UUID

from clausewise.accounts.licences import clinician, last_valid
from clausewise.vocab.problem import Problem
from clausewise.vocab.review import Clinician


def signer(account: UUID, state: str, on: date) -> Clinician | Problem:
    """Return the clinician who signs under a licence of a state (two letters) that is valid on a day, or what is missing."""
    if not state:
        help = "Name the state whose licence you sign under in `licence_state`, such as AR."
        return Problem("CW924", "The decision does not name the state of a licence.", help=help)
    found = clinician(account, state, on)
    if found is not None:
        return found
    help = "Sign under another licence, or ask an administrator to enter it (`clausewise account licence`)."
    return Problem("CW924", _lacking(account, state, on), help=help)


def _lacking(account: UUID, state: str, on: date) -> str:
    days = last_valid(account, state)
    if days is None:
        return f"This account has no licence in {state}."
    began, ended = days
    told = f"ended on {ended}" if ended is not None and ended < on else f"is valid from {began} on"
    return f"The licence of this account in {state} {told}; today is {on}."

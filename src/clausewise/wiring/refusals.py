"""The record of who was refused something about a case: the clock and chance are put in here."""

import secrets
from uuid import UUID

from clausewise.store.looks import Look, note_refused
from clausewise.vocab.history import NotDone
from clausewise.wiring.logs import log
from clausewise.wiring.start import now


def record_refused(tenant: UUID, account: UUID, case: UUID, permission: str) -> None:
    """Enter in the log that an account was refused something about a case, at most once an hour for the same.

    What cannot be entered is refused all the same; then whoever runs the service is told.
    """
    done = note_refused(Look(tenant, account, case, now()), permission, secrets.token_bytes)
    if isinstance(done, NotDone):
        log("refusal.unrecorded", "error", code=done.problems[0].code, account=account, tenant=tenant)

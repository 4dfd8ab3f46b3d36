"""The record of signing in: the clock and chance are put in here."""

import secrets
from uuid import UUID

from django.db import OperationalError

from clausewise.accounts.duties import tenants_of
from clausewise.ledger.leaf import Act
from clausewise.store.account_acts import AboutAccount, record_about
from clausewise.wiring.start import now


def record_sign_in(act: Act, account: UUID, actor: UUID) -> None:
    """Record something about signing in, in the log of every tenant the account works for.

    Raises:
        OperationalError: it cannot be recorded; then it must not be done.
    """
    for tenant in tenants_of(account):
        failed = record_about(AboutAccount(act, tenant, account, actor, now(), {}), secrets.token_bytes)
        if failed is not None:
            raise OperationalError(failed.problems[0].message)

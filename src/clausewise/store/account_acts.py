"""What was done about accounts: as lines that are never changed, each with its entry in the log, in one transaction.

An account's act belongs to a tenant.  What it says is ids and words of closed lists; the actor of a command is the program.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clausewise.ledger.commitments import SALT_BYTES, Recorded, commit
from clausewise.ledger.leaf import Act, Entry
from clausewise.payer.submission import canonical
from clausewise.store.acting import for_tenant
from clausewise.store.faults import attempt
from clausewise.store.ledger import DatabaseLedger
from clausewise.store.models import AccountAct, Opening
from clausewise.vocab.history import NotDone


@dataclass(frozen=True, slots=True)
class AboutAccount:
    """Something done about an account: what, for which tenant, by whom, when (UTC), what it says, and to which case if to one."""

    act: Act
    tenant: UUID
    account: UUID
    actor: UUID
    at: datetime
    content: Mapping[str, str | None]
    case: UUID | None = None


def record_about(
    one: AboutAccount, random_bytes: Callable[[int], bytes], work: Callable[[], None] = lambda: None
) -> NotDone | None:
    """Do some work and record it, or neither; return what kept it from being done.

    Args:
        work: what is done, within the transaction.
    """

    def both() -> None:
        with for_tenant(one.tenant):
            work()
            write_about(one, random_bytes(SALT_BYTES))

    return attempt(both)


def write_about(one: AboutAccount, salt: bytes) -> None:
    """Write such an act and its entry, within a transaction for the tenant."""
    content = canonical(one.content)
    row = AccountAct(
        tenant_id=one.tenant, account=one.account, actor=one.actor, at=one.at, kind=one.act.value, content=content
    )
    AccountAct.objects.insert((row,))
    commitment = commit(Recorded.ACCOUNT, salt, content.encode())
    entry = Entry(one.act, one.at, one.tenant, one.actor, one.case, one.account, (commitment,))
    (stored,) = DatabaseLedger().record_all((entry,))
    Opening.objects.insert((Opening(tenant_id=one.tenant, entry_id=stored.number, what=Recorded.ACCOUNT.value, salt=salt),))

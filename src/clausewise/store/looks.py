"""Who looked at a case, and who was refused: entries in the log, at most one in a while for the same, so that nobody can fill it.

That something was noted lately stands beside the keys of repetition, under keys with a line break, which no caller can choose.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from clausewise.ledger.commitments import SALT_BYTES
from clausewise.ledger.leaf import Act, Entry
from clausewise.store.account_acts import AboutAccount, write_about
from clausewise.store.acting import for_tenant, reading_for
from clausewise.store.faults import attempt
from clausewise.store.ledger import DatabaseLedger
from clausewise.store.models import IdempotencyKey
from clausewise.store.reading import LastDetermined, last_determined
from clausewise.vocab.history import NotDone

VIEWED_EVERY, REFUSED_EVERY = timedelta(minutes=15), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody who asks for a case of a tenant, at an instant in UTC."""

    tenant: UUID
    account: UUID
    case: UUID
    at: datetime


def view_case(look: Look) -> LastDetermined | NotDone:
    """Return a case with all its acts, once it is in the log who looked; without the entry nothing is shown.

    Who looks again within 15 minutes gets no second entry, and waits for no disk.
    """
    mark = _Mark(look, Act.RECORD_VIEWED.value, VIEWED_EVERY)

    def again() -> LastDetermined | NotDone | None:
        with reading_for(look.tenant):
            return last_determined(look.tenant, look.case) if mark.is_there() else None

    def anew() -> LastDetermined | NotDone:
        with for_tenant(look.tenant):
            found = last_determined(look.tenant, look.case)
            if not isinstance(found, NotDone) and mark.put_up():
                DatabaseLedger().record_all((Entry(Act.RECORD_VIEWED, look.at, look.tenant, look.account, look.case),))
            return found

    known = attempt(again)
    return attempt(anew) if known is None else known


def note_refused(look: Look, permission: str, random_bytes: Callable[[int], bytes]) -> bool | NotDone:
    """Enter in the log that somebody was refused something about a case; return whether it was, or stood there within the hour.

    Args:
        permission: a word of the program's own.
    """
    mark = _Mark(look, f"{Act.ACCESS_REFUSED} {permission}", REFUSED_EVERY)
    said = {"case": str(look.case), "permission": permission}
    act = AboutAccount(Act.ACCESS_REFUSED, look.tenant, look.account, look.account, look.at, said, look.case)

    def known() -> bool:
        with reading_for(look.tenant):
            return mark.is_there()

    def note() -> bool:
        with for_tenant(look.tenant):
            new = mark.put_up()
            if new:
                write_about(act, random_bytes(SALT_BYTES))
            return new

    found = attempt(known)
    return attempt(note) if found is False else False if found is True else found


@dataclass(frozen=True, slots=True)
class _Mark:
    """That something was noted of a look; it holds for `every` from when it was put up."""

    look: Look
    what: str
    every: timedelta

    def is_there(self) -> bool:
        """Tell whether it was put up lately; within a transaction for the tenant.

        One of the running period counts even if a clock that was set back makes it one of the future.
        """
        this, before = self._keys()
        rows = IdempotencyKey.objects.of(self.look.tenant).filter(key__in=(this, before)).values_list("key", "at")
        return any(key == this or self.look.at - at < self.every for key, at in rows)

    def put_up(self) -> bool:
        """Put it up; return False where somebody else just did.  Whoever notes anything holds the head of the log meanwhile."""
        DatabaseLedger().head()
        if self.is_there():
            return False
        mark = IdempotencyKey(tenant_id=self.look.tenant, key=self._keys()[0], body="", response="", at=self.look.at)
        IdempotencyKey.objects.insert((mark,))
        return True

    def _keys(self) -> tuple[str, str]:
        """Return the keys of the running period and of the one before."""
        period = int(self.look.at.timestamp() // self.every.total_seconds())
        this, before = (f"{self.what}\n{self.look.account} {self.look.case}\n{number}" for number in (period, period - 1))
        return this, before

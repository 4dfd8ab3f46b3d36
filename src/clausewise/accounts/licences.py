"""Under which licence somebody signs."""

from datetime import date
from uuid import UUID

from django.db.models import Q

from clausewise.accounts.models import Licence
from clausewise.vocab.review import Clinician


def clinician(account: UUID, state: str, on: date) -> Clinician | None:
    """Return the clinician an account is in a state on a day, or None where it has no licence there that is valid then."""
    valid = Q(valid_until=None) | Q(valid_until__gte=on)
    row = Licence.objects.filter(valid, account=account, state=state, valid_from__lte=on).select_related("account").first()
    if row is None:
        return None
    return Clinician(account, row.account.get_full_name() or row.account.get_username(), row.number, row.state)


def last_valid(account: UUID, state: str) -> tuple[date, date | None] | None:
    """Return the first and last day of the licence in a state that began last, or None where an account has none there."""
    held = Licence.objects.filter(account=account, state=state).order_by("-valid_from")
    return held.values_list("valid_from", "valid_until").first()

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

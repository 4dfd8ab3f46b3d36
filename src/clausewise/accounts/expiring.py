"""What ends by itself: sessions whose time is over, and drafts that nobody came back to."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from clausewise.accounts.models import Session
from clausewise.store.acting import for_tenant
from clausewise.store.models import Draft

DRAFTS_KEPT = timedelta(days=30)


def clear_sessions(now: datetime) -> int:
    """Take away the sessions that ended before an instant; return how many."""
    return Session.objects.filter(expire_date__lt=now.astimezone(UTC)).delete()[0]


def drop_old_drafts(tenant: UUID, now: datetime) -> int:
    """Take away the drafts of a tenant that nobody came back to in 30 days; return how many."""
    with for_tenant(tenant):
        return Draft.objects.of(tenant).filter(at__lt=now.astimezone(UTC) - DRAFTS_KEPT).delete()[0]

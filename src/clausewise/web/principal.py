"""Who asks: the account, for which tenant, in which roles.  Made once for a request, from the session or from a token."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clausewise.vocab.role import Role


@dataclass(frozen=True, slots=True)
class Principal:
    """An account at work for a tenant.

    `teams` are those whose cases are its own; empty means every team.  `stepped_up_at` is when it last proved who it is (UTC).
    """

    account: UUID
    tenant: UUID
    roles: frozenset[Role]
    teams: frozenset[str] = frozenset()
    stepped_up_at: datetime | None = None

"""Who asks: the account, for which tenant, in which duties.  Made once for a request, from the session or from a token."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest

from clausewise.store.teams import CaseAccess
from clausewise.vocab.role import Role


@dataclass(frozen=True, slots=True)
class Duty:
    """A role, and the team for whose cases it is held; without a team for those of every team."""

    role: Role
    team: str = ""


@dataclass(frozen=True, slots=True)
class Principal:
    """An account at work for a tenant.

    `stepped_up_at` is when it last proved anew who it is (UTC); a program that comes with a token cannot.
    """

    account: UUID
    tenant: UUID
    duties: frozenset[Duty]
    stepped_up_at: datetime | None = None
    by_token: bool = False

    @property
    def roles(self) -> frozenset[Role]:
        """The roles, whatever the team."""
        return frozenset(duty.role for duty in self.duties)


def principal_of(request: HttpRequest) -> Principal:
    """Return who asks, in a view whose route needs a permission; the gate has put it there.

    Raises:
        AttributeError: nobody is known to ask; the route is public.
    """
    principal: Principal = request.principal  # type: ignore[attr-defined]
    return principal


def case_of(request: HttpRequest) -> CaseAccess:
    """Return whose the case is that the route is about; the gate has looked it up, and who asks reaches it."""
    case: CaseAccess = request.case_access  # type: ignore[attr-defined]
    return case

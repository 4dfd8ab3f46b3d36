"""Whose a case is: the team that works on it, and the accounts it is restricted to.

Both are acts of the case; what the last of them said stands beside the version of the case, where lists can be asked for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Q, QuerySet

from clausewise.store.models import Case
from clausewise.vocab.history import ActKind


@dataclass(frozen=True, slots=True)
class CaseAccess:
    """Whose a case is.  `team` is empty while no team has it; `restricted_to` is None while it is not restricted."""

    case: UUID
    tenant: UUID
    team: str = ""
    restricted_to: frozenset[UUID] | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """Which cases of a tenant an account sees in a list.

    `teams` are those whose cases it sees, None for all; `unassigned`: also cases that no team has; `named`: also restricted cases
    that name it; `beyond_restriction`: restricted cases as any other.
    """

    account: UUID
    teams: frozenset[str] | None = frozenset()
    unassigned: bool = False
    named: bool = False
    beyond_restriction: bool = False


def access_of(tenant: UUID, case: UUID) -> CaseAccess | None:
    """Return whose a case is, or None where the tenant has no such case; within a transaction for the tenant."""
    found = Case.objects.of(tenant).filter(id=case).values_list("team", "restricted_to").first()
    return CaseAccess(case, tenant, found[0], _accounts(found[1])) if found else None


def _accounts(written: str | None) -> frozenset[UUID] | None:
    return None if written is None else frozenset(map(UUID, written.split()))


class Said(Protocol):
    """An act as far as it says whose a case is."""

    @property
    def kind(self) -> ActKind:
        """What was done."""

    @property
    def content(self) -> Mapping[str, Any]:
        """What it says."""


def whose(deeds: Sequence[Said]) -> dict[str, str | None]:
    """Return what these acts change in the row of a case; of two that say the same thing the later stands."""
    changed: dict[str, str | None] = {}
    for deed in deeds:
        if deed.kind is ActKind.ASSIGNED:
            changed["team"] = deed.content["team"]
        elif deed.kind is ActKind.RESTRICTED:
            named = deed.content["accounts"]
            changed["restricted_to"] = None if named is None else " ".join(named)
    return changed


def within(tenant: UUID, reach: Reach) -> QuerySet[Case]:
    """Return the cases of a tenant that somebody sees; within a transaction for the tenant."""
    seen = Q(tenant_id=tenant)
    if reach.teams is not None:
        seen &= Q(team__in=sorted(reach.teams | {""} if reach.unassigned else reach.teams - {""}))
    if not reach.beyond_restriction:
        seen &= Q(restricted_to=None)
    if reach.named:
        seen |= Q(restricted_to__contains=str(reach.account))
    return Case.objects.of(tenant).filter(seen)

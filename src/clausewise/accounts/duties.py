"""What an account is there to do: its roles for a tenant, as it is signed in or as a token opens them."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from clausewise.accounts.models import Account, ApiToken, Membership
from clausewise.vocab.role import Role

TOKEN_BYTES = 32
TOKEN_PREFIX = "cw_"  # so that those who look for secrets in files find ours
Held = tuple[Role, str]  # a role, and the team for whose cases it is held


@dataclass(frozen=True, slots=True)
class Opened:
    """What a token opens: the account, the tenant, and the roles with their teams."""

    account: UUID
    tenant: UUID
    held: frozenset[Held]


def tenants_of(account: UUID) -> tuple[UUID, ...]:
    """Return the tenants an account works for, in the order of their names."""
    rows = Membership.objects.filter(account=account, ended_at=None).order_by("tenant__name")
    return tuple(dict.fromkeys(rows.values_list("tenant", flat=True)))


def held_by(account: UUID, tenant: UUID) -> frozenset[Held]:
    """Return the roles an account holds for a tenant, each with its team."""
    rows = Membership.objects.filter(account=account, tenant=tenant, ended_at=None)
    return frozenset((Role(role), team) for role, team in rows.values_list("role", "team"))


def teams_of(tenant: UUID) -> tuple[str, ...]:
    """Return the teams for whose cases somebody holds a role at a tenant, in order."""
    rows = Membership.objects.filter(tenant=tenant, ended_at=None).exclude(team="")
    return tuple(rows.order_by("team").values_list("team", flat=True).distinct())


def names_of(tenant: UUID) -> dict[UUID, str]:
    """Return the accounts that hold a role at a tenant, each with the name it signs in by."""
    rows = Membership.objects.filter(tenant=tenant, ended_at=None)
    return dict(rows.order_by("account__username").values_list("account", "account__username"))


def make_token(account: Account, tenant: UUID, roles: Iterable[Role], now: datetime, days: int) -> str:
    """Keep a new token, and return its secret, which nobody can show again."""
    secret = TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    named = " ".join(sorted(role.value for role in roles))
    ApiToken(
        id=UUID(bytes=secrets.token_bytes(16), version=4),
        account=account,
        tenant_id=tenant,
        digest=digest_of(secret),
        roles=named,
        made_at=now,
        expires_at=now + timedelta(days=days),
    ).save(force_insert=True)
    return secret


def opened_by(secret: str, now: datetime) -> Opened | None:
    """Return what a token opens now, or None: it is not known, over, revoked, or its account has ended."""
    found = ApiToken.objects.filter(
        digest=digest_of(secret), expires_at__gt=now, revoked_at=None, account__is_active=True
    ).values("account", "tenant", "roles").first()
    if found is None:
        return None
    named = {Role(role) for role in found["roles"].split()}
    held = frozenset((role, team) for role, team in held_by(found["account"], found["tenant"]) if role in named)
    return Opened(found["account"], found["tenant"], held)


def digest_of(secret: str) -> str:
    """Return what is kept of a secret: it has 256 bits of chance, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()

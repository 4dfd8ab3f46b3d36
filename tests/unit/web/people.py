"""People for the tests: an account in a role, signed in with all that is asked for, and cases of every standing."""

import secrets
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.test import Client

from clausewise.vocab.role import Role
from tests.unit.conftest import Person, request_of
from tests.unit.store.test_cases import receipt_of

OURS, THEIRS = "East", "West"  # the team of whoever asks, and another
HOST = {"host": "localhost"}


@dataclass(frozen=True)
class Somebody:
    """An account at a tenant."""

    account: Any
    tenant: UUID

    def browser(self, stepped_up: bool = True, csrf: bool = False) -> Client:
        """A browser in which the account is signed in."""
        client = Client(enforce_csrf_checks=csrf, headers=HOST, REMOTE_ADDR=an_address())
        client.force_login(self.account)
        if stepped_up:
            session = client.session
            session.update(proof_of(self.account))
            session.save()
        return client


def an_address() -> str:
    """An address that nobody else asks from: what one may ask is limited by address."""
    return ".".join(str(part) for part in (10, *secrets.token_bytes(3)))


def proof_of(account: Any, seconds_ago: int = 0) -> dict[str, Any]:
    """What a session says when its account proved anew who it is."""
    records = [{"method": "password", "at": time.time() - seconds_ago, "reauthenticated": True}]
    return {"account_authentication_methods": records, "account_authentication_methods_user": str(account.pk)}


def somebody(tenant: UUID, *roles: Role, team: str = "", second_factor: bool = True, name: str = "") -> Somebody:
    """A new account in these roles, by default with a second factor; its password can never be right."""
    from allauth.mfa.models import Authenticator

    from clausewise.accounts.models import Account, Membership

    account = Account(username=name or secrets.token_hex(8), password="!")
    account.save()
    for role in roles:
        Membership(account=account, tenant_id=tenant, role=role.value, team=team).save()
    if second_factor:
        Authenticator(user=account, type=Authenticator.Type.TOTP, data={"secret": "none"}).save()
    return Somebody(account, tenant)


@dataclass(frozen=True)
class Cases:
    """Cases of a tenant as they stand to somebody of team East."""

    own: UUID
    other_team: UUID
    restricted: UUID
    unassigned: UUID


def cases_of(person: Person, named: UUID | None = None) -> Cases:
    """One case of each standing; the restricted one is of team East, and names nobody but `named`."""
    restricted = a_case(person, OURS)
    from clausewise.store.cases import Seen, restrict
    from clausewise.store.reading import read
    from clausewise.vocab.history import CaseHistory

    history = read(person.tenant, restricted)
    assert isinstance(history, CaseHistory)
    receipt_of(restrict(person.acting(), Seen(restricted, history.version), {named or uuid4()}, secrets.token_hex(8)))
    return Cases(a_case(person, OURS), a_case(person, THEIRS), restricted, a_case(person, ""))


def a_case(person: Person, team: str, **said: str) -> UUID:
    """A new case of a team."""
    from clausewise.store.cases import submit

    return receipt_of(submit(person.acting(), request_of(**said), secrets.token_hex(8), team)).case

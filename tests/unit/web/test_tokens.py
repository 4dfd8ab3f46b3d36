"""Tokens of programs: what they open, what they never do, and that nobody can read them anywhere."""

from datetime import timedelta

import pytest
import time_machine

from clausewise.vocab.role import Role
from tests.unit.conftest import opened
from tests.unit.web.people import HOST, OURS, THEIRS, a_case, an_address, somebody


def token_of(one, *roles: Role, days: int = 1) -> str:
    """A new token of somebody."""
    from clausewise.accounts.duties import make_token
    from clausewise.wiring.start import now

    return make_token(one.account, one.tenant, roles, now(), days)


def status(secret: str, case, scheme: str = "Bearer ") -> int:
    """How a program is answered that shows this, about a case; no browser, no cookie, no form token."""
    from django.test import Client

    headers = {**HOST, "authorization": f"{scheme}{secret}"}
    client = Client(enforce_csrf_checks=True, headers=headers, REMOTE_ADDR=an_address())
    return client.post(f"/draft/note/{case}/", {"text": "x"}).status_code


def test_a_token_opens_the_cases_of_its_role_and_team(person):
    """It opens what its account's role opens there: cases of that team, of that tenant."""
    one = somebody(person.tenant, Role.INTEGRATION, team=OURS, second_factor=False)
    secret = token_of(one, Role.INTEGRATION)
    elsewhere = a_case(person.of(opened()), "")
    assert [204, 403, 404] == [status(secret, case) for case in (a_case(person, OURS), a_case(person, THEIRS), elsewhere)]


def test_a_token_that_is_not_valid_opens_nothing(person):
    """Changed by one sign, cut off, under another scheme, empty, or beside a browser that is signed in: nobody is signed in."""
    one, case = somebody(person.tenant, Role.INTEGRATION), a_case(person, "")
    secret = token_of(one, Role.INTEGRATION)
    wrong = ("A" if secret[-1] != "A" else "B")
    assert 204 == status(secret, case)
    assert {401} == {status(shown, case) for shown in (secret[:-1] + wrong, secret[:-1], "", secret + "\0", "x" * 10_000)}
    assert 401 == status(secret, case, scheme="Basic ")
    browser = one.browser()
    assert 401 == browser.post(f"/draft/note/{case}/", {}, headers={"authorization": "Bearer no"}).status_code


def test_a_token_ends(person):
    """It opens nothing after its days, after it was revoked, after the role ended, and after the account did."""
    from clausewise.accounts.models import Account, ApiToken, Membership
    from clausewise.wiring.start import now

    case = a_case(person, "")

    def fresh():
        one = somebody(person.tenant, Role.INTEGRATION)
        return one, token_of(one, Role.INTEGRATION)

    one, secret = fresh()
    with time_machine.travel(now() + timedelta(days=1, seconds=1), tick=False):
        assert 401 == status(secret, case)
    assert 204 == status(secret, case)
    ApiToken.objects.filter(account=one.account).update(revoked_at=now())
    assert 401 == status(secret, case)
    one, secret = fresh()
    Membership.objects.filter(account=one.account).update(ended_at=now())
    assert 403 == status(secret, case)
    one, secret = fresh()
    Account.objects.filter(pk=one.account.pk).update(is_active=False)
    assert 401 == status(secret, case)


def test_a_token_opens_no_more_than_it_names(person):
    """A token for one role of an account that has several does not open the others, nor any page of the account."""
    from django.test import Client

    one, case = somebody(person.tenant, Role.ADMINISTRATOR, Role.NURSE), a_case(person, "")
    assert 403 == status(token_of(one, Role.ADMINISTRATOR), case)
    assert 403 == status(token_of(one, Role.PHYSICIAN), case)
    secret = token_of(one, Role.NURSE)
    assert 204 == status(secret, case)
    client = Client(headers={**HOST, "authorization": f"Bearer {secret}"})
    assert {403} == {client.get(path).status_code for path in ("/account/", "/account/2fa/", "/account/password/change/")}


@pytest.mark.parametrize("table", ["accounts_apitoken"])
def test_the_database_does_not_hold_the_token(person, table):
    """No column of the table of tokens holds any part of the secret."""
    from django.db import connection

    secret = token_of(somebody(person.tenant, Role.INTEGRATION), Role.INTEGRATION)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        assert secret.removeprefix("cw_")[:12] not in str(cursor.fetchall())
    assert len(secret) >= 46

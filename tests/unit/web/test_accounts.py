"""What the commands do about accounts, in one process: roles, licences, tokens, ends, and what each leaves behind."""

import json
from datetime import date
from typing import Any

import pytest

from clausewise.vocab.problem import Problem
from clausewise.vocab.role import Role
from tests.unit.conftest import Person


@pytest.fixture
def place(person: Person) -> Any:
    """A place to work: nurse of team East."""
    from clausewise.store.models import Tenant
    from clausewise.wiring.accounts import Place

    return Place(Tenant.objects.get(id=person.tenant).name, Role.NURSE, "East")


@pytest.fixture
def name(person: Person) -> str:
    """A name that nobody has."""
    return f"nia-{person.tenant.hex[:10]}"


def said(person: Person) -> list[tuple[str, dict[str, str]]]:
    """What was done about accounts, in order."""
    from clausewise.store.acting import reading_for
    from clausewise.store.models import AccountAct

    with reading_for(person.tenant):
        rows = AccountAct.objects.of(person.tenant).order_by("id").values_list("kind", "content")
        return [(kind, json.loads(content)) for kind, content in rows]


def held(name: str) -> set[str]:
    """The roles that an account has now."""
    from clausewise.accounts.models import Membership

    return set(Membership.objects.filter(account__username=name, ended_at=None).values_list("role", flat=True))


def test_roles_are_given_and_ended(person, place, name):
    """Each change is recorded with role and team; ended and given again it is held once."""
    from dataclasses import replace

    from clausewise.wiring import accounts

    doctor = replace(place, role=Role.PHYSICIAN)
    accounts.add(name, place)
    steps = ((accounts.give_role, doctor), (accounts.end_role, doctor), (accounts.give_role, doctor), (accounts.end_role, place))
    assert ["", "", "", ""] == [step(name, at) for step, at in steps]
    assert {"physician"} == held(name)
    nurse, physician = ({"role": role, "team": "East"} for role in ("nurse_reviewer", "physician"))
    changes = [("given", physician), ("ended", physician), ("given", physician), ("ended", nurse)]
    assert [("account.opened", nurse), *(("account.changed", {"change": word, **more}) for word, more in changes)] == said(person)


def test_an_account_that_ended_opens_nothing(person, place, name):
    """Its roles, tokens and sessions end at once, and it cannot sign in; given a role again it can."""
    from clausewise.accounts.duties import opened_by
    from clausewise.accounts.models import Account
    from clausewise.wiring import accounts
    from clausewise.wiring.start import now
    from tests.unit.web.people import Somebody

    accounts.add(name, place)
    account = Account.objects.get(username=name)
    browser = Somebody(account, person.tenant).browser()
    secret = accounts.add_token(name, place, 3)
    assert isinstance(secret, str) and opened_by(secret, now()) is not None
    assert "" == accounts.end(name, place.tenant)
    assert opened_by(secret, now()) is None and set() == held(name)
    assert 302 == browser.get("/account/").status_code
    account.refresh_from_db()
    assert not account.is_active
    accounts.give_role(name, place)
    account.refresh_from_db()
    assert account.is_active and opened_by(secret, now()) is None


def test_tokens_are_revoked_together(person, place, name):
    """All tokens of an account end, and its roles stay."""
    from clausewise.accounts.duties import opened_by
    from clausewise.wiring import accounts
    from clausewise.wiring.start import now

    accounts.add(name, place)
    made = [str(accounts.add_token(name, place, 3)) for _ in range(2)]
    accounts.end_tokens(name, place.tenant)
    assert [None, None] == [opened_by(secret, now()) for secret in made] and held(name)
    assert not any(secret in json.dumps(said(person)) for secret in made)


def test_a_licence_and_a_provider(place, name):
    """A licence entered twice stands once, as entered last; a provider's name for a person leads to the account."""
    from allauth.socialaccount.models import SocialAccount

    from clausewise.accounts.models import Licence
    from clausewise.wiring import accounts

    accounts.add(name, place)
    for until in (None, date(2027, 1, 1)):
        given = accounts.LicenceGiven("AR", "E-1", date(2026, 1, 1), until)
        assert "" == accounts.add_licence(name, place.tenant, given)
    assert [date(2027, 1, 1)] == list(Licence.objects.filter(account__username=name).values_list("valid_until", flat=True))
    accounts.link(name, place.tenant, "plan", f"subject of {name}")
    assert name == SocialAccount.objects.get(uid=f"subject of {name}").user.get_username()


@pytest.mark.slow
def test_what_cannot_be_opened_is_told_and_leaves_nothing(person, place, name):
    """A name twice, a name that is none, no address of e-mail, a password of the name, a common one: a problem, and no account."""
    from clausewise.accounts.models import Account
    from clausewise.wiring import accounts

    accounts.add(name, place)
    before, told = Account.objects.count(), said(person)
    wrong = {
        "CW880": [(name, "", "")],
        "CW881": [("nia nia", "", ""), ("", "", ""), (f"{name}x", "no address", ""), ("n" * 151, "", "")],
        "CW882": [(f"{name}x", "", f"{name}x"), (f"{name}x", "", "password1234"), (f"{name}x", "", "short")],
    }
    for code, tries in wrong.items():
        for one in tries:
            found = accounts.add(one[0], place, one[1], one[2])
            assert isinstance(found, Problem) and code == found.code, one
    assert (before, told) == (Account.objects.count(), said(person))


def test_providers_are_named_in_a_file(tmp_path):
    """A file names providers with their secrets in files of their own; what is wrong with it is told."""
    from clausewise.wiring.account_settings import providers

    secret, file = tmp_path / "secret", tmp_path / "providers.toml"
    secret.write_text("0123456789abcdef0123\n")
    secret.chmod(0o600)
    written = '[[provider]]\nid = "plan"\nname = "Example Plan"\nserver_url = "https://login.plan.example"\nclient_id = "cw"\n'
    file.write_text(f'{written}client_secret_file = "{secret}"\n')
    found = providers(file)
    assert isinstance(found, dict)
    app = found["openid_connect"]["APPS"][0]
    assert ("plan", "0123456789abcdef0123") == (app["provider_id"], app["secret"])
    assert {} == providers(None)
    plain, folder = file.read_text().replace("https", "http"), f'{written}client_secret_file = "{tmp_path}"\n'
    for wrong in (written, folder, plain, "[[", "provider = 3"):
        file.write_text(wrong)
        assert isinstance(providers(file), Problem), wrong

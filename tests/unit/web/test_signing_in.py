"""Signing in: password, second factor, passkey, recovery; what is refused, and that nothing tells who has an account."""

import json
import re
import time
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client

from clausewise.vocab.role import Role
from tests.unit.conftest import Person
from tests.unit.web.passkeys import ORIGIN, SoftwareKey
from tests.unit.web.people import HOST, Somebody, an_address, proof_of, somebody

PASSWORD = "a long sentence 42"
LOGIN, CODE, TOTP = "/account/login/", "/account/2fa/authenticate/", "/account/2fa/totp/activate/"


@pytest.fixture(autouse=True)
def nothing_remembered(sqlite):
    """Each test begins with no failed sign-ins counted, and ends so."""
    from django.core.cache import cache

    cache.clear()
    yield
    cache.clear()


def with_password(person: Person, *roles: Role, **more: Any) -> Somebody:
    """Somebody whose password we know."""
    one = somebody(person.tenant, *(roles or (Role.NURSE,)), **more)
    one.account.set_password(PASSWORD)
    one.account.save()
    return one


def browser() -> Client:
    """A browser in which nobody is signed in."""
    return Client(headers=HOST, REMOTE_ADDR=an_address())


def enter(client: Client, name: str, password: str = PASSWORD):
    """Enter name and password."""
    return client.post(LOGIN, {"login": name, "password": password})


def is_in(client: Client) -> bool:
    """Whether somebody is signed in."""
    return 200 == client.get("/account/").status_code


def code_at(secret: str, seconds: float = 0) -> str:
    """The code that an authenticator app shows so many seconds from now, computed anew from RFC 6238."""
    import base64
    import hashlib
    import hmac

    step = int((time.time() + seconds) // 30).to_bytes(8, "big")
    digest = hmac.new(base64.b32decode(secret), step, hashlib.sha1).digest()
    start = digest[-1] & 15
    return str((int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF) % 1_000_000).zfill(6)


def with_app(person: Person) -> tuple[Somebody, str]:
    """Somebody with an authenticator app that was set up through the page, and the app's secret."""
    one = with_password(person, second_factor=False)
    client = one.browser()
    client.get(TOTP)
    secret = client.session["mfa.totp.secret"]
    with time_machine.travel(time.time() - 300, tick=False):
        session = client.session
        session.update(proof_of(one.account))
        session.save()
        answer = client.post(TOTP, {"code": code_at(secret)})
    assert 302 == answer.status_code, answer.content
    return one, secret


# ---- password --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_by_name_or_by_mail(person):
    """The user name and the address of e-mail both lead in, in large or small letters."""
    one = with_password(person, Role.NURSE, second_factor=False, name="Nia.Cole")
    one.account.email = "nia@plan.example"
    one.account.save()
    for name in ("Nia.Cole", "nia.cole", "NIA@plan.example"):
        client = browser()
        enter(client, name)
        assert is_in(client), name


@pytest.mark.slow
def test_a_password_is_kept_by_argon2id_with_its_costs(person):
    """64 MiB, 3 passes, one lane; a password kept with lower costs is kept anew when its owner signs in."""
    from argon2 import PasswordHasher

    one = with_password(person, second_factor=False)
    assert one.account.password.startswith("argon2$argon2id$v=19$m=65536,t=3,p=1$")
    one.account.password = "argon2" + PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    one.account.save()
    enter(browser(), one.account.username)
    one.account.refresh_from_db()
    assert one.account.password.startswith("argon2$argon2id$v=19$m=65536,t=3,p=1$")


@pytest.mark.slow
def test_no_answer_tells_who_has_an_account(person, monkeypatch):
    """A wrong password and a name that is nobody's get equal answers, and both cost one hashing of a password."""
    from clausewise.accounts.passwords import Argon2

    hashed: list[str] = []

    def counted(does: Any) -> Any:
        return lambda *given: (hashed.append("once"), does(*given))[1]  # type: ignore[func-returns-value]

    monkeypatch.setattr(Argon2, "encode", counted(Argon2.encode))
    monkeypatch.setattr(Argon2, "verify", counted(Argon2.verify))
    one = with_password(person)
    hashed.clear()
    shapes = []
    for name in (one.account.username, "nobody-at-all-here"):
        answer = enter(browser(), name, "wrong")
        body = answer.content.decode().replace(name, "NAME")
        csrf = body.partition('csrfmiddlewaretoken" value="')[2][:64]
        shapes.append((answer.status_code, body.replace(csrf, "TOKEN"), tuple(answer.headers), len(hashed)))
        hashed.clear()
    assert shapes[0][:3] == shapes[1][:3] and 200 == shapes[0][0]
    assert 1 <= shapes[0][3] <= 2 and 1 <= shapes[1][3] <= 2


@pytest.mark.slow
def test_after_five_failures_a_name_is_locked_for_a_while(person):
    """Then even the right password is refused, also from elsewhere; after five minutes it leads in; others are not kept out."""
    one, other = with_password(person, second_factor=False), with_password(person, second_factor=False)
    for number in range(5):
        enter(Client(headers=HOST, REMOTE_ADDR=f"192.0.2.{number}"), one.account.username, "wrong")
    client = Client(headers=HOST, REMOTE_ADDR="198.51.100.1")
    enter(client, one.account.username)
    assert not is_in(client)
    elsewhere = Client(headers=HOST, REMOTE_ADDR="198.51.100.2")
    enter(elsewhere, other.account.username)
    assert is_in(elsewhere)
    with time_machine.travel(time.time() + 301, tick=False):
        enter(client, one.account.username)
        assert is_in(client)


@pytest.mark.slow
def test_ten_failures_lock_an_address(person):
    """Who tries one password on many names from one address is stopped, whether or not the names are somebody's."""
    one = with_password(person, second_factor=False)
    client = Client(headers=HOST, REMOTE_ADDR="192.0.2.77")
    for number in range(10):
        enter(client, f"nobody-{number}", "wrong")
    enter(client, one.account.username)
    assert not is_in(client)


@pytest.mark.slow
def test_signing_in_is_recorded(person):
    """Success, failure of an account there is, and a proof given anew are in the log; the name that was typed is nowhere."""
    from clausewise.store.acting import reading_for
    from clausewise.store.models import AccountAct, LedgerEntry

    one = with_password(person, second_factor=False)
    client = browser()
    enter(client, one.account.username, "wrong")
    enter(client, "nobody-at-all", "wrong")
    enter(client, one.account.username)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    with reading_for(person.tenant):
        kinds = list(AccountAct.objects.of(person.tenant).order_by("id").values_list("kind", flat=True))
        leaves = b"".join(bytes(leaf) for leaf in LedgerEntry.objects.of(person.tenant).values_list("leaf", flat=True))
    assert ["login.refused", "login.succeeded", "login.stepped_up"] == kinds
    assert 3 == leaves.count(str(one.account.pk).encode() + b'","tenant"')
    assert one.account.username.encode() not in leaves


@pytest.mark.slow
def test_the_key_of_a_session_changes_when_somebody_proves_who_they_are(person):
    """At sign-in and at each proof given anew the session gets another key, and the key before opens nothing."""
    one = with_password(person, second_factor=False)
    client = browser()
    client.get(LOGIN)
    keys = []
    enter(client, one.account.username)
    keys.append(client.cookies["session"].value)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    keys.append(client.cookies["session"].value)
    assert 2 == len(set(keys))
    client.cookies["session"] = keys[0]
    assert not is_in(client)


def test_nobody_signs_up(sqlite):
    """The pages by which others open accounts, ask for a new password by mail or change addresses are not there."""
    closed = ("signup/", "password/reset/", "email/", "confirm-email/", "3rdparty/signup/", "3rdparty/")
    client = browser()
    assert {404} == {client.get(f"/account/{path}").status_code for path in closed}
    assert {404} == {client.post(f"/account/{path}", {"username": "x", "password1": PASSWORD}).status_code for path in closed}


# ---- second factor ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_code_is_taken_once(person):
    """A code leads in, and the same code is refused afterwards, also for proving anew; the next one leads in again."""
    one, secret = with_app(person)
    client, again = browser(), browser()
    enter(client, one.account.username)
    assert not is_in(client)
    code = code_at(secret)
    client.post(CODE, {"code": code})
    assert is_in(client)
    enter(again, one.account.username)
    again.post(CODE, {"code": code})
    assert not is_in(again)
    assert 200 == client.post("/account/2fa/reauthenticate/", {"code": code}).status_code
    with time_machine.travel(time.time() + 61, tick=False):
        again.post(CODE, {"code": code_at(secret)})
        assert is_in(again)


@pytest.mark.slow
def test_a_code_that_is_too_old_or_wrong_is_refused(person):
    """A code of two minutes ago, one of two minutes ahead, and a guess lead nowhere; six guesses lock the account."""
    one, secret = with_app(person)
    client = browser()
    enter(client, one.account.username)
    for code in (code_at(secret, -120), code_at(secret, 120), "000000"):
        client.post(CODE, {"code": code})
        assert not is_in(client)
    for _ in range(6):
        client.post(CODE, {"code": "000000"})
    client.post(CODE, {"code": code_at(secret)})
    assert not is_in(client)


@pytest.mark.slow
def test_the_seed_of_an_app_lies_sealed(person, settings_of):
    """The database holds no seed; under another secret key no code fits, not even one computed from an empty seed."""
    from allauth.mfa.models import Authenticator

    one, secret = with_app(person)
    kept = Authenticator.objects.get(user=one.account, type=Authenticator.Type.TOTP)
    assert secret not in str(kept.data)
    settings_of(SECRET_KEY="x" * 50)
    assert not any(kept.wrap().validate_code(code) for code in (code_at(secret), code_at("")))


@pytest.mark.slow
def test_a_recovery_code_leads_in_once(person):
    """Who lost the app enters with a recovery code, and each is taken once."""
    from allauth.mfa.models import Authenticator

    one, _ = with_app(person)
    codes = Authenticator.objects.get(user=one.account, type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()
    for code, leads_in in ((codes[0], True), (codes[0], False), (codes[1], True)):
        client = browser()
        enter(client, one.account.username)
        client.post(CODE, {"code": code})
        assert leads_in == is_in(client)


# ---- passkeys --------------------------------------------------------------------------------------------------------


def registered(one: Somebody, key: SoftwareKey) -> Client:
    """A browser in which somebody has registered a passkey through the page."""
    client = one.browser()
    page = client.get("/account/2fa/webauthn/add/", headers={"origin": ORIGIN})
    found = re.search(r'type="application/json">(.*?)</script>', page.content.decode())
    assert found is not None
    credential = key.register(json.loads(found[1])["creation_options"])
    answer = client.post("/account/2fa/webauthn/add/", {"name": "key", "passwordless": "on", "credential": credential})
    assert 302 == answer.status_code, answer.content
    return client


def by_passkey(key: SoftwareKey, **forged: Any) -> Client:
    """A browser in which somebody tried to sign in with a passkey."""
    client = browser()
    asked = client.get("/account/2fa/webauthn/login/", headers={"accept": "application/json", "x-requested-with": "XMLHttpRequest"})
    client.post("/account/2fa/webauthn/login/", {"credential": key.sign(asked.json()["request_options"], **forged)})
    return client


@pytest.mark.slow
def test_a_passkey_leads_in_without_a_password(person):
    """A passkey that was registered leads in alone; one with a forged signature, for another site or unverified does not."""
    one, key = with_password(person, second_factor=False), SoftwareKey()
    registered(one, key)
    assert is_in(by_passkey(key))
    for forged in ({"signature": b"0" * 70}, {"rp_id": "evil.example"}, {"verified": False}, {"challenge": b"0" * 32}):
        assert not is_in(by_passkey(key, **forged)), forged
    assert not is_in(by_passkey(SoftwareKey()))


@pytest.mark.slow
def test_a_passkey_is_a_second_factor(person):
    """Who has a passkey and no app is let to all pages, and gives it after the password too."""
    one, key = with_password(person, second_factor=False), SoftwareKey()
    client = registered(one, key)
    assert 302 != client.get("/account/password/change/").status_code
    entered = browser()
    enter(entered, one.account.username)
    assert not is_in(entered)


# ---- invitations -----------------------------------------------------------------------------------------------------


def invited(person: Person, name: str) -> tuple[str, str]:
    """An account opened by a command, and the path of its link."""
    from clausewise.store.models import Tenant
    from clausewise.wiring import accounts

    tenant = Tenant.objects.get(id=person.tenant).name
    link = accounts.add(name, accounts.Place(tenant, Role.NURSE, "East"))
    assert isinstance(link, str), link
    return tenant, urlsplit(link).path


def set_password(client: Client, path: str) -> bool:
    """Set a password by a link; tell whether that was let."""
    page = client.get(path, follow=True)
    sent = {"password1": PASSWORD, "password2": PASSWORD}
    return bool(page.redirect_chain) and 302 == client.post(page.redirect_chain[-1][0], sent).status_code


@pytest.mark.slow
def test_a_link_sets_a_password_once_and_for_a_day(person):
    """The link of an invitation is good for one time and one day; a new one ends the one before, and second factors."""
    from clausewise.wiring import accounts
    from clausewise.wiring.start import now

    name = f"nia-{person.tenant.hex[:8]}"
    tenant, path = invited(person, name)
    with time_machine.travel(now() + timedelta(hours=24, minutes=1), tick=False):
        assert not set_password(browser(), path)
    assert set_password(browser(), path)
    assert not set_password(browser(), path)
    client = browser()
    enter(client, name)
    assert is_in(client)
    again = accounts.invite(name, tenant)
    assert isinstance(again, str) and not is_in(client)
    assert set_password(browser(), urlsplit(again).path)

"""How long a session lasts, what it leaves in browser and database, and what is kept of what was not sent."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from clausewise.vocab.role import Role
from tests.unit.conftest import opened
from tests.unit.web.people import HOST, Somebody, a_case, somebody

BEGIN = datetime(2026, 3, 20, 12, tzinfo=UTC)
HOME = "/account/"


def status_after(one: Somebody, *minutes: float) -> list[int]:
    """How each request is answered, so many minutes after the one before; 302 leads to signing in."""
    at, found = BEGIN, []
    with time_machine.travel(at, tick=False):
        browser = one.browser(stepped_up=False)
    for wait in minutes:
        at += timedelta(minutes=wait)
        with time_machine.travel(at, tick=False):
            found.append(browser.get(HOME).status_code)
    return found


def test_a_session_ends_after_a_quarter_of_an_hour_without_a_request(person):
    """With 14 minutes between requests it lasts on; after 15 it is over, and stays so."""
    one = somebody(person.tenant, Role.NURSE)
    assert [200, 200, 302, 302] == status_after(one, 14, 14, 15.1, 0)


@pytest.mark.slow
def test_a_session_of_staff_ends_after_twelve_hours(person):
    """However busy, it is over after twelve hours in all."""
    one = somebody(person.tenant, Role.NURSE)
    answers = status_after(one, *[10] * 73)
    assert [200] * 71 + [302] * 2 == answers


def test_a_session_of_others_ends_after_two_hours(person):
    """Who works for nobody, such as a patient, is signed in for two hours in all."""
    one = somebody(person.tenant)
    assert [200] * 11 + [302] == status_after(one, *[10] * 12)


def test_asking_for_the_time_left_does_not_make_it_longer(person):
    """A page that asks by itself how long there is keeps nobody signed in; the button to stay does."""
    one = somebody(person.tenant, Role.NURSE)
    with time_machine.travel(BEGIN, tick=False) as clock:
        browser = one.browser(stepped_up=False)
        for left in (840, 780, 720):
            clock.shift(60)
            assert {"seconds": left, "warning_seconds": 120} == browser.get("/session/").json()
        assert 900 == browser.post("/session/stay/", headers={"accept": "application/json"}).json()["seconds"]
        clock.shift(901)
        answer = browser.get("/session/", headers={"accept": "application/json"})
        assert 401 == answer.status_code


def test_the_database_does_not_hold_the_key_of_a_session(person):
    """Who reads the table of sessions finds the hash of a key, which opens nothing."""
    from clausewise.accounts.models import Session
    from clausewise.accounts.session_store import kept

    one = somebody(person.tenant, Role.NURSE)
    browser = one.browser()
    key = browser.cookies["session"].value
    rows = list(Session.objects.filter(account=one.account.pk))
    assert [kept(key)] == [row.session_key for row in rows]
    browser.cookies["session"] = rows[0].session_key
    assert 302 == browser.get(HOME).status_code
    assert key not in rows[0].session_data and len(key) >= 43


def test_other_sessions_are_ended_by_their_owner(person):
    """Who ends all other sessions stays signed in, and nobody else's session ends."""
    one, another = somebody(person.tenant, Role.NURSE), somebody(person.tenant, Role.NURSE)
    here, there, elsewhere = one.browser(), one.browser(), another.browser()
    assert 302 == here.post("/account/sessions/end/").status_code
    assert [200, 302, 200] == [browser.get(HOME).status_code for browser in (here, there, elsewhere)]


def test_what_was_signed_out_cannot_be_used_again(person):
    """After signing out the old key opens nothing, and the page of the account is nowhere kept."""
    browser = somebody(person.tenant, Role.NURSE).browser()
    key = browser.cookies["session"].value
    browser.post("/account/logout/")
    browser.cookies["session"] = key
    assert 302 == browser.get(HOME).status_code


def test_cookies_are_kept_to_tls_and_one_host_unless_it_is_this_machine():
    """Under any name but this machine's own, cookies are `__Host-` and Secure; scripts read none of them."""
    from clausewise.wiring import account_settings as settings

    public, local = settings.cookies(["plan.example", "localhost"]), settings.cookies(["localhost", "127.0.0.1"])
    assert ("__Host-session", "__Host-csrf") == (public["SESSION_COOKIE_NAME"], public["CSRF_COOKIE_NAME"])
    assert public["SESSION_COOKIE_SECURE"] and public["CSRF_COOKIE_SECURE"]
    assert not local["SESSION_COOKIE_SECURE"]
    assert settings.SESSION_COOKIE_HTTPONLY and settings.CSRF_COOKIE_HTTPONLY
    assert "Lax" == settings.SESSION_COOKIE_SAMESITE == settings.CSRF_COOKIE_SAMESITE


# ---- for which tenant ------------------------------------------------------------------------------------------------


def test_who_works_for_two_tenants_is_at_work_for_one_at_a_time(person):
    """A case of the other tenant is not there until one works for that; one cannot work for a tenant that gave no role."""
    from clausewise.accounts.models import Membership

    other = person.of(opened())
    one = somebody(person.tenant, Role.NURSE)
    Membership(account=one.account, tenant_id=other.tenant, role=Role.NURSE.value).save()
    browser, here, there = one.browser(), a_case(person, ""), a_case(other, "")

    def answers() -> list[int]:
        return [browser.post(f"/draft/note/{case}/", {"text": "x"}).status_code for case in (here, there)]

    first = answers()
    assert sorted(first) == [204, 404]
    for tenant in (person.tenant, other.tenant, opened()):
        browser.post("/account/tenant/", {"tenant": str(tenant)})
        assert answers() == ([204, 404] if tenant == person.tenant else [404, 204])


# ---- drafts ----------------------------------------------------------------------------------------------------------


def test_what_was_entered_is_there_after_signing_in_again(person):
    """A draft outlives the session, is shown to nobody else, and is gone once its form was sent."""
    one, other = somebody(person.tenant, Role.NURSE), somebody(person.tenant, Role.NURSE)
    case = a_case(person, "")
    browser = one.browser()
    assert 204 == browser.post(f"/draft/note/{case}/", {"text": "a scar", "csrfmiddlewaretoken": "x"}).status_code
    browser.post("/account/logout/")
    assert {"text": ["a scar"]} == draft_for(one, case)
    assert {} == draft_for(other, case)
    assert {} == draft_for(one, a_case(person, ""))
    drop_for(one, case)
    assert {} == draft_for(one, case)


def asked_by(one: Somebody, case):
    """A request of somebody about a case, as a view gets it."""
    from types import SimpleNamespace

    from django.test import RequestFactory

    from clausewise.store.teams import CaseAccess
    from clausewise.web.principal import Principal

    request: Any = RequestFactory().get("/")
    request.resolver_match = SimpleNamespace(view_name="note")
    request.principal = Principal(one.account.pk, one.tenant, frozenset())
    request.case_access = CaseAccess(case, one.tenant)
    return request


def draft_for(one: Somebody, case) -> dict[str, list[str]]:
    """The draft that somebody finds."""
    from clausewise.web.drafts import draft_of

    return draft_of(asked_by(one, case))


def drop_for(one: Somebody, case) -> None:
    """Somebody has sent the form."""
    from clausewise.web.drafts import drop_draft

    drop_draft(asked_by(one, case))


def test_a_draft_lies_sealed_and_not_for_ever(person):
    """The table tells nothing of what was entered; what nobody comes back to in a month is taken away; too much is not kept."""
    from clausewise.accounts.expiring import drop_old_drafts
    from clausewise.store.acting import reading_for
    from clausewise.store.models import Draft
    from clausewise.web.drafts import LENGTH_MAX
    from clausewise.wiring.start import now

    browser = somebody(person.tenant, Role.NURSE).browser()
    assert 204 == browser.post("/draft/note/", {"text": "a scar"}).status_code
    assert 413 == browser.post("/draft/long/", {"text": "x" * LENGTH_MAX}).status_code
    with reading_for(person.tenant):
        rows = list(Draft.objects.of(person.tenant))
    assert ["note"] == [row.form for row in rows] and "scar" not in rows[0].content
    assert 0 == drop_old_drafts(person.tenant, now() + timedelta(days=29))
    assert 1 == drop_old_drafts(person.tenant, now() + timedelta(days=31))


def test_what_was_sent_too_late_to_be_signed_is_kept(person, monkeypatch):
    """Who signs without a fresh proof is led to give it, and finds what they wrote as a draft of that form."""
    from clausewise.web import gate
    from clausewise.web.access import MATRIX, Permission, needs

    signing = {("POST", "case_draft"): needs(Permission.CASE_DENY, step_up=True)}
    monkeypatch.setattr(gate, "MATRIX", {**MATRIX, **signing})
    one, case = somebody(person.tenant, Role.PHYSICIAN), a_case(person, "")
    address = f"/draft/note/{case}/"
    answer = one.browser(stepped_up=False).post(address, {"rationale": "not met"})
    assert answer.headers["Location"].startswith("/account/reauthenticate/?next=")
    from clausewise.web.drafts import draft_of

    assert {"rationale": ["not met"]} == draft_of(asked_by(one, case), "case_draft")
    assert 204 == one.browser().post(address, {"rationale": "not met"}).status_code


def test_a_program_is_told_to_prove_anew(person, monkeypatch):
    """A program signed in by a session gets an object that names the address, and no page."""
    from clausewise.web import gate
    from clausewise.web.access import MATRIX, Permission, needs

    signing = {("POST", "case_draft"): needs(Permission.CASE_DENY, step_up=True)}
    monkeypatch.setattr(gate, "MATRIX", {**MATRIX, **signing})
    one, case = somebody(person.tenant, Role.PHYSICIAN), a_case(person, "")
    browser = one.browser(stepped_up=False)
    answer = browser.post(f"/draft/note/{case}/", {}, headers={"accept": "application/json", **HOST})
    assert (403, "/account/reauthenticate/") == (answer.status_code, answer.json()["at"])

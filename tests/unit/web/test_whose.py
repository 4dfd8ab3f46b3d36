"""A case is given to a team and restricted to accounts, by the interface and by plain forms, by those who may and nobody else."""

import re
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest

from clausewise.vocab.role import Role
from tests.unit.conftest import Person
from tests.unit.web.asking import Caller, caller
from tests.unit.web.people import OURS, THEIRS, Somebody, a_case, somebody
from tests.unit.web.test_api import codes


@pytest.fixture
def leading(person: Person) -> Caller:
    """A supervisor with a token, in a tenant with two teams."""
    for team in (OURS, THEIRS):
        somebody(person.tenant, Role.NURSE, team=team)
    return caller(person.tenant, Role.SUPERVISOR)


@pytest.fixture
def officer(leading: Caller) -> Caller:
    """A privacy officer with a token."""
    return caller(leading.tenant, Role.PRIVACY_OFFICER)


def whose(tenant: UUID, case: Any) -> tuple[str, frozenset[UUID] | None]:
    """The team of a case, and whom it is restricted to."""
    from clausewise.store.acting import reading_for
    from clausewise.store.teams import access_of

    with reading_for(tenant):
        found = access_of(tenant, UUID(str(case)))
    assert found is not None
    return found.team, found.restricted_to


def test_a_case_is_given_to_a_team(leading: Caller, person: Person):
    """A supervisor gives it, under a key and a version; the same again is the same bytes, another on that version late."""
    case = a_case(person, "")
    version = leading.ask("GET", f"/cases/{case}").json()["version"]
    first, again = (leading.act(f"/cases/{case}/assign", version, {"team": OURS}, key="k") for _ in range(2))
    assert (200, first.content) == (first.status_code, again.content)
    late = leading.act(f"/cases/{case}/assign", version, {"team": THEIRS})
    assert (412, ["CW925"], OURS) == (late.status_code, codes(late), whose(person.tenant, case)[0])
    assert 428 == leading.act(f"/cases/{case}/assign", body={"team": ""}).status_code
    assert 200 == leading.act(f"/cases/{case}/assign", version + 1, {"team": ""}).status_code
    assert ("", None) == whose(person.tenant, case)


def test_a_case_is_restricted_and_open_again(leading: Caller, officer: Caller, person: Person):
    """To whom it is restricted sees it; for everybody else it is not there, until the privacy officer ends it."""
    case = a_case(person, OURS)
    named = caller(person.tenant, Role.NURSE)
    version = officer.ask("GET", f"/cases/{case}").json()["version"]
    done = officer.act(f"/cases/{case}/restrict", version, {"accounts": [str(named.account.pk)]})
    assert (200, frozenset({named.account.pk})) == (done.status_code, whose(person.tenant, case)[1])
    assert [200, 200, 404] == [one.ask("GET", f"/cases/{case}").status_code for one in (named, officer, leading)]
    ended = officer.act(f"/cases/{case}/restrict", version + 1, {"accounts": None})
    assert (200, 200) == (ended.status_code, leading.ask("GET", f"/cases/{case}").status_code)


def test_nobody_is_named_who_is_not_there(leading: Caller, officer: Caller, person: Person):
    """A team nobody works in, an account of no tenant or of another, no account at all: told, and the case stays as it was."""
    case, stranger = a_case(person, OURS), uuid4()
    version = leading.ask("GET", f"/cases/{case}").json()["version"]
    answers = [leading.act(f"/cases/{case}/assign", version, {"team": team}) for team in ("Eats", "x" * 65, "\0")]
    answers += [officer.act(f"/cases/{case}/restrict", version, {"accounts": ids}) for ids in ([str(stranger)], [], ["nia"])]
    found = [(422, "CW927"), (422, "CW920"), (422, "CW927"), (422, "CW927"), (422, "CW920"), (422, "CW920")]
    assert found == [(one.status_code, *codes(one)) for one in answers]
    assert (OURS, None) == whose(person.tenant, case)


# ---- the forms -------------------------------------------------------------------------------------------------------


def forms(page: str) -> dict[str, dict[str, str]]:
    """The hidden fields of each form of a page that is about whose the case is, by what it does."""
    found = re.findall(r'<form method="post" action="/cases/[0-9a-f-]{36}/(\w+)">(.*?)</form>', page, re.DOTALL)
    return {what: dict(re.findall(r'name="(key|version)" value="([^"]+)"', form)) for what, form in found}


def signed_in(who: Caller, **given: Any) -> Any:
    """A browser of somebody."""
    return Somebody(who.account, who.tenant).browser(**given)


def test_a_supervisor_gives_a_case_by_the_form(leading: Caller, person: Person):
    """The page offers the teams there are and says whose the case is; sent twice it is one act; sent late it is told, as a page."""
    case, client = a_case(person, OURS), signed_in(leading)
    page = client.get(f"/cases/{case}").content.decode()
    assert {"assign"} == set(forms(page))
    assert ["", OURS, THEIRS] == re.findall(r'<option[^>]* value="([^"]*)"', page)
    sent = {**forms(page)["assign"], "team": THEIRS}
    first, again = (client.post(f"/cases/{case}/assign", sent) for _ in range(2))
    assert [(302, f"/cases/{case}")] * 2 == [(one.status_code, one.headers["Location"]) for one in (first, again)]
    after = client.get(f"/cases/{case}").content.decode()
    assert "<dt>Team</dt><dd><bdi>West</bdi>" in after and THEIRS == whose(person.tenant, case)[0]
    late = client.post(f"/cases/{case}/assign", {**sent, "key": "another", "team": ""})
    assert (412, True) == (late.status_code, "This was not done" in late.content.decode())
    unsaid = client.post(f"/cases/{case}/assign", {"key": "another", "team": ""})
    assert (428, True) == (unsaid.status_code, "CW926" in unsaid.content.decode())


def test_who_gives_a_case_away_is_led_to_the_list(leading: Caller, person: Person):
    """Intake of one team gives a case to another, no longer reaches it, and is led where they may be."""
    one, case = somebody(person.tenant, Role.INTAKE, team=OURS), a_case(person, OURS)
    client = one.browser()
    sent = {**forms(client.get(f"/cases/{case}").content.decode())["assign"], "team": THEIRS}
    assert "/cases" == client.post(f"/cases/{case}/assign", sent).headers["Location"]
    assert 403 == client.get(f"/cases/{case}").status_code


def test_a_privacy_officer_restricts_by_the_form(officer: Caller, person: Person):
    """By the names people sign in with; the page then shows them and how to end it; no name, or nobody's, restricts nothing."""
    case, client = a_case(person, OURS), signed_in(officer)
    one = somebody(person.tenant, Role.NURSE, team=THEIRS)
    page = client.get(f"/cases/{case}").content.decode()
    assert {"restrict"} == set(forms(page)) and 'name="end"' not in page
    sent = forms(page)["restrict"]
    for names in ("", "nobody<b>"):
        wrong = client.post(f"/cases/{case}/restrict", {**sent, "names": names})
        assert (422, True, False) == (wrong.status_code, b"CW927" in wrong.content, b"<b>" in wrong.content)
    assert 302 == client.post(f"/cases/{case}/restrict", {**sent, "names": f" {one.account.username}\n"}).status_code
    assert frozenset({one.account.pk}) == whose(person.tenant, case)[1]
    page = client.get(f"/cases/{case}").content.decode()
    assert one.account.username in unescape(page) and 'name="end"' in page
    theirs = one.browser().get(f"/cases/{case}").content.decode()
    assert "restricted to named accounts" in theirs and {} == forms(theirs)
    assert 302 == client.post(f"/cases/{case}/restrict", {**forms(page)["restrict"], "end": "yes"}).status_code
    assert (OURS, None) == whose(person.tenant, case)


def test_the_forms_are_for_those_who_may(leading: Caller, person: Person):
    """Each role is offered the forms of what it may do; another's, sent by hand or without its token, is refused."""
    case = a_case(person, OURS)
    offered = {}
    for role in Role:
        client = somebody(person.tenant, role, team=OURS).browser()
        page = client.get(f"/cases/{case}")
        offered[role] = set(forms(page.content.decode())) if page.status_code == 200 else None
        for what in {"assign", "restrict"} - (offered[role] or set()):
            assert 403 == client.post(f"/cases/{case}/{what}", {"key": "k", "version": "3", "team": "", "end": "yes"}).status_code
    assert {Role.INTAKE: {"assign"}, Role.SUPERVISOR: {"assign"}, Role.PRIVACY_OFFICER: {"restrict"}} == {
        role: what for role, what in offered.items() if what
    }
    forged = signed_in(leading, csrf=True).post(f"/cases/{case}/assign", {"key": "k", "version": "3", "team": ""})
    assert (403, OURS) == (forged.status_code, whose(person.tenant, case)[0])

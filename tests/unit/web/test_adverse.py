"""Adverse decisions are made by physicians, under a licence that is valid that day in the state that is named; by nobody else."""

import json
import re
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine

from clausewise.vocab.history import ActKind, CaseHistory
from clausewise.vocab.role import Role
from tests.unit.conftest import Person
from tests.unit.web.asking import Caller, caller
from tests.unit.web.people import a_case, an_address, somebody
from tests.unit.web.test_api import codes
from tests.unit.web.test_tokens import token_of
from tests.unit.web.walking import addresses

DENIED = {"line": 1, "result": "denied", "clause": "A-I.A.3", "reason": "criteria_not_met", "rationale": "No sign is there."}
FORM = "application/x-www-form-urlencoded"
DAY = "2026-04-01 12:00:00+00:00"


def licence(account: Any, state: str, began: date, ended: date | None = None, number: str = "E-1") -> None:
    """Enter a licence of an account."""
    from clausewise.accounts.models import Licence

    Licence.objects.create(account=account, state=state, number=number, valid_from=began, valid_until=ended)


def history(tenant: UUID, case: Any) -> CaseHistory:
    """A case with all its acts."""
    from clausewise.store.reading import read

    found = read(tenant, UUID(str(case)))
    assert isinstance(found, CaseHistory)
    return found


def adverse(tenant: UUID, case: Any) -> list[dict[str, Any]]:
    """The adverse decisions that stand in the history of a case."""
    acts = [json.loads(act.content) for act in history(tenant, case).acts if act.kind is ActKind.DECIDED]
    return [line for said in acts for line in said["lines"] if line["result"] != "approved"]


LACKING: dict[str, tuple[str, tuple[str, date, date | None] | None, str]] = {
    "no state": ("", ("AR", date(2020, 1, 1), None), "The decision does not name the state of a licence."),
    "no licence": ("AR", None, "This account has no licence in AR."),
    "another state": ("AR", ("TX", date(2020, 1, 1), None), "This account has no licence in AR."),
    "over": ("AR", ("AR", date(2020, 1, 1), date(2026, 3, 31)), "in AR ended on 2026-03-31; today is 2026-04-01."),
    "not yet": ("AR", ("AR", date(2026, 4, 2), None), "in AR is valid from 2026-04-02 on; today is 2026-04-01."),
}


@pytest.mark.parametrize("what", LACKING)
def test_what_a_physician_lacks_is_told(asking: Caller, what: str):
    """No state, no licence, one of another state, one that is over or not yet valid: told what is missing and what next."""
    state, held, words = LACKING[what]
    if held is not None:
        licence(asking.account, *held)
    case, version = asking.submitted(pain="no", infected="no")
    with time_machine.travel(DAY, tick=False):
        body = {"lines": [DENIED], "licence_state": state}
        answer = asking.signed(f"/cases/{case}/decide", version, body)
    assert (422, ["CW924"], True) == (answer.status_code, codes(answer), words in answer.json()["problems"][0]["message"])
    assert [] == adverse(asking.tenant, case)


@pytest.mark.parametrize("ended", [date(2026, 4, 1), None])
def test_a_decision_carries_the_licence_that_is_valid_that_day(asking: Caller, ended: date | None):
    """Of a licence that is over and one valid up to today, the decision carries the second, with its number and state."""
    licence(asking.account, "AR", date(2019, 1, 1), date(2020, 1, 1), "E-old")
    licence(asking.account, "AR", date(2026, 4, 1), ended, "E-new")
    case, version = asking.submitted(pain="no", infected="no")
    with time_machine.travel(DAY, tick=False):
        answer = asking.signed(f"/cases/{case}/decide", version, {"lines": [DENIED], "licence_state": "AR"})
    assert 200 == answer.status_code, answer.content
    by = {"account": str(asking.account.pk), "name": "Ada Example", "licence": "E-new", "state": "AR"}
    assert [by] == [line["clinician"] for line in adverse(asking.tenant, case)]


@pytest.mark.slow
@pytest.mark.parametrize("by_token", [False, True], ids=["session", "token"])
def test_a_nurse_denies_by_no_route(person: Person, by_token: bool):
    """Every route with every method and every body that could deny, by a nurse who even holds a licence: no denial stands.

    A physician who sends the same to the same routes denies, or the walk would show nothing.
    """
    assert [] == [found for role in (Role.NURSE,) for found in walk(person, role, by_token)]
    if not by_token:
        assert ["denied"] == [line["result"] for line in walk(person, Role.PHYSICIAN, by_token)]


def walk(person: Person, role: Role, by_token: bool) -> list[dict[str, Any]]:
    """Send what denies to every route, as somebody in a role; return what stands in the case afterwards."""
    from django.urls import get_resolver

    one, case = somebody(person.tenant, role), a_case(person, "", pain="no", infected="no")
    licence(one.account, "AR", date(2020, 1, 1))
    client = one.browser()
    client.raise_request_exception = False
    if by_token:
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token_of(one, role)}"
    # Deciding comes first, while the case can be decided; signing out last.
    found = addresses(get_resolver().url_patterns, case, uuid4())
    routes = sorted(found.items(), key=lambda route: ("decide" not in route[0], route))
    for name, address in routes:
        if name != "account_logout":
            for method in ("POST", "PUT", "PATCH", "DELETE"):
                _send(client, method, address, person.tenant, case)
    return adverse(person.tenant, case)


def _send(client: Any, method: str, address: str, tenant: UUID, case: UUID) -> None:
    decisions = {"lines": [DENIED], "licence_state": "AR"}
    flat = "&".join(f"{name}={value}" for name, value in {**DENIED, "decision": "denied", "licence_state": "AR"}.items())
    for kind in ("application/json", FORM):
        version, key = history(tenant, case).version, str(uuid4())
        sent = json.dumps(decisions) if kind != FORM else f"{flat}&lines={json.dumps(DENIED)}&key={key}&version={version}"
        headers = {"idempotency-key": key, "if-match": f'"{version}"', "accept": "application/json"}
        answer = client.generic(method, address, sent, content_type=kind, headers=headers, REMOTE_ADDR=an_address())
        assert answer.status_code < 500, (address, method, answer.content[:300])


@pytest.mark.parametrize("role", Role)
def test_the_page_offers_denial_to_nobody_but_a_physician(person: Person, role: Role):
    """Whatever the page of a case offers to somebody in another role, it is no form, button or choice that denies or modifies."""
    case = a_case(person, "East", pain="no", infected="no")
    answer = somebody(person.tenant, role, team="East").browser().get(f"/cases/{case}")
    assert answer.status_code in (200, 403)
    page = answer.content.decode()
    if role is not Role.PHYSICIAN:
        assert [] == offers(page)


def offers(page: str) -> list[str]:
    """What on a page could make an adverse decision: where a form leads, what a button or a choice sends."""
    found = re.findall(r'<(?:form|button|input|option|a)\b[^>]*?(?:action|formaction|value|name|href)="([^"]*)"[^>]*>', page)
    return [one for one in found if re.search(r"deny|denied|modif|decide", one)]


def test_an_offer_is_found():
    """A form that leads to deciding and a button that denies are seen as what they are; the rest of a page is not."""
    page = '<form method="post" action="/cases/1/decide"><button value="denied">Deny</button></form><a href="/cases">x</a>'
    assert ["/cases/1/decide", "denied"] == offers(page)
    assert [] == offers('<p>denied</p><a href="/cases">x</a>')


def test_a_nurse_reads_no_denial_into_an_approval(asking: Caller):
    """Of a case's lines a nurse may approve none beside one that is denied: the whole is refused."""
    nurse = caller(asking.tenant, Role.NURSE)
    case, version = asking.submitted()
    both = [{"line": 1, "result": "approved", "clause": "A-I.A.3"}, DENIED | {"line": 2, "result": "modified"}]
    answer = nurse.signed(f"/cases/{case}/decide", version, {"lines": both, "licence_state": "AR"})
    assert (403, ["CW932"], version) == (answer.status_code, codes(answer), history(asking.tenant, case).version)

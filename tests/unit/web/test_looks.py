"""Who looks at a case, and who is refused, is in the log of its tenant; nobody can fill the log with it."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import time_machine
from django.db import OperationalError

from clausewise.ledger.commitments import Recorded, opens
from clausewise.ledger.leaf import Act, Entry
from clausewise.vocab.history import NotDone
from clausewise.vocab.role import Role
from tests.unit.conftest import Person, opened
from tests.unit.store.test_cases import entry_of
from tests.unit.web.asking import Caller, caller
from tests.unit.web.people import OURS, THEIRS, a_case, cases_of, somebody
from tests.unit.web.test_api import codes
from tests.unit.web.test_pages import browser

SOME_TIME = datetime(2026, 4, 1, 10, 7, 1, tzinfo=UTC)  # in the midst of a quarter of an hour


def entries(tenant: UUID, act: Act) -> list[Entry]:
    """What the log of a tenant says of an act, in order."""
    from clausewise.store.acting import reading_for
    from clausewise.store.models import LedgerEntry

    with reading_for(tenant):
        leaves = list(LedgerEntry.objects.of(tenant).order_by("number").values_list("leaf", flat=True))
    return [entry for entry in map(entry_of, leaves) if entry.act is act]


def at(minutes: float) -> Any:
    """Let it be so many minutes later."""
    return time_machine.travel(SOME_TIME + timedelta(minutes=minutes), tick=False)


def test_who_looks_at_a_case_is_in_the_log(asking: Caller):
    """A look at the interface or the page is one entry with account and case; another within 15 minutes is none, a later one is."""
    with at(0):
        someone = caller(asking.tenant, Role.NURSE)
        (case, _), (other, _) = asking.submitted(), asking.submitted()
    looks: tuple[tuple[float, Callable[[], Any]], ...] = (
        (0, lambda: someone.ask("GET", f"/cases/{case}")),
        (14.5, lambda: browser(someone).get(f"/cases/{case}")),
        (15, lambda: browser(someone).get(f"/cases/{case}")),
        (16, lambda: someone.ask("GET", f"/cases/{case}")),
        (16, lambda: someone.ask("GET", f"/cases/{other}")),
        (16, lambda: asking.ask("GET", f"/cases/{case}")),
        (29.9, lambda: someone.ask("GET", f"/cases/{case}")),
        (30.1, lambda: someone.ask("GET", f"/cases/{case}")),
    )
    for minutes, look in looks:
        with at(minutes):
            assert 200 == look().status_code
    said = [(entry.actor, str(entry.case), entry.at - SOME_TIME) for entry in entries(asking.tenant, Act.RECORD_VIEWED)]
    nurse, first = someone.account.pk, asking.account.pk
    wanted = [(nurse, case, 0), (nurse, case, 15), (nurse, other, 16), (first, case, 16), (nurse, case, 30.1)]
    assert [(who, what, timedelta(minutes=minutes)) for who, what, minutes in wanted] == said


def test_the_list_and_what_is_not_there_are_no_looks(asking: Caller):
    """A list shows no record; a case that is not there, or of another tenant, leaves no entry anywhere."""
    stranger = caller(opened(), Role.NURSE)
    case, _ = asking.submitted()
    assert [200, 404, 404] == [
        asking.ask("GET", "/cases").status_code,
        asking.ask("GET", f"/cases/{uuid4()}").status_code,
        stranger.ask("GET", f"/cases/{case}").status_code,
    ]
    for tenant in (asking.tenant, stranger.tenant):
        assert [] == entries(tenant, Act.RECORD_VIEWED) + entries(tenant, Act.ACCESS_REFUSED)


def test_nothing_is_shown_that_the_log_does_not_take(asking: Caller, monkeypatch):
    """While no entry can be written a case is not shown, as a page or otherwise; afterwards it is, and then it is in the log."""
    from clausewise.store.ledger import DatabaseLedger

    (case, _), client = asking.submitted(), browser(asking)
    with monkeypatch.context() as broken:
        broken.setattr(DatabaseLedger, "record_all", _full)
        read, page = asking.ask("GET", f"/cases/{case}"), client.get(f"/cases/{case}")
        assert (503, ["CW844"], 503) == (read.status_code, codes(read), page.status_code)
        assert b"APPROVE_MN" not in read.content + page.content and b"its disk is full" in page.content
    assert 200 == asking.ask("GET", f"/cases/{case}").status_code
    assert 1 == len(entries(asking.tenant, Act.RECORD_VIEWED))


def _full(*_: Any) -> None:
    raise OperationalError("database or disk is full")


def test_many_looks_at_once_are_one(person: Person, monkeypatch):
    """Eight looks of one account in one moment, on either side of a quarter of an hour, leave one entry; each sees the case."""
    from django.db import connection

    from clausewise.store import looks
    from clausewise.store.looks import Look, view_case

    is_there = looks._Mark.is_there

    def slowly(mark: Any) -> bool:
        found = is_there(mark)
        time.sleep(0 if found else 0.1)  # long enough for all of them to find none
        return found

    monkeypatch.setattr(looks._Mark, "is_there", slowly)
    case, account = a_case(person, OURS), uuid4()
    quarter = datetime(2026, 4, 1, 10, 15, tzinfo=UTC)

    def look(number: int) -> Any:
        try:
            return view_case(Look(person.tenant, account, case, quarter + timedelta(milliseconds=number - 4)))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(look, range(8)))
    assert not any(isinstance(one, NotDone) for one in found), found
    assert 1 == len(entries(person.tenant, Act.RECORD_VIEWED))


# ---- refused ---------------------------------------------------------------------------------------------------------


def refused(tenant: UUID) -> list[tuple[UUID, UUID, str]]:
    """Who was refused which permission for which case, each as the log vouches for it."""
    from clausewise.store.acting import reading_for
    from clausewise.store.models import AccountAct, Opening

    with reading_for(tenant):
        acts = AccountAct.objects.of(tenant).filter(kind=Act.ACCESS_REFUSED.value).order_by("id")
        rows = list(acts.values_list("account", "content"))
        salts = dict(Opening.objects.of(tenant).filter(what=Recorded.ACCOUNT.value).order_by("id").values_list("entry_id", "salt"))
    told = []
    for (account, content), entry in zip(rows, entries(tenant, Act.ACCESS_REFUSED), strict=True):
        said = json.loads(content)
        assert (entry.actor, entry.subject, str(entry.case)) == (account, account, said["case"])
        assert any(opens(entry.commitments[0], bytes(salt), content.encode()) for salt in salts.values())
        assert {"case", "permission"} == set(said)
        told.append((account, UUID(said["case"]), said["permission"]))
    return told


def test_each_refused_act_on_a_case_is_in_the_log_once_an_hour(person: Person):
    """A case of another team, a restricted one, a role that may not: account, case and permission; again only after an hour."""
    with at(0):
        one, cases = somebody(person.tenant, Role.NURSE, team=OURS), cases_of(person)
    asked = (
        (0, cases.other_team, "case-page"),
        (1, cases.other_team, "case-page"),
        (2, cases.other_team, "case-assign"),
        (3, cases.own, "case-restrict"),
        (4, cases.restricted, "case-page"),
        (59.9, cases.other_team, "case-page"),
        (60, cases.other_team, "case-page"),
    )
    for minutes, case, what in asked:
        with at(minutes):
            client = one.browser()
            answer = client.get(f"/cases/{case}") if what == "case-page" else client.post(f"/cases/{case}/{what[5:]}")
        assert (404 if case == cases.restricted else 403) == answer.status_code
    me = one.account.pk
    assert [
        (me, cases.other_team, "CASE_READ"),
        (me, cases.other_team, "CASE_ASSIGN"),
        (me, cases.own, "CASE_RESTRICT"),
        (me, cases.restricted, "CASE_READ"),
        (me, cases.other_team, "CASE_READ"),
    ] == refused(person.tenant)
    assert [] == entries(person.tenant, Act.RECORD_VIEWED)


def test_a_decision_that_is_refused_is_in_the_log(asking: Caller):
    """A nurse who denies and a program that decides: each is refused, and told with the permission that it would have taken."""
    nurse = caller(asking.tenant, Role.NURSE)
    case, version = asking.submitted()
    line = {"line": 1, "result": "denied", "clause": "A-I.A.3", "reason": "criteria_not_met", "rationale": "No."}
    body = {"lines": [line], "licence_state": "AR"}
    assert 403 == nurse.signed(f"/cases/{case}/decide", version, body).status_code
    assert 403 == asking.act(f"/cases/{case}/decide", version, body).status_code
    wanted = [(nurse.account.pk, "CASE_DENY"), (asking.account.pk, "CASE_APPROVE CASE_DENY")]
    assert [(who, UUID(case), what) for who, what in wanted] == refused(asking.tenant)


def test_what_is_refused_is_refused_whether_or_not_the_log_takes_it(person: Person, monkeypatch):
    """While no entry can be written, who may not see a case does not see it, and whoever runs the service is told."""
    from clausewise.store.ledger import DatabaseLedger
    from clausewise.wiring import refusals

    told: list[tuple[Any, ...]] = []
    client, case = somebody(person.tenant, Role.NURSE, team=OURS).browser(), a_case(person, THEIRS)
    monkeypatch.setattr(refusals, "log", lambda *words, **more: told.append((*words, more["code"])))
    monkeypatch.setattr(DatabaseLedger, "record_all", _full)
    assert 403 == client.get(f"/cases/{case}").status_code
    assert [("refusal.unrecorded", "error", "CW844")] == told


def test_a_caller_cannot_claim_that_a_look_was_noted(asking: Caller):
    """No key that a caller may choose is one under which a look is noted, so nobody hides a look of theirs."""
    from clausewise.store.acting import reading_for
    from clausewise.store.models import IdempotencyKey
    from clausewise.store.writing import Asked, asked

    case, _ = asking.submitted()
    asking.ask("GET", f"/cases/{case}")
    with reading_for(asking.tenant):
        keys = list(IdempotencyKey.objects.of(asking.tenant).filter(response="").values_list("key", flat=True))
    assert 1 == len(keys) and not isinstance(asked(keys[0], "review", None, {}), Asked)


"""The authorization matrix, every cell: route by role by whose case it is, against a table written by hand."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from clausewise.vocab.role import Role
from tests.unit.conftest import Person, opened
from tests.unit.web import expected
from tests.unit.web.people import OURS, Somebody, cases_of, proof_of, somebody
from tests.unit.web.walking import named

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ABOUT_A_CASE = ("own", "any", "all")


@dataclass(frozen=True)
class Asked:
    """A request as far as the gate looks at it."""

    route: str
    method: str
    case: UUID | None
    who: Somebody | None
    stepped_up: bool = True


def outcome(asked: Asked) -> str:
    """What the gate answers: `in`, or why not."""
    from django.contrib.auth.models import AnonymousUser
    from django.contrib.messages.storage.cookie import CookieStorage
    from django.core.exceptions import PermissionDenied
    from django.http import Http404
    from django.test import RequestFactory

    from clausewise.web.gate import Gate

    request: Any = RequestFactory().generic(asked.method, "/somewhere")
    request.resolver_match = SimpleNamespace(view_name=asked.route)
    request.user = asked.who.account if asked.who else AnonymousUser()
    request._messages = CookieStorage(request)
    request.session = proof_of(asked.who.account, 0 if asked.stepped_up else 301) if asked.who else {}
    gate = Gate(lambda request: None)  # type: ignore[arg-type, return-value]
    try:
        answer = gate.process_view(request, lambda: None, (), {"case": asked.case} if asked.case else {})  # type: ignore[arg-type, return-value]
    except Http404:
        return "404"
    except PermissionDenied:
        return "403"
    if answer is None:
        return "in"
    return f"to {answer.headers['Location'].split('?')[0]}" if answer.status_code == 302 else str(answer.status_code)


def test_the_table_names_every_route_and_every_permission(sqlite):
    """No route, method, role or permission is missing from the table written by hand, and none is there that does not exist."""
    from django.urls import get_resolver

    from clausewise.web.access import MATRIX, Permission

    assert {(name, method) for method, name in MATRIX} == set(expected.routes())
    assert set(named(get_resolver().url_patterns)) == {name for name, _ in expected.routes()}
    assert [role.value for role in Role] == expected.ROLES.split()
    assert [one.name for one in Permission] == list(expected.permissions())


@pytest.fixture
def tenants(person: Person) -> dict[str, Any]:
    """A tenant with somebody in each role, all of team East, and cases of every standing; and a case of another tenant."""
    other = person.of(opened())
    people = {role: somebody(person.tenant, role, team=OURS) for role in Role}
    return {"people": people, "cases": cases_of(person), "elsewhere": cases_of(other).own}


STANDINGS = ("own", "other team", "unassigned", "restricted", "other tenant", "none such")


def cases_by_standing(tenants: dict[str, Any]) -> dict[str, UUID]:
    """The cases as they stand to somebody of team East."""
    cases = tenants["cases"]
    ids = (cases.own, cases.other_team, cases.unassigned, cases.restricted, tenants["elsewhere"], uuid4())
    return dict(zip(STANDINGS, ids, strict=True))


def wanted(cell: str, role: Role, standing: str) -> str:
    """What is to be answered to a role of which the table says this, about a case of this standing."""
    if standing in ("other tenant", "none such"):
        return "404"
    if standing == "restricted":
        if cell == "all":
            return "in"
        return "403" if role is Role.PRIVACY_OFFICER else "404"
    reached = {
        "own": cell in ABOUT_A_CASE,
        "other team": cell in ("any", "all"),
        "unassigned": cell in ("any", "all") or (cell == "own" and role is Role.INTAKE),
    }
    return "in" if reached[standing] else "403"


def test_every_permission_of_every_role_over_cases_of_every_standing(tenants):
    """Each cell of the table holds for each case: own, other team, no team, restricted, of another tenant, and none at all."""
    from clausewise.store.acting import reading_for
    from clausewise.store.teams import access_of
    from clausewise.web.access import Permission, Verdict, judge
    from clausewise.web.principal import Duty, Principal

    said = {Verdict.ALLOWED: "in", Verdict.REFUSED: "403", Verdict.UNSEEN: "404"}
    found: dict[tuple[Any, ...], str] = {}
    expected_cells: dict[tuple[Any, ...], str] = {}
    for name, cells in expected.permissions().items():
        for role, one in tenants["people"].items():
            principal = Principal(one.account.pk, one.tenant, frozenset({Duty(role, OURS)}))
            if not set(cells.values()) & set(ABOUT_A_CASE):
                expected_cells[name, role] = "in" if cells[role.value] == "yes" else "403"
                found[name, role] = said[judge(principal, Permission[name])]
                continue
            for standing, case in cases_by_standing(tenants).items():
                with reading_for(one.tenant):
                    access = access_of(one.tenant, case)
                expected_cells[name, role, standing] = wanted(cells[role.value], role, standing)
                found[name, role, standing] = said[judge(principal, Permission[name], access)] if access else "404"
    assert expected_cells == found
    assert len(found) > 900


@pytest.mark.slow
def test_every_route_for_every_role(tenants):
    """Each route lets in whom the table names, with whatever method, and answers everybody else as it should."""
    found, expected_cells = {}, {}
    about_case = {name for name, words in expected.permissions().items() if set(words.values()) & set(ABOUT_A_CASE)}
    for name in {name for name, _ in expected.routes()}:
        for method in METHODS:
            words = expected.routes().get((name, method), ("closed",))
            cases = cases_by_standing(tenants) if set(words) & about_case else {"no case": None}
            for standing, case in cases.items():
                for role, one in tenants["people"].items():
                    expected_cells[name, method, standing, role] = wanted_of_route(words, role, standing)
                    found[name, method, standing, role] = outcome(Asked(name, method, case, one))
                expected_cells[name, method, standing, None] = wanted_of_nobody(words, method)
                found[name, method, standing, None] = outcome(Asked(name, method, case, None))
    assert expected_cells == found


def wanted_of_route(words: tuple[str, ...], role: Role, standing: str) -> str:
    """What a route answers to a role: the best that one of its permissions gives."""
    if words[0] in ("public", "account", "closed"):
        return "404" if words[0] == "closed" else "in"
    cells = [expected.permissions()[word][role.value] for word in words if word.isupper()]
    if standing == "no case":
        return "in" if set(cells) - {"-"} else "403"
    answers = {wanted(cell, role, standing) for cell in cells}
    return next(answer for answer in ("in", "403", "404") if answer in answers)


def wanted_of_nobody(words: tuple[str, ...], method: str) -> str:
    """What a route answers to somebody who is not signed in."""
    if words[0] in ("public", "closed"):
        return "in" if words[0] == "public" else "404"
    return "to /account/login/" if method == "GET" else "401"


def test_without_a_second_factor_only_what_sets_it_up(person):
    """Who has a role and no second factor is led to set one up from every route but those by which it is done."""
    one = somebody(person.tenant, Role.SUPERVISOR, second_factor=False)
    case = cases_of(person).own
    for (name, method), words in expected.routes().items():
        if words[0] in ("public", "closed"):
            continue
        is_about_case = words[0].startswith("CASE")
        answer = outcome(Asked(name, method, case if is_about_case else None, one))
        assert ("in" if "before" in words else "to /account/2fa/") == answer, name


def test_what_is_signed_asks_for_a_proof_of_the_last_minutes(person, monkeypatch):
    """A route with step-up lets nobody in whose proof is older than five minutes, and no token at all."""
    from clausewise.web import gate
    from clausewise.web.access import MATRIX, Permission, needs

    signed = {("POST", "sign"): needs(Permission.CASE_DENY, step_up=True)}
    monkeypatch.setattr(gate, "MATRIX", {**MATRIX, **signed})
    one, case = somebody(person.tenant, Role.PHYSICIAN), cases_of(person).own
    assert "in" == outcome(Asked("sign", "POST", case, one))
    monkeypatch.setattr(gate, "keep_draft", lambda request: True)
    assert "to /account/reauthenticate/" == outcome(Asked("sign", "POST", case, one, stepped_up=False))
    nurse = somebody(person.tenant, Role.NURSE)
    assert "403" == outcome(Asked("sign", "POST", case, nurse))


def test_a_route_that_the_matrix_does_not_name_lets_nobody_in(person):
    """A route without a row is answered as if it did not exist, whoever asks."""
    for one in (None, somebody(person.tenant, *Role)):
        assert "404" == outcome(Asked("forgotten", "GET", None, one))


def test_who_is_named_in_a_restriction_is_let_in(person):
    """A restricted case is open to whom it names, whatever their team, for what their role allows."""
    named_nurse = somebody(person.tenant, Role.NURSE, team="North")
    named_administrator = somebody(person.tenant, Role.ADMINISTRATOR)
    for one, answer in ((named_nurse, "in"), (named_administrator, "403")):
        case = cases_of(person, one.account.pk).restricted
        assert answer == outcome(Asked("case_draft", "POST", case, one))


def test_a_role_in_one_team_is_no_role_in_another(person):
    """Who is nurse in one team and intake in another does in each what the role allows there, and no more."""
    from clausewise.store.teams import CaseAccess
    from clausewise.web.access import Permission, allowed
    from clausewise.web.principal import Duty, Principal

    both = Principal(uuid4(), person.tenant, frozenset({Duty(Role.NURSE, "East"), Duty(Role.INTAKE, "West")}))
    east, west = (CaseAccess(uuid4(), person.tenant, team) for team in ("East", "West"))
    assert allowed(both, Permission.CASE_APPROVE, east) and not allowed(both, Permission.CASE_APPROVE, west)
    assert allowed(both, Permission.CASE_ASSIGN, west) and not allowed(both, Permission.CASE_ASSIGN, east)


def test_lists_show_what_the_gate_lets_in(tenants):
    """For every role the list of cases holds those, and only those, of which the gate lets each be read."""
    from clausewise.store.acting import reading_for
    from clausewise.store.teams import access_of, within
    from clausewise.web.access import Permission, allowed, reach
    from clausewise.web.principal import Duty, Principal

    for role, one in tenants["people"].items():
        principal = Principal(one.account.pk, one.tenant, frozenset({Duty(role, OURS)}))
        with reading_for(one.tenant):
            listed = set(within(one.tenant, reach(principal)).values_list("id", flat=True))
            each = {case: access_of(one.tenant, case) for case in cases_by_standing(tenants).values()}
        read = {case for case, access in each.items() if access and allowed(principal, Permission.CASE_READ, access)}
        assert read == listed, role

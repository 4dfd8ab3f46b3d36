"""The forms of a case's page by which it is given to a team and restricted to accounts.  No script is needed."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from clausewise.accounts.duties import names_of, teams_of
from clausewise.store import cases
from clausewise.store.acting import Acting
from clausewise.store.cases import Seen
from clausewise.store.teams import CaseAccess
from clausewise.store.writing import Answer
from clausewise.vocab.history import Conflict, NotDone
from clausewise.vocab.problem import Problem
from clausewise.web.access import Permission, allowed
from clausewise.web.acting import acting_for
from clausewise.web.answers import Refused, changed
from clausewise.web.principal import case_of, principal_of
from clausewise.web.told import problems_page
from clausewise.web.whose import accounts_named, team_here
from clausewise.wiring.start import new_id

VERSION = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose a case is, and the forms that may be offered: teams to choose from, names to restrict it to.

    `key` is that of the act that one of the forms sends, on the version that is shown.
    """

    team: str
    is_restricted: bool
    version: int
    key: str
    teams: tuple[str, ...] | None
    names: tuple[str, ...] | None


def whose_of(request: HttpRequest, version: int) -> Whose:
    """Return whose the case is that a page shows in a version, as far as who asks may know and change it."""
    access, principal = case_of(request), principal_of(request)
    named = access.restricted_to or frozenset()
    may_restrict = allowed(principal, Permission.CASE_RESTRICT, access)
    return Whose(
        access.team,
        access.restricted_to is not None,
        version,
        str(new_id()),
        teams_of(access.tenant) if allowed(principal, Permission.CASE_ASSIGN, access) else None,
        tuple(name for id, name in names_of(access.tenant).items() if id in named) if may_restrict else None,
    )


@require_POST
@never_cache
def assign(request: HttpRequest, case: object) -> HttpResponse:
    """Give a case to a team, or take it from all."""
    access = case_of(request)

    def work(who: Acting, seen: Seen, key: str) -> Answer:
        return cases.assign(who, seen, team_here(access.tenant, request.POST.get("team", "")), key)

    return _done(request, work, replace(access, team=request.POST.get("team", "")))


@require_POST
@never_cache
def restrict(request: HttpRequest, case: object) -> HttpResponse:
    """Restrict a case to the accounts that are named, or end the restriction."""
    access = case_of(request)

    def work(who: Acting, seen: Seen, key: str) -> Answer:
        ends = "end" in request.POST
        named = None if ends else accounts_named(access.tenant, request.POST.get("names", "").split())
        return cases.restrict(who, seen, named, key)

    return _done(request, work, access)


def _done(request: HttpRequest, work: Callable[[Acting, Seen, str], Answer], after: CaseAccess) -> HttpResponse:
    """Do it, and lead to the case, or to the list where who asks no longer reaches the case."""
    try:
        done = work(acting_for(request), _seen(request), request.POST.get("key", ""))
    except Refused as fault:
        return problems_page(request, fault.problems)
    match done:
        case NotDone():
            return problems_page(request, done.problems)
        case Conflict():
            return problems_page(request, (changed(done),))
    reached = allowed(principal_of(request), Permission.CASE_READ, after)
    return redirect("case-page", case=after.case) if reached else redirect("case-list")


def _seen(request: HttpRequest) -> Seen:
    version = request.POST.get("version", "")
    if not VERSION.fullmatch(version):
        help = "Open the page of the case again and use the form there."
        raise Refused(Problem("CW926", "It is not said which version of the case was seen.", help=help))
    return Seen(case_of(request).case, int(version))

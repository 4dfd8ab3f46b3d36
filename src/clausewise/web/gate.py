"""The gate before every view: who asks, whether the matrix lets them in, and whose case it is about.

What has no row in the matrix is answered as if it did not exist.  The gate runs before the views and before their own checks, so
that none of them can forget it.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseRedirect
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render
from django.urls import reverse

from clausewise.accounts.duties import held_by, opened_by, tenants_of
from clausewise.store.acting import reading_for
from clausewise.store.teams import CaseAccess, access_of
from clausewise.vocab.problem import Problem
from clausewise.web.access import MATRIX, Audience, Rule, Verdict, judge
from clausewise.web.answers import problems_answer
from clausewise.web.principal import Duty, Principal
from clausewise.wiring.start import now

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
BEARER = "Bearer "
LOGIN = "account_login"
TENANT = "tenant"  # where a session says for which tenant the account is at work


class Gate:
    """Lets a request through to its view by the authorization matrix, and else answers itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; the view is known only later."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> HttpResponse | None:
        """Return what keeps the request from its view, or None where nothing does."""
        rule = _rule(request)
        if rule is None or rule.audience is Audience.NOBODY:
            return no_such_page(request)
        if rule.audience is Audience.PUBLIC:
            return None
        principal = _principal(request)
        if principal is None:
            return _unknown(request)
        request.principal = principal  # type: ignore[attr-defined]
        return _kept_out(request, rule, principal, kwargs)


def _rule(request: HttpRequest) -> Rule | None:
    assert request.resolver_match is not None, "the framework has found the view"
    method = "GET" if request.method == "HEAD" else str(request.method)
    return MATRIX.get((method, request.resolver_match.view_name))


def _kept_out(request: HttpRequest, rule: Rule, principal: Principal, kwargs: Mapping[str, Any]) -> HttpResponse | None:
    if rule.audience is Audience.OWN_ACCOUNT:
        return refused(request) if principal.by_token else None
    case = None
    if "case" in kwargs:
        case = _case(principal.tenant, kwargs["case"])
        if case is None:
            return no_such_page(request)
        request.case_access = case  # type: ignore[attr-defined]
    verdicts = {judge(principal, permission, case) for permission in rule.any_of}
    if Verdict.ALLOWED in verdicts:
        return None
    return no_such_page(request) if Verdict.UNSEEN in verdicts else refused(request)


def _case(tenant: UUID, written: object) -> CaseAccess | None:
    try:
        case = UUID(str(written))
    except ValueError:
        return None
    with reading_for(tenant):
        return access_of(tenant, case)


# ---- who asks --------------------------------------------------------------------------------------------------------


def _principal(request: HttpRequest) -> Principal | None:
    """Return who asks: by the token if one is shown, and then by nothing else; or by the session."""
    shown = request.headers.get("Authorization", "")
    if shown:
        opened = opened_by(shown.removeprefix(BEARER), now()) if shown.startswith(BEARER) else None
        return Principal(opened.account, opened.tenant, _duties(opened.held), by_token=True) if opened else None
    if not request.user.is_authenticated:
        return None
    account = request.user.pk
    tenant = _tenant(request, account)
    held = held_by(account, tenant) if tenant else frozenset()
    return Principal(account, tenant or NO_TENANT, _duties(held), _stepped_up_at(request))


NO_TENANT = UUID(int=0)  # of an account that works for nobody: no tenant has it


def _duties(held: frozenset[Any]) -> frozenset[Duty]:
    return frozenset(Duty(role, team) for role, team in held)


def _tenant(request: HttpRequest, account: UUID) -> UUID | None:
    """Return the tenant the session is at work for, if the account still is; else its only one, or the first."""
    tenants = tenants_of(account)
    chosen = request.session.get(TENANT, "")
    return next((one for one in tenants if str(one) == chosen), tenants[0] if tenants else None)


def _stepped_up_at(request: HttpRequest) -> datetime | None:
    """Return when who is signed in last proved anew who they are."""
    from allauth.account.authentication import get_authentication_records

    again = [record["at"] for record in get_authentication_records(request, request.user) if record.get("reauthenticated")]
    return datetime.fromtimestamp(max(again), UTC) if again else None


# ---- what is answered ------------------------------------------------------------------------------------------------


def _unknown(request: HttpRequest) -> HttpResponse:
    if _for_programs(request) or request.method not in SAFE:
        answer = told(request, 401, Problem("CW890", "Nobody is signed in.", help="Sign in, or send a token that is valid."))
        answer["WWW-Authenticate"] = "Bearer"
        return answer
    return HttpResponseRedirect(f"{reverse(LOGIN)}?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}")


def refused(request: HttpRequest) -> HttpResponse:
    """Return the answer to somebody whose roles do not allow what they ask."""
    help = "Ask the administrator or the supervisor; they can give you the role, or the case to your team."
    return told(request, 403, Problem("CW891", "Your roles do not allow this.", help=help))


def no_such_page(request: HttpRequest) -> HttpResponse:
    """Return the answer to whatever does not exist, or not for who asks: always the same."""
    return told(request, 404, Problem("CW892", "There is nothing here.", help="Look at the address."))


def told(request: HttpRequest, status: int, problem: Problem) -> HttpResponse:
    """Return an answer that says what is wrong: an object for programs, a page for people."""
    if _for_programs(request):
        return problems_answer((problem,))
    return render(request, "clausewise/refused.html", {"problem": problem}, status=status)


def _for_programs(request: HttpRequest) -> bool:
    return "Authorization" in request.headers or not request.accepts("text/html")


class Csrf(CsrfViewMiddleware):
    """Asks for the token of the form on every unsafe route, also where a view asks to be left out.

    A browser never adds a bearer token by itself, so requests that come with one need no other.
    """

    def process_view(
        self, request: HttpRequest, callback: Callable[..., Any] | None, callback_args: Any, callback_kwargs: Any
    ) -> HttpResponseForbidden | None:
        """Return the refusal of a forged request, else None."""
        principal = getattr(request, "principal", None)
        if principal is not None and principal.by_token:
            return None
        return super().process_view(request, _asked, callback_args, callback_kwargs)


def _asked() -> HttpResponse:
    """Stand in for a view that does not ask to be left out; nobody calls it."""
    raise AssertionError("only asked whether it is left out")


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the answer to a form that was not ours, or is too old."""
    help = "Go back, load the page again and send the form once more."
    return told(request, 403, Problem("CW893", "This form was not sent from a page of ours, or it is too old.", help=help))

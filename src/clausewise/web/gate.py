"""The gate before every view: who asks, whether the matrix lets them in, and whose case it is about.

What has no row in the matrix is answered as if it did not exist.  The gate runs before the views and before their own checks, so
that none of them can forget it.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseRedirect
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import reverse

from clausewise.accounts.duties import held_by, opened_by, tenants_of
from clausewise.store.acting import reading_for
from clausewise.store.teams import CaseAccess, access_of
from clausewise.vocab.problem import Problem
from clausewise.web.access import MATRIX, Audience, Rule, allowed, exists_for
from clausewise.web.answers import problems_answer
from clausewise.web.drafts import keep_draft
from clausewise.web.mistakes import for_programs
from clausewise.web.principal import Duty, Principal
from clausewise.web.refusing import tell_refused
from clausewise.wiring.start import now

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
BEARER = "Bearer "
LOGIN, STEP_UP, SECOND_FACTOR = "account_login", "account_reauthenticate", "mfa_index"
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
        """Return what is answered in place of the view, or None where nothing keeps the request from it.

        Raises:
            Http404: there is no such route, or nothing there for who asks.
            PermissionDenied: who asks may not do this.
        """
        rule = _rule(request)
        if rule is None or rule.audience is Audience.NOBODY:
            raise Http404
        if rule.audience is Audience.PUBLIC:
            return None
        principal = _principal(request)
        if principal is None:
            return _nobody(request)
        request.principal = principal  # type: ignore[attr-defined]
        if not rule.before_second_factor and _lacks_second_factor(request, principal):
            messages.info(request, "Set up a second factor first: an app that shows codes, or a passkey.")
            return _kept_for(SECOND_FACTOR, request)
        _judge(request, rule, principal, kwargs.get("case"))
        if rule.step_up and not stepped_up(principal):
            return _to_be_stepped_up(request, principal, rule)
        return None


def _rule(request: HttpRequest) -> Rule | None:
    assert request.resolver_match is not None, "the framework has found the view"
    method = "GET" if request.method == "HEAD" else str(request.method)
    return MATRIX.get((method, request.resolver_match.view_name))


def _judge(request: HttpRequest, rule: Rule, principal: Principal, written: object) -> None:
    if rule.audience is Audience.OWN_ACCOUNT and principal.by_token:
        raise PermissionDenied
    case = None
    if written is not None:
        case = _case(principal.tenant, written)
        if case is None:
            raise Http404
        if not exists_for(principal, case):
            tell_refused(principal, case, rule.any_of)
            raise Http404
        request.case_access = case  # type: ignore[attr-defined]
    if rule.audience is Audience.PERMITTED and not any(allowed(principal, one, case) for one in rule.any_of):
        tell_refused(principal, case, rule.any_of)
        raise PermissionDenied


def _case(tenant: UUID, written: object) -> CaseAccess | None:
    try:
        case = UUID(str(written))
    except ValueError:
        return None
    with reading_for(tenant):
        return access_of(tenant, case)


# ---- the second factor, and proving anew who one is --------------------------------------------------------------------


def _lacks_second_factor(request: HttpRequest, principal: Principal) -> bool:
    """Tell whether somebody who works for a tenant has still to set up a second factor."""
    if principal.by_token or not settings.SECOND_FACTOR_REQUIRED or not principal.duties:
        return False
    return not is_mfa_enabled(request.user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])


def stepped_up(principal: Principal) -> bool:
    """Tell whether somebody proved anew, in the last five minutes, who they are."""
    at = principal.stepped_up_at
    return at is not None and now() - at < timedelta(seconds=settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def _to_be_stepped_up(request: HttpRequest, principal: Principal, rule: Rule) -> HttpResponse:
    """Lead to the proof and back.  What was sent is kept as a draft, which the page of the form shows again."""
    if principal.by_token:
        tell_refused(principal, getattr(request, "case_access", None), rule.any_of)
        raise PermissionDenied
    if request.method not in SAFE and not for_programs(request):
        keep_draft(request)
    return _kept_for(STEP_UP, request)


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
    again = [record["at"] for record in get_authentication_records(request, request.user) if record.get("reauthenticated")]
    return datetime.fromtimestamp(max(again), UTC) if again else None


# ---- what is answered ------------------------------------------------------------------------------------------------


def _nobody(request: HttpRequest) -> HttpResponse:
    """Answer somebody who is not signed in: a person at a page is led to sign in, everybody else is told."""
    if for_programs(request) or request.method not in SAFE:
        answer = problems_answer((Problem("CW931", "Nobody is signed in.", help="Sign in, or send a token that is valid."),))
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    return _led_to(LOGIN, request)


def _kept_for(name: str, request: HttpRequest) -> HttpResponse:
    """Answer somebody who must first do something at another page."""
    if for_programs(request):
        help = "Prove anew who you are, or set up a second factor, at the address in `at`; then ask again."
        return problems_answer((Problem("CW936", "Something is to be done first.", help=help),), {"at": reverse(name)})
    return _led_to(name, request)


def _led_to(name: str, request: HttpRequest) -> HttpResponse:
    """Lead to a page, and from there back to here."""
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}")


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


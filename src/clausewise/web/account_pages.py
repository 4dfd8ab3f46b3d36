"""One's own account: for whom one works, how long the session lasts, drafts, ending other sessions."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from clausewise.accounts.duties import tenants_of
from clausewise.accounts.models import Session
from clausewise.accounts.session_store import kept
from clausewise.store.models import Tenant
from clausewise.web.drafts import keep_draft
from clausewise.web.gate import TENANT
from clausewise.web.lasting import WARNING, note_use, remaining
from clausewise.web.mistakes import for_programs
from clausewise.web.principal import principal_of

HOME = "account_home"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the account: its roles, the tenants to choose from, its other sessions."""
    principal = principal_of(request)
    names = dict(Tenant.objects.filter(id__in=tenants_of(principal.account)).values_list("id", "name"))
    duties = sorted((duty.role.value.replace("_", " "), duty.team) for duty in principal.duties)
    shown = {
        "tenant": names.get(principal.tenant, ""),
        "others": sorted((name, str(id)) for id, name in names.items() if id != principal.tenant),
        "duties": duties,
        "other_sessions": _other_sessions(request).count(),
    }
    return render(request, "clausewise/account.html", shown)


@require_POST
def choose_tenant(request: HttpRequest) -> HttpResponse:
    """Work for another tenant from now on."""
    chosen = request.POST.get("tenant", "")
    if chosen in {str(one) for one in tenants_of(principal_of(request).account)}:
        request.session[TENANT] = chosen
    return HttpResponseRedirect(reverse(HOME))


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End all other sessions of the account."""
    _other_sessions(request).delete()
    return HttpResponseRedirect(reverse(HOME))


def _other_sessions(request: HttpRequest) -> QuerySet[Session]:
    this = kept(request.session.session_key or "")
    return Session.objects.filter(account=principal_of(request).account).exclude(session_key=this)


@require_safe
def tell_remaining(request: HttpRequest) -> JsonResponse:
    """Tell how many seconds the session lasts, and at how many a page warns."""
    return _left(request)


def _left(request: HttpRequest) -> JsonResponse:
    left = max(0, int(remaining(request).total_seconds()))
    return JsonResponse({"seconds": left, "warning_seconds": int(WARNING.total_seconds())})


@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """Let the session last on."""
    note_use(request)
    return _left(request) if for_programs(request) else HttpResponseRedirect(reverse(HOME))


@require_POST
def draft(request: HttpRequest, form: str, case: UUID | None = None) -> HttpResponse:
    """Keep what was entered in a form, before it is sent."""
    return HttpResponse(status=204 if keep_draft(request, form) else 413)

"""Who asks for what, as far as a request shows it without a look into the database."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve

from clausewise.web.principal import Principal
from clausewise.wiring.events import Word

NO_ROUTE = Word("none")


def route_of(request: HttpRequest) -> Word:
    """Return the name of the route that a request took or would take; a path can hold ids and is never told."""
    match = request.resolver_match
    if match is None:
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return NO_ROUTE
    return Word(match.view_name or "unnamed")


def address_of(request: HttpRequest) -> str:
    """Return the address that asks: the one connected, or, behind a proxy, the last one that the proxy added.

    What stands before the last was sent by the client and can be anything.
    """
    if settings.BEHIND_PROXY:
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def principal_of(request: HttpRequest) -> Principal | None:
    """Return who asks, where that is known by now."""
    found = getattr(request, "principal", None) or getattr(request, "auth", None)
    return found if isinstance(found, Principal) else None


def account_of(request: HttpRequest, look: bool = False) -> UUID | None:
    """Return the account that asks, where that is known by now; with `look` it is looked up if need be."""
    principal = principal_of(request)
    if principal:
        return principal.account
    user = getattr(request, "user", None) if look else getattr(request, "_cached_user", None)
    key = getattr(user, "pk", None)
    return key if isinstance(key, UUID) else None

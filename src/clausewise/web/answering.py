"""Each request gets an id, a line in the log and a place in the figures: its route, status and duration, never its path."""

import sys
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from clausewise.web.asking import account_of, principal_of, route_of
from clausewise.wiring import figures
from clausewise.wiring.logs import bind, log, log_fault, unbind
from clausewise.wiring.start import elapsed_seconds, new_id

Answering = Callable[[HttpRequest], HttpResponse]


def tell_requests(get_response: Answering) -> Answering:
    """Log each request when it is answered, and count it."""

    def told(request: HttpRequest) -> HttpResponse:
        began, number = elapsed_seconds(), new_id()
        unbind()
        bind(request=number)
        response = get_response(request)
        response.headers["X-Request-Id"] = str(number)
        _tell(request, response.status_code, elapsed_seconds() - began)
        unbind()
        return response

    return told


def _tell(request: HttpRequest, status: int, seconds: float) -> None:
    route, principal = route_of(request), principal_of(request)
    figures.request_answered(route.text, request.method or "", status, seconds)
    account, tenant = account_of(request), principal.tenant if principal else None
    told: dict[str, object] = {"route": route, "method": request.method, "status": status, "seconds": seconds}
    log("request.answered", "info", **told, account=account, tenant=tenant)


def tell_fault(request: HttpRequest | None = None, **_: Any) -> None:
    """Log the fault that a request met; the framework calls this."""
    fault = sys.exc_info()[1]
    if fault is not None and request is not None:
        log_fault("request.failed", fault, route=route_of(request), method=request.method)

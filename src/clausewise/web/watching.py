"""The figures of the service, for whoever bears the token that the setting `metrics_token_file` names; without it, for nobody."""

import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from clausewise.web.mistakes import forbidden, not_found
from clausewise.wiring import figures

TEXT = "text/plain; version=0.0.4; charset=utf-8"


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with the figures; 404 where no token is set, 403 where another one is borne."""
    if not settings.METRICS_TOKEN:
        return not_found(request)
    borne = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    if not hmac.compare_digest(borne, settings.METRICS_TOKEN.encode()):
        return forbidden(request)
    return HttpResponse(figures.exposition(), content_type=TEXT)

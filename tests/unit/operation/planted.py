"""The routes of the site and a few more that fail on purpose, for tests of what is logged and answered then."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from clausewise.policy.case_file import Source
from clausewise.vocab.history import Receipt
from clausewise.web import urls
from clausewise.web.urls import handler400, handler403, handler404, handler500
from clausewise.wiring import storing
from clausewise.wiring.setting import open_setting

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@csrf_exempt
def submit(request: HttpRequest, tenant: UUID, word: str) -> HttpResponse:
    """Take in what was sent, as an interface would."""
    done = storing.submit(tenant, open_setting(), Source(f"{word}.yaml", request.body), word)
    return HttpResponse(status=201 if isinstance(done, Receipt) else 422)


@csrf_exempt
def fault(request: HttpRequest, word: str) -> HttpResponse:
    """Fail with what was sent in the message, in the variables and in the cause."""
    sent = request.body.decode()
    try:
        raise KeyError(sent)
    except KeyError as cause:
        raise ValueError(word, sent) from cause


urlpatterns = [
    *urls.urlpatterns,
    path("planted/submit/<uuid:tenant>/<str:word>", submit, name="planted-submit"),
    path("planted/fault/<str:word>", fault, name="planted-fault"),
]

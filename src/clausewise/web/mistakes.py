"""What is answered when nothing else can be: a sentence for a person or a program, and nothing about what was asked."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader

SENTENCES = {
    400: ("This request cannot be read.", "Go back and try again."),
    403: ("You may not do this.", "Sign in again, or ask whoever administers your account."),
    404: ("There is nothing here.", "Look at the address; what belongs to others is not shown either."),
    429: ("You asked too often.", "Wait a little and try again."),
    500: ("This is a fault of ours.", "Nothing was done by halves. Try again; if it stays, tell whoever runs this service."),
}


def answer(request: HttpRequest, status: int) -> HttpResponse:
    """Return the page of a status, or the same as JSON for whoever asks for that."""
    sentence, next_step = SENTENCES[status]
    if _wants_json(request):
        return JsonResponse({"status": status, "message": sentence, "help": next_step}, status=status)
    shown = {"title": HTTPStatus(status).phrase, "sentence": sentence, "next_step": next_step}
    return HttpResponse(loader.render_to_string("mistake.html", shown), status=status)


def _wants_json(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/") or "application/json" in request.headers.get("Accept", "")


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that cannot be read."""
    return answer(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """Answer a request that is not allowed, or that bears no token of the page it should come from."""
    return answer(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer that there is nothing; what belongs to others is told no differently."""
    return answer(request, 404)


def too_many(request: HttpRequest, wait_seconds: int) -> HttpResponse:
    """Answer that too much was asked, and how many seconds to wait."""
    found = answer(request, 429)
    found.headers["Retry-After"] = str(wait_seconds)
    return found


def fault(request: HttpRequest) -> HttpResponse:
    """Answer that we failed."""
    return answer(request, 500)

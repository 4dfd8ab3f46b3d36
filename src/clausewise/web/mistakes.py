"""What is answered when nothing else can be: a sentence for a person or a program, and nothing about what was asked."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template import loader

from clausewise.vocab.problem import Problem
from clausewise.web.answers import STATUSES, problems_answer

UNREADABLE = Problem("CW930", "This request cannot be read.", help="Go back and try again.")
FORBIDDEN = Problem("CW932", "You may not do this.", help="Sign in again, or ask whoever administers your account.")
NOTHING = Problem("CW933", "There is nothing here.", help="Look at the address; what belongs to others is not shown either.")
TOO_OFTEN = Problem("CW934", "You asked too often.", help="Wait a little and try again.")
FAULT = Problem(
    "CW935", "This is a fault of ours.", help="Nothing was done by halves. Try again; if it stays, tell whoever runs this service."
)


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return the page of a problem, or the same as an object for programs."""
    if for_programs(request):
        return problems_answer((problem,))
    status = STATUSES[problem.code]
    shown = {"title": HTTPStatus(status).phrase, "sentence": problem.message, "next_step": problem.help}
    return HttpResponse(loader.render_to_string("mistake.html", shown), status=status)


def for_programs(request: HttpRequest) -> bool:
    """Tell whether a program asks, that wants an object and no page."""
    return "Authorization" in request.headers or not request.accepts("text/html") or request.path_info.startswith("/api/")


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that cannot be read."""
    return answer(request, UNREADABLE)


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """Answer a request that is not allowed, or that bears no token of the page it should come from."""
    return answer(request, FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer that there is nothing; what belongs to others is told no differently."""
    return answer(request, NOTHING)


def too_many(request: HttpRequest, wait_seconds: int) -> HttpResponse:
    """Answer that too much was asked, and how many seconds to wait."""
    found = answer(request, TOO_OFTEN)
    found.headers["Retry-After"] = str(wait_seconds)
    return found


def fault(request: HttpRequest) -> HttpResponse:
    """Answer that we failed."""
    return answer(request, FAULT)

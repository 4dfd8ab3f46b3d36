"""What the interface answers when something is wrong: one shape for everything, after RFC 9457, with our problems in it.

`{"status": 422, "title": ..., "problems": [{"code": "CW509", "level", "message", "where", "clause", "help"}]}`
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpResponse

from clausewise.payer.submission import canonical
from clausewise.render.deadline_rows import utc_text
from clausewise.render.problem_lines import place
from clausewise.store.writing import Answer
from clausewise.vocab.history import CaseAct, Conflict, NotDone, Receipt
from clausewise.vocab.problem import Problem

JSON, PROBLEMS = "application/json", "application/problem+json"
UNPROCESSABLE = 422
# By code where it is not 422: what the case, the key or the database is to blame for, and not what was sent.
STATUSES = {"CW844": 503, "CW845": 503, "CW850": 404, "CW851": 409, "CW852": 409, "CW857": 404, "CW709": 500}
STATUSES |= {"CW875": 503, "CW876": 404, "CW877": 410, "CW878": 500, "CW879": 409}  # of files that are kept
STATUSES |= {"CW922": 413, "CW923": 415, "CW925": 412, "CW926": 428}
STATUSES |= {"CW930": 400, "CW931": 401, "CW932": 403, "CW933": 404, "CW934": 429, "CW935": 500, "CW936": 403}
TITLES = {
    400: "This request cannot be read",
    401: "Nobody is signed in",
    403: "This is not allowed",
    404: "There is nothing here",
    409: "This cannot be done now",
    410: "This is no longer there",
    412: "The case has changed",
    413: "This is too large",
    415: "This kind of content is not taken",
    UNPROCESSABLE: "This cannot be taken as it is",
    428: "The version is missing",
    429: "This was asked too often",
    500: "A fault of ours",
    503: "The service cannot do this at the moment",
}


class Refused(Exception):
    """What was sent cannot be taken; nothing was done."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems


def answer_of(value: Mapping[str, Any], status: int = 200, version: int = 0) -> HttpResponse:
    """Return an object as an answer, with the version of a case as its tag where one is given."""
    return _tagged(HttpResponse(canonical(value), status=status, content_type=JSON), version)


def _tagged(response: HttpResponse, version: int) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    if version:
        response["ETag"] = f'"{version}"'
    return response


def problems_answer(problems: Iterable[Problem], further: Mapping[str, Any] | None = None) -> HttpResponse:
    """Return what is wrong as an answer; the first problem decides the status."""
    told = tuple(problems)
    status = status_of(told)
    body = {"status": status, "title": TITLES[status], "problems": [problem_object(one) for one in told], **(further or {})}
    return _tagged(HttpResponse(canonical(body), status=status, content_type=PROBLEMS), 0)


def status_of(problems: Iterable[Problem]) -> int:
    """Return the status under which problems are told: the first that is not about what was sent decides."""
    return next((STATUSES[one.code] for one in problems if one.code in STATUSES), UNPROCESSABLE)


def problem_object(problem: Problem) -> dict[str, str]:
    """Return a problem as plain values; `where` is file, line and column as far as they are known."""
    return {
        "code": problem.code,
        "level": problem.level.value,
        "message": problem.message,
        "where": place(problem) or _line(problem),
        "clause": problem.clause,
        "help": problem.help,
    }


def _line(problem: Problem) -> str:
    return f"{problem.line}:{problem.column}" if problem.line else ""


def done_answer(done: Answer, status: int = 200) -> HttpResponse:
    """Return what came of an act: the receipt as it was given the first time, what stands in the way, or what changed since."""
    match done:
        case Receipt():
            return _tagged(HttpResponse(done.answer, status=status, content_type=JSON), done.version)
        case NotDone():
            return problems_answer(done.problems)
        case Conflict():
            return problems_answer((changed(done),), {"version": done.version, "since": [_said(act) for act in done.since]})


def changed(conflict: Conflict) -> Problem:
    """Return the problem of a person who acted on a version of a case that is over."""
    message = f"The case has version {conflict.version} by now, not {conflict.expected}; nothing was written."
    return Problem("CW925", message, help="Look at what was done since, and act on the new version.")


def _said(act: CaseAct) -> dict[str, Any]:
    return {"sequence": act.sequence, "act": act.kind.value, "at": utc_text(act.at), "actor": str(act.actor)}

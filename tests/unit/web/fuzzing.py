"""Requests made of the interface's own description, sent to it in the same process: what comes back must be what it says.

Three of four about a case name one that is there, in the version it has, so that they get past the first two refusals.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.unit.web.asking import Caller, scar_case

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
PHASES = (Phase.explicit, Phase.generate)  # a failure is told as it was found


@dataclass
class Tally:
    """What came back: how many answers of each status, and what was wrong with some of them."""

    answers: Counter[int] = field(default_factory=Counter)
    faults: dict[str, str] = field(default_factory=dict)


def described(app: Callable[..., Any]) -> Any:
    """The interface as it describes itself."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, headers={"Host": "localhost"})


def fuzz(app: Callable[..., Any], who: Caller, examples: int, start: int = 0, only: str = "") -> Tally:
    """Send so many requests to each operation, or to the one that is named, and return what came back."""
    tally = Tally()
    for found in described(app).get_all_operations():
        operation = found.ok()
        if only in ("", operation.definition.raw["operationId"]):
            _fuzz(operation, who, examples, start, tally)
    return tally


def _fuzz(operation: Any, who: Caller, examples: int, start: int, tally: Tally) -> None:
    made = operation.as_strategy()
    cookies, form = who.session_cookies()
    name = f"{operation.method.upper()} {operation.path}"

    @seed(start)
    @settings(max_examples=examples, database=None, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
    @given(made, st.integers(0, 3))
    def send(case: Any, chance: int) -> None:
        if chance == 1:
            who.submitted()  # so that it is not always a case to which everything was done
        if chance < 3:
            _make_real(case, who)
        if case.path.endswith("/decide"):  # signed by somebody who is there
            case.headers.update({"X-CSRFToken": form, "Accept": "application/json"})
            case.cookies = cookies
        else:
            case.headers["Authorization"] = f"Bearer {who.token}"
        case.headers["Host"] = "localhost"
        answer = case.call()
        tally.answers[answer.status_code] += 1
        try:
            case.validate_response(answer, checks=CHECKS)
        except BaseExceptionGroup as group:
            tally.faults.setdefault(f"{name}: {answer.status_code}", str(group.exceptions[0]))

    send()


def _make_real(case: Any, who: Caller) -> None:
    """Let a request be about the case received last, in the version it has; let what is submitted be a case."""
    if "case" in (case.path_parameters or {}):
        (listed,) = who.ask("GET", "/cases?size=1").json()["cases"]
        case.path_parameters["case"] = listed["id"]
        if "If-Match" in case.headers and case.headers["If-Match"] != '"1"':
            case.headers["If-Match"] = f'"{listed["version"]}"'
    elif case.method == "POST" and isinstance(case.body, dict):
        case.body, case.media_type = scar_case(), "application/json"

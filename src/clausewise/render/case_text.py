"""The text of case files: what a witness is shown as, and what an interview keeps.  The readers of case files read it back."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import yaml

from clausewise.vocab.request import (
    AuthorizationRequest,
    Course,
    DatedEvent,
    Documentation,
    FactValue,
    Held,
    Measured,
    ServiceLine,
    Sided,
)

BESIDE_FACTS = ("line_of_business", "plan", "state", "state_of_issue", "funding", "urgency", "review_type")
WIDTH = 120


def file_text(cases: Sequence[Mapping[str, object]], sort: str = "clinical", asked: Sequence[Sequence[str]] = ()) -> str:
    """Return a case file with some cases as plain values; `sort` is the name of their list.

    `asked` says of a case under interview, for each of its lines, which facts were asked for, in their order.
    """
    whole = {"interview": [list(facts) for facts in asked]} if any(asked) else {}
    return yaml.safe_dump({**whole, sort: list(cases)}, sort_keys=False, allow_unicode=True, width=WIDTH)


def case_text(requests: Sequence[AuthorizationRequest]) -> str:
    """Return a case file with some requests, expectations included."""
    return file_text([case_object(request) for request in requests])


def case_object(request: AuthorizationRequest) -> Mapping[str, object]:
    """Return a request as plain values, laid out as one case of a case file."""
    frame = {name: plain_value(request.facts[name]) for name in BESIDE_FACTS if name in request.facts}
    facts = {name: plain_value(value) for name, value in request.facts.items() if name not in BESIDE_FACTS}
    whole = {
        "id": request.case,
        "narrative": request.narrative,
        **frame,
        "service_date": request.service_date.isoformat(),
        "birth_date": request.birth_date.isoformat() if request.birth_date else "",
        "diagnoses": list(request.diagnoses),
        "documents": None if request.documents is None else [_paper(paper) for paper in request.documents],
        "facts": facts | ({"assessor": request.assessor} if request.assessor != "plan" else {}),
        "lines": [_line(line, expected) for line, expected in zip(request.lines, _expected(request), strict=True)],
        "expect": dict(request.expect),
    }
    kept = ("lines", *(("documents",) if request.documents is not None else ()))
    return {key: value for key, value in whole.items() if value or key in kept}


def privacy_object(request: AuthorizationRequest) -> Mapping[str, object]:
    """Return what a request says of an act upon health information, laid out as one privacy case of a case file."""
    own = {name: plain_value(request.facts.get(name)) for name in ("actor", "action")}
    facts = {name: plain_value(value) for name, value in request.facts.items() if name not in own}
    return {"id": request.case, **own, "facts": facts}


def privacy_text(request: AuthorizationRequest) -> str:
    """Return a case file with one privacy case: the facts of a request that a notice was asked about."""
    return file_text([privacy_object(request)], "privacy")


def _expected(request: AuthorizationRequest) -> Sequence[Mapping[str, object]]:
    return request.line_expectations or ({},) * len(request.lines)


def _line(line: ServiceLine, expected: Mapping[str, object]) -> Mapping[str, object]:
    whole = {
        "code": line.code,
        "modifier": list(line.modifiers),
        "units": line.units if line.units != 1 else 0,
        "diagnoses": list(line.diagnoses or ()),
        "facts": {name: plain_value(value) for name, value in line.facts.items()},
        "expect": dict(expected),
    }
    return {key: value for key, value in whole.items() if value}


def _paper(paper: Documentation) -> Mapping[str, object]:
    shown: dict[str, object] = {"type": paper.kind}
    shown |= {"date": paper.on.isoformat()} if paper.on else {}
    shown |= {"name": paper.name} if paper.name else {}
    for name, value in paper.attributes:
        earlier = shown.get(name)
        shown[name] = value if earlier is None else [*(earlier if isinstance(earlier, list) else [earlier]), value]
    return shown


def plain_value(value: FactValue) -> object:
    """Return an answer as plain YAML data, written as docs/cases.md says."""
    match value:
        case None:
            return "unknown"
        case bool() | str():
            return value
        case Decimal() | int():
            return _number(Decimal(value))
        case date():
            return value.isoformat()
        case Measured(number, unit):
            return f"{_number(number)} {unit}".strip()
        case Sided(left, right):
            return {"left": "unknown" if left is None else _number(left), "right": "unknown" if right is None else _number(right)}
        case Held(holds, since):
            return {"holds": holds, "since": since.isoformat()} if since else holds
        case ():
            return "none"
        case _:
            return [_part(part) for part in value]


def _part(part: str | DatedEvent | Course) -> object:
    match part:
        case DatedEvent(on):
            return on.isoformat() if on else "unknown"
        case Course(start, until, result):
            whole = {"from": start.isoformat() if start else "unknown", "to": until.isoformat() if until else "", "result": result}
            return {key: said for key, said in whole.items() if said}
        case _:
            return part


def _number(number: Decimal) -> int | str:
    """Return a whole number as such, another as text: a float would not say the same."""
    return int(number) if number == number.to_integral_value() else f"{number.normalize():f}"

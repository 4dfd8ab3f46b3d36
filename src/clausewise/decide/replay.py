"""A determination kept so that it can be made again: request, instant, documents and bits as canonical JSON, and back.

What is kept is what went in, not what came out as sentences: the request with its evidence, `now`, the fingerprints of all
documents in force, and the two integers as a check.  `replay` determines again from it; the record must come out equal.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from clausewise.decide.coding import ValidOn
from clausewise.decide.determine import Assessors, determine
from clausewise.vocab.determination import Determination
from clausewise.vocab.request import (
    AuthorizationRequest,
    Course,
    DatedEvent,
    Documentation,
    Evidence,
    FactValue,
    Held,
    Measured,
    ServiceLine,
    Sided,
)

FORMAT = 1
RECORDS = {kind.__name__: kind for kind in (Course, DatedEvent, Documentation, Evidence, Held, Measured, ServiceLine, Sided)}


@dataclass(frozen=True, slots=True)
class Replay:
    """A determination made again: its records, and in what they differ from what was kept ("" if in nothing)."""

    records: tuple[Determination, ...]
    difference: str


def keep(request: AuthorizationRequest, records: tuple[Determination, ...], now: datetime) -> str:
    """Return everything that replays the determination of a request, as canonical JSON."""
    kept = {
        "format": FORMAT,
        "now": now.isoformat(),
        "request": _plain_request(request),
        "documents": sorted({stamp.fingerprint for record in records for stamp in record.documents}),
        "records": [[record.fingerprint, *(format(rail, "x") for rail in record.view.bits)] for record in records],
    }
    return json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def replay(kept: str, assessors: Callable[[AuthorizationRequest], Assessors], valid_on: ValidOn) -> Replay:
    """Determine again what `keep` kept, with the documents that `assessors` supplies for the request.

    A difference is named: other documents, other bits or another record.  Raises ValueError for text that `keep` did not write.
    """
    stored = json.loads(kept)
    if stored.get("format") != FORMAT:
        raise ValueError(f"a kept determination of format {stored.get('format')} cannot be read by this version")
    request = _request(stored["request"])
    records = determine(request, assessors(request), datetime.fromisoformat(stored["now"]), valid_on)
    return Replay(records, _difference(stored, records))


def kept_request(kept: str) -> AuthorizationRequest:
    """Return the request that `keep` kept, without its narrative, which decides nothing."""
    return _request(json.loads(kept)["request"])


def _difference(stored: Mapping[str, Any], records: tuple[Determination, ...]) -> str:
    documents = sorted({stamp.fingerprint for record in records for stamp in record.documents})
    if documents != stored["documents"]:
        return "the documents in force are not those of that day"
    found = [[record.fingerprint, *(format(rail, "x") for rail in record.view.bits)] for record in records]
    wrong = [str(number) for number, (old, new) in enumerate(zip(stored["records"], found, strict=True), 1) if old != new]
    return f"line {', '.join(wrong)} comes out otherwise" if wrong else ""


def _plain_request(request: AuthorizationRequest) -> dict[str, Any]:
    return {
        "case": request.case,
        "service_date": request.service_date.isoformat(),
        "lines": [_plain(line) for line in request.lines],
        "facts": {name: _plain(value) for name, value in sorted(request.facts.items())},
        "diagnoses": list(request.diagnoses),
        "birth_date": _plain(request.birth_date),
        "received_at": None if request.received_at is None else request.received_at.isoformat(),
        "assessor": request.assessor,
        "evidence": [_plain(evidence) for evidence in request.evidence],
        "documents": None if request.documents is None else [_plain(document) for document in request.documents],
    }


def _request(plain: Mapping[str, Any]) -> AuthorizationRequest:
    received = plain["received_at"]
    return AuthorizationRequest(
        case=plain["case"],
        service_date=date.fromisoformat(plain["service_date"]),
        lines=tuple(_value(line) for line in plain["lines"]),
        facts={name: _value(value) for name, value in plain["facts"].items()},
        diagnoses=tuple(plain["diagnoses"]),
        birth_date=_value(plain["birth_date"]),
        received_at=None if received is None else datetime.fromisoformat(received),
        assessor=plain["assessor"],
        evidence=tuple(_value(evidence) for evidence in plain["evidence"]),
        documents=None if plain["documents"] is None else tuple(_value(document) for document in plain["documents"]),
    )


def _plain(value: object) -> Any:
    """Return a value as JSON can hold it; a record, a number or a day says what it is."""
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return {"Decimal": str(value)}
        case date():
            return {"date": value.isoformat()}
        case tuple():
            return [_plain(part) for part in value]
        case Mapping():
            return {"facts": {name: _plain(part) for name, part in sorted(value.items())}}
        case Course() | DatedEvent() | Documentation() | Evidence() | Held() | Measured() | ServiceLine() | Sided():
            names = (field.name for field in fields(value) if field.name != "problems")
            return {type(value).__name__: {name: _plain(getattr(value, name)) for name in names}}
        case _:
            raise TypeError(f"{value!r} is no answer to a fact")


def _value(plain: Any) -> Any:
    """Return what `_plain` made plain."""
    if isinstance(plain, list):
        return tuple(_value(part) for part in plain)
    if not isinstance(plain, dict):
        return plain
    ((kind, content),) = plain.items()
    match kind:
        case "Decimal":
            return Decimal(content)
        case "date":
            return date.fromisoformat(content)
        case "facts":
            facts: dict[str, FactValue] = {name: _value(part) for name, part in content.items()}
            return facts
        case _:
            return RECORDS[kind](**{name: _value(part) for name, part in content.items()})

"""What is asked: an authorization request with its service lines, what is known of it, and on whose word."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from clausewise.vocab.problem import Problem

NOTHING: Mapping[str, "FactValue"] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class DatedEvent:
    """Something that happened on a day; `on` None means that the day is not known."""

    on: date | None


@dataclass(frozen=True, slots=True)
class Course:
    """A course of therapy; `until` None means that it has not ended; `result` is "failed", "succeeded", "" or another word."""

    start: date | None
    until: date | None = None
    result: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A yes-no state with the day since when it holds, if known."""

    holds: bool
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Sided:
    """A number for each side of the body; `None` is unknown."""

    left: Decimal | None = None
    right: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """A number with the unit it was given in; an empty unit means the unit the fact declares."""

    number: Decimal
    unit: str = ""


# None is "unknown", given as such.  A fact the request says nothing of is absent from the mapping.
FactValue: TypeAlias = (
    bool | str | int | Decimal | date | Measured | Sided | Held
    | tuple[str, ...] | tuple[DatedEvent, ...] | tuple[Course, ...] | None
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """On whose word a fact stands: who said it, when, from which document; `value` is what that source says.

    `withdrawn` marks a statement that was corrected or taken back: it stays in the history and no longer counts.
    """

    fact: str
    value: FactValue
    said_by: str = ""
    on: date | None = None
    document: str = ""
    withdrawn: str = ""  # why, or empty


@dataclass(frozen=True, slots=True)
class Documentation:
    """A paper or photograph in the file: its type, date, and attributes such as view or posture (name, value)."""

    kind: str
    on: date | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """One procedure asked for.  `number` counts from 1.  A line's own facts override the case's."""

    number: int
    code: str
    modifiers: tuple[str, ...] = ()
    units: int = 1
    facts: Mapping[str, FactValue] = field(default_factory=lambda: NOTHING)
    diagnoses: tuple[str, ...] | None = None  # None: rests on all of the case's
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A request as read from a case file, a directory or (later) a FHIR bundle.

    `facts` holds only what the request says, the frame (plan, line_of_business, state, funding, ...) included under its own
    names.  `documents` None means that the file does not say which papers are there; a tuple is the complete list.
    `received_on` is the day of receipt, the service date standing in for it where it is not given.
    """

    case: str
    service_date: date
    lines: tuple[ServiceLine, ...]
    facts: Mapping[str, FactValue] = field(default_factory=lambda: NOTHING)
    narrative: str = ""
    diagnoses: tuple[str, ...] = ()
    birth_date: date | None = None
    received_at: datetime | None = None
    assessor: str = "plan"
    evidence: tuple[Evidence, ...] = ()
    documents: tuple[Documentation, ...] | None = None
    problems: tuple[Problem, ...] = ()
    expect: Mapping[str, object] = field(default_factory=dict)
    line_expectations: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class PrivacyRequest:
    """An act upon health information that somebody asks for: who, what, and what is known of it."""

    case: str
    actor: str
    action: str
    facts: Mapping[str, FactValue] = field(default_factory=lambda: NOTHING)
    narrative: str = ""
    problems: tuple[Problem, ...] = ()
    expect: Mapping[str, object] = field(default_factory=dict)

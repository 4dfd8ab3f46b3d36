"""The clocks of a case that is kept: its request says which apply, its acts are the events, its plan has the wall clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from clausewise.payer.deadlines import clocks_of, deadlines
from clausewise.payer.intake import FRAME_FACTS
from clausewise.payer.stages import WHOSE
from clausewise.payer.wall_time import zone_named
from clausewise.policy.case_tree import quoted
from clausewise.vocab.clock import CaseEvent, CaseFrame, ClockRule, Deadlines, EventKind, Holiday
from clausewise.vocab.document import PolicyDocument
from clausewise.vocab.history import ActKind
from clausewise.vocab.problem import Problem
from clausewise.vocab.request import AuthorizationRequest

FRAME = tuple(name for name in FRAME_FACTS if name != "plan")


@dataclass(frozen=True, slots=True)
class ClockBook:
    """What the documents say of clocks: the rules, the holidays, and the time zone of each plan."""

    rules: tuple[ClockRule, ...]
    holidays: tuple[Holiday, ...]
    zones: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Done:
    """An act of a case as far as a clock sees it: what was done, and when."""

    kind: ActKind
    at: datetime


def clock_book(documents: Iterable[PolicyDocument]) -> ClockBook:
    """Return what some documents say of clocks."""
    held = tuple(documents)
    return ClockBook(
        tuple(rule for document in held for rule in document.clocks),
        tuple(holiday for document in held for holiday in document.holidays),
        {row.plan: row.zone for document in held for row in document.zones},
    )


def case_deadlines(book: ClockBook, request: AuthorizationRequest, acts: Iterable[Done], now: datetime) -> Deadlines | Problem:
    """Return where the clocks of a case stand, or the problem that nobody says by which wall clock its plan counts.

    A request that names an instant of receipt before it was taken in was received then: that ends first.
    """
    plan = str(request.facts.get("plan") or "")
    zone = zone_named(book.zones.get(plan, ""))
    if zone is None:
        said = f"No document gives the time zone of the plan {quoted(plan)}." if plan else "The plan of this case is not known."
        return Problem("CW632", f"{said} Its clocks cannot be told.", help="Name the plan's zone below `## Time zones`.")
    frame = CaseFrame(**{name: str(request.facts.get(name) or "") for name in FRAME})
    events = tuple(_event(act, request.received_at) for act in acts if act.kind not in WHOSE)
    return deadlines(events, clocks_of(book.rules, frame, events, zone), zone, book.holidays, now)


def _event(act: Done, received_at: datetime | None) -> CaseEvent:
    at = act.at.replace(microsecond=0)  # nobody is told of parts of a second, and it ends no later for that
    if act.kind is ActKind.RECEIVED and received_at is not None:
        return CaseEvent(EventKind.RECEIVED, min(at, received_at))
    kind = EventKind.CLOSED if act.kind is ActKind.WITHDRAWN else EventKind(act.kind.value.replace("_", " "))
    return CaseEvent(kind, at)

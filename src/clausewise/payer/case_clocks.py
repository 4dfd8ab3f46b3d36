"""The clocks of a case that is kept: its request says which apply, its acts are the events, its plan has the wall clock."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from clausewise.payer.clock_book import ClockBook
from clausewise.payer.deadlines import clocks_of, deadlines
from clausewise.payer.frame import Framed
from clausewise.payer.stages import WHOSE
from clausewise.policy.case_tree import quoted
from clausewise.vocab.clock import CaseEvent, Deadlines
from clausewise.vocab.history import ActKind
from clausewise.vocab.problem import Problem


@dataclass(frozen=True, slots=True)
class Done:
    """An act of a case as far as a clock sees it: what was done, and when."""

    kind: ActKind
    at: datetime


def case_deadlines(book: ClockBook, framed: Framed, acts: Sequence[Done], now: datetime) -> Deadlines:
    """Return where the clocks of a case stand; where no document gives its plan's zone, on the clock of Universal Time."""
    _, zone = book.zone_of(framed.plan)
    events = tuple(_events(acts, framed.received_at))
    return deadlines(events, clocks_of(book.rules, framed.frame, events, zone), zone, book.holidays, now)


def without_zone(book: ClockBook, framed: Framed) -> Problem | None:
    """Return the problem that nobody says by which wall clock the plan of a case counts, if that is so."""
    name, _ = book.zone_of(framed.plan)
    if name:
        return None
    plan = framed.plan
    said = f"No document gives the time zone of the plan {quoted(plan)}" if plan else "The plan of this case is not known"
    return Problem("CW632", f"{said}. Its clocks cannot be told.", help="Name the plan's zone below `## Time zones`.")


def _events(acts: Sequence[Done], received_at: datetime | None) -> Iterator[CaseEvent]:
    """Yield the acts as clocks see them.  What was written together with the receipt happened when the request came.

    Nobody is told of parts of a second, and a clock ends no later for it.
    """
    written = acts[0].at
    came = min(received_at, written) if received_at else written
    for act in acts:
        if act.kind not in WHOSE:
            yield CaseEvent(act.kind, (came if act.at == written else act.at).replace(microsecond=0))

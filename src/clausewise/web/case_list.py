"""Cases in a list as plain values, and where a list goes on."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from clausewise.decide.replay import kept_request
from clausewise.payer.frame import framed_in
from clausewise.payer.stages import Stage
from clausewise.render.deadline_rows import utc_text
from clausewise.store.listing import Listed, Page, Place, page_of_cases
from clausewise.vocab.clock import Deadline
from clausewise.vocab.history import NotDone
from clausewise.vocab.problem import Problem
from clausewise.web.access import reach
from clausewise.web.answers import Refused
from clausewise.web.principal import Principal
from clausewise.wiring.serving import clocks_of

SIZE_USUAL, SIZE_MAX = 25, 100


def place_of(written: str) -> Place | None:
    """Return the place that a list named as its `next`; None for its beginning.

    Raises:
        Refused: no list named it so.
    """
    if not written:
        return None
    try:
        at, case = base64.urlsafe_b64decode(written.encode()).decode().split(" ")
        return Place(datetime.fromtimestamp(int(at[:18]) / 1_000_000, UTC), UUID(case))
    except (binascii.Error, ValueError, OverflowError, OSError):
        raise Refused(Problem("CW920", "`after` is no place in a list.", help="Send what a list named as its `next`.")) from None


def written_place(place: Place | None) -> str | None:
    """Return a place as a list names it."""
    if place is None:
        return None
    microseconds = round(place.received_at.timestamp() * 1_000_000)
    return base64.urlsafe_b64encode(f"{microseconds} {place.case}".encode()).decode()


def page_for(principal: Principal, stage: Stage | None, after: Place | None, size: int) -> Page | NotDone:
    """Return a page of the cases that somebody may read."""
    return page_of_cases(principal.tenant, reach(principal), stage, after, size)


def list_object(page: Page, at: datetime) -> dict[str, Any]:
    """Return a page of cases as plain values."""
    return {"cases": [listed_object(one, at) for one in page.cases], "next": written_place(page.next)}


def governing(one: Listed, at: datetime) -> Deadline | None:
    """Return the clock of a case that governs, if one does and can be told."""
    found = clocks_of(framed_in(kept_request(one.kept)), one.acts, at) if one.kept else None
    return None if found is None or isinstance(found, Problem) else found.governing


def listed_object(one: Listed, at: datetime) -> dict[str, Any]:
    """Return a case of a list as plain values."""
    clock = governing(one, at)
    return {
        "id": str(one.case),
        "stage": one.stage.value,
        "version": one.version,
        "received_at": utc_text(one.received_at),
        "clock": clock.rule.name if clock else None,
        "due_at": utc_text(clock.due_at) if clock else None,
        "due_local": clock.due_local.isoformat() if clock and clock.due_local else None,
        "lines": [{name: line[name] for name in ("line", "code", "disposition")} for line in one.answer["lines"]],
    }

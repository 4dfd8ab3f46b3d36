"""Deadlines: the table of a case's clocks, what comes next, why each stands where it stands, and the JSON object."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from clausewise.payer.wall_time import local_of
from clausewise.render.problem_lines import plain_problem
from clausewise.render.rows import Cell, Column, Look, Row
from clausewise.vocab.clock import ClockReview, ClockState, Deadline, Deadlines
from clausewise.vocab.truth import Truth

COLUMNS = (
    Column("clock"),
    Column("state"),
    Column("due on the plan's clock", wraps=True),
    Column("due (UTC)", wraps=True),
    Column("next", wraps=True),
)
LOOKS = {
    ClockState.MET: Look.MET,
    ClockState.PASSED: Look.FAILED,
    ClockState.WARNED: Look.OPEN,
    ClockState.PAUSED: Look.QUIET,
    ClockState.NOT_STARTED: Look.QUIET,
    ClockState.CLOSED: Look.QUIET,
}


def deadline_cells(one: Deadline, found: Deadlines) -> tuple[Cell, ...]:
    """Return the cells of one clock; a star marks the one that governs, a question mark one that only may apply."""
    governs = one is found.governing
    marks = ("*" if governs else "") + ("?" if one.applies is Truth.UNKNOWN else "")
    return (
        (f"{one.rule.name} {marks}".strip(), Look.HEAD if governs else Look.PLAIN),
        (one.state.value, LOOKS.get(one.state, Look.PLAIN)),
        (local_words(one.due_local), Look.PLAIN),
        (utc_text(one.due_at) or "", Look.PLAIN),
        (_next_words(one, found), Look.PLAIN),
    )


def _next_words(one: Deadline, found: Deadlines) -> str:
    """Return what this clock calls for next: a review, nothing, or the next warning before its end."""
    if one.review:
        return review_words(one.review)
    if one.due_at is None or one.ended_at or one.state is ClockState.PASSED:
        return ""
    if one.state is ClockState.PAUSED and one.pause:
        return f"waits until {local_words(local_of(one.pause.until, found.zone))}"
    coming = [instant for instant in one.warn_at if found.at < instant < one.due_at]
    return f"warning {local_words(local_of(coming[0], found.zone))}" if coming else "due"


def review_words(review: ClockReview) -> str:
    """Return what a clock that ran out leads to: `physician review (lack of information)`."""
    return f"physician review ({review.reason.value.replace('_', ' ')})"


def deadline_rows(found: Deadlines) -> Iterator[Row]:
    """Yield which clock governs, then why each clock stands where it stands."""
    governing = found.governing
    if governing and governing.due_local:
        doubt = "may apply, and governs until that is known" if governing.applies is Truth.UNKNOWN else "governs"
        yield Row(f"{governing.rule.name} {doubt}: {governing.state.value}, {_due_words(governing)}.", look=Look.HEAD)
    else:
        yield Row("No clock is running.", look=Look.HEAD)
    for one in found.clocks:
        yield Row(f"{one.rule.name}: {'; '.join(one.why)}", 2, "-")
        yield Row(f"{one.rule.source}; checked: {one.rule.checked}", 4, look=Look.QUIET)
    if any(one.applies is Truth.UNKNOWN for one in found.clocks):
        yield Row("A clock with a question mark only may apply; until that is known it counts like the others.", 2, look=Look.QUIET)


def _due_words(one: Deadline) -> str:
    """Return the due time, with what it supposes while the clock is paused."""
    supposed = " if nothing comes before" if one.state is ClockState.PAUSED else ""
    return f"due {local_words(one.due_local)}{supposed}"


def local_words(instant: datetime | None) -> str:
    """Return an instant with its zone by the wall clock it is given in: `Fri 2026-03-13 16:30 CDT`; seconds where there are any."""
    if instant is None:
        return ""
    return f"{instant:%a %Y-%m-%d %H:%M}{f':{instant:%S}' if instant.second else ''} {instant.tzname()}"


def utc_text(instant: datetime | None) -> str | None:
    """Return an instant in Universal Time as ISO 8601, or nothing."""
    if instant is None:
        return None
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def deadlines_object(case: str, found: Deadlines) -> dict[str, Any]:
    """Return the object of one case, with keys and order fixed."""
    return {
        "case": case,
        "now": utc_text(found.at),
        "zone": found.zone.key,
        "governing": found.governing.rule.name if found.governing else None,
        "clocks": [_clock_object(one) for one in found.clocks],
        "problems": [plain_problem(problem) for problem in found.problems],
    }


def _clock_object(one: Deadline) -> dict[str, Any]:
    return {
        "clock": one.rule.name,
        "applies": "yes" if one.applies is Truth.TRUE else "may",
        "state": one.state.value,
        "started_at": utc_text(one.started_at),
        "due_at": utc_text(one.due_at),
        "due_local": one.due_local.isoformat() if one.due_local else None,
        "warn_at": [utc_text(instant) for instant in one.warn_at],
        "paused": [utc_text(one.pause.since), utc_text(one.pause.until)] if one.pause else None,
        "ended_at": utc_text(one.ended_at),
        "review": {"disposition": one.review.disposition.value, "reason": one.review.reason.value} if one.review else None,
        "why": list(one.why),
        "source": one.rule.source,
        "checked": one.rule.checked,
    }

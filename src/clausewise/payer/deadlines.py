"""The clocks of a case: which rules apply to it, where each of them stands at an instant, and which one governs.

Two clocks never need to be weighed against each other: the one that ends first governs.  A clock that only may apply, because
something about the member is not known, counts like one that does.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from clausewise.payer.business_days import BusinessDays
from clausewise.payer.clock_run import STOPS, Calendar, Run, run_of
from clausewise.payer.clock_words import reasons_of, reasons_to_wait_for
from clausewise.payer.wall_time import local_of, wall_of
from clausewise.vocab.clock import (
    CaseEvent,
    CaseFrame,
    ClockReview,
    ClockRule,
    ClockState,
    Deadline,
    Deadlines,
    Holiday,
    ReviewReason,
)
from clausewise.vocab.history import ActKind
from clausewise.vocab.problem import Level, Problem
from clausewise.vocab.truth import Truth, both, known

UNKNOWN = "unknown"
APPEAL = "reconsideration"

Applicable: TypeAlias = tuple[ClockRule, Truth]  # TRUE, or UNKNOWN where the frame leaves it open


def clocks_for(rules: Iterable[ClockRule], frame: CaseFrame, on: date) -> tuple[Applicable, ...]:
    """Return the rules that apply, or may apply, to a case on a day; unknown is never no.

    The state in which the contract was issued counts, else the state of the member.
    """
    judged = ((rule, _applies(rule, frame)) for rule in rules if rule.period.covers(on))
    return tuple((rule, truth) for rule, truth in judged if truth is not Truth.FALSE)


def _applies(rule: ClockRule, frame: CaseFrame) -> Truth:
    reach = (
        (rule.lines_of_business, frame.line_of_business),
        (rule.states, frame.state_of_issue or frame.state),
        (rule.funding, frame.funding),
        (rule.reviews, frame.review_type),
        (rule.urgency, frame.urgency),
    )
    return both(_reached(words, word) for words, word in reach)


def _reached(words: Sequence[str], word: str) -> Truth:
    if not words:
        return Truth.TRUE
    return Truth.UNKNOWN if word in ("", UNKNOWN) else known(word in words)


def clocks_of(
    rules: Sequence[ClockRule], frame: CaseFrame, events: Sequence[CaseEvent], zone: ZoneInfo
) -> tuple[Applicable, ...]:
    """Return the rules for a history: those of the request on its day of receipt, and those of an appeal on the day of it."""
    first = [rule for rule in rules if rule.starts_at is not ActKind.APPEALED]
    second = [rule for rule in rules if rule.starts_at is ActKind.APPEALED]
    received = [event for event in events if event.kind is ActKind.RECEIVED] or events[:1]
    appealed = [event for event in events if event.kind is ActKind.APPEALED]
    own = clocks_for(first, frame, wall_of(received[0].at, zone).date()) if received else ()
    if not appealed:
        return own
    return own + clocks_for(second, replace(frame, review_type=APPEAL), wall_of(appealed[0].at, zone).date())


def deadlines(
    events: Sequence[CaseEvent],
    rules: Iterable[Applicable],
    zone: ZoneInfo,
    holidays: tuple[Holiday, ...],
    now: datetime,
) -> Deadlines:
    """Return where each clock of a case stands at `now`, and the one that governs: of those still open, the first to end.

    Events count in the order given.  One that bears an earlier instant than one before it was recorded by a clock that had
    been set back: it counts at the later instant, with a note, and so moves no deadline.
    """
    ordered, problems = in_order(events)
    at = max(now, ordered[-1].at) if ordered else now
    if now < at:
        problems += (_before_last(now, ordered[-1]),)
    clocks = [
        _deadline(rule, applies, ordered, Calendar(zone, BusinessDays(holidays, rule.holidays)), at)
        for rule, applies in rules
    ]
    clocks.sort(key=lambda one: (one.due_at is None, one.due_at or at, one.rule.name))
    governing = next((one for one in clocks if one.due_at and one.ended_at is None), None)
    return Deadlines(at, zone, tuple(clocks), governing, problems)


def in_order(events: Iterable[CaseEvent]) -> tuple[tuple[CaseEvent, ...], tuple[Problem, ...]]:
    """Return the events, none before one that was recorded earlier, with a note for each that had to be moved."""
    ordered: list[CaseEvent] = []
    problems: list[Problem] = []
    for event in events:
        if ordered and event.at < ordered[-1].at:
            problems.append(_set_back(event, ordered[-1]))
            event = replace(event, at=ordered[-1].at)
        ordered.append(event)
    return tuple(ordered), tuple(problems)


def _set_back(event: CaseEvent, before: CaseEvent) -> Problem:
    message = f"`{event.kind.value}` bears {_stamp(event.at)}, and was recorded after an event of {_stamp(before.at)}."
    help = "A clock was set back. The later instant counts; put the events into the order in which they were recorded."
    return Problem("CW633", message, "", event.line, 1 if event.line else 0, help=help, level=Level.NOTE)


def _before_last(now: datetime, last: CaseEvent) -> Problem:
    message = f"The present instant, {_stamp(now)}, lies before the last event, {_stamp(last.at)}."
    help = "A clock was set back, or --now names a time before the history ends. The last event counts as now."
    return Problem("CW634", message, "", last.line, 1 if last.line else 0, help=help, level=Level.NOTE)


def _stamp(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# ---- one clock -------------------------------------------------------------------------------------------------------


def _deadline(
    rule: ClockRule, applies: Truth, events: tuple[CaseEvent, ...], calendar: Calendar, now: datetime
) -> Deadline:
    run = run_of(rule, calendar, events)
    if run is None:
        return Deadline(rule, applies, ClockState.NOT_STARTED, reasons_to_wait_for(rule, applies))
    due, warn_at = run.due_at, tuple(sorted(set(_warnings(run))))
    state = _state(run, due, warn_at, now)
    return Deadline(
        rule=rule,
        applies=applies,
        state=state,
        why=reasons_of(run, applies, now),
        started_at=run.started_at,
        due_at=due,
        due_local=local_of(due, calendar.zone),
        warn_at=warn_at,
        pause=run.pause,
        ended_at=run.ended_by.at if run.ended_by else None,
        review=_review(run, state, now),
    )


def _warnings(run: Run) -> Iterator[datetime]:
    """Yield when somebody is warned: so long before the end as the rule says, and when as many times 24 hours have passed."""
    due = run.due_at
    for length in run.rule.warn_before:
        if (warn_at := due - timedelta(hours=length.amount)) > run.started_at:
            yield warn_at
    if run.plain_days_at:
        yield min(due, run.plain_days_at)


def _state(run: Run, due: datetime, warn_at: Sequence[datetime], now: datetime) -> ClockState:
    if run.ended_by:
        in_time = ClockState.CLOSED if run.ended_by.kind in STOPS else ClockState.MET
        return in_time if run.ended_by.at <= due else ClockState.PASSED
    if run.pause and run.pause.open and now < run.pause.until:
        return ClockState.PAUSED
    if now > due:
        return ClockState.PASSED
    return ClockState.WARNED if any(one <= now for one in warn_at) else ClockState.RUNNING


def _review(run: Run, state: ClockState, now: datetime) -> ClockReview | None:
    """Return the physician's review that an open clock calls for: its time has passed, or the wait for information has."""
    waited = run.pause is not None and run.pause.open and now >= run.pause.until
    if run.ended_by or not (waited or state is ClockState.PASSED):
        return None
    return ClockReview(ReviewReason.LACK_OF_INFORMATION if run.asked else ReviewReason.DEADLINE_PASSED)

"""What is to be noticed about the clocks of a case, from when on, and when a case goes to a physician because time ran out.

All of it is decided from instants alone, so that a worker that was away, or looks twice, notices the same as one that never
slept: a mark that is known is never owed again, and of several warnings that are overdue only the last is worth a notice.  What
passed, or was warned of later, needs no warning any more, even if the clock was set back since.  Nothing here can deny: the only
act that follows is `DEADLINE_PASSED`.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from clausewise.vocab.clock import ClockState, Deadline, Deadlines, Mark, NoticeKind, ReviewReason
from clausewise.vocab.history import ActKind

Key: TypeAlias = tuple[str, NoticeKind, datetime]
MOMENT = timedelta(microseconds=1)  # the last instant is still in time
NEWS = (ActKind.RECEIVED, ActKind.ASKED, ActKind.EVIDENCE_ATTACHED, ActKind.COMPLETED, ActKind.APPEALED, ActKind.REOPENED)
ANSWERS = (ActKind.RECEIVED, ActKind.EVIDENCE_ATTACHED, ActKind.COMPLETED)


def key_of(mark: Mark) -> Key:
    """Return what tells a mark of a case from all others."""
    return mark.clock, mark.kind, mark.instant


def marks_of(found: Deadlines) -> tuple[Mark, ...]:
    """Return what is or will be to be noticed about the clocks of a case, if nothing more happens to it."""
    return tuple(mark for deadline in found.clocks for mark in _marks(deadline))


def _marks(deadline: Deadline) -> Iterator[Mark]:
    name, due, pause = deadline.rule.name, deadline.due_at, deadline.pause
    if due is None:
        return
    if deadline.ended_at is not None:
        if deadline.state is ClockState.PASSED:
            yield Mark(name, NoticeKind.PASSED, due, deadline.ended_at)
        return
    for at in deadline.warn_at:
        yield Mark(name, NoticeKind.WARNED, at, max(at, pause.until) if pause and pause.open else at)
    if pause and pause.open:
        yield Mark(name, NoticeKind.WAITED, pause.until, pause.until)
    yield Mark(name, NoticeKind.PASSED, due, due + MOMENT)


def owed(marks: Iterable[Mark], known: Collection[Key], now: datetime) -> tuple[Mark, ...]:
    """Return the marks that are to be noticed at an instant and are not known yet, in their order."""
    begun = [mark for mark in marks if mark.since <= now]
    told = {*known, *map(key_of, begun)}
    return tuple(mark for mark in begun if key_of(mark) not in known and not _outdated(mark, told))


def _outdated(mark: Mark, told: Collection[Key]) -> bool:
    """Tell whether a mark is a warning after which another one, or the end, is told."""
    if mark.kind is not NoticeKind.WARNED:
        return False
    later = ((kind, instant) for clock, kind, instant in told if clock == mark.clock and kind is not NoticeKind.WAITED)
    return any(instant > mark.instant or (instant == mark.instant and kind is NoticeKind.PASSED) for kind, instant in later)


def next_look(marks: Iterable[Mark], now: datetime) -> datetime | None:
    """Return the first instant after `now` at which something may be owed, or None where nothing ever will be."""
    return min((mark.since for mark in marks if mark.since > now), default=None)


# ---- to a physician --------------------------------------------------------------------------------------------------


def lacks_information(kinds: Sequence[ActKind], pends: bool) -> bool:
    """Tell whether information is missing: it was asked for without an answer since, or the last determination waits for it.

    Args:
        kinds: what was done to the case, in order.
        pends: whether a line of the last determination waits for information.
    """
    answered = _last(kinds, ANSWERS)
    return _last(kinds, (ActKind.ASKED,)) > answered or (pends and _last(kinds, (ActKind.DETERMINED,)) > answered)


def goes_to_physician(found: Deadlines, kinds: Sequence[ActKind], pends: bool) -> Deadline | None:
    """Return the clock that sends a case to a physician for lack of information, if one does and none did since anything came."""
    if not lacks_information(kinds, pends) or _last(kinds, (ActKind.DEADLINE_PASSED,)) > _last(kinds, NEWS):
        return None
    return next((one for one in found.clocks if one.review is not None), None)


def reason_of(deadline: Deadline, lacking: bool) -> ReviewReason | None:
    """Return why a clock that ran out asks for a physician; None where it asks for none, because it ended."""
    if deadline.review is None:
        return None
    return ReviewReason.LACK_OF_INFORMATION if lacking else deadline.review.reason


def _last(kinds: Sequence[ActKind], wanted: Collection[ActKind]) -> int:
    """Return the number of the last act of some kinds, 0 where there is none."""
    return max((number for number, kind in enumerate(kinds, 1) if kind in wanted), default=0)

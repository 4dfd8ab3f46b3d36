"""How long a decision may take: the rules as authored, what happened to a case, and where each clock stands.

Every instant is Universal Time; a plan's time zone only says which wall clock counts and is shown.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from zoneinfo import ZoneInfo

from clausewise.vocab.determination import Disposition
from clausewise.vocab.history import ActKind
from clausewise.vocab.period import ALWAYS, Period
from clausewise.vocab.problem import Problem
from clausewise.vocab.truth import Truth


class Unit(Enum):
    """What a length of time is counted in."""

    HOURS = "hours"
    CALENDAR_DAYS = "calendar days"
    BUSINESS_DAYS = "business days"


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time: hours pass everywhere alike, days on the wall clock of the plan."""

    amount: int
    unit: Unit

    def words(self) -> str:
        """Return the length as a person writes it: `1 business day`, `72 hours`."""
        return f"{self.amount} {self.unit.value.removesuffix('s') if self.amount == 1 else self.unit.value}"


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One act of a case as its clocks see it; `line` is where it stands in a file, 0 where it comes from elsewhere."""

    kind: ActKind
    at: datetime
    line: int = 0


@dataclass(frozen=True, slots=True)
class CaseFrame:
    """What decides which clocks apply to a case, in the words of its facts; an empty text is not known."""

    line_of_business: str = ""
    state: str = ""
    state_of_issue: str = ""
    funding: str = ""
    urgency: str = ""
    review_type: str = ""


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One row of a Clocks table; an empty tuple of a reach column means that everybody is reached.

    A clock waits at most once, for at most `waits`: from the request for information, or (`waits_from` EXTENDED) not before
    the notice of extension.  Then what was left goes on, or `then` begins anew.  `period` is by day of receipt.
    """

    name: str
    length: Length
    starts_at: ActKind = ActKind.RECEIVED
    met_by: ActKind = ActKind.DECIDED
    lines_of_business: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    funding: tuple[str, ...] = ()
    reviews: tuple[str, ...] = ()
    urgency: tuple[str, ...] = ()
    waits: Length | None = None
    waits_from: ActKind = ActKind.ASKED
    then: Length | None = None
    extension: Length | None = None
    holidays: tuple[str, ...] = ()
    warn_before: tuple[Length, ...] = ()
    period: Period = ALWAYS
    source: str = ""
    checked: str = ""
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Holiday:
    """One row of a Holidays table: a day of a month, or the nth (-1: the last) of its weekdays (Monday is 0)."""

    name: str
    calendar: str
    month: int
    day: int = 0
    nth: int = 0
    weekday: int = 0
    moves: bool = False  # kept on Friday when it falls on Saturday, on Monday when on Sunday
    period: Period = ALWAYS
    source: str = ""
    checked: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class PlanZone:
    """One row of a Time zones table: by which wall clock a plan counts days."""

    plan: str
    zone: str
    line: int = 0


class ClockState(Enum):
    """Where a clock stands; `passed` is a fact about time and decides nothing about the request."""

    NOT_STARTED = "not started"
    RUNNING = "running"
    WARNED = "warned"
    PAUSED = "paused"
    MET = "met"
    PASSED = "passed"
    CLOSED = "closed"


class ReviewReason(Enum):
    """Why a clock sends a case to a physician."""

    LACK_OF_INFORMATION = "lack_of_information"
    DEADLINE_PASSED = "deadline_passed"


@dataclass(frozen=True, slots=True)
class ClockReview:
    """What a clock that ran out leads to: a physician looks at the case.  There is nothing else that it could lead to."""

    reason: ReviewReason

    @property
    def disposition(self) -> Disposition:
        """A physician's review, whatever the reason."""
        return Disposition.PHYSICIAN_REVIEW


class NoticeKind(Enum):
    """What is noticed about a clock, each once: its end is near, its wait is over without an answer, its time has passed."""

    WARNED = "warned"
    WAITED = "waited"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something to be noticed about a clock from the instant `since` on; clock, kind and instant tell it from all others."""

    clock: str
    kind: NoticeKind
    instant: datetime
    since: datetime


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which a clock stood still; `open` means that `until` is the latest possible end, not one that happened."""

    since: datetime
    until: datetime
    open: bool = False


@dataclass(frozen=True, slots=True)
class Deadline:
    """Where one clock of a case stands.

    `applies` is UNKNOWN where the frame leaves it open: then it counts like one that applies.  `due_at` is the last instant in
    time, `due_local` the same instant by the plan's wall clock, with its offset then; while the clock is paused both suppose the
    longest wait.
    """

    rule: ClockRule
    applies: Truth
    state: ClockState
    why: tuple[str, ...]
    started_at: datetime | None = None
    due_at: datetime | None = None
    due_local: datetime | None = None
    warn_at: tuple[datetime, ...] = ()
    pause: Pause | None = None
    ended_at: datetime | None = None  # when it was met, in time or late, or the case was closed
    review: ClockReview | None = None


@dataclass(frozen=True, slots=True)
class Deadlines:
    """All clocks of a case in the order of their due instants; `governing` is the first that is still open, if one is.

    `at` is the instant that they were looked at, never before the last event; `zone` is that of the plan.
    """

    at: datetime
    zone: ZoneInfo
    clocks: tuple[Deadline, ...]
    governing: Deadline | None
    problems: tuple[Problem, ...] = ()

"""One clock over the history of one case: when it runs out, and where it stands.

    hours           pass alike everywhere: 72 hours are 72 x 3600 seconds.
    calendar days   end at the same wall time of the plan so many days later.
    business days   are counted from instant to instant, skipping whole days that are none.

While a clock waits it stands still, and afterwards what was left of it goes on: of hours in time, of calendar days on the
wall clock (ten days left at nine are ten days left at nine), of business days on business days.  A longer wait never makes a
clock end earlier, and a clock that stood still never turns out to have ended meanwhile.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from zoneinfo import ZoneInfo

from clausewise.payer.business_days import BusinessDays
from clausewise.payer.wall_time import instant_of, latest_wall, wall_of
from clausewise.vocab.clock import CaseEvent, ClockRule, Length, Pause, Unit
from clausewise.vocab.history import ActKind

ANSWERS = (ActKind.EVIDENCE_ATTACHED, ActKind.COMPLETED)
STOPS = (ActKind.CLOSED, ActKind.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Calendar:
    """By which wall clock and which business days a plan counts."""

    zone: ZoneInfo
    business: BusinessDays

    def after(self, instant: datetime, length: Length) -> datetime:
        """Return the last instant of a length of time that begins at an instant."""
        match length.unit:
            case Unit.HOURS:
                return instant + timedelta(hours=length.amount)
            case Unit.CALENDAR_DAYS:
                return instant_of(wall_of(instant, self.zone) + timedelta(days=length.amount), self.zone)
            case Unit.BUSINESS_DAYS:
                return self._counted(instant, timedelta(days=length.amount))

    def moved(self, due: datetime, pause: Pause, unit: Unit) -> datetime:
        """Return when a clock that was to end at `due` ends after a pause that began before it."""
        match unit:
            case Unit.HOURS:
                return due + (pause.until - pause.since)
            case Unit.CALENDAR_DAYS:
                stood = latest_wall(pause.until, self.zone) - latest_wall(pause.since, self.zone)
                return instant_of(wall_of(due, self.zone) + stood, self.zone)
            case Unit.BUSINESS_DAYS:
                left = self.business.between(wall_of(pause.since, self.zone), wall_of(due, self.zone))
                return self._counted(pause.until, left)

    def _counted(self, instant: datetime, counted: timedelta) -> datetime:
        # Never before it began: at the end of summer time the first of two equal wall times may lie before the second.
        return max(instant, instant_of(self.business.after(wall_of(instant, self.zone), counted), self.zone))


@dataclass(frozen=True, slots=True)
class Run:
    """A clock that has started: when, what stopped and lengthened it, and when it was met or the case closed."""

    rule: ClockRule
    calendar: Calendar
    started_at: datetime
    asked: bool = False  # information is outstanding
    extended: bool = False
    pause: Pause | None = None
    ended_by: CaseEvent | None = None
    refused: tuple[str, ...] = ()  # what happened and did not count

    @property
    def lengths(self) -> tuple[Length, ...]:
        """The lengths that are now counted one after the other; two of one unit are one."""
        own = self.rule.then if self.pause and self.rule.then else self.rule.length
        more = self.rule.extension if self.extended else None
        if more is None:
            return (own,)
        return (replace(own, amount=own.amount + more.amount),) if own.unit is more.unit else (own, more)

    @property
    def due_at(self) -> datetime:
        """The last instant in time; while the clock waits, as if it waited as long as it may."""
        if self.pause and self.rule.then:
            return reduce(self.calendar.after, self.lengths, self.pause.until)
        due = reduce(self.calendar.after, self.lengths, self.started_at)
        return self.calendar.moved(due, self.pause, self.rule.length.unit) if self.pause else due

    @property
    def plain_days_at(self) -> datetime | None:
        """The instant at which calendar days, taken as 24 hours each, have passed: an hour off over a change of time."""
        if any(length.unit is not Unit.CALENDAR_DAYS for length in self.lengths):
            return None
        days = timedelta(days=sum(length.amount for length in self.lengths))
        if self.pause and self.rule.then:
            return self.pause.until + days
        return self.started_at + days + (self.pause.until - self.pause.since if self.pause else timedelta())


def run_of(rule: ClockRule, calendar: Calendar, events: tuple[CaseEvent, ...]) -> Run | None:
    """Return the run of a clock over events in their order, or nothing where it has not started."""
    start = next((place for place, event in enumerate(events) if event.kind is rule.starts_at), None)
    if start is None:
        return None
    begun = Run(rule, calendar, events[start].at.astimezone(UTC))
    return reduce(_next, events[start + 1 :], begun)


def _next(run: Run, event: CaseEvent) -> Run:
    if run.ended_by:
        return run
    if event.kind is run.rule.met_by or event.kind in STOPS:
        return replace(run, ended_by=event)
    if event.kind in ANSWERS:
        return _answered(run, event)
    if event.kind is ActKind.ASKED:
        return _waiting(replace(run, asked=True), event)
    return _extended(run, event) if event.kind is ActKind.EXTENDED else run


def _answered(run: Run, event: CaseEvent) -> Run:
    """Return the run after the information came: a wait ends with it, unless it had ended by itself."""
    pause = run.pause
    if pause and pause.open:
        pause = replace(pause, until=min(pause.until, event.at), open=False)
    return replace(run, asked=False, pause=pause)


def _waiting(run: Run, event: CaseEvent) -> Run:
    """Return the run with its one wait begun, where the rule lets it wait."""
    rule = run.rule
    if rule.waits is None:
        return replace(run, refused=(*run.refused, "asking does not stop it"))
    if run.pause:
        return replace(run, refused=(*run.refused, "asking again does not stop it again"))
    if event.at > run.due_at:
        return replace(run, refused=(*run.refused, "asking came after its end"))
    if rule.waits_from is ActKind.EXTENDED and not run.extended:
        return run
    return replace(run, pause=Pause(event.at, run.calendar.after(event.at, rule.waits), open=True))


def _extended(run: Run, event: CaseEvent) -> Run:
    if run.rule.extension is None:
        return replace(run, refused=(*run.refused, "it cannot be extended"))
    if run.extended:
        return replace(run, refused=(*run.refused, "it cannot be extended again"))
    if event.at > run.due_at:
        return replace(run, refused=(*run.refused, "the extension came after its end"))
    extended = replace(run, extended=True)
    return _waiting(extended, event) if run.asked and run.rule.waits_from is ActKind.EXTENDED else extended

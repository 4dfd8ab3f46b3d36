"""Why a clock stands where it stands, in sentences for the person who works the case."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from clausewise.payer.clock_run import STOPS, Run
from clausewise.payer.wall_time import local_of
from clausewise.vocab.clock import ClockRule
from clausewise.vocab.truth import Truth

MAY_APPLY = "may apply: not all is known that decides it"


def reasons_to_wait_for(rule: ClockRule, applies: Truth) -> tuple[str, ...]:
    """Return why a clock has not started."""
    return (*_doubt(applies), f"{rule.length.words()}, from the event `{rule.starts_at.value}`, which has not come")


def reasons_of(run: Run, applies: Truth, now: datetime) -> tuple[str, ...]:
    """Return what a clock was counted from, what stopped or lengthened it, what did not, and how it ended."""
    return (*_doubt(applies), *_counted(run, now), *dict.fromkeys(run.refused), *_end(run))


def _doubt(applies: Truth) -> tuple[str, ...]:
    return (MAY_APPLY,) if applies is Truth.UNKNOWN else ()


def _counted(run: Run, now: datetime) -> Iterator[str]:
    rule, pause = run.rule, run.pause
    yield f"{rule.length.words()} from `{rule.starts_at.value}` at {_wall(run, run.started_at)}"
    if run.extended and rule.extension:
        yield f"extended once by {rule.extension.words()}"
    if pause is None:
        return
    began = f"since {_wall(run, pause.since)}"
    if pause.open and now < pause.until:
        yield f"stands still {began}, until {_wall(run, pause.until)} at the latest"
    else:
        yield f"stood still {began} for {_span(pause.until - pause.since)}"
    if pause.open and now >= pause.until:
        yield "waited as long as it may, and the information has not come"
    if rule.then:
        yield f"then {rule.then.words()} anew"


def _end(run: Run) -> Iterator[str]:
    if run.ended_by:
        word = "in time" if run.ended_by.at <= run.due_at else "too late"
        what = "closed without a decision" if run.ended_by.kind in STOPS else f"`{run.ended_by.kind.value}`"
        yield f"{what} at {_wall(run, run.ended_by.at)}, {word}"


def _wall(run: Run, instant: datetime) -> str:
    """Return an instant to the minute by the plan's wall clock, with its offset: an hour may come twice."""
    return f"{local_of(instant, run.calendar.zone):%Y-%m-%d %H:%M %Z}"


def _span(span: timedelta) -> str:
    """Return a span in days, hours and minutes of the clock."""
    minutes = span // timedelta(minutes=1)
    parts = ((minutes // 1440, "d"), (minutes // 60 % 24, "h"), (minutes % 60, "min"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 min"

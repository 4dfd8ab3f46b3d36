"""What may be logged: each event by its name, with the fields it may have, and nothing a person wrote.

A text is never a value.  What is logged is an id, a count, a duration, the code of a problem, a class of faults, a place in a
program, or a `Word`: a text that stands in our own code and was not sent by anybody.  Whatever else somebody tries to log is left
out, and the line says how many fields were (`refused`), so that a forgotten field shows itself and nothing about a patient does.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

WORD = re.compile(r"[A-Za-z0-9_.:-]{1,80}")
CODE = re.compile(r"CW\d{3}")
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
LEVELS = frozenset(("info", "warning", "error", "critical"))
COUNT_MAX = 2**63


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the program itself, such as the name of a route or of a library."""

    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a program: its module, and the line from 1."""

    module: str
    line: int


Written = str | int | float | None


def _id(value: object) -> Written:
    return str(value) if isinstance(value, UUID) else None


def _count(value: object) -> Written:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < COUNT_MAX else None


def _seconds(value: object) -> Written:
    return round(float(value), 6) if isinstance(value, (int, float)) and 0 <= value < COUNT_MAX else None


def _code(value: object) -> Written:
    return value if isinstance(value, str) and CODE.fullmatch(value) else None


def _word(value: object) -> Written:
    return value.text if isinstance(value, Word) and WORD.fullmatch(value.text) else None


def _fault(value: object) -> Written:
    named = value.__name__ if isinstance(value, type) and issubclass(value, BaseException) else ""
    return named if WORD.fullmatch(named) else None


def _place(value: object) -> Written:
    return f"{value.module}:{value.line}" if isinstance(value, Place) and WORD.fullmatch(value.module) else None


def _one_of(words: frozenset[str]) -> Callable[[object], Written]:
    return lambda value: value if isinstance(value, str) and value in words else None


# Every field there is, and how its value is written; None is a value of another type.
FIELDS: Mapping[str, Callable[[object], Written]] = MappingProxyType(
    {
        **dict.fromkeys(("account", "request", "run", "tenant"), _id),
        **dict.fromkeys(("attempts", "count", "port", "status", "workers"), _count),
        "code": _code,
        "fault": _fault,
        "level": _one_of(LEVELS),
        **dict.fromkeys(("job", "library", "limit", "route", "topic"), _word),
        "method": _one_of(METHODS),
        "place": _place,
        "seconds": _seconds,
    }
)
# Who asks, in which request: these may stand in every line.
EVERYWHERE = ("level", "request", "account", "tenant")
EVENTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "case.unread": ("fault", "place"),
        "job.done": ("job", "run", "attempts", "seconds", "count"),
        "job.failed": ("job", "run", "attempts", "seconds", "fault", "place"),
        "job.started": ("job", "run", "attempts"),
        "library.said": ("library", "place", "fault"),
        "outbox.dead": ("topic", "attempts", "fault", "place"),
        "outbox.done": ("count", "seconds"),
        "outbox.failed": ("topic", "attempts", "fault", "place"),
        "process.failed": ("fault", "place"),
        "refusal.unrecorded": ("code",),
        "request.answered": ("route", "method", "status", "seconds"),
        "request.failed": ("route", "method", "fault", "place"),
        "request.limited": ("route", "method", "limit"),
        "server.started": ("port", "workers"),
        "server.stopped": ("seconds",),
        "worker.died": ("seconds",),
        "worker.refused": ("code",),
        "worker.started": (),
        "worker.stopped": ("seconds",),
        "worker.waiting": ("fault",),
    }
)
UNKNOWN_EVENT = "event.unknown"


def allowed(event: object, fields: Mapping[str, object]) -> dict[str, Written]:
    """Return the line that may be logged: the event and its known fields, and how many were refused.

    A field without a value (None) is left out silently: nobody was signed in, no case was meant.
    """
    known = isinstance(event, str) and event in EVENTS
    may = (*EVERYWHERE, *(EVENTS[event] if isinstance(event, str) and known else ()))
    line: dict[str, Written] = {"event": event if isinstance(event, str) and known else UNKNOWN_EVENT}
    refused = 0 if known else 1
    for name, value in fields.items():
        written = FIELDS[name](value) if name in may and value is not None else None
        if written is not None:
            line[name] = written
        elif value is not None:
            refused += 1
    return line | {"refused": refused} if refused else line


def place_of(fault: BaseException) -> Place | None:
    """Return where a fault arose: the innermost line of this program on its way, else the innermost of all."""
    places, trace = list[Place](), fault.__traceback__
    while trace is not None:
        places.append(Place(str(trace.tb_frame.f_globals.get("__name__", "?")), trace.tb_lineno))
        trace = trace.tb_next
    ours = [place for place in places if place.module.startswith("clausewise.")]
    return next(reversed(ours or places), None)

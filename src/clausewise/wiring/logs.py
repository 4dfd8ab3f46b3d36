"""Where log lines go: JSON on standard error, one line an event, through the one filter of `events`.

The framework, the server and all libraries log through it too.  Of what they say only the library, the place in its code and
the class of the fault are kept: their messages quote paths, addresses, values and rows, and what a program's author meant to be
harmless is not for us to judge message by message.
"""

import logging
import sys
import threading
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

from clausewise.wiring.events import LEVELS, Place, Word, allowed, place_of

LIBRARIES_LEVEL = logging.WARNING


def log(event: str, level: str = "info", **fields: object) -> None:
    """Log an event with its fields; `events` has the list of both.  What was bound to the request is added."""
    getattr(structlog.get_logger(), level)(event, **fields)


def log_fault(event: str, fault: BaseException, **fields: object) -> None:
    """Log a fault by its class and its place; its message may quote what people wrote, and is not kept."""
    log(event, "error", fault=type(fault), place=place_of(fault), **fields)


def bind(**fields: object) -> None:
    """Add fields to every line of this request or job from now on."""
    structlog.contextvars.bind_contextvars(**fields)


def unbind() -> None:
    """Forget what was bound: the request or job has ended."""
    structlog.contextvars.clear_contextvars()


def _filtered(_: object, level: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    fields = dict(event)
    name = fields.pop("event", None)
    return allowed(name, {"level": level, **fields})


class Lines(logging.Handler):
    """What takes the records of libraries, and passes on what may be logged of them."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log that a library said something, and where in its code; never what."""
        fault = record.exc_info[1] if record.exc_info else None
        level = record.levelname.lower()
        place = place_of(fault) if fault else Place(record.module, record.lineno)
        kind = type(fault) if fault else None
        log("library.said", level if level in LEVELS else "info", library=Word(record.name), place=place, fault=kind)


def configure_logs() -> None:
    """Send all that is logged in this process through the filter to standard error, and uncaught faults as well."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            _filtered,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),  # wherever that leads by then
        cache_logger_on_first_use=False,
    )
    logging.captureWarnings(True)
    root = logging.getLogger()
    root.handlers[:] = [Lines()]
    root.setLevel(LIBRARIES_LEVEL)
    for library in list(logging.root.manager.loggerDict):
        known = logging.getLogger(library)
        known.handlers.clear()
        known.propagate = True
    logging.getLogger("django.request").setLevel(logging.CRITICAL)  # the log of requests tells the same, and by the route
    sys.excepthook = _uncaught
    threading.excepthook = lambda told: _uncaught(told.exc_type, told.exc_value, told.exc_traceback)


def _uncaught(kind: type[BaseException], fault: BaseException | None, trace: TracebackType | None) -> None:
    log("process.failed", "critical", fault=kind, place=place_of(fault) if fault else None)


def server_logging() -> dict[str, Any]:
    """Return how the web server is to log: through the same filter."""
    lines = {"handlers": ["lines"], "level": "WARNING", "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {},
        "handlers": {"lines": {"class": f"{__name__}.Lines"}},
        "loggers": {"_granian": dict(lines), "granian.access": dict(lines)},
    }

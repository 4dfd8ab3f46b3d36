"""What the database refuses, as sentences for people."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import DatabaseError, IntegrityError, InterfaceError, ProgrammingError, connection

from clausewise.store.connecting import Unfit
from clausewise.vocab.history import NotDone
from clausewise.vocab.problem import Problem

Answer = TypeVar("Answer")
ATTEMPTS = 4
# By words of the database's own message: what it means, and what to do.
MEANINGS = (
    (("full", "No space left"), "its disk is full", "Make room on the disk; nothing was lost, and nothing was written by halves."),
    (("I/O error",), "its disk failed", "Look at the disk, then do the same under the same key; nothing was written by halves."),
    (("locked", "busy"), "another program holds it", "Try again; if it stays so, look which program has the file open."),
    (("no such table", "does not exist"), "it has no tables of this release", "Run `clausewise store migrate`."),
    (("readonly", "read-only"), "it may not be written to", "Look at the permissions of the file and of its folder."),
    (("permission denied",), "its role lacks a right", "Run `clausewise store migrate` as the owner; it grants what is needed."),
    (("unable to open", "not a database", "malformed"), "the file cannot be opened as a database", "Look at CLAUSEWISE_DATABASE."),
    (("authentication", "password"), "it refuses the password", "Look at the file that CLAUSEWISE_DATABASE_PASSWORD_FILE names."),
)


def problem_of(fault: Exception) -> Problem:
    """Return what the database refused as a problem; its own message may hold what people wrote, and is not repeated."""
    if isinstance(fault, Unfit):
        return fault.problem
    told = str(fault)
    found = ((why, help) for marks, why, help in MEANINGS if any(mark in told for mark in marks))
    again = "Look whether it runs, then do the same under the same key; what was done already is not done twice."
    why, help = next(found, ("it cannot be reached", again))
    return Problem("CW844", f"The database did not take this: {why}.", help=help)


@contextmanager
def recovering() -> Iterator[None]:
    """Give up a connection that broke inside, so that the next act begins with a new one."""
    try:
        yield
    except (DatabaseError, InterfaceError):
        connection.close_if_unusable_or_obsolete()
        raise


def attempt(work: Callable[[], Answer]) -> Answer | NotDone:
    """Do a transaction; begin anew when somebody else took the same place first, and tell what the database refuses.

    Raises:
        IntegrityError: the same place is taken again and again, or a guard refused: a fault of ours.
    """
    for attempts_left in reversed(range(ATTEMPTS)):
        try:
            with recovering():
                return work()
        except IntegrityError:
            if not attempts_left:
                raise
        except (DatabaseError, InterfaceError) as fault:
            if isinstance(fault, ProgrammingError) and "does not exist" not in str(fault) and "permission" not in str(fault):
                raise
            return NotDone((problem_of(fault),))
    raise AssertionError("the last attempt returns or raises")

"""What a person wrote or sent and must mend: a value, collected and returned, never raised."""

from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """How much a problem matters: an error blocks, a warning asks for a look, a note only tells."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: what, where, and what to do next.

    `code` is stable (CW followed by three digits) and has a page in docs/errors.  `line` and `column` count from 1; 0 means that
    the problem is about the file as a whole.  `clause` is the clause it concerns, or empty.
    """

    code: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    clause: str = ""
    help: str = ""
    level: Level = Level.ERROR


def has_errors(problems: tuple[Problem, ...] | list[Problem]) -> bool:
    """Tell whether any of the problems blocks."""
    return any(problem.level is Level.ERROR for problem in problems)


def fault_problem(fault: BaseException, doing: str) -> Problem:
    """Return a fault of this program as a Problem; `doing` says what could not be done, such as `decide case C007`."""
    kind = type(fault).__name__
    return Problem(
        "CW709",
        f"Clausewise could not {doing}, because of a fault of its own ({kind}).",
        help="This is not yours to mend: please report it, with what CLAUSEWISE_TRACEBACK=1 shows when it is set.",
    )

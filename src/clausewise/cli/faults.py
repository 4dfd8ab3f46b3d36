"""What is told when this program itself fails."""

import sys

from clausewise.render.problem_lines import problem_lines
from clausewise.vocab.problem import Problem

EXIT_FAULT = 2


def fault_problem(fault: BaseException, doing: str) -> Problem:
    """Return a fault of this program as a Problem; `doing` says what could not be done, such as `decide case C007`."""
    kind = type(fault).__name__
    return Problem(
        "CW709",
        f"Clausewise could not {doing}, because of a fault of its own ({kind}).",
        help="This is not yours to mend: please report it, with what CLAUSEWISE_TRACEBACK=1 shows when it is set.",
    )


def told(fault: BaseException) -> int:
    """Tell of a fault on standard error, and return the exit status."""
    for line in problem_lines((fault_problem(fault, "go on"),)):
        print(line, file=sys.stderr)
    return EXIT_FAULT

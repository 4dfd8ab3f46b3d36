"""What is told when this program itself fails."""

import os
import sys

from clausewise.render.problem_lines import problem_lines
from clausewise.vocab.problem import Problem, fault_problem

EXIT_FAULT = 2


def _unwritten(fault: BaseException) -> Problem:
    reason = getattr(fault, "strerror", None) or "the system takes no more"
    help = "Make room there, or send the output elsewhere."
    return Problem("CW711", f"The answer cannot be written: {reason}.", "standard output", help=help)


def told(fault: BaseException) -> int:
    """Tell of a fault on standard error, and return the exit status.

    A system that takes no more output is no fault of this program: an OSError that names no file comes of writing.
    """
    unwritten = isinstance(fault, OSError) and fault.filename is None
    problem = _unwritten(fault) if unwritten else fault_problem(fault, "go on")
    if unwritten:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left goes nowhere, and is not told again
    for line in problem_lines((problem,)):
        print(line, file=sys.stderr)
    return EXIT_FAULT

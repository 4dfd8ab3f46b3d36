"""What is told when this program itself fails."""

import sys

from clausewise.render.problem_lines import problem_lines
from clausewise.vocab.problem import fault_problem

EXIT_FAULT = 2


def told(fault: BaseException) -> int:
    """Tell of a fault on standard error, and return the exit status."""
    for line in problem_lines((fault_problem(fault, "go on"),)):
        print(line, file=sys.stderr)
    return EXIT_FAULT

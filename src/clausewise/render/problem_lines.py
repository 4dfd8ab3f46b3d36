"""Problems as a compiler prints them: where, how bad, which, what; below it what to do."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from clausewise.vocab.problem import Level, Problem

INDENT = "    "


def printable(text: str) -> str:
    """Return a text without anything that could upset a terminal: what is no printable sign becomes a question mark."""
    return text if text.isprintable() else "".join(sign if sign.isprintable() else "?" for sign in text)


def place(problem: Problem) -> str:
    """Return where a problem lies, as `file:line:column`, as far as it is known."""
    parts = (problem.file, *(str(number) for number in (problem.line, problem.column) if number and problem.file))
    return ":".join(part for part in parts if part)


def problem_lines(problems: Iterable[Problem]) -> tuple[str, ...]:
    """Return problems as lines: `file:line:column: error CWnnn: what`, and below each what to do."""
    return tuple(printable(line) for problem in problems for line in _lines(problem))


def _lines(problem: Problem) -> list[str]:
    where = place(problem)
    clause = f" (clause {problem.clause})" if problem.clause and problem.clause not in problem.message else ""
    head = f"{where}: " if where else ""
    first = f"{head}{problem.level.value} {problem.code}: {problem.message}{clause}"
    return [first, *([f"{INDENT}help: {problem.help}"] if problem.help else [])]


def plain_problem(problem: Problem) -> dict[str, Any]:
    """Return a problem as plain values."""
    return {
        "code": problem.code,
        "level": problem.level.value,
        "message": problem.message,
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "clause": problem.clause,
        "help": problem.help,
    }


def counted(problems: Iterable[Problem]) -> str:
    """Return how many problems of each level there are, such as `2 errors, no warnings, 1 note`."""
    found = Counter(problem.level for problem in problems)
    return ", ".join(how_many(found[level], level.value) for level in (Level.ERROR, Level.WARNING, Level.NOTE))


def how_many(number: int, noun: str) -> str:
    """Return a number with its noun: `no errors`, `1 error`, `2 errors`."""
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"

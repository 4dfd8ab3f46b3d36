"""The service lines of a case.

A line whose code cannot be read is kept, with its problem: the ladder returns it for repair.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace

from clausewise.policy.case_file import Shape, entries, misfits, texts, words
from clausewise.policy.case_tree import Fields, Items, Node, problem_at, quoted
from clausewise.policy.code_tables import is_procedure_shaped
from clausewise.policy.fact_values import read_values
from clausewise.vocab.document import FactDeclaration
from clausewise.vocab.problem import Level, Problem
from clausewise.vocab.request import ServiceLine

LINE_KEYS = {
    "code": Shape.TEXT,
    "modifier": Shape.TEXTS,
    "units": Shape.TEXT,
    "diagnoses": Shape.TEXTS,
    "facts": Shape.FIELDS,
    "expect": Shape.FIELDS,
}
_MODIFIER = re.compile(r"[0-9A-Z]{2}")
_UNITS = re.compile(r"0*[1-9][0-9]{0,4}")
_HOW = "Write each line as a mapping that begins with `- code:`."


def read_lines(
    node: Node | None, declared: Mapping[str, FactDeclaration]
) -> tuple[tuple[ServiceLine, ...], list[Problem]]:
    """Return the lines of a case in their order, and what keeps the case from being read.

    What is wrong with the coding of a line is in the line's own `problems` instead.
    """
    items = node.items if isinstance(node, Items) else ()
    problems = [problem_at(node, "CW509", "`lines` is empty.", _HOW)] if isinstance(node, Items) and not items else []
    lines = []
    for number, item in enumerate(items, 1):
        if isinstance(item, Fields):
            line, found = _read_line(number, item, declared)
            lines.append(line)
            problems += found
        else:
            problems.append(problem_at(item, "CW504", f"Line {number} is not a mapping.", _HOW))
    return tuple(lines), problems


def _read_line(
    number: int, fields: Fields, declared: Mapping[str, FactDeclaration]
) -> tuple[ServiceLine, list[Problem]]:
    facts, unread = read_values(entries(fields.get("facts")), declared)
    units = _units(fields.get("units"))
    line = ServiceLine(
        number=number,
        code=words(fields.get("code")),
        modifiers=_modifiers(fields),
        units=1 if isinstance(units, Problem) else units,
        facts=facts,
        diagnoses=None if fields.get("diagnoses") is None else texts(fields.get("diagnoses")),
        problems=of_line(_coding(fields), number),
    )
    problems = [*misfits(fields, LINE_KEYS, "a line"), *unread, *((units,) if isinstance(units, Problem) else ())]
    return line, list(of_line(problems, number))


def of_line(problems: list[Problem], number: int) -> tuple[Problem, ...]:
    """Return the problems with the number of the line before the sentence."""
    return tuple(replace(problem, message=f"line {number}: {problem.message}") for problem in problems)


def _modifiers(fields: Fields) -> tuple[str, ...]:
    """Return the modifiers, given as a list or as a text such as `LT` or `LT, 59`."""
    return tuple(word for text in texts(fields.get("modifier")) for word in re.split(r"[,\s]+", text) if word)


def _units(node: Node | None) -> int | Problem:
    written = words(node)
    if node is None or not written:
        return 1
    if _UNITS.fullmatch(written):
        return int(written)
    return problem_at(node, "CW612", f"`units` is {quoted(written)}.", "Write a whole number from 1 to 99999.")


def _coding(fields: Fields) -> list[Problem]:
    """Return what is wrong with the coding of a line: warnings, for the line is returned for repair and the case goes on."""
    code, place = words(fields.get("code")), fields.get("code") or fields
    problems = []
    if not is_procedure_shaped(code):
        message = f"{quoted(code)} is not a procedure code." if code else "The procedure code is missing."
        problems.append(problem_at(place, "CW610", message, _code_help(code), Level.WARNING))
    strange = [modifier for modifier in _modifiers(fields) if not _MODIFIER.fullmatch(modifier)]
    place, help = fields.get("modifier") or fields, "Write two characters, such as LT, RT or '50'."
    told = (f"{quoted(word)} is not a modifier." for word in strange)
    return problems + [problem_at(place, "CW611", message, help, Level.WARNING) for message in told]


def _code_help(code: str) -> str:
    """Return how a code is meant to be written: its letter as a capital, its digits as those of a keyboard, all five of them."""
    plain = unicodedata.normalize("NFKC", code).upper()
    if not is_procedure_shaped(plain):
        return "Write its five characters in quotation marks, such as '11200'."
    return f"Write it {'with a capital letter' if code.upper() == plain else 'in plain digits and capitals'}: '{plain}'."

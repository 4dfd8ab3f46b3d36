"""What is wrong with a test before and after it is parsed.

Before: too long, characters that no test holds, brackets that do not close or nest too deep; the first such fault ends
the reading.  After: what the grammar cannot say, such as a unit that does not exist or two of one; all are returned.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from clausewise.policy import units
from clausewise.policy.expression_faults import Fault, cannot_read, quoted, short

if TYPE_CHECKING:
    from lark import Token, Tree

LENGTH_MAX = 10_000  # characters; the longest test of a real policy has some hundred
NESTING_MAX = 40  # brackets within brackets, as many as levels of an outline
COUNT_DIGITS_MAX = 4  # of times, days, years: more is a slip of the keyboard

# Faults after which no criterion can be built.
UNBUILDABLE = frozenset({"CW209", "CW210", "CW212"})

_QUOTED = r'"[^"]*"'
_NOTABLE = re.compile(rf'{_QUOTED}|["()]|[^ -~\t\r\n]')
_INSTEAD = MappingProxyType(
    dict.fromkeys("“”„«»", 'write straight quotes (") instead')
    | dict.fromkeys("‘’‚`´", "answers need no quotes: leave them away")
    | dict.fromkeys("\xa0\u2007\u2009\u202f", "write an ordinary space instead")
    | dict.fromkeys("–—−‑", "write the plain sign - instead")
    | {"≥": "write >= instead", "≤": "write <= instead", "≠": "write `is not` or `not` instead"}
    | {"²": "write 2 instead, as in cm2", "°": "write degrees instead", "µ": "write mcg for µg"}
)


# ---- before parsing


def faults_of_text(text: str) -> tuple[Fault, ...]:
    """Return what makes a test unreadable before any grammar is asked: empty, too long, strange signs, brackets."""
    if not text.strip():
        return (Fault("CW201", 0, "the test is empty", "write a test between the back-quotes, or take them away"),)
    if len(text) > LENGTH_MAX:
        message = f"{cannot_read(text)}: it has {len(text):,} characters, more than {LENGTH_MAX:,}"
        return (Fault("CW202", 0, message, "make items or definitions of its parts"),)
    return tuple(_faults_of_signs(text))


def _faults_of_signs(text: str) -> Iterator[Fault]:
    """Yield the first fault among brackets, quotes and characters."""
    opened: list[int] = []
    for found in _NOTABLE.finditer(text):
        sign, at = found[0], found.start()
        if sign == "(":
            opened.append(at)
        elif sign == ")" and opened:
            opened.pop()
        elif fault := _fault_of_sign(text, sign, at):
            yield fault
            return
        if len(opened) > NESTING_MAX:
            message = f"{cannot_read(text)}: brackets stand more than {NESTING_MAX} deep"
            yield Fault("CW203", at, message, "make items or definitions of the inner parts")
            return
    if opened:
        yield Fault("CW205", opened[-1], f"{cannot_read(text)}: the bracket `(` is not closed", "add `)` where it ends")


def _fault_of_sign(text: str, sign: str, at: int) -> Fault | None:
    """Return the fault of a sign that cannot stand where it does."""
    if len(sign) > 1:
        return _strange(text, at, next((s for s in sign if not s.isprintable()), ""))
    if sign == ")":
        return Fault(
            "CW205", at, f"{cannot_read(text)}: the bracket `)` closes nothing", "add its `(`, or take it away"
        )
    if sign == '"':
        return Fault("CW205", at, f"{cannot_read(text)}: the quote is not closed", 'add `"` where the text ends')
    return _strange(text, at, sign)


def _strange(text: str, at: int, sign: str) -> Fault | None:
    """Return the fault of a character that no test holds: typographic, accented or invisible."""
    if not sign:
        return None
    shown = f"`{sign}`" if sign.isprintable() and not sign.isspace() else "an invisible character"
    instead = _INSTEAD.get(sign, "use the letters a to z, digits and _")
    message = f"{cannot_read(text)}: it holds {shown} (U+{ord(sign):04X}), which no test can hold"
    return Fault("CW204", at, message, instead)


# ---- after parsing


def faults_of_parse(text: str, parse: "Tree[Token]") -> tuple[Fault, ...]:
    """Return what a parsed test says that cannot be meant, in the order of its words."""
    found = [fault for tree in parse.iter_subtrees() for fault in _faults_of_rule(tree)]
    found.sort(key=lambda fault: fault.at)
    return tuple(replace(fault, message=f"in the test {quoted(text)}: {fault.message}") for fault in found)


def _faults_of_rule(tree: "Tree[Token]") -> Iterator[Fault]:
    match tree.data:
        case "literal":
            yield from _unit(tree)
        case "duration":
            yield from _duration(tree)
        case "at_least" | "each_for" | "include_some":
            yield from _some_of(tree)
        case "at_least_times" | "at_most_times":
            yield from _whole(_token(tree, 1), 0)
        case "compare" | "between":
            yield from _age(tree)
            yield from _range(tree)
    if tree.data == "each_for":
        yield from _plain_facts(tree)


def _unit(tree: "Tree[Token]") -> Iterator[Fault]:
    unit = " ".join(str(tree.children[1] or "").split())
    if not unit or units.is_known(unit):
        return
    near = units.suggestion(unit)
    advice = f"did you mean `{near}`?" if near else f"the units are {', '.join(units.known_units())}"
    yield Fault("CW208", _place(tree, 1), f"unknown unit `{short(unit)}`", advice)


def _duration(tree: "Tree[Token]") -> Iterator[Fault]:
    number, unit = _token(tree, 0), _token(tree, 1)
    if not units.calendar_unit(str(unit)):
        near = units.calendar_unit(units.suggestion(str(unit)))
        advice = f"did you mean `{near}`?" if near else "write days, weeks, months or years"
        yield Fault("CW209", _place(tree, 1), f"`{short(unit)}` is no length of time", advice)
    elif not _is_count(number):
        advice = "write a whole number up to 9999, in a smaller unit if need be: 18 months for 1.5 years"
        yield Fault("CW209", _place(tree, 0), f"`{short(number)} {unit}` is no whole length of calendar time", advice)


def _some_of(tree: "Tree[Token]") -> Iterator[Fault]:
    """Yield the fault of `at least N of` a list that is shorter than N, or of an N that asks for nothing."""
    place = 1 if tree.data == "include_some" else 0
    number, listed = _token(tree, place), len(_tree(tree, place + 1).children)
    if faults := tuple(_whole(number, 1)):
        yield from faults
    elif int(number) > listed:
        message = f"it asks for at least {number} of {listed}, which can never be"
        yield Fault("CW211", _place(tree, place), message, f"write a number from 1 to {listed}")


def _is_count(number: str) -> bool:
    return number.isdigit() and len(number) <= COUNT_DIGITS_MAX


def _whole(number: "Token", least: int) -> Iterator[Fault]:
    if not _is_count(number) or int(number) < least:
        advice = f"write a whole number from {least} to 9999"
        yield Fault("CW210", number.start_pos or 0, f"`{short(number)}` cannot count anything here", advice)


def _plain_facts(tree: "Tree[Token]") -> Iterator[Fault]:
    for place, part in enumerate(_tree(tree, 1).children):
        if _tree(_tree(tree, 1), place).data != "fact":
            advice = "list facts by name, or put the duration on each test: `a for at least 1 year`"
            yield Fault("CW212", _start(part), "`each for` speaks of facts, and this part is more than a fact", advice)


def _age(tree: "Tree[Token]") -> Iterator[Fault]:
    """Yield the fault of an age compared with anything but whole years: age counts completed years."""
    if not any(part.data == "age" for part in _trees(tree)):
        return
    for number, unit in _literals(tree):
        if not number.isdigit() or units.canonical(unit) != "years":
            shown = short(f"{number} {unit}".strip())
            advice = "write whole years, as in `age >= 18 years`; for anything finer use a dated fact"
            yield Fault("CW213", _start(number), f"age counts completed years, not `{shown}`", advice)


def _range(tree: "Tree[Token]") -> Iterator[Fault]:
    """Yield the faults of `between` alone: ends the wrong way round, or asked of either side."""
    if tree.data != "between":
        return
    quantity, ends = _trees(tree)[0], _literals(tree)
    if next(quantity.find_data("either_side"), None):
        advice = "use the bold words **on the same side, all of** with one comparison in each line"
        yield Fault("CW214", _start(quantity), "`between` on either side could be met by the two sides in turn", advice)
    if len(ends) == 2 and _is_above(*ends[0], *ends[1]):
        message = "the lower end of `between` lies above the upper"
        yield Fault("CW214", _start(ends[0][0]), message, "write the smaller number first")


def _literals(tree: "Tree[Token]") -> "list[tuple[Token, str]]":
    """Return the numbers of a comparison with their units; one without a unit has that of the other."""
    found = [part for part in _trees(tree) if part.data == "literal"]
    written = [str(part.children[1] or "") for part in found]
    shared = next(filter(None, written), "")
    return [(_token(part, 0), unit or shared) for part, unit in zip(found, written, strict=True)]


def _is_above(low: str, unit: str, high: str, other: str) -> bool:
    converted = units.convert(Decimal(low), unit, other)
    return converted is not None and converted > Decimal(high)


# ---- places in the tree


def _trees(tree: "Tree[Token]") -> "list[Tree[Token]]":
    return [part for part in tree.children if part is not None and not isinstance(part, str)]


def _tree(tree: "Tree[Token]", place: int) -> "Tree[Token]":
    part = tree.children[place]
    assert not isinstance(part, str)
    return part


def _token(tree: "Tree[Token]", place: int) -> "Token":
    part = tree.children[place]
    assert isinstance(part, str)
    return part


def _place(tree: "Tree[Token]", place: int) -> int:
    return _start(tree.children[place])


def _start(part: "Tree[Token] | Token") -> int:
    """Return where the first word of a part stands."""
    if isinstance(part, str):
        return part.start_pos or 0
    return min((_start(child) for child in part.children if child is not None), default=0)

"""Can the two sides of a comparison be compared?  Numbers by their units, grades on one scale.

    w >= 500 g           the unit of the fact and that of the number turn into each other
    w >= 5               a bare number has the unit of the other side
    grade >= III         the word is a grade of the fact on the other side
    table(x by DuBois)   each argument turns into the unit of its key
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple, assert_never

from clausewise.compiler.answers import YES_NO, Fault, asked, described, unknown
from clausewise.compiler.words import FORMULA_UNITS, Words
from clausewise.policy.mentions import FORMULA_FACTS
from clausewise.policy.source import suggestion
from clausewise.policy.units import convert
from clausewise.vocab import criterion as c
from clausewise.vocab.criterion import Quantity
from clausewise.vocab.document import AnswerKind, FactDeclaration, NumericTable, Score, ScoreItem

_NUMBERS = (AnswerKind.NUMBER, AnswerKind.GRADE)
_HINT = "declare a number or a grade, or write `is`"


class Measure(NamedTuple):
    """What a quantity measures: its unit ("" for none), or the grades of its scale; `bare` takes the other side's unit."""

    word: str
    unit: str = ""
    grades: tuple[str, ...] = ()
    bare: bool = False

    @property
    def shown(self) -> str:
        """The measure in a few words."""
        kind = "grades" if self.grades else self.unit or "no unit"
        return f"`{self.word}` ({kind})"


def faults_of_comparison(test: c.Compare, words: Words) -> Iterator[Fault]:
    """Yield what is wrong with a comparison: unknown names first, then sides that cannot be compared."""
    found = [*_faults(test.left, words), *_faults(test.right, words)]
    yield from found
    if found:
        return
    left = _measure(test.left, words)
    if isinstance(test.right, c.Grade) and left is not None and (left.grades or not words.is_known(test.right.name)):
        yield from _graded(test.right.name, left, words)
        return
    right = _measure(test.right, words)
    if left is not None and right is not None:
        yield from _compared(left, right, words)


def _compared(left: Measure, right: Measure, words: Words) -> Iterator[Fault]:
    if left.grades != right.grades:
        graded, other = (left, right) if left.grades else (right, left)
        answer = f"which is answered by {described(words.facts[graded.word].answer)}"
        hint = f"compare it with one of its grades: {', '.join(graded.grades)}"
        yield Fault("CW415", graded.word, {"form": f"`{other.word}`", "name": graded.word, "answer": answer, "hint": hint})
    elif not (left.grades or left.bare or right.bare or convertible(left.unit, right.unit)):
        yield Fault("CW416", left.word, {"left": left.shown, "right": right.shown})


def _graded(name: str, left: Measure, words: Words) -> Iterator[Fault]:
    """Yield the fault of a bare word that is no grade of the scale it is compared with."""
    if not left.grades:
        yield from unknown(name, words)
    elif name not in left.grades:
        yield Fault("CW417", name, {"value": name, "name": left.word, "grades": ", ".join(left.grades)}, left.word)


def convertible(unit: str, other: str) -> bool:
    """Tell whether a number in one unit can be turned into the other."""
    return convert(Decimal(1), unit, other) is not None


def _measure(quantity: Quantity, words: Words) -> Measure | None:
    """Return what a quantity measures; None for a bare word that must be a grade of the other side."""
    match quantity:
        case c.Literal(number, unit):
            return Measure(f"{number} {unit}".strip(), unit, bare=not unit)
        case c.FactNumber(name) | c.Difference(name) | c.ScoreTotal(name) | c.Grade(name):
            return _measure_of_word(name, words)
        case c.Age():
            return Measure("age", "years")
        case c.TableValue(name):
            return Measure(name, words.tables[name].unit)
        case _:
            assert_never(quantity)


def _measure_of_word(name: str, words: Words) -> Measure | None:
    if name in words.scores:
        return Measure(name, "points")
    fact = words.facts.get(name)
    if fact is None:
        return None
    grades = fact.answer.values if fact.answer.kind is AnswerKind.GRADE else ()
    return Measure(name, fact.answer.unit, grades)


# ---- names and their kinds


def _faults(quantity: Quantity, words: Words) -> Iterator[Fault]:
    match quantity:
        case c.FactNumber(name, _, by):
            yield from _number(name, words)
            yield from _number(by, words) if by else ()
        case c.Difference(first, second):
            yield from _difference(first, second, words)
        case c.TableValue(name, arguments):
            table = words.tables.get(name)
            if table is None:
                hint = suggestion(name, tuple(sorted(words.tables)), "declare it")
                yield Fault("CW412", name, {"name": name, "hint": hint})
            else:
                yield from _arguments(table, arguments, words)
        case c.Literal() | c.Grade() | c.Age() | c.ScoreTotal():
            return
        case _:
            assert_never(quantity)


def _number(name: str, words: Words) -> Iterator[Fault]:
    if name not in words.scores:
        yield from asked(name, _NUMBERS, "a comparison", _HINT, words)


def _difference(first: str, second: str, words: Words) -> Iterator[Fault]:
    hint = "a difference is taken between two numbers"
    found = [fault for name in (first, second) for fault in asked(name, (AnswerKind.NUMBER,), "`difference`", hint, words)]
    yield from found
    if not found and not convertible(words.facts[first].answer.unit, words.facts[second].answer.unit):
        left, right = (Measure(name, words.facts[name].answer.unit).shown for name in (first, second))
        yield Fault("CW416", first, {"left": left, "right": right})


def _arguments(table: NumericTable, arguments: tuple[tuple[str, str], ...], words: Words) -> Iterator[Fault]:
    if len(arguments) != len(table.keys):
        given = ", ".join(f"`{fact}`" for fact, _ in arguments)
        keys = ", ".join(f"`{key}`" for key in table.keys) or "no key"
        yield Fault("CW413", table.name, {"name": table.name, "keys": keys, "given": given})
        return
    for (name, formula), unit in zip(arguments, table.key_units, strict=True):
        yield from _argument(name, formula, unit, words)


def _argument(name: str, formula: str, unit: str, words: Words) -> Iterator[Fault]:
    """Yield the faults of one argument; one with a formula is computed where nobody declares or answers it."""
    if formula and formula not in FORMULA_UNITS:
        hint = suggestion(formula, tuple(FORMULA_UNITS), f"known: {', '.join(FORMULA_UNITS)}")
        yield Fault("CW425", formula, {"name": formula, "hint": hint})
        return
    if formula:
        for fact in FORMULA_FACTS:
            yield from (fault._replace(word=name) for fault in _number(fact, words))
        if not convertible(FORMULA_UNITS[formula], unit):
            yield _unfit(formula, FORMULA_UNITS[formula], unit)
    if not formula or name in words.facts:
        found = list(_number(name, words))
        yield from found
        if not found and name in words.facts and not convertible(words.facts[name].answer.unit, unit):
            yield _unfit(name, words.facts[name].answer.unit, unit)


def _unfit(word: str, own: str, unit: str) -> Fault:
    return Fault("CW416", word, {"left": Measure(word, own).shown, "right": f"the key of the table ({unit or 'no unit'})"})


# ---- scores


def faults_of_score(score: Score, words: Words) -> Iterator[Fault]:
    """Yield what is wrong with the items of a score: what counts by the unit is a number, all else a yes or no."""
    for item in score.items:
        fact = words.facts.get(item.fact)
        if item.per:
            yield from asked(item.fact, (AnswerKind.NUMBER,), "points by the unit", "declare a number", words)
        else:
            yield from asked(item.fact, YES_NO, "points for a yes", "declare `yes or no`", words)
        if item.per and fact is not None and fact.answer.kind is AnswerKind.NUMBER:
            yield from _per(item, fact)


def _per(item: ScoreItem, fact: FactDeclaration) -> Iterator[Fault]:
    if not convertible(fact.answer.unit, item.per):
        left, right = Measure(fact.name, fact.answer.unit).shown, f"points per {item.per}"
        yield Fault("CW416", fact.name, {"left": left, "right": right})

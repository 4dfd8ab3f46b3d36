"""Numbers as they are known: the answer to a fact read as an interval with a unit, and two intervals compared.

A number that is known is an interval whose ends are equal.  All arithmetic has 34 places and never raises: what is no
finite number is no amount.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from types import MappingProxyType

from clausewise.decide.context import LineContext
from clausewise.policy import units
from clausewise.vocab.criterion import Side
from clausewise.vocab.document import AnswerKind, FactDeclaration
from clausewise.vocab.request import FactValue, Measured, Sided
from clausewise.vocab.truth import Truth, negation

ARITHMETIC = Context(prec=34, rounding=ROUND_HALF_EVEN, traps=[])

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")  # a default stands as text, as its document has it
_RISING = " < "


@dataclass(frozen=True, slots=True)
class Amount:
    """A number between two ends, both included, in a unit; a grade is its place on the scale, its unit the scale."""

    low: Decimal
    high: Decimal
    unit: str = ""


def exactly(number: Decimal, unit: str = "") -> Amount | None:
    """Return a number that is known, or None where it is not finite."""
    return Amount(number, number, unit) if number.is_finite() else None


def unit_of_fact(name: str, context: LineContext) -> str:
    """Return the unit a fact is declared in, or the empty text; that of a grade is its scale."""
    fact = context.policy.facts.get(name)
    if fact is None:
        return ""
    return scale_of(fact) if fact.answer.kind is AnswerKind.GRADE else fact.answer.unit


def scale_of(fact: FactDeclaration) -> str:
    """Return the grades of a fact in rising order as one text, which stands in the place of a unit: `I < II < III`."""
    return _RISING.join(fact.answer.values)


def is_scale(unit: str) -> bool:
    """Tell whether a unit is a scale of grades, on which no number can stand."""
    return _RISING in unit


def grade_on(scale: str, name: str) -> Amount | None:
    """Return a grade as an amount on its scale, or None where the scale has no such grade."""
    grades = scale.split(_RISING) if is_scale(scale) else []
    return exactly(Decimal(grades.index(name)), scale) if name in grades else None


def amount_of_fact(name: str, side: Side, context: LineContext) -> Amount | None:
    """Return what is answered to a fact on one side (or on the sides together) in the fact's own unit, or None.

    A number without sides is the same on either side.  Together it is itself, unless the fact is asked of each side:
    then nobody said whether it is one side or both, and it lies between itself and its double.
    """
    value, fact = context.facts.get(name), context.policy.facts.get(name)
    with localcontext(ARITHMETIC):
        if isinstance(value, Sided):
            number = _on_side(value, side)
            return None if number is None else exactly(number, unit_of_fact(name, context))
        amount = _plain(value, fact)
        if amount is not None and side is Side.TOGETHER and fact is not None and fact.answer.each_side:
            doubled = amount.low * 2
            return Amount(min(amount.low, doubled), max(amount.low, doubled), amount.unit)
        return amount


def _on_side(value: Sided, side: Side) -> Decimal | None:
    match side:
        case Side.LEFT:
            return value.left
        case Side.RIGHT:
            return value.right
        case Side.TOGETHER:
            return None if value.left is None or value.right is None else value.left + value.right
        case _:
            return None


def _plain(value: FactValue, fact: FactDeclaration | None) -> Amount | None:
    """Return an answer without sides as an amount; an answer of another type than the declared one is none."""
    kind = AnswerKind.NUMBER if fact is None else fact.answer.kind
    if value is None or isinstance(value, bool):
        return None
    if fact is not None and kind is AnswerKind.GRADE:
        return grade_on(scale_of(fact), str(value))
    if kind is not AnswerKind.NUMBER:
        return None
    unit = fact.answer.unit if fact is not None else ""
    match value:
        case Measured(number, given):
            own = exactly(number, given or unit)
            return own if own is None or fact is None else converted(own, unit)
        case int() | Decimal():
            return exactly(Decimal(value), unit)
        case str() if _NUMBER.fullmatch(value):
            return exactly(Decimal(value), unit)
        case _:
            return None


def converted(amount: Amount, unit: str) -> Amount | None:
    """Return the amount in another unit, or None where the two do not measure the same thing."""
    with localcontext(ARITHMETIC):
        low, high = units.convert(amount.low, amount.unit, unit), units.convert(amount.high, amount.unit, unit)
    return None if low is None or high is None else Amount(low, high, unit)


def compared(left: Amount | None, relation: str, right: Amount | None) -> Truth:
    """Return whether `left` stands in `relation` to `right`, where that is the same all over the two intervals."""
    other = None if left is None or right is None else converted(right, left.unit)
    if left is None or other is None or relation not in _RELATIONS:
        return Truth.UNKNOWN
    return _RELATIONS[relation](left, other)


def _below(left: Amount, right: Amount) -> Truth:
    if left.high < right.low:
        return Truth.TRUE
    return Truth.FALSE if left.low >= right.high else Truth.UNKNOWN


def _equal(left: Amount, right: Amount) -> Truth:
    if left.low == left.high == right.low == right.high:
        return Truth.TRUE
    return Truth.FALSE if left.high < right.low or right.high < left.low else Truth.UNKNOWN


_RELATIONS = MappingProxyType(
    {
        "<": _below,
        ">": lambda left, right: _below(right, left),
        "<=": lambda left, right: negation(_below(right, left)),
        ">=": lambda left, right: negation(_below(left, right)),
        "=": _equal,
    }
)

"""Comparisons: numbers with units, grades, ages, scores and tables, on the sides of the body they are read from.

A side joins the two numbers of a comparison: what says no side of its own is read on the other's.  So `weight on each
side >= limit` compares the left weight with the left limit.  What cannot be computed is unknown, never an exception.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal, localcontext
from itertools import groupby
from typing import TypeAlias, assert_never

from clausewise.decide.amounts import (
    ARITHMETIC,
    Amount,
    amount_of_fact,
    compared,
    converted,
    exactly,
    grade_on,
    is_scale,
    unit_of_fact,
)
from clausewise.decide.context import LineContext
from clausewise.decide.formulas import amount_by_formula
from clausewise.decide.happenings import age_amount
from clausewise.decide.scores import score_interval
from clausewise.policy.mentions import FORMULA_FACTS
from clausewise.policy.units import calendar_unit
from clausewise.vocab.criterion import (
    Age,
    Compare,
    Difference,
    FactNumber,
    Grade,
    Literal,
    Quantity,
    ScoreTotal,
    Side,
    TableValue,
    Test,
)
from clausewise.vocab.document import NumericTable
from clausewise.vocab.truth import Truth, both, either

Rows: TypeAlias = Sequence[tuple[Decimal, ...]]

SIDES = (Side.LEFT, Side.RIGHT)
POINTS = "points"


def facts_read(test: Test, names: tuple[str, ...], context: LineContext) -> tuple[str, ...]:
    """Return which of the facts a test rests on it reads for a line: what a formula would compute is read itself where said."""
    tables = [side for side in (test.left, test.right) if isinstance(side, TableValue)] if isinstance(test, Compare) else []
    by_formula = [fact for table in tables for fact, formula in table.arguments if formula]
    said = [fact for fact in by_formula if _is_said(fact, context)]
    computed = FORMULA_FACTS if said and said == by_formula else ()
    return (*(name for name in names if name not in (*computed, *said)), *said)


def truth_of_comparison(test: Compare, context: LineContext) -> Truth:
    """Return whether a comparison holds for the line.

    A number without unit is in the unit of what it is compared with.  A line that does not say which side it treats is
    decided only where both sides agree.
    """
    left, right = _meant(test.left, test.right, context), _meant(test.right, test.left, context)

    def truth_on(side: Side, other: Side) -> Truth:
        return _truth_between(left, side, test.relation, right, other, context)

    with localcontext(ARITHMETIC):
        if _side_of(left) == _side_of(right) or _side_of(right) == _UNSAID:
            return _over(left, context, lambda side: truth_on(side, side))
        if _side_of(left) == _UNSAID:
            return _over(right, context, lambda side: truth_on(side, side))
        return _over(left, context, lambda side: _over(right, context, lambda other: truth_on(side, other)))


def _meant(quantity: Quantity, other: Quantity, context: LineContext) -> Quantity:
    """Return the quantity a bare name stands for: a score, a grade of the other quantity's scale, a fact's number."""
    if not isinstance(quantity, Grade | FactNumber):
        return quantity
    name = quantity.name if isinstance(quantity, Grade) else quantity.fact
    if name in context.policy.scores:
        return ScoreTotal(name)
    if isinstance(quantity, FactNumber) or grade_on(_unit(other, context), name) is not None:
        return quantity
    return FactNumber(name) if name in context.policy.facts else quantity


# ---- sides ---------------------------------------------------------------------------------------------------------

_UNSAID = (Side.TREATED, "")


def _side_of(quantity: Quantity) -> tuple[Side, str]:
    """Return the side a quantity is read from, and the fact that says which is the larger."""
    match quantity:
        case FactNumber(_, side, by):
            return (side, by)
        case Difference(first, second, Side.LARGER):
            return (Side.LARGER, f"{first} - {second}")
        case Difference(_, _, side):
            return (side, "")
        case _:
            return _UNSAID


def _over(quantity: Quantity, context: LineContext, truth_on: Callable[[Side], Truth]) -> Truth:
    """Return the truth over the sides a quantity speaks of."""
    side, _ = _side_of(quantity)
    match side:
        case Side.EACH:
            return both(map(truth_on, SIDES))
        case Side.EITHER:
            return either(map(truth_on, SIDES))
        case Side.LEFT | Side.RIGHT | Side.TOGETHER:
            return truth_on(side)
        case Side.LARGER:
            larger = _larger(quantity, context)
            return Truth.UNKNOWN if larger is None else truth_on(larger)
        case Side.TREATED:
            return _on_treated(context, truth_on)
        case _:
            assert_never(side)


def _on_treated(context: LineContext, truth_on: Callable[[Side], Truth]) -> Truth:
    """Return the truth on all treated sides; which side is treated may be unsaid, then both must agree."""
    sides = context.sides
    if sides.said and (sides.left or sides.right):
        return both(truth_on(side) for side, is_treated in zip(SIDES, (sides.left, sides.right), strict=True) if is_treated)
    truths = [truth_on(side) for side in SIDES]
    return truths[0] if min(truths) == max(truths) else Truth.UNKNOWN


def _larger(quantity: Quantity, context: LineContext) -> Side | None:
    """Return the side on which the quantity, or the fact it names for this, is larger; None where nobody can tell."""
    named = FactNumber(quantity.by) if isinstance(quantity, FactNumber) and quantity.by else quantity
    left, right = (_amount(named, side, "", context) for side in SIDES)
    if compared(left, ">", right) is Truth.TRUE:
        return Side.LEFT
    return Side.RIGHT if compared(left, "<", right) is Truth.TRUE else None


# ---- amounts -------------------------------------------------------------------------------------------------------


def _truth_between(left: Quantity, side: Side, relation: str, right: Quantity, other: Side, context: LineContext) -> Truth:
    """Return the truth of a comparison between a number on one side and a number on one side."""
    first = _amount(left, side, _unit(right, context), context)
    second = _amount(right, other, _unit(left, context), context)
    return compared(first, relation, second)


def _unit(quantity: Quantity, context: LineContext) -> str:
    """Return the unit a quantity has of itself; that of a grade is its scale."""
    match quantity:
        case Literal(_, unit):
            return unit
        case FactNumber(fact) | Difference(fact):
            return unit_of_fact(fact, context)
        case Age():
            return "years"
        case ScoreTotal():
            return POINTS
        case TableValue(name):
            table = context.policy.tables.get(name)
            return table.unit if table is not None else ""
        case Grade():
            return ""
        case _:
            assert_never(quantity)


def _amount(quantity: Quantity, side: Side, unit: str, context: LineContext) -> Amount | None:
    """Return a quantity on one side; `unit` is that of what it is compared with, for what has none of its own."""
    match quantity:
        case Literal(number, own):
            return exactly(number, own if own or is_scale(unit) else unit)
        case Grade(name):
            return grade_on(unit, name)
        case FactNumber(fact):
            return amount_of_fact(fact, side, context)
        case Difference(first, second):
            return _difference(amount_of_fact(first, side, context), amount_of_fact(second, side, context))
        case Age():
            return age_amount(context, calendar_unit(unit) or "years", context.service_date)
        case ScoreTotal(name):
            score = context.policy.scores.get(name)
            return None if score is None else Amount(*score_interval(score, context), POINTS)
        case TableValue():
            return table_amount(quantity, side, context)
        case _:
            assert_never(quantity)


def _difference(first: Amount | None, second: Amount | None) -> Amount | None:
    other = None if first is None or second is None else converted(second, first.unit)
    if first is None or other is None:
        return None
    return Amount(first.low - other.high, first.high - other.low, first.unit)


# ---- tables --------------------------------------------------------------------------------------------------------


def table_amount(quantity: TableValue, side: Side, context: LineContext) -> Amount | None:
    """Return what a table says for its arguments, in the table's unit, or None where it says nothing."""
    table = context.policy.tables.get(quantity.table)
    if table is None or len(quantity.arguments) != len(table.key_units):
        return None
    given = [_argument(fact, formula, side, context) for fact, formula in quantity.arguments]
    keys = [None if one is None else converted(one, unit) for one, unit in zip(given, table.key_units, strict=True)]
    points = [key.low for key in keys if key is not None and key.low == key.high]
    number = _looked_up(table.rows, points, table) if len(points) == len(keys) else None
    return None if number is None else exactly(number, table.unit)


def _argument(fact: str, formula: str, side: Side, context: LineContext) -> Amount | None:
    """Return an argument of a table: the fact if given (even as unknown), else what the named formula computes."""
    by_itself = not formula or _is_said(fact, context)
    return amount_of_fact(fact, side, context) if by_itself else amount_by_formula(formula, context)


def _is_said(fact: str, context: LineContext) -> bool:
    return context.facts.get(fact) is not None or fact in context.raised


def _looked_up(rows: Rows, keys: Sequence[Decimal], table: NumericTable) -> Decimal | None:
    """Return the result for the keys among rows of (keys..., result), first key first; None where the table ends."""
    if not keys:
        return rows[0][-1]
    groups = [(start, [row[1:] for row in group]) for start, group in groupby(sorted(rows), key=lambda row: row[0])]
    below = [group for group in groups if group[0] <= keys[0]]
    above = [group for group in groups if group[0] > keys[0]]
    if not below or (not above and below[-1][0] != keys[0] and not table.beyond):
        return None
    start, low = below[-1][0], _looked_up(below[-1][1], keys[1:], table)
    if low is None or start == keys[0] or not table.linear or not above:
        return low
    end, high = above[0][0], _looked_up(above[0][1], keys[1:], table)
    return None if high is None else low + (high - low) * (keys[0] - start) / (end - start)

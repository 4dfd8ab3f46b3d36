"""Scores: points that add up, as far as the facts behind them are known.

Each item counts between a least and a most; of items that exclude each other the highest counts; the total is never
below zero.  A test of a score is decided when both ends of the total agree (`quantities.truth_of_comparison`).
"""

from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from types import MappingProxyType
from typing import TypeAlias

from clausewise.decide.amounts import ARITHMETIC, amount_of_fact, converted
from clausewise.decide.context import LineContext
from clausewise.policy.units import canonical
from clausewise.vocab.criterion import Side
from clausewise.vocab.document import Score, ScoreItem
from clausewise.vocab.request import FactValue, Held

Interval: TypeAlias = tuple[Decimal, Decimal]

ZERO = Decimal(0)
WITHOUT_END = Decimal("Infinity")  # the most of a measured item that has no "at most" and is not known

_ROUNDINGS = MappingProxyType({"to the nearest": ROUND_HALF_UP, "up": ROUND_CEILING, "down": ROUND_FLOOR})


def score_interval(score: Score, context: LineContext) -> Interval:
    """Return the least and the most that a score can be, given what is known; the most may be infinite."""
    with localcontext(ARITHMETIC):
        groups = [_highest([_points(item, score, context) for item in group]) for group in _groups(score.items)]
        low, high = sum((low for low, _ in groups), ZERO), sum((high for _, high in groups), ZERO)
        return max(low, ZERO), max(high, ZERO)


def _groups(items: Iterable[ScoreItem]) -> list[list[ScoreItem]]:
    """Return the items in groups of which only the highest counts: items of which one names the other."""
    groups: list[list[ScoreItem]] = []
    for item in items:
        beside = [group for group in groups if any(_exclude(item, one) for one in group)]
        groups = [group for group in groups if group not in beside]
        groups.append([*(one for group in beside for one in group), item])
    return groups


def _exclude(item: ScoreItem, other: ScoreItem) -> bool:
    return not {item.not_with, other.not_with}.isdisjoint({item.name, other.name} - {""})


def _highest(intervals: Iterable[Interval]) -> Interval:
    lows, highs = zip(*intervals, strict=True)
    return max(lows), max(highs)


def _points(item: ScoreItem, score: Score, context: LineContext) -> Interval:
    """Return the least and the most that one item counts."""
    least, most = _measured(item, score, context) if item.per else _yes(context.facts.get(item.fact))
    ends = sorted((_times(item.points, least), _times(item.points, most)))
    return (ends[0], ends[1]) if item.most is None else (min(ends[0], item.most), min(ends[1], item.most))


def _times(points: Decimal, units: Decimal) -> Decimal:
    """Return the product, zero times infinity being zero."""
    return ZERO if not points or not units else points * units


def _yes(value: FactValue) -> Interval:
    """Return 1 for a yes, 0 for a no, anything between for what is not known."""
    match value:
        case bool() | Held(bool()):
            holds = value.holds if isinstance(value, Held) else value
            return (Decimal(1), Decimal(1)) if holds else (ZERO, ZERO)
        case _:
            return (ZERO, Decimal(1))


def _measured(item: ScoreItem, score: Score, context: LineContext) -> Interval:
    """Return how many units count: what is measured, rounded, less the threshold, never below zero."""
    given = amount_of_fact(item.fact, Side.TREATED, context)
    amount = None if given is None else converted(given, item.per)
    if amount is None:
        return (ZERO, WITHOUT_END)
    least, most = _rounded(amount.low, item, score), _rounded(amount.high, item, score)
    return max(least[0] - item.less, ZERO), max(most[1] - item.less, ZERO)


def _rounded(number: Decimal, item: ScoreItem, score: Score) -> Interval:
    """Return a measurement as the score rounds it; where nobody can tell how, between the whole numbers beside it.

    To the nearest: a half goes up, as on a ruler.
    """
    unit, _, how = score.rounded.partition(" rounded ")
    if not score.rounded or canonical(unit) != canonical(item.per):
        return (number, number)
    if how in _ROUNDINGS:
        whole = number.to_integral_value(_ROUNDINGS[how])
        return (whole, whole)
    return number.to_integral_value(ROUND_FLOOR), number.to_integral_value(ROUND_CEILING)

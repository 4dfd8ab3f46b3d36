"""Scores: the ends between which a total lies, and that they are the right ones."""

from decimal import Decimal
from itertools import product

import pytest

from clausewise.decide.scores import WITHOUT_END, score_interval
from clausewise.vocab.document import Score, ScoreItem
from clausewise.vocab.request import Held, Measured, Sided
from tests.unit.decide.context_builder import facts_table, line

TABLE = facts_table(
    cleft="yes or no", crowding="yes or no", ectopic="yes or no", pain="yes or no, since", overjet="number in mm",
    width="number in mm, each side",
)  # fmt: skip


def item(name, points, per="", **more):
    """A score item for the fact of its own name."""
    return ScoreItem(name, Decimal(points), per, more.pop("fact", name), **more)


def ends(items, facts, rounded=""):
    """The two ends of a score of some items, as text."""
    low, high = score_interval(Score("score", tuple(items), rounded), line(TABLE, facts))
    return f"{low:f}", f"{high:f}"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, ("26", "26")),
        (False, ("0", "0")),
        (None, ("0", "26")),
        (Held(True), ("26", "26")),
        (Held(False), ("0", "0")),
        ("yes", ("0", "26")),
        (Decimal(1), ("0", "26")),
    ],
)
def test_points_of_a_yes(value, expected):
    """A yes counts its points, a no none, and anything else perhaps."""
    assert expected == ends([item("cleft", 26)], {"cleft": value})


def test_no_items_count_nothing():
    """A score without items is zero."""
    assert ("0", "0") == ends([], {})


def test_points_below_zero_leave_the_total_at_zero():
    """Points may be taken off, but never below zero in all; an unknown one may or may not take them off."""
    items = [item("cleft", 3), item("crowding", -5)]
    assert ("0", "0") == ends(items, {"cleft": True, "crowding": True})
    assert ("0", "3") == ends(items, {"cleft": True})


@pytest.mark.parametrize(
    ("overjet", "rounded", "expected"),
    [
        (Decimal("5.5"), "mm rounded to the nearest", "4"),
        (Decimal("5.49"), "mm rounded to the nearest", "3"),
        (Decimal("4.5"), "mm rounded to the nearest", "3"),
        (Decimal("5.9"), "mm rounded down", "3"),
        (Decimal("5.1"), "mm rounded up", "4"),
        (Decimal("5.1"), "cm rounded up", "3.1"),
        (Decimal("5.1"), "", "3.1"),
        (Measured(Decimal("0.51"), "cm"), "mm rounded up", "4"),
        (Decimal("1.9"), "", "0"),
        (Decimal(-4), "", "0"),
        (7, "", "5"),
    ],
)
def test_measured_points(overjet, rounded, expected):
    """A measurement counts by the unit, rounded as the score says, less its threshold and never below zero."""
    overjets = [item("overjet", 1, "mm", less=Decimal(2))]
    assert (expected, expected) == ends(overjets, {"overjet": overjet}, rounded)


def test_rounding_nobody_understands_leaves_both_whole_numbers():
    """A measurement between two whole numbers counts as either where the rounding is not understood."""
    assert ("5", "6") == ends([item("overjet", 1, "mm")], {"overjet": Decimal("5.2")}, "mm rounded somehow")


@pytest.mark.parametrize("value", [None, True, "far", Decimal("NaN"), Decimal("Infinity"), Measured(Decimal(3), "g"), Sided()])
def test_unknown_measurement_has_no_end(value):
    """An unknown or odd measurement counts anything from zero, up to its most where it has one."""
    assert ("0", f"{WITHOUT_END:f}") == ends([item("overjet", 1, "mm")], {"overjet": value})
    assert ("0", "12") == ends([item("overjet", 4, "mm", most=Decimal(12))], {"overjet": value})
    assert ("0", "0") == ends([item("overjet", 0, "mm")], {"overjet": value})


@pytest.mark.parametrize("named_by", ["both", "first", "second"])
def test_of_two_that_exclude_each_other_the_higher_counts(named_by):
    """Only the higher of two items counts, known or not, whichever of them names the other."""
    items = [
        item("crowding", 5, not_with="ectopic" if named_by != "second" else ""),
        item("ectopic", 3, not_with="crowding" if named_by != "first" else ""),
    ]
    assert ("5", "5") == ends(items, {"crowding": True, "ectopic": True})
    assert ("3", "5") == ends(items, {"ectopic": True})
    assert ("0", "3") == ends(items, {"crowding": False})
    assert ("5", "5") == ends(items, {"crowding": True})


def test_ends_are_reached_and_never_left():
    """Over all answers to what is unknown, the total lies between the ends and takes both."""
    items = [item("cleft", 7), item("crowding", 5, not_with="ectopic"), item("ectopic", 3, not_with="crowding"), item("pain", -4)]
    names = ["cleft", "crowding", "ectopic", "pain"]
    for given in product([True, False, None], repeat=4):
        known = dict(zip(names, given, strict=True))
        full = [dict(zip(names, told, strict=True)) for told in product([True, False], repeat=4)]
        totals = [int(ends(items, told)[0]) for told in full if all(known[n] in (None, told[n]) for n in names)]
        assert (str(min(totals)), str(max(totals))) == ends(items, known)

"""Units: which there are, how they are spelled, and what converts into what."""

from decimal import Decimal

import pytest

from clausewise.policy import units


@pytest.mark.parametrize(
    ("number", "unit", "to", "expected"),
    [
        ("4", "cm", "mm", "40"),
        ("25.4", "mm", "in", "1"),
        ("1", "m", "cm", "100"),
        ("500", "mg", "g", "0.5"),
        ("250", "mcg", "mg", "0.25"),
        ("1", "lb", "g", "453.59237"),
        ("16", "oz", "lb", "1"),
        ("2", "l", "cc", "2000"),
        ("3", "cc", "ml", "3"),
        ("2", "sq cm", "mm2", "200"),
        ("1", "m2", "cm2", "10000"),
        ("2", "weeks", "days", "14"),
        ("36", "hours", "days", "1.5"),
        ("2", "years", "months", "24"),
        ("30", "kg/m2", "kg/m2", "30"),
        ("5", "%", "percent", "5"),
        ("26", "", "", "26"),
        ("7", "sessions", "sessions", "7"),
    ],
)
def test_units_of_one_dimension_convert(number, unit, to, expected):
    """A number keeps its meaning in every other unit of its dimension, however the unit is spelled."""
    assert Decimal(expected) == units.convert(Decimal(number), unit, to)


@pytest.mark.parametrize(
    ("unit", "to"),
    [("cm", "g"), ("cm", "cm2"), ("months", "days"), ("degrees", "percent"), ("cm", ""), ("", "cm"), ("x", "cm")],
)
def test_nothing_else_converts(unit, to):
    """Units that measure different things never convert, nor does a bare number."""
    assert units.convert(Decimal(1), unit, to) is None


@pytest.mark.parametrize("unit", units.known_units())
def test_every_unit_converts_into_itself_and_back(unit):
    """Each known unit is known, is its own canonical spelling, and survives the way to each other unit and back."""
    assert units.is_known(unit)
    assert unit == units.canonical(unit)
    there = [(to, units.convert(Decimal(12), unit, to)) for to in units.known_units()]
    back = {units.convert(number, to, unit) for to, number in there if number is not None}
    assert {12} == {round(number, 20) for number in back if number is not None}


@pytest.mark.parametrize(
    ("unit", "expected"),
    [("CM", "cm"), ("centimeters", ""), ("KG", "kg"), ("percnt", "percent"), ("yrs", "years"), ("dgrees", "degrees")],
)
def test_an_unknown_unit_gets_the_nearest_known_one(unit, expected):
    """A misspelt unit is answered with the one it resembles, and nothing is made up where none does."""
    assert not units.is_known(unit)
    assert expected == units.suggestion(unit)


@pytest.mark.parametrize(
    ("unit", "expected"), [("year", "years"), ("weeks", "weeks"), ("hour", "hours"), ("cm", ""), ("fortnight", "")]
)
def test_units_of_calendar_time_have_one_spelling(unit, expected):
    """A unit of calendar time is named in the plural, and no other unit passes for one."""
    assert expected == units.calendar_unit(unit)
    assert bool(expected) == (unit in units.calendar_words())

"""The units a policy may use, and how one is turned into another.

Units of one dimension convert by a fixed factor; nothing else converts.  Factors are exact: an inch is 2.54 cm and a
pound 453.59237 g by definition.  A month has no fixed number of days, so both years and months stand apart from days.
"""

from decimal import Decimal
from types import MappingProxyType

# Unit, then how many of the first unit of its line it is.
_DIMENSIONS = (
    "mm 1, cm 10, m 1000, in 25.4",
    "mg 1, mcg 0.001, g 1000, kg 1000000, oz 28349.523125, lb 453592.37",
    "ml 1, cc 1, l 1000",
    "mm2 1, cm2 100, m2 1000000",
    "hours 1, days 24, weeks 168",
    "months 1, years 12",
    "degrees 1",
    "kg/m2 1",
    "percent 1",
    "points 1",
    "mmhg 1",
)

# Other ways to write a unit.
_SPELLINGS = MappingProxyType(
    {"hour": "hours", "day": "days", "week": "weeks", "month": "months", "year": "years"}
    | {"degree": "degrees", "%": "percent", "point": "points", "mmHg": "mmhg"}
    | {"inch": "in", "inches": "in", "gram": "g", "grams": "g", "lbs": "lb", "pounds": "lb", "pound": "lb"}
    | {"mL": "ml", "L": "l", "sq mm": "mm2", "sq cm": "cm2", "sq m": "m2"}
)

_CALENDAR = frozenset({"hours", "days", "weeks", "months", "years"})


def _factors() -> dict[str, tuple[int, Decimal]]:
    """Return for each unit its dimension and its size within it."""
    entries = ((place, entry.split()) for place, line in enumerate(_DIMENSIONS) for entry in line.split(", "))
    return {unit: (place, Decimal(size)) for place, (unit, size) in entries}


_FACTORS = MappingProxyType(_factors())


def canonical(unit: str) -> str:
    """Return the one spelling that stands for a unit however it is written; an unknown unit is returned as it is."""
    return _SPELLINGS.get(unit, unit)


def is_known(unit: str) -> bool:
    """Tell whether the unit is one that policies may use."""
    return canonical(unit) in _FACTORS


def calendar_unit(unit: str) -> str:
    """Return `hours`, `days`, `weeks`, `months` or `years` for a unit of calendar time, else the empty text."""
    return canonical(unit) if canonical(unit) in _CALENDAR else ""


def known_units() -> tuple[str, ...]:
    """Return all units, those of one dimension together."""
    return tuple(_FACTORS)


def calendar_words() -> frozenset[str]:
    """Return every spelling of the units of calendar time."""
    return _CALENDAR | {word for word, unit in _SPELLINGS.items() if unit in _CALENDAR}


def suggestion(unit: str) -> str:
    """Return the known unit that an unknown one most resembles, or the empty text."""
    from difflib import get_close_matches  # only who makes a mistake waits for it

    lowered = unit.lower()
    if is_known(lowered):
        return canonical(lowered)
    near = get_close_matches(lowered, [*_FACTORS, *_SPELLINGS], n=1, cutoff=0.6)
    return canonical(near[0]) if near else ""


def convert(number: Decimal, unit: str, to: str) -> Decimal | None:
    """Return the number in the unit `to`, or None where the two units do not measure the same thing.

    >>> convert(Decimal("2.5"), "cm", "mm")
    Decimal('25')
    """
    if canonical(unit) == canonical(to):
        return number
    source, target = _FACTORS.get(canonical(unit)), _FACTORS.get(canonical(to))
    if source is None or target is None or source[0] != target[0]:
        return None
    return number * source[1] / target[1]

"""Formulas a policy names: body surface and body mass index from height and weight.

Each answer is rounded half-even to four places, from arithmetic with 34, so that every machine gives the same one.

    DuBois     0.007184 * W^0.425  * H^0.725     W in kg, H in cm, m2
    Mosteller  sqrt(H * W / 3600)                W in kg, H in cm, m2
    Haycock    0.024265 * W^0.5378 * H^0.3964    W in kg, H in cm, m2
    BMI        W / (H / 100)^2                   W in kg, H in cm, kg/m2
"""

from collections.abc import Callable, Mapping
from decimal import Decimal, localcontext
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from clausewise.decide.amounts import ARITHMETIC, Amount, amount_of_fact, converted, exactly
from clausewise.decide.context import LineContext
from clausewise.vocab.criterion import Side

PLACES = Decimal("0.0001")


class Formula(NamedTuple):
    """What a formula computes from height (cm) and weight (kg), and the unit of its answer."""

    compute: Callable[[Decimal, Decimal], Decimal]
    unit: str


def _powers(factor: str, of_weight: str, of_height: str) -> Callable[[Decimal, Decimal], Decimal]:
    return lambda cm, kg: Decimal(factor) * kg ** Decimal(of_weight) * cm ** Decimal(of_height)


FORMULAS: Mapping[str, Formula] = MappingProxyType(
    {
        "DuBois": Formula(_powers("0.007184", "0.425", "0.725"), "m2"),
        "Mosteller": Formula(lambda cm, kg: (cm * kg / 3600).sqrt(), "m2"),
        "Haycock": Formula(_powers("0.024265", "0.5378", "0.3964"), "m2"),
        "BMI": Formula(lambda cm, kg: kg / (cm / 100) ** 2, "kg/m2"),
    }
)


def amount_by_formula(name: str, context: LineContext) -> Amount | None:
    """Return what the named formula gives for the patient's `height` and `weight`.

    None where one of them is not known or not above zero, or where no formula has the name.
    """
    formula = FORMULAS.get(name)
    height, weight = _positive("height", "cm", context), _positive("weight", "kg", context)
    if formula is None or height is None or weight is None:
        return None
    return exactly(_computed(name, height, weight), formula.unit)


@lru_cache(maxsize=1024)
def _computed(name: str, cm: Decimal, kg: Decimal) -> Decimal:
    """Return what a formula gives; kept, since a power of 34 places takes longer than all else about a comparison."""
    with localcontext(ARITHMETIC):
        return FORMULAS[name].compute(cm, kg).quantize(PLACES)


def _positive(fact: str, unit: str, context: LineContext) -> Decimal | None:
    given = amount_of_fact(fact, Side.LEFT, context)
    amount = None if given is None else converted(given, unit)
    return None if amount is None or amount.low <= 0 or amount.low != amount.high else amount.low

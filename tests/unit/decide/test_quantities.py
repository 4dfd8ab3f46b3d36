"""Comparisons: formulas checked by hand, sides joined, and numbers nobody can compare."""

from datetime import date
from decimal import Decimal
from itertools import combinations_with_replacement, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.decide.amounts import Amount, compared
from clausewise.decide.formulas import FORMULAS, amount_by_formula
from clausewise.decide.quantities import truth_of_comparison
from clausewise.policy.expression import read_test
from clausewise.vocab.criterion import Age, Compare, Difference, FactNumber, Literal, ScoreTotal, Side, TableValue
from clausewise.vocab.request import Course, DatedEvent, Held, Measured, Sided
from clausewise.vocab.truth import Truth
from tests.unit.decide.context_builder import facts_table, line

TABLE = facts_table(
    height="number in cm", body_weight="number", weight="number in kg", area="number in m2", limit="number in g",
    resected="number in g, each side", volume="number in ml, each side", scar="yes or no", cause="trauma, illness",
    grade="grade I < II < III", age="number in years",
)  # fmt: skip
TABLE += "## Table grams (area in m2, linear between rows, nothing outside)\n| area | g |\n|---|---|\n| 1 | 0 |\n| 3 | 2000 |\n"
RELATIONS = ("<", "<=", "=", ">=", ">")


def truth(test: str, facts=None, **frame) -> Truth:
    """The truth of a comparison written in the language."""
    criterion, problems = read_test(test, 1, 1)
    assert isinstance(criterion, Compare) and not problems, problems
    return truth_of_comparison(criterion, line(TABLE, facts, **frame))


def numbers(**given: str | None) -> dict[str, Decimal | None]:
    """Facts with numbers as answers."""
    return {name: None if number is None else Decimal(number) for name, number in given.items()}


# ---- formulas


@pytest.mark.parametrize(
    ("formula", "height", "weight", "expected"),
    [
        ("Mosteller", "180", "80", "2"),  # sqrt(14400 / 3600)
        ("Mosteller", "160", "90", "2"),
        ("BMI", "200", "100", "25"),
        ("BMI", "100", "20.00005", "20.0000"),  # a half goes to the even digit
        ("BMI", "100", "20.00015", "20.0002"),
        ("DuBois", "1", "1", "0.0072"),
        ("Haycock", "1", "1", "0.0243"),
        ("DuBois", "170", "70", "1.8097"),
        ("Haycock", "170", "70", "1.8257"),
    ],
)
def test_formulas(formula, height, weight, expected):
    """Each formula gives what a hand calculation gives, to four places."""
    amount = amount_by_formula(formula, line(TABLE, numbers(height=height, weight=weight)))
    unit = FORMULAS[formula].unit
    assert Amount(Decimal(expected), Decimal(expected), unit) == amount


@pytest.mark.parametrize("formula", FORMULAS)
def test_formulas_agree_with_binary_arithmetic(formula):
    """Decimal powers and roots agree with those of binary arithmetic on people of every size."""
    floats = {
        "DuBois": lambda cm, kg: 0.007184 * kg**0.425 * cm**0.725,
        "Mosteller": lambda cm, kg: (cm * kg / 3600) ** 0.5,
        "Haycock": lambda cm, kg: 0.024265 * kg**0.5378 * cm**0.3964,
        "BMI": lambda cm, kg: kg / (cm / 100) ** 2,
    }
    for cm, kg in product(range(45, 211, 15), range(3, 200, 14)):
        amount = amount_by_formula(formula, line(TABLE, {"height": cm, "weight": kg}))
        assert amount is not None
        assert abs(float(amount.low) - floats[formula](cm, kg)) <= 0.0000501


def test_formula_takes_other_units():
    """Height in inches and weight in pounds are converted first."""
    facts = {"height": Measured(Decimal("1.8"), "m"), "weight": Measured(Decimal(80000), "g")}
    assert Amount(Decimal(2), Decimal(2), "m2") == amount_by_formula("Mosteller", line(TABLE, facts))


@pytest.mark.parametrize(
    ("height", "weight", "formula"),
    [("0", "80", "BMI"), ("-1", "80", "BMI"), ("180", "0", "DuBois"), (None, "80", "BMI"), ("180", None, "Haycock"),
     ("180", "80", "Boyd"), ("NaN", "80", "Mosteller"), ("180", "1E+999999", "BMI")],
)  # fmt: skip
def test_formula_of_nothing_is_nothing(height, weight, formula):
    """Without both numbers, above zero and finite, and a formula of that name, nothing is computed."""
    assert amount_by_formula(formula, line(TABLE, numbers(height=height, weight=weight))) is None


def test_given_surface_wins_over_the_formula():
    """A body surface that is given is used, one given as unknown is unknown, and only an absent one is computed."""
    test, size = "limit >= grams(area by Mosteller)", numbers(height="180", weight="80", limit="1000")
    assert Truth.TRUE is truth(test, size)  # 2 m2 lies half way: 1000 g
    assert Truth.FALSE is truth(test, size | numbers(limit="999.99"))
    assert Truth.FALSE is truth(test, size | numbers(area="2.001"))
    assert Truth.TRUE is truth(test, size | numbers(area="1.999"))
    assert Truth.UNKNOWN is truth(test, size | numbers(area=None))
    assert Truth.UNKNOWN is truth(test, numbers(height="180", limit="1000"))


# ---- ages that the language does not write, but a tree may hold


@pytest.mark.parametrize(
    ("months", "facts", "born", "expected"),
    [
        (6, {}, date(2025, 9, 16), Truth.TRUE),
        (6, {}, date(2025, 9, 17), Truth.FALSE),
        (6, {"age": 1}, None, Truth.TRUE),
        (6, {"age": 0}, None, Truth.UNKNOWN),
        (18, {"age": 0}, None, Truth.FALSE),
        (18, {"age": 1}, None, Truth.UNKNOWN),
        (6, {}, None, Truth.UNKNOWN),
        (6, {"age": None}, date(2020, 1, 1), Truth.UNKNOWN),
    ],
)
def test_age_in_months(months, facts, born, expected):
    """Months of age need the date of birth, unless the completed years leave no doubt."""
    test = Compare(Age(), ">=", Literal(Decimal(months), "months"))
    assert expected is truth_of_comparison(test, line(TABLE, facts, birth_date=born))


# ---- sides


@pytest.mark.parametrize(
    ("left_side", "right_side", "expected"),
    [
        (Side.EACH, Side.EACH, Truth.FALSE),  # 600 >= 500 and 400 >= 450
        (Side.EITHER, Side.EITHER, Truth.TRUE),
        (Side.LEFT, Side.RIGHT, Truth.TRUE),  # 600 >= 450
        (Side.RIGHT, Side.TREATED, Truth.FALSE),  # 400 >= 450
        (Side.TREATED, Side.LEFT, Truth.TRUE),
        (Side.TOGETHER, Side.TREATED, Truth.TRUE),  # 1000 >= 950
        (Side.EITHER, Side.LARGER, Truth.TRUE),  # 600 >= 500
        (Side.EACH, Side.LARGER, Truth.FALSE),
        (Side.LARGER, Side.EACH, Truth.TRUE),  # 600 >= 500 and 600 >= 450
    ],
)
def test_two_sided_numbers(left_side, right_side, expected):
    """Two numbers of the same side meet on it, one without a side follows the other, and two different sides stay apart."""
    facts = {"resected": Sided(Decimal(600), Decimal(400)), "volume": Sided(Decimal(500), Decimal(450))}
    table = TABLE.replace("number in ml", "number in g")
    test = Compare(FactNumber("resected", left_side), ">=", FactNumber("volume", right_side))
    assert expected is truth_of_comparison(test, line(table, facts))


def test_number_without_side_for_a_fact_of_each_side():
    """A plain number holds for either side; for both together nobody said whether it is one side or the sum."""
    facts = numbers(resected="500")
    assert Truth.TRUE is truth("resected on each side >= 500 g", facts)
    assert Truth.TRUE is truth("resected on the sides together >= 500 g", facts)
    assert Truth.UNKNOWN is truth("resected on the sides together >= 1000 g", facts)
    assert Truth.FALSE is truth("resected on the sides together > 1000 g", facts)
    assert Truth.UNKNOWN is truth("resected on the larger side >= 500 g", facts)


def test_larger_of_a_difference():
    """The larger side of a difference is that on which the difference is larger."""
    facts = {"resected": Sided(Decimal(600), Decimal(500)), "limit": Sided(Decimal(300), Decimal(100))}
    larger = Difference("resected", "limit", Side.LARGER)
    for grams, expected in ((400, Truth.TRUE), (401, Truth.FALSE)):
        assert expected is truth_of_comparison(Compare(larger, ">=", Literal(Decimal(grams), "g")), line(TABLE, facts))


# ---- intervals


@pytest.mark.parametrize("relation", RELATIONS)
def test_intervals_decide_what_all_their_numbers_agree_on(relation):
    """Two intervals compare as true or false just when every pair of whole numbers in them does."""
    holds = {"<": int.__lt__, "<=": int.__le__, "=": int.__eq__, ">=": int.__ge__, ">": int.__gt__}[relation]
    intervals = list(combinations_with_replacement(range(5), 2))
    for left, right in product(intervals, intervals):
        found = {holds(a, b) for a in range(left[0], left[1] + 1) for b in range(right[0], right[1] + 1)}
        expected = Truth.UNKNOWN if len(found) > 1 else Truth.TRUE if True in found else Truth.FALSE
        first, second = (Amount(Decimal(low), Decimal(high), "cm") for low, high in (left, right))
        assert expected is compared(first, relation, second), (left, right)


def test_relation_nobody_knows_is_unknown():
    """A relation that is none of the five decides nothing."""
    one = Amount(Decimal(1), Decimal(1))
    assert Truth.UNKNOWN is compared(one, "~", one)


# ---- odd answers

ODD = [None, True, "many", "", date(2026, 1, 1), Held(True), ("trauma",), (DatedEvent(None),), (Course(None),), Sided(),
       Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity"), Measured(Decimal(5), "cm"),
       Measured(Decimal("NaN"), "g")]  # fmt: skip
QUANTITIES = [FactNumber("limit", side) for side in Side] + [
    FactNumber("limit", Side.LARGER, "limit"),
    Difference("limit", "limit"),
    Difference("limit", "volume", Side.EACH),
    TableValue("grams", (("limit", ""),)),
    TableValue("grams", (("limit", "DuBois"),)),
    TableValue("grams", ()),
    TableValue("nowhere", (("limit", ""),)),
    ScoreTotal("nowhere"),
]


@pytest.mark.parametrize("quantity", QUANTITIES, ids=repr)
@pytest.mark.parametrize("value", ODD, ids=repr)
def test_odd_answers_are_unknown(quantity, value):
    """What is no number in the unit of its fact decides no comparison and raises nothing."""
    context = line(TABLE, {"limit": value})
    for relation in RELATIONS:
        assert Truth.UNKNOWN is truth_of_comparison(Compare(quantity, relation, Literal(Decimal(3), "g")), context)


@pytest.mark.parametrize("fact", ["scar", "cause", "grade"])
def test_number_for_a_fact_of_another_kind_is_unknown(fact):
    """A number answers no yes-or-no question, no choice and no grade."""
    assert Truth.UNKNOWN is truth_of_comparison(Compare(FactNumber(fact), ">", Literal(Decimal(0))), line(TABLE, {fact: 5}))


def test_huge_numbers_are_compared():
    """Numbers beyond every measure are compared, not choked on."""
    assert Truth.TRUE is truth("limit > 3 g", numbers(limit="1E+100"))
    assert Truth.FALSE is truth("limit > 3 kg", numbers(limit="-1E+100"))


@given(
    st.tuples(*[st.sampled_from([None, 400, 600])] * 2),
    st.tuples(*[st.integers(300, 700)] * 2),
    st.sampled_from(list(Side)),
    st.sampled_from([(), ("LT",), ("RT",), ("50",)]),
)
def test_learning_a_number_never_changes_what_is_known(told, learnt, side, modifiers):
    """A truth known while a side is not stays the same, whatever its number turns out to be."""
    test = Compare(FactNumber("resected", side), ">=", Literal(Decimal(500), "g"))

    def on(left: int | None, right: int | None) -> Truth:
        sided = Sided(None if left is None else Decimal(left), None if right is None else Decimal(right))
        return truth_of_comparison(test, line(TABLE, {"resected": sided}, modifiers=modifiers))

    later = [new if old is None else old for old, new in zip(told, learnt, strict=True)]
    assert on(*told) in (Truth.UNKNOWN, on(*later))

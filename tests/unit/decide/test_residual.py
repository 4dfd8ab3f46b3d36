"""What is left of a policy for a line: its unknown facts by classes of answers, and what an answer leaves."""

from datetime import date
from decimal import Decimal

import pytest

from clausewise.decide.determine import ASK
from clausewise.decide.diagram import FIRST_OUTCOME
from clausewise.decide.findings import Findings, climbed, find
from clausewise.decide.residual import Line, Residual
from clausewise.vocab.request import FactValue, Held, Measured, Sided
from tests.unit.decide.spaces import bundled, context_of
from tests.unit.decide.test_space import CODING_FACTS


def findings(name: str, code: str, **facts: FactValue) -> Findings:
    """A line of which some facts are known."""
    return find(context_of(bundled(name), facts, {"code": code, "documents": None}), dict.fromkeys(CODING_FACTS, False))


def residual(name: str, code: str, **facts: FactValue) -> Residual:
    """What is left for it, in the order of the tables of facts."""
    found = findings(name, code, **facts)
    return Residual(Line(found.context, found.truths), order=found.context.policy.facts)


def variable(found: Residual, fact: str) -> int:
    """The variable of a fact that has one to itself."""
    return next(number for number, unknown in enumerate(found.unknowns) if unknown.facts == (fact,) and unknown.answers)


def test_variables_stand_in_the_order_asked_for():
    """The facts of the policy come in the order of its tables, those of single tests behind them."""
    found = residual("AR.CP.MP.31", "11402")
    names = [unknown.facts[0] for unknown in found.unknowns]
    order = list(bundled("AR.CP.MP.31").facts)
    assert sorted(names, key=order.index) == names


@pytest.mark.parametrize(
    ("fact", "alike", "other"),
    [
        ("lid_margin", [Sided(Decimal(2), Decimal(3)), Sided(Decimal("0.5"), Decimal(9))], Sided(Decimal(3), Decimal(1))),
        ("droop_grade", ["II", "IV"], "I"),
    ],
)
def test_any_answer_finds_its_class(fact, alike, other):
    """Also an answer that stands for none of the classes: a number between, a unit that has to be converted."""
    found = residual("EXAMPLE.VF", "67904", plan="example_vision_plan")
    number = variable(found, fact)
    classes = {found.class_of(number, answer) for answer in alike}
    assert 1 == len(classes) and None not in classes
    assert found.class_of(number, other) not in classes


def test_an_answer_with_its_unit_has_the_class_of_the_same_amount():
    """19 years are 19, and 18 are less: the contract's words end there."""
    found = residual("CLINIC.CR", "21235")
    number = variable(found, "age")
    assert found.class_of(number, Decimal(19)) == found.class_of(number, Measured(Decimal(19), "years"))
    assert found.class_of(number, Decimal(19)) != found.class_of(number, Decimal(18))


def test_days_have_classes_too():
    """A complaint since two years, since today, and none at all are told apart."""
    found = residual("EXAMPLE.RM", "19318", plan="example_plan")
    number = variable(found, "neck_pain")
    answers = (Held(True, date(2024, 3, 16)), Held(True, date(2026, 3, 16)), False)
    assert 3 == len({found.class_of(number, answer) for answer in answers})


@pytest.mark.parametrize("structure", ["abnormal", "normal", "disputed"])
def test_what_an_answer_leaves_is_the_diagram_of_the_line_that_says_it(structure):
    """To restrict by the class of an answer and to begin with the answer leave the same facts and outcomes."""
    found = residual("AR.CP.MP.31", "15830")
    steps = bundled("AR.CP.MP.31").steps
    root, outcomes = found.ladder(steps, ASK)
    number = variable(found, "structure")
    chosen = found.class_of(number, structure)
    assert chosen is not None
    left = found.diagrams.restrict(root, number, chosen)
    fresh = residual("AR.CP.MP.31", "15830", structure=structure)
    expected, names = fresh.ladder(steps, ASK)
    assert fresh.facts_below(expected) == found.facts_below(left)
    ends = {names[end - FIRST_OUTCOME] for end in fresh.diagrams.terminals(expected)}
    assert ends == {outcomes[end - FIRST_OUTCOME] for end in found.diagrams.terminals(left)}


def test_with_everything_answered_the_diagram_is_the_climb():
    """Down the classes of all answers the diagram ends where the ladder does."""
    answers: dict[str, FactValue] = {
        "structure": "abnormal", "aim": "function", "cause": "trauma", "functional_impairment": True,
        "conservative_therapy": "failed", "conservative_not_standard": False, "conservative_contraindicated": False,
        "records_provided": True, "photos_provided": True,
    }  # fmt: skip
    frame: dict[str, FactValue] = {
        "plan": "qualchoice", "line_of_business": "commercial", "state": "AR", "state_of_issue": "AR", "funding": "insured"
    }  # fmt: skip
    found = residual("AR.CP.MP.31", "21235", **frame)
    node, outcomes = found.ladder(bundled("AR.CP.MP.31").steps, ASK)
    while (row := found.diagrams.parts(node)) is not None:
        (fact,) = found.unknowns[row[0]].facts
        chosen = found.class_of(row[0], answers[fact])
        assert chosen is not None
        node = row[1][chosen]
    full = findings("AR.CP.MP.31", "21235", **frame, **answers)
    assert climbed(full, bundled("AR.CP.MP.31").steps, ASK).outcome == outcomes[node - FIRST_OUTCOME]


def test_what_is_given_is_no_variable():
    """A known fact is not asked about."""
    assert ("structure",) not in [one.facts for one in residual("AR.CP.MP.31", "21235", structure="abnormal").unknowns]

"""What an answer in a case file means, for each kind of answer."""

from datetime import date
from decimal import Decimal

import pytest

from clausewise.policy.case_tree import Fields, Node, parse
from clausewise.policy.fact_values import read_value, read_values
from clausewise.vocab.problem import Problem
from clausewise.vocab.request import Course, DatedEvent, FactValue, Held, Measured, Sided
from tests.unit.payer.declared import FACTS


def node(text: str) -> Node:
    """Return the tree of an answer as it stands after the name of its fact."""
    root = parse(f"{{fact: {text}}}")
    assert isinstance(root, Fields)
    return root.entries[0][1]


def answer(fact: str, text: str) -> FactValue | Problem:
    """Return the typed answer to a fact declared in the tests."""
    return read_value(node(text), FACTS[fact])


@pytest.mark.parametrize("fact", sorted(FACTS))
def test_unknown_is_an_answer_to_every_fact(fact):
    """`unknown`, in any letters, is None whatever the fact asks."""
    assert [None, None] == [answer(fact, "unknown"), answer(fact, "Unknown")]


@pytest.mark.parametrize(
    ("fact", "text", "expected"),
    [
        ("scar", "yes", True),
        ("scar", "True", True),
        ("scar", "'no'", False),
        ("scar", "false", False),
        ("pain", "yes", Held(True)),
        ("pain", "false", Held(False)),
        ("pain", "{holds: yes, since: 2025-01-01}", Held(True, date(2025, 1, 1))),
        ("pain", "{holds: yes, since: unknown}", Held(True)),
        ("pain", "{holds: unknown, since: 2025-01-01}", None),
        ("aim", "both", "both"),
        ("scope", "true", "yes"),
        ("scope", "partly", "partly"),
        ("causes", "trauma", ("trauma",)),
        ("causes", "[illness, tumor]", ("illness", "tumor")),
        ("causes", "none", ()),
        ("causes", "[]", ()),
        ("grade", "II", "II"),
        ("age", "0", Decimal(0)),
        ("age", "18 years", Measured(Decimal(18), "years")),
        ("weight", "450", Decimal(450)),
        ("weight", "450 g", Measured(Decimal(450), "g")),
        ("weight", "0.45kg", Measured(Decimal("0.45"), "kg")),
        ("breast_weight", "{left: 500, right: unknown}", Sided(Decimal(500), None)),
        ("breast_weight", "{right: 0.5 kg}", Sided(None, Decimal(500))),
        ("onset", "2024-02-29", date(2024, 2, 29)),
        ("infections", "2025-01-01", (DatedEvent(date(2025, 1, 1)),)),
        ("infections", "[2025-01-01, {on: unknown}]", (DatedEvent(date(2025, 1, 1)), DatedEvent(None))),
        ("infections", "none", ()),
        ("infections", "[]", ()),
        ("therapy", "never", ()),
        ("therapy", "{from: unknown, result: unknown}", (Course(None),)),
        (
            "therapy",
            "[{from: 2025-01-01, to: 2025-02-01, result: failed}, {from: 2025-03-01}]",
            (Course(date(2025, 1, 1), date(2025, 2, 1), "failed"), Course(date(2025, 3, 1))),
        ),
        ("description", "an unlisted service", "an unlisted service"),
    ],
)
def test_an_answer_is_typed_by_its_declaration(fact, text, expected):
    """Each way to write an answer gives the value that its fact asks for."""
    assert (type(expected), expected) == (type(found := answer(fact, text)), found)


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("scar", "1"),
        ("scar", "on"),
        ("aim", "yes"),
        ("weight", "'1,200'"),
        ("weight", "nan"),
        ("weight", "½"),
        ("weight", "4 stones"),
        ("weight", "٤"),
        ("age", "18 kg"),
        ("onset", "20240229"),
        ("onset", "2025-02-29"),
        ("onset", "2025-W01-1"),
        ("onset", "2024-02-29T00:00:00"),
        ("infections", "{on: 2025-01-01, at: noon}"),
        ("therapy", "{to: 2025-01-32}"),
        ("description", "''"),
        ("description", "null"),
        ("description", "no"),
        ("description", "None"),
        ("description", "n/a"),
    ],
)
def test_an_answer_that_does_not_fit_is_never_guessed(fact, text):
    """What does not fit the declaration is a problem that names the fact and says what to do."""
    found = answer(fact, text)
    assert isinstance(found, Problem)
    assert f"`{fact}`" in found.message and found.help


def test_one_bad_fact_does_not_hide_the_others():
    """Facts that can be read are returned beside the problems of those that cannot."""
    root = node("{scar: yes, aim: perhaps, scra: no, weight: 3 g}")
    assert isinstance(root, Fields)
    values, problems = read_values(root.entries, FACTS)
    assert {"scar": True, "weight": Measured(Decimal(3), "g")} == values
    assert ["CW602", "CW601"] == [problem.code for problem in problems]

"""Climbing a ladder: who decides, who waits."""

import pytest

from clausewise.compiler.compiled import CompiledStep
from clausewise.decide.ladder import Outcome, climb, marks
from clausewise.vocab.truth import Truth

F, U, T = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE
ASK = Outcome("ask")
STEPS = (
    CompiledStep("S1", "first", 0, "refer", target="X"),
    CompiledStep("S2", "second", 0, "approve"),
    CompiledStep("S3", "third", 0, "approve"),
    CompiledStep("S4", "fourth", 0, "propose cosmetic"),
)


@pytest.mark.parametrize(
    ("truths", "outcome", "step", "waits"),
    [
        ((T, T, T, T), Outcome("refer", "", "X"), 0, False),
        ((F, T, F, T), Outcome("approve"), 1, False),
        ((F, U, T, T), Outcome("approve"), 2, False),  # unknown, but what follows says the same
        ((F, U, F, T), ASK, 1, True),  # unknown, and what follows says otherwise
        ((U, T, F, T), ASK, 0, True),
        ((F, F, U, T), ASK, 2, True),
        ((F, F, F, T), Outcome("propose cosmetic"), 3, False),
        ((F, U, U, F), ASK, 1, True),  # no step below decides
        ((F, F, F, F), ASK, 3, True),
    ],
)
def test_the_first_true_step_decides_and_an_unknown_one_waits_where_it_matters(
    truths: tuple[Truth, ...], outcome: Outcome, step: int, waits: bool
) -> None:
    """A step that is unknown waits only if its conclusion differs from what the steps below it give."""
    found = climb(STEPS, truths, ASK)
    assert (outcome, step, waits) == (found.outcome, found.step, found.waits)


def test_an_unknown_step_can_have_a_conclusion_of_its_own() -> None:
    """A notice holds, with its own reason, where a plan's ladder would ask."""
    team = CompiledStep("P1", "team", 0, "allowed", "care_team", "", "held", "team_unknown")
    steps = (team, CompiledStep("P2", "else", 0, "denied"))
    assert Outcome("held", "team_unknown") == climb(steps, (U, T), ASK).outcome


def test_every_step_leaves_a_mark() -> None:
    """Each step was looked at; one of them decided."""
    left = marks(STEPS, (F, T, F, T), 1)
    assert [("S1", F, False), ("S2", T, True), ("S3", F, False), ("S4", T, False)] == [
        (mark.clause, mark.truth, mark.decided) for mark in left
    ]

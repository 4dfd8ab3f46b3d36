"""The dual-rail program: operations, simplification, and the two integers."""

from itertools import product

import pytest

from clausewise.compiler.program import Builder, Operation, evaluate, operate, truth_of
from clausewise.vocab.criterion import Is
from clausewise.vocab.truth import Truth

A, B, C = (Is(name, ("yes",)) for name in "abc")
TRUTHS = (Truth.FALSE, Truth.UNKNOWN, Truth.TRUE)


def rails(*truths: Truth) -> tuple[int, int]:
    """Return truths of atoms as the two integers of a case."""
    held = sum(1 << bit for bit, truth in enumerate(truths) if truth is Truth.TRUE)
    failed = sum(1 << bit for bit, truth in enumerate(truths) if truth is Truth.FALSE)
    return held, failed


@pytest.mark.parametrize("truths", list(product(TRUTHS, repeat=3)))
def test_groups_follow_their_tables(truths: tuple[Truth, Truth, Truth]) -> None:
    """All is min, any is max, at least two is the second largest, a negation two less the truth."""
    builder = Builder()
    refs = [builder.atom(test) for test in (A, B, C)]
    program, roots = builder.finish([builder.every(refs), builder.some(refs), builder.at_least(2, refs), ~builder.every(refs)])
    found = evaluate(program, *rails(*truths))
    expected = [min(truths), max(truths), sorted(truths)[1], Truth(2 - min(truths))]
    assert expected == [truth_of(root, found) for root in roots]


@pytest.mark.parametrize("truth", TRUTHS)
def test_may_and_known_are_always_known(truth: Truth) -> None:
    """What speaks of knowledge is true or false itself."""
    assert operate(Operation("may", (0,)), [truth]) is (Truth.FALSE if truth is Truth.FALSE else Truth.TRUE)
    assert operate(Operation("known", (0,)), [truth]) is (Truth.FALSE if truth is Truth.UNKNOWN else Truth.TRUE)


def test_equal_conditions_share_a_register() -> None:
    """The same condition written twice is lowered once, whatever brackets stand around it."""
    builder = Builder()
    a, b, c = (builder.atom(test) for test in (A, B, C))
    assert builder.every([a, builder.every([b, c])]) == builder.every([builder.every([a, b]), c])
    assert builder.atom(Is("a", ("yes",))) == a


def test_constants_are_settled() -> None:
    """A constant disappears from a group or decides it; a negated constant too."""
    builder = Builder()
    a, true, false = builder.atom(A), builder.every(()), builder.some(())
    assert a == builder.every([a, true]) == builder.some([a, false]) == builder.every([a, ~false])
    assert false == builder.every([a, false]) == builder.every([a, ~true])
    assert true == builder.some([a, true])


def test_a_fact_and_its_negation_stay_unknown_together() -> None:
    """Kleene logic does not know the excluded middle: "a or not a" of an unknown fact is unknown."""
    builder = Builder()
    a = builder.atom(A)
    program, (root,) = builder.finish([builder.some([a, ~a])])
    assert Truth.UNKNOWN is truth_of(root, evaluate(program, 0, 0))


def test_a_cited_item_keeps_its_own_register() -> None:
    """Two clauses of one condition are cited apart, and cost nothing more in truth."""
    builder = Builder()
    a = builder.atom(A)
    first, second = builder.cite(0, a), builder.cite(1, a)
    assert first != second
    program, roots = builder.finish([first, second])
    assert [Truth.TRUE, Truth.TRUE] == [truth_of(root, evaluate(program, 1, 0)) for root in roots]


def test_at_least_more_than_there_are_is_never_met() -> None:
    """Three of two can never hold, none of two always does."""
    builder = Builder()
    a, b = builder.atom(A), builder.atom(B)
    assert builder.some(()) == builder.at_least(3, [a, b])
    assert builder.every(()) == builder.at_least(0, [a, b])


def test_supports_names_everything_below() -> None:
    """The registers a root rests on are its own and those of its parts."""
    builder = Builder()
    a, b, c = (builder.atom(test) for test in (A, B, C))
    program, (root, _) = builder.finish([builder.every([a, ~b]), builder.some([a, c])])
    assert (0, 1, root) == program.supports([root])

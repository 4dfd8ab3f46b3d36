"""Decision diagrams: what matters, and the cheapest way to settle it."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.decide.diagram import FALSE, FIRST_OUTCOME, TRUE, Diagrams, TooLarge

YES = (False, True)
APPROVE, REVIEW, WAIT = (FIRST_OUTCOME + number for number in range(3))


def test_a_variable_that_does_not_matter_is_left_out() -> None:
    """"a or not a" is true, and says so without asking for a."""
    diagrams = Diagrams([2])
    a = diagrams.variable(0, YES)
    assert TRUE == diagrams.some([a, diagrams.choose(a, FALSE, TRUE)])
    assert set() == diagrams.support(TRUE)


def test_the_support_names_what_matters() -> None:
    """"a and (b or c)" rests on all three; with b true c no longer matters."""
    diagrams = Diagrams([2, 2, 2])
    a, b, c = (diagrams.variable(number, YES) for number in range(3))
    assert {0, 1, 2} == diagrams.support(diagrams.every([a, diagrams.some([b, c])]))
    assert {0} == diagrams.support(diagrams.every([a, diagrams.some([TRUE, c])]))


@pytest.mark.parametrize("count", range(5))
def test_at_least_counts(count: int) -> None:
    """"At least k of three" holds for exactly the answers with k or more yes."""
    for answers in product((False, True), repeat=3):
        diagrams = Diagrams([])
        assert (TRUE if sum(answers) >= count else FALSE) == diagrams.at_least(count, [TRUE if yes else FALSE for yes in answers])


def test_the_cheapest_set_prefers_fewer_then_cheaper_then_the_name() -> None:
    """One fact settles; of two that do the cheaper is taken, and of equals the first by name."""
    diagrams = Diagrams([2, 2])
    a, b = diagrams.variable(0, YES), diagrams.variable(1, YES)
    root = diagrams.choose(diagrams.some([a, b]), APPROVE, REVIEW)
    assert ("b",) == diagrams.cheapest(root, WAIT, [(("a", 2),), (("b", 1),)])
    assert ("a",) == diagrams.cheapest(root, WAIT, [(("a", 1),), (("b", 1),)])


def test_answers_that_leave_the_line_waiting_settle_nothing() -> None:
    """A set whose answers lead back to waiting is no settling set."""
    diagrams = Diagrams([2])
    root = diagrams.choose(diagrams.variable(0, YES), WAIT, WAIT)
    assert () == diagrams.cheapest(root, WAIT, [(("a", 1),)])


def test_a_diagram_that_outgrows_its_limit_says_so() -> None:
    """The caller is told, and nothing is cut off unseen."""
    diagrams = Diagrams([2] * 8, limit=3)
    with pytest.raises(TooLarge):
        diagrams.every([diagrams.variable(number, YES) for number in range(8)])


@given(
    st.lists(st.sampled_from([APPROVE, REVIEW, WAIT]), min_size=8, max_size=8),
    st.lists(st.integers(1, 3), min_size=3, max_size=3),
)
def test_support_and_cheapest_agree_with_brute_force(table: list[int], costs: list[int]) -> None:
    """For any outcome of three yes-no facts the diagram says what trying all answers says."""
    diagrams = Diagrams([2, 2, 2])
    outcomes = dict(zip(product((0, 1), repeat=3), table, strict=True))

    def build(fixed: tuple[int, ...]) -> int:
        if len(fixed) == 3:
            return outcomes[fixed]
        return diagrams.choose(diagrams.variable(len(fixed), YES), build((*fixed, 1)), build((*fixed, 0)))

    root = build(())
    matters = {v for v in range(3) for key in outcomes if outcomes[key] != outcomes[(*key[:v], 1 - key[v], *key[v + 1 :])]}
    assert matters == diagrams.support(root)
    names = [f"f{number}" for number in range(3)]
    settling = []
    for chosen in product((None, 0, 1), repeat=3):
        left = {result for key, result in outcomes.items() if all(c in (None, k) for c, k in zip(chosen, key, strict=True))}
        if len(left) == 1 and WAIT not in left:
            picked = [number for number in range(3) if chosen[number] is not None]
            settling.append((len(picked), sum(costs[number] for number in picked), tuple(names[number] for number in picked)))
    found = diagrams.cheapest(root, WAIT, [((name, cost),) for name, cost in zip(names, costs, strict=True)])
    assert found == (min(settling)[2] if settling else ())

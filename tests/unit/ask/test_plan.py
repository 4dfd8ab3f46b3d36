"""The plan of an interview: what it promises of any diagram, tried on all answers."""

from collections.abc import Iterator, Sequence
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.ask import plan as planning
from clausewise.ask.plan import Open, Plan, Stand
from clausewise.decide.diagram import FIRST_OUTCOME, Diagrams

CLASSES = (2, 3, 2, 2, 2, 2)
ALL = tuple(product(*(range(count) for count in CLASSES)))
COSTS = st.tuples(*[st.integers(1, 3)] * len(CLASSES))
OUTCOMES = st.lists(st.integers(FIRST_OUTCOME, FIRST_OUTCOME + 2), min_size=8, max_size=8)


@st.composite
def tables(draw: st.DrawFn) -> dict[tuple[int, ...], int]:
    """Draw an outcome for all answers to six questions, made of a few conditions so that some answers make others idle."""
    conditions = [draw(st.lists(st.sampled_from(range(len(CLASSES))), min_size=1, max_size=3, unique=True)) for _ in range(3)]
    wanted = [draw(st.integers(0, 1)) for _ in range(3)]
    outcomes = draw(OUTCOMES)

    def outcome(answers: tuple[int, ...]) -> int:
        held = [all(answers[one] == value for one in condition) for condition, value in zip(conditions, wanted, strict=True)]
        return outcomes[sum(truth << place for place, truth in enumerate(held))]

    return {answers: outcome(answers) for answers in ALL}


def plan_of(table: dict[tuple[int, ...], int], costs: Sequence[int]) -> tuple[Plan, Diagrams, int]:
    """The plan of a table, its diagrams and their root."""
    diagrams = Diagrams(CLASSES)

    def build(fixed: tuple[int, ...]) -> int:
        if len(fixed) == len(CLASSES):
            return table[fixed]
        children = [build((*fixed, answer)) for answer in range(CLASSES[len(fixed)])]
        root = children[0]
        for answer, child in enumerate(children[1:], 1):
            truths = [number == answer for number in range(len(children))]
            root = diagrams.choose(diagrams.variable(len(fixed), truths), child, root)
        return root

    opens = [Open(float(cost), (1 / count,) * count) for cost, count in zip(costs, CLASSES, strict=True)]
    return Plan(diagrams, opens), diagrams, build(())


def walk(plan: Plan, root: int, answers: Sequence[int]) -> Iterator[tuple[Stand, int]]:
    """Follow a plan: each stand with what is asked there, then the end."""
    stand = plan.begin(root)
    while (found := plan.best(stand)) is not None:
        yield stand, found.first
        stand = plan.after(stand, found.first, answers[found.first])
    yield stand, -1


def left(plan: Plan, stand: Stand, variable: int) -> set[int]:
    """The diagrams that are left by the answers to a question."""
    return {plan.after(stand, variable, answer).node for answer in range(CLASSES[variable])}


def form_length(plan: Plan, diagrams: Diagrams, root: int, answers: Sequence[int]) -> int:
    """How many questions are asked where all that can matter is asked in order, until it is settled."""
    node, asked = root, 0
    for variable in sorted(plan.support(root)):
        if diagrams.parts(node) is None:
            break
        node, asked = diagrams.restrict(node, variable, answers[variable]), asked + 1
    return asked


@pytest.mark.slow
@given(table=tables(), costs=COSTS)
def test_a_plan_ends_where_the_full_answers_do_and_is_never_longer_than_the_form(table, costs):
    """For all answers: the same outcome, no question whose answers all leave the same, no more questions than in the form."""
    plan, diagrams, root = plan_of(table, costs)
    for answers in ALL:
        *asked, (end, _) = walk(plan, root, answers)
        assert table[answers] == end.node
        assert all(len(left(plan, stand, variable)) > 1 for stand, variable in asked)
        assert len(asked) <= form_length(plan, diagrams, root, answers)


@pytest.mark.slow
@given(table=tables(), costs=COSTS)
def test_the_bound_never_grows_and_is_kept(table, costs):
    """From every moment on there are at most as many questions as was said there, and each answer lowers that number."""
    plan, _, root = plan_of(table, costs)
    for answers in ALL:
        steps = list(walk(plan, root, answers))
        said = [found.most for stand, _ in steps if (found := plan.best(stand)) is not None]
        assert all(later < earlier for earlier, later in pairwise(said))
        assert all(len(said) - place <= most for place, most in enumerate(said))


@pytest.mark.slow
@given(table=tables(), costs=COSTS)
def test_where_few_questions_are_left_the_usual_number_is_the_mean(table, costs):
    """With all plans tried, "usually" is what all answers come to on average."""
    plan, _, root = plan_of(table, costs)
    found = plan.best(plan.begin(root))
    if found is None or len(plan.support(root)) > planning.FEW:
        return
    lengths = [len(list(walk(plan, root, answers))) - 1 for answers in ALL]
    assert sum(lengths) / len(lengths) == pytest.approx(found.usual)


@pytest.mark.slow
@given(table=tables(), costs=COSTS)
def test_a_page_holds_what_no_interview_does_without(table, costs):
    """A question is certain if and only if the outcome depends on it whatever the other answers are."""
    plan, _, root = plan_of(table, costs)

    def matters(variable: int, answers: tuple[int, ...]) -> bool:
        others = {table[(*answers[:variable], other, *answers[variable + 1 :])] for other in range(CLASSES[variable])}
        return len(others) > 1

    expected = [variable for variable in range(len(CLASSES)) if all(matters(variable, answers) for answers in ALL)]
    assert expected == list(plan.certain(root))


def test_the_declared_fall_back_is_the_form(monkeypatch):
    """With no work allowed the form's next question is asked, and that is told."""
    monkeypatch.setattr(planning, "WORK_MAX", 0)
    table = {answers: FIRST_OUTCOME + (answers[3] if answers[0] else answers[5]) for answers in ALL}
    plan, _, root = plan_of(table, [1] * len(CLASSES))
    found = plan.best(plan.begin(root))
    assert found is not None and 0 == found.first
    assert plan.fell_back


def test_a_question_that_could_make_the_interview_longer_waits():
    """Either no settles it, so the form may end after its first question; the other one, however cheap, comes second."""
    table = {answers: FIRST_OUTCOME + (answers[2] and answers[4]) for answers in ALL}
    for costs in ((1, 1, 3, 1, 1, 1), (1, 1, 1, 1, 3, 1)):
        plan, _, root = plan_of(table, costs)
        found = plan.best(plan.begin(root))
        assert found is not None and 2 == found.first


def test_what_is_likelier_to_settle_it_is_asked_first():
    """Four questions behind one switch: the switch stands last in the policy and is asked first."""
    table = {answers: FIRST_OUTCOME + (1 + sum(answers[:4]) if answers[5] else 0) for answers in ALL}
    plan, _, root = plan_of(table, [1] * len(CLASSES))
    found = plan.best(plan.begin(root))
    assert found is not None and 5 == found.first


def test_what_was_passed_is_not_asked():
    """Questions without an answer yet are left out; the others are asked while they can matter, and counted."""
    table = {answers: FIRST_OUTCOME + (answers[0] and answers[2]) for answers in ALL}
    plan, _, root = plan_of(table, [1] * len(CLASSES))
    found = plan.best(plan.begin(root), frozenset({0}))
    assert found is not None and (2, 1) == (found.first, found.most)
    assert plan.best(plan.begin(root), frozenset({0, 2})) is None

"""What must hold of every interview, whatever the case: its end, its length, and what it never asks."""

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausewise.ask.interview import Interview, interview_about
from clausewise.decide.answers import answers_of
from clausewise.decide.context import line_context
from clausewise.decide.determine import judge
from clausewise.vocab.criterion import Known
from clausewise.vocab.document import FAMILIES_OF_CODE, AnswerKind
from clausewise.vocab.request import FactValue
from tests.properties.strategies import FRAME, codes, compiled, request
from tests.properties.test_decisions import nothing_known

POLICIES = ("AR.CP.MP.31", "CLINIC.CR", "EXAMPLE.RM", "EXAMPLE.VF")
SLOW = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
pytestmark = pytest.mark.slow


@st.composite
def full_cases(draw: st.DrawFn, name: str) -> tuple[str, dict[str, FactValue]]:
    """Draw a code, and an answer of any kind to every fact that the policy's tests read, on each side of every threshold."""
    policy = compiled(name)
    code = draw(codes(policy))
    empty = request(code, {})
    frame = line_context(empty, empty.lines[0], policy)
    named = {test.fact for test in policy.program.atoms if isinstance(test, Known) and test.fact}
    facts: dict[str, FactValue] = {}
    for fact in {name for names in policy.atom_facts for name in names} | named:
        if fact not in policy.facts or fact in FRAME or any(one.value == FAMILIES_OF_CODE for one in policy.facts[fact].defaults):
            continue
        atoms = zip(policy.program.atoms, policy.atom_facts, strict=True)
        tests = [test for test, names in atoms if fact in names]
        facts[fact] = draw(st.sampled_from(answers_of(policy.facts[fact], tests, frame) or (None,)))
    return code, {fact: facts[fact] for fact in policy.facts if fact in facts}


def begun(name: str, code: str, known: Mapping[str, FactValue], full: Mapping[str, FactValue]) -> Interview:
    """An interview that knows some of the answers; of the others it is said that they are unknown."""
    return Interview(request(code, {fact: known.get(fact) for fact in full}), 1, compiled(name), nothing_known)


@pytest.mark.parametrize("name", POLICIES)
@SLOW
@given(data=st.data())
def test_an_interview_ends_as_the_full_case_does(name, data):
    """It comes to the full case's outcome, asks nothing that is known, nothing twice, and nothing without consequence."""
    code, full = data.draw(full_cases(name))
    known = {fact: full[fact] for fact in data.draw(st.sets(st.sampled_from(sorted(full)), max_size=len(full)))}
    interview = begun(name, code, known, full)
    asked: list[str] = []
    while not (asking := interview.next()).is_over:
        fact = asking.questions[0].fact
        assert known.get(fact) is None and fact not in asked
        assert len(asking.possible) > 1 or fact not in interview.course.facts()
        asked.append(fact)
        interview = interview.answered(fact, full[fact])
    case = request(code, full)
    assert judge(case, case.lines[0], interview.policy, nothing_known).outcome == interview.outcome()


@pytest.mark.parametrize("name", POLICIES)
@SLOW
@given(data=st.data())
def test_the_case_that_is_kept_ends_as_its_interview_did(name, data):
    """With nothing but the answers, those not known yet included, the line comes to what the interview came to."""
    code, full = data.draw(full_cases(name))
    passed = data.draw(st.sets(st.sampled_from(sorted(full)), max_size=2))
    interview, answers = interview_about(request(code, {}), 1, compiled(name), nothing_known), dict[str, FactValue]()
    while not (asking := interview.next()).is_over:
        fact = asking.questions[0].fact
        answers[fact] = None if fact in passed else full.get(fact)
        interview = interview.answered(fact, answers[fact])
    kept = request(code, answers)
    assert judge(kept, kept.lines[0], interview.policy, nothing_known).outcome == interview.outcome()


@pytest.mark.parametrize("name", ["AR.CP.MP.31", "CLINIC.CR"])
@SLOW
@given(data=st.data())
def test_an_interview_is_never_longer_than_asking_all_that_matters(name, data):
    """In no case are more questions asked than there are on the form of what matters to the code, up to where it is settled."""
    code, full = data.draw(full_cases(name))
    days = {fact: answer for fact, answer in full.items() if compiled(name).facts[fact].answer.kind is AnswerKind.DATE}
    interview = begun(name, code, days, full)  # a day has no classes of answers to go down a diagram by
    course = interview.course
    node, form = course.node, 0
    for variable in sorted(course.plan.support(node)):
        if course.residual.diagrams.parts(node) is None:
            break
        (fact,) = course.residual.unknowns[variable].facts
        number = course.residual.class_of(variable, full[fact])
        assert number is not None
        node, form = course.residual.diagrams.restrict(node, variable, number), form + 1
    asked = 0
    while not (asking := interview.next()).is_over and asking.questions[0].fact in course.facts():
        interview, asked = interview.answered(asking.questions[0].fact, full[asking.questions[0].fact]), asked + 1
    assert asked <= form


@pytest.mark.parametrize("name", POLICIES)
@SLOW
@given(data=st.data())
def test_not_known_yet_is_always_allowed(name, data):
    """Whatever is passed over, the interview ends, asks nothing twice, and lists what was passed over and can still matter."""
    code, full = data.draw(full_cases(name))
    passed = data.draw(st.sets(st.sampled_from(sorted(full)), min_size=1))
    interview, asked = begun(name, code, {}, full), []
    while not (asking := interview.next()).is_over:
        fact = asking.questions[0].fact
        asked.append(fact)
        interview = interview.answered(fact, None if fact in passed else full[fact])
    assert len(asked) == len(set(asked))
    assert set(asking.left) <= passed & set(asked)
    assert len(asking.possible) == 1 or asking.left

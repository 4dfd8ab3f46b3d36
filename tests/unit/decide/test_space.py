"""The space of fully answered cases: every way in which the tests of a policy can come out, and nothing else."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

import pytest

from clausewise.decide.answers import answers_of
from clausewise.decide.findings import find
from clausewise.decide.line_answers import CODE
from clausewise.decide.space import space_of
from clausewise.vocab.criterion import Age, Compare, Counted, DiagnosisIn, Duration, FactNumber, HeldFor, Literal, Recent, Test
from clausewise.vocab.document import Answer, AnswerKind, FactDeclaration, ValueSet
from clausewise.vocab.request import DatedEvent, Held
from tests.unit.decide.spaces import bundled, context_of

YEAR = Duration(12, "months")


def declared(kind: AnswerKind, *values: str, unit: str = "") -> FactDeclaration:
    """Return a fact of some kind."""
    return FactDeclaration("sample", "", Answer(kind, values, unit))


@pytest.fixture(scope="module")
def frame():
    """A line on the first day of 2026."""
    return replace(context_of(bundled("AR.CP.MP.31"), {}), service_date=date(2026, 1, 1), request_date=date(2026, 1, 1))


def test_a_number_is_tried_below_at_between_and_above_its_thresholds(frame):
    """Two thresholds leave five answers that matter."""
    tests = [Compare(FactNumber("sample"), ">", Literal(Decimal(4))), Compare(FactNumber("sample"), "<=", Literal(Decimal(7)))]
    assert [3, 4, Decimal("5.5"), 7, 8] == list(answers_of(declared(AnswerKind.NUMBER), tests, frame))


def test_an_age_is_tried_on_both_sides_of_a_birthday(frame):
    """Ages are whole years: one less, the very one, one more."""
    age = FactDeclaration("age", "", Answer(AnswerKind.NUMBER))
    assert [17, 18, 19] == list(answers_of(age, [Compare(Age(), ">=", Literal(Decimal(18), "years"))], frame))


def test_days_are_tried_around_the_first_that_counts(frame):
    """A state since a year to the day, a day longer and a day less; and no such state."""
    answers = answers_of(declared(AnswerKind.YES_NO_SINCE), [HeldFor("sample", YEAR)], frame)
    days = {answer.since for answer in answers if isinstance(answer, Held)}
    assert {date(2024, 12, 31), date(2025, 1, 1), date(2025, 1, 2)} <= days
    assert Held(False) in answers


def test_events_are_counted_past_the_number_that_is_asked(frame):
    """Two within a year: none, one, two and three are told apart, inside the window and out of it."""
    tests: list[Test] = [Counted("sample", "at least", 2, YEAR), Recent("sample", YEAR)]
    answers = answers_of(declared(AnswerKind.EVENTS), tests, frame)
    assert {0, 1, 2, 3} <= {len(answer) for answer in answers if isinstance(answer, tuple)}
    assert (DatedEvent(date(2024, 12, 31)),) in answers


@pytest.mark.slow
@pytest.mark.parametrize("name", ["AR.CP.MP.31", "CLINIC.CR", "CLINIC.NOTICE", "EXAMPLE.RM", "EXAMPLE.VF"])
def test_an_answered_case_makes_the_tests_come_out_as_its_answers_say(name):
    """Put together at random, answers give just the bits that the engine gives the same case."""
    policy, chance = bundled(name), Random(7)
    space = space_of((policy,), ("19316", "15830", "99213"))
    for _ in range(60):
        chosen = [chance.choice(question.answers) for question in space.questions]
        facts = {fact: value for answer in chosen for fact, value in answer.facts.items()}
        line = {field: value for answer in chosen for field, value in answer.line.items()}
        true, false = find(context_of(policy, facts, line), dict.fromkeys(CODING_FACTS, False)).bits
        own = (1 << len(policy.program.atoms)) - 1  # the tests of implications are numbered after them
        asked = sum(question.tests for question in space.questions) & own
        assert sum(answer.true for answer in chosen) & own == true & asked
        assert sum(answer.false for answer in chosen) & own == false & asked


CODING_FACTS = ("code_malformed", "add_on_alone", "returned_beside", "diagnosis_not_valid")


def test_the_family_follows_from_the_code():
    """No answer gives a code a family that the policy does not declare for it."""
    space = space_of((bundled("AR.CP.MP.31"),), ("19316",))
    question = next(question for question in space.questions if CODE in question.names)
    assert "procedure_class" in question.names
    assert all("procedure_class" not in answer.facts for answer in question.answers)


def test_what_is_given_is_no_question():
    """A fact that is known is not asked, and its tests are settled."""
    policy = bundled("AR.CP.MP.31")
    space = space_of((policy,), ("11402",), {"scar": True})
    assert all("scar" not in question.names for question in space.questions)
    number = next(n for n, names in enumerate(policy.atom_facts) if names == ("scar",))
    assert space.fixed[0] >> number & 1


def test_two_policies_share_the_questions_they_both_ask():
    """The facts of both are asked once, each policy with its own tests of them."""
    plan, clinic = bundled("AR.CP.MP.31"), bundled("CLINIC.CR")
    space = space_of((plan, clinic), ("15830",))
    assert (0, len(plan.program.atoms)) == space.offsets
    aim = [question for question in space.questions if "aim" in question.names]
    assert 1 == len(aim)
    assert aim[0].tests >> space.offsets[1] and aim[0].tests & ((1 << space.offsets[1]) - 1)


@pytest.mark.slow
def test_sets_without_number_are_not_gone_through():
    """Diagnoses in 40 sets have more combinations than anyone can go through: it is found out early, and the tests stay open."""
    policy = bundled("AR.CP.MP.31")
    tests = tuple(DiagnosisIn(f"set_{number}") for number in range(40))
    sets = {test.value_set: ValueSet(test.value_set, "ICD-10-CM", (f"B{number:02}",), True) for number, test in enumerate(tests)}
    program = replace(policy.program, atoms=tests, operations=())
    wide = replace(policy, program=program, atom_facts=((),) * 40, sets=sets, implications=(), steps=(), clauses=())
    assert ((), (1 << 40) - 1) == (space_of((wide,), ("19316",)).questions, space_of((wide,), ("19316",)).loose)
    few = replace(wide, program=replace(program, atoms=tests[:3]), atom_facts=((),) * 3)
    (question,) = space_of((few,), ("19316",)).questions
    assert set(range(8)) == {answer.true for answer in question.answers}
    assert 8 == len(question.answers)

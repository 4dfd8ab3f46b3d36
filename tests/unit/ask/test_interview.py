"""An interview about a line: what it asks, what it leaves alone, and when it is over."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from clausewise.ask.interview import Interview, interview_about, next_questions
from clausewise.decide.determine import judge
from clausewise.vocab.request import AuthorizationRequest, DatedEvent, Documentation, FactValue, Held, ServiceLine, Sided
from tests.unit.decide.spaces import ON, bundled

PLAN = "AR.CP.MP.31"
FRAME: dict[str, FactValue] = {
    "plan": "qualchoice", "line_of_business": "commercial", "state": "AR", "state_of_issue": "AR", "funding": "insured"
}  # fmt: skip


def unknown(diagnosis: str, on: date) -> None:
    """Say of every diagnosis that its validity is not known."""


def about(code: str, name: str = PLAN, **facts: FactValue) -> Interview:
    """An interview about a code, with the frame and some facts known."""
    policy = bundled(name)
    request = AuthorizationRequest("I1", ON, (ServiceLine(1, code),), FRAME | facts)
    return interview_about(request, 1, policy, unknown)


def held(interview: Interview, answers: dict[str, FactValue]) -> tuple[list[str], Interview]:
    """Answer every question from a list, "not known yet" where it says nothing; return what was asked."""
    asked: list[str] = []
    while not (asking := interview.next()).is_over:
        fact = asking.questions[0].fact
        assert fact not in asked
        asked.append(fact)
        interview = interview.answered(fact, answers.get(fact))
    return asked, interview


def test_a_code_raises_what_says_whether_its_clause_is_on_point():
    """Of a scar's code it is asked whether it is a scar, of a breast's what befell the breast; of an eyelid's neither."""
    for code, expected in (("11402", {"scar"}), ("19357", {"breast_antecedent", "breast_role"}), ("21280", set())):
        raised = about(code).request.facts.keys() - FRAME.keys() - {"conservative_not_standard", "conservative_contraindicated"}
        assert expected == raised, code


def test_the_end_is_that_of_what_was_said():
    """The product settles it, virus or not; silence on the virus would take the clause off the point, so it is asked about."""
    answers: dict[str, FactValue] = {
        "structure": "abnormal", "aim": "treat_disease", "facial_lds_dx": True, "filler_approved_product": False, "hiv_dx": True,
    }  # fmt: skip
    asked, interview = held(about("Q2026"), answers)
    assert "hiv_dx" == asked[-1] and interview.next().is_over
    said = replace(interview.request, facts=FRAME | {fact: answers[fact] for fact in asked})
    assert judge(said, said.lines[0], interview.policy, unknown).outcome == interview.outcome()


def test_what_is_said_is_not_raised():
    """A case that says it is no scar is believed."""
    assert about("11402", scar=False).request.facts["scar"] is False


def test_an_answer_does_not_close_another_question():
    """Silence on whether treatment would be unsafe means no once treatment is known; an interview asks it all the same."""
    answers: dict[str, FactValue] = {
        "structure": "abnormal", "aim": "function", "functional_impairment": True, "cause": "trauma",
        "conservative_therapy": "not_tried", "conservative_not_standard": False, "conservative_contraindicated": False,
    }  # fmt: skip
    asked, _ = held(about("21235"), answers)
    assert {"conservative_therapy", "conservative_not_standard", "conservative_contraindicated"} <= set(asked)


def test_what_follows_from_an_answer_is_not_asked():
    """Once the product is known, so is whether it is one of those that are approved."""
    interview = about("15773", hiv_dx=True, facial_lds_dx=True)
    assert "filler_approved_product" in interview.course.facts()
    assert "filler_approved_product" not in interview.answered("product", "poly_l_lactic_acid").course.facts()


def test_papers_and_codes_answer_before_anybody_is_asked():
    """With the papers listed nobody is asked whether they are there, and the family is never asked."""
    papers = (Documentation("chart_note", ON), Documentation("photograph", ON))
    interview = about("15830")
    interview = Interview(replace(interview.request, documents=papers), 1, interview.policy, unknown)
    assert not {"records_provided", "photos_provided", "procedure_class"} & interview.course.facts()


def test_a_question_says_why_it_is_asked():
    """The narrowest clause that waits, the answers to choose from, and where to look."""
    question = next(one for one in about("11402", structure="abnormal", scar=True, functional_impairment=False).page().questions)
    assert ("A-I.A.3.pain",) == question.clauses
    assert ("yes", "no") == question.answers
    assert "visit notes" == question.where


def test_only_clauses_that_still_wait_are_named():
    """A clause that is not on point asks nothing."""
    asking = about("11402", scar=False, structure="abnormal").next()
    assert not [clause for clause in asking.questions[0].clauses if clause.startswith("A-I.A.3")]


def test_not_known_everywhere_ends_and_lists_what_is_left():
    """Nothing is asked twice, and all that was asked and can matter is listed."""
    asked, interview = held(about("19357"), {})
    asking = interview.next()
    assert asking.is_over and asking.left
    assert set(asking.left) <= set(asked)
    assert len(asking.possible) > 1


def test_what_is_not_known_can_stop_to_matter():
    """An answer given later settles the line although an earlier one is not known."""
    interview = about("11402", scar=True).answered("structure", None).answered("line_of_business", "medicaid")
    asking = interview.answered("medicaid_manual", "covers").next()
    assert asking.is_over and not asking.left


def test_what_a_step_asks_for_by_name_is_asked():
    """An unlisted service without a family needs its description, whatever else is known."""
    answers: dict[str, FactValue] = {"structure": "normal", "functional_impairment": False, "service_description": "a lift"}
    asked, interview = held(about("19499"), answers)
    assert "service_description" in asked
    assert interview.next().is_over


def test_a_page_begins_with_the_best_question_and_asks_nothing_in_vain():
    """The first is the one an interview asks next; the others are needed whatever the answers are."""
    interview = about("19357", structure="abnormal", breast_role="reconstruct_affected", breast_antecedent="mastectomy")
    page = next_questions(interview.request, interview.line, interview.policy, unknown)
    assert interview.next().questions[0] == page.questions[0]
    assert {"records_provided"} == {one.fact for one in page.questions}


def test_the_same_request_gives_the_same_page():
    """No order depends on chance."""
    interview = about("15773")
    pages = {next_questions(interview.request, interview.line, interview.policy, unknown) for _ in range(3)}
    assert 1 == len(pages)


@pytest.mark.parametrize(
    ("name", "code", "answers"),
    [
        (
            "EXAMPLE.RM",
            "19318",
            {
                "age": Decimal(31), "neck_pain": Held(True, date(2024, 1, 1)), "headache": Held(True, date(2024, 6, 1)),
                "resection_weight": Sided(Decimal(900), Decimal(1200)), "height": Decimal(160), "weight": Decimal(80),
                "breast_volume": Sided(Decimal(900), Decimal(1100)), "tobacco_free": Held(True, date(2020, 1, 1)),
                "failed_care": (), "records_provided": True, "photo_frontal": True, "photo_lateral": True,
            },
        ),
        (
            "EXAMPLE.VF",
            "67904",
            {
                "field_taped": Sided(Decimal(40), Decimal(45)), "field_untaped": Sided(Decimal(20), Decimal(25)),
                "lid_margin": Sided(Decimal(1), Decimal(2)), "droop_grade": "III", "lid_droop": Decimal(7),
                "pupil_covered": False, "lid_drops": "failed", "earlier_lid_operations": (DatedEvent(date(2019, 5, 5)),),
            },
        ),
        ("CLINIC.CR", "21235", {"structure": "abnormal", "cause": "trauma", "functional_impairment_significant": False}),
    ],
)  # fmt: skip
def test_numbers_days_and_lists_are_asked_for_as_well(name, code, answers):
    """Whatever kind an answer is of, nothing is asked twice, and the end is the determination of all that was answered."""
    plan = {"EXAMPLE.RM": "example_plan", "EXAMPLE.VF": "example_vision_plan"}.get(name, "qualchoice")
    asked, interview = held(about(code, name, plan=plan), answers)
    known = {fact: answers.get(fact) for fact in asked}
    request = replace(interview.request, facts={**interview.request.facts, **known})
    assert judge(request, request.lines[0], interview.policy, unknown).outcome == interview.outcome()
    assert set(asked) & set(answers)

"""The questions of a policy: each once, in its order, with all that a person needs to answer it on paper."""

from datetime import date

import pytest

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.shelf import CompiledLibrary
from clausewise.render.policy_questions import answer_space, question_form, question_object, questions_of
from clausewise.vocab.document import Answer, AnswerKind
from tests.unit.render.pages import bundled, library

pytestmark = pytest.mark.slow


def asked(name, on=None):
    """The questions of a bundled document."""
    policy = bundled(name, on)
    return questions_of(policy.document, policy.ladder, policy.documents, on)


def test_each_question_stands_once_in_the_order_of_the_text():
    """The first clauses of AR.CP.MP.31 ask first, by their own tests; what only the ladder asks comes last."""
    questions = asked("AR.CP.MP.31")
    names = [question.fact.name for question in questions]
    assert len(set(names)) == len(names)
    assert list(range(1, len(names) + 1)) == [question.number for question in questions]
    assert ["functional_impairment", "aim", "structure", "cause", "conservative_therapy"] == names[:5]
    last = [question for question in questions if not question.clauses]
    assert list(questions[-len(last) :]) == last and all(question.steps for question in last)


def test_a_question_names_every_clause_that_asks_it():
    """A clause asks by its own test, by its scope, by another reading of it, and through the words it uses."""
    by_name = {question.fact.name: question for question in asked("AR.CP.MP.31")}
    assert ("A-I.A.1", "A-I.A.1.cause") == by_name["cause"].clauses  # I.A.1 by its reading "broad"
    assert "A-I.A.3" in by_name["scar"].clauses  # by its scope
    assert ("A-I.A.4.c",) == by_name["product"].clauses  # by the definition of filler_service
    assert "L10.function" in by_name["functional_impairment"].steps


@pytest.mark.parametrize("name", ["AR.CP.MP.31", "CLINIC.NOTICE", "EXAMPLE.RM", "EXAMPLE.VF"])
def test_every_fact_that_a_clause_rests_on_is_among_the_questions(name):
    """Whatever a compiled clause rests on, through words and scores too, is a question of the form."""
    compiled = CompiledLibrary(library()).policy(name, date(2026, 3, 16))
    assert isinstance(compiled, CompiledPolicy)
    names = {question.fact.name for question in asked(name)}
    atoms = {atom for clause in compiled.clauses for atom in compiled.program.supports((clause.ref,))}
    named = [compiled.atom_facts[atom] for atom in atoms if atom < len(compiled.atom_facts)]
    needed = compiled.facts.keys() & {fact for facts in named for fact in facts}
    assert needed
    assert set() == needed - names


def test_on_a_day_only_its_clauses_ask():
    """Tobacco is asked about from 2026 on."""
    names = [question.fact.name for question in asked("EXAMPLE.RM", date(2025, 6, 1))]
    assert "tobacco_free" not in names
    assert "tobacco_free" in [question.fact.name for question in asked("EXAMPLE.RM")]


def test_the_form_says_how_to_answer_and_what_silence_means():
    """A question of the form has room for the answer, its clauses, where to look, its cost, and its default."""
    document = library().document("AR.CP.MP.31")
    form = question_form(document, asked("AR.CP.MP.31"))
    assert (
        "\n\n5. What came of treatment without surgery?\n"
        "    ( ) failed   ( ) not_tried   ( ) ongoing   ( ) succeeded   ( ) not known yet\n"
        "    asked by: A-I.A.1.cons\n"
        "    look in: treatment notes; cost: 1; fact: conservative_therapy\n"
        "    if nobody says: unknown\n"
        "\n6. "
    ) in form
    assert "if nobody says: no if conservative_therapy known; else unknown" in form
    assert "asked again if the answer is: no" in form
    assert document.fingerprint in form
    assert max(map(len, form.splitlines())) <= 100


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(AnswerKind.YES_NO), "( ) yes   ( ) no"),
        (Answer(AnswerKind.YES_NO_SINCE), "( ) yes, since ________   ( ) no"),
        (Answer(AnswerKind.CHOICE, ("red", "blue")), "( ) red   ( ) blue"),
        (Answer(AnswerKind.ANY_OF, ("red", "blue")), "[ ] red   [ ] blue   ( ) none of these"),
        (Answer(AnswerKind.GRADE, ("I", "II")), "( ) I   ( ) II"),
        (Answer(AnswerKind.NUMBER, unit="g", each_side=True), "left ________ g, right ________ g"),
        (Answer(AnswerKind.NUMBER), "________"),
        (Answer(AnswerKind.DATE), "____-__-__"),
        (Answer(AnswerKind.EVENTS), "on these days: ________"),
        (Answer(AnswerKind.COURSES), "from ________ to ________, result ________"),
        (Answer(AnswerKind.DOCUMENTS), "these papers: ________"),
        (Answer(AnswerKind.TEXT), "________"),
    ],
)
def test_every_kind_of_answer_has_its_room(answer, expected):
    """Boxes to tick or a blank, and beside them always that it is not known yet."""
    assert f"{expected}   ( ) not known yet" == answer_space(answer)


def test_a_question_as_plain_values():
    """Programs get the same as people, in the language of the Facts table."""
    question = next(one for one in asked("EXAMPLE.RM") if one.fact.name == "resection_weight")
    assert {
        "number": question.number,
        "fact": "resection_weight",
        "question": question.fact.question,
        "answer": "number",
        "values": [],
        "unit": "g",
        "each_side": True,
        "answers": "a number in g, for each side",
        "where": question.fact.where,
        "cost": question.fact.cost,
        "if_absent": "unknown",
        "asked_again_if": [],
        "clauses": ["RM-I.C"],
        "steps": [],
    } == question_object(question)

"""The questions of a policy, each once, in the order in which its clauses ask them: a flat form on paper, or for machines.

The flat form asks everything the policy could ever want to know.  No case needs all of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from clausewise.render.clause_rows import vocabulary
from clausewise.render.criterion_rows import Vocabulary, absence_words, answer_words, asked_facts, period_words
from clausewise.render.markdown import escaped
from clausewise.render.outline_parts import asked_of_clause, numbered_parts, own_criteria, top_parts
from clausewise.render.problem_lines import how_many
from clausewise.render.rows import Look, Row, page
from clausewise.vocab.document import Answer, AnswerKind, FactDeclaration, PolicyDocument

WIDTH = 100
BLANK = "________"
NOT_KNOWN = "not known yet"
BESIDE = "What the laws, contracts and manuals beside the policy ask is not here."
_SPACES = {
    AnswerKind.DATE: "____-__-__",
    AnswerKind.EVENTS: f"on these days: {BLANK}",
    AnswerKind.COURSES: f"from {BLANK} to {BLANK}, result {BLANK}",
    AnswerKind.DOCUMENTS: f"these papers: {BLANK}",
    AnswerKind.TEXT: BLANK,
}


@dataclass(frozen=True, slots=True)
class PolicyQuestion:
    """A question of a policy: its place in the form, its fact, the clauses and the steps of the ladder that ask it themselves."""

    number: int
    fact: FactDeclaration
    clauses: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()


def policy_questions(
    document: PolicyDocument, ladder: PolicyDocument | None, known: Vocabulary, on: date | None = None
) -> tuple[PolicyQuestion, ...]:
    """Return every question of a policy once: as its clauses stand, then what only another reading or the ladder asks.

    What laws, contracts and manuals ask beside the policy is not among them.
    """
    numbered = [part for part, _ in numbered_parts(top_parts(document, on))]
    as_printed = (one for part in numbered for one in own_criteria(part))
    clauses: dict[str, list[str]] = {name: [] for one in as_printed for name in asked_facts(one, known)}
    steps: dict[str, list[str]] = {}
    for part in numbered:
        for name in asked_of_clause(part, document, known):
            clauses.setdefault(name, []).append(part.clause)
    for step in (step for _, some in (ladder.steps if ladder else ()) for step in some if step.criterion is not None):
        assert step.criterion is not None
        for name in asked_facts(step.criterion, known):
            steps.setdefault(name, []).append(step.clause)
    names = dict.fromkeys((*clauses, *steps))
    return tuple(
        PolicyQuestion(number, known.facts[name], tuple(clauses.get(name, ())), tuple(steps.get(name, ())))
        for number, name in enumerate(names, 1)
    )


def questions_of(
    document: PolicyDocument, ladder: PolicyDocument | None, documents: Sequence[PolicyDocument], on: date | None = None
) -> tuple[PolicyQuestion, ...]:
    """Return the questions of a policy, by the facts and words of the documents that speak with it."""
    return policy_questions(document, ladder, vocabulary(document, documents), on)


def question_form(document: PolicyDocument, questions: Sequence[PolicyQuestion], on: date | None = None) -> str:
    """Return the flat form as plain text that also reads as Markdown, at most 100 columns wide as far as words allow.

    Words of the documents are shown as they are: signs that would act in Markdown or HTML are escaped.
    """
    return page(_form_rows(document, questions, on), WIDTH) + "\n"


def _form_rows(document: PolicyDocument, questions: Sequence[PolicyQuestion], on: date | None) -> Iterator[Row]:
    yield Row(f"# Questions of {escaped(document.id)}: {escaped(document.title)}", look=Look.HEAD)
    yield Row()
    yield Row(f"Revision {escaped(document.revision) or 'not named'}; in force {period_words(document.in_force)}.")
    if on is not None:
        yield Row(f"Only what is in force on {on}.")
    yield Row(f"Fingerprint {document.fingerprint}")
    yield Row()
    count = how_many(len(questions), "question").capitalize()
    yield Row(f"{count}, each once, in the order in which the clauses ask. No case needs all of them. {BESIDE}")
    yield Row(f'"{NOT_KNOWN.capitalize()}" is always an answer, and never counts as no.')
    for question in questions:
        yield from _question_rows(question)


def _question_rows(question: PolicyQuestion) -> Iterator[Row]:
    fact = question.fact
    yield Row()
    yield Row(escaped(fact.question or fact.name), 0, f"{question.number}.")
    yield Row(answer_space(fact.answer), 4)
    if question.clauses:
        yield Row(f"asked by: {escaped(', '.join(question.clauses))}", 4)
    if question.steps:
        yield Row(f"the ladder asks it at: {escaped(', '.join(question.steps))}", 4)
    where = f"look in: {escaped(fact.where)}; " if fact.where else ""
    yield Row(f"{where}cost: {fact.cost}; fact: {escaped(fact.name)}", 4)
    yield Row(f"if nobody says: {escaped(absence_words(fact))}", 4)
    if fact.asked_again:
        yield Row(f"asked again if the answer is: {escaped(', '.join(fact.asked_again))}", 4)


def answer_space(answer: Answer) -> str:
    """Return room to answer on paper: boxes to tick, or a blank; one may always say that it is not known yet."""
    known = f"( ) {NOT_KNOWN}"
    match answer.kind:
        case AnswerKind.YES_NO:
            return f"( ) yes   ( ) no   {known}"
        case AnswerKind.YES_NO_SINCE:
            return f"( ) yes, since {BLANK}   ( ) no   {known}"
        case AnswerKind.CHOICE | AnswerKind.GRADE:
            return "   ".join((*(f"( ) {escaped(value)}" for value in answer.values), known))
        case AnswerKind.ANY_OF:
            return "   ".join((*(f"[ ] {escaped(value)}" for value in answer.values), "( ) none of these", known))
        case AnswerKind.NUMBER:
            blank = f"{BLANK} {escaped(answer.unit)}".strip()
            return f"{f'left {blank}, right {blank}' if answer.each_side else blank}   {known}"
        case _:
            return f"{_SPACES[answer.kind]}   {known}"


def question_object(question: PolicyQuestion) -> dict[str, Any]:
    """Return a question as plain values, keys and order fixed."""
    fact = question.fact
    return {
        "number": question.number,
        "fact": fact.name,
        "question": fact.question,
        "answer": fact.answer.kind.value,
        "values": list(fact.answer.values),
        "unit": fact.answer.unit,
        "each_side": fact.answer.each_side,
        "answers": answer_words(fact),
        "where": fact.where,
        "cost": fact.cost,
        "if_absent": absence_words(fact),
        "asked_again_if": list(fact.asked_again),
        "clauses": list(question.clauses),
        "steps": list(question.steps),
    }

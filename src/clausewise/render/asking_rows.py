"""A question of an interview in rows: the words, the answers, why it is asked, what is still possible, how many more there are."""

from collections.abc import Iterator, Mapping

from clausewise.ask.interview import AskedFact, Asking
from clausewise.compiler.compiled import CompiledPolicy
from clausewise.decide.ladder import Outcome
from clausewise.render.problem_lines import how_many
from clausewise.render.rows import Look, Row
from clausewise.vocab.document import AnswerKind, FactDeclaration

CLAUSES_SHOWN, WORDS_SHOWN = 3, 12
HOW: Mapping[AnswerKind, str] = {
    AnswerKind.YES_NO: "yes or no",
    AnswerKind.YES_NO_SINCE: "yes, no, or {holds: yes, since: 2025-01-01}",
    AnswerKind.DATE: "a day such as 2026-03-16",
    AnswerKind.EVENTS: "days such as [2025-11-02, 2026-01-20], or none",
    AnswerKind.COURSES: "[{from: 2025-06-01, to: 2025-09-01, result: failed}], or none",
    AnswerKind.TEXT: "any words",
}


def asking_rows(asking: Asking, asked_before: int, policy: CompiledPolicy, title: str) -> Iterator[Row]:
    """Yield the rows of the first question of an interview; `title` names the line it is about."""
    question = asking.questions[0]
    most, usual = asked_before + asking.most, asked_before + max(1, round(asking.usual))
    usually = f" (usually {usual})" if usual != most else ""
    yield Row(f"{title}   Question {asked_before + 1} of at most {most}{usually}", look=Look.QUIET)
    yield Row(f"{question.text}  [{question.fact}]", look=Look.HEAD)
    yield Row(_answers(policy.facts[question.fact]), 2)
    if question.words:
        yield Row(f"a test looks for: {', '.join(question.words[:WORDS_SHOWN])}{', ...' * (len(question.words) > WORDS_SHOWN)}", 2)
    for clause in question.clauses[:CLAUSES_SHOWN]:
        yield Row(f"asked by {clause}: {_words(clause, policy)}", 2, look=Look.QUIET)
    if (further := len(question.clauses) - CLAUSES_SHOWN) > 0:
        yield Row(f"and by {how_many(further, 'further clause')}", 2, look=Look.QUIET)
    if question.where:
        yield Row(f"look in: {question.where}", 2, look=Look.QUIET)
    yield Row(f"still possible: {'; '.join(outcome_words(one) for one in asking.possible)}", 2, look=Look.QUIET)


def outcome_words(outcome: Outcome) -> str:
    """Return an outcome as a ladder writes it, with its reason where it says more than that."""
    reason = f" ({outcome.reason})" if outcome.reason not in ("", "other") else ""
    return f"{outcome.conclusion}{reason}" + (f" to {outcome.target}" if outcome.target else "")


def over_rows(asking: Asking, policy: CompiledPolicy, title: str) -> Iterator[Row]:
    """Yield why an interview is over: nothing can change the line, or only answers that nobody knows yet."""
    if not asking.left:
        yield Row(f"{title}   No further answer can change this.", look=Look.MET)
        return
    yield Row(f"{title}   {how_many(len(asking.left), 'answer')} not known yet can still change this:", look=Look.OPEN)
    for name in asking.left:
        fact = policy.facts.get(name)
        yield Row(f"{fact.question if fact else name}  [{name}]", 2)


def left_rows(asking: Asking, asked: AskedFact) -> Iterator[Row]:
    """Yield that an interview was left before its end."""
    yield Row(f"Left before the end: at most {how_many(asking.most, 'question')} would follow, `{asked.fact}` first.")


def _answers(fact: FactDeclaration) -> str:
    answer = fact.answer
    if answer.kind is AnswerKind.NUMBER:
        unit = f" in {answer.unit}" if answer.unit else ""
        return f"answer: {{left: a number{unit}, right: a number{unit}}}" if answer.each_side else f"answer: a number{unit}"
    if answer.values:
        several = " (several: [1, 2])" if answer.kind is AnswerKind.ANY_OF else ""
        return "answers: " + ", ".join(f"{number} {word}" for number, word in enumerate(answer.values, 1)) + several
    return f"answer: {HOW.get(answer.kind, 'as in a case file')}"


def _words(clause: str, policy: CompiledPolicy) -> str:
    items = {item.clause: item.prose for item in policy.items if item.clause}
    steps = {step.clause: step.prose for step in policy.steps}
    return (items.get(clause) or steps.get(clause) or "").strip().rstrip(":,")

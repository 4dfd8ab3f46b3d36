"""What is missing, as questions in plain words: the answers to choose from, the clause that asks, and where to look."""

from collections.abc import Iterator, Sequence

from clausewise.render.problem_lines import how_many
from clausewise.render.rows import Look, Row
from clausewise.vocab.determination import Determination, Question

MARK, NO_MARK = "*", " "


def question_rows(determination: Determination, label: str, questions: Sequence[Question]) -> Iterator[Row]:
    """Yield the questions of one line, those of the smallest settling set first and marked."""
    settles = determination.view.settles
    title = f"{determination.case}, line {determination.line}: {determination.code} {label}".rstrip()
    yield Row(title, look=Look.HEAD)
    if not questions:
        yield Row("Nothing is missing: no further answer can change this.", 2)
        return
    marked = [question for question in questions if question.fact in settles]
    others = [question for question in questions if question.fact not in settles]
    yield Row(f"{how_many(len(questions), 'answer')} can still change this.{set_words(len(marked), len(others))}", 2)
    for mark, asked in ((MARK, marked), (NO_MARK, others)):
        for question in asked:
            yield from _question(question, mark)


def set_words(marked: int, others: int) -> str:
    """Return what the marked questions mean, among others that are not marked."""
    if not marked:
        return ""
    if not others:
        return " All of them together (*) could settle it."
    what = "The one marked * could settle it alone" if marked == 1 else f"The {marked} marked * could settle it together"
    return f" {what}."


def _question(question: Question, mark: str) -> Iterator[Row]:
    yield Row(f"{question.text}  [{question.fact}]", 2, mark, Look.OPEN if mark == MARK else Look.PLAIN)
    parts = [
        f"answers: {', '.join(question.answers)}" if question.answers else "",
        f"asked by clause {question.clause}" if question.clause else "",
        f"look in: {question.where}" if question.where else "",
    ]
    if told := "; ".join(part for part in parts if part):
        yield Row(told, 6, look=Look.QUIET)

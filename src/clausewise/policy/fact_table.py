"""The Facts table: what is asked, how it may be answered, and what an absent answer means."""

import re
from collections.abc import Iterator
from decimal import Decimal

from clausewise.policy.frame import read_day
from clausewise.policy.grid import Row, cell_of, number_in
from clausewise.policy.source import Line, Page, listed, places, suggestion
from clausewise.vocab.criterion import Criterion
from clausewise.vocab.document import AS_DOCUMENT_SAYS, FAMILIES_OF_CODE, Answer, AnswerKind, Default, FactDeclaration

_NAME = re.compile(r"[a-z]\w*", re.ASCII)
_VALUE = re.compile(r"\w+", re.ASCII)
_NUMBER = re.compile(r"number(?: in (?P<unit>[^\s,]+))?(?P<sides>, each side)?")
_PLAIN = {
    kind.value: kind
    for kind in AnswerKind
    if kind not in (AnswerKind.CHOICE, AnswerKind.ANY_OF, AnswerKind.GRADE, AnswerKind.NUMBER)
}
_YES_NO = (AnswerKind.YES_NO, AnswerKind.YES_NO_SINCE)
_NONE = (AnswerKind.EVENTS, AnswerKind.COURSES, AnswerKind.DOCUMENTS, AnswerKind.ANY_OF)
_LOOKED_UP = (FAMILIES_OF_CODE, AS_DOCUMENT_SAYS)
_FORMS = (*_PLAIN, "A, B, C", "any of A, B, C", "grade I < II < III", "number in cm", "number in cm, each side")


def read_fact(row: Row, page: Page) -> FactDeclaration:
    """Read one row of the Facts table; an answer that cannot be read is text."""
    name = cell_of(row, "fact")
    if not _NAME.fullmatch(name.text):
        page.mark("CW314", name, name=name.text, what="fact")
    answer = read_answer(cell_of(row, "answer"), page)
    return FactDeclaration(
        name=name.text,
        question=cell_of(row, "question").text,
        answer=answer,
        defaults=tuple(_defaults(cell_of(row, "if absent"), answer, page)),
        asked_again=tuple(_asked_again(cell_of(row, "asked again if"), answer, page)),
        where=cell_of(row, "where to look").text,
        cost=int(number_in(cell_of(row, "cost"), page, Decimal(1), whole=True)),
        file=page.file,
        line=name.number,
    )


def read_answer(cell: Line, page: Page) -> Answer:
    """Read the type of a fact from the closed list of answers."""
    text = " ".join(cell.text.split())
    number = _NUMBER.fullmatch(text)
    if text in _PLAIN:
        return Answer(_PLAIN[text])
    if number:
        return Answer(AnswerKind.NUMBER, unit=number["unit"] or "", each_side=bool(number["sides"]))
    for kind, values in _with_values(text):
        if len(values) > 1 and all(map(_VALUE.fullmatch, values)) and len(set(values)) == len(values):
            return Answer(kind, values)
    page.mark("CW305", cell, answer=cell.text, hint=suggestion(text, _FORMS, f"write one of: {'; '.join(_FORMS)}"))
    return Answer(AnswerKind.TEXT)


def _with_values(text: str) -> Iterator[tuple[AnswerKind, tuple[str, ...]]]:
    if text.startswith("any of "):
        yield AnswerKind.ANY_OF, listed(text.removeprefix("any of "))
    elif text.startswith("grade "):
        yield AnswerKind.GRADE, tuple(map(str.strip, text.removeprefix("grade ").split("<")))
    else:
        yield AnswerKind.CHOICE, listed(text)


# ---- what absence means ----


def _defaults(cell: Line, answer: Answer, page: Page) -> Iterator[Default]:
    """Read `value`, `value if test` or a test in back-quotes, parted by semicolons; unknown is what is left."""
    alternatives = list(places(cell, ";"))
    for at, alternative in enumerate(alternatives):
        last = at == len(alternatives) - 1
        if alternative.text == "unknown" and last:
            return
        if alternative.text.startswith("`"):
            yield Default("", test=_test(alternative, page))
            continue
        value, condition, _ = alternative.text.partition(" if ")
        if not _is_value(value, answer, alternative, page):
            page.mark("CW308", alternative, value=value, hint=_default_hint(value, answer))
        if not condition and not last:
            page.mark("CW307", alternative, value=value)
        when = _test(alternative.part(len(value) + len(condition)), page) if condition else None
        yield Default(value, when)


def _default_hint(value: str, answer: Answer) -> str:
    known = (*_values(answer), "unknown") if _values(answer) else ()
    answers = f"an answer ({', '.join(known)})" if known else "an answer"
    return suggestion(value, known, f"write {answers}, `answer if test`, or a test in back-quotes")


def _test(at: Line, page: Page) -> Criterion:
    """Read a test that may stand in back-quotes or, in a table, without."""
    quoted = len(at.text) > 1 and at.text.startswith("`") and at.text.endswith("`")
    return page.test(at.part(1, -1) if quoted else at)


def _values(answer: Answer) -> tuple[str, ...]:
    return ("yes", "no") if answer.kind in _YES_NO else answer.values


def _is_value(value: str, answer: Answer, at: Line, page: Page) -> bool:
    """Tell whether a value answers the fact."""
    if value in _LOOKED_UP or value in _values(answer) or answer.kind is AnswerKind.TEXT:
        return True
    if value == "none" and answer.kind in _NONE:
        return True
    if answer.kind is AnswerKind.DATE:
        read_day(at._replace(text=value), page)
        return True
    return answer.kind is AnswerKind.NUMBER and bool(re.fullmatch(r"-?\d+(?:\.\d+)?", value))


def _asked_again(cell: Line, answer: Answer, page: Page) -> Iterator[str]:
    values = _values(answer)
    for part in places(cell):
        if values and part.text not in values:
            page.mark("CW309", part, value=part.text, hint=suggestion(part.text, values))
        yield part.text

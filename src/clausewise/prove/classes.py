"""The questions of a space as one counts them: answers by code, and the others by the tests they decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clausewise.decide.space import Answer, Question, Space


@dataclass(frozen=True, slots=True)
class Classes:
    """A question by the classes of its answers: the tests each makes true and false, and how many answers it stands for."""

    classes: tuple[tuple[int, int], ...]
    weights: tuple[int, ...]

    @property
    def tests(self) -> int:
        """The tests that some class settles, as bits."""
        found = 0
        for true, false in self.classes:
            found |= true | false
        return found

    def is_exact(self, test: int) -> bool:
        """Tell whether every class settles a test."""
        return all((true | false) >> test & 1 for true, false in self.classes)


def classes_of(question: Question, tests: int) -> Classes:
    """Return the classes of a question's answers, as far as some tests tell them apart."""
    found: dict[tuple[int, int], int] = {}
    for answer in question.answers:
        key = answer.true & tests, answer.false & tests
        found[key] = found.get(key, 0) + 1
    return Classes(tuple(found), tuple(found.values()))


def code_question(space: Space) -> Question | None:
    """Return the question of which code is asked for, if any test depends on it."""
    return next((question for question in space.questions if any("code" in answer.line for answer in question.answers)), None)


def answers_by_code(space: Space, codes: Sequence[str]) -> Mapping[str, Sequence[Answer]]:
    """Return the answers of that question for each code; none where no test depends on the code."""
    question = code_question(space)
    if question is None:
        return dict.fromkeys(codes, ())
    return {code: [answer for answer in question.answers if answer.line["code"] == code] for code in codes}

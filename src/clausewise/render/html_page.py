"""A policy as one HTML page that stands by itself: no script, no network, every word of the policy escaped."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from clausewise.render.annotated_policy import AnnotatedPolicy
from clausewise.render.criterion_rows import absence_words, answer_words, bare_part, period_words
from clausewise.render.document_rows import adopted_words
from clausewise.render.page_environment import page_environment
from clausewise.render.policy_page import policy_page, state_words
from clausewise.render.policy_questions import BESIDE
from clausewise.render.problem_lines import how_many
from clausewise.vocab.document import FactDeclaration
from clausewise.vocab.period import ALWAYS

if TYPE_CHECKING:
    from jinja2 import Template

ANSWERS_SHOWN = 6


def short_answers(fact: FactDeclaration) -> str:
    """Return which answers a fact may have, their number where they are many: the list of questions has them all."""
    many = len(fact.answer.values)
    return answer_words(fact) if many <= ANSWERS_SHOWN else f"one of {many} answers"


WORDS: Mapping[str, Callable[..., object]] = {
    "absence_words": absence_words,
    "adopted_words": adopted_words,
    "answer_words": answer_words,
    "bare_part": bare_part,
    "how_many": how_many,
    "period_words": period_words,
    "short_answers": short_answers,
    "state_words": state_words,
}


def html_page(policy: AnnotatedPolicy) -> str:
    """Return the page of a policy; equal policies give equal pages."""
    return _template().render(page=policy_page(policy)) + "\n"


@cache
def _template() -> "Template":
    return page_environment(WORDS, {"ALWAYS": ALWAYS, "BESIDE": BESIDE}).get_template("policy_page.html")

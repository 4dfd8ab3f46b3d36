"""Ladders: the items of a ladder or notice that are steps, tried in order until one decides."""

from collections.abc import Iterable, Iterator, Sequence

from clausewise.policy.outline import Above, Branch, criterion_of, read_parts, take_number
from clausewise.policy.prose import Sentence, read_sentence
from clausewise.policy.source import Line, Page
from clausewise.vocab.document import Step
from clausewise.vocab.period import ALWAYS


def read_steps(lists: Iterable[tuple[Above, Sequence[Branch]]], page: Page) -> tuple[Step, ...]:
    """Return the steps of one ladder in the order they are tried; an item that ends in **first of** is only a group."""
    steps = tuple(step for above, branches in lists for step in _steps(branches, above, page))
    for step in steps[:-1]:
        if step.criterion is None:
            page.mark("CW141", Line(step.line, 1, ""), step.clause)
            break
    return steps


def _steps(branches: Sequence[Branch], above: Above, page: Page) -> Iterator[Step]:
    for branch in branches:
        head = take_number(branch.lines, above, page)
        sentence = read_sentence(head.lines, head.clause, page)
        if sentence.group == "first of":
            _check_that_it_only_groups(sentence, branch, head.clause, page)
            yield from _steps(branch.parts, Above(head.clause, first=False), page)
        else:
            yield _step(branch, sentence, head.clause, page)
        if head.period != ALWAYS:
            page.mark("CW159", sentence.at, head.clause)


def _step(branch: Branch, sentence: Sentence, clause: str, page: Page) -> Step:
    conclusion = sentence.conclusion if sentence.conclusion.words else sentence.otherwise
    if not conclusion.words:
        page.mark("CW140", sentence.at, clause)
    elif sentence.otherwise.words and sentence.conclusion.words:
        page.mark("CW142", sentence.at, clause)
    if sentence.scope:
        page.mark("CW145", sentence.at, clause)
    parts = read_parts(branch, clause, page)
    return Step(
        clause=clause,
        prose=sentence.prose,
        conclusion=conclusion.words,
        criterion=criterion_of(sentence, parts, clause, page) if sentence.stretches or parts else None,
        reason=conclusion.reason,
        target=conclusion.target,
        if_unknown=sentence.if_unknown.words,
        if_unknown_reason=sentence.if_unknown.reason,
        file=page.file,
        line=sentence.at.number,
    )


def _check_that_it_only_groups(sentence: Sentence, branch: Branch, clause: str, page: Page) -> None:
    if sentence.conclusion.words or len(sentence.stretches) != 1 or sentence.stretches[0].tests:
        page.mark("CW143", sentence.at, clause)
    if not branch.parts:
        page.mark("CW133", sentence.at, clause, word=sentence.group)

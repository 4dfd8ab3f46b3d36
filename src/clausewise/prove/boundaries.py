"""Boundaries of numbers and days: two arms that both hold at exactly one value, and one value at which neither does."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations, pairwise

from clausewise.decide.context import shown
from clausewise.decide.space import Answer, Question
from clausewise.prove.abreast import Case
from clausewise.prove.finding import Finding, Kind
from clausewise.prove.rails import Claim, answered, both, fails, holds
from clausewise.prove.reach import key_of
from clausewise.prove.showing import Draft
from clausewise.prove.study import Study
from clausewise.prove.subject import Part
from clausewise.vocab.criterion import AllOf, AnyOf, AtLeast, ExactlyOne, IfThen, Item
from clausewise.vocab.document import AnswerKind
from clausewise.vocab.problem import Level

ORDERED = (AnswerKind.NUMBER, AnswerKind.DATE)


def boundaries(study: Study) -> Iterator[Draft | Finding]:
    """Yield pairs of arms that meet at one value only, and pairs of guards that one value escapes."""
    for part in study.subject.parts:
        for first, second in combinations(list(_arms(study, part)), 2):
            for question in study.inquiry.space.questions:
                yield from _compared(study, part, first, second, question)


def _arms(study: Study, part: Part) -> Iterator[Part]:
    """Yield the arms of a list: the parts of "one of", and the conditions of the "if ... then" of "all of"."""
    below = [study.subject.parts[number] for number in part.below]
    if isinstance(part.node, AnyOf | ExactlyOne | AtLeast):
        yield from below
    for one in below if isinstance(part.node, AllOf) else ():
        guarded = study.subject.parts[one.below[0]] if isinstance(one.node, Item) and len(one.below) == 1 else one
        if isinstance(guarded.node, IfThen):
            yield study.subject.parts[guarded.below[0]]


def _compared(study: Study, whole: Part, first: Part, second: Part, question: Question) -> Iterator[Draft]:
    name = _ordered_fact(study, question)
    if not name or not all(name in study.subject.facts_of(part.ref) for part in (first, second)):
        return
    points = _points(study, first, question) & _points(study, second, question)
    together = ("both hold", both(holds(first.ref), holds(second.ref)))
    apart = ("neither holds", both(fails(first.ref), fails(second.ref)))
    for word, claim in (together, apart) if _is_alone(study, (first, second), name) else (together,):
        values = [answer for answer in question.answers if study.inquiry.ever(both(claim, answered(name, answer.facts[name])))]
        if len(values) == 1 and values[0].facts[name] in points:
            yield from _draft(study, whole, (first, second), name, values[0], word, claim)


def _is_alone(study: Study, arms: Sequence[Part], name: str) -> bool:
    return all(study.subject.facts_of(arm.ref) == {name} for arm in arms)


def _ordered_fact(study: Study, question: Question) -> str:
    facts = study.subject.policy.facts
    single = question.names[0] if len(question.names) == 1 else ""
    kind = facts[single].answer.kind if single in facts else None
    return single if kind in ORDERED and all(single in answer.facts for answer in question.answers) else ""


def _points(study: Study, part: Part, question: Question) -> set[object]:
    """Return the answers at which some test of a part comes out otherwise than at the answer beside it."""
    program = study.subject.policy.program
    bits = [one for one in program.supports((part.ref,)) if one < len(program.atoms) and question.tests >> one & 1]
    ordered = sorted(question.answers, key=lambda answer: _order(answer, question.names[0]))
    found: set[object] = set()
    for before, after in pairwise(ordered):
        if any((before.true ^ after.true) >> bit & 1 for bit in bits):
            found |= {before.facts[question.names[0]], after.facts[question.names[0]]}
    return found


def _order(answer: Answer, name: str) -> float:
    value = answer.facts[name]
    return value.toordinal() if isinstance(value, date) else float(str(value))


def _draft(
    study: Study, whole: Part, arms: Sequence[Part], name: str, answer: Answer, word: str, claim: Claim
) -> Iterator[Draft]:
    value = answer.facts[name]
    exactly: Claim = both(claim, answered(name, value))
    case = study.inquiry.find(exactly)
    if isinstance(case, Case):
        words = " and ".join(study.subject.words(arm) for arm in arms)
        sentence = f"{words}: {word} at exactly {name} = {shown(value)}, and nowhere else"
        key = f"{key_of(study, whole)}: {words} {word}"
        clauses = (whole.spot.clause, *(arm.spot.clause for arm in arms))
        yield study.draft(Kind.BOUNDARY, key, clauses, sentence, Level.WARNING, arms[1].spot, exactly, case)

"""The truth of one test for one service line: facts given, facts derived from codes and documents, and what is not known."""

from datetime import date
from typing import assert_never

from clausewise.decide.context import LineContext
from clausewise.decide.happenings import month_earlier, truth_of_happening
from clausewise.decide.quantities import truth_of_comparison
from clausewise.vocab.criterion import (
    ClauseMet,
    CodeIn,
    CodeIs,
    Compare,
    Constant,
    Counted,
    CourseLasted,
    DiagnosisIn,
    DocumentProvided,
    FactIn,
    HeldFor,
    Includes,
    Is,
    Judged,
    Known,
    LineRequested,
    LongAgo,
    ModifierIs,
    OnPoint,
    Outside,
    OutsideTest,
    Raised,
    Reached,
    Recent,
    StepFailed,
    Test,
    Unread,
)
from clausewise.vocab.request import Course, FactValue, Held
from clausewise.vocab.truth import Truth, at_least, both, either, known, negation


def truth_of_test(test: Test, context: LineContext) -> Truth:
    """Return whether the test holds for the line; what nobody said is UNKNOWN, never FALSE.

    Defaults must be filled in before (`context.fill_defaults`).
    """
    match test:
        case Is(fact, values):
            return _is(context.facts.get(fact), values)
        case Judged(fact, _):
            return _is(context.facts.get(fact), ("yes",))
        case Includes(fact, values, count):
            answers = context.facts.get(fact)
            return at_least(count, (_is_among(answers, value) for value in values))
        case Compare():
            return truth_of_comparison(test, context)
        case HeldFor() | CourseLasted() | LongAgo() | Recent() | Counted() | Reached():
            return truth_of_happening(test, context)
        case CodeIn(name):
            return _member(context.code, name, context)
        case CodeIs(codes):
            return known(context.code in codes)
        case DiagnosisIn(name):
            return either(_member(diagnosis, name, context) for diagnosis in context.diagnoses)
        case FactIn(fact, name):
            answer = context.facts.get(fact)
            return Truth.UNKNOWN if answer is None else _member(str(answer), name, context)
        case LineRequested(codes, same_side):
            return known(any(code in codes and (not same_side or context.sides.meets(sides)) for code, sides in context.others))
        case ModifierIs(modifier):
            return known(modifier in context.modifiers)
        case DocumentProvided():
            return _provided(test, context)
        case StepFailed(earlier, later):
            return either((negation(_is(context.facts.get(later), ("yes",))), _failed(context.facts.get(earlier))))
        case Known(fact, _):
            return known(context.facts.get(fact) is not None)
        case Raised(fact):
            return known(fact in context.raised)
        case OutsideTest(asks, _, _):
            return _in_force(context) if asks is Outside.IN_FORCE else Truth.UNKNOWN
        case Constant(holds):
            return Truth.UNKNOWN if holds is None else known(holds)
        case Unread() | ClauseMet() | OnPoint():
            return Truth.UNKNOWN
        case _:
            assert_never(test)


def _is(answer: FactValue, values: tuple[str, ...]) -> Truth:
    """Return whether the answer is one of the values; a code's several families count as any of them."""
    match answer:
        case None:
            return Truth.UNKNOWN
        case bool():
            return known(("yes" if answer else "no") in values)
        case Held(holds, _):
            return known(("yes" if holds else "no") in values)
        case tuple():
            return known(any(part in values for part in answer))
        case _:
            return known(str(answer) in values)


def _is_among(answers: FactValue, value: str) -> Truth:
    if answers is None:
        return Truth.UNKNOWN
    return known(value in answers if isinstance(answers, tuple) else str(answers) == value)


def _member(code: str, name: str, context: LineContext) -> Truth:
    """Return whether a code is in a value set: a set that is not complete leaves an outsider unknown, never excluded."""
    group = context.policy.sets.get(name)
    if group is None:
        return Truth.UNKNOWN
    if code in group.codes:
        return Truth.TRUE
    return Truth.FALSE if group.complete else Truth.UNKNOWN


def _failed(courses: FactValue) -> Truth:
    if courses is None:
        return Truth.UNKNOWN
    if isinstance(courses, tuple):
        return known(any(isinstance(course, Course) and course.result == "failed" for course in courses))
    return _is(courses, ("failed", "yes"))


def _provided(test: DocumentProvided, context: LineContext) -> Truth:
    """Return whether one document fits; unknown where the request does not list its documents."""
    if context.documents is None:
        return Truth.UNKNOWN
    return either(_fits(test, document.kind, document.attributes, context, document.on) for document in context.documents)


def _fits(
    test: DocumentProvided, kind: str, attributes: tuple[tuple[str, str], ...], context: LineContext, on: object
) -> Truth:
    of_kind = known(kind == test.kind and all(attribute in attributes for attribute in test.attributes))
    if test.within is None:
        return of_kind
    recent = known(on >= month_earlier(context.service_date, test.within)) if isinstance(on, date) else Truth.UNKNOWN
    return both((of_kind, recent))


def _in_force(context: LineContext) -> Truth:
    """Return whether the policy governs the date of service: its own period, and from the date the plan put it in force."""
    if not context.policy.in_force.covers(context.service_date):
        return Truth.FALSE
    effective = context.facts.get("plan_effective_date")
    if effective is None:
        return Truth.UNKNOWN if "plan_effective_date" in context.raised else Truth.TRUE
    return known(str(effective) <= context.service_date.isoformat())

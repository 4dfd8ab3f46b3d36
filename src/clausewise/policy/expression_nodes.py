"""From a parsed test to the criterion it stands for: one entry for each rule of test.lark, by the rule's name.

What is built here is plain: no text of the parser's own kind is left in it.  The parse is sound when it comes here
(`expression_checks` has looked), so nothing in this file can fail.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from clausewise.policy import units
from clausewise.vocab import criterion as c

if TYPE_CHECKING:
    from lark import Token, Tree

_YES = ("yes",)


def criterion_of(parse: "Tree[Token]") -> c.Criterion:
    """Return the criterion of a parsed test."""
    return _node(parse)  # type: ignore[no-any-return]


def _node(part: Any) -> Any:
    """Return what a rule stands for, its parts first; a word stands for itself."""
    if part is None or isinstance(part, str):
        return part and str(part)
    return _RULES[part.data](*map(_node, part.children))


def _group(*parts: Any) -> tuple[Any, ...]:
    return parts


def _at_least(count: str, parts: tuple[c.Criterion, ...]) -> c.AtLeast:
    return c.AtLeast(int(count), parts)


def _each_for(count: str, parts: tuple[c.Is, ...], least: c.Duration) -> c.AtLeast:
    return c.AtLeast(int(count), tuple(c.HeldFor(part.fact, least) for part in parts))


# ---- answers: a choice is the pair (is it negated?, the values)

Choice = tuple[bool, tuple[str, ...]]


def _choice(negated: str | None, values: str | tuple[str, ...]) -> Choice:
    return negated is not None, (values,) if isinstance(values, str) else values


def _unless_negated(negated: bool, test: c.Criterion) -> c.Criterion:
    return c.Negation(test) if negated else test


def _is(fact: str, choice: Choice) -> c.Criterion:
    return _unless_negated(choice[0], c.Is(fact, choice[1]))


def _code_is(choice: Choice) -> c.Criterion:
    return _unless_negated(choice[0], c.CodeIs(choice[1]))


def _modifier_is(choice: Choice) -> c.Criterion:
    tests = tuple(map(c.ModifierIs, choice[1]))
    return _unless_negated(choice[0], tests[0] if len(tests) == 1 else c.AnyOf(tests))


def _membership(negated: str | None, value_set: str) -> tuple[bool, str]:
    return negated is not None, value_set.removeprefix("#")


def _fact_in(fact: str, membership: tuple[bool, str]) -> c.Criterion:
    return _unless_negated(membership[0], c.FactIn(fact, membership[1]))


def _code_in(membership: tuple[bool, str]) -> c.Criterion:
    return _unless_negated(membership[0], c.CodeIn(membership[1]))


def _diagnosis_in(membership: tuple[bool, str]) -> c.Criterion:
    return _unless_negated(membership[0], c.DiagnosisIn(membership[1]))


def _include_some(fact: str, count: str, values: tuple[str, ...]) -> c.Includes:
    return c.Includes(fact, values, int(count))


# ---- calendar time


def _duration(number: str, unit: str) -> c.Duration:
    return c.Duration(int(number), units.calendar_unit(unit))


def _counted(relation: str, fact: str, count: str, window: c.Duration | None) -> c.Counted:
    return c.Counted(fact, relation, int(count), window)


# ---- numbers and grades


def _literal(number: str, unit: str | None) -> c.Literal:
    written = " ".join((unit or "").split())
    return c.Literal(Decimal(number), units.calendar_unit(written) or written)


def _between(left: c.Quantity, low: c.Quantity, high: c.Quantity) -> c.AllOf:
    """Return both comparisons; an end without a unit has that of the other: `between 3 and 5 cm`."""
    if isinstance(low, c.Literal) and isinstance(high, c.Literal):
        low, high = c.Literal(low.number, low.unit or high.unit), c.Literal(high.number, high.unit or low.unit)
    return c.AllOf((c.Compare(left, ">=", low), c.Compare(left, "<=", high)))


def _difference(first: str, second: str, side: c.Side | None) -> c.Difference:
    return c.Difference(first, second, side or c.Side.TREATED)


def _table_value(table: str, *arguments: tuple[str, str]) -> c.TableValue:
    return c.TableValue(table, arguments)


def _argument(fact: str, formula: str | None) -> tuple[str, str]:
    return fact, formula or ""


# ---- papers, clauses and other documents

Pairs = tuple[tuple[str, str], ...]


def _paper(kind: str, attributes: Pairs | None, within: c.Duration | None) -> c.DocumentProvided:
    return c.DocumentProvided(kind, attributes or (), within)


def _reference(clause: str, document: str | None) -> tuple[str, str]:
    return clause, document or ""


def _clause(any_reading: bool, may: bool, reference: tuple[str, str]) -> c.ClauseMet:
    return c.ClauseMet(*reference, any_reading=any_reading, may=may)


def _asks(question: c.Outside) -> Callable[..., c.OutsideTest]:
    """Return what builds a question to another document, named by its id, or to this one's frame."""
    return lambda document="": c.OutsideTest(question, document)


def _asks_about(question: c.Outside) -> Callable[[str], c.OutsideTest]:
    """Return what builds a question about a subject: the name of a value set, or a word."""
    return lambda subject: c.OutsideTest(question, subject=subject.removeprefix("#"))


# ---- the rules by name

Rules = dict[str, Callable[..., Any]]

# These stand for what their one part stands for.
_PASSED_ON: Rules = {"least": lambda part: part, "within": lambda part: part}

_ANSWERS: Rules = {
    "fact": lambda fact: c.Is(fact, _YES),
    "fact_is": _is,
    "choice": _choice,
    "values": _group,
    "include_one": lambda fact, value: c.Includes(fact, (value,)),
    "include_some": _include_some,
    "membership": _membership,
    "fact_in": _fact_in,
    "fact_known": c.Known,
    "raised": c.Raised,
    "step_failed": c.StepFailed,
    "judged": c.Judged,
    "unread": lambda text: c.Unread(text[1:-1]),
}

_TIMES: Rules = {
    "duration": _duration,
    "held_for": c.HeldFor,
    "course_lasted": c.CourseLasted,
    "long_ago": c.LongAgo,
    "recent": c.Recent,
    "recent_before_request": lambda fact, most: c.Recent(fact, most, before_request=True),
    "ever": lambda: None,
    "at_least_times": partial(_counted, "at least"),
    "at_most_times": partial(_counted, "at most"),
    "birthday": lambda after: c.Moment("", after),
    "moment": c.Moment,
    "moments": _group,
    "reached": c.Reached,
    "passed": lambda moments: c.Reached(moments, passed=True),
}

_NUMBERS: Rules = {
    "compare": c.Compare,
    "between": _between,
    "literal": _literal,
    "grade": c.Grade,
    "age": c.Age,
    "fact_number": c.FactNumber,
    "larger_by": lambda fact, by: c.FactNumber(fact, c.Side.LARGER, by),
    "difference": _difference,
    "table_value": _table_value,
    "argument": _argument,
    "each_side": lambda: c.Side.EACH,
    "either_side": lambda: c.Side.EITHER,
    "sides_together": lambda: c.Side.TOGETHER,
    "larger_side": lambda: c.Side.LARGER,
}

_REQUEST: Rules = {
    "code_in": _code_in,
    "code_is": _code_is,
    "diagnosis_in": _diagnosis_in,
    "modifier_is": _modifier_is,
    "codes": lambda codes: (codes,) if isinstance(codes, str) else codes,
    "line_requested": c.LineRequested,
    "line_same_side": lambda codes: c.LineRequested(codes, same_side=True),
    "paper": _paper,
    "attributes": _group,
    "attribute": _group,
}

_ELSEWHERE: Rules = {
    "reference": _reference,
    "clause_met": partial(_clause, False, False),
    "clause_any_reading": partial(_clause, True, False),
    "clause_may": partial(_clause, False, True),
    "clause_any_reading_may": partial(_clause, True, True),
    "clause_known": lambda clause: c.Known(clause=clause),
    "on_point": c.OnPoint,
    "policy_met": _asks(c.Outside.POLICY_MET),
    "law_applies": _asks(c.Outside.LAW_APPLIES),
    "any_law_applies": _asks(c.Outside.ANY_LAW_APPLIES),
    "criteria_met": _asks(c.Outside.CRITERIA_MET),
    "manual_covers": _asks(c.Outside.MANUAL_COVERS),
    "manual_excludes": _asks(c.Outside.MANUAL_EXCLUDES),
    "manual_silent": _asks(c.Outside.MANUAL_SILENT),
    "benefit_covers": _asks_about(c.Outside.BENEFIT_COVERS),
    "benefit_excludes": _asks_about(c.Outside.BENEFIT_EXCLUDES),
    "benefit_limits": _asks_about(c.Outside.BENEFIT_LIMITS),
    "benefit_silent": _asks(c.Outside.BENEFIT_SILENT),
    "adopted": _asks(c.Outside.ADOPTED),
    "in_force": _asks(c.Outside.IN_FORCE),
    "refers": _asks(c.Outside.REFERS),
    "primary_worse": _asks(c.Outside.PRIMARY_WORSE),
}

_GROUPS: Rules = {
    "either": lambda *parts: c.AnyOf(parts),
    "both": lambda *parts: c.AllOf(parts),
    "negation": c.Negation,
    "tests": _group,
    "at_least": _at_least,
    "each_for": _each_for,
    "always": lambda: c.Constant(True),
    "never": lambda: c.Constant(False),
}

_RULES = MappingProxyType({**_GROUPS, **_ANSWERS, **_TIMES, **_NUMBERS, **_REQUEST, **_ELSEWHERE, **_PASSED_ON})

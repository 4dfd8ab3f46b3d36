"""Which names a test speaks of, and of what sort each is: words, sets, tables, clauses, criteria sets.

A bare word may be a fact, a definition or a score; who knows the documents decides.
"""

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple, assert_never

from clausewise.policy.walk import below, is_test
from clausewise.vocab import criterion as c
from clausewise.vocab.criterion import Criterion, Outside, Quantity, Test

FORMULA_FACTS = ("height", "weight")  # what every named formula computes from


class Sort(Enum):
    """What sort of thing a name stands for."""

    WORD = "word"
    VALUE_SET = "set"
    TABLE = "table"
    CLAUSE = "clause"
    EVERY_READING = "clause under any reading"
    SCOPE = "scope of a clause"
    CRITERIA = "criteria set"


class Mention(NamedTuple):
    """A name in a test; `document` is that of a clause of another document."""

    sort: Sort
    name: str
    document: str = ""


def mentions(criterion: Criterion) -> Iterator[Mention]:
    """Yield every name in a criterion, those in the items below it included."""
    for node in below(criterion):
        if is_test(node):
            yield from mentions_of(node)


def mentions_of(test: Test) -> tuple[Mention, ...]:
    """Return the names in one test."""
    match test:
        case c.Is(fact) | c.Includes(fact) | c.HeldFor(fact) | c.CourseLasted(fact) | c.LongAgo(fact) | c.Recent(fact):
            return _words(fact)
        case c.Counted(fact) | c.Judged(fact) | c.Raised(fact) | c.Known(fact, ""):
            return _words(fact)
        case c.FactIn(fact, value_set):
            return (*_words(fact), Mention(Sort.VALUE_SET, value_set))
        case c.Compare(left, _, right):
            return (*_of_quantity(left), *_of_quantity(right))
        case c.Reached(moments):
            return _words(*(moment.fact or "age" for moment in moments))
        case c.StepFailed(earlier, later):
            return _words(earlier, later)
        case c.CodeIn(value_set) | c.DiagnosisIn(value_set):
            return (Mention(Sort.VALUE_SET, value_set),)
        case c.ClauseMet(clause, document, any_reading):
            return (Mention(Sort.EVERY_READING if any_reading else Sort.CLAUSE, clause, document),)
        case c.OnPoint(clause):
            return (Mention(Sort.SCOPE, clause),)
        case c.Known(_, clause):
            return (Mention(Sort.CLAUSE, clause),)
        case c.OutsideTest():
            return _of_outside(test)
        case c.CodeIs() | c.LineRequested() | c.ModifierIs() | c.DocumentProvided() | c.Unread() | c.Constant():
            return ()
        case _:
            assert_never(test)


def _words(*names: str) -> tuple[Mention, ...]:
    return tuple(Mention(Sort.WORD, name) for name in names)


def _of_quantity(quantity: Quantity) -> tuple[Mention, ...]:
    match quantity:
        case c.FactNumber(fact, _, by):
            return _words(fact, by) if by else _words(fact)
        case c.Difference(first, second):
            return _words(first, second)
        case c.Age():
            return _words("age")
        case c.ScoreTotal(score):
            return _words(score)
        case c.Grade(name):
            return _words(name)  # a grade, unless the vocabulary knows it as a fact or a score
        case c.TableValue(table, arguments):
            computed = FORMULA_FACTS if any(formula for _, formula in arguments) else ()
            return (Mention(Sort.TABLE, table), *_words(*(fact for fact, _ in arguments), *computed))
        case c.Literal():
            return ()
        case _:
            assert_never(quantity)


def _of_outside(test: c.OutsideTest) -> tuple[Mention, ...]:
    match test.asks:
        case Outside.CRITERIA_MET:
            return (Mention(Sort.CRITERIA, test.document), *_words(criteria_word(test.document)))
        case Outside.IN_FORCE:
            return _words("plan_effective_date")
        case Outside.ADOPTED:
            return _words("plan")
        case Outside.BENEFIT_COVERS | Outside.BENEFIT_EXCLUDES | Outside.BENEFIT_LIMITS:
            return (Mention(Sort.VALUE_SET, test.subject),)
        case _:
            return ()


def criteria_word(criteria: str) -> str:
    """Return the definition that answers for an outside criteria set: `lipoma_cds` for LIPOMA-CDS."""
    return criteria.replace("-", "_").lower()

"""Which facts a test, a quantity or a program register rests on."""

from collections.abc import Mapping
from typing import assert_never

from clausewise.vocab import criterion as c
from clausewise.vocab.criterion import Quantity, Test
from clausewise.vocab.document import Score

BODY_MEASURES = ("height", "weight")  # what every named formula is computed from


def facts_of_test(test: Test) -> tuple[str, ...]:
    """Return the names of the facts a test rests on."""
    match test:
        case c.Is(fact) | c.Includes(fact) | c.HeldFor(fact) | c.CourseLasted(fact) | c.LongAgo(fact) | c.Recent(fact):
            return (fact,)
        case c.Counted(fact) | c.FactIn(fact) | c.Judged(fact):
            return (fact,)
        case c.Compare(left, _, right):
            return (*facts_of_quantity(left), *facts_of_quantity(right))
        case c.Reached(moments):
            return tuple(moment.fact or "age" for moment in moments)
        case c.StepFailed(earlier, later):
            return (earlier, later)
        case c.OutsideTest(c.Outside.IN_FORCE):
            return ("plan_effective_date",)
        case c.OutsideTest(asks, document, subject):
            return (" ".join(filter(None, (asks.value, document, subject))),)
        case c.ClauseMet(clause, document):
            return (f"clause {clause} of {document}",)
        case c.Unread(text):
            return (f"unread: {text}",)
        case c.DocumentProvided(kind):
            return (f"document {kind}",)
        case (c.CodeIn() | c.CodeIs() | c.DiagnosisIn() | c.LineRequested() | c.ModifierIs() | c.OnPoint() | c.Known() | c.Raised()
              | c.Constant()):
            return ()
        case _:
            assert_never(test)


def facts_of_quantity(quantity: Quantity) -> tuple[str, ...]:
    """Return the names of the facts a quantity is computed from; those of a score are looked up by whoever has the score."""
    match quantity:
        case c.FactNumber(fact, _, by):
            return (fact, by) if by else (fact,)
        case c.Difference(first, second):
            return (first, second)
        case c.Age():
            return ("age",)
        case c.TableValue(_, arguments):
            return tuple(name for fact, formula in arguments for name in (BODY_MEASURES if formula else (fact,)))
        case c.ScoreTotal(score):
            return (f"score {score}",)
        case _:
            return ()


def rests_on(test: Test, scores: Mapping[str, Score]) -> tuple[str, ...]:
    """Return the facts a test rests on, those of a score and of a table's formula included."""
    names: list[str] = []
    for name in facts_of_test(test):
        score = scores.get(name.removeprefix("score "))
        names.extend((item.fact for item in score.items) if score is not None else (name,))
    return tuple(dict.fromkeys(names))

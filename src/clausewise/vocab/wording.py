"""Tests in words, as the language writes them: what a proof's leaf says."""

from typing import assert_never

from clausewise.vocab import criterion as c


def worded(test: c.Test) -> str:
    """Return a test in the words of the language; reading it again gives the same test."""
    match test:
        case c.Is(fact, ("yes",)):
            return fact
        case c.Is(fact, values):
            return f"{fact} is {_choice(values)}"
        case c.Includes(fact, values, count):
            several = f"at least {count} of ({', '.join(values)})"
            return f"{fact} include {values[0] if len(values) == 1 else several}"
        case c.Compare(left, relation, right):
            return f"{quantity(left)} {relation} {quantity(right)}"
        case c.HeldFor(fact, least):
            return f"{fact} for at least {duration(least)}"
        case c.CourseLasted(fact, least):
            return f"{fact} lasted at least {duration(least)}"
        case c.LongAgo(fact, least):
            return f"{fact} at least {duration(least)} ago"
        case c.Recent(fact, most, before_request):
            return f"{fact} within {duration(most)}{' before the request' if before_request else ''}"
        case c.Counted(fact, relation, count, window):
            return f"{fact} {relation} {count} times {'ever' if window is None else f'within {duration(window)}'}"
        case c.Reached(moments, passed):
            return f"earliest of ({', '.join(map(_moment, moments))}) {'passed' if passed else 'reached'}"
        case c.CodeIn(name):
            return f"code in #{name}"
        case c.CodeIs(codes):
            return f"code is {_choice(codes)}"
        case c.DiagnosisIn(name):
            return f"diagnosis in #{name}"
        case c.FactIn(fact, name):
            return f"{fact} in #{name}"
        case c.LineRequested(codes, same_side):
            return f"line {' or '.join(codes)} requested{' on the same side' if same_side else ''}"
        case c.ModifierIs(modifier):
            return f"modifier is {modifier}"
        case c.DocumentProvided(kind, attributes, within):
            inside = f" ({', '.join(f'{name} {value}' for name, value in attributes)})" if attributes else ""
            return f"document {kind}{inside}{'' if within is None else f' within {duration(within)}'}"
        case c.Judged(fact, by):
            return f"judged {fact} by {by}"
        case c.Unread(text):
            return f'unread "{text}"'
        case c.StepFailed(earlier, later):
            return f"step failed({earlier}) before {later}"
        case c.ClauseMet(clause, document, any_reading, may):
            of = f" of {document}" if document else ""
            return f"clause {clause}{of}{' under any reading' if any_reading else ''}{' may be met' if may else ''}"
        case c.OnPoint(clause):
            return f"clause {clause} on point"
        case c.Known(fact, clause):
            return f"{fact} known" if fact else f"clause {clause} known"
        case c.Raised(fact):
            return f"{fact} raised"
        case c.OutsideTest(asks, document, subject):
            return _outside(asks, document, subject)
        case c.Constant(holds):
            return "unknown" if holds is None else "always" if holds else "never"
        case _:
            assert_never(test)


def quantity(value: c.Quantity) -> str:
    """Return a quantity in words."""
    match value:
        case c.Literal(number, unit):
            return f"{number} {unit}".strip()
        case c.Grade(name):
            return name
        case c.FactNumber(fact, side, by):
            return f"{fact}{_side(side)}{f' by {by}' if by else ''}"
        case c.Difference(first, second, side):
            return f"difference of ({first}, {second}){_side(side)}"
        case c.Age():
            return "age"
        case c.ScoreTotal(score):
            return score
        case c.TableValue(table, arguments):
            return f"{table}({', '.join(f'{fact} by {formula}' if formula else fact for fact, formula in arguments)})"
        case _:
            assert_never(value)


def duration(value: c.Duration) -> str:
    """Return a duration in words."""
    return f"{value.count} {value.unit}"


def _choice(values: tuple[str, ...]) -> str:
    return values[0] if len(values) == 1 else f"one of ({', '.join(values)})"


def _side(side: c.Side) -> str:
    return "" if side is c.Side.TREATED else f" {side.value}"


def _moment(moment: c.Moment) -> str:
    return f"{moment.fact} + {duration(moment.after)}" if moment.fact else f"age {duration(moment.after)}"


def _outside(asks: c.Outside, document: str, subject: str) -> str:
    words: str = asks.value
    if asks in (c.Outside.ADOPTED, c.Outside.IN_FORCE, c.Outside.REFERS, c.Outside.ANY_LAW_APPLIES, c.Outside.PRIMARY_WORSE):
        return words
    head, _, tail = words.partition(" ")
    return " ".join(filter(None, (head, document, tail, subject)))

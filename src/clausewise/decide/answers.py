"""The answers a question can have, as far as the tests of a policy can tell them apart.

A fact has a few answers (yes or no, a choice) or infinitely many (a number, dates).  Of the latter one is taken below, at and above
every threshold that some test compares it with, and for dates on, before and after the first day that counts: boundaries are then
exact, since between two neighbours no test changes its mind.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, combinations, pairwise, product
from types import MappingProxyType

from clausewise.decide.amounts import Amount, converted, unit_of_fact
from clausewise.decide.context import LineContext
from clausewise.decide.happenings import month_earlier, month_later
from clausewise.vocab.criterion import (
    Age,
    Compare,
    Counted,
    CourseLasted,
    Difference,
    Duration,
    FactIn,
    FactNumber,
    HeldFor,
    Includes,
    Is,
    Literal,
    LongAgo,
    Quantity,
    Reached,
    Recent,
    ScoreTotal,
    Side,
    StepFailed,
    TableValue,
    Test,
)
from clausewise.vocab.document import AnswerKind, FactDeclaration, ScoreItem
from clausewise.vocab.request import Course, DatedEvent, FactValue, Held, Sided

OTHER = "another answer"
STATES = ("TX", "NY", "CA")
OTHERS = MappingProxyType({"plan": ("other_plan",), "state": STATES, "state_of_issue": STATES})  # words a case file takes for it
MANY = 6  # more words than this of "any of" are taken in small sets only
DAY = timedelta(days=1)
USUAL = (Decimal(80), Decimal(160))


def answers_of(fact: FactDeclaration, tests: Sequence[Test], frame: LineContext) -> tuple[FactValue, ...]:
    """Return answers to a fact, one at least for each way in which the tests can come out; `frame` gives dates, sides and sets."""
    match fact.answer.kind:
        case AnswerKind.YES_NO:
            return (True, False)
        case AnswerKind.CHOICE | AnswerKind.GRADE:
            return fact.answer.values
        case AnswerKind.ANY_OF:
            return tuple(_sets_of(fact.answer.values, tests))
        case AnswerKind.TEXT:
            words = tuple(_words(fact.name, tests, frame))
            other = next((word for word in OTHERS.get(fact.name, ()) if word not in words), OTHER)
            return (*words, other)
        case AnswerKind.NUMBER:
            return numbers_said(fact, numbers_of(fact, tests, frame))
        case AnswerKind.YES_NO_SINCE:
            return (*(Held(True, day) for day in _days(fact.name, tests, frame)), Held(False))
        case AnswerKind.DATE:
            return tuple(_days(fact.name, tests, frame))
        case AnswerKind.EVENTS:
            return tuple(_events(fact.name, tests, frame))
        case AnswerKind.COURSES:
            return tuple(_courses(fact.name, tests, frame))
        case AnswerKind.DOCUMENTS:
            return ()


# ---- words ----------------------------------------------------------------------------------------------------------


def _words(name: str, tests: Sequence[Test], frame: LineContext) -> Iterable[str]:
    """Return the words that some test asks of a text."""
    words: dict[str, None] = {}
    for test in tests:
        if isinstance(test, Is | Includes) and test.fact == name:
            words.update(dict.fromkeys(test.values))
        if isinstance(test, FactIn) and test.fact == name and test.value_set in frame.policy.sets:
            words.update(dict.fromkeys(frame.policy.sets[test.value_set].codes))
    return words


def _sets_of(values: Sequence[str], tests: Sequence[Test]) -> Iterator[tuple[str, ...]]:
    most = max((test.count for test in tests if isinstance(test, Includes)), default=1)
    sizes = range(len(values) + 1) if len(values) <= MANY else range(most + 1)
    yield from chain.from_iterable(combinations(values, size) for size in sizes)


# ---- numbers --------------------------------------------------------------------------------------------------------


def numbers_said(fact: FactDeclaration, numbers: Sequence[Decimal]) -> tuple[FactValue, ...]:
    """Return numbers as answers to a fact: for one that is asked of each side, every pair of them."""
    return tuple(Sided(left, right) for left, right in product(numbers, numbers)) if fact.answer.each_side else tuple(numbers)


def numbers_of(fact: FactDeclaration, tests: Sequence[Test], frame: LineContext) -> tuple[Decimal, ...]:
    """Return a number below, at, between and above all thresholds, in the fact's own unit.

    A total of two sides can also reach a threshold by halves.  What is computed (a body surface by its formula) has no thresholds
    of its own: then a few usual numbers stand for all.
    """
    points = {point for test in tests for point in (*_thresholds(fact, test, frame), *_apart(fact, test, tests, frame))}
    return spread(points, whole=fact.name == "age") if points else USUAL


def spread(points: Iterable[Decimal], whole: bool = False) -> tuple[Decimal, ...]:
    """Return numbers below, at, between and above some points, none below zero unless a point is; `whole` ones only."""
    ordered = sorted(set(points))
    between = [] if whole else [(low + high) / 2 for low, high in pairwise(ordered)]
    beside = [point + step for point in ordered for step in (-1, 1)] if whole else [ordered[0] - 1, ordered[-1] + 1]
    least = 0 if ordered[0] >= 0 else ordered[0] - 1
    return tuple(sorted({number for number in (*ordered, *between, *beside) if number >= least}))


def _apart(fact: FactDeclaration, test: Test, tests: Sequence[Test], frame: LineContext) -> Iterator[Decimal]:
    """Yield for the first fact of a difference the numbers that lie the asked distance from those that matter of the second."""
    pairs = ((test.left, test.right), (test.right, test.left)) if isinstance(test, Compare) else ()
    for own, other in pairs:
        if isinstance(own, Difference) and own.first == fact.name and isinstance(other, Literal):
            second = frame.policy.facts.get(own.second, fact)
            amount = converted(Amount(other.number, other.number, other.unit), unit_of_fact(fact.name, frame))
            distance = amount.low if amount is not None else other.number
            bases = {point for one in tests for point in _thresholds(second, one, frame)} if second is not fact else set()
            yield from (base + step + distance for base in bases for step in (-1, 0, 1))


def _thresholds(fact: FactDeclaration, test: Test, frame: LineContext) -> Iterator[Decimal]:
    """Yield the numbers of a fact at which a test may change its mind, as far as they can be read off the test."""
    if isinstance(test, Reached) and fact.name == "age":
        yield from (Decimal(moment.after.count) for moment in test.moments if not moment.fact)
    if not isinstance(test, Compare):
        return
    for own, other in ((test.left, test.right), (test.right, test.left)):
        if isinstance(own, ScoreTotal) and own.score in frame.policy.scores:
            yield from (point for item in frame.policy.scores[own.score].items if item.fact == fact.name for point in _steps(item))
        if not _reads(own, fact.name):
            continue
        if isinstance(other, Literal):
            amount = converted(Amount(other.number, other.number, other.unit), unit_of_fact(fact.name, frame))
            point = amount.low if amount is not None else other.number
            yield from (point, point / 2) if getattr(own, "side", None) is Side.TOGETHER else (point,)
        if isinstance(other, TableValue) and other.table in frame.policy.tables:
            yield from (row[-1] for row in frame.policy.tables[other.table].rows)


def _steps(item: ScoreItem) -> Iterator[Decimal]:
    """Yield the measures at which an item of a score gives another number of points, up to its cap."""
    if item.per:
        most = MANY if item.most is None or item.points <= 0 else int(item.most / item.points)
        yield from (item.less + step for step in range(most + 1))


def _reads(quantity: Quantity, name: str) -> bool:
    match quantity:
        case FactNumber(fact):
            return fact == name
        case Difference(first, second):
            return name in (first, second)
        case Age():
            return name == "age"
        case _:
            return False


# ---- days -----------------------------------------------------------------------------------------------------------


def _days(name: str, tests: Sequence[Test], frame: LineContext) -> list[date]:
    """Return the days at which some test of a fact changes its mind, with those beside them; the day of service at least."""
    edges = {edge for test in tests for edge in _edges(name, test, frame)} | {frame.service_date}
    return sorted({day for edge in edges for day in (edge - DAY, edge, edge + DAY)})


def _edges(name: str, test: Test, frame: LineContext) -> Iterator[date]:
    match test:
        case HeldFor(fact, least) if fact == name:
            yield month_earlier(frame.request_date, least)
        case LongAgo(fact, least) if fact == name:
            yield month_earlier(frame.service_date, least)
        case Recent(fact, most, before_request) if fact == name:
            yield month_earlier(frame.request_date if before_request else frame.service_date, most)
        case Counted(fact, _, _, Duration() as window) if fact == name:
            yield month_earlier(frame.request_date, window)
        case Reached(moments):
            yield from (_start(frame.service_date, moment.after) for moment in moments if moment.fact == name)


def _start(end: date, after: Duration) -> date:
    """Return the last day from which a duration has passed by the end; months are of different lengths, so it is sought."""
    day = month_earlier(end, after)
    while month_later(day + DAY, after) <= end:
        day += DAY
    return day


def _events(name: str, tests: Sequence[Test], frame: LineContext) -> Iterator[tuple[DatedEvent, ...]]:
    """Yield lists of events: none, as many on one day as some test counts, and the same with one on another day."""
    most = max((test.count + 1 for test in tests if isinstance(test, Counted) and test.fact == name), default=1)
    days = [day for day in _days(name, tests, frame) if day <= frame.service_date]
    yield ()
    for count, day in product(range(1, most + 1), days):
        yield (DatedEvent(day),) * count
        yield from ((*(DatedEvent(day),) * count, DatedEvent(other)) for other in days if other > day)


def _courses(name: str, tests: Sequence[Test], frame: LineContext) -> Iterator[tuple[Course, ...]]:
    """Yield lists of courses: none, and one that ended yesterday, of each length and result that matters."""
    lengths = [test.least for test in tests if isinstance(test, CourseLasted) and test.fact == name]
    asks_result = any(isinstance(test, StepFailed) and test.earlier == name for test in tests)
    results = ("failed", "succeeded") if asks_result else ("failed",)
    until = frame.request_date - DAY
    starts = {day for least in lengths for edge in [month_earlier(until, least)] for day in (edge, edge + DAY)} or {until}
    yield ()
    for start, result in product(sorted(starts), results):
        yield (Course(start, until, result),)

"""Answers that reach what a table says: keys at, between and beyond its rows, and numbers at what it says for just those keys.

A number that is compared with a table has its thresholds there, and which of them counts depends on the keys.  So the keys are
chosen first, then the numbers below, at and above what each table says for them.  A key that a formula computes is reached by the
weight that gives it at one height.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from itertools import pairwise, product

from clausewise.decide.amounts import ARITHMETIC, Amount, converted, unit_of_fact
from clausewise.decide.answers import USUAL, numbers_of, numbers_said, spread
from clausewise.decide.context import LineContext
from clausewise.decide.formulas import FORMULAS, amount_by_formula
from clausewise.decide.quantities import table_amount
from clausewise.policy.mentions import FORMULA_FACTS
from clausewise.vocab.criterion import Age, Compare, Difference, FactNumber, Literal, Quantity, Side, TableValue, Test
from clausewise.vocab.document import AnswerKind, NumericTable
from clausewise.vocab.request import FactValue, Sided

Said = Mapping[str, FactValue]
HEIGHT, WEIGHT = FORMULA_FACTS
HEAVIEST = Decimal(1000)
HALVINGS = 48  # of the weights up to the heaviest: finer than any formula is rounded
DIGITS = 8


class TableAnswers:
    """The answers to facts that some tests read together, where one of the tests at least looks something up in a table."""

    def __init__(self, tests: Sequence[tuple[Test, LineContext]]) -> None:
        """`tests` each come with a line under their own policy, which gives tables and units."""
        compared = [(test, frame) for test, frame in tests if isinstance(test, Compare)]
        pairs = [(side, frame) for test, frame in compared for side in ((test.left, test.right), (test.right, test.left))]
        self._looked_up = [(own, other, frame) for (own, other), frame in pairs if isinstance(own, TableValue)]
        self._plain = [(test, frame) for test, frame in tests if not _looks_up(test)]

    def __bool__(self) -> bool:
        return bool(self._looked_up)

    @property
    def keys(self) -> frozenset[str]:
        """The facts that the tables are read by, those that a formula computes a key from included."""
        arguments = [argument for own, _, _ in self._looked_up for argument in own.arguments]
        return frozenset(name for fact, formula in arguments for name in (FORMULA_FACTS if formula else (fact,)))

    def read_by(self) -> Iterator[dict[str, FactValue]]:
        """Yield every choice of keys; None for a key that is not said.

        What a formula computes is not said but for one such fact at a time, which then counts whatever the formula would give.
        """
        stated = {name for name in self._computed_keys if self._frame(name) is not None}
        values = {name: self._values(name, self._key_points(name)) for name in sorted(self._plain_keys - stated)}
        singly: list[list[Said]] = [[{name: value} for value in some] for name, some in values.items()]
        measured = [list(self._measured(stated))] if WEIGHT in self.keys else []
        for parts in product(*singly, *measured):
            yield {name: value for part in parts for name, value in part.items()}

    def _measured(self, stated: Collection[str]) -> Iterator[Said]:
        """Yield heights and weights with nothing stated that a formula computes from them, then each such fact stated."""
        silent = dict.fromkeys(sorted(stated))
        bodies = [{HEIGHT: height, WEIGHT: weight} for height, weight in dict.fromkeys((*self._reached(), *self._bodies()))]
        yield from ({**silent, **body} for body in bodies)
        needed = len(self._computed_keys) > 1 or any(self._numbers(name) != USUAL for name in FORMULA_FACTS)
        beside: list[Said] = [*bodies] if needed else [dict.fromkeys(FORMULA_FACTS)]
        for name in silent:
            yield from ({**silent, **body, name: value} for value in self._values(name, self._key_points(name)) for body in beside)

    def numbers(self, name: str, keys: Said) -> tuple[FactValue, ...]:
        """Return the numbers of a fact that can matter with some keys; nothing for a fact that no table is compared with."""
        if not any(_reads(other, name) for _, other, _ in self._looked_up):
            return ()
        own = self._numbers(name)
        said = {point + step for point in self._said_at(name, keys) for step in (-1, 0, 1)}
        return self._answered(name, sorted({*own, *(number for number in said if number >= 0)}))

    # ---- keys ----

    @property
    def _plain_keys(self) -> frozenset[str]:
        return frozenset(fact for own, _, _ in self._looked_up for fact, formula in own.arguments if not formula)

    @property
    def _computed_keys(self) -> frozenset[str]:
        return frozenset(fact for own, _, _ in self._looked_up for fact, formula in own.arguments if formula)

    def _key_points(self, name: str) -> set[Decimal]:
        """Return the keys of the rows for an argument that is a fact, in the fact's unit."""
        arguments = [
            (own, other, place, frame)
            for own, other, frame in self._looked_up
            for place, (fact, _) in enumerate(own.arguments)
            if fact == name
        ]
        return {
            point
            for own, other, place, frame in arguments
            if (table := frame.policy.tables.get(own.table)) is not None
            for key in _keys(table, place, other)
            if (point := _in_unit(key, table.key_units[place], unit_of_fact(name, frame))) is not None
        }

    def _values(self, name: str, points: Collection[Decimal]) -> tuple[FactValue, ...]:
        """Return answers to a key: of each side the same, and one pair of which the sides differ."""
        own = self._numbers(name)
        numbers = spread([*points, *(own if own != USUAL or not points else ())], whole=name == "age")
        frame = self._frame(name)
        if frame is None or not frame.policy.facts[name].answer.each_side:
            return numbers
        return (*(Sided(one, one) for one in numbers), Sided(numbers[0], numbers[-1]), Sided(numbers[-1], numbers[0]))

    def _bodies(self) -> Iterator[tuple[Decimal, Decimal]]:
        yield from product(self._numbers(HEIGHT), self._numbers(WEIGHT))

    def _reached(self) -> Iterator[tuple[Decimal, Decimal]]:
        """Yield a height with the weights at which a formula gives each key, and those between and beyond."""
        height = max(self._numbers(HEIGHT))
        for own, other, frame in self._looked_up:
            table = frame.policy.tables.get(own.table)
            for place, (_, formula) in enumerate(own.arguments if table is not None else ()):
                if formula in FORMULAS and table is not None:
                    keys = [_in_unit(key, table.key_units[place], FORMULAS[formula].unit) for key in _keys(table, place, other)]
                    rows = [key for key in keys if key is not None]
                    others = (key for key in spread(rows) if key not in rows)
                    found = (_weight(formula, height, key, frame) for key in (*sorted(rows), *others))
                    yield from ((height, weight) for weight in found if weight is not None)

    # ---- numbers ----

    def _said_at(self, name: str, keys: Said) -> Iterator[Decimal]:
        """Yield what the tables say for some keys, as numbers of a fact that is compared with it."""
        for own, other, frame in self._looked_up:
            unit = unit_of_fact(name, frame)
            for side in (Side.LEFT, Side.RIGHT) if _reads(other, name) else ():
                found = table_amount(own, side, replace(frame, facts={**frame.facts, **keys}))
                point = None if found is None else _in_unit(found.low, found.unit, unit)
                if point is None:
                    continue
                if isinstance(other, Difference) and other.first == name:
                    yield from (base + point for base in self._numbers(other.second))
                elif isinstance(other, Age):
                    yield from (point.to_integral_value(ROUND_FLOOR), point.to_integral_value(ROUND_CEILING))
                else:
                    yield from (point, point / 2) if getattr(other, "side", None) is Side.TOGETHER else (point,)

    def _numbers(self, name: str) -> tuple[Decimal, ...]:
        """Return the numbers of a fact that tests without a table tell apart."""
        frames = {id(frame.policy): frame for _, _, frame in self._looked_up if name in frame.policy.facts}.values()
        facts = [(frame.policy.facts[name], frame) for frame in frames]
        numeric = [(fact, frame) for fact, frame in facts if fact.answer.kind is AnswerKind.NUMBER]
        tests = [test for test, _ in self._plain]
        return tuple(sorted({one for fact, frame in numeric for one in numbers_of(fact, tests, frame)})) or USUAL

    def _answered(self, name: str, numbers: Sequence[Decimal]) -> tuple[FactValue, ...]:
        frame = self._frame(name)
        return tuple(numbers) if frame is None else numbers_said(frame.policy.facts[name], numbers)

    def _frame(self, name: str) -> LineContext | None:
        return next((frame for _, _, frame in self._looked_up if name in frame.policy.facts), None)


def stated_keys(test: Test) -> tuple[str, ...]:
    """Return the facts that count, where they are stated, for what a formula computes in a test."""
    tables = [side for side in (test.left, test.right) if isinstance(side, TableValue)] if isinstance(test, Compare) else []
    return tuple(dict.fromkeys(fact for table in tables for fact, formula in table.arguments if formula))


def _looks_up(test: Test) -> bool:
    return isinstance(test, Compare) and (isinstance(test.left, TableValue) or isinstance(test.right, TableValue))


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


def _keys(table: NumericTable, place: int, other: Quantity) -> set[Decimal]:
    """Return the keys of a table's rows, and where it is compared with a number those at which it says that number."""
    rows = table.rows
    found = {row[place] for row in rows}
    number = _in_unit(other.number, other.unit, table.unit) if isinstance(other, Literal) else None
    if number is not None and table.linear and len(table.keys) == 1:
        for (start, low), (end, high) in pairwise(sorted((row[0], row[-1]) for row in rows)):
            if min(low, high) < number < max(low, high):
                found.add(start + (number - low) * (end - start) / (high - low))
    return found


def _in_unit(number: Decimal, own: str, unit: str) -> Decimal | None:
    amount = converted(Amount(number, number, own or unit), unit) if own != unit else Amount(number, number, unit)
    return None if amount is None else amount.low


def _weight(formula: str, height: Decimal, wanted: Decimal, frame: LineContext) -> Decimal | None:
    """Return the weight of the fewest digits at which a formula gives a number at some height, or None where none does.

    All formulas rise with the weight, so it is found by halving.
    """

    def given(weight: Decimal) -> Decimal | None:
        found = amount_by_formula(formula, replace(frame, facts={HEIGHT: height, WEIGHT: weight}))
        return None if found is None else found.low

    low, high = Decimal(0), HEAVIEST
    with localcontext(ARITHMETIC):
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            found = given(middle)
            if found == wanted:
                break
            low, high = (middle, high) if found is None or found < wanted else (low, middle)
        candidates = (round(middle, digits) for digits in range(DIGITS))
        return next((weight for weight in candidates if given(weight) == wanted), None)

"""Tests that are only tried at some values: they compare what is computed, so no list of answers is sure to show all they say."""

from collections.abc import Iterable, Iterator, Mapping

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.decide.answers import USUAL
from clausewise.vocab import criterion as c
from clausewise.vocab.criterion import Quantity, Test
from clausewise.vocab.wording import worded


def is_tried(test: Test) -> bool:
    """Tell whether a test is only tried on some numbers: it compares what is computed, which has no thresholds to go by."""
    if not isinstance(test, c.Compare):
        return False
    sides = (test.left, test.right)
    computed = any(isinstance(side, c.TableValue | c.Difference | c.ScoreTotal) for side in sides)
    return computed or not any(isinstance(side, c.Literal | c.Grade) for side in sides)


def tried_in(policy: CompiledPolicy, refs: Iterable[int]) -> Mapping[int, Test]:
    """Return the tests that some references of a policy rest on and that are only tried, by their registers."""
    tests = {number: test for number, test in enumerate(policy.program.atoms) if is_tried(test)}
    resting = frozenset(policy.program.supports(refs)) if tests else frozenset[int]()
    return {number: test for number, test in tests.items() if number in resting}


def tried_words(tests: Iterable[Test]) -> tuple[str, ...]:
    """Return for each test, once, in words at which values it was tried."""
    said = {f"`{worded(test)}`": "; ".join(dict.fromkeys(_values(test))) for test in tests}
    return tuple(f"{test}: {values}" for test, values in sorted(said.items()))


def _values(test: Test) -> Iterator[str]:
    """Yield at which values a test is tried; see `decide.answers` and `decide.table_answers`."""
    sides: tuple[Quantity, ...] = (test.left, test.right) if isinstance(test, c.Compare) else ()
    for side in sides:
        if isinstance(side, c.TableValue):
            formulas = sorted({formula for _, formula in side.arguments if formula})
            ways = "by the weights that give them at one height, and stated where it is a fact"
            weights = f" (of {' and '.join(formulas)}: {ways})" if formulas else ""
            yield f"at, between and beyond the rows of {side.table}{weights}, and 1 below, at and 1 above what it says there"
        elif isinstance(side, c.ScoreTotal):
            yield f"at the measures at which an item of {side.score} gives other points"
    if not any(isinstance(side, c.TableValue | c.ScoreTotal) for side in sides):
        usual = " and ".join(str(number) for number in USUAL)
        yield f"at, between and beyond the numbers that tests compare it with, or where there are none at {usual}"

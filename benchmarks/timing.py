"""Races that are fair: answers compared first, then all timed in one run, turn by turn, and ratios taken within one."""

import gc
import math
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

TURN_SECONDS = 0.1  # how long a turn lasts at least: the cases are passed through as often as that takes


class Contender(Protocol):
    """Somebody who decides the cases of a race."""

    @property
    def name(self) -> str:
        """How the tables call it."""

    @property
    def size(self) -> int:
        """How many cases it decides in one pass."""

    def outcomes(self) -> list[int]:
        """Decide every case once and return the outcomes."""

    def seconds(self, passes: int) -> float:
        """Return how long it takes to decide all cases so many times."""


@dataclass(frozen=True, slots=True)
class InProcess:
    """A contender in this process: `decide` is what is timed, `outcome` reads the outcome from its answer."""

    name: str
    decide: Callable[[Any], Any]
    outcome: Callable[[Any], int]
    cases: Sequence[Any]

    @property
    def size(self) -> int:
        """How many cases it decides in one pass."""
        return len(self.cases)

    def outcomes(self) -> list[int]:
        """Decide every case once and return the outcomes."""
        return [self.outcome(self.decide(case)) for case in self.cases]

    def seconds(self, passes: int) -> float:
        """Return how long it takes to decide all cases so many times."""
        decide, cases = self.decide, self.cases
        began = time.perf_counter()
        for _ in range(passes):
            for case in cases:
                decide(case)
        return time.perf_counter() - began


@dataclass(frozen=True, slots=True)
class Spread:
    """A middle value between the least and the greatest of one run."""

    median: float
    least: float
    most: float

    def __format__(self, spec: str) -> str:
        """Format each of the three alike."""
        return f"{self.median:{spec}} ({self.least:{spec}} to {self.most:{spec}})"


def spread(values: Sequence[float]) -> Spread:
    """Return median, least and greatest of some values."""
    return Spread(statistics.median(values), min(values), max(values))


def wrong_answers(contender: Contender, expected: Sequence[int]) -> list[int]:
    """Return the numbers of the cases that a contender decides otherwise than expected."""
    pairs = zip(contender.outcomes(), expected, strict=True)
    return [number for number, (given, wanted) in enumerate(pairs) if given != wanted]


def interleaved(contenders: Sequence[Contender], rounds: int) -> dict[str, list[float]]:
    """Return microseconds per case for each contender, one value a round; each round starts with another contender."""
    passes = {c.name: max(1, math.ceil(TURN_SECONDS / c.seconds(1))) for c in contenders}
    taken: dict[str, list[float]] = {c.name: [] for c in contenders}
    gc.collect()
    gc.freeze()
    for turn in range(rounds):
        first = turn % len(contenders)
        for contender in (*contenders[first:], *contenders[:first]):
            count = passes[contender.name]
            taken[contender.name].append(contender.seconds(count) / count / contender.size * 1e6)
    gc.unfreeze()
    return taken


def ratios(taken: Mapping[str, Sequence[float]], slower: str, faster: str) -> Spread:
    """Return how many times faster one contender is than another, compared round by round."""
    return spread([a / b for a, b in zip(taken[slower], taken[faster], strict=True)])


def repeated(work: Callable[[], object], times: int) -> Spread:
    """Return the seconds that some work takes, over so many times."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return spread(taken)


def machine() -> str:
    """Name the processor and the Python that measure."""
    return f"{_cores()}, Python {platform.python_version()}"


def _cores() -> str:
    described = Path("/proc/cpuinfo")
    rows = described.read_text(encoding="utf-8").splitlines() if described.exists() else []
    models = [row.partition(":")[2].strip() for row in rows if row.startswith("model name")]
    return f"{len(models)} cores of {models[0]}" if models else platform.processor() or platform.machine()


def verdict(value: float, goal: float, at_least: bool) -> str:
    """Return how a value stands to its goal, as the tables say it."""
    return "ok" if (value >= goal) == at_least or value == goal else "missed"

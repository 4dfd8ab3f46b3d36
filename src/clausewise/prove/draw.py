"""The share of cases that change their disposition, estimated: many cases drawn at once, one bit of an integer for each.

The bits come from a seeded hash and the seed is said, so that the same two policies give the same estimate.
"""

import hashlib
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import prod, sqrt

from clausewise.decide.space import Answer, Space
from clausewise.prove.abreast import size_of
from clausewise.prove.alike import twins
from clausewise.prove.change import Share
from clausewise.prove.classes import answers_by_code, code_question, members
from clausewise.prove.lanes import Rails, evaluated, turned
from clausewise.prove.outcomes import step_dispositions

SEED = 20_250_912
CONFIDENT = 1.959964  # standard deviations of a 95 % interval
FINE = 16  # binary digits of a probability while drawing


class Draw:
    """Many cases at once, one bit of an integer for each."""

    def __init__(self, space: Space, codes: Sequence[str], sample: int) -> None:
        self._space = space
        self._codes = codes
        self._size = sample
        self._every = (1 << sample) - 1
        self._drawn = 0

    def share(self, nodes: int) -> Share:
        """Return the share of the cases drawn, with its 95 % interval (Wilson)."""
        tests = self._tests()
        old, new = (self._given(which, tests) for which in (0, 1))
        changed = 0
        for own in {**old, **new}:
            changed |= old.get(own, 0) ^ new.get(own, 0)
        hits, size = changed.bit_count(), self._size
        middle, spread = (hits + CONFIDENT**2 / 2) / (size + CONFIDENT**2), sqrt(hits * (size - hits) / size + CONFIDENT**2 / 4)
        half = CONFIDENT * spread / (size + CONFIDENT**2)
        combinations = prod(len(question.answers) for question in self._space.questions)
        return Share({}, Fraction(hits, size), combinations, size, SEED, max(0.0, middle - half), min(1.0, middle + half), nodes)

    def _tests(self) -> Sequence[Rails]:
        """Return the rails of every test over the cases drawn."""
        rails = [[0, 0] for _ in range(size_of(self._space))]
        for answer, cases in self._chosen():
            for rail, bits in ((0, answer.true), (1, answer.false)):
                for bit in members(bits):
                    rails[bit][rail] |= cases
        for bit in members(self._space.loose):
            first = twins(self._space)[bit]
            true = self._fresh() if first == bit else rails[first][0]
            rails[bit] = [true, self._every ^ true]
        for rail, settled in enumerate(self._space.fixed):
            for bit in members(settled):
                rails[bit][rail] = self._every
        return [(true, false) for true, false in rails]

    def _chosen(self) -> Iterable[tuple[Answer, int]]:
        """Yield every answer with the cases that give it: the code first, each alike, then one of its answers."""
        asked = code_question(self._space)
        for question in self._space.questions:
            if question is not asked:
                yield from zip(question.answers, self._parted(self._every, len(question.answers)), strict=True)
        by_code = answers_by_code(self._space, self._codes) if asked is not None else {}
        for answers, cases in zip(by_code.values(), self._parted(self._every, len(by_code)), strict=True):
            yield from zip(answers, self._parted(cases, len(answers)), strict=True)

    def _parted(self, cases: int, count: int) -> Iterable[int]:
        for left in range(count, 0, -1):
            part = cases if left == 1 else cases & self._one_in(left)
            cases ^= part
            yield part

    def _fresh(self) -> int:
        """Return cases each of which is drawn with the chance of one in two: the next bits that the seed gives."""
        self._drawn += 1
        digest = hashlib.shake_256(f"{SEED} {self._drawn}".encode()).digest(self._size // 8 + 1)
        return int.from_bytes(digest, "big") & self._every

    def _one_in(self, count: int) -> int:
        """Return cases each of which is drawn with the chance of one in `count`, to FINE binary digits."""
        whole = count & (count - 1) == 0
        digits, places = (1, count.bit_length() - 1) if whole else (round((1 << FINE) / count), FINE)
        drawn = 0
        for place in range(places):
            fresh = self._fresh()
            drawn = fresh | drawn if digits >> place & 1 else fresh & drawn
        return drawn

    def _given(self, which: int, tests: Sequence[Rails]) -> dict[str, int]:
        policy, offset = self._space.policies[which], self._space.offsets[which]
        asked = {number: tests[offset + number] for number in range(len(policy.program.atoms))}
        rails = evaluated(policy.program, asked, policy.program.supports(step.ref for step in policy.steps), self._every)
        given = step_dispositions(policy)
        found = dict.fromkeys(given, 0)
        open_to = dict.fromkeys(given, self._every)
        for own, step in zip(given, policy.steps, strict=True):
            true, false = turned(rails, step.ref)
            found[own] |= open_to[own] & true
            open_to = {other: left if other == own else left & false for other, left in open_to.items()}
        return found

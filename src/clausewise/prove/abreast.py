"""Many cases at once: a register is two integers with one bit for each case, and one pass over the program evaluates them all.

The program is evaluated by `lanes`, with `&` and `|` of long integers for its operations.  Thousands of cases cost
little more than one, so a claim is first looked up among cases known already, and Z3 is asked only for what none of them shows.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.program import Operation
from clausewise.decide.line_answers import CODE
from clausewise.decide.space import Answer, Space, members
from clausewise.prove.lanes import Rails, evaluated, operated
from clausewise.vocab.request import FactValue


class Chance:
    """Bits that look like chance and are the same in every run: what makes cases differ may not make reports differ."""

    def __init__(self, seed: str) -> None:
        self._seed, self._drawn = seed, 0
        self._pool, self._at = b"", 0

    def bits(self, count: int) -> int:
        """Return a number of so many bits."""
        size = (count + 7) // 8
        if self._at + size > len(self._pool):
            self._drawn += 1
            self._pool, self._at = hashlib.shake_128(f"{self._seed} {self._drawn}".encode()).digest(max(size, POOL)), 0
        content = self._pool[self._at : self._at + size]
        self._at += size
        return int.from_bytes(content, "big") >> -count % 8

    def below(self, count: int) -> int:
        """Return a number below another, small one."""
        return self.bits(32) % count


class Case(NamedTuple):
    """A fully answered case: the place of the answer taken for each question of the space, and the loose tests that are true."""

    places: tuple[int, ...]
    loose: int = 0


POOL = 1 << 16  # bytes that are drawn at once
REPEATS = 128  # cases made of each seed
CHANGES = 16  # in a case made of a seed, one question of so many is answered anew


class Sayings:
    """Where a space says something: for each code, and for each answer to a fact, the question and the places of its answers."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._question = {name: number for number, question in enumerate(space.questions) for name in question.names}
        self._known: dict[tuple[str, FactValue], tuple[int, tuple[int, ...]] | None] = {}

    def code(self, code: str) -> tuple[int, tuple[int, ...]] | None:
        """Return where the line asks for a code."""
        return self._found(CODE, code, lambda answer: answer.line.get(CODE) == code)

    def fact(self, name: str, value: FactValue) -> tuple[int, tuple[int, ...]] | None:
        """Return where a fact is answered so."""
        return self._found(name, value, lambda answer: name in answer.facts and answer.facts[name] == value)

    def _found(self, name: str, value: FactValue, fits: Callable[[Answer], bool]) -> tuple[int, tuple[int, ...]] | None:
        if (name, value) not in self._known:
            number = self._question.get(name)
            answers = () if number is None else self._space.questions[number].answers
            places = tuple(place for place, answer in enumerate(answers) if fits(answer))
            self._known[name, value] = None if number is None else (number, places)
        return self._known[name, value]


class Lanes:
    """Cases side by side, case k in bit k; a reader of claims (`rails.Reader`).

    `taken` has for each question and answer the cases that took it; `tests` the rails of all tests of the space.
    """

    def __init__(
        self,
        space: Space,
        count: int,
        taken: Sequence[Sequence[int]],
        tests: Mapping[int, tuple[int, int]],
        sayings: Sayings | None = None,
    ) -> None:
        self.space, self.count = space, count
        self._sayings = sayings or Sayings(space)
        self.all = (1 << count) - 1
        self._taken, self.tests = taken, tests
        self._registers: dict[tuple[int, int], tuple[int, int]] = {}

    def policy(self, which: int = 0) -> CompiledPolicy:
        """Return one of the policies."""
        return self.space.policies[which]

    def case(self, lane: int) -> Case:
        """Return one of the cases."""
        places = tuple(next(at for at, lanes in enumerate(taken) if lanes >> lane & 1) for taken in self._taken)
        return Case(places, sum(1 << bit for bit in members(self.space.loose) if self.tests[bit][0] >> lane & 1))

    def rails(self, ref: int, which: int = 0) -> Rails:
        """Return the cases in which a reference is true, and those in which it is false."""
        if ref < 0:
            true, false = self.rails(~ref, which)
            return false, true
        if (which, ref) not in self._registers:
            self._fill(which)
        return self._registers[which, ref]

    def _fill(self, which: int) -> None:
        """Work out all registers of a program: many cases at once, one pass is nothing."""
        program, offset = self.space.policies[which].program, self.space.offsets[which]
        tests = {bit: self.tests[offset + bit] for bit in range(len(program.atoms))}
        worked_out = evaluated(program, tests, range(len(program.atoms) + len(program.operations)), self.all)
        self._registers |= {(which, register): rails for register, rails in worked_out.items()}

    def operate(self, operation: Operation, parts: Sequence[Rails]) -> Rails:
        """Return the rails of an operation whose parts have theirs."""
        return operated(operation, parts, self.all)

    def every(self, claims: Iterable[int]) -> int:
        """Return the cases in which all claims hold."""
        whole = self.all
        for claim in claims:
            whole &= claim
        return whole

    def some(self, claims: Iterable[int]) -> int:
        """Return the cases in which one of the claims holds."""
        whole = 0
        for claim in claims:
            whole |= claim
        return whole

    def no(self, claim: int) -> int:
        """Return the cases in which a claim does not hold."""
        return self.all & ~claim

    def named(self, claim: int) -> int:
        """Return a claim as it is: it is worked out already."""
        return claim

    def code(self, code: str) -> int:
        """Return the cases that ask for a code."""
        return self._gives(self._sayings.code(code))

    def says(self, name: str, value: FactValue) -> int:
        """Return the cases that answer a fact so."""
        return self._gives(self._sayings.fact(name, value))

    def _gives(self, where: tuple[int, tuple[int, ...]] | None) -> int:
        return self.some(self._taken[where[0]][place] for place in where[1]) if where else 0

    def sound(self) -> int:
        """Return the cases that keep to the implications declared in the facts."""
        bad = 0
        for pair in self.space.implied:
            first, second = (self.tests[bit] if bit >= 0 else self.tests[~bit][::-1] for bit in pair)
            bad |= first[0] & second[1]
        return self.all & ~bad


def lanes_of(space: Space, cases: Sequence[Case], sayings: Sayings | None = None) -> Lanes:
    """Return some cases side by side."""
    taken = [[0] * len(question.answers) for question in space.questions]
    columns: dict[int, list[int]] = {bit: [0, 0] for bit in range(size_of(space))}
    for lane, case in enumerate(cases):
        true, false = space.fixed[0] | case.loose & space.loose, space.fixed[1] | ~case.loose & space.loose
        for question, places, place in zip(space.questions, taken, case.places, strict=True):
            places[place] |= 1 << lane
            true, false = true | question.answers[place].true, false | question.answers[place].false
        for side, bits in enumerate((true, false)):
            for bit in members(bits):
                columns[bit][side] |= 1 << lane
    return Lanes(space, len(cases), taken, {bit: (true, false) for bit, (true, false) in columns.items()}, sayings)


def _lanes(
    space: Space, count: int, taken: Sequence[Sequence[int]], loose: Mapping[int, int], sayings: Sayings | None
) -> Lanes:
    """Return cases side by side, given for each question and answer who took it, and for each loose test where it is true."""
    everywhere = (1 << count) - 1
    true, false = space.fixed
    tests = {bit: (everywhere * (true >> bit & 1), everywhere * (false >> bit & 1)) for bit in range(size_of(space))}
    tests |= {bit: (true, everywhere & ~true) for bit, true in loose.items()}
    for question, places in zip(space.questions, taken, strict=True):
        columns = {bit: [0, 0] for bit in members(question.tests)}
        for answer, lanes in zip(question.answers, places, strict=True):
            for side, bits in enumerate((answer.true, answer.false) if lanes else ()):
                for bit in members(bits):
                    columns[bit][side] |= lanes
        tests |= {bit: (rails[0], rails[1]) for bit, rails in columns.items()}
    return Lanes(space, count, taken, tests, sayings)


def size_of(space: Space) -> int:
    """Return how many tests a space has, those of implications included."""
    ends = [offset + len(policy.program.atoms) for policy, offset in zip(space.policies, space.offsets, strict=True)]
    return max([*ends, *(max(bit, ~bit) + 1 for pair in space.implied for bit in pair)])


def neighbours(
    space: Space, centres: Sequence[Case], seeds: Sequence[Case], chance: Chance, sayings: Sayings | None = None
) -> Lanes:
    """Return cases near some centres: each as it is, with a few questions answered by chance, and mixed with the seeds."""
    count = len(centres) * REPEATS
    as_is = sum(1 << lane for lane in range(0, count, REPEATS))
    mates = [chance.below(len(seeds)) for _ in range(count)]
    zones = [chance.bits(count) for _ in range(2)]  # which of the three shares a case is mixed by; one zone is not mixed
    taken: list[list[int]] = []
    for number, question in enumerate(space.questions):
        places = [0] * len(question.answers)
        for at, centre in enumerate(centres):
            places[centre.places[number]] |= ((1 << REPEATS) - 1) << at * REPEATS
        from_mate = _mixing(count, zones, chance) & ~as_is
        changed = _some_lanes(count, CHANGES, chance) & ~as_is
        places = [lanes & ~(changed | from_mate) for lanes in places]
        for lane in members(from_mate & ~changed):
            places[seeds[mates[lane]].places[number]] |= 1 << lane
        for lane in members(changed):
            places[chance.below(len(places))] |= 1 << lane
        taken.append(places)
    return _lanes(space, count, taken, {bit: chance.bits(count) for bit in members(space.loose)}, sayings)


def _mixing(count: int, zones: Sequence[int], chance: Chance) -> int:
    """Return the cases that take an answer from another seed: in one quarter none, in the others one of 2, 4 or 8."""
    half, quarter, eighth = (_some_lanes(count, share, chance) for share in (2, 4, 8))
    first, second = zones
    return (first & second & half) | (first & ~second & quarter) | (~first & second & eighth)


def _some_lanes(count: int, share: int, chance: Chance) -> int:
    """Return one of so many cases, drawn at random but always the same."""
    lanes = chance.bits(count)
    while share > 2:
        lanes &= chance.bits(count)
        share //= 2
    return lanes

"""Claims about cases, said once and read three ways: by Z3 (`encode`), over many cases at once (`abreast`), and for one replayed.

A claim is a function of a reader.  What a reader returns for it is the reader's own matter: a Boolean of Z3, or an integer with one
bit for each case.  So the search, the ticking off and the replay cannot mean different things.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.program import Operation, Program
from clausewise.decide.ladder import Outcome, outcome_of
from clausewise.vocab.request import FactValue

Rail: TypeAlias = Any  # a Boolean of Z3, or an integer with one bit a case: readers do not mix
Rails: TypeAlias = tuple[Rail, Rail]


class Reader(Protocol):
    """Whoever can say of claims whether they hold.  References are those of the policies' programs."""

    def policy(self, which: int = 0) -> CompiledPolicy:
        """Return one of the policies."""

    def rails(self, ref: int, which: int = 0) -> Rails:
        """Return the claims that a reference is known to be true, and known to be false."""

    def operate(self, operation: Operation, parts: Sequence[Rails]) -> Rails:
        """Return the rails of an operation whose parts have theirs."""

    def every(self, claims: Iterable[Rail]) -> Rail:
        """Return the claim that all of some claims hold."""

    def some(self, claims: Iterable[Rail]) -> Rail:
        """Return the claim that one of some claims holds."""

    def no(self, claim: Rail) -> Rail:
        """Return the claim that a claim does not hold."""

    def named(self, claim: Rail) -> Rail:
        """Return a claim ready to be used more than once."""

    def code(self, code: str) -> Rail:
        """Return the claim that the line asks for a code."""

    def says(self, name: str, value: FactValue) -> Rail:
        """Return the claim that a fact is answered so."""


Claim: TypeAlias = Callable[[Reader], Rail]


def holds(ref: int, which: int = 0) -> Claim:
    """Claim that a reference is known to be true."""
    return lambda reader: reader.rails(ref, which)[0]


def fails(ref: int, which: int = 0) -> Claim:
    """Claim that a reference is known to be false."""
    return lambda reader: reader.rails(ref, which)[1]


def both(*claims: Claim) -> Claim:
    """Claim that all of some claims hold."""
    return lambda reader: reader.every(claim(reader) for claim in claims)


def either(*claims: Claim) -> Claim:
    """Claim that one of some claims holds."""
    return lambda reader: reader.some(claim(reader) for claim in claims)


def lacks(claim: Claim) -> Claim:
    """Claim that a claim does not hold."""
    return lambda reader: reader.no(claim(reader))


def of_code(code: str) -> Claim:
    """Claim that the line asks for a code."""
    return lambda reader: reader.code(code)


def answered(name: str, value: FactValue) -> Claim:
    """Claim that a fact is answered so."""
    return lambda reader: reader.says(name, value)


def decided_by(step: int, which: int = 0) -> Claim:
    """Claim that a step of the ladder is the first that holds, and that all above it fail."""

    def claim(reader: Reader) -> Rail:
        steps = reader.policy(which).steps
        above = (reader.rails(one.ref, which)[1] for one in steps[:step])
        return reader.every([reader.rails(steps[step].ref, which)[0], *above])

    return claim


def concluded(conclusions: Iterable[str], which: int = 0) -> Claim:
    """Claim that the ladder ends at a step with one of some conclusions."""
    wanted = frozenset(conclusions)

    def claim(reader: Reader) -> Rail:
        steps = reader.policy(which).steps
        return reader.some(decided_by(at, which)(reader) for at, step in enumerate(steps) if step.conclusion in wanted)

    return claim


def outcomes(reader: Reader, which: int = 0) -> Mapping[Outcome, Rail]:
    """Return for each outcome of the ladder the claim that it comes out."""
    steps = reader.policy(which).steps
    still: Rail = reader.every(())
    found: dict[Outcome, list[Rail]] = {}
    for step in steps:
        true, false = reader.rails(step.ref, which)
        found.setdefault(outcome_of(step), []).append(reader.every((still, true)))
        still = reader.every((still, false))
    return {outcome: reader.some(claims) for outcome, claims in found.items()}


class Change:
    """Some registers of a program that are other than they are: turned round, always true, or whatever else is put there."""

    def __init__(self, registers: Iterable[int], instead: Callable[[Reader, int], Rails], which: int = 0) -> None:
        self.registers, self.instead, self.which = tuple(registers), instead, which
        self._resting: frozenset[int] | None = None

    def resting(self, program: Program) -> frozenset[int]:
        """Return the registers that rest on a changed one, worked out once for the one program the change is for."""
        if self._resting is None:
            found = set(self.registers)
            for register, operation in enumerate(program.operations, len(program.atoms)):
                if not found.isdisjoint(part if part >= 0 else ~part for part in operation.refs):
                    found.add(register)
            self._resting = frozenset(found)
        return self._resting


class Replaced:
    """A reader after a change."""

    def __init__(self, reader: Reader, change: Change) -> None:
        self._reader, self._which = reader, change.which
        self._program = reader.policy(change.which).program
        self._resting = change.resting(self._program)
        self._known: dict[int, Rails] = {register: change.instead(reader, register) for register in change.registers}

    def policy(self, which: int = 0) -> CompiledPolicy:
        """Return one of the policies."""
        return self._reader.policy(which)

    def rails(self, ref: int, which: int = 0) -> Rails:
        """Return the rails of a reference after the change."""
        register = ref if ref >= 0 else ~ref
        if which != self._which or register not in self._resting:
            return self._reader.rails(ref, which)
        if register not in self._known:
            operation = self._program.operations[register - len(self._program.atoms)]
            self._known[register] = self.operate(operation, [self.rails(part, which) for part in operation.refs])
        true, false = self._known[register]
        return (true, false) if ref >= 0 else (false, true)

    def operate(self, operation: Operation, parts: Sequence[Rails]) -> Rails:
        """Return the rails of an operation whose parts have theirs."""
        return self._reader.operate(operation, parts)

    def every(self, claims: Iterable[Rail]) -> Rail:
        """Return the claim that all of some claims hold."""
        return self._reader.every(claims)

    def some(self, claims: Iterable[Rail]) -> Rail:
        """Return the claim that one of some claims holds."""
        return self._reader.some(claims)

    def no(self, claim: Rail) -> Rail:
        """Return the claim that a claim does not hold."""
        return self._reader.no(claim)

    def named(self, claim: Rail) -> Rail:
        """Return a claim ready to be used more than once."""
        return self._reader.named(claim)

    def code(self, code: str) -> Rail:
        """Return the claim that the line asks for a code."""
        return self._reader.code(code)

    def says(self, name: str, value: FactValue) -> Rail:
        """Return the claim that a fact is answered so."""
        return self._reader.says(name, value)


def settled(registers: Iterable[int], truth: bool, which: int = 0) -> Change:
    """Change some registers to a constant."""

    def instead(reader: Reader, register: int) -> Rails:
        yes, no = reader.every(()), reader.some(())
        return (yes, no) if truth else (no, yes)

    return Change(registers, instead, which)


def read_as(register: int, ref: int, which: int = 0) -> Change:
    """Change a register to what another reference says."""
    return Change((register,), lambda reader, _: reader.rails(ref, which), which)


def outcome_differs(change: Change, which: int = 0) -> Claim:
    """Claim that the ladder gives another outcome after a change than before it."""

    def claim(reader: Reader) -> Rail:
        one, other = outcomes(Replaced(reader, change), which), outcomes(reader, which)
        decided = reader.some(other.values())  # said so, that a case which says too little shows nothing
        return reader.some(reader.every((rail, decided, reader.no(other[outcome]))) for outcome, rail in one.items())

    return claim


def differs(reader: Reader, ref: int, change: Change, which: int = 0) -> Rail:
    """Return the claim that a reference is true after a change and false before, or the other way round."""
    before, after = reader.rails(ref, which), Replaced(reader, change).rails(ref, which)
    return reader.some((reader.every((before[0], after[1])), reader.every((before[1], after[0]))))

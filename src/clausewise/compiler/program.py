"""The dual-rail program: what every criterion is lowered to, once.

A truth is two bits, known-true and known-false; neither set is unknown.  Registers 0 to n-1 are atoms (tests of facts), each later
register is one operation over earlier ones.  A reference to a register is its number, or `~number` for its negation, which costs
nothing: the two rails change places.  Operations are hash-consed, so equal conditions share a register.

    all      every reference holds                          known-true  = AND of known-true,  known-false = OR of known-false
    any      some reference holds                           known-true  = OR of known-true,   known-false = AND of known-false
    atleast  `number` or more hold                          known-true  = count of known-true  >= number
                                                            known-false = count of known-false >  n - number
    may      the reference is not known to be false         always known
    known    the reference is known                         always known
    cite     the reference itself, as item `number` of the outline says it: what a proof cites
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from clausewise.vocab.criterion import Test
from clausewise.vocab.truth import Truth


class Operation(NamedTuple):
    """One operation; `number` is how many "atleast" wants, or the number of the item that "cite" cites."""

    kind: str
    refs: tuple[int, ...]
    number: int = 0


@dataclass(frozen=True, slots=True)
class Program:
    """Atoms and the operations over them.  A case is two integers, one bit per atom: known true, known false."""

    atoms: tuple[Test, ...]
    operations: tuple[Operation, ...]

    def supports(self, refs: Iterable[int]) -> tuple[int, ...]:
        """Return the registers that the references rest on, themselves included, in rising order."""
        atoms, operations = len(self.atoms), self.operations
        wanted = {ref if ref >= 0 else ~ref for ref in refs}
        for register in range(max(wanted, default=0), atoms - 1, -1):  # a register rests on earlier ones only
            if register in wanted:
                wanted.update([ref if ref >= 0 else ~ref for ref in operations[register - atoms].refs])
        return tuple(sorted(wanted))


def evaluate(program: Program, true_bits: int, false_bits: int) -> list[Truth]:
    """Return the truth of every register for a case given as two integers.  Cost: one pass over the operations."""
    truths = [
        Truth.TRUE if true_bits >> bit & 1 else Truth.FALSE if false_bits >> bit & 1 else Truth.UNKNOWN
        for bit in range(len(program.atoms))
    ]
    for operation in program.operations:
        truths.append(operate(operation, [truth_of(ref, truths) for ref in operation.refs]))
    return truths


def truth_of(ref: int, truths: Sequence[Truth]) -> Truth:
    """Return the truth of a reference, negated where it says so."""
    return truths[ref] if ref >= 0 else Truth(2 - truths[~ref])


def operate(operation: Operation, parts: Sequence[Truth]) -> Truth:
    """Return what an operation gives for the truths of its references."""
    match operation.kind:
        case "all":
            return min(parts, default=Truth.TRUE)
        case "any":
            return max(parts, default=Truth.FALSE)
        case "atleast":
            return sorted(parts, reverse=True)[operation.number - 1] if operation.number <= len(parts) else Truth.FALSE
        case "may":
            return Truth.FALSE if parts[0] is Truth.FALSE else Truth.TRUE
        case "known":
            return Truth.FALSE if parts[0] is Truth.UNKNOWN else Truth.TRUE
        case "cite":
            return parts[0]
        case kind:
            raise AssertionError(f"no operation is called {kind}")


OPERATIONS = 1 << 24  # while building, operation k is referred to as OPERATIONS + k


class Builder:
    """Collects atoms and operations, each once; `finish` numbers the operations after the atoms.

    The methods return references.  Conjunctions and disjunctions are flattened, repeats dropped and constants settled.
    """

    def __init__(self) -> None:
        self._atoms: dict[Test, int] = {}
        self._numbers: dict[Operation, int] = {}
        self._operations: list[Operation] = []

    def atom(self, test: Test) -> int:
        """Return the reference of a test."""
        return self._atoms.setdefault(test, len(self._atoms))

    def every(self, refs: Iterable[int]) -> int:
        """Return the reference of a conjunction; of nothing it is the constant true."""
        return self._lattice("all", refs)

    def some(self, refs: Iterable[int]) -> int:
        """Return the reference of a disjunction; of nothing it is the constant false."""
        return self._lattice("any", refs)

    def at_least(self, count: int, refs: Iterable[int]) -> int:
        """Return the reference of "at least `count` of"; one of and all of become "any" and "all"."""
        parts = tuple(refs)
        if count <= 0 or count == len(parts):
            return self.every(parts if count > 0 else ())
        if count == 1 or count > len(parts):
            return self.some(parts if count == 1 else ())
        return self._operation(Operation("atleast", parts, count))

    def about(self, kind: str, ref: int) -> int:
        """Return the reference of "may" or "known", which speak about what is known of another reference."""
        return self._operation(Operation(kind, (ref,)))

    def cite(self, item: int, ref: int) -> int:
        """Return a reference with the same truth that a proof cites as an item of the outline."""
        return self._operation(Operation("cite", (ref,), item))

    def finish(self, refs: Iterable[int] = ()) -> tuple[Program, tuple[int, ...]]:
        """Return the program, and the given references as they are numbered in it."""
        final = partial(_renumbered, atoms=len(self._atoms))
        operations = (op._replace(refs=tuple(map(final, op.refs))) for op in self._operations)
        return Program(tuple(self._atoms), tuple(operations)), tuple(map(final, refs))

    def _operation(self, operation: Operation) -> int:
        if operation not in self._numbers:
            self._numbers[operation] = len(self._operations)
            self._operations.append(operation)
        return OPERATIONS + self._numbers[operation]

    def _lattice(self, kind: str, refs: Iterable[int]) -> int:
        flat = dict.fromkeys(part for ref in refs for part in self._parts(kind, ref))
        absorbing = kind == "any"
        constants = {ref: self._constant(ref) for ref in flat}
        if absorbing in constants.values() or any(~ref in flat and self._is_settled(ref) for ref in flat):
            return self._operation(Operation("all" if absorbing else "any", ()))
        rest = tuple(ref for ref, constant in constants.items() if constant is None)
        return rest[0] if len(rest) == 1 else self._operation(Operation(kind, rest))

    def _parts(self, kind: str, ref: int) -> tuple[int, ...]:
        operation = self._operations[ref - OPERATIONS] if ref >= OPERATIONS else None
        return operation.refs if operation is not None and operation.kind == kind else (ref,)

    def _constant(self, ref: int) -> bool | None:
        """Return the value of a reference that is constant."""
        positive = ref if ref >= 0 else ~ref
        operation = self._operations[positive - OPERATIONS] if positive >= OPERATIONS else None
        if operation is None or operation.refs or operation.kind not in ("all", "any"):
            return None
        return (operation.kind == "all") == (ref >= 0)

    def _is_settled(self, ref: int) -> bool:
        """Tell whether a reference is always known, so that it and its negation exclude each other."""
        positive = ref if ref >= 0 else ~ref
        return positive >= OPERATIONS and self._operations[positive - OPERATIONS].kind in ("may", "known")


def _renumbered(ref: int, atoms: int) -> int:
    if ref < 0:
        return ~_renumbered(~ref, atoms)
    return atoms + ref - OPERATIONS if ref >= OPERATIONS else ref

"""The expressions of a specialised function: that a register is known to hold, known not to, and the proof of either.

See `specialise` for the idea.  Everything here is text in, text out; what is bound on which way is carried along as
sets of atoms.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from clausewise.compiler.program import Operation, Program

Bound = frozenset[int]
Label = Callable[[int, int], Hashable]
GROUPS = ("all", "any", "atleast")
NO_ITEM = -1


class Head(NamedTuple):
    """How a node begins: its label and its truth; `item` is what the parts below are cited as."""

    label: Hashable
    truth: int
    item: int


class Piece(NamedTuple):
    """An expression that is true when a register is known so, the proof that then stands, the locals bound after it."""

    test: str
    proof: str
    constant: Hashable  # the proof itself where it is always the same, else None
    if_true: Bound
    if_false: Bound


@dataclass(frozen=True, slots=True)
class Scope:
    """What is known while one function is written; only `constants` and `fresh` move on."""

    program: Program
    reads: Sequence[str]  # per atom, the expression that reads its truth from the case
    label: Label
    settled: tuple[bool | None, ...]  # one per register: what the known atoms already decide
    prove: bool
    kept: frozenset[int]
    constants: dict[Hashable, str]
    fresh: Iterator[int]

    def operation(self, register: int) -> Operation | None:
        """Return the operation of a register; None for an atom."""
        at = register - len(self.program.atoms)
        return self.program.operations[at] if at >= 0 else None

    def group(self, register: int) -> Operation | None:
        """Return the operation of a register that is written out as a group of parts."""
        operation = None if register in self.kept else self.operation(register)
        return operation if operation is not None and operation.kind in GROUPS else None

    def truth(self, ref: int) -> bool | None:
        """Return what is settled about a ref before any fact is read."""
        return settled_truth(self.settled, ref)

    def constant(self, value: Hashable) -> str:
        """Return the name under which the written function finds `value`."""
        return self.constants.setdefault(value, f"k{len(self.constants)}")


def plain(ref: int, want: bool) -> tuple[int, bool]:
    """Return the register of a ref, and what it must be for the ref to be `want`."""
    return (ref, want) if ref >= 0 else (~ref, not want)


def settled_truth(truths: Sequence[bool | None], ref: int) -> bool | None:
    """Return the truth of a ref, given those of the registers."""
    truth = truths[plain(ref, True)[0]]
    return truth if truth is None or ref >= 0 else not truth


# ---- one register, wanted true or false ----------------------------------------------------------------------------


def known_as(scope: Scope, ref: int, want: bool, bound: Bound, item: int) -> Piece:
    """Return the piece that is true when `ref` is known to be `want`; only for refs that nothing settles."""
    register, truth = plain(ref, want)
    operation = scope.operation(register)
    if operation is None or register in scope.kept:
        return read(scope, register, truth, bound, item)
    if operation.kind in ("may", "known"):
        return about(scope, register, operation, truth, bound, item)
    if operation.kind == "cite":
        return cited(scope, register, operation, truth, bound)
    return group(scope, operation, truth, bound, Head(scope.label(register, item), 2 * truth, item))


def read(scope: Scope, register: int, truth: bool, bound: Bound, item: int) -> Piece:
    """Return the piece of an atom read from the facts, or of a register computed before."""
    source, bound = local(scope, register, bound)
    test = source if truth else f"{source} is False"
    if register in scope.kept or not scope.prove:
        return Piece(test, f"w{register}", None, bound, bound)
    leaf = (scope.label(register, item), 2 * truth, ())
    return Piece(test, scope.constant(leaf), leaf, bound, bound)


def local(scope: Scope, register: int, bound: Bound) -> tuple[str, Bound]:
    """Return the local that holds the truth of a register, bound on the spot if it is not yet."""
    if register in scope.kept:
        return f"v{register}", bound
    if register in bound:
        return f"f{register}", bound
    return f"(f{register} := {scope.reads[register]})", bound | {register}


def cited(scope: Scope, register: int, operation: Operation, truth: bool, bound: Bound) -> Piece:
    """Return the piece of a cited item: a group below it lends it its parts, anything else is its one part."""
    below, wanted = plain(operation.refs[0], truth)
    head = Head(scope.label(register, operation.number), 2 * truth, operation.number)
    if (parts := scope.group(below)) is not None:
        return group(scope, parts, wanted, bound, head)
    piece = known_as(scope, below, wanted, bound, operation.number)
    return Piece(piece.test, *node(scope, head, [piece.proof], [piece.constant]), piece.if_true, piece.if_false)


def about(scope: Scope, register: int, operation: Operation, truth: bool, bound: Bound, item: int) -> Piece:
    """Return the piece of "may" or "known", which are proved by themselves: they say what is not known."""
    bare = replace(scope, prove=False)
    found = known_as(bare, operation.refs[0], operation.kind == "known", bound, item)
    if operation.kind == "known":
        other = known_as(bare, operation.refs[0], False, found.if_false, item)
        found = other._replace(test=joined(" or ", [found.test, other.test]), if_true=found.if_true & other.if_true)
    if truth != (operation.kind == "known"):
        found = found._replace(test=f"(not {found.test})", if_true=found.if_false, if_false=found.if_true)
    leaf = (scope.label(register, item), 2 * truth, ())
    return found._replace(proof=scope.constant(leaf), constant=leaf) if scope.prove else found


# ---- groups --------------------------------------------------------------------------------------------------------


def parts_wanted(operation: Operation, truth: bool) -> int:
    """Return how many parts of a group must be `truth` for the group to be."""
    size = len(operation.refs)
    needed = {"all": size, "any": 1}.get(operation.kind, operation.number)
    return needed if truth else size - needed + 1


def group(scope: Scope, operation: Operation, truth: bool, bound: Bound, head: Head) -> Piece:
    """Return the piece of a group, by how many of its live parts are still wanted: all, one, or a number between."""
    truths = [scope.truth(ref) for ref in operation.refs]
    wanted = parts_wanted(operation, truth) - truths.count(truth)
    if wanted == truths.count(None):
        return every(scope, operation, truth, bound, head)
    if wanted == 1:
        return first(scope, operation, truth, bound, head)
    return several(scope, operation, truth, wanted, bound, head)


def every(scope: Scope, operation: Operation, truth: bool, bound: Bound, head: Head) -> Piece:
    """Join all live parts by `and`; the proof holds them all, and what was settled to the same."""
    tests, proofs, constants, ways_out = list[str](), list[str](), list[Hashable](), list[Bound]()
    for ref in operation.refs:
        if scope.truth(ref) is None:
            piece = known_as(scope, ref, truth, bound, head.item)
            bound = piece.if_true
            ways_out.append(piece.if_false)
            tests.append(piece.test)
            proofs.append(piece.proof)
            constants.append(piece.constant)
        elif scope.prove and scope.truth(ref) is truth:
            constants.append(settled_proof(scope, ref, head.item))
            proofs.append(scope.constant(constants[-1]))
    found = node(scope, head, proofs, constants)
    return Piece(joined(" and ", tests), *found, bound, frozenset.intersection(*ways_out))


def first(scope: Scope, operation: Operation, truth: bool, bound: Bound, head: Head) -> Piece:
    """Join the live parts by `or`; the proof holds the first that is so, and what was settled to the same."""
    before = settled_parts(scope, operation, truth, head)
    names = [scope.constant(part) for part in before]
    tests, ways_out = list[str](), list[Bound]()
    for ref in operation.refs:
        if scope.truth(ref) is None:
            piece = known_as(scope, ref, truth, bound, head.item)
            bound = piece.if_false
            ways_out.append(piece.if_true)
            proof, _ = node(scope, head, [*names, piece.proof], [*before, piece.constant])
            tests.append(f"{piece.test} and {proof}" if scope.prove else piece.test)
    held = f"p{next(scope.fresh)}"
    test = f"({held} := {joined(' or ', tests)})" if scope.prove else joined(" or ", tests)
    return Piece(test, held, None, frozenset.intersection(*ways_out), bound)


def several(scope: Scope, operation: Operation, truth: bool, wanted: int, bound: Bound, head: Head) -> Piece:
    """Look at all live parts and count; the proof holds the first that suffice, after what was settled to the same."""
    before = [scope.constant(part) for part in settled_parts(scope, operation, truth, head)]
    tests = list[str]()
    for ref in operation.refs:
        if scope.truth(ref) is None:
            piece = known_as(scope, ref, truth, bound, head.item)
            bound = piece.if_true & piece.if_false
            tests.append(f"{piece.test} and {piece.proof}" if scope.prove else f"(1 if {piece.test} else 0)")
    if not scope.prove:
        return Piece(f"({' + '.join(tests)} >= {wanted})", "", None, bound, bound)
    held = f"q{next(scope.fresh)}"
    test = f"(len({held} := tuple(filter(None, {row(tests)}))) >= {wanted})"
    parts = f"{row(before)} + {held}[:{wanted}]"
    return Piece(test, f"({scope.constant(head.label)}, {head.truth}, {parts})", None, bound, bound)


# ---- proofs --------------------------------------------------------------------------------------------------------


def unknown(scope: Scope, ref: int, bound: Bound, item: int) -> tuple[str, Bound]:
    """Return the proof of a ref that is known to be unknown: every part that is, and nothing else."""
    register = plain(ref, True)[0]
    operation = scope.operation(register)
    if register in scope.kept:
        return f"w{register}", bound
    if operation is None:
        return scope.constant((scope.label(register, item), 1, ())), bound
    if operation.kind != "cite":
        return unknown_group(scope, operation, bound, Head(scope.label(register, item), 1, item))
    below, head = plain(operation.refs[0], True)[0], Head(scope.label(register, operation.number), 1, operation.number)
    if (parts := scope.group(below)) is not None:
        return unknown_group(scope, parts, bound, head)
    proof, bound = unknown(scope, below, bound, operation.number)
    return f"({scope.constant(head.label)}, 1, ({proof},))", bound


def unknown_group(scope: Scope, operation: Operation, bound: Bound, head: Head) -> tuple[str, Bound]:
    """Return the proof of a group that is known to be unknown."""
    live = [ref for ref in operation.refs if scope.truth(ref) is None]
    label = scope.constant(head.label)
    if len(live) == 1:
        proof, bound = unknown(scope, live[0], bound, head.item)
        return f"({label}, 1, ({proof},))", bound
    parts = list[str]()
    for ref in live:
        if (operation_below := scope.operation(plain(ref, True)[0])) and operation_below.kind in ("may", "known"):
            continue
        test, within, bound = unsettled(scope, operation, ref, bound)
        parts.append(f"{test} and {unknown(scope, ref, within, head.item)[0]}")
    return f"({label}, 1, tuple(filter(None, {row(parts)})))", bound


def unsettled(scope: Scope, operation: Operation, ref: int, bound: Bound) -> tuple[str, Bound, Bound]:
    """Return the test that a part of an unknown group is unknown, the locals bound if so, and those bound in any case.

    Where all parts must hold none can be known false, and where one suffices none can be known true.
    """
    register = plain(ref, True)[0]
    if scope.operation(register) is None or register in scope.kept:
        source, bound = local(scope, register, bound)
        return f"{source} is None", bound, bound
    bare = replace(scope, prove=False)
    wants = {"all": (True,), "any": (False,)}.get(operation.kind, (True, False))
    piece = known_as(bare, ref, wants[0], bound, NO_ITEM)
    if len(wants) == 1:
        return f"not {piece.test}", piece.if_false, piece.if_true & piece.if_false
    other = known_as(bare, ref, wants[1], piece.if_false, NO_ITEM)
    return f"not ({piece.test} or {other.test})", other.if_false, piece.if_true & other.if_true & other.if_false


def settled_parts(scope: Scope, operation: Operation, truth: bool, head: Head) -> list[Hashable]:
    """Return the proofs of the parts already settled to `truth`; none where no proof is wanted."""
    refs = [ref for ref in operation.refs if scope.truth(ref) is truth] if scope.prove else []
    return [settled_proof(scope, ref, head.item) for ref in refs]


def settled_proof(scope: Scope, ref: int, item: int) -> Hashable:
    """Return the proof of a ref that is settled without any fact."""
    register = plain(ref, True)[0]
    operation, truth = scope.operation(register), bool(scope.settled[register])
    if operation is None or operation.kind in ("may", "known"):
        return scope.label(register, item), 2 * truth, ()
    if operation.kind == "cite":
        item = operation.number
    head = Head(scope.label(register, item), 2 * truth, item)
    return head.label, head.truth, settled_below(scope, operation, truth, item)


def settled_below(scope: Scope, operation: Operation, truth: bool, item: int) -> tuple[Hashable, ...]:
    """Return the fewest settled parts that make an operation what it is."""
    if operation.kind == "cite":
        below, wanted = plain(operation.refs[0], truth)
        parts = scope.operation(below)
        if parts is None or parts.kind not in GROUPS:
            return (settled_proof(scope, below, item),)
        return settled_below(scope, parts, wanted, item)
    refs = [ref for ref in operation.refs if scope.truth(ref) is truth][: parts_wanted(operation, truth)]
    return tuple(settled_proof(scope, ref, item) for ref in refs)


def node(scope: Scope, head: Head, proofs: list[str], constants: list[Hashable]) -> tuple[str, Hashable]:
    """Return the source of a node, and the node itself where all its parts are constants."""
    if not scope.prove:
        return "", None
    if None in constants:
        return f"({scope.constant(head.label)}, {head.truth}, {row(proofs)})", None
    whole = (head.label, head.truth, tuple(constants))
    return scope.constant(whole), whole


def row(sources: Sequence[str]) -> str:
    """Return a tuple display."""
    return f"({', '.join(sources)}{',' if len(sources) == 1 else ''})"


def joined(word: str, tests: list[str]) -> str:
    """Return the tests joined by `and` or `or`, in brackets where there are several."""
    return tests[0] if len(tests) == 1 else f"({word.join(tests)})"

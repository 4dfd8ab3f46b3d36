"""Writes the Python function that decides one case of one specialisation, with or without its minimal proof.

The program is Kleene logic, but Python's `and`, `or` and `is` are two-valued and fast.  So every register is written
twice, as "known to hold" and as "known not to hold", each an ordinary short-circuit expression; a case that satisfies
neither is unknown.  A fact is read where it is first needed, `(f3 := get("asymmetry"))`, and the writer keeps account
of the locals that are bound on each way through the expression: a fact that is surely bound is not read again, and
facts that do not matter are not read at all.

A proof costs almost nothing on the way.  A leaf that holds has always the same proof, so it is a constant; a node of
which one part suffices picks among constants, `f3 and k7 or f5 and k8`; only a node whose parts vary is built.  What
the code and the line of business settle is folded away before, and its proof is a constant as well.

A register that is shared and large, or nested deeply, is computed once into two locals, `v40` its truth (True, False
or None) and `w40` its proof.  That bounds the text, and the nesting by what Python can read.

Tried and removed: two integers of bits filled fact by fact (six times slower from a dict), and straight-line AND and
OR over pairs of locals (nearly three times slower), because both read every fact and compute every register.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, NamedTuple

from clausewise.compiler.program import Operation, Program
from clausewise.decide.expressions import (
    GROUPS,
    NO_ITEM,
    Bound,
    Label,
    Scope,
    known_as,
    parts_wanted,
    plain,
    row,
    settled_proof,
    settled_truth,
    unknown,
)

LEAVES_WRITTEN_TWICE = 8
DEPTH_WRITTEN = 8


class Step(NamedTuple):
    """A root that is looked at; the answers when it holds, and when it is unknown: without one it is passed over."""

    ref: int
    when_true: Hashable
    when_unknown: Hashable = None


@dataclass(frozen=True, slots=True)
class Written:
    """The text of `decide(get)`, and the constants it needs."""

    text: str
    constants: Mapping[str, Hashable]

    def function(self, **called: object) -> Callable[[Callable[..., Any]], Any]:
        """Return the function; `called` is what the reads of the atoms call besides `get`."""
        names: dict[str, object] = {**self.constants, **called}
        exec(self.text, names)
        decide: Callable[[Callable[..., Any]], Any] = names["decide"]  # type: ignore[assignment]
        return decide


def write(
    program: Program,
    known: Mapping[int, bool],
    steps: Sequence[Step],
    otherwise: Hashable,
    *,
    reads: Sequence[str],
    label: Label | None = None,
    every_step: bool = False,
) -> Written:
    """Write `decide(get)`, which looks at the steps in their order and returns the answer of the first that decides.

    It returns a triple: the answer; proofs; and for each step that was unknown and passed over its number and proof.
    Without `label` there are no proofs.  With it there is that of the step that decides, last; and `every_step` puts
    those of the steps looked at before it in front.

    A proof is a plain tuple `(label(register, item), truth, parts)`: `item` is the number of the item cited above it
    or -1, `truth` is 0, 1 or 2 as in `Truth`.  Of a group only the parts are in it that make the group what it is.

    Args:
        known: the atoms that the specialisation settles.
        reads: an expression for each atom that gives its truth as True, False or None, such as `get("asymmetry")`
            where `get` is that of a plain dict.
    """
    settled = settle(program, known)
    kept = kept_registers(program, settled, [step.ref for step in steps])
    scope = Scope(program, reads, label or _unlabelled, settled, label is not None, kept, {}, count())
    text = "\n".join(["def decide(get):", *body(scope, steps, otherwise, every_step and scope.prove)])
    return Written(text, {name: value for value, name in scope.constants.items()})


def _unlabelled(register: int, item: int) -> Hashable:
    return register


def body(scope: Scope, steps: Sequence[Step], otherwise: Hashable, every_step: bool) -> list[str]:
    """Return the lines of the function: each step after the kept registers it needs first."""
    lines, bound, proofs, computed = ["    passed = ()"], frozenset[int](), list[str](), set[int]()
    for number, step in enumerate(steps):
        for register in needed_registers(scope, step.ref):
            if register not in computed:
                computed.add(register)
                more, bound = kept_lines(scope, register, bound)
                lines += more
        if scope.truth(step.ref) is None:
            more, proof, bound = step_lines(scope, number, step, proofs if every_step else None, bound)
        else:
            more, proof = settled_lines(scope, step, proofs)
        lines += more
        if scope.truth(step.ref) is True:
            return lines
        proofs += [proof] if every_step else []
    return [*lines, returned(scope, otherwise, proofs)]


def settled_lines(scope: Scope, step: Step, proofs: list[str]) -> tuple[list[str], str]:
    """Return the line of a step that is settled, none where it does not hold, and its proof."""
    proof = scope.constant(settled_proof(scope, step.ref, NO_ITEM)) if scope.prove else ""
    decides = scope.truth(step.ref) is True
    return [returned(scope, step.when_true, [*proofs, proof])] if decides else [], proof


def step_lines(
    scope: Scope, number: int, step: Step, proofs: list[str] | None, bound: Bound
) -> tuple[list[str], str, Bound]:
    """Return the lines of one step, the proof that it does not decide, and the locals bound afterwards.

    `proofs` are those of the steps before; without them the proof that a step fails is not written either.
    """
    holds = known_as(scope, step.ref, True, bound, NO_ITEM)
    failing = scope if proofs is not None else replace(scope, prove=False)
    fails = known_as(failing, step.ref, False, holds.if_false, NO_ITEM)
    unsure, after = unknown(scope, step.ref, fails.if_false, NO_ITEM) if scope.prove else ("None", fails.if_false)
    before = proofs or []
    lines = [f"    if {holds.test}:", "    " + returned(scope, step.when_true, [*before, holds.proof])]
    if step.when_unknown is not None:
        lines += [f"    if not {fails.test}:", "    " + returned(scope, step.when_unknown, [*before, unsure])]
        return lines, fails.proof, fails.if_true
    if proofs is None:
        lines += [f"    if not {fails.test}:", f"        passed += (({number}, {unsure}),)"]
        return lines, "", fails.if_true & after
    proof = f"s{number}"
    lines += [f"    if {fails.test}:", f"        {proof} = {fails.proof}"]
    lines += ["    else:", f"        {proof} = {unsure}", f"        passed += (({number}, {proof}),)"]
    return lines, proof, fails.if_true & after


def returned(scope: Scope, answer: Hashable, proofs: Sequence[str]) -> str:
    """Return the line that returns an answer, with its proofs where they are wanted."""
    return f"    return {scope.constant(answer)}, {row(proofs) if scope.prove else '()'}, passed"


def kept_lines(scope: Scope, register: int, bound: Bound) -> tuple[list[str], Bound]:
    """Return the lines that compute a kept register into its locals."""
    inner = replace(scope, kept=scope.kept - {register})
    holds = known_as(inner, register, True, bound, NO_ITEM)
    fails = known_as(inner, register, False, holds.if_false, NO_ITEM)
    unsure, after = unknown(inner, register, fails.if_false, NO_ITEM) if scope.prove else ("", fails.if_false)
    ways = ((f"if {holds.test}", True, holds.proof), (f"elif {fails.test}", False, fails.proof), ("else", None, unsure))
    lines = list[str]()
    for way, truth, proof in ways:
        lines += [f"    {way}:", f"        v{register} = {truth}"]
        lines += [f"        w{register} = {proof}"] if scope.prove else []
    return lines, holds.if_true & fails.if_true & after


# ---- what is settled before, and what is computed once -------------------------------------------------------------


def settle(program: Program, known: Mapping[int, bool]) -> tuple[bool | None, ...]:
    """Return the truth of every register as far as the known atoms decide it."""
    truths: list[bool | None] = [known.get(atom) for atom in range(len(program.atoms))]
    for operation in program.operations:
        parts = [settled_truth(truths, ref) for ref in operation.refs]
        if operation.kind in GROUPS:
            truths.append(_settled_group(operation, parts))
        elif operation.kind == "known":
            truths.append(True if parts[0] is not None else None)
        else:
            truths.append(parts[0])
    return tuple(truths)


def _settled_group(operation: Operation, parts: list[bool | None]) -> bool | None:
    if parts.count(True) >= parts_wanted(operation, True):
        return True
    return False if parts.count(False) >= parts_wanted(operation, False) else None


def kept_registers(program: Program, settled: Sequence[bool | None], roots: Sequence[int]) -> frozenset[int]:
    """Return the registers that are used twice and large, or stand at the top of a deep nest."""
    atoms, kept = len(program.atoms), set[int]()
    uses, leaves, depths = [0] * len(settled), [1] * len(settled), [0] * len(settled)
    live = {r: op for r, op in enumerate(program.operations, atoms) if settled[r] is None}
    for ref in (*roots, *(ref for operation in live.values() for ref in operation.refs)):
        uses[plain(ref, True)[0]] += 1
    cited_groups = {plain(operation.refs[0], True)[0] for operation in live.values() if operation.kind == "cite"}
    for register, operation in live.items():
        parts = [part for part in (plain(ref, True)[0] for ref in operation.refs) if settled[part] is None]
        leaves[register] = sum(leaves[part] for part in parts)
        depths[register] = (operation.kind != "cite") + max(depths[part] for part in parts)
        large = (uses[register] > 1 and leaves[register] > LEAVES_WRITTEN_TWICE) or depths[register] > DEPTH_WRITTEN
        if large and register not in cited_groups:
            kept.add(register)
            leaves[register], depths[register] = 1, 0
    return frozenset(kept)


def needed_registers(scope: Scope, ref: int) -> list[int]:
    """Return the kept registers that a ref rests on, each after those it rests on itself."""
    found, waiting = set[int](), [ref]
    while waiting:
        register = plain(waiting.pop(), True)[0]
        operation = scope.operation(register)
        if register not in found and operation is not None and scope.settled[register] is None:
            found.add(register)
            waiting += operation.refs
    return sorted(found & scope.kept)

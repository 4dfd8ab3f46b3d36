"""Which facts are grounds for what is found: enough of them that the rest can be left out at one stroke.

A true "any" rests on one part that is true, a false "all" on one that is false, everything else on all its parts.  What follows is
a good first guess at the smallest witness; `witness.smallest` then leaves out facts one by one, and every step is looked at again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from clausewise.compiler.program import Operation
from clausewise.decide.findings import Findings
from clausewise.prove.witness import Shows, Witness, look, smallest
from clausewise.vocab.criterion import Known, Raised
from clausewise.vocab.truth import Truth

Roots = Sequence[tuple[int, int]]  # policy and reference


def smallest_by_grounds(witness: Witness, shows: Shows, roots: Roots) -> Witness | None:
    """Return the smallest witness that still shows what is claimed of the roots, or None where it does not show it at all."""
    if not shows(witness):
        return None
    kept = {name for which, finding in enumerate(witness.findings) for name in grounds(finding, _of(roots, which))}
    facts = {name: value for name, value in witness.facts.items() if name in kept}
    shorter = look(replace(witness.request, facts=facts), [finding.context.policy for finding in witness.findings])
    return smallest(shorter if shows(shorter) else witness, shows)


def _of(roots: Roots, which: int) -> list[int]:
    return [ref for policy, ref in roots if policy == which]


def grounds(findings: Findings, refs: Iterable[int]) -> set[str]:
    """Return the names of facts from which the truths of some references follow."""
    program, policy = findings.context.policy.program, findings.context.policy
    tests = len(program.atoms)
    names: set[str] = set()
    seen: set[int] = set()
    pending = [ref if ref >= 0 else ~ref for ref in refs]
    while pending:
        register = pending.pop()
        if register in seen:
            continue
        seen.add(register)
        if register >= tests:
            pending += [ref if ref >= 0 else ~ref for ref in _needed(program.operations[register - tests], findings, seen)]
            continue
        test = program.atoms[register]
        names |= {*policy.atom_facts[register], *([test.fact] if isinstance(test, Known | Raised) else [])}
    return names


def _needed(operation: Operation, findings: Findings, seen: set[int]) -> Sequence[int]:
    """Return the parts that settle an operation, those already looked into first."""
    truths = [findings.truth(ref) for ref in operation.refs]
    refs = sorted(operation.refs, key=lambda ref: (ref if ref >= 0 else ~ref) not in seen)
    if operation.kind == "any" and Truth.TRUE in truths:
        return [ref for ref in refs if findings.truth(ref) is Truth.TRUE][:1]
    if operation.kind == "all" and Truth.FALSE in truths:
        return [ref for ref in refs if findings.truth(ref) is Truth.FALSE][:1]
    return refs

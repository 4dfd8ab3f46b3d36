"""The minimal tree of reasons for the truth of a register, read off the program.

    a true "all" or a false "any" needs every part; a false "all" or a true "any" needs one, the one with the shortest reason;
    "at least k" needs k true parts, or so many false ones that k is out of reach; an unknown group needs its unknown parts.
"""

from collections.abc import Sequence

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.program import Operation, truth_of
from clausewise.decide.findings import Findings
from clausewise.decide.quantities import facts_read
from clausewise.vocab.proof import Proof
from clausewise.vocab.truth import Truth
from clausewise.vocab.wording import worded


def prove(findings: Findings, ref: int) -> Proof:
    """Return the minimal proof of a reference's truth."""
    return _Prover(findings).proof(ref)


class _Prover:
    """Proofs of one line, each register's once."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._policy: CompiledPolicy = findings.context.policy
        self._atoms = len(self._policy.program.atoms)
        self._found: dict[int, tuple[int, Proof]] = {}

    def proof(self, ref: int) -> Proof:
        return self._sized(ref)[1]

    def _sized(self, ref: int) -> tuple[int, Proof]:
        """Return a proof and its number of leaves."""
        if ref < 0:
            size, inner = self._sized(~ref)
            return size, Proof("", self._truth(ref), "", (inner,), (), "not")
        if ref not in self._found:
            self._found[ref] = self._leaf(ref) if ref < self._atoms else self._group(ref)
        return self._found[ref]

    def _leaf(self, register: int) -> tuple[int, Proof]:
        test = self._policy.program.atoms[register]
        facts = facts_read(test, self._policy.atom_facts[register], self._findings.context)
        return 1, Proof("", self._truth(register), worded(test), (), facts)

    def _group(self, register: int) -> tuple[int, Proof]:
        operation, truth = self._policy.program.operations[register - self._atoms], self._truth(register)
        needed = self._needed(operation, truth)
        size = max(1, sum(part for part, _ in needed))
        parts = tuple(proof for _, proof in needed)
        if operation.kind == "cite":
            item = self._policy.items[operation.number]
            return size, Proof(item.clause, truth, item.prose, parts)
        return size, Proof("", truth, "", parts, (), _word(operation))

    def _needed(self, operation: Operation, truth: Truth) -> Sequence[tuple[int, Proof]]:
        refs = operation.refs
        if truth is Truth.UNKNOWN or operation.kind in ("cite", "may", "known"):
            chosen = [ref for ref in refs if self._truth(ref) is truth] or list(refs)
            return [self._sized(ref) for ref in chosen]
        agreeing = sorted((self._sized(ref) for ref in refs if self._truth(ref) is truth), key=lambda found: found[0])
        return agreeing[: _how_many(operation, truth)]

    def _truth(self, ref: int) -> Truth:
        return truth_of(ref, self._findings.truths)


def _how_many(operation: Operation, truth: Truth) -> int:
    """Return how many agreeing parts force a group's truth."""
    holds = truth is Truth.TRUE
    match operation.kind:
        case "all":
            return len(operation.refs) if holds else 1
        case "any":
            return 1 if holds else len(operation.refs)
        case _:
            return operation.number if holds else len(operation.refs) - operation.number + 1


def _word(operation: Operation) -> str:
    return {"all": "all of", "any": "one of", "may": "may be met", "known": "is known"}.get(
        operation.kind, f"at least {operation.number} of"
    )

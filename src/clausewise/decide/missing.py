"""What is missing: every fact that can still change the outcome, and one smallest set of facts that would settle it.

Both are read off the residual diagram of the ladder (`decide/residual.py`): a fact is missing if and only if it occurs there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clausewise.compiler.compiled import CompiledStep
from clausewise.decide.diagram import FIRST_OUTCOME, TooLarge
from clausewise.decide.ladder import Outcome
from clausewise.decide.residual import Line, Residual
from clausewise.vocab.truth import Truth


@dataclass(frozen=True, slots=True)
class Missing:
    """What can still change the outcome (`facts`), what would settle it, and the one outcome left, if only one is.

    `exact` is False where the diagram outgrew its limit and `facts` may name too many.
    """

    facts: tuple[str, ...]
    settles: tuple[str, ...]
    only: Outcome | None
    exact: bool = True


def missing(line: Line, steps: Sequence[CompiledStep], open_facts: frozenset[str], waiting: Outcome) -> Missing:
    """Return what is missing for the outcome of `steps`; `open_facts` are known facts whose answer may still be supplied."""
    try:
        return _missing(Residual(line, open_facts), steps, waiting)
    except (TooLarge, RecursionError):
        names = _unknown_facts(line, (step.ref for step in steps)) | open_facts
        return Missing(tuple(sorted(names)), (), None, exact=False)


def _missing(residual: Residual, steps: Sequence[CompiledStep], waiting: Outcome) -> Missing:
    diagrams = residual.diagrams
    root, outcomes = residual.ladder(steps, waiting)
    ends = diagrams.terminals(root)
    only = outcomes[ends.pop() - FIRST_OUTCOME] if len(ends) == 1 else None
    prices = [residual.prices(unknown) for unknown in residual.unknowns]
    settles = diagrams.cheapest(root, FIRST_OUTCOME + outcomes.index(waiting), prices)
    return Missing(tuple(sorted(residual.facts_below(root))), settles, only)


def supporting_facts(line: Line, ref: int) -> frozenset[str]:
    """Return the unknown facts that can change the truth of one reference."""
    try:
        residual = Residual(line)
        return residual.facts_below(residual.register(ref))
    except (TooLarge, RecursionError):
        return _unknown_facts(line, (ref,))


def _unknown_facts(line: Line, refs: Iterable[int]) -> frozenset[str]:
    policy = line.context.policy
    atoms = (register for register in policy.program.supports(refs) if register < len(policy.program.atoms))
    unknown = (register for register in atoms if line.truths[register] is Truth.UNKNOWN)
    return frozenset(name for atom in unknown for name in policy.atom_facts[atom] if line.context.facts.get(name) is None)

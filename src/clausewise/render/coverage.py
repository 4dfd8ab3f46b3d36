"""Which clauses the cases reach: each seen in every state that its tests allow it to have.

A clause is met (fired), not met (not fired) or unknown; one whose tests are always known is never unknown.  What a clause can be is
worked out from the program: the truths its tests can have, carried up as if they were independent.  So a state counted as possible
may still be out of reach where one fact is tested twice; a state counted as impossible is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.program import Operation, operate
from clausewise.vocab import criterion as c
from clausewise.vocab.determination import ClauseState, StepMark
from clausewise.vocab.truth import Truth, negation

ALL = frozenset(Truth)
ALWAYS_KNOWN = frozenset((Truth.FALSE, Truth.TRUE))
ALWAYS_GIVEN = frozenset(("actor", "action"))  # a privacy request always names who asks for what
COMBINATIONS_MAX = 5_000

TRUTHS = {
    ClauseState.MET: Truth.TRUE,
    ClauseState.FIRED: Truth.TRUE,
    ClauseState.NOT_MET: Truth.FALSE,
    ClauseState.NOT_FIRED: Truth.FALSE,
    ClauseState.NOT_ON_POINT: Truth.FALSE,
    ClauseState.READINGS_DIFFER: Truth.FALSE,
    ClauseState.UNKNOWN: Truth.UNKNOWN,
}


@dataclass(slots=True)
class Coverage:
    """What was seen of one document: the states each clause can have, those it was seen in, the steps that decided."""

    possible: dict[str, frozenset[Truth]] = field(default_factory=dict)
    seen: dict[str, set[Truth]] = field(default_factory=dict)
    steps: dict[str, set[str]] = field(default_factory=dict)
    decided: set[str] = field(default_factory=set)

    def lacking(self, truth: Truth) -> tuple[str, ...]:
        """Return the clauses that can come out as `truth` and were never seen so."""
        return tuple(clause for clause, can in self.possible.items() if truth in can - self.seen.get(clause, set()))

    def reachable(self, truth: Truth) -> int:
        """Return how many clauses can come out as `truth`."""
        return sum(truth in can for can in self.possible.values())

    def undecided_steps(self) -> tuple[str, ...]:
        """Return the ladder steps that decided no case."""
        return tuple(step for step in self.steps if step not in self.decided)


class Coverages:
    """The coverage of every document that judged a case, by its id; filled case by case."""

    def __init__(self) -> None:
        self.by_document: dict[str, Coverage] = {}
        self._known: set[str] = set()

    def add(self, policy: CompiledPolicy, states: Mapping[str, ClauseState], steps: Iterable[StepMark]) -> None:
        """Take note of one answer of a policy."""
        coverage = self.by_document.setdefault(policy.policy, Coverage())
        if policy.fingerprint not in self._known:
            self._known.add(policy.fingerprint)
            coverage.possible |= _possible_states(policy)
            coverage.steps |= {step.clause: set() for step in policy.steps}
        for clause, state in states.items():
            coverage.seen.setdefault(clause, set()).add(TRUTHS[state])
        coverage.decided |= {step.clause for step in steps if step.decided}


def _possible_states(policy: CompiledPolicy) -> dict[str, frozenset[Truth]]:
    truths = [_possible_truths(test, policy) for test in policy.program.atoms]
    for operation in policy.program.operations:
        truths.append(_outcomes(operation, [_of(ref, truths) for ref in operation.refs]))
    return {policy.ids + clause.clause: _of(clause.ref, truths) for clause in policy.clauses}


def _of(ref: int, truths: list[frozenset[Truth]]) -> frozenset[Truth]:
    return truths[ref] if ref >= 0 else frozenset(negation(truth) for truth in truths[~ref])


def _outcomes(operation: Operation, parts: list[frozenset[Truth]]) -> frozenset[Truth]:
    """Return what an operation can give, its parts taken as independent."""
    if operation.kind in ("all", "any"):  # one by one, since the lattice is associative
        found = frozenset((Truth.TRUE if operation.kind == "all" else Truth.FALSE,))
        pick = min if operation.kind == "all" else max
        for part in parts:
            found = frozenset(pick(one, other) for one, other in product(found, part))
        return found
    if 3 ** len(parts) > COMBINATIONS_MAX:
        return ALL
    return frozenset(operate(operation, combination) for combination in product(*parts))


def _possible_truths(test: c.Test, policy: CompiledPolicy) -> frozenset[Truth]:
    match test:
        case c.Known() | c.Raised() | c.CodeIs() | c.LineRequested() | c.ModifierIs() | c.OutsideTest(c.Outside.PRIMARY_WORSE):
            return ALWAYS_KNOWN
        case c.Is(fact) if fact in ALWAYS_GIVEN:
            return ALWAYS_KNOWN
        case c.CodeIn(name) | c.DiagnosisIn(name) if name in policy.sets:
            return ALWAYS_KNOWN if policy.sets[name].complete else frozenset((Truth.TRUE, Truth.UNKNOWN))
        case c.Constant(holds):
            return frozenset((Truth.UNKNOWN if holds is None else Truth.TRUE if holds else Truth.FALSE,))
        case c.Unread():
            return frozenset((Truth.UNKNOWN,))
        case _:
            return ALL

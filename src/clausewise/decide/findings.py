"""What the policy finds for one line: the truth of every register, the state of every clause, the outcome of the ladder."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clausewise.compiler.compiled import CompiledClause, CompiledStep
from clausewise.compiler.program import evaluate, truth_of
from clausewise.decide.atoms import truth_of_test
from clausewise.decide.context import Filled, LineContext, fill_defaults, shown
from clausewise.decide.ladder import Climb, Outcome, climb
from clausewise.vocab.criterion import DocumentProvided, Is, Test
from clausewise.vocab.determination import ClauseState, ReadingTruth
from clausewise.vocab.truth import Truth, either

DISPOSITION = "disposition"  # the one fact the program itself supplies: the nature ladder may ask for it


@dataclass(frozen=True, slots=True)
class Findings:
    """A line evaluated: its context with defaults filled, the defaults used, the case as two integers, and all truths."""

    context: LineContext
    assumed: Mapping[str, str]
    bits: tuple[int, int]
    truths: Sequence[Truth]

    def truth(self, ref: int) -> Truth:
        """Return the truth of a reference."""
        return truth_of(ref, self.truths)


def find(context: LineContext, derived: Mapping[str, bool]) -> Findings:
    """Evaluate the program for a line; `derived` are the coding facts worked out from the whole request."""
    given = context.with_facts({**context.facts, **derived})
    filled: Filled = fill_defaults(given, frozenset(name for names in context.policy.atom_facts for name in names))
    ready = given.with_facts(filled.facts)
    bits = encode(context.policy.program.atoms, ready)
    return Findings(ready, filled.assumed, bits, evaluate(context.policy.program, *bits))


def encode(tests: Iterable[Test], context: LineContext) -> tuple[int, int]:
    """Return a case as two integers, one bit per test: known true, known false."""
    true_bits = false_bits = 0
    for bit, test in enumerate(tests):
        truth = truth_of_test(test, context)
        if truth is Truth.TRUE:
            true_bits |= 1 << bit
        elif truth is Truth.FALSE:
            false_bits |= 1 << bit
    return true_bits, false_bits


def with_disposition(findings: Findings, disposition: str) -> Findings:
    """Return the findings with the disposition known, for the nature ladder."""
    atoms = findings.context.policy.program.atoms
    true_bits, false_bits = findings.bits
    for bit, test in enumerate(atoms):
        if isinstance(test, Is) and test.fact == DISPOSITION:
            holds = disposition in test.values
            true_bits, false_bits = true_bits | (holds << bit), false_bits | ((not holds) << bit)
    truths = evaluate(findings.context.policy.program, true_bits, false_bits)
    return Findings(findings.context, findings.assumed, findings.bits, truths)


def climbed(findings: Findings, steps: Sequence[CompiledStep], waiting: Outcome) -> Climb:
    """Climb a ladder with the truths found."""
    return climb(steps, [findings.truth(step.ref) for step in steps], waiting)


def clause_states(findings: Findings) -> dict[str, ClauseState]:
    """Return the state of every clause, under its id as cited outside the document."""
    policy = findings.context.policy
    return {policy.ids + clause.clause: clause_state(findings, clause) for clause in policy.clauses}


def clause_state(findings: Findings, clause: CompiledClause) -> ClauseState:
    """Return the state of one clause: readings differ when the ratified one fails and another is met."""
    if clause.excluding:
        return (ClauseState.NOT_FIRED, ClauseState.UNKNOWN, ClauseState.FIRED)[findings.truth(clause.ref)]
    if clause.scope is not None and findings.truth(clause.scope) is Truth.FALSE:
        return ClauseState.NOT_ON_POINT
    ratified = findings.truth(clause.ref)
    best = either((ratified, *(findings.truth(reading.ref) for reading in clause.readings)))
    if ratified is Truth.FALSE and best is Truth.TRUE:
        return ClauseState.READINGS_DIFFER
    undecided = ratified is Truth.UNKNOWN or (ratified is Truth.FALSE and best is Truth.UNKNOWN)
    return ClauseState.UNKNOWN if undecided else (ClauseState.MET if ratified is Truth.TRUE else ClauseState.NOT_MET)


def conclusions(findings: Findings) -> tuple[str, ...]:
    """Return what the clauses that hold conclude by their own words, each with its clause."""
    policy = findings.context.policy
    holding = (clause for clause in policy.clauses if clause.conclusion and findings.truth(clause.ref) is Truth.TRUE)
    return tuple(f"{policy.ids}{clause.clause}: {clause.conclusion}" for clause in holding)


def reading_truths(findings: Findings) -> tuple[ReadingTruth, ...]:
    """Return how every named reading came out, of the clauses that are on point or excluding."""
    policy = findings.context.policy
    pairs = ((policy.ids + clause.clause, reading) for clause in policy.clauses for reading in clause.readings)
    return tuple(
        ReadingTruth(clause, reading.name, findings.truth(reading.ref), reading.ratified_by, reading.provisional)
        for clause, reading in pairs
    )


def open_facts(findings: Findings) -> frozenset[str]:
    """Return the known facts whose answer leaves the question open: what is not there yet can still be supplied.

    That is a fact with an answer listed under "asked again if", and a paper that is not in the file.
    """
    policy, facts = findings.context.policy, findings.context.facts
    answered = (name for name, fact in policy.facts.items() if shown(facts.get(name)) in fact.asked_again)
    papers = (
        name
        for register, test in enumerate(policy.program.atoms)
        if isinstance(test, DocumentProvided) and findings.truths[register] is Truth.FALSE
        for name in policy.atom_facts[register]
    )
    return frozenset((*answered, *papers))

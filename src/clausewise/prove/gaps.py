"""Outcomes: is every fully answered case decided, by one step only, or by the order of the steps?"""

from collections.abc import Iterator, Mapping, Sequence

from clausewise.compiler.compiled import EXCLUDING, CompiledStep
from clausewise.decide.ladder import outcome_of
from clausewise.prove.abreast import Case
from clausewise.prove.encode import NotDecided
from clausewise.prove.finding import Finding, Kind
from clausewise.prove.rails import Claim, both, fails, holds
from clausewise.prove.showing import Draft
from clausewise.prove.study import Study
from clausewise.prove.subject import CODING
from clausewise.vocab.criterion import Item
from clausewise.vocab.problem import Level

AGAINST = EXCLUDING | {"cosmetic"}
MOST = 6  # steps named in one sentence
FOR = frozenset({"medically necessary", "covered"})


def undecided_cases(study: Study) -> Iterator[Draft | Finding]:
    """Yield the finding that the tests of all steps of the ladder fail in some case."""
    steps = study.subject.policy.steps
    claim = both(*(fails(step.ref) for step in steps))
    case = study.inquiry.find(claim)
    if isinstance(case, Case) and steps:
        last = steps[-1]
        sentence = "no step of the ladder decides this case: their tests all fail"
        spot = study.subject.step_spot(last)
        yield study.draft(Kind.GAP, "no step decides", (last.clause,), sentence, Level.ERROR, spot, claim, case)


def overlapping_conclusions(study: Study) -> Iterator[Draft | Finding]:
    """Yield pairs of sections whose conclusions exclude each other and that both hold in some case."""
    concluding = [item for item in study.subject.items.values() if item.conclusion]
    for first in concluding:
        for second in concluding:
            if set(first.conclusion.split(" and ")) & FOR and set(second.conclusion.split(" and ")) & AGAINST:
                yield from _overlap(study, first, second)


def _overlap(study: Study, first: Item, second: Item) -> Iterator[Draft]:
    clauses = study.subject.clauses
    claim = both(holds(clauses[first.clause].ref), holds(clauses[second.clause].ref))
    case = study.inquiry.find(claim)
    if isinstance(case, Case):
        steps = names_of(study, study.inquiry.together(claim, resting_on(study, (first.clause, second.clause))))
        sentence = (f"{first.clause} ({first.conclusion}) and {second.clause} ({second.conclusion}) hold at once in some cases; "
                    f"{by_steps(steps)}")  # fmt: skip
        spot = study.subject.spot(first.clause)
        key = f"{first.clause} {second.clause}: {' '.join(steps)}"
        yield study.draft(Kind.OVERLAP, key, (first.clause, second.clause), sentence, Level.WARNING, spot, claim, case)


def by_steps(steps: tuple[str, ...]) -> str:
    """Say which steps resolve something."""
    return f"resolved by {'step' if len(steps) == 1 else 'the steps'} {', '.join(steps)}" if steps else "no step depends on either"


def resting_on(study: Study, clauses: Sequence[str]) -> Mapping[int, Claim]:
    """Return for each step that rests on one of some clauses the claim that it decides."""
    registers = frozenset(one for clause in clauses for one in study.below(clause))
    return {at: study.steps[at] for at, supports in enumerate(study.supports) if not registers.isdisjoint(supports)}


def names_of(study: Study, steps: Sequence[int]) -> tuple[str, ...]:
    """Return the clauses of some steps, each once."""
    return tuple(dict.fromkeys(study.subject.policy.steps[at].clause for at in steps))


def steps_by_order(study: Study) -> Iterator[Draft | Finding]:
    """Yield each step that decides although steps below it, with other outcomes, hold as well."""
    steps = study.subject.policy.steps
    asked = {at: (study.steps[at], _later(study, at)) for at in range(len(steps))}
    for at, beaten in study.inquiry.together_each(asked).items():
        step = steps[at]
        if beaten:
            names = tuple(dict.fromkeys(_step_name(steps[other]) for other in beaten))
            claim = both(study.steps[at], holds(steps[beaten[0]].ref))
            case = study.inquiry.find(claim)
            assert isinstance(case, Case)
            name = _step_name(step)
            more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
            sentence = f"{name} decides although {', '.join(names[:MOST])}{more} below it can hold as well and would say otherwise"
            spot = study.subject.step_spot(step)
            yield study.draft(Kind.ORDER, name, (step.clause,), sentence, Level.NOTE, spot, claim, case)


def _later(study: Study, at: int) -> Mapping[int, Claim]:
    """Return the claims that steps below one hold, as far as they conclude otherwise and can fail at all."""
    steps = study.subject.policy.steps
    return {
        other: holds(steps[other].ref) for other in range(at + 1, len(steps))
        if outcome_of(steps[other]) != outcome_of(steps[at]) and not _is_constant(study, steps[other])
    }  # fmt: skip


def steps_never_reached(study: Study) -> Iterator[Draft | Finding]:
    """Yield each step that decides no case."""
    steps = study.subject.policy.steps
    for at, step in enumerate(steps):
        if study.subject.facts_of(step.ref) & CODING or study.asks_what_is_known(step.ref):
            continue
        if study.inquiry.find(study.steps[at]) is not None:
            continue
        if _is_constant(study, step) and not study.inquiry.ever(holds(step.ref)):
            continue  # written as `never` by the policy's own definition: it says so itself
        ever = study.inquiry.find(holds(step.ref))
        if isinstance(ever, NotDecided):
            continue
        why = "its test never holds" if ever is None else "a step above it always decides first"
        name = _step_name(step)
        sentence = f"step {name} never decides a case: {why}"
        yield study.found(Kind.UNREACHED, f"step {name}", (step.clause,), sentence, Level.WARNING, study.subject.step_spot(step))


def _is_constant(study: Study, step: CompiledStep) -> bool:
    program = study.subject.policy.program
    return not any(register < len(program.atoms) for register in program.supports((step.ref,)))


def _step_name(step: CompiledStep) -> str:
    return f"{step.clause} ({step.target})" if step.target else step.clause

"""Conditions that contradict each other, and conditions that others make idle."""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from clausewise.prove.finding import Finding, Kind
from clausewise.prove.rails import Claim, both, fails, holds
from clausewise.prove.reach import key_of, level_of, when_stated
from clausewise.prove.showing import Draft
from clausewise.prove.study import Study
from clausewise.prove.subject import Part
from clausewise.vocab.criterion import AllOf, AnyOf, CodeIn, CodeIs, IfThen, Item
from clausewise.vocab.problem import Level


def contradictions(study: Study) -> Iterator[Draft | Finding]:
    """Yield conditions joined by "all of" that never hold together, and guards that are never true."""
    for part in study.subject.parts:
        joined = _joined(study, part)
        alive = [one for one in joined if study.inquiry.ever(holds(one.ref))]
        if len(alive) > 1 and len(alive) == len(joined) and study.inquiry.never(_all(alive)):
            pair = next((pair for pair in combinations(alive, 2) if study.inquiry.never(_all(pair))), tuple(alive))
            words = " and ".join(dict.fromkeys(study.subject.words(one) for one in pair))
            sentence = f"{words} can never hold together, as {study.subject.name(part.spot)} asks"
            key = f"{key_of(study, part)}: {words}"
            clauses = (part.spot.clause, *(one.spot.clause for one in pair))
            yield study.found(Kind.CONTRADICTION, key, clauses, sentence, level_of(study, part), part.spot)
        guard = study.subject.parts[part.below[0]] if isinstance(part.node, IfThen) else None
        if guard is not None and study.is_answerable(guard) and study.inquiry.never(holds(guard.ref)):
            sentence = f"the condition of {study.subject.name(part.spot)} ({study.subject.words(guard)}) is never true"
            key = f"guard of {key_of(study, part)}"
            yield study.found(Kind.CONTRADICTION, key, (part.spot.clause,), sentence, level_of(study, part), part.spot)


def _joined(study: Study, part: Part) -> list[Part]:
    """Return what a part demands at once: the parts of "all of", or a scope question with what it guards."""
    below = [study.subject.parts[number] for number in part.below]
    if isinstance(part.node, AllOf) or (isinstance(part.node, Item) and part.node.scope is not None):
        return [one for one in below if study.is_answerable(one)]
    return []


def _all(parts: Sequence[Part]) -> Claim:
    return both(*(holds(one.ref) for one in parts))


def implied(study: Study) -> Iterator[Draft | Finding]:
    """Yield parts of "all of" and "one of" that the parts beside them make idle."""
    for part in study.subject.parts:
        if isinstance(part.node, AllOf | AnyOf):
            beside = [study.subject.parts[number] for number in part.below]
            idle: list[int] = []
            for at, one in enumerate(beside):
                others = [other for number, other in enumerate(beside) if number != at and number not in idle]
                if others and study.is_answerable(one) and _is_idle(study, part, one, others):
                    idle.append(at)
                    yield _idle(study, part, one, others)


def _is_idle(study: Study, whole: Part, one: Part, others: Sequence[Part]) -> bool:
    """Tell whether a part never decides its group, though it could come out either way by itself."""
    alone, rest = (fails, holds) if isinstance(whole.node, AllOf) else (holds, fails)
    if study.asks_what_is_known(one.ref) or _tells_code_from_family(study, one, others):
        return False
    if not study.inquiry.ever(alone(one.ref)) or not study.inquiry.ever(_rest(rest, others)):
        return False
    claim = both(alone(one.ref), _rest(rest, others))
    return study.inquiry.never(claim) and when_stated(study, one, claim) is None


def _tells_code_from_family(study: Study, one: Part, others: Sequence[Part]) -> bool:
    """Tell whether one part looks at the code and another at what follows from it: a request that states the latter parts them."""
    program = study.subject.policy.program
    tests = (program.atoms[bit] for bit in program.supports((one.ref,)) if bit < len(program.atoms))
    of_code = any(isinstance(test, CodeIn | CodeIs) for test in tests)
    return of_code and any(study.subject.facts_of(other.ref) & study.by_code for other in others)


def _rest(rest: Callable[[int], Claim], others: Sequence[Part]) -> Claim:
    return both(*(rest(other.ref) for other in others))


def _idle(study: Study, whole: Part, one: Part, others: Sequence[Part]) -> Finding:
    all_of = isinstance(whole.node, AllOf)
    alone, rest = (fails, holds) if all_of else (holds, fails)
    single = next((other for other in others if study.inquiry.never(both(alone(one.ref), rest(other.ref)))), None)
    why = f"{study.subject.words(single)}" if single else "the parts beside it together"
    verb = "follows from" if all_of else "is covered by"
    word = study.subject.words(one)
    sentence = f"{word} {verb} {why}, so it changes nothing in {study.subject.name(whole.spot)}"
    clauses = (one.spot.clause, *((single.spot.clause,) if single else ()), whole.spot.clause)
    return study.found(Kind.IMPLIED, f"{key_of(study, whole)}: {word}", clauses, sentence, Level.WARNING, one.spot)

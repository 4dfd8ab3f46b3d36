"""Parts of the text that no case makes true, or false; exceptions that never apply; papers that cannot exist."""

from collections import Counter
from collections.abc import Iterator

from clausewise.prove.abreast import Case
from clausewise.prove.finding import Finding, Kind
from clausewise.prove.rails import Claim, both, fails, holds, lacks
from clausewise.prove.showing import Draft
from clausewise.prove.study import Study, with_facts
from clausewise.prove.subject import Part
from clausewise.vocab.criterion import AllOf, Compare, DocumentProvided, Except, Is, Item, TableValue, Unless
from clausewise.vocab.problem import Level

SINGLE = ("view", "posture", "side", "result")  # of one paper there is one; it may show several things


def never_met(study: Study) -> Iterator[Draft | Finding]:
    """Yield the innermost parts that no case makes true; where a line may state its family, stating it counts."""
    dead = {number for number in study.named if study.inquiry.never(holds(study.subject.parts[number].ref))}
    for number in sorted(dead):
        part = study.subject.parts[number]
        if dead & set(study.within(number)) or _parts_exclude_each_other(study, number):
            continue  # told of what stands below
        stated = when_stated(study, part, holds(part.ref))
        yield stated or study.found(
            Kind.NEVER_MET, key_of(study, part), (part.spot.clause,),
            f"{study.subject.words(part)} can never be {_met_word(study, part)}", level_of(study, part), part.spot,
        )  # fmt: skip


def level_of(study: Study, part: Part) -> Level:
    """Return how much a fault of a part matters: it is an error unless it lies in a reading that nobody ratified."""
    return Level.ERROR if study.subject.is_ratified(part.spot) else Level.WARNING


def _parts_exclude_each_other(study: Study, number: int) -> bool:
    """Tell whether a part is never met because some of its own parts contradict each other, which is told by itself."""
    parts = [study.subject.parts[one] for one in (number, *study.within(number))]
    joined = [[study.subject.parts[one] for one in part.below] for part in parts if isinstance(part.node, AllOf | Item)]
    return any(
        len(group) > 1 and all(study.inquiry.ever(holds(one.ref)) for one in group)
        and study.inquiry.never(both(*(holds(one.ref) for one in group)))
        for group in joined
    )  # fmt: skip


def _met_word(study: Study, part: Part) -> str:
    clause = study.subject.clauses.get(part.spot.clause)
    return "made to fire" if clause is not None and clause.excluding else "met"


def when_stated(study: Study, part: Part, claim: Claim) -> Draft | None:
    """Return the note that a part is reached only by a line that states what otherwise follows from its code."""
    for name, value in _values_tested(study, part):
        inquiry = study.stated(name, value)
        case = inquiry.find(claim)
        if isinstance(case, Case):
            words = study.subject.words(part)
            sentence = f"{words} is reached only where the request itself says {name} = {value}: no listed code is of it"
            finding = study.found(
                Kind.UNREACHED, key_of(study, part), (part.spot.clause,), sentence, Level.NOTE, part.spot
            )
            return with_facts(Draft(finding, claim, case, space=inquiry.space), {name: value})
    return None


def _values_tested(study: Study, part: Part) -> Iterator[tuple[str, str]]:
    program = study.subject.policy.program
    for register in program.supports((part.ref,)):
        test = program.atoms[register] if register < len(program.atoms) else None
        if isinstance(test, Is) and test.fact in study.by_code:
            yield from ((test.fact, value) for value in test.values)


def key_of(study: Study, part: Part) -> str:
    """Return what names a part in a key: its clause, and for a part without a number its words."""
    if isinstance(part.node, Item) and not part.node.numbered:
        return f"{part.spot.clause} ({part.node.prose})"
    others = [one for one in study.subject.parts if one.named and one.spot.clause == part.spot.clause and one.spot != part.spot]
    reading = study.subject.reading(part.spot)
    return f"{part.spot.clause} {reading.name}" if others and reading else part.spot.clause


def always_met(study: Study) -> Iterator[Draft | Finding]:
    """Yield the innermost parts that every case makes true."""
    sure = {number for number in study.named if study.inquiry.never(fails(study.subject.parts[number].ref))}
    for number in sorted(sure):
        part = study.subject.parts[number]
        if not sure & set(study.within(number)) and not study.asks_what_is_known(part.ref):
            sentence = f"{study.subject.words(part)} holds in every case, so it asks for nothing"
            yield study.found(Kind.ALWAYS_MET, key_of(study, part), (part.spot.clause,), sentence, Level.WARNING, part.spot)


def idle_exceptions(study: Study) -> Iterator[Draft | Finding]:
    """Yield exceptions that never take anything away, and waivers that never give anything."""
    for part in study.subject.parts:
        if isinstance(part.node, Except | Unless):
            main, other = (study.subject.parts[number] for number in part.below)
            wanted = holds(main.ref) if isinstance(part.node, Except) else lacks(holds(main.ref))
            claim = both(wanted, holds(other.ref))
            if _has_table(study, main):
                continue  # outside its rows a table leaves the test unknown, and what excuses from it may still count
            if study.inquiry.never(claim) and not when_stated(study, part, claim):
                what = "exception" if isinstance(part.node, Except) else "waiver"
                sentence = f"the {what} of {study.subject.name(part.spot)} can never apply"
                key = f"{what} of {key_of(study, part)}"
                yield study.found(Kind.EXCEPTION, key, (part.spot.clause,), sentence, Level.ERROR, part.spot)


def _has_table(study: Study, part: Part) -> bool:
    program = study.subject.policy.program
    tests = (program.atoms[bit] for bit in program.supports((part.ref,)) if bit < len(program.atoms))
    return any(isinstance(side, TableValue) for test in tests if isinstance(test, Compare) for side in (test.left, test.right))


def impossible_papers(study: Study) -> Iterator[Draft | Finding]:
    """Yield demands for one paper with two views, postures, sides or results."""
    for part in study.subject.parts:
        if isinstance(part.node, DocumentProvided):
            often = Counter(name for name, _ in dict.fromkeys(part.node.attributes))
            for name in (name for name in SINGLE if often[name] > 1):
                values = [value for own, value in part.node.attributes if own == name]
                sentence = f"no {part.node.kind} has two values of {name} ({', '.join(values)}); ask for two papers in two tests"
                key = f"{part.spot.clause} {part.node.kind} {name}"
                yield study.found(Kind.DOCUMENT, key, (part.spot.clause,), sentence, Level.ERROR, part.spot)

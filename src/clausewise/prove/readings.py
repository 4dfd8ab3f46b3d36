"""Readings: do they ever differ, and can it change what comes out which of them is ratified?"""

from collections.abc import Iterator

from clausewise.compiler.compiled import CompiledClause, CompiledReading
from clausewise.prove.abreast import Case
from clausewise.prove.finding import Finding, Kind
from clausewise.prove.rails import Claim, both, either, fails, holds, outcome_differs, read_as
from clausewise.prove.showing import Draft
from clausewise.prove.study import Study
from clausewise.vocab.problem import Level


def readings(study: Study) -> Iterator[Draft | Finding]:
    """Yield for each other reading of a clause whether it ever differs from the ratified one, and whether an outcome can."""
    for clause in study.subject.policy.clauses:
        ratified = next((one for one in clause.readings if one.ratified_by), None) or next(iter(clause.readings), None)
        for other in clause.readings:
            if ratified is not None and other is not ratified:
                yield from _compared(study, clause, ratified, other)


def _compared(study: Study, clause: CompiledClause, ratified: CompiledReading, other: CompiledReading) -> Iterator[Draft | Finding]:
    first, second = holds(ratified.ref), holds(other.ref)
    apart = either(both(first, fails(other.ref)), both(fails(ratified.ref), second))
    pair, spot = f"*{ratified.name}* and *{other.name}* of {clause.clause}", study.subject.spot(clause.clause)
    key = f"{clause.clause} {ratified.name} / {other.name}"
    case = study.inquiry.find(apart)
    if case is None:
        sentence = f"the readings {pair} never differ: the ambiguity is harmless, and one of them can go"
        yield study.found(Kind.READINGS, key, (clause.clause,), sentence, Level.WARNING, spot)
    if not isinstance(case, Case):
        return
    changed = outcome_differs(read_as(clause.ref, other.ref))
    deciding = study.inquiry.find(changed)
    how = _direction(study, ratified, other)
    if isinstance(deciding, Case):
        sentence = f"the readings {pair} differ ({how}), and with the other one ratified an outcome would differ"
        yield study.draft(Kind.READINGS, key, (clause.clause,), sentence, Level.NOTE, spot, changed, deciding)
    elif deciding is None:
        sentence = f"the readings {pair} differ ({how}), but no outcome depends on which of them is ratified"
        yield study.draft(Kind.READINGS, key, (clause.clause,), sentence, Level.NOTE, spot, apart, case)


def _direction(study: Study, ratified: CompiledReading, other: CompiledReading) -> str:
    """Say which of two readings that differ is the wider one."""
    more: Claim = both(fails(ratified.ref), holds(other.ref))
    less: Claim = both(holds(ratified.ref), fails(other.ref))
    wider, narrower = study.inquiry.ever(more), study.inquiry.ever(less)
    return "each holds where the other fails" if wider and narrower else f"*{other.name}* is {'wider' if wider else 'narrower'}"

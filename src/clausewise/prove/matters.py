"""Clauses whose truth never changes an outcome: nowhere, in a family of facts, or for some of the answers that they test."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from clausewise.prove.abreast import Case
from clausewise.prove.finding import Finding, Kind
from clausewise.prove.rails import Claim, answered, both, differs, fails, holds, settled
from clausewise.prove.showing import Draft
from clausewise.prove.study import Study
from clausewise.prove.subject import Part
from clausewise.vocab.criterion import Is, Item
from clausewise.vocab.document import AnswerKind
from clausewise.vocab.problem import Level

Cell = tuple[tuple[str, str], ...]


def never_matters(study: Study) -> Iterator[Draft | Finding]:
    """Yield the clauses whose truth no outcome depends on; one whose parts the ladder asks for by themselves is only noted."""
    idle = {clause for clause in study.subject.items if _in_play(study, clause) and study.inquiry.never(study.matter(clause))}
    for clause in (clause for clause in study.subject.items if clause in idle):
        above = study.subject.parent(clause)
        if above in idle and not _has_live_part(study, above, idle):
            continue  # told of the clause above
        spot = study.subject.spot(clause)
        if _has_live_part(study, clause, idle):
            sentence = f"{clause} as a whole never changes an outcome: the ladder asks for its parts"
            yield study.found(Kind.NEVER_MATTERS, clause, (clause,), sentence, Level.NOTE, spot)
        else:
            sentence = f"whether {clause} holds never changes an outcome"
            yield study.found(Kind.NEVER_MATTERS, clause, (clause,), sentence, Level.WARNING, spot)


def _has_live_part(study: Study, clause: str, idle: set[str]) -> bool:
    below = (other for other in study.subject.items if other != clause and _is_below(study, other, clause))
    return any(other not in idle and _in_play(study, other) for other in below)


def _in_play(study: Study, clause: str) -> bool:
    """Tell whether a clause can come out either way in the cases under proof."""
    ref = study.subject.clauses[clause].ref
    return study.inquiry.ever(holds(ref)) and study.inquiry.ever(fails(ref))


def _is_below(study: Study, clause: str, above: str) -> bool:
    while clause and clause != above:
        clause = study.subject.parent(clause)
    return clause == above


# ---- in the family of another path ----


def idle_beside(study: Study) -> Iterator[Draft | Finding]:
    """Yield paths that never matter where a part of another path holds that asks for one of their own facts."""
    for path in study.paths:
        if not study.inquiry.ever(study.matter(path)):
            continue
        for other in (other for other in study.paths if other != path):
            for part in _limbs(study, other):
                if _shared(study, path, part):
                    yield from _idle_where(study, path, other, part)


def _limbs(study: Study, path: str) -> Iterator[Part]:
    """Yield the parts below a path that can meet it alone or with others, from the outermost inwards."""
    spot = study.subject.spot(path)
    top = next(at for at, part in enumerate(study.subject.parts) if isinstance(part.node, Item) and part.spot == spot)
    yield from (study.subject.parts[at] for at in study.within(top) if isinstance(study.subject.parts[at].node, Item))


def _shared(study: Study, path: str, part: Part) -> frozenset[str]:
    return study.subject.facts_of(study.subject.clauses[path].ref) & study.subject.facts_of(part.ref)


def _idle_where(study: Study, path: str, other: str, part: Part) -> Iterator[Draft]:
    clause = study.subject.clauses[other]
    family = holds(part.ref) if clause.scope is None else both(holds(clause.scope), holds(part.ref))
    met = holds(study.subject.clauses[path].ref)
    if not study.inquiry.never(both(family, study.matter(path))):
        return
    claim = both(family, met)
    case = study.inquiry.find(claim)
    if isinstance(case, Case):
        why = f"{other} is met there" if study.inquiry.never(both(family, fails(clause.ref))) else "the steps above it decide there"
        words = study.subject.words(part)
        sentence = f"in the family of {other}, {path} never matters where {words} holds: {why}"
        spot = study.subject.spot(path)
        yield study.draft(
            Kind.NEVER_MATTERS, f"{path} where {words}", (path, other, part.spot.clause), sentence, Level.WARNING, spot, claim, case
        )


# ---- for some of its answers ----


@dataclass(frozen=True, slots=True)
class _Cells:
    """The answers to a clause's own facts with which it can hold: those with which it matters, and the others."""

    facts: tuple[str, ...]
    live: tuple[Cell, ...]
    dead: tuple[Cell, ...]


def idle_answers(study: Study) -> Iterator[Draft | Finding]:
    """Yield clauses that hold for some answers with which they change no outcome: redundant there, because another is met."""
    for clause in study.subject.items:
        if clause not in study.exclusions and _in_play(study, clause) and study.inquiry.ever(study.matter(clause)):
            cells = _cells(study, clause)
            if cells is not None and cells.live and cells.dead:
                yield from _redundant(study, clause, cells)


def _choices(study: Study, clause: str) -> Mapping[str, tuple[str, ...]]:
    """Return the facts of a choice that a clause tests, with their answers."""
    policy, found = study.subject.policy, dict[str, tuple[str, ...]]()
    for register in policy.program.supports((study.subject.clauses[clause].ref,)):
        test = policy.program.atoms[register] if register < len(policy.program.atoms) else None
        if isinstance(test, Is) and test.fact in policy.facts and test.fact not in study.by_code:
            answer = policy.facts[test.fact].answer
            found |= {test.fact: answer.values} if answer.kind is AnswerKind.CHOICE else {}
    return found


def _cells(study: Study, clause: str) -> _Cells | None:
    choices = _choices(study, clause)
    if not choices or len(choices) > 2:
        return None
    cells = [tuple(zip(choices, values, strict=True)) for values in product(*choices.values())]
    met = both(holds(study.subject.clauses[clause].ref), *_on_point(study, clause))
    held = study.inquiry.together(met, {at: _said(cell) for at, cell in enumerate(cells)})
    possible = [cells[at] for at in held]
    said = {at: _said(cell) for at, cell in enumerate(possible)}
    live = study.inquiry.together(both(study.matter(clause), met), said)
    matters = both(study.matter(clause), met)
    dead = [cell for at, cell in enumerate(possible) if at not in live and study.inquiry.never(both(matters, said[at]))]
    return _Cells(tuple(choices), tuple(possible[at] for at in live), tuple(dead))


def _on_point(study: Study, clause: str) -> Iterator[Claim]:
    """Yield that the clauses above one are on point: elsewhere it is not asked."""
    while clause := study.subject.parent(clause):
        scope = study.subject.clauses[clause].scope
        if scope is not None:
            yield holds(scope)


def _said(cell: Cell) -> Claim:
    return both(*(answered(name, value) for name, value in cell))


def _redundant(study: Study, clause: str, cells: _Cells) -> Iterator[Draft]:
    ref = study.subject.clauses[clause].ref
    path = next((one for one in study.paths if _is_below(study, clause, one)), "")
    claim = both(holds(ref), _said(cells.dead[0]))
    pivotal = both(claim, _pivotal(study, clause, path)) if path and path != clause else claim
    case = study.inquiry.find(pivotal)
    claim, case = (pivotal, case) if isinstance(case, Case) else (claim, study.inquiry.find(claim))
    if not isinstance(case, Case):
        return
    instead = [one for one in study.paths if one != path and _covers(study, one, clause, cells.dead)]
    why = f": {' and '.join(instead)} {'is' if len(instead) == 1 else 'are'} met there as well" if instead else ""
    verb = "is redundant" if instead else "never changes an outcome"
    sentence = f"{clause} {verb} where {described(study, cells.dead, cells.live)}{why}"
    spot = study.subject.spot(clause)
    clauses = (clause, *((path,) if path else ()), *instead)
    key = f"{clause} in part"
    yield study.draft(Kind.NEVER_MATTERS, key, clauses, sentence, Level.WARNING, spot, claim, case)


def _covers(study: Study, path: str, clause: str, cells: Sequence[Cell]) -> bool:
    """Tell whether a path is met wherever a clause holds with some answers."""
    apart = both(holds(study.subject.clauses[clause].ref), fails(study.subject.clauses[path].ref))
    return all(study.inquiry.never(both(apart, _said(cell))) for cell in cells)


def _pivotal(study: Study, clause: str, path: str) -> Claim:
    """Claim that the path is met only thanks to the clause."""
    change = settled(study.subject.registers(study.subject.spot(clause)), False)
    ref = study.subject.clauses[path].ref
    return lambda reader: differs(reader, ref, change)


def described(study: Study, dead: Sequence[Cell], live: Sequence[Cell]) -> str:
    """Return some combinations of answers in words, as short as one or two facts allow."""
    names = [name for name, _ in dead[0]]
    if len(names) == 1:
        return f"{names[0]} {_words(study, names[0], [cell[0][1] for cell in dead], [cell[0][1] for cell in live])}"
    groups: dict[tuple[frozenset[str], frozenset[str]], list[str]] = {}
    for value in dict.fromkeys(cell[0][1] for cell in (*dead, *live)):
        seconds = (frozenset(cell[1][1] for cell in cells if cell[0][1] == value) for cells in (dead, live))
        groups.setdefault((next(seconds), next(seconds)), []).append(value)
    parts = []
    for (out, within), values in groups.items():
        others = [value for other in groups.values() if other is not values for value in other]
        first = f"{names[0]} {_words(study, names[0], values, others)}"
        second = f" and {names[1]} {_words(study, names[1], sorted(out), sorted(within))}" if within else ""
        parts += [first + second] if out else []
    return ", or ".join(parts)


def _words(study: Study, name: str, values: Sequence[str], others: Sequence[str]) -> str:
    """Say that a fact is one of some values, or none of the others, whichever is shorter; values no test parts go together."""
    own, rest = _with_twins(study, name, values), _with_twins(study, name, others)
    return f"is {_one_of(own)}" if not rest or len(own) <= len(rest) else f"is not {_one_of(rest)}"


def _with_twins(study: Study, name: str, values: Sequence[str]) -> list[str]:
    """Return some answers with those that no test of the policy tells from them, in the order of the Facts table."""
    policy = study.subject.policy
    tests = [test.values for test in policy.program.atoms if isinstance(test, Is) and test.fact == name]
    signs = {value: tuple(value in one for one in tests) for value in policy.facts[name].answer.values}
    wanted = {signs[value] for value in values}
    return [value for value in policy.facts[name].answer.values if signs[value] in wanted]


def _one_of(values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else f"one of ({', '.join(values)})"

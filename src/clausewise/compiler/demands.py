"""What a criterion demands of the answers, and whether two demands can be met at once.

Demands are a necessary condition, never a sufficient one: for some facts with one answer, the answers among which it must be.
What cannot be said in this way (numbers, dates, several answers) demands nothing here.  Two criteria whose demands exclude each
other can never hold together; that they do not is no proof that they can.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from clausewise.compiler.link import Linked
from clausewise.compiler.words import Words
from clausewise.vocab import criterion as c
from clausewise.vocab.criterion import Criterion, Item
from clausewise.vocab.document import FAMILIES_OF_CODE, AnswerKind, FactDeclaration

Demands = Mapping[str, frozenset[str]]  # by fact (or "code"), the answers it must be among

NOTHING: Demands = {}
_YES_NO = (AnswerKind.YES_NO, AnswerKind.YES_NO_SINCE)


_DEEPEST = 40  # clauses and definitions within one another; what lies deeper demands nothing


@dataclass(frozen=True, slots=True)
class Scene:
    """Where demands are worked out: the documents, their words, and the clauses and definitions being opened.

    `worked_out` grows: what a clause or definition demands is worked out once.
    """

    linked: Linked
    words: Words
    opened: frozenset[str] = frozenset()
    worked_out: "dict[str, Demands | None]" = field(default_factory=dict)

    def of(self, name: str, criterion: Criterion) -> "Demands | None":
        """Return what a named clause or definition demands; a circle, or what lies too deep, demands nothing."""
        if name in self.opened or len(self.opened) == _DEEPEST:
            return NOTHING
        if name not in self.worked_out:
            self.worked_out[name] = demands(criterion, replace(self, opened=self.opened | {name}))
        return self.worked_out[name]


def demands(criterion: Criterion, scene: Scene) -> Demands | None:
    """Return what must be answered for a criterion to hold, or None where it never can."""
    match criterion:
        case Item(scope=None, criterion=inner):
            return demands(inner, scene)
        case Item(scope=scope, criterion=inner) if scope is not None:
            return demands(c.AllOf((scope, inner)), scene)
        case c.AllOf(parts):
            return together(demands(part, scene) for part in parts)
        case c.AnyOf(parts) | c.AtLeast(_, parts) | c.ExactlyOne(parts):
            return _either(demands(part, scene) for part in parts)
        case c.SameSide(part) | c.Except(part, _):
            return demands(part, scene)
        case c.Unless(main, waiver):
            return _either(demands(part, scene) for part in (main, waiver))
        case c.Negation(part):
            return _denied(part, scene)
        case c.Constant(False):
            return None
        case c.Is(name, values):
            return _answered(name, frozenset(values), scene)
        case c.CodeIs(codes):
            return {"code": frozenset(codes)}
        case c.CodeIn(name):
            return _within(name, scene)
        case c.ClauseMet(clause, "", any_reading, False):
            return _of_clause(clause, any_reading, scene)
        case _:
            return NOTHING


def together(parts: "Iterable[Demands | None]") -> Demands | None:
    """Return what must be answered for all to hold, or None where they exclude each other."""
    merged: Demands | None = NOTHING
    for part in parts:
        merged = _merged(merged, part)
    return merged


def _merged(left: Demands | None, right: Demands | None) -> Demands | None:
    if left is None or right is None:
        return None
    merged = {**left, **right, **{name: left[name] & right[name] for name in left.keys() & right.keys()}}
    return merged if all(merged.values()) else None


def _either(parts: "Iterable[Demands | None]") -> Demands | None:
    possible = [part for part in parts if part is not None]
    if not possible:
        return None
    shared = set.intersection(*(set(part) for part in possible))
    return {name: frozenset[str]().union(*(part[name] for part in possible)) for name in sorted(shared)}


def _denied(part: Criterion, scene: Scene) -> Demands | None:
    match part:
        case c.Constant(True):
            return None
        case c.Negation(inner):
            return demands(inner, scene)
        case c.AnyOf(parts):
            return together(_denied(one, scene) for one in parts)
        case c.Is(name, values) if not scene.words.is_definition(name):
            fact = scene.words.facts.get(name)
            return _answered(name, _answers(fact) - frozenset(values), scene) if fact is not None and _is_single(fact) else NOTHING
        case _:
            return NOTHING


def _answered(name: str, values: frozenset[str], scene: Scene) -> Demands | None:
    definition, fact = scene.words.definitions.get(name), scene.words.facts.get(name)
    if definition is not None and definition.criterion is not None:
        return scene.of(name, definition.criterion)
    return {name: values} if fact is not None and _is_single(fact) else NOTHING


def _answers(fact: FactDeclaration) -> frozenset[str]:
    return frozenset(("yes", "no") if fact.answer.kind in _YES_NO else fact.answer.values)


def _is_single(fact: FactDeclaration) -> bool:
    """Tell whether a fact has exactly one of its answers; the families of one code may be several."""
    of_code = any(default.value == FAMILIES_OF_CODE for default in fact.defaults)
    return fact.answer.kind in (*_YES_NO, AnswerKind.CHOICE, AnswerKind.GRADE) and not of_code


def _within(name: str, scene: Scene) -> Demands:
    found = scene.linked.sets.get(name)
    return {"code": frozenset(found.codes)} if found is not None and found.complete else NOTHING


def _of_clause(clause: str, any_reading: bool, scene: Scene) -> Demands | None:
    """Return the demands of a clause as ratified; under any reading, those of its scope alone."""
    item, readings = scene.linked.clauses.get(clause), scene.linked.readings.get(clause, ())
    if item is None:
        return NOTHING
    ratified = next((reading for reading in readings if reading.ratified), None)
    parts: list[Criterion] = [] if item.scope is None else [item.scope]
    if not any_reading and (ratified is not None or not readings):
        parts.append(item.criterion if ratified is None or ratified.criterion is None else ratified.criterion)
    return scene.of(f"clause {clause} under any reading" if any_reading else f"clause {clause}", c.AllOf(tuple(parts)))

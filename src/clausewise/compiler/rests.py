"""What rests on what: from a ladder step, a clause or a definition down to the facts that are asked in the end.

A point is a clause (under one reading, or as ratified), the scope of a clause, a definition, or a fact.  This is the order in
which `lower` goes through the documents, without the program.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from clausewise.compiler.link import Linked
from clausewise.compiler.words import Words
from clausewise.policy.mentions import Mention, Sort, mentions_of
from clausewise.policy.walk import default_criteria, is_test, parts_of
from clausewise.vocab.criterion import Criterion, Item
from clausewise.vocab.document import Reading


class Point(NamedTuple):
    """One thing that rests on others: `kind` is clause, scope, definition or fact; `reading` is that of a clause."""

    kind: str
    name: str
    reading: str = ""

    @property
    def shown(self) -> str:
        """The point in words."""
        return f"`{self.name}`" if self.kind in ("definition", "fact") else f"clause {self.name}"


def circles(linked: Linked, words: Words) -> tuple[tuple[Point, ...], ...]:
    """Return circles among clauses and definitions: each once, as the points that rest on one another, first one first."""
    found: list[tuple[Point, ...]] = []
    done: set[Point] = set()
    for start in (*_definitions(linked), *_clauses(linked)):
        found.extend(_circles_from(start, done, linked, words))
    return tuple(found)


def _circles_from(start: Point, done: set[Point], linked: Linked, words: Words) -> Iterator[tuple[Point, ...]]:
    """Go down from a point, never twice through one; where the way leads back into itself there is a circle.

    The way is kept in a list, as documents may be deeper than calls can be nested.
    """
    way = [(start, rests_on(start, linked, words))] if start not in done else []
    passed = {start: 0}
    while way:
        point, others = way[-1]
        other = next((one for one in others if one.kind != "fact"), None)
        if other is None:
            way.pop()
            del passed[point]
            done.add(point)
        elif other in passed:
            yield tuple(one for one, _ in way[passed[other] :])
        elif other not in done:
            passed[other] = len(way)
            way.append((other, rests_on(other, linked, words)))


def facts_below(roots: Iterable[Point], linked: Linked, words: Words) -> frozenset[str]:
    """Return the facts that some points rest on, through clauses, definitions and what facts mean when absent."""
    seen: set[Point] = set()
    waiting = list(roots)
    while waiting:
        point = waiting.pop()
        if point not in seen:
            seen.add(point)
            waiting.extend(rests_on(point, linked, words))
    return frozenset(point.name for point in seen if point.kind == "fact")


def rests_on(point: Point, linked: Linked, words: Words) -> Iterator[Point]:
    """Yield what a point rests on, directly."""
    for criterion in _criteria(point, linked, words):
        yield from points_of(criterion, linked, words, within=point)
    score = words.scores.get(point.name) if point.kind == "fact" else None
    yield from (Point("fact", item.fact) for item in score.items) if score is not None else ()


def points_of(criterion: Criterion, linked: Linked, words: Words, within: Point | None = None) -> Iterator[Point]:
    """Yield the points a criterion rests on; a numbered item of the outline is a point of its own."""
    own = Point("clause", criterion.clause) if isinstance(criterion, Item) and _is_clause(criterion, linked) else None
    if own is not None and (within is None or within[:2] != own[:2]):
        yield own
    elif is_test(criterion):
        for mention in mentions_of(criterion):
            yield from _points(mention, linked, words)
    else:
        for part in parts_of(criterion):
            yield from points_of(part, linked, words, within)


def _is_clause(item: Item, linked: Linked) -> bool:
    return item.numbered and linked.clauses.get(item.clause) is item


def _points(mention: Mention, linked: Linked, words: Words) -> Iterator[Point]:
    name, is_own = mention.name, mention.document in ("", linked.policy.id)
    match mention.sort:
        case Sort.WORD:
            yield Point("definition" if words.is_definition(name) else "fact", name)
        case Sort.CLAUSE if is_own:
            yield Point("clause", name)
        case Sort.EVERY_READING if is_own:
            readings = linked.readings.get(name, ())
            yield from (Point("clause", name, reading.name) for reading in readings) if readings else (Point("clause", name),)
        case Sort.SCOPE:
            yield Point("scope", name)
        case _:
            return


def _criteria(point: Point, linked: Linked, words: Words) -> Iterator[Criterion]:
    item = linked.clauses.get(point.name)
    match point.kind:
        case "definition" if (word := words.definitions.get(point.name)) is not None and word.criterion is not None:
            yield word.criterion
        case "fact" if (fact := words.facts.get(point.name)) is not None:
            yield from default_criteria(fact)
        case "scope" if item is not None and item.scope is not None:
            yield item.scope
        case "clause" if item is not None:
            yield from () if item.scope is None else (item.scope,)
            for reading in _chosen(linked.readings.get(point.name, ()), point.reading):
                yield item.criterion if reading is None or reading.criterion is None else reading.criterion


def _chosen(readings: tuple[Reading, ...], name: str) -> tuple[Reading | None, ...]:
    """Return the reading of a name; without a name the ratified one, or all where none is."""
    if name:
        return tuple(reading for reading in readings if reading.name == name)
    return tuple(reading for reading in readings if reading.ratified) or readings or (None,)


def _definitions(linked: Linked) -> Iterator[Point]:
    for document in (linked.policy, linked.ladder):
        yield from (Point("definition", word.name) for word in document.definitions if word.criterion is not None)


def _clauses(linked: Linked) -> Iterator[Point]:
    for clause in linked.clauses:
        yield Point("clause", clause)
        yield from (Point("clause", clause, reading.name) for reading in linked.readings.get(clause, ()))

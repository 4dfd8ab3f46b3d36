"""Every criterion of a document with where it stands, and every node of a criterion with the item it belongs to."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple, TypeGuard

from clausewise.vocab.criterion import (
    AllOf,
    AnyOf,
    AtLeast,
    Criterion,
    ExactlyOne,
    Except,
    Group,
    IfThen,
    Item,
    Negation,
    SameSide,
    Test,
    Unless,
)
from clausewise.vocab.document import FactDeclaration, PolicyDocument


class Spot(NamedTuple):
    """The clause (or defined word) a criterion belongs to, and the line it begins on."""

    clause: str
    file: str
    line: int


class Passage(NamedTuple):
    """One criterion of a document: of an item, reading, definition or step, of what a fact means when absent, of an implication."""

    criterion: Criterion
    spot: Spot


class Placed(NamedTuple):
    """A node of a criterion tree with where it stands."""

    node: Criterion
    spot: Spot


def passages(document: PolicyDocument) -> Iterator[Passage]:
    """Yield every criterion of a document, in the order: outline, readings, definitions, steps, facts, implications."""
    file = document.file
    for item in document.sections:
        yield Passage(item, Spot(item.clause, file, item.line))
    for reading in document.readings:
        if reading.criterion is not None:
            yield Passage(reading.criterion, Spot(reading.clause, file, reading.line))
    for word in document.definitions:
        if word.criterion is not None:
            yield Passage(word.criterion, Spot(word.name, file, word.line))
    for _, steps in document.steps:
        for step in steps:
            if step.criterion is not None:
                yield Passage(step.criterion, Spot(step.clause, file, step.line))
    for fact in document.facts:
        for criterion in default_criteria(fact):
            yield Passage(criterion, Spot("", file, fact.line))
    for row in document.implications:
        yield from (Passage(criterion, Spot("", file, row.line)) for criterion in (row.condition, row.consequence))


def default_criteria(fact: FactDeclaration) -> Iterator[Criterion]:
    """Yield the tests that say what an absent fact means."""
    for default in fact.defaults:
        yield from (criterion for criterion in (default.when, default.test) if criterion is not None)


def nodes(passage: Passage, on: date | None = None) -> Iterator[Placed]:
    """Yield every node of a passage, from the top down, each with the item it stands in; on a day, only what is in force."""
    node, spot = passage
    if isinstance(node, Item):
        if on is not None and not node.period.covers(on):
            return
        spot = Spot(node.clause, node.file or spot.file, node.line or spot.line)
    yield Placed(node, spot)
    for part in parts_of(node):
        yield from nodes(Passage(part, spot), on)


def is_test(node: Criterion) -> TypeGuard[Test]:
    """Tell whether a node is a test, and so has nothing below it."""
    return not isinstance(node, Group | Item)


def below(criterion: Criterion) -> Iterator[Criterion]:
    """Yield a criterion and every node below it."""
    yield criterion
    for part in parts_of(criterion):
        yield from below(part)


def parts_of(node: Criterion) -> tuple[Criterion, ...]:
    """Return the criteria directly below a node; a test has none."""
    match node:
        case Item(criterion=criterion, scope=scope):
            return (criterion,) if scope is None else (scope, criterion)
        case AllOf(parts) | AnyOf(parts) | AtLeast(_, parts) | ExactlyOne(parts):
            return parts
        case Negation(part) | SameSide(part):
            return (part,)
        case Unless(main, other) | Except(main, other) | IfThen(main, other):
            return (main, other)
        case _:
            return ()


def own_nodes(criterion: Criterion) -> Iterator[Criterion]:
    """Yield a criterion and the nodes that stand on the same line: items below it are left out."""
    yield criterion
    for part in parts_of(criterion):
        if not isinstance(part, Item):
            yield from own_nodes(part)

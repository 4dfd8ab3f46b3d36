"""A document as it stands on one day, so that it says the same on every other: for comparing two days with all else held alike."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date
from typing import TypeVar

from clausewise.policy.walk import is_test
from clausewise.vocab.criterion import Criterion, Item
from clausewise.vocab.document import Definition, PolicyDocument, Reading, Step
from clausewise.vocab.period import ALWAYS, Period

NEVER = Period(date.max, date.min)
Written = TypeVar("Written", Reading, Definition, Step)


def settled(document: PolicyDocument, on: date) -> PolicyDocument:
    """Return a document whose clauses and sets are in force always or never, as they are on a day."""
    return replace(
        document,
        sections=tuple(_item(item, on) for item in document.sections),
        readings=_written(document.readings, on),
        definitions=_written(document.definitions, on),
        steps=tuple((name, _written(steps, on)) for name, steps in document.steps),
        sets=tuple(replace(group, period=ALWAYS) for group in document.sets if group.period.covers(on)),
    )


def _written(passages: Sequence[Written], on: date) -> tuple[Written, ...]:
    return tuple(one if one.criterion is None else replace(one, criterion=_criterion(one.criterion, on)) for one in passages)


def _item(item: Item, on: date) -> Item:
    scope = None if item.scope is None else _criterion(item.scope, on)
    period = ALWAYS if item.period.covers(on) else NEVER
    return replace(item, criterion=_criterion(item.criterion, on), scope=scope, period=period)


def _criterion(node: Criterion, on: date) -> Criterion:
    if isinstance(node, Item):
        return _item(node, on)
    if is_test(node):
        return node
    parts = {field.name: _part(getattr(node, field.name), on) for field in fields(node)}
    return replace(node, **parts)  # type: ignore[arg-type]  # the fields of this very group


def _part(value: object, on: date) -> object:
    """Return what a field of a group holds: criteria as they stand on the day, anything else as it is."""
    if isinstance(value, tuple):
        return tuple(_criterion(part, on) for part in value)
    return value if isinstance(value, int | str) else _criterion(value, on)  # type: ignore[arg-type]  # a group holds no other

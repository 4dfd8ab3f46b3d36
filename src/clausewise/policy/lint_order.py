"""Clause numbers against their order: among the clauses below one clause or heading, none stands behind a later one.

Gaps are sound, for sources take clauses out, and so are insertions (2a behind 2, A1 behind A).  Labels the source does not
have (I.A.3.pain) have no order.  Letters, roman and arabic numbers look alike (C, I, V), so the order is the one that most
labels follow.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from clausewise.policy.nearby import Nearby
from clausewise.policy.remarks import remark
from clausewise.policy.walk import below
from clausewise.vocab.criterion import Item
from clausewise.vocab.problem import Problem

_ARABIC = re.compile(r"(\d+)([a-z]*)", re.ASCII | re.IGNORECASE)
_LETTER = re.compile(r"([a-z])(\d*)", re.ASCII | re.IGNORECASE)
_ROMAN = re.compile(r"(?=[ivxlc])(c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})", re.ASCII | re.IGNORECASE)
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}

_Place: TypeAlias = tuple[int, str | int]  # where a label stands in its order, and where among its insertions


class _Numbered(NamedTuple):
    """A clause with the last label of its number."""

    item: Item
    label: str


def lint_order(beside: Nearby) -> Iterator[Problem]:
    """Yield a warning for each clause whose number comes before that of a clause above it, in the same list."""
    for items in _siblings(beside.document.sections):
        yield from _out_of_order(items, beside)


def _siblings(sections: Sequence[Item]) -> Iterator[tuple[_Numbered, ...]]:
    """Yield the clauses below one clause, heading or dash, in the order of the text; XREF-CP.PHAR.517 is another's number."""
    found: dict[str, list[_Numbered]] = {}
    for section in sections:
        for item in below(section):
            if isinstance(item, Item) and item.numbered:
                above, label = _parted(item.clause)
                found.setdefault(above, []).append(_Numbered(item, label))
    own = {"", *(item.clause for items in found.values() for item, _ in items)}
    yield from (tuple(items) for above, items in found.items() if above in own or items[0].item.clause[len(above)] == "-")


def _parted(clause: str) -> tuple[str, str]:
    end = max(clause.rfind("."), clause.rfind("-"))
    return clause[: max(end, 0)], clause[end + 1 :]


def _out_of_order(items: tuple[_Numbered, ...], beside: Nearby) -> Iterator[Problem]:
    places = max((_followed(items, order) for order in _ORDERS), key=lambda found: (len(found), -_breaks(found)))
    last: tuple[_Place, str] | None = None
    for place, item in places:
        if last is not None and place < last[0]:
            at = beside.text.place(beside.document.file, item.line, item.clause)
            yield remark("CW454", at, item.clause, number=item.clause, before=last[1])
        else:
            last = place, item.clause


def _followed(items: tuple[_Numbered, ...], order: Callable[[str], _Place | None]) -> list[tuple[_Place, Item]]:
    """Return the clauses whose labels an order knows, each with its place there."""
    return [(place, item) for item, label in items if (place := order(label)) is not None]


def _breaks(places: Sequence[tuple[_Place, Item]]) -> int:
    return sum(place < before for (before, _), (place, _) in pairwise(places))


# ---- the orders


def _arabic(label: str) -> _Place | None:
    found = _ARABIC.fullmatch(label)
    return (int(found[1]), found[2].lower()) if found else None


def _letter(label: str) -> _Place | None:
    found = _LETTER.fullmatch(label)
    return (ord(found[1].lower()), int(found[2] or 0)) if found else None


def _roman(label: str) -> _Place | None:
    """Return the place of a roman number up to 399: a smaller sign before a greater one is taken off."""
    if not _ROMAN.fullmatch(label):
        return None
    values = [_ROMAN_VALUES[sign] for sign in label.lower()]
    signed = (-value if value < after else value for value, after in zip(values, (*values[1:], 0), strict=True))
    return sum(signed), 0


_ORDERS = (_arabic, _letter, _roman)

"""Which clause of the new policy is which of the old one: by a declared mapping, by number, or found by its words and meaning.

A clause keeps its number unless it is declared otherwise, or unless another clause of the new policy says what it said: same
meaning and same words first, then same meaning.  What is left over has come or gone.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from clausewise.prove.change import Renumbered


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing to be compared: its name, its words, and the form of its meaning (equal forms mean the same)."""

    name: str
    words: str
    form: Hashable


@dataclass(frozen=True, slots=True)
class Pair:
    """Two subjects that are one; of what has come or gone one side is empty."""

    old: str
    new: str
    renumbered: Renumbered = Renumbered.NO


Taken = dict[str, Pair]


def paired(old: Sequence[Subject], new: Sequence[Subject], declared: Mapping[str, str]) -> tuple[Pair, ...]:
    """Return pairs that cover both sides, in the order of the new policy with what has gone set in where it stood.

    Args:
        declared: new numbers by old ones; a clause that is not in it may have kept its number.
    """
    taken: Taken = {}
    left, right = {one.name: one for one in old}, {one.name: one for one in new}
    for before, after in declared.items():
        if before in left and after in right:
            taken[before] = Pair(before, after, Renumbered.DECLARED)
    spoken_for = set(declared.values()) | set(declared)
    kept = [one for one in old if one.name in right and one.name not in spoken_for]
    _keep(kept, right, taken, lambda one, other: one.form == other.form or _wording(one) == _wording(other))
    _find(old, new, taken, lambda one: (one.form, one.words))
    _keep(kept, right, taken, lambda one, other: True)
    _find(old, new, taken, lambda one: one.form if one.words else None)
    return tuple(_ordered(old, new, taken))


def _keep(kept: Iterable[Subject], right: Mapping[str, Subject], taken: Taken, same: Callable[[Subject, Subject], bool]) -> None:
    used = {pair.new for pair in taken.values()}
    for one in kept:
        if one.name not in taken and one.name not in used and same(one, right[one.name]):
            taken[one.name] = Pair(one.name, one.name)


def _wording(one: Subject) -> Hashable:
    return one.words or object()  # what says nothing says nothing alike


def _find(old: Sequence[Subject], new: Sequence[Subject], taken: Taken, key: Callable[[Subject], Hashable]) -> None:
    """Pair what is left by a key that is one subject's alone on either side."""
    used = {pair.new for pair in taken.values()}
    before = _alone([one for one in old if one.name not in taken], key)
    after = _alone([one for one in new if one.name not in used], key)
    for mark, name in before.items():
        if mark is not None and mark in after:
            found = Renumbered.NO if name == after[mark] else Renumbered.FOUND
            taken[name] = Pair(name, after[mark], found)


def _alone(subjects: Sequence[Subject], key: Callable[[Subject], Hashable]) -> dict[Hashable, str]:
    marks = [key(one) for one in subjects]
    return {mark: one.name for mark, one in zip(marks, subjects, strict=True) if marks.count(mark) == 1}


def _ordered(old: Sequence[Subject], new: Sequence[Subject], taken: Taken) -> list[Pair]:
    by_new = {pair.new: pair for pair in taken.values()}
    found = [by_new.get(one.name, Pair("", one.name)) for one in new]
    above = ""
    for one in old:
        if one.name not in taken:
            place = next((number + 1 for number, pair in enumerate(found) if pair.old == above), 0) if above else 0
            found.insert(place, Pair(one.name, ""))
        above = one.name
    return found

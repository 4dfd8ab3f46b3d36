"""Which text of a document stands on a day: the base, and the amendments that apply then, in the order in which they begin.

An amendment is applied while its own period lasts.  With the id of the text it amends it changes that document, and before its
first day, or after its last, the text stands as it was.  With an id of its own it is a document of its own: made of the one text
that its `amends: BASE @ REVISION` names, whatever becomes of that later.  Only front matter is looked at until a text is asked for.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from clausewise.policy.amended_frame import Entry, amended_text, merged_frame
from clausewise.policy.library import Shelf, calendar_day
from clausewise.vocab.period import Period
from clausewise.vocab.problem import Problem

if TYPE_CHECKING:
    from clausewise.policy.amend import Consolidated

def consolidated(shelf: Shelf) -> "tuple[Consolidated, tuple[Problem, ...]]":
    """Return the consolidated text of a document, and what must be mended in the amendments it is made of."""
    from clausewise.policy.amend import as_written, consolidate  # needs the reader, which is not needed to list and to route

    first, *amendments = shelf.files
    text, problems = as_written(_decoded(first), first.path), list[Problem]()
    for amendment in amendments:
        text, found = consolidate(text, _decoded(amendment), amendment.path)
        problems.extend(found)
    return text, tuple(problems)


def _decoded(shelf: Shelf) -> str:
    return shelf.content.decode("utf-8", "replace")


class Editions:
    """The texts of all documents of a library, by their files; `days` are those on which some document changes."""

    def __init__(self, authored: Mapping[str, Shelf]) -> None:
        self._authored = authored
        self._bases: dict[str, Shelf] = {}
        self._variants: list[Shelf] = []
        self._later: dict[str, list[Shelf]] = {}
        for shelf in reversed(tuple(authored.values())):
            base = amended_text(shelf.amends)[0]
            if not shelf.amends:
                self._bases[shelf.id] = shelf
            elif base == shelf.id:
                self._later.setdefault(base, []).insert(0, shelf)
            else:
                self._variants.insert(0, shelf)
        for found in self._later.values():
            found.sort(key=lambda one: (one.period.first or date.min, one.path))
        self._roots: dict[str, Shelf] = {}
        self.days = tuple(sorted({day for found in self._later.values() for one in found for day in _turns(one.period)}))

    def applied(self, on: date) -> frozenset[str]:
        """Return the paths of the amendments under the base's own id that apply on a day."""
        return frozenset(one.path for found in self._later.values() for one in found if one.period.covers(on))

    def shelves(self) -> dict[str, Shelf]:
        """Return every file in its place: variants as documents of their own, all others as they were written."""
        return {path: self._root(shelf) if shelf in self._variants else shelf for path, shelf in self._authored.items()}

    def shelves_with(self, applied: frozenset[str]) -> dict[str, Shelf]:
        """Return every document in its place, changed by the amendments that apply; those are no documents themselves."""
        later = {shelf.path for found in self._later.values() for shelf in found}
        kept = {path: shelf for path, shelf in self.shelves().items() if path not in later or shelf.id not in self._known()}
        return {path: self._text(shelf, applied) for path, shelf in kept.items()}

    def stretch(self, shelf: Shelf) -> Period:
        """Return the days on which a file is the newest text of its document, among those it is in force."""
        later = [one for one in self._later.get(shelf.id, ()) if one.path != shelf.path and self._follows(one, shelf)]
        starts = [one.period.first for one in later if one.period.first is not None]
        own = shelf.period
        last = min((start - timedelta(days=1) for start in starts), default=own.last)
        is_stretch = last is not None and (own.last is None or last < own.last) and (own.first is None or own.first <= last)
        return Period(own.first, last) if is_stretch else own

    def _follows(self, one: Shelf, shelf: Shelf) -> bool:
        order = [other.path for other in self._later.get(shelf.id, ())]
        return shelf.path not in order or order.index(one.path) > order.index(shelf.path)

    # ---- texts

    def _known(self) -> frozenset[str]:
        return frozenset((*self._bases, *(shelf.id for shelf in self._variants)))

    def _root(self, shelf: Shelf, trail: tuple[str, ...] = ()) -> Shelf:
        """Return a variant as a document of its own, made of the text that it names; what it names may be a variant too."""
        if shelf.path not in self._roots:
            self._roots[shelf.path] = self._made(shelf, trail)
        return self._roots[shelf.path]

    def _made(self, shelf: Shelf, trail: tuple[str, ...]) -> Shelf:
        name, revision = amended_text(shelf.amends)
        if name in (*trail, shelf.id):
            return _refused(shelf, "CW162", circle=" -> ".join((*trail, shelf.id, name)))
        base = self._base(name, (*trail, shelf.id))
        if base is None:
            return shelf  # the reader says that nothing is there to amend
        if base.faults:
            return replace(shelf, faults=base.faults)
        found = next(self._named(base, revision), None)
        if revision and found is not None:
            return amended(found, shelf)
        return _refused(shelf, "CW161" if revision else "CW160", base=name, revision=revision, known=self._revisions(base))

    def _base(self, name: str, trail: tuple[str, ...]) -> Shelf | None:
        variant = next((one for one in self._variants if one.id == name), None)
        return self._bases.get(name) or (self._root(variant, trail) if variant is not None else None)

    def _named(self, base: Shelf, revision: str) -> Iterator[Shelf]:
        """Yield the texts of a document that a revision names, or that are in force on the day it names."""
        starts = [one.period.first or date.min for one in self._later.get(base.id, ())]
        for text in (base, *(self._text(base, self.applied(start)) for start in starts)):
            if text.frame.get("revision") == revision:
                yield text
        if (day := calendar_day(revision)) is not None:
            text = self._text(base, self.applied(day))
            if text.period.covers(day):
                yield text

    def _revisions(self, base: Shelf) -> str:
        found = (one.frame.get("revision", "") for one in (base, *self._later.get(base.id, ())))
        return ", ".join(dict.fromkeys(filter(None, found))) or "no revision, so name a day"

    def _text(self, base: Shelf, applied: frozenset[str]) -> Shelf:
        """Return a document with those of its amendments that apply; one that names no text before it is a fault."""
        text, earlier = base, [base]
        for one in self._later.get(base.id, ()):
            fault = self._fault(one, base, earlier)
            earlier.append(one)
            if one.path in applied:
                text = replace(text, faults=(*text.faults, fault)) if fault is not None else amended(text, one)
        return text

    def _fault(self, one: Shelf, base: Shelf, earlier: Iterable[Shelf]) -> Problem | None:
        _, revision = amended_text(one.amends)
        day = calendar_day(revision)
        named = any(text.frame.get("revision") == revision or (day and text.period.covers(day)) for text in earlier)
        if one.period.first is None:
            return _problem(one, "CW163")
        if not revision or not named:
            return _problem(one, "CW161" if revision else "CW160", base=base.id, revision=revision, known=self._revisions(base))
        return None


def amended(base: Shelf, own: Shelf) -> Shelf:
    """Return the place of a text with one amendment more: at the base's own, or at the amendment's if that has another id."""
    frames = ({key: Entry(value, one.path, 1) for key, value in one.frame.items()} for one in (base, own))
    merged, place = merged_frame(next(frames), base.path, next(frames), own.path)
    layers = (*base.files, own)
    fingerprint = hashlib.sha256("\n".join(layer.fingerprint for layer in layers).encode()).hexdigest()
    frame = {key: entry.value for key, entry in merged.items()}
    return Shelf(place, frame, base.content if place == base.path else own.content, fingerprint, layers, base.faults)


def _refused(shelf: Shelf, code: str, **written: object) -> Shelf:
    return replace(shelf, faults=(_problem(shelf, code, **written),))


def _problem(shelf: Shelf, code: str, **written: object) -> Problem:
    """Return why an amendment cannot be applied, at the line that says what it amends or from when."""
    from clausewise.policy.mistakes import AMENDING  # only a mistake pays for it

    key = "in force:" if code == "CW163" else "amends:"
    lines = _decoded(shelf).splitlines()
    line = next((number for number, text in enumerate(lines, 1) if text.startswith(key)), 1)
    sentence, help = (text.format_map(written) for text in AMENDING[code])
    return Problem(code, sentence, shelf.path, line, 1, help=help)


def _turns(period: Period) -> Iterator[date]:
    """Yield the first day of a period, and the day after its last."""
    if period.first is not None:
        yield period.first
    if period.last is not None and period.last < date.max:
        yield period.last + timedelta(days=1)

"""The library: every authored document by id, and which of them speak together.

A library is made from file contents, so it reads no disk of its own.  Only the front matter is looked at until a document is
needed; parsing is left for the day somebody asks.  What a document cites, it names under `uses:` (by path from its own folder).

An amendment with an id of its own is a document like others, made from the text it amends.  One under the id of that text changes
it from its own first day on: `as_of` is the library as it stands on a day, and whoever asks for a day asks there.
"""

import hashlib
import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from clausewise.vocab.document import PolicyDocument
from clausewise.vocab.period import Period
from clausewise.vocab.problem import Problem

if TYPE_CHECKING:
    from clausewise.policy.amend import Consolidated
    from clausewise.policy.editions import Editions

ASSESSOR_KINDS = ("policy", "notice")
EVERYWHERE = ("law", "benefit", "manual")  # kinds that reach a request by their own frame, unasked


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where a document stands: its path, its front matter as text, its bytes and their SHA-256.

    One that amendments changed has `layers`: the base and the amendments in the order in which they are applied.  Its front matter
    is the merged one, its bytes are those of the file at its path, and its fingerprint covers all layers.  `faults` are why an
    amendment cannot be applied at all.
    """

    path: str
    frame: Mapping[str, str]
    content: bytes
    fingerprint: str
    layers: tuple["Shelf", ...] = ()
    faults: tuple[Problem, ...] = ()

    @property
    def id(self) -> str:
        """The document's id."""
        return self.frame.get("document", "")

    @property
    def kind(self) -> str:
        """The document's kind."""
        return self.frame.get("kind", "")

    @property
    def amends(self) -> str:
        """What the file amends, as `BASE @ REVISION`, or the empty text; an amended text is no amendment any more."""
        return self.frame.get("amends", "")

    @property
    def files(self) -> tuple["Shelf", ...]:
        """The files that the text is made of: itself, or its layers."""
        return self.layers or (self,)

    @property
    def plans(self) -> tuple[str, ...]:
        """The plans that adopt it."""
        return listed(self.frame.get("plans", ""))

    @property
    def period(self) -> Period:
        """The time it is in force, by date of service."""
        written = re.findall(r"\d{4}-\d{2}-\d{2}", self.frame.get("in force", ""))
        days = [day for day in map(calendar_day, written) if day is not None]
        ends = self.frame.get("in force", "").startswith(("to ", "until "))
        return Period(None, days[0]) if ends and days else Period(*days[:2])


def calendar_day(text: str) -> date | None:
    """Return the day that a text names, or None for one that is not in the calendar (the reader reports it)."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def listed(text: str) -> tuple[str, ...]:
    """Return the parts of a comma-separated text."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def shelve(path: str, content: bytes) -> Shelf:
    """Return a file's place in the library; its front matter is read as `key: rest of the line`."""
    head = content[:4000].decode("utf-8", "replace").split("\n---", 1)[0]
    pairs = (line.partition(":") for line in head.removeprefix("---").splitlines())
    frame = {key.strip(): value.strip() for key, colon, value in pairs if colon}
    return Shelf(path, frame, content, hashlib.sha256(content).hexdigest())


class Library:
    """Documents by id, read when first asked for.  Problems of a document are kept beside it."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """`files` maps a path (with forward slashes) to the content of an authored document."""
        authored = (shelve(path, content) for path, content in sorted(files.items()))
        self._authored: Mapping[str, Shelf] = {shelf.path: shelf for shelf in authored}
        self._read: dict[str, tuple[PolicyDocument, tuple[Problem, ...]]] = {}
        self._texts: dict[str, tuple[Consolidated, tuple[Problem, ...]]] = {}
        self._views: dict[frozenset[str], Library] = {}
        self._editions = _editions(self._authored)
        self._shelves = self._authored if self._editions is None else self._editions.shelves()

    def as_of(self, on: date) -> "Library":
        """Return the library as it stands on a day: every document with the amendments that apply to services of that day."""
        if self._editions is None or not self._editions.days:
            return self
        applied = self._editions.applied(on)
        if applied not in self._views:
            view = object.__new__(Library)
            view._authored, view._editions, view._views = self._authored, self._editions, self._views
            view._read, view._texts = self._read, self._texts
            view._shelves = self._editions.shelves_with(applied)
            self._views[applied] = view
        return self._views[applied]

    @property
    def change_days(self) -> tuple[date, ...]:
        """The days on which an amendment begins to change some document, or no longer does."""
        return () if self._editions is None else self._editions.days

    def stretch(self, shelf: Shelf) -> Period:
        """Return the days on which a file is the newest text of its document, among those it is in force."""
        return shelf.period if self._editions is None else self._editions.stretch(shelf)

    def amendments(self) -> tuple[Shelf, ...]:
        """Return the files that amend something, as they were written, in the order of paths."""
        return tuple(shelf for shelf in self._authored.values() if shelf.amends)

    @property
    def files(self) -> Mapping[str, bytes]:
        """What was authored, as it was given: content by path, amendments included."""
        return {path: shelf.content for path, shelf in self._authored.items()}

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 over all paths and contents: the same for two libraries if and only if they hold the same files."""
        listing = "".join(f"{shelf.fingerprint} {path}\n" for path, shelf in sorted(self._authored.items()))
        return hashlib.sha256(listing.encode()).hexdigest()

    @cached_property
    def by_id(self) -> Mapping[str, Shelf]:
        """The documents' places by id; of two with one id the later path is left out and reported by `twins`.

        Without a day a document is the text before the amendments under its own id.
        """
        shelves = sorted(self._shelves.values(), key=lambda shelf: (bool(shelf.amends), shelf.path))
        return {shelf.id: shelf for shelf in reversed(shelves) if shelf.id}

    def twins(self) -> tuple[Problem, ...]:
        """Return a Problem for every file that repeats another's document id."""
        return tuple(
            Problem("CW403", f"document {shelf.id} is written twice, here and in {self.by_id[shelf.id].path}", file=shelf.path,
                    line=1, help="give one of them another id")
            for shelf in self._shelves.values()
            if shelf.id and self.by_id[shelf.id].path != shelf.path and not shelf.amends
        )

    def shelves(self) -> tuple[Shelf, ...]:
        """Return every document's place, in the order of paths."""
        return tuple(self._shelves.values())

    def document(self, name: str) -> PolicyDocument:
        """Return a document by id.

        Raises:
            KeyError: no document of that id is in the library.
        """
        return self._parsed(self.by_id[name])[0]

    def problems(self, name: str) -> tuple[Problem, ...]:
        """Return the problems that reading a document found."""
        return self._parsed(self.by_id[name])[1]

    def used_by(self, name: str) -> tuple[Shelf, ...]:
        """Return the documents that one uses, those that these use included, nearest last so that the nearest wins."""
        found: dict[str, Shelf] = {}
        pending = [self.by_id[name]]
        while pending:
            shelf = pending.pop(0)
            for use in listed(shelf.frame.get("uses", "")):
                path = posixpath.normpath(posixpath.join(posixpath.dirname(shelf.path), use))
                used = self._shelves.get(path) or self.by_id.get(use)
                if used is not None and used.path not in found:
                    found[used.path] = used
                    pending.append(used)
        return tuple(reversed(found.values()))

    def missing_uses(self, name: str) -> tuple[Problem, ...]:
        """Return a Problem for every document that is used and not there."""
        shelf = self.by_id[name]
        return tuple(
            Problem("CW404", f"{name} uses `{use}`, which is not in the library", file=shelf.path, line=1,
                    help="write the path from the document's own folder, or the id of a document")
            for use in listed(shelf.frame.get("uses", ""))
            if posixpath.normpath(posixpath.join(posixpath.dirname(shelf.path), use)) not in self._shelves and use not in self.by_id
        )

    def of_kind(self, *kinds: str) -> tuple[Shelf, ...]:
        """Return the documents of some kinds, in the order of paths."""
        return tuple(shelf for shelf in self._shelves.values() if shelf.kind in kinds and self.by_id.get(shelf.id) is shelf)

    @cached_property
    def unasked(self) -> tuple[Shelf, ...]:
        """The laws, contracts and manuals with all that they use: they speak beside every policy."""
        return tuple(shelf for one in self.of_kind(*EVERYWHERE) for shelf in (*self.used_by(one.id), one))

    def together(self, name: str) -> tuple[Shelf, ...]:
        """Return all documents that may speak with one: itself, its ladder, what they use; beside a policy laws and contracts."""
        ladder = self.by_id[name].frame.get("ladder", "")
        own = (name, ladder) if ladder in self.by_id else (name,)
        shelves = [shelf for one in own for shelf in (*self.used_by(one), self.by_id[one])]
        unasked = self.unasked if self.by_id[name].kind == "policy" else ()
        return tuple({shelf.path: shelf for shelf in (*shelves, *unasked)}.values())

    def content(self, shelf: Shelf) -> bytes:
        """Return the bytes of a document's text: those of its file, or its consolidated text."""
        return self.consolidated(shelf)[0].text.encode("utf-8") if shelf.layers else shelf.content

    def consolidated(self, shelf: Shelf) -> "tuple[Consolidated, tuple[Problem, ...]]":
        """Return a document's text with the origin of each line, and what must be mended in its amendments."""
        if shelf.fingerprint not in self._texts:
            from clausewise.policy.editions import consolidated  # not needed where nothing is amended

            self._texts[shelf.fingerprint] = consolidated(shelf)
        return self._texts[shelf.fingerprint]

    def _parsed(self, shelf: Shelf) -> tuple[PolicyDocument, tuple[Problem, ...]]:
        key = f"{shelf.path} {shelf.fingerprint}"
        if key not in self._read:
            from clausewise.policy.read import read_bytes  # the reader is not needed where everything comes from the cache

            self._read[key] = self._parse_amended(shelf) if shelf.layers or shelf.faults else read_bytes(shelf.content, shelf.path)
        return self._read[key]

    def _parse_amended(self, shelf: Shelf) -> tuple[PolicyDocument, tuple[Problem, ...]]:
        from clausewise.policy.amend import document_of

        text, problems = self.consolidated(shelf)
        document, found = document_of(text, shelf.fingerprint)
        if not shelf.layers:  # an amendment that could not be applied: why is said better than by the reader
            document, found = replace(document, file=shelf.path), tuple(problem for problem in found if problem.code != "CW106")
        return document, tuple(dict.fromkeys((*shelf.faults, *problems, *found)))


def _editions(authored: Mapping[str, Shelf]) -> "Editions | None":
    if not any(shelf.amends for shelf in authored.values()):
        return None
    from clausewise.policy.editions import Editions  # not needed where nothing is amended

    return Editions(authored)


def plans_of(shelves: Iterable[Shelf]) -> frozenset[str]:
    """Return every plan that adopts some document."""
    return frozenset(plan for shelf in shelves for plan in shelf.plans if plan != "any")

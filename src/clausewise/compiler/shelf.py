"""Compiled policies on demand: for a policy and a date of service, from memory, from the cache, or compiled now.

What is in force changes only on certain days; between two of them (a segment) one compiled policy serves, so the first day of the
segment is part of its name in the cache.  Its number would not do: an amendment elsewhere in a library brings days of its own, and
the same documents would count their segments otherwise.
"""

import hashlib
import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import date

from clausewise.compiler.cache import Spoiled, freeze, thaw
from clausewise.compiler.compile import FORMAT, compile_policy
from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.link import Linked, link
from clausewise.compiler.settle import settled
from clausewise.policy.library import EVERYWHERE, Library, calendar_day
from clausewise.policy.places import at_origin
from clausewise.vocab.problem import Level, Problem, has_errors

_DAYS = tuple(re.compile(century + rb"\d\d-\d\d-\d\d") for century in (b"19", b"20"))  # a literal start makes the search fast


@dataclass(frozen=True, slots=True)
class Refused:
    """A policy that cannot be used as it is written, with the problems to mend."""

    policy: str
    problems: tuple[Problem, ...]


class CompiledLibrary:
    """Compiled policies by id and date of service.  `cache` maps a name to bytes; a plain dict keeps them in memory."""

    def __init__(self, library: Library, cache: MutableMapping[str, bytes] | None = None) -> None:
        self.library = library
        self._cache: MutableMapping[str, bytes] = {} if cache is None else cache
        self._compiled: dict[tuple[Library, str, int], CompiledPolicy | Refused] = {}
        self._names: dict[tuple[Library, str], tuple[str, tuple[date, ...]]] = {}
        self._named_days: dict[str, list[date]] = {}

    def policy(self, name: str, on: date) -> CompiledPolicy | Refused:
        """Return the policy compiled for services of day `on`, or why it is refused.

        Raises:
            KeyError: no document of that id is in the library.
        """
        standing = self.library.as_of(on)
        fingerprint, days = self._identity(name, standing)
        segment = sum(day <= on for day in days)
        key = (standing, name, segment)
        if key not in self._compiled:
            first = _within(days, segment, on)
            self._compiled[key] = self._fetch(name, f"{fingerprint}-{first.toordinal()}", first)
        return self._compiled[key]

    def _fetch(self, name: str, key: str, on: date) -> CompiledPolicy | Refused:
        if (content := self._cache.get(key)) is not None:
            try:
                return thaw(content)
            except Spoiled:
                pass  # compiled anew below, and written over
        compiled = self._compile(name, on)
        if isinstance(compiled, CompiledPolicy):
            self._cache[key] = freeze(compiled)
        return compiled

    def policy_beside(self, name: str, on: date, others_on: date) -> CompiledPolicy | Refused:
        """Return a policy as it stands on one day, among all other documents as they stand on another; for services of that one.

        Raises:
            KeyError: no document of that id is in the library.
        """
        return self._compile(name, on, others_on)

    def _compile(self, name: str, on: date, others_on: date | None = None) -> CompiledPolicy | Refused:
        linked, problems = linked_documents(self.library, name, on, others_on)
        if linked is None or has_errors(problems):
            return Refused(name, problems)
        from clausewise.compiler.check import check  # not needed where everything comes from the cache

        compiled, faults = compile_policy(linked)
        found = (*faults, *check(linked))
        return Refused(name, at_origin((*problems, *found), linked.documents())) if has_errors(found) else compiled

    def _identity(self, name: str, standing: Library) -> tuple[str, tuple[date, ...]]:
        """Return the fingerprint of all documents that may speak, and the days on which something may change."""
        if (standing, name) not in self._names:
            shelves = standing.together(name)
            files = [file for shelf in shelves for file in shelf.files]
            for file in files:
                if file.fingerprint not in self._named_days:
                    self._named_days[file.fingerprint] = _days(file.content)
            text = "\n".join((FORMAT, name, *(f"{shelf.path} {shelf.fingerprint}" for shelf in shelves)))
            days = {*standing.change_days, *(day for file in files for day in self._named_days[file.fingerprint])}
            self._names[standing, name] = hashlib.sha256(text.encode()).hexdigest(), tuple(sorted(days))
        return self._names[standing, name]


def _days(content: bytes) -> list[date]:
    """Return every day a document names, and the day after it, on which a period that ends there is over."""
    found: list[date] = []
    for text in {text for pattern in _DAYS for text in pattern.findall(content)}:
        day = calendar_day(text.decode())
        if day is not None and day < date.max:
            found.extend((day, date.fromordinal(day.toordinal() + 1)))
    return found


def _within(days: tuple[date, ...], segment: int, on: date) -> date:
    """Return the segment's first day, so that the compiled bytes do not depend on the day that was asked first."""
    return days[segment - 1] if segment else on.min if not days else date.fromordinal(days[0].toordinal() - 1)


def linked_documents(
    library: Library, name: str, on: date, others_on: date | None = None
) -> tuple[Linked | None, tuple[Problem, ...]]:
    """Gather a policy with its ladder, shared documents, laws, contracts and manuals; problems are those of reading them.

    All of them stand as they do on the day, with the amendments that apply to services of it; all but the policy on the day
    `others_on`, where that is given, which is then the day of service.
    """
    at_home, library = library.as_of(on), library.as_of(others_on or on)
    policy = at_home.document(name) if others_on is None else settled(at_home.document(name), on)
    own = policy.ladder_steps()
    if not own and policy.ladder not in library.by_id:
        named = f"{name} names the ladder `{policy.ladder}`, which is not in the library"
        said = named if policy.ladder else f"{name} names no ladder, so no request can be decided by it"
        lines = enumerate(policy.text.split("\n"), 1)
        line = next((number for number, text in lines if text.startswith("ladder:")), 1)
        missing = Problem("CW405", said, policy.file, line, help="write `ladder:` with the id of a document of kind ladder")
        return None, (*library.problems(name), *at_origin((missing,), (policy,)))
    ladder = policy if own else library.document(policy.ladder)
    shelves = at_home.together(name)
    ids = dict.fromkeys(shelf.id for shelf in shelves if shelf.id in library.by_id)
    documents = {one: policy if one == name else library.document(one) for one in ids}
    laws = [document for document in documents.values() if document.kind == "law"]
    speaking = (ladder.id, name, *(law.id for law in laws))
    used_by = (shelf for one in speaking for shelf in (at_home if one == name else library).used_by(one))
    beside = [shelf for shelf in used_by if shelf.kind not in EVERYWHERE]
    if nameless := next((shelf for shelf in beside if not shelf.id), None):
        said = f"{name} uses `{nameless.path}`, which does not say its own id"
        return None, (Problem("CW404", said, nameless.path, 1, help="begin that file with front matter, `document:` in it"),)
    used = dict.fromkeys(shelf.id for shelf in beside)
    shared = [documents[one] for one in used if one not in (name, ladder.id) and documents[one].kind == "library"]
    foreign = {one: document for one, document in documents.items() if one not in (name, ladder.id)}
    problems = [problem for one in ids for problem in library.problems(one)]
    problems.extend(problem for one in ids for problem in library.missing_uses(one))
    kept = tuple(problem for problem in problems if problem.level is Level.ERROR)
    return link(policy, ladder, shared, laws, others_on or on, foreign), kept

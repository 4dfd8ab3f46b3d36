"""Revisions of bundled policies: a document with some of its text replaced, compiled in its library."""

from functools import cache

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.shelf import CompiledLibrary, Refused
from clausewise.policy.library import Library
from clausewise.prove.change import Change, Difference
from clausewise.prove.diff import Side, difference
from tests.unit.decide.spaces import ON, library

Edits = tuple[tuple[str, str], ...]


def revised(name: str, *edits: tuple[str, str]) -> Side | Refused:
    """A bundled policy with each first text replaced by the second, wherever it stands in the document; or why it is refused."""
    shelves = library().library.shelves()
    files = {shelf.path: shelf.content for shelf in shelves}
    path = library().library.by_id[name].path
    text = files[path].decode()
    for old, new in edits:
        assert old in text, f"{name} does not say {old}"
        text = text.replace(old, new)
    changed = Library({**files, path: text.encode()})
    policy = CompiledLibrary(changed).policy(name, ON)
    return policy if isinstance(policy, Refused) else Side(changed.document(name), policy)


@cache
def side(name: str, *edits: tuple[str, str]) -> Side:
    """A revision that compiles."""
    found = revised(name, *edits)
    assert isinstance(found, Side), found
    return found


@cache
def compared(name: str, *edits: tuple[str, str]) -> Difference:
    """The difference between a bundled policy and its revision."""
    return difference(side(name), side(name, *edits))


def other(name: str) -> Side:
    """Another bundled policy."""
    policy = library().policy(name, ON)
    assert isinstance(policy, CompiledPolicy)
    return Side(library().library.document(name), policy)


def ways(found: Difference) -> dict[str, str]:
    """What changed by itself, by name, with its direction; a clause that only concludes otherwise is `concludes`."""
    own = (change for change in found.changes if change.changes_meaning and not change.follows)
    return {change.name: _way(change) for change in own}


def _way(change: Change) -> str:
    return "concludes" if change.way.value == "equal" else change.way.value

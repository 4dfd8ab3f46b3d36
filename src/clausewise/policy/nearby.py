"""A document as the linter sees it: with what it uses, who may use it, and its text to point into."""

from collections.abc import Mapping
from dataclasses import dataclass

from clausewise.policy.library import Library
from clausewise.policy.places import Text
from clausewise.policy.walk import below
from clausewise.vocab.criterion import Item
from clausewise.vocab.document import Definition, PolicyDocument, ValueSet


@dataclass(frozen=True, slots=True)
class Nearby:
    """A document, what it uses, and its audience: all documents that may use its words, itself the first."""

    document: PolicyDocument
    used: tuple[PolicyDocument, ...]
    audience: tuple[PolicyDocument, ...]
    text: Text

    def definitions(self) -> Mapping[str, Definition]:
        """Return the words defined by a test that the document may use, its own winning."""
        found = (word for document in (*self.used, self.document) for word in document.definitions)
        return {word.name: word for word in found if word.criterion is not None}

    def sets(self) -> Mapping[str, tuple[ValueSet, ...]]:
        """Return the sets that the document may use, by name, those of every period."""
        sets: dict[str, tuple[ValueSet, ...]] = {}
        for one in (one for document in (*self.used, self.document) for one in document.sets):
            sets[one.name] = (*sets.get(one.name, ()), one)
        return sets


def nearby(document: PolicyDocument, library: Library) -> Nearby:
    """Return a document with what it uses and with its audience."""
    shelves = library.used_by(document.id) if document.id in library.by_id else ()
    used = tuple(library.document(shelf.id) for shelf in shelves if shelf.id in library.by_id)
    return Nearby(document, used, _audience(document, library), Text((document, *used)))


def _audience(document: PolicyDocument, library: Library) -> tuple[PolicyDocument, ...]:
    """Return the document, those that use it, and the ladders and policies that these serve and name."""
    names = dict.fromkeys([document.id])
    for shelf in library.shelves():
        if shelf.id in library.by_id and any(used.id == document.id for used in library.used_by(shelf.id)):
            names[shelf.id] = None
    for shelf in library.shelves():
        ladder = shelf.frame.get("ladder", "")
        if shelf.id in names and ladder in library.by_id:
            names[ladder] = None
        elif ladder == document.id and shelf.id in library.by_id:
            names[shelf.id] = None
    return (document, *(library.document(name) for name in names if name != document.id))


def clauses_of(document: PolicyDocument) -> tuple[str, ...]:
    """Return every number a document can be cited by: of clauses and steps, and of the headings and groups they stand in."""
    items = (node.clause for section in document.sections for node in below(section) if isinstance(node, Item))
    steps = (step.clause for _, steps in document.steps for step in steps)
    found: dict[str, None] = {}
    for clause in (*items, *steps):
        while clause:
            found[clause] = None
            clause = clause[: max(clause.rfind("."), clause.rfind("-"), 0)]
    return tuple(found)

"""Do the references of a test lead somewhere: to clauses, to scope questions, to other documents?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from clausewise.compiler.answers import Fault
from clausewise.compiler.link import Linked, walk_items
from clausewise.policy.source import suggestion
from clausewise.vocab import criterion as c
from clausewise.vocab.criterion import Item, Outside, Test
from clausewise.vocab.document import PolicyDocument

# The kind of document that a question goes to.
_ASKED = {
    Outside.LAW_APPLIES: "law",
    Outside.POLICY_MET: "policy",
    Outside.MANUAL_COVERS: "manual",
    Outside.MANUAL_EXCLUDES: "manual",
    Outside.MANUAL_SILENT: "manual",
}


@dataclass(frozen=True, slots=True)
class Citable:
    """What references can lead to: the documents by id, and the clauses of each, of every period.

    `own` is the document whose words a test without a document speaks; None for a ladder that stands alone, whose clauses
    are those of whatever policy it will serve.
    """

    documents: Mapping[str, PolicyDocument]
    clauses: Mapping[str, Mapping[str, Item]]
    own: str | None


def citable(linked: Linked) -> Citable:
    """Return what the tests of linked documents can refer to."""
    documents = {document.id: document for document in (*linked.foreign.values(), *linked.documents())}
    clauses = {name: _numbered(document) for name, document in documents.items()}
    return Citable(documents, clauses, None if linked.policy.kind == "ladder" else linked.policy.id)


def _numbered(document: PolicyDocument) -> Mapping[str, Item]:
    return {item.clause: item for item in walk_items(document.sections) if item.numbered}


def faults_of_reference(test: Test, to: Citable) -> Iterator[Fault]:
    """Yield what is wrong with the references of a test."""
    match test:
        case c.ClauseMet(clause, document) if document:
            if document not in to.documents:
                yield _missing("document", document, to)
            else:
                yield from missing_clause(clause, document, to)
        case c.ClauseMet(clause) | c.Known("", clause):
            yield from missing_clause(clause, to.own, to)
        case c.OnPoint(clause):
            yield from _without_scope(clause, to)
        case c.OutsideTest(asks, document) if asks in _ASKED and document != to.own:
            found, wanted = to.documents.get(document), _ASKED[asks]
            if found is None:
                yield _missing(wanted, document, to)
            elif found.kind != wanted:
                hint = f"it is a {found.kind}: ask for a {wanted}, or test its clauses"
                yield Fault("CW418", document, {"what": wanted, "name": document, "document": to.own or "the ladder", "hint": hint})
        case _:
            return


def _missing(what: str, name: str, to: Citable) -> Fault:
    known = tuple(sorted(one for one, document in to.documents.items() if what in ("document", document.kind)))
    hint = suggestion(name, known, "name it under `uses:`, or correct the id")
    return Fault("CW418", name, {"what": what, "name": name, "document": to.own or "the ladder", "hint": hint})


def missing_clause(clause: str, document: str | None, to: Citable) -> Iterator[Fault]:
    """Yield the fault of a clause that a document does not have."""
    known = to.clauses.get(document or "", {})
    if document is not None and clause not in known and (taken := _taken_away(clause, document, to)):
        yield Fault("CW452", clause, {"taken": clause, **taken}, "clause")
    elif document is not None and clause not in known:
        hint = suggestion(clause, tuple(known), "point at a clause that exists, or add it")
        yield Fault("CW401", clause, {"what": f"clause {clause} of {document} does not exist", "hint": hint}, "clause")


def _taken_away(clause: str, document: str, to: Citable) -> dict[str, object]:
    """Return the operation that took a clause away and the amendment it stands in, or nothing."""
    amendments = to.documents[document].amendments if document in to.documents else ()
    for amendment in reversed(amendments):
        if operation := dict(amendment.taken_away).get(clause):
            return {"operation": operation, "by": f"{amendment.document} from {amendment.in_force.first}"}
    return {}


def _without_scope(clause: str, to: Citable) -> Iterator[Fault]:
    item = to.clauses.get(to.own or "", {}).get(clause)
    yield from missing_clause(clause, to.own, to)
    if item is not None and item.scope is None:
        yield Fault("CW420", clause, {"name": clause}, "clause")

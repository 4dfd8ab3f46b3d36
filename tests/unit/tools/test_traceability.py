"""Every requirement id has a place, and every place that a document names exists."""

from pathlib import Path

import pytest

from clausewise.policy.library import Library
from clausewise.vocab.document import PolicyDocument
from tools import write_traceability as traceability

LADDERS = {"AR.CP.MP.31": "LADDER.UM", "CLINIC.CR": "LADDER.CLINIC"}


def test_the_page_is_up_to_date() -> None:
    """docs/traceability.md says what the documents say now."""
    assert traceability.page() == traceability.PAGE.read_text(encoding="utf-8")


def test_every_requirement_id_has_a_place(shared: Path) -> None:
    """No id of the requirements is without a clause, a row or a reason why not."""
    ids = (shared / "design" / "requirement_ids.txt").read_text(encoding="utf-8").split()
    assert len(ids) > 250
    assert [] == traceability.without_place(ids)


def test_an_id_that_nothing_answers_to_is_found() -> None:
    """The check can fail: an invented id has no place."""
    assert ["A-XYZ"] == traceability.without_place(["A-XYZ", "A-I.A.1"])


def exists(becomes: str, document: PolicyDocument, library: Library) -> bool:
    """Tell whether the place that a row of "Frame of the source" names is there."""
    kind, _, name = becomes.partition(" ")
    facts = {fact.name for shelf in library.used_by(document.id) for fact in library.document(shelf.id).facts}
    match kind:
        case "step":
            return name in {step.clause for step in library.document(LADDERS[document.id]).ladder_steps()}
        case "clause":
            return document.ids + name in {place for place, _, _ in traceability.places(document)}
        case "fact":
            return name in facts
        case "definition":
            return name in {word.name for word in document.definitions}
        case "note" if name.startswith("on "):
            return name.removeprefix("on ") in {note.clause for note in document.notes}
        case "section" | "table":
            return f"## {name}" in document.text
        case _:
            return becomes.startswith(("no node", "front matter", "note in")) or " of a" in becomes or " of every" in becomes


@pytest.mark.parametrize("name", LADDERS)
def test_every_place_named_is_there(name: str) -> None:
    """What "Frame of the source" says a part became can be looked up."""
    library = traceability.library()
    document = library.document(name)
    rows = [row for heading, rows in document.rows if heading.startswith("frame of the source") for row in rows]
    assert rows
    assert [] == [row.cell("becomes") for row in rows if not exists(row.cell("becomes"), document, library)]

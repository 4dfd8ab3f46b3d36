"""The register and the bundled documents speak of the same things."""

from typing import Any

import pytest
import yaml

from clausewise.policy.library import Library, Shelf
from clausewise.wiring.setting import read_documents
from tests.conftest import ROOT

POLICIES = ROOT / "policies"


@pytest.fixture(scope="module")
def shelves() -> dict[str, Shelf]:
    """Every bundled document by its id."""
    files, problems = read_documents(POLICIES)
    assert () == problems
    return dict(Library(files).by_id)


@pytest.fixture(scope="module")
def register() -> dict[str, Any]:
    """The register as it stands."""
    read: dict[str, Any] = yaml.safe_load((POLICIES / "register.yaml").read_text(encoding="utf-8"))
    return read


def test_the_register_names_every_document_once_and_no_other(register: dict[str, Any], shelves: dict[str, Shelf]):
    """Every document of whatever kind is registered under the id in its front matter."""
    assert sorted(shelves) == sorted(entry["id"] for entry in register["documents"])


def test_the_register_promises_no_more_than_the_document(register: dict[str, Any], shelves: dict[str, Shelf]):
    """Where a document says how far it has been checked, the register says so word for word."""
    own = {name: shelf.frame["status"] for name, shelf in shelves.items() if "status" in shelf.frame}
    told = {entry["id"]: entry["status"] for entry in register["documents"] if entry["id"] in own}
    assert own
    assert own == told


def test_what_is_made_up_is_registered_so(register: dict[str, Any], shelves: dict[str, Shelf]):
    """A document is registered as made up if, and only if, its own source says so."""
    own = {name for name, shelf in shelves.items() if shelf.frame.get("source", "").startswith("made up")}
    assert own == {entry["id"] for entry in register["documents"] if entry["source"] == "made up"}


def test_every_entry_says_source_content_and_status(register: dict[str, Any]):
    """No entry is only an id."""
    assert [] == [entry["id"] for entry in register["documents"] if not all(map(entry.get, ("source", "modelled", "status")))]


def test_what_is_not_available_is_not_there(register: dict[str, Any], shelves: dict[str, Shelf]):
    """A document that the register calls not available is in no folder, and the reason is given."""
    assert [] == [entry["id"] for entry in register["not_available"] if entry["id"] in shelves or not entry["why"]]

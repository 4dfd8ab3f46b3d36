"""Which policy governs a line."""

from datetime import date

import pytest

from clausewise.compiler.route import listed_codes, route
from clausewise.policy.library import Library
from clausewise.policy.read import read_bytes
from tests.conftest import ROOT

DAY = date(2026, 3, 16)

GENERAL, CLINIC = "general: yes\n", "assessor: clinic\n"


def document(name: str, plans: str, *codes: str, force: str = "2025-01-01 onward", kind: str = "policy", frame: str = "") -> bytes:
    """A document that is nothing but its frame and its table of codes."""
    rows = "".join(f"| {code} | CPT | label of {code} | |\n" for code in codes)
    return (
        f"---\ndocument: {name}\nkind: {kind}\nin force: {force}\nplans: {plans}\n{frame}---\n\n# {name}\n\n"
        f"## Codes\n\n| code | system | label | note |\n|---|---|---|---|\n{rows}\n## Families\n"
    ).encode()


def library(*documents: bytes) -> Library:
    """A library of documents."""
    return Library({f"{number}.md": content for number, content in enumerate(documents)})


def test_the_adopted_policy_that_lists_the_code_governs():
    """Of several adopted policies the one with the code in its table."""
    shelves = library(document("A", "one", "11111"), document("B", "one, two", "22222"))
    assert ("A", "B", "B") == (
        route(shelves, "one", "11111", DAY),
        route(shelves, "one", "22222", DAY),
        route(shelves, "two", "22222", DAY),
    )


def test_an_unlisted_code_goes_to_the_general_policy_of_the_plan():
    """That is the only one it adopts; of several none is general, and the general policy of all says that it does not govern."""
    shared = document("AR.CP.MP.31", "ar, one", frame=GENERAL)
    shelves = library(document("A", "one", "11111"), document("B", "two", "22222"), shared)
    assert ("B", "AR.CP.MP.31", "AR.CP.MP.31") == (
        route(shelves, "two", "99999", DAY),
        route(shelves, "one", "99999", DAY),
        route(shelves, "ar", "99999", DAY),
    )
    several = library(document("A", "one", "11111"), document("B", "one", "22222"), document("AR.CP.MP.31", "ar", frame=GENERAL))
    assert "AR.CP.MP.31" == route(several, "one", "99999", DAY)


@pytest.mark.parametrize("plan", [None, "other_plan"])
def test_without_an_adopter_the_general_policy_answers(plan):
    """An unknown plan, and one that adopts nothing, come to the ladder that says so."""
    shelves = library(document("A", "one", "11111"), document("AR.CP.MP.31", "ar", "11111", frame=GENERAL))
    assert "AR.CP.MP.31" == route(shelves, plan, "11111", DAY)


def test_the_revision_in_force_governs():
    """Of two policies that list the code the one in force that day, the later start first; of none, one still answers."""
    shelves = library(document("OLD", "one", "11111"), document("NEW", "one", "11111", force="2026-01-01 onward"))
    assert ("OLD", "NEW") == (route(shelves, "one", "11111", date(2025, 6, 1)), route(shelves, "one", "11111", DAY))
    assert "NEW" == route(shelves, "one", "11111", date(2020, 1, 1))


def test_the_clinic_and_other_kinds_route_nothing():
    """The clinic's policy is no plan's, and a law with codes governs no line."""
    clinic = document("CLINIC.CR", "one", "11111", frame=CLINIC)
    shelves = library(clinic, document("L", "one", "11111", kind="law"), document("B", "two"))
    assert "B" == route(shelves, "one", "11111", DAY)
    assert "" == route(library(), "one", "11111", DAY)


def test_a_day_outside_the_calendar_routes_all_the_same():
    """The reader tells of it; routing does not fail."""
    assert "A" == route(library(document("A", "one", "11111", force="2025-13-40 onward")), "one", "11111", DAY)


def test_codes_are_listed_as_the_reader_reads_them():
    """The quick look at the table finds the codes and labels that reading the whole document finds."""
    for path in (ROOT / "policies").rglob("policy.md"):
        content = path.read_bytes()
        read, _ = read_bytes(content, path.name)
        assert {row.code: row.label for row in read.codes} == listed_codes(content)

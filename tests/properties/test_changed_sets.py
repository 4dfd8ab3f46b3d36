"""A set of codes that grew or shrank is a change of every clause that asks for it, and of no other."""

import pytest

from clausewise.prove.change import Change, Difference, Example, Way
from clausewise.prove.diff import Side, difference
from tests.unit.prove.revisions import side, ways
from tests.unit.prove.small import codes, revision, text

SETS = "## Sets\n\n| set | system | codes | complete | valid |\n|---|---|---|---|---|\n{rows}\n\n"
PLAN = "AR.CP.MP.31"
BEFORE = "| configured_policies | policy |"
HIV = "`hiv_dx`\n      - I.A.4.c.ii", "`hiv_dx or diagnosis in #hiv`\n      - I.A.4.c.ii"
FILLERS = "15773, 15774, G0429, Q2026, Q2028 |"


def small(*rows: str, listed: tuple[str, ...] = ("11300",)) -> Side:
    """A policy that asks for two sets of diagnoses and one of procedures."""
    items = (
        "- I.A one `diagnosis in #first`",
        "- I.B two `diagnosis in #second and a`",
        "- I.C three `code in #operations and b`",
        "- I.D four `c`",
    )
    standing = {"first": "ICD-10-CM | B20", "second": "ICD-10-CM | L91.0", "operations": "CPT | 11400"}
    standing |= {row.split(" | ")[0]: row.partition(" | ")[2] for row in rows}
    said = "\n".join(f"| {name} | {row if row.count('|') > 1 else row + ' | yes |'} |" for name, row in standing.items())
    more = SETS.format(rows=said) + (codes(*((code, "", "I") for code in listed)) if listed else "")
    return revision(text(*items, more=more))


def plan(diagnoses: str, fillers: str = FILLERS, valid: str = "") -> Side:
    """The bundled policy with a set of diagnoses of its own."""
    return side(PLAN, HIV, (BEFORE, f"| hiv | ICD-10-CM | {diagnoses} | yes | {valid} |\n{BEFORE}"), (FILLERS, fillers))


def change_of(found: Difference, clause: str) -> Change:
    """The change of a clause."""
    (change,) = (one for one in found.changes if one.name == clause)
    return change


def coded(example: Example | None) -> tuple[tuple[str, ...], str]:
    """The diagnoses and the code of an example."""
    assert example is not None
    return example.witness.request.diagnoses, example.witness.request.lines[0].code


@pytest.mark.parametrize(
    ("more", "clause", "diagnoses", "code"),
    [
        ("first | ICD-10-CM | B20, Z21", "I.A", ("Z21",), None),
        ("second | ICD-10-CM | L91.0, B20", "I.B", ("B20",), None),  # which the other set holds already
        ("operations | CPT | 11400, 11300", "I.C", None, "11300"),  # which the policy lists
        ("operations | CPT | 11400, 11401", "I.C", None, "11401"),  # which it does not list
    ],
)
@pytest.mark.parametrize("listed", [("11300",), ()])
def test_a_set_that_grew_makes_its_clauses_wider_and_one_that_shrank_narrower(more, clause, diagnoses, code, listed):
    """The clause that asks for the set, and no other, changes; the case that shows it has the code that came or went."""
    old, new = small(listed=listed), small(more, listed=listed)
    wider, narrower = difference(old, new), difference(new, old)
    assert [{clause: "wider"}, {clause: "narrower"}] == [ways(wider), ways(narrower)]
    for example in (change_of(wider, clause).gained, change_of(narrower, clause).lost):
        shown = coded(example)
        assert shown[0] == diagnoses if diagnoses else shown[1] == code
    assert bool(wider.flips) is (clause != "I.B")  # its new diagnosis meets the first clause, too
    assert {one.example.dispositions for one in wider.flips} == {one.example.dispositions[::-1] for one in narrower.flips}
    assert wider.share == narrower.share


def test_a_code_that_another_took_the_place_of_is_a_change_both_ways():
    """A set with one code in place of another holds for some cases it did not, and fails for some that it held for."""
    change = change_of(difference(small(), small("first | ICD-10-CM | Z21")), "I.A")
    assert Way.BOTH is change.way
    assert [("Z21",), ("B20",)] == [coded(example)[0] for example in (change.gained, change.lost)]


def test_a_code_that_moved_between_sets_changes_both_clauses():
    """What one clause loses, another gains; diagnoses in several sets are tried together."""
    old = small("first | ICD-10-CM | B20, Z21")
    found = difference(old, small("second | ICD-10-CM | L91.0, Z21"))
    assert {"I.A": "narrower", "I.B": "wider"} == ways(found)


def test_codes_in_another_order_are_no_change():
    """A set is its codes."""
    found = difference(small("first | ICD-10-CM | B20, Z21"), small("first | ICD-10-CM | Z21, B20"))
    assert found.is_empty


def test_a_set_that_is_complete_no_longer_leaves_outsiders_open():
    """A diagnosis in no set failed the clause and is not decided any more: undecidable, shown by such a diagnosis."""
    change = change_of(difference(small(), small("first | ICD-10-CM | B20 | no |")), "I.A")
    assert Way.UNDECIDABLE is change.way
    assert ("R69",) == coded(change.doubtful)[0]


@pytest.mark.slow
def test_a_set_counts_as_it_is_in_force_on_the_day():
    """A set that is in force on the day is no change, whatever its days; one that is not yet leaves its clause open."""
    old = plan("B20")
    assert difference(old, plan("B20", valid="2026-01-01 to 2026-12-31")).is_empty
    assert {"I.A.4.c.i": "undecidable"} == ways(difference(old, plan("B20, Z21", valid="from 2027-01-01")))


@pytest.mark.slow
def test_a_diagnosis_added_to_a_set_of_the_plan_is_named():
    """In the bundled policy the clause that asks for the set is wider, by a case with the new diagnosis; narrower the other way."""
    old, new = plan("B20"), plan("B20, Z21")
    there, back = difference(old, new), difference(new, old)
    assert [{"I.A.4.c.i": "wider"}, {"I.A.4.c.i": "narrower"}] == [ways(there), ways(back)]
    assert ("Z21",) == coded(change_of(there, "I.A.4.c.i").gained)[0] == coded(change_of(back, "I.A.4.c.i").lost)[0]
    assert difference(old, plan("B20")).is_empty


@pytest.mark.slow
def test_a_procedure_added_to_a_set_of_the_plan_is_named():
    """A code that the plan's policy does not list, added to the fillers, is on point for the filler clause: wider, and back."""
    old, new = plan("B20"), plan("B20", FILLERS.replace("Q2028", "Q2028, C9800"))
    there, back = difference(old, new), difference(new, old)
    reading = {"I.A.4.c (fillers only)": "undecidable"}  # which asks what the product is, of a line that does not say
    assert [{"I.A.4.c": "wider", **reading}, {"I.A.4.c": "narrower", **reading}] == [ways(there), ways(back)]
    assert "C9800" == coded(change_of(there, "I.A.4.c").gained)[1] == coded(change_of(back, "I.A.4.c").lost)[1]


@pytest.mark.slow
def test_a_code_that_nobody_lists_is_shown_only_where_no_listed_one_shows_the_same():
    """The filler clause asks for other codes too, but what changed without regard to the code is shown by one that is listed."""
    old, new = plan("B20"), plan("B20, Z21")
    listed = {row.code for row in old.document.codes}
    shown = [flip.example for flip in difference(old, new).flips]
    assert shown and all(coded(example)[1] in listed for example in shown)

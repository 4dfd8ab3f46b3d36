"""`clausewise explain`: what a name of the documents stands for."""

import re

import pytest

from tests.cli.running import run
from tests.conftest import ROOT


@pytest.mark.parametrize("name", ["I.A.3", "A-I.A.3"])
def test_a_clause_is_explained_with_or_without_its_prefix(name):
    """Its words, its tests as questions, its readings, the codes it carries, and where it stands."""
    out = run("explain", name).out
    assert "A-I.A.3, clause of AR.CP.MP.31  policies/ar.cp.mp.31/policy.md:" in out
    assert "Is the lesion a scar or keloid?  [scar]" in out
    assert "It can be read in 3 ways" in out
    assert "Carries 18 codes: 11400," in out


def test_made_up_samples_do_not_stand_in_the_way():
    """A clause of the plan's policy is told alone, with who else has it; a sample where it is named, or has it alone."""
    found = run("explain", "I.A.3")
    assert "clause of EXAMPLE.WP" not in found.out
    assert found.out.endswith("Made-up samples have it too: `clausewise explain EXAMPLE.WP:I.A.3`.\n")
    assert ["AR.CP.MP.31"] == [told["document"] for told in run("explain", "I.A.3", "--json").objects]
    for words in (["EXAMPLE.WP:I.A.3"], ["I.A.3", "--policy", "EXAMPLE.WP"]):
        assert ["EXAMPLE.WP"] == [told["document"] for told in run("explain", *words, "--json").objects]
    assert ["EXAMPLE.RM"] == [told["document"] for told in run("explain", "I.D.2", "--json").objects]


def test_a_clause_of_several_policies_is_asked_about():
    """Nothing is told before it is clear which is meant; the policies are named, with how to ask for each."""
    found = run("explain", "I.A")
    assert (2, "") == (found.status, found.out)
    assert "error CW720: `I.A` is a clause of AR.CP.MP.31, NCD.250.5." in found.err
    assert "`clausewise explain AR.CP.MP.31:I.A` or `clausewise explain NCD.250.5:I.A`" in found.err
    for policy in ("AR.CP.MP.31", "NCD.250.5"):
        assert f"clause of {policy} " in run("explain", f"{policy}:I.A").out


def test_the_place_named_is_the_place_it_stands_in():
    """The line of the clause is the one that opens it in the file."""
    (told,) = run("explain", "A-I.A.3", "--json").objects
    lines = (ROOT / told["file"]).read_text(encoding="utf-8").splitlines()
    assert lines[told["line"] - 1].strip().startswith("- I.A.3 ")


def test_steps_notices_codes_facts_and_words_are_explained():
    """Each other kind of name says what it is."""
    assert "L7.conflict, step of the ladder of LADDER.UM" in run("explain", "L7.conflict").out
    assert "B-PRIV-5, clause of CLINIC.NOTICE" in run("explain", "B-PRIV-5").out
    assert "listed and excluded by II.S" in run("explain", "19355").out
    assert "Which earlier event affected the breast?" in run("explain", "breast_antecedent").out
    assert "hard_exclusion, defined word of AR.CP.MP.31" in run("explain", "hard_exclusion").out


def test_an_open_point_is_explained_from_the_documents():
    """What each document says of it stands with its place, and the readings that come of it; notes on codes only once."""
    out = run("explain", "D-07").out
    assert "D-07, open point of the source of AR.CP.MP.31  policies/ar.cp.mp.31/policy.md:" in out
    assert "readings of I.A.3, line " in out
    assert "read as: impairment apart (ratified); pain always; all signs" in out
    (told,) = run("explain", "D-05", "--policy", "AR.CP.MP.31", "--json").objects
    assert 1 == told["text"].count("developmental cause (D-05)")
    assert "note on 21295, 21296, line " in told["text"]
    assert "CLINIC.NOTICE" in run("explain", "D-49").out


@pytest.mark.slow
def test_every_open_point_that_is_cited_can_be_explained():
    """Each number that a document prints leads back to where it stands."""
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "policies").rglob("policy.md"))
    cited = {point for text in texts for point in re.findall(r"\bD-\d\d\b", text)}
    assert len(cited) > 30
    assert [] == [point for point in sorted(cited) if run("explain", point).status]


def test_a_part_of_the_source_that_became_something_else_is_explained():
    """A number of the source that is no clause here says what became of it."""
    out = run("explain", "I.A.4.a.any").out
    assert "A-I.A.4.a.any, part of the source of AR.CP.MP.31" in out
    assert "note on I.A.4.a; no code is ruled out" in out


def test_one_code_is_one_code():
    """The noun agrees with its number."""
    assert "Carries 1 code: " in run("explain", "I", "--policies", ROOT / "tests" / "cli").out


def test_the_search_can_be_kept_to_one_document():
    """A clause of another document is not found there."""
    assert 0 == run("explain", "I.A.3", "--policy", "AR.CP.MP.31").status
    found = run("explain", "I.A.3", "--policy", "CLINIC.CR")
    assert (2, "") == (found.status, found.out)
    assert "error CW706: Nothing is called `I.A.3` in `CLINIC.CR`." in found.err


def test_a_problem_code_shows_its_page():
    """The page of the documentation is printed; a code without one is told."""
    assert run("explain", "cw620").out.startswith("# CW620 Two documents contradict each other\n")
    assert 2 == run("explain", "CW999").status


def test_an_unknown_name_is_told_with_what_comes_near():
    """A slip of the finger is answered with the name that was probably meant."""
    found = run("explain", "I.A.33")
    assert (2, "") == (found.status, found.out)
    assert "Did you mean `I.A.3`" in found.err

"""`clausewise explain`: what a name of the documents stands for."""

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

"""`clausewise policy`: documents checked, listed and shown."""

import json

import pytest

from tests.cli.running import run
from tests.conftest import ROOT

POLICY = ROOT / "policies" / "ar.cp.mp.31" / "policy.md"


def broken(folder, old="`scar`, **one of**", new="`scarr`, **one of**"):
    """A copy of the plan's policy with one thing changed."""
    text = POLICY.read_text(encoding="utf-8")
    assert old in text
    path = folder / "broken.md"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_the_bundled_documents_have_no_errors():
    """Notes and warnings are told and counted; the status is 0."""
    found = run("policy", "check")
    assert (0, "") == (found.status, found.err)
    assert "checked: no errors, " in found.out.splitlines()[-1]


def test_a_fault_is_shown_where_it_stands(tmp_path):
    """A copy elsewhere is checked in the place of the bundled document: one error, with file, line, column and help."""
    found = run("policy", "check", broken(tmp_path))
    assert 1 == found.status
    line = 1 + POLICY.read_text(encoding="utf-8").split("`scar`, **one of**")[0].count("\n")
    assert f"{tmp_path}/broken.md:{line}:" in found.out
    assert "error CW410: `scarr` is neither a fact nor defined (clause I.A.3)" in found.out
    assert "1 document checked: 1 error, " in found.out


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("ladder: LADDER.UM\n", "ladder: LADDER.NO\n", ["CW405"]),
        ("ladder: LADDER.UM\n", "", ["CW405"]),
        ("`hard_exclusion or clause II.A or", "`hard_exclusion or clause II.Z or", ["CW401"]),
    ],
)
def test_one_fault_is_told_once(tmp_path, old, new, expected):
    """A missing ladder or clause is one error with its line, and takes no warnings along."""
    found = run("policy", "check", broken(tmp_path, old, new), "--json")
    told = [one for one in found.objects if one["level"] != "note" or one["code"] == "CW449"]
    assert expected == [one["code"] for one in told]
    lines = POLICY.read_text(encoding="utf-8").split(old)[0].count("\n") + 1
    assert (lines if new else 1) == told[0]["line"]


def test_problems_can_be_read_by_programs(tmp_path):
    """With --json each problem is an object; a SARIF file names rule, place and level of the same problems."""
    report = tmp_path / "report.sarif"
    found = run("policy", "check", broken(tmp_path), "--json", "--sarif", report)
    errors = [one for one in found.objects if one["level"] == "error"]
    assert ["CW410"] == [one["code"] for one in errors]
    results = json.loads(report.read_text(encoding="utf-8"))["runs"][0]["results"]
    assert len(found.objects) == len(results)
    first = next(one for one in results if one["level"] == "error")
    assert ("CW410", errors[0]["line"]) == (
        first["ruleId"],
        first["locations"][0]["physicalLocation"]["region"]["startLine"],
    )


def test_a_report_that_cannot_be_written_is_told(tmp_path):
    """The check is printed all the same, and the status is 2."""
    found = run("policy", "check", POLICY, "--sarif", tmp_path / "nowhere" / "report.sarif")
    assert 2 == found.status
    assert "error CW711: This file cannot be written" in found.err
    assert "1 document checked" in found.out


def test_what_is_no_document_is_told(tmp_path):
    """A missing file, a folder, a text without front matter, wrong bytes, a day that does not exist: a problem each."""
    page = tmp_path / "page.md"
    page.write_text("# A page\n", encoding="utf-8")
    wrong = tmp_path / "wrong.md"
    wrong.write_bytes(b"---\ndocument: X\n\xff\n")
    missing = run("policy", "check", tmp_path / "nothere.md", tmp_path)
    assert (2, True, True) == (missing.status, "error CW701" in missing.err, "error CW702" in missing.err)
    assert "" == missing.out  # nothing was checked, so nothing is said to be without errors
    assert (1, True) == ((found := run("policy", "check", page)).status, f"{page}:1:1: error CW110" in found.out)
    assert (1, True) == ((found := run("policy", "check", wrong)).status, f"{wrong}:" in found.out)
    dated = broken(tmp_path, "in force: 2025-09-12 onward", "in force: 2025-13-40 onward")
    assert (1, True) == ((found := run("policy", "check", dated)).status, "error CW115" in found.out)


def test_a_document_that_uses_files_beside_it_is_checked_with_them(tmp_path):
    """A new document outside the library finds what it names by path."""
    (tmp_path / "own.facts.md").write_text(
        "---\ndocument: OWN.FACTS\nkind: library\n---\n\n# Facts\n\n## Facts\n\n| fact | question | answer |\n|---|---|---|\n"
        "| own_fact | Is it so? | yes or no |\n",
        encoding="utf-8",
    )
    policy = tmp_path / "own.md"
    policy.write_text(
        "---\ndocument: OWN\nkind: law\nin force: 2025-01-01 onward\nuses: own.facts.md\n---\n\n# Own\n\n## 1. What\n\n"
        "A service is **covered by law** when **all of**:\n\n- 1.a it is so `own_fact`\n",
        encoding="utf-8",
    )
    assert "no errors" in run("policy", "check", policy).out
    (tmp_path / "own.facts.md").unlink()
    assert "own_fact" in run("policy", "check", policy).out


def test_the_library_is_listed():
    """Every document has a row, and an object with --json."""
    out = run("policy", "list").out
    assert "AR.CP.MP.31   " in out
    assert "CLINIC.NOTICE   " in out
    listed = {one["document"]: one for one in run("policy", "list", "--json").objects}
    assert ("policy", 115, "2025-09-12") == tuple(listed["AR.CP.MP.31"][key] for key in ("kind", "codes", "from"))


def test_a_document_is_shown_for_reading():
    """Clauses with their tests, readings with the adopted one marked, codes with our own labels."""
    out = run("policy", "show", "AR.CP.MP.31").out
    assert "      A-I.A.2.eye  it sits where it affects sight" in out
    assert "          location_affects_eyesight" in out
    assert '    * "impairment apart", adopted by this package on 2026-11-21' in out
    assert '    - "pain always", not adopted' in out
    assert "  11200  skin tags, the first 15; carried by I.A.2" in out
    assert "L7.conflict" in run("policy", "show", "LADDER.UM").out


def test_a_document_is_shown_as_written():
    """With --text it is the file, byte for byte."""
    assert POLICY.read_text(encoding="utf-8") == run("policy", "show", "AR.CP.MP.31", "--text").out


def test_a_document_is_shown_as_of_a_day():
    """Before its first day it says that it is not in force; a day that does not exist is refused."""
    assert "It is not in force on 2025-09-11." in run("policy", "show", "AR.CP.MP.31", "--as-of", "2025-09-11").out
    assert "It is not in force" not in run("policy", "show", "AR.CP.MP.31", "--as-of", "2025-09-12").out
    assert 2 == run("policy", "show", "AR.CP.MP.31", "--as-of", "2026-02-30").status


def test_an_unknown_document_is_told():
    """With the ids that come near."""
    found = run("policy", "show", "AR.CP.MP.13")
    assert (2, "") == (found.status, found.out)
    assert "error CW705: `AR.CP.MP.13` is no document of this library." in found.err
    assert "Did you mean `AR.CP.MP.31`" in found.err

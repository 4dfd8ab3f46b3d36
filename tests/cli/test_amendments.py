"""`clausewise policy` and `determine` on documents that amendments change."""

import json
import re
import shutil

import pytest

from tests.cli.cases import scar
from tests.cli.running import run
from tests.conftest import ROOT

HEAD = "---\ndocument: {id}\namends: AR.CP.MP.31 @ 2025-09-12\nin force: 2026-02-09 onward\nbecause: the law changed\n---\n\n"
MISSPELT = "## Replace I.A.3.fi\n\n- I.A.3.fi it limits function `functional_impairmnt`\n"
EXAMPLE = "policies/examples/amendment-without-paths/amendment.md"


@pytest.fixture
def folder(tmp_path):
    """A folder of all bundled documents, to put an amendment beside them."""
    return shutil.copytree(ROOT / "policies", tmp_path / "policies")


def amend(folder, body, id="AR.CP.MP.31"):
    """Write an amendment beside the bundled policy."""
    path = folder / "ar.cp.mp.31" / "amendment.md"
    path.write_text(HEAD.format(id=id) + body, encoding="utf-8")
    return path


def test_a_document_is_shown_as_it_stands_on_the_day(folder):
    """Each changed clause says from when and why; before the day nothing of it is seen; without a day it is the newest text."""
    amend(folder, "## Replace I.A.3.fi\n\n- I.A.3.fi it hinders function `functional_impairment`\n\n## Renumber II.S to II.S2\n")
    shown = [run("policy", "show", "AR.CP.MP.31", "--policies", folder, *day).out for day in (("--as-of", "2026-02-08"), ())]
    assert "it limits function\n" in shown[0] and "amended" not in shown[0]
    clause = "    A-I.A.3.fi  it hinders function\n        ~ amended 2026-02-09 onward, because the law changed\n"
    assert clause in shown[1].replace("\n  ", "\n")
    assert "~ numbered A-II.S before" in shown[1]
    assert "    ~ Replace I.A.3.fi\n    ~ Renumber II.S to II.S2\n" in shown[1]


def test_the_consolidated_text_is_a_document(folder, tmp_path):
    """What --consolidated prints can be kept as a file: it checks like any other, and prints itself."""
    amend(folder, "## Delete I.A.1.breast\n\n## Delete note on I.A.1.cons\n", "OWN.VARIANT")
    text = run("policy", "show", "OWN.VARIANT", "--consolidated", "--policies", folder).out
    assert "I.A.1.breast" not in text and "amends" not in text
    (folder / "ar.cp.mp.31" / "amendment.md").write_text(text, encoding="utf-8")
    assert "no errors" in run("policy", "check", folder / "ar.cp.mp.31" / "amendment.md", "--policies", folder).out
    assert text == run("policy", "show", "OWN.VARIANT", "--consolidated", "--policies", folder).out


def test_the_example_is_answered_and_listed():
    """The bundled example has no error, and stands in the list with what it amends."""
    assert "no errors" in run("policy", "check", ROOT / EXAMPLE).out
    listed = {one["document"]: one for one in run("policy", "list", "--json").objects}
    found = listed["EXAMPLE.WP"]
    assert ("policy", "AR.CP.MP.31 @ 2025-09-12", 115) == (found["kind"], found["amends"], found["codes"])
    assert None is listed["AR.CP.MP.31"]["amends"]


def test_an_export_is_of_the_text_of_the_day(folder):
    """The text that is exported is the consolidated one from the amendment's day on, and before it the base's."""
    amend(folder, "## Delete note on I.B\n")
    exported = [
        run("policy", "export", "AR.CP.MP.31", "--to", "markdown", "--as-of", day, "--policies", folder).out
        for day in ("2026-02-08", "2026-02-09")
    ]
    assert (folder / "ar.cp.mp.31" / "policy.md").read_text(encoding="utf-8") == exported[0]
    assert run("policy", "show", "AR.CP.MP.31", "--consolidated", "--policies", folder).out == exported[1] != exported[0]


def test_an_amendment_under_the_same_id_has_a_row_of_its_own(folder):
    """It stands behind the document that it changes, as an amendment with its reason."""
    amend(folder, "## Delete note on I.B\n")
    rows = [re.split(r"  +", row)[:3] for row in run("policy", "list", "--policies", folder).out.splitlines()]
    at = next(number for number, row in enumerate(rows) if row[0] == "AR.CP.MP.31")
    assert ["AR.CP.MP.31", "amendment"] == next(row for row in rows[at + 1 :] if row[0])[:2]


@pytest.mark.parametrize("id", ["AR.CP.MP.31", "OWN.VARIANT"])
def test_a_mistake_is_told_in_the_amendment(folder, tmp_path, id):
    """Inside the folder or elsewhere, under its own id or the base's: file, line and column are those its author wrote."""
    inside = amend(folder, MISSPELT, id)
    elsewhere = tmp_path / "elsewhere.md"
    shutil.copy(inside, elsewhere)
    place = ":10:32: error CW410: `functional_impairmnt` is neither a fact nor defined"
    assert f"{inside}{place}" in run("policy", "check", inside, "--policies", folder).out
    inside.unlink()
    found = run("policy", "check", elsewhere, "--policies", folder)
    assert (1, True) == (found.status, f"{elsewhere}{place}" in found.out)
    assert ["CW410"] == [one["code"] for one in run("policy", "check", elsewhere, "--policies", folder, "--json").objects
                         if one["level"] == "error"]  # fmt: skip


def test_the_base_is_checked_as_it_stands_before(folder):
    """A mistake in an amendment is none of the base's, though the base does not end."""
    path = amend(folder, MISSPELT)
    path.write_text(path.read_text(encoding="utf-8").replace("2026-02-09", "2025-11-01"), encoding="utf-8")  # before a law begins
    base = folder / "ar.cp.mp.31" / "policy.md"
    assert "no errors" in run("policy", "check", base, "--policies", folder).out


def test_a_missing_base_is_told(tmp_path):
    """An amendment alone changes nothing and says so."""
    path = tmp_path / "alone.md"
    path.write_text(HEAD.format(id="ALONE").replace("AR.CP.MP.31", "NOWHERE") + "## Delete I.A\n", encoding="utf-8")
    found = run("policy", "check", path)
    assert (1, True) == (found.status, f"{path}:3:9: error CW106" in found.out)


def test_cases_are_decided_by_the_text_of_their_day(folder, tmp_path):
    """The same scar is approved before the amendment that asks for more, and waits from its first day on."""
    amend(folder, "## Replace I.A.3.inf\n\n- I.A.3.inf it does two things `scar_recurrent_infection and scar_unstable`\n")
    cases = tmp_path / "cases.yaml"
    days = ("2026-02-08", "2026-02-09")
    text = "".join(scar(id=f"S{day}").replace("2026-03-16", day) for day in days)
    cases.write_text(f"clinical:{text}", encoding="utf-8")
    found = run("determine", cases, "--policies", folder, "--json")
    assert ["APPROVE_MN", "PHYSICIAN_REVIEW"] == [one["disposition"] for one in found.objects if "disposition" in one]


def test_a_refused_amendment_decides_nothing_from_its_day(folder, tmp_path):
    """A line of that time is told why; an earlier one is decided."""
    amend(folder, "## Delete I.A.4\n")
    cases = tmp_path / "cases.yaml"
    cases.write_text("clinical:" + "".join(scar(id=day).replace("2026-03-16", day) for day in ("2026-02-08", "2026-02-09")))
    found = run("determine", cases, "--policies", folder, "--json")
    assert (1, 1) == (found.status, sum("disposition" in one for one in found.objects))
    assert "error CW452: this points at clause I.A.4.a, which `Delete I.A.4` takes away" in found.err


def test_a_clause_is_explained_where_it_was_written(folder):
    """The newest text is explained, with the amendment's file and line."""
    path = amend(folder, "## Replace I.A.3.fi\n\n- I.A.3.fi it hinders function `functional_impairment`\n")
    [told] = run("explain", "I.A.3.fi", "--policy", "AR.CP.MP.31", "--policies", folder, "--json").objects
    assert (str(path), 10) == (told["file"], told["line"])
    assert "it hinders function" in told["text"]


@pytest.mark.slow
def test_new_numbers_change_no_outcome(folder):
    """The golden cases of AR.CP.MP.31 come out the same, byte for byte, once the new numbers are written as the old ones."""
    files = sorted((ROOT / "policies" / "ar.cp.mp.31" / "cases").glob("*.yaml"))
    before = run("determine", *files, "--policies", folder, "--json").objects
    changes = {"I.A.3": "I.A.X", "I.A.4.a": "I.A.4.y", "II.S": "II.Z", "II.R": "II.Y", "I.A.1.cons": "I.A.1.care"}
    body = "".join(f"## Renumber {old} to {new}\n\n" for old, new in changes.items())
    text = HEAD.format(id="AR.CP.MP.31").replace("2026-02-09", "2025-09-12") + body
    (folder / "ar.cp.mp.31" / "amendment.md").write_text(text, encoding="utf-8")
    after = run("determine", *files, "--policies", folder, "--json").objects
    assert len(before) > 100
    assert any("II.Z" in json.dumps(one) for one in after)
    assert list(map(_bare, before)) == [_bare(one, {new: old for old, new in changes.items()}) for one in after]


def _bare(one, back=None):
    """An object without the fingerprints, its clauses named by their old numbers."""
    text = json.dumps({key: value for key, value in one.items() if key not in ("fingerprint", "documents")})
    numbers = "|".join(map(re.escape, sorted(back or {}, key=len, reverse=True)))
    return re.sub(rf"(?<=A-)({numbers})(?![A-Za-z0-9])", lambda found: back[found[1]], text) if back else text

"""`clausewise policy export`: a document as a page, as its text, as a form of questions; and what keeps it from that."""

import json
import re
import shutil

import pytest

from tests.cli.running import run
from tests.conftest import ROOT

POLICIES = ROOT / "policies"
POLICY = POLICIES / "ar.cp.mp.31" / "policy.md"


@pytest.fixture
def copied(tmp_path):
    """A copy of all bundled documents that a test may break."""
    return shutil.copytree(POLICIES, tmp_path / "policies")


@pytest.mark.slow
@pytest.mark.parametrize("form", ["html", "markdown", "questions"])
def test_a_file_gets_what_the_screen_gets(tmp_path, form):
    """With -o the same text is written to the file, and nothing is printed."""
    shown = run("policy", "export", "EXAMPLE.RM", "--to", form)
    written = run("policy", "export", "EXAMPLE.RM", "--to", form, "-o", tmp_path / "out")
    assert (0, "", 0, "", "") == (shown.status, shown.err, written.status, written.out, written.err)
    assert len(shown.out) > 1000
    assert shown.out == (tmp_path / "out").read_text(encoding="utf-8")


def test_the_text_is_that_of_the_document():
    """--to markdown gives the document in its own language."""
    assert POLICY.read_text(encoding="utf-8") == run("policy", "export", "AR.CP.MP.31", "--to", "markdown").out


@pytest.mark.parametrize(
    ("form", "title", "question"),
    [
        ("html", "A &lt;b&gt;*bold*&lt;/b&gt; title", "Is it &lt;img src=x&gt; [so](x)?"),
        ("markdown", "A \\<b>*bold*\\</b> title", ""),  # the question stands in another document
        ("questions", "A \\<b>\\*bold\\*\\</b> title", "Is it \\<img src=x> \\[so\\](x)?"),
    ],
)
def test_markup_in_the_words_of_a_document_does_not_act(tmp_path, form, title, question):
    """Title and question come out as they were written, in whichever form; the JSON of the questions is data and left alone."""
    folder = shutil.copytree(POLICIES, tmp_path / "policies")
    for name, old, new in (
        ("policy.md", "title: Making large breasts smaller", "title: A <b>*bold*</b> title"),
        ("facts.md", "Does the neck hurt, and since when?", "Is it <img src=x> [so](x)?"),
    ):
        path = folder / "examples" / "reduction-mammaplasty" / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    out = run("policy", "export", "EXAMPLE.RM", "--to", form, "--policies", folder).out
    assert title in out and question in out
    assert "<b>*" not in out.replace("\\<b>", "") and "<img" not in out.replace("\\<img", "")
    if form == "questions":
        objects = run("policy", "export", "EXAMPLE.RM", "--to", form, "--json", "--policies", folder).objects
        assert "Is it <img src=x> [so](x)?" in [one["question"] for one in objects]


@pytest.mark.slow
def test_the_page_counts_the_golden_cases_beside_the_policy():
    """Every case of the folder that names a clause is on the page, and the others are counted."""
    page = run("policy", "export", "EXAMPLE.RM", "--to", "html").out
    cases = (POLICIES / "examples" / "reduction-mammaplasty" / "cases.yaml").read_text(encoding="utf-8")
    assert f"of the {len(re.findall(r'^ *- id: RM-', cases, re.MULTILINE))} beside the policy" in page
    assert "policies/examples/reduction-mammaplasty/cases.yaml" in page.replace(str(ROOT) + "/", "")


def test_questions_can_be_read_by_programs():
    """With --json each question is an object, in the order of the form."""
    found = run("policy", "export", "EXAMPLE.RM", "--to", "questions", "--json")
    assert 0 == found.status
    assert list(range(1, len(found.objects) + 1)) == [one["number"] for one in found.objects]
    assert ["RM-I.A", "RM-I.D.1"] == found.objects[0]["clauses"]


@pytest.mark.slow
def test_labels_of_the_site_stand_in_place_of_ours(tmp_path):
    """A site's own words for a code are shown, and the page says whose they are."""
    (tmp_path / "labels.csv").write_text("code,label\n19318,OUR LICENSED WORDS\n", encoding="utf-8")
    page = run("policy", "export", "EXAMPLE.RM", "--to", "html", "--labels", tmp_path / "labels.csv").out
    assert "OUR LICENSED WORDS" in page and "the site's or of our own" in page.replace("&#39;", "'")


def test_an_unknown_document_is_told():
    """The name is repeated with the nearest known one, and the status is 2."""
    found = run("policy", "export", "AR.CP.MP.32", "--to", "html")
    assert (2, "") == (found.status, found.out)
    assert "error CW705: `AR.CP.MP.32` is no document of this library" in found.err
    assert "AR.CP.MP.31" in found.err


@pytest.mark.slow
def test_a_file_that_cannot_be_written_is_told(tmp_path):
    """The folder is not there: a problem with its help, and the status is 2."""
    found = run("policy", "export", "EXAMPLE.RM", "--to", "html", "-o", tmp_path / "nowhere" / "page.html")
    assert (2, "") == (found.status, found.out)
    assert "error CW711: This file cannot be written" in found.err


@pytest.mark.parametrize("form", ["html", "markdown", "questions"])
def test_a_policy_with_errors_is_refused_with_its_problems(copied, tmp_path, form):
    """A test that names no fact: the problem with its place, status 1, and no file is written."""
    broken = copied / "ar.cp.mp.31" / "policy.md"
    broken.write_text(POLICY.read_text(encoding="utf-8").replace("`scar`, **one of**", "`scarr`, **one of**"), encoding="utf-8")
    found = run("policy", "export", "AR.CP.MP.31", "--to", form, "--policies", copied, "-o", tmp_path / "page")
    assert (1, "") == (found.status, found.out)
    assert f"{broken}:" in found.err and "error CW410: `scarr` is neither a fact nor defined" in found.err
    assert not (tmp_path / "page").exists()


def test_a_library_with_errors_is_refused_too(copied):
    """Facts that cannot be read are no page."""
    facts = copied / "shared" / "um.facts.md"
    facts.write_text(facts.read_text(encoding="utf-8").replace("| yes or no |", "| yes or maybe |", 1), encoding="utf-8")
    found = run("policy", "export", "UM.FACTS", "--to", "html", "--policies", copied)
    assert (1, "") == (found.status, found.out)
    assert "error CW305" in found.err


@pytest.mark.slow
def test_cases_that_cannot_be_read_are_told_beside_the_page(copied):
    """The page is made all the same, without them, and the status is 2."""
    (copied / "examples" / "reduction-mammaplasty" / "cases.yaml").write_text("clinical: [", encoding="utf-8")
    found = run("policy", "export", "EXAMPLE.RM", "--to", "html", "--policies", copied)
    assert 2 == found.status
    assert "error CW50" in found.err and "none names it" in found.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--to", "word"), "it is html, markdown or questions"),
        (("--to", "html", "--json"), "only the questions can be had as JSON"),
        (("--to", "html", "--as-of", "2026-02-30"), "write year, month and day"),
    ],
)
def test_an_option_that_cannot_be_is_told(words, said):
    """A form, a day or a combination that does not exist ends with status 2."""
    found = run("policy", "export", "EXAMPLE.RM", *words)
    assert 2 == found.status
    assert said in found.err


@pytest.mark.slow
def test_a_day_is_told_on_the_page_and_on_the_form():
    """--as-of leaves out what is not in force that day."""
    page = run("policy", "export", "EXAMPLE.RM", "--to", "html", "--as-of", "2025-06-01").out
    form = run("policy", "export", "EXAMPLE.RM", "--to", "questions", "--as-of", "2025-06-01", "--json").out
    assert "RM-I.D.1" in page and "RM-I.D.2" not in page.partition("<article")[0]
    assert "tobacco_free" not in [json.loads(line)["fact"] for line in form.splitlines()]

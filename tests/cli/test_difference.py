"""`clausewise policy diff`: what it prints, how it ends, and what it says of bad input."""

import json
import shutil

import pytest

from tests.cli.running import run
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

POLICY = ROOT / "policies" / "ar.cp.mp.31" / "policy.md"
NEXT = ROOT / "examples" / "revisions" / "example-rm-2.md"
CASES = ROOT / "policies" / "ar.cp.mp.31" / "cases" / "I.A.3.yaml"


@pytest.fixture(scope="module")
def narrower(tmp_path_factory):
    """A revision of the plan's policy in which a scar must show every sign."""
    path = tmp_path_factory.mktemp("revision") / "next.md"
    text = POLICY.read_text(encoding="utf-8").replace("`scar`, **one of**", "`scar`, **all of**")
    path.write_text(text.replace("revision: 2025-09-12", "revision: 2026-10-01"), encoding="utf-8")
    return path


def test_the_same_policy_is_no_difference():
    """The status is 0, and it is said to be proved."""
    found = run("policy", "diff", "AR.CP.MP.31", "AR.CP.MP.31")
    assert (0, "") == (found.status, found.err)
    assert "no clause changed its meaning (proved)" in found.out


def test_a_changed_clause_is_told_with_a_case(narrower):
    """Status 1: the clause, the direction, an example that flips, what followed, and both redlines."""
    found = run("policy", "diff", "AR.CP.MP.31", narrower)
    assert 1 == found.status
    assert "I.A.3  NARROWER: met in fewer cases; proved: in none that it was not" in found.out
    assert "APPROVE_MN (L6.approve) -> PHYSICIAN_REVIEW (L8.ambiguous)" in found.out
    assert "I.A  narrower, through I.A.3" in found.out
    assert "- on point when scar; one of" in found.out and "+ on point when scar; all of" in found.out


def test_every_example_is_a_case_file(narrower, tmp_path):
    """The case of an example, written to a file and determined, comes out as the difference says."""
    found = run("policy", "diff", "AR.CP.MP.31", narrower, "--json").objects[0]
    flip = found["outcomes"][0]
    case = tmp_path / "case.yaml"
    case.write_text(flip["case"], encoding="utf-8")
    determined = run("determine", case, "--json", "--policy", "AR.CP.MP.31", "--no-cache").objects[0]
    assert flip["dispositions"][0] == determined["disposition"]


def test_a_case_file_shows_who_is_affected(narrower):
    """On the golden cases of the clause, the lines that come out otherwise are counted and named."""
    found = run("policy", "diff", "AR.CP.MP.31", narrower, "--cases", CASES, "--json").objects[0]
    assert (22, 9) == (found["cases"]["lines"], len(found["cases"]["affected"]))
    assert {"I.A.3"} == {clause for one in found["cases"]["affected"] for clause in one["clauses"]}


def test_a_judgement_that_became_a_number_is_undecidable():
    """Whether 800 g is a wider or a narrower test than a physician's judgement is not for the program to say."""
    found = run("policy", "diff", "EXAMPLE.RM", NEXT, "--json").objects[0]
    ways = {change["new"]: change["way"] for change in found["changes"] if not change["follows"]}
    assert {"I.B.1": "narrower", "I.B.3": "undecidable", "III.B": "wider", "II.D": "equal"} == ways
    assert "`judged reasonable_bra_fit by physician`" in next(one["why"] for one in found["changes"] if one["new"] == "I.B.3")


def test_the_page_stands_by_itself(tmp_path):
    """The page is written, holds no link and no script, escapes what policies say, and is the same each time."""
    pages = [tmp_path / "one.html", tmp_path / "two.html"]
    for page in pages:
        assert 1 == run("policy", "diff", "EXAMPLE.RM", NEXT, "--html", page).status
    text = pages[0].read_text(encoding="utf-8")
    assert text == pages[1].read_text(encoding="utf-8")
    assert "<script" not in text and "http://" not in text and "https://" not in text
    assert "<del>" in text and "<ins>" in text and "resection_weight on each side &gt; 800 g" in text


def test_what_a_policy_says_cannot_break_the_page(tmp_path):
    """Markup in the words of a policy is shown and not obeyed."""
    revised = tmp_path / "next.md"
    revised.write_text(
        NEXT.read_text(encoding="utf-8").replace("The records of the clinic", "<b>The</b> records"), encoding="utf-8"
    )
    page = tmp_path / "page.html"
    run("policy", "diff", "EXAMPLE.RM", revised, "--html", page)
    assert "&lt;b&gt;The&lt;/b&gt; records" in page.read_text(encoding="utf-8")


def test_unrelated_policies_say_so():
    """Two policies without a clause in common are compared by outcome, for the codes that both list."""
    found = run("policy", "diff", "AR.CP.MP.31", "EXAMPLE.RM")
    assert 1 == found.status
    assert "no clause, no words in common; 2 codes in common" in found.out


def test_another_day_and_another_revision():
    """A clause that is not yet in force on one day is new on another; a revision can be named by its own name."""
    found = run("policy", "diff", "EXAMPLE.RM@2025-06-01", "EXAMPLE.RM@2026-06-01", "--json").objects[0]
    assert {"I.D.2": "new"} == {one["new"]: one["way"] for one in found["changes"] if not one["follows"]}
    assert 0 == run("policy", "diff", "EXAMPLE.RM@example 1", "EXAMPLE.RM").status


def test_what_a_law_changed_in_between_is_no_difference_of_the_document():
    """A state act that came into force between the two days speaks on both sides: the same text is the same."""
    found = run("policy", "diff", "AR.CP.MP.31@2025-10-30", "AR.CP.MP.31@2026-07-01", "--json")
    assert 0 == found.status
    assert ([], "0/1") == (found.objects[0]["outcomes"], found.objects[0]["share"]["share"])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("AR.CP.MP.31", "NOPE"), "error CW705: `NOPE` is no policy or notice of this library."),
        (("AR.CP.MP.31", "nowhere.md"), "nowhere.md: error CW701: There is no such file."),
        (("AR.CP.MP.31", "AR.CP.MP.31@2024"), "error CW715: AR.CP.MP.31 has no revision `2024`, and that is no day either."),
        (("AR.CP.MP.31", ROOT / "policies" / "ladder" / "um.md"), "error CW714: `LADDER.UM` is a ladder, not a policy or notice."),
        (("AR.CP.MP.31", "AR.CP.MP.31", "--cases", "nowhere.yaml"), "nowhere.yaml: error CW701: There is no such file."),
        (("AR.CP.MP.31", "AR.CP.MP.31", "--cases", ROOT / "policies" / "clinic-privacy-notice" / "cases.yaml"),
         "error CW710: This file holds no case that both can decide."),
        (("AR.CP.MP.31", "AR.CP.MP.31", "--html", "/nowhere/page.html"), "error CW711: This file cannot be written"),
    ],
)  # fmt: skip
def test_bad_input_is_told_in_a_sentence(words, told):
    """What is named and not there ends with status 2 and says so."""
    found = run("policy", "diff", *words)
    assert 2 == found.status
    assert told in found.err


def test_a_policy_with_errors_is_refused(tmp_path):
    """A revision that cites a clause that is gone is not compared; its problems are told."""
    broken = tmp_path / "broken.md"
    text = POLICY.read_text(encoding="utf-8").replace("- I.A.4.b.trauma an injury", "- I.A.4.b.blow an injury")
    broken.write_text(text, encoding="utf-8")
    found = run("policy", "diff", "AR.CP.MP.31", broken)
    assert 2 == found.status
    assert "error CW401" in found.err and "I.A.4.b.trauma" in found.err


def test_a_case_that_contradicts_itself_is_reported(tmp_path):
    """Its problem is told, and the other cases are decided."""
    case = tmp_path / "case.yaml"
    case.write_text(json.dumps({"clinical": [{"id": "odd", "service_date": "2026-03-16", "lines": [{"code": "11402"}],
                                              "facts": {"scar": "perhaps"}}]}), encoding="utf-8")  # fmt: skip
    found = run("policy", "diff", "AR.CP.MP.31", "AR.CP.MP.31", "--cases", case)
    assert "error CW" in found.err and "perhaps" in found.err


def test_an_amendment_of_the_same_document_is_compared_with_what_it_amends(tmp_path):
    """A file that deletes I.A.4 is the newer revision: what it takes away is named, and the codes that lose by it."""
    text = (ROOT / "policies" / "examples" / "amendment-without-paths" / "amendment.md").read_text(encoding="utf-8")
    own = text.replace("document: EXAMPLE.WP", "document: AR.CP.MP.31").replace("revision: example 1", "revision: 2026-02-09")
    kept = [line for line in own.splitlines() if not line.startswith(("plans:", "ids:", "lines of business:"))]
    (tmp_path / "later.md").write_text("\n".join(kept) + "\n", encoding="utf-8")
    found = run("policy", "diff", "AR.CP.MP.31", tmp_path / "later.md")
    said = " ".join(found.out.split())
    assert (1, "") == (found.status, found.err)
    assert "AR.CP.MP.31 2025-09-12 -> AR.CP.MP.31 2026-02-09, for services of 2026-02-09" in said
    assert "I.A.4.a DELETED: could be met; a part of I.A.4 I.A.4.a" in said  # the next clause follows without an example
    for told in ("I.A.4 DELETED", "I.A.4.a DELETED", "reading II.O (as 4.a and 4.b) DELETED", "II.R WIDER", "G0429, Q2026, Q2028"):
        assert told in said, told


@pytest.fixture(scope="module")
def amended_twice(tmp_path_factory):
    """A folder in which two amendments, one after the other, change the plan's policy under its own id."""
    folder = shutil.copytree(ROOT / "policies", tmp_path_factory.mktemp("amended") / "policies")
    texts = (("spring", "2025-09-12", "2026-02-09", "I.A.3.fi"), ("summer", "spring", "2026-06-01", "I.A.3.unst"))
    for name, base, begins, clause in texts:
        names = f"document: AR.CP.MP.31\namends: AR.CP.MP.31 @ {base}\nrevision: {name}"
        head = f"{names}\nin force: {begins} onward\nbecause: it is tried"
        body = f"## Replace {clause}\n\n- {clause} it hinders `functional_impairment and scar_friable`\n"
        (folder / "ar.cp.mp.31" / f"{name}.md").write_text(f"---\n{head}\n---\n\n{body}", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        (("AR.CP.MP.31@2026-02-08", "AR.CP.MP.31@spring"), {"I.A.3.fi"}),
        (("AR.CP.MP.31@spring", "AR.CP.MP.31@summer"), {"I.A.3.unst"}),
        (("AR.CP.MP.31@summer", "AR.CP.MP.31@2026-06-01"), set()),
        (("AR.CP.MP.31@spring", "AR.CP.MP.31@summer", "--as-of", "2026-05-01"), {"I.A.3.unst"}),
        (("AR.CP.MP.31", "EXAMPLE.WP@example 1", "--as-of", "2026-02-10"), None),
    ],
)
def test_a_revision_that_an_amendment_made_is_the_whole_text(amended_twice, words, changed):
    """It is the base with all amendments up to that one and none after it, whatever day is asked about."""
    found = run("policy", "diff", *words, "--policies", amended_twice, "--json")
    assert ("", 0 if changed == set() else 1) == (found.err, found.status)
    changes = found.objects[0]["changes"]
    assert changed is None or changed == {one["new"] or one["old"] for one in changes if not one["follows"]}

"""`clausewise determine`: cases in, answers out."""

import json
import os
import re

import pytest

from tests.cli.cases import case_file, insurer, scar
from tests.cli.running import run
from tests.conftest import ROOT

KEYS = [
    *("case", "line", "code", "nature", "necessity", "basis", "disposition", "reason", "clauses", "missing", "settles"),
    *("next_question", "readings", "steps", "assumptions", "problems", "assessor", "clinic", "sentences", "documents"),
    "fingerprint",
]


def test_each_line_is_an_object_with_the_fixed_keys_in_their_order(tmp_path):
    """What the page on case files fixes comes first and in its order, then one rollup object for the case."""
    line, rollup = run("determine", case_file(tmp_path, scar()), "--json").objects
    assert KEYS == list(line)[: len(KEYS)]
    assert {"case": "S1", "rollup": "APPROVE_MN"} == rollup
    assert ["nature", "necessity", "basis", "disposition", "clauses"] == list(line["clinic"])
    assert {"policy", "revision", "fingerprint"} == set(line["documents"][0])
    assert "AR.CP.MP.31" == line["documents"][0]["policy"]


def test_the_answers_of_a_line_are_those_of_the_policy(tmp_path):
    """Pain and infection meet the path of scars; without an answer on infection the line waits for exactly that."""
    cases = case_file(tmp_path, scar("MET"), scar("OPEN", infected="unknown"))
    met, _, waits, _ = run("determine", cases, "--json").objects
    assert ("APPROVE_MN", "met") == (met["disposition"], met["clauses"]["A-I.A.3"])
    assert ("PEND_INFO", ["scar_recurrent_infection"]) == (waits["disposition"], waits["settles"])
    assert "scar_recurrent_infection" == waits["next_question"]["fact"]


def test_the_same_case_gives_the_same_bytes(tmp_path):
    """Nothing that is printed depends on the moment."""
    cases = case_file(tmp_path, scar())
    for option in ("--json", "--why", "--missing"):
        assert run("determine", cases, option).out == run("determine", cases, option, "--no-cache").out


def test_an_unreadable_case_does_not_silence_the_others(tmp_path):
    """The case that can be read is answered, the other is told with its place, and the status is 2."""
    found = run("determine", case_file(tmp_path, scar("GOOD"), scar("BAD", pain="perhaps")), "--json")
    assert 2 == found.status
    assert ["GOOD", "GOOD"] == [one["case"] for one in found.objects]
    assert f"{tmp_path}/cases.yaml:39:31: error CW603: Case BAD:" in found.err


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"\xff\xfe", "CW501"), (b"clinical: [", "CW502"), (b"", "CW504"), (b"a: " + b"x" * 1_100_000, "CW503")],
)
def test_an_unreadable_file_gives_its_problem_and_nothing_else(tmp_path, content, code):
    """Nothing stands on standard output, and the status is 2."""
    file = tmp_path / "cases.yaml"
    file.write_bytes(content)
    found = run("determine", file, "--json")
    assert (2, "") == (found.status, found.out)
    assert found.err.startswith(f"{file}:")
    assert f" error {code}: " in found.err


def test_a_missing_file_and_an_empty_folder_are_told(tmp_path):
    """Each says what is wrong, without a traceback."""
    found = run("determine", tmp_path / "nothere.yaml", tmp_path)
    assert (2, "") == (found.status, found.out)
    assert f"{tmp_path}/nothere.yaml: error CW701: There is no such file." in found.err
    assert f"{tmp_path}: error CW520:" in found.err


def test_every_odd_file_of_a_request_folder_is_told(tmp_path):
    """Pipes, devices, links to nothing and links to folders are papers nobody can read, so the request is not decided."""
    folder = tmp_path / "request"
    (folder / "documents").mkdir(parents=True)
    (folder / "case.yaml").write_text("id: A\nservice_date: 2026-03-16\nlines: [{code: '11402'}]\n", encoding="utf-8")
    (folder / ".#hidden.md").symlink_to("an editor's lock")
    assert 0 == run("determine", folder, "--json").status
    os.mkfifo(folder / "documents" / "fifo.md")
    (folder / "documents" / "lost.md").symlink_to("nowhere.md")
    (folder / "documents" / "zero.md").symlink_to("/dev/zero")
    (folder / "documents" / "around.md").symlink_to("around.md")
    (folder / "documents" / "up").symlink_to("..")
    found = run("determine", folder, "--json")
    assert (2, "") == (found.status, found.out)
    told = [line.removeprefix(f"{folder}/documents/") for line in found.err.splitlines() if ": error CW703: " in line]
    assert [
        "around.md: error CW703: This file cannot be read: Too many levels of symbolic links.",
        "fifo.md: error CW703: This file cannot be read: it is no regular file.",
        "lost.md: error CW703: This file cannot be read: it is a link to nothing.",
        "up: error CW703: This link leads to a folder, and is not followed.",
        "zero.md: error CW703: This file cannot be read: it is no regular file.",
    ] == told


def test_a_malformed_code_is_a_warning_and_its_line_is_returned(tmp_path):
    """The line goes back for coding with what to write instead, and the status says that nothing else is wrong."""
    found = run("determine", case_file(tmp_path, scar(code="g0429")))
    assert (0, True) == (found.status, "CODING_RETURN" in found.out)
    assert "warning CW610: Case S1: line 1: `g0429` is not a procedure code." in found.err
    assert "help: Write it with a capital letter: 'G0429'." in found.err


def test_a_code_in_wide_digits_is_shown_whole(tmp_path):
    """Digits that take two places of a terminal widen their column."""
    wide = "\uff11\uff11\uff12\uff10\uff10"
    found = run("determine", case_file(tmp_path, scar(code=wide)))
    assert f" {wide} " in found.out
    assert "help: Write it in plain digits and capitals: '11200'." in found.err


def test_a_paper_that_is_missing_is_asked_for_in_words(tmp_path):
    """Type, view and age of the document stand in the question, with the clause that wants it, also as the next question."""
    policy = (ROOT / "tests" / "cli" / "knee.md").read_text(encoding="utf-8")
    (tmp_path / "knee.md").write_text(policy, encoding="utf-8")
    case = "  - {id: K, plan: knee_plan, service_date: 2026-06-30, facts: {knee_pain: yes}, lines: [{code: '27447'}]}\n"
    cases = case_file(tmp_path, case)
    wanted = "Is there a document of type x ray, posture standing, dated at most 12 months before the service?"
    line, _ = run("determine", cases, "--json", "--policies", tmp_path).objects
    assert (wanted, "K-I.B") == (line["next_question"]["text"], line["next_question"]["clause"])
    out = run("determine", cases, "--missing", "--policies", tmp_path).out
    assert f"* {wanted}  [document x_ray]\n      asked by clause K-I.B; look in: the papers of the request" in out


def test_a_stale_diagnosis_is_told_in_the_proof(tmp_path):
    """What is worked out from the request stands in the proof as it came out, with the diagnoses at fault."""
    cases = case_file(tmp_path, scar().replace("[L90.5]", "[L90.5, ZZZ]"))
    assert "diagnosis_not_valid: yes, ZZZ (worked out from the request)" in run("determine", cases, "--why").out
    line, _ = run("determine", cases, "--why", "--json").objects
    assert "yes, ZZZ" == line["proof"]["facts"][0]["value"]


def test_a_malformed_code_is_returned_for_coding(tmp_path):
    """The line is answered and its problem told; nothing is unreadable."""
    cases = case_file(tmp_path, scar(code="11-402"))
    line, _ = run("determine", cases, "--json").objects
    assert ("CODING_RETURN", "CW610") == (line["disposition"], line["problems"][0]["code"])
    assert 0 == run("determine", cases).status


def test_a_privacy_case_is_not_determined(tmp_path):
    """A file without clinical cases says which command is meant."""
    found = run("determine", insurer(tmp_path))
    assert 2 == found.status
    assert "error CW710: This file holds no clinical cases." in found.err
    assert "clausewise privacy decide" in found.err


def test_standard_input_is_read(tmp_path):
    """A dash stands for what is piped in."""
    given = case_file(tmp_path, scar("PIPED")).read_bytes()
    assert "PIPED" == run("determine", "-", "--json", given=given).objects[0]["case"]


def test_the_assessor_can_be_chosen(tmp_path):
    """With the clinic as assessor the line and the clinic's view are one."""
    cases = case_file(tmp_path, scar())
    line, _ = run("determine", cases, "--json", "--assessor", "clinic").objects
    assert "clinic" == line["assessor"]
    assert line["disposition"] == line["clinic"]["disposition"]
    assert "PEND_INFO" == line["disposition"]
    assert 2 == run("determine", cases, "--assessor", "nobody").status


def test_a_policy_can_be_named(tmp_path):
    """A named policy judges whatever would govern; one that is not there is told, with those that are."""
    line, _ = run("determine", case_file(tmp_path, scar(plan="unknown")), "--json", "--policy", "AR.CP.MP.31").objects
    assert "AR.CP.MP.31" == line["documents"][0]["policy"]
    found = run("determine", case_file(tmp_path, scar()), "--policy", "AR.CP.MP.13")
    assert (2, "") == (found.status, found.out)
    assert "Did you mean `AR.CP.MP.31`" in found.err


def test_the_table_is_read_as_a_nurse_would(tmp_path):
    """A row a line with code, label and what is missing; below it what the words mean and the case as a whole."""
    out = run("determine", case_file(tmp_path, scar("OPEN", infected="unknown"))).out
    head, _, row, *rest = out.splitlines()
    assert ["case", "line", "code", "label", "disposition", "nature", "missing"] == head.split()
    assert row.startswith("OPEN   1      11402   benign")
    assert row.endswith("scar_recurrent_infection")
    assert "PEND_INFO: waits for information" in rest
    assert "  PEND_INFO: OPEN" in rest


NOTE = """---
type: chart note
date: {date}
author: Dr. {author} Example
{more}
facts:
  scar_recurrent_infection: {answer}
---
"""


def test_the_proof_says_who_said_what(tmp_path):
    """A request folder's proof shows each statement with author, day and document, and a corrected one with the reason."""
    case = scar().replace("      scar_recurrent_infection: yes\n", "").replace("\n    ", "\n").replace("  - id", "id", 1)
    (tmp_path / "case.yaml").write_text(case, encoding="utf-8")
    (tmp_path / "first.md").write_text(NOTE.format(date="2026-02-10", author="A.", more="", answer="no"), encoding="utf-8")
    more = "corrects: first.md because of a wrong page"
    (tmp_path / "second.md").write_text(NOTE.format(date="2026-02-12", author="B.", more=more, answer="yes"), encoding="utf-8")
    out = " ".join(run("determine", tmp_path, "--why").out.split())
    assert "The plan's view: APPROVE_MN" in out
    assert "no, says Dr. A. Example on 2026-02-10 in first.md; no longer counts: corrected by second.md because of a" in out
    assert "yes, says Dr. B. Example on 2026-02-12 in second.md" in out


def test_both_views_stand_in_the_proof_and_where_they_differ(tmp_path):
    """Under --why the plan approves by a clause, the clinic waits, and one sentence says so."""
    out = run("determine", case_file(tmp_path, scar()), "--why").out
    assert "✓ met     A-I.A.3  To revise or remove a scar or keloid" in out
    assert "Does the scar get infected again and again? yes (the request)" in out
    assert "? unknown B-MN-1" in out
    assert "The clinic differs" in out
    assert 'A-I.A.3 read as "impairment apart": yes (adopted by this package' in out


def test_what_is_missing_is_asked_in_plain_words(tmp_path):
    """The question of the smallest set is marked, with its answers, its clause and where to look."""
    out = run("determine", case_file(tmp_path, scar(infected="unknown")), "--missing").out
    assert "  * Does the scar get infected again and again?  [scar_recurrent_infection]" in out
    assert "answers: yes, no; asked by clause A-I.A.3.inf; look in: visit notes" in out
    settled = run("determine", case_file(tmp_path, scar()), "--missing").out
    assert "Nothing is missing" in settled


def test_the_proof_stands_in_the_object_when_it_is_asked_for(tmp_path):
    """With --why an object holds the proof as a tree, without it none; the fixed keys stay as they are."""
    cases = case_file(tmp_path, scar())
    bare, proven = run("determine", cases, "--json").objects[0], run("determine", cases, "--json", "--why").objects[0]
    assert "proof" not in bare
    assert bare == {key: proven[key] for key in bare}
    assert "A-I.A.3" in json.dumps(proven["proof"])


def test_own_labels_stand_before_ours(tmp_path):
    """A site's licensed words for a code are shown in place of the package's short ones."""
    labels = tmp_path / "labels.csv"
    labels.write_text("code,label\n11402,words of a licence\nonly-a-code\n", encoding="utf-8")
    found = run("determine", case_file(tmp_path, scar()), "--labels", labels)
    assert "words of a licence" in found.out
    assert f"{labels}:3:1: error CW708: This row has no label." in found.err


def test_a_folder_without_documents_is_told(tmp_path):
    """Nothing can be decided without documents, and the message says how to name them."""
    (tmp_path / "empty").mkdir()
    found = run("determine", case_file(tmp_path, scar()), "--policies", tmp_path / "empty")
    assert (2, "") == (found.status, found.out)
    assert "error CW704: There are no documents in" in found.err


def test_a_policy_with_errors_is_refused_with_its_problems(tmp_path):
    """The status is 1, and the problem points into the document."""
    folder = tmp_path / "policies"
    for path in (ROOT / "policies").rglob("*.md"):
        copy = folder / path.relative_to(ROOT / "policies")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes().replace(b"`scar`, **one of**", b"`scar and`, **one of**"))
    found = run("determine", case_file(tmp_path, scar()), "--policies", folder)
    assert (1, "") == (found.status, found.out)
    assert f"{os.path.relpath(folder)}/ar.cp.mp.31/policy.md" in found.err or f"{folder}/ar.cp.mp.31/policy.md" in found.err


def test_lines_of_one_case_may_go_to_different_policies(tmp_path):
    """Each line is judged by the policy that lists its code, and the lines keep their order."""
    for name, code in (("first", "11402"), ("second", "15823")):
        text = (ROOT / "policies/ar.cp.mp.31/policy.md").read_text(encoding="utf-8")
        listed = "".join(row for row in text.splitlines(keepends=True) if name == "first" or not row.startswith("| 11402 |"))
        row = f"| {code} | CPT | {name} | I.A.3 | |\n"
        text = listed if row[:9] in listed else listed.replace("| 11200 | CPT", f"{row}| 11200 | CPT", 1)
        text = text.replace("document: AR.CP.MP.31", f"document: {name}")
        text = text.replace("plans: qualchoice, ambetter_ar, ar_total_care", "plans: two_policies")
        target = tmp_path / "policies" / name / "policy.md"
        target.parent.mkdir(parents=True)
        target.write_text(text, encoding="utf-8")
    for folder in ("shared", "ladder", "law", "clinic-reconstructive"):
        for path in (ROOT / "policies" / folder).glob("*.md"):
            copy = tmp_path / "policies" / folder / path.name
            copy.parent.mkdir(exist_ok=True)
            copy.write_bytes(path.read_bytes())
    case = scar(plan="two_policies", code="15823", line="\n      - code: '11402'")
    first, second, _ = run("determine", case_file(tmp_path, case), "--json", "--policies", tmp_path / "policies").objects
    assert [("15823", "second"), ("11402", "first")] == [
        (line["code"], line["documents"][0]["policy"]) for line in (first, second)
    ]


def test_what_a_person_wrote_is_never_markup(tmp_path):
    """Brackets that a terminal library would take for colours are printed as they stand."""
    out = run("determine", case_file(tmp_path, scar("'[bold]X[/bold]'")), "--why").out
    assert "[bold]X[/bold], line 1: 11402" in out


def test_a_fault_of_ours_in_one_case_is_told_and_the_others_go_on(tmp_path, monkeypatch):
    """The broken case has a Problem without a traceback, the next one its answer, and the status is 2."""
    from clausewise.payer import judging

    real = judging.determine_lines

    def broken(request, *rest):
        if request.case == "BROKEN":
            raise KeyError("inside")
        return real(request, *rest)

    monkeypatch.setattr(judging, "determine_lines", broken)
    found = run("determine", case_file(tmp_path, scar("BROKEN"), scar("GOOD")), "--json")
    assert (2, ["GOOD", "GOOD"]) == (found.status, [one["case"] for one in found.objects])
    assert "error CW709: Clausewise could not decide case BROKEN" in found.err


@pytest.mark.slow
def test_the_demonstration_shows_a_table_and_one_full_proof():
    """It decides the cases beside the plan's policy, proves one of them, and ends well."""
    found = run("demo")
    assert 0 == found.status
    assert 1 == found.out.count("The plan's view: ")
    assert "clausewise explain I.A.3" in found.out


def test_answers_that_break_an_implication_are_told_of_in_these_words():
    """A request that says two things of which one excludes the other is decided, and warned of at the row that declares it."""
    case = ROOT / "tests" / "bad" / "implications" / "both.yaml"
    told = re.sub(r":\d+:", ":row:", run("determine", case, "--policy", "AR.CP.MP.31", "--no-cache").err)
    assert case.with_suffix(".expected").read_text(encoding="utf-8") == told

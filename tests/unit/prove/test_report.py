"""The bundled policies, proved: what must be found in them, that every case shows its claim, and that nothing is new."""

import json
import os
import subprocess
import sys
from functools import cache

import pytest

from clausewise.compiler.shelf import linked_documents
from clausewise.prove.accepted import judged, needs_acceptance, read_accepted
from clausewise.prove.encode import Encoding, NotDecided
from clausewise.prove.finding import Kind
from clausewise.prove.report import Report, prove
from clausewise.prove.subject import Subject, subject_of
from clausewise.render.finding_rows import as_problem, case_files, file_name, finding_object
from clausewise.render.sarif import sarif
from tests.cli.running import run
from tests.conftest import ROOT
from tests.unit.decide.spaces import ON, library
from tests.unit.prove.small import subject, text

MUST = (
    "19355 is approvable only because the ladder lets I.A.4.a or I.A.4.b stand above II.S (step L6.approve)",
    "in the family of I.A.3, I.A.1 never matters where I.A.3.fi holds: I.A.3 is met there",
    "I.A.1.breast is redundant where breast_role is not mastectomy_itself and breast_antecedent is not prophylaxis: "
    "I.A.4.b is met there as well",
    "I.A.1 can be met while II.G fires: resolved by step L9.implant",
)


@cache
def plan_policy() -> tuple[Subject, Report]:
    """AR.CP.MP.31 with its report."""
    linked, _ = linked_documents(library().library, "AR.CP.MP.31", ON)
    assert linked is not None
    found = subject_of(linked)
    assert isinstance(found, Subject)
    return found, prove(found)


@pytest.mark.slow
def test_what_must_be_found_in_the_plans_policy_is_found():
    """The order that carries 19355, the redundant bullet, the idle path of the scar family, conflicts, and weak nodes."""
    findings = plan_policy()[1].findings
    assert set(MUST) <= {finding.sentence for finding in findings}
    assert {Kind.CONFLICT, Kind.KLEENE, Kind.READINGS, Kind.UNREACHED} <= {finding.kind for finding in findings}


@pytest.mark.slow
def test_every_finding_that_a_case_can_show_is_shown():
    """A finding says that something never happens, or a replayed case shows that it does."""
    never = {Kind.NEVER_MATTERS, Kind.NEVER_MET, Kind.CONTRADICTION, Kind.IMPLIED, Kind.CODE, Kind.EXCEPTION}
    for finding in plan_policy()[1].findings:
        assert finding.shown is not None or finding.kind in never, finding.key
        assert finding.line > 0 and finding.file.endswith(".md")


@pytest.mark.slow
def test_the_keys_are_different():
    """No two findings go by one key, so that an acceptance means one of them."""
    keys = [finding.key for finding in plan_policy()[1].findings]
    assert len(keys) == len(set(keys))


@pytest.mark.slow
def test_nothing_new_is_found_in_the_bundled_policies():
    """Every error and warning of the bundled documents is accepted beside them, and every accepted one is still found."""
    command = [sys.executable, "-m", "clausewise", "policy", "prove", "--short"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=os.environ, check=False)
    assert (0, "") == (done.returncode, done.stderr), done.stdout
    for pair in ("AR.CP.MP.31 beside EXAMPLE.RM: 7 findings, 7 accepted", "AR.CP.MP.31 beside NCD.250.5: 1 finding, 1 accepted"):
        assert pair in done.stdout


@pytest.mark.slow
def test_two_policies_beside_each_other_have_one_list_of_acceptances():
    """In whichever order they are named, nothing is new, and the finding of the facial fillers is among what was accepted."""
    for first, second in (("NCD.250.5", "AR.CP.MP.31"), ("AR.CP.MP.31", "NCD.250.5")):
        found = run("policy", "prove", first, "--beside", second, "--json")
        beside = [one for one in found.objects if one["kind"] == "beside"]
        assert (0, 1) == (found.status, len(beside))
        assert "this package, provisionally" == beside[0]["accepted"]["by"]


@pytest.mark.slow
def test_the_same_bytes_whatever_the_seed_of_hashes():
    """Two runs that order sets differently print the same."""
    command = [sys.executable, "-m", "clausewise", "policy", "prove", "EXAMPLE.VF", "NCD.250.5", "--json"]
    runs = [
        subprocess.run(command, cwd=ROOT, capture_output=True, check=False, env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] and runs[0] == runs[1]


def test_what_was_not_decided_is_never_a_proof():
    """Without time for Z3 the report says which questions were left open, and is not complete."""
    report = prove(subject(text("- I.A one `a and b`", "- I.B two `c`")), seconds=1e-9)
    open_ones = [finding for finding in report.findings if finding.kind is Kind.NOT_DECIDED]
    assert report.is_complete == (not open_ones)
    assert all("not decided in" in finding.sentence for finding in open_ones)
    assert not any(needs_acceptance(finding) for finding in open_ones)


def test_nothing_is_claimed_where_something_was_left_open(monkeypatch):
    """A proof that Z3 left open yields what it found before, a note that it is open, and no finding that rests on half."""
    policy = subject(text("- I.A one `a`", out="- II.A left out `b`", path="clause I.A", excluded="clause II.A"))
    whole = {finding.key for finding in prove(policy).findings}
    monkeypatch.setattr(Encoding, "possible", lambda self, *claims: NotDecided(1))
    report = prove(policy)
    assert not report.is_complete
    assert {finding.key for finding in report.findings if finding.kind is not Kind.NOT_DECIDED} <= whole


def test_an_accepted_finding_is_not_new_and_one_that_is_gone_is_told():
    """The list takes a finding out of the new ones; an entry for what is not found is gone."""
    report = prove(subject(text("- I.A one `age > 40 years`", "- I.B two `age > 18 years`", word="all of")))
    [finding] = [one for one in report.findings if one.kind is Kind.IMPLIED]
    entries = f"[{{key: '{finding.key}', why: so}}, {{key: other, why: so}}]"
    listed = f"- {{policy: SMALL, by: us, date: 2026-01-01, findings: {entries}}}"
    accepted, problems = read_accepted(listed.encode(), "findings.yaml")
    assert () == problems
    result = judged("SMALL", report.findings, accepted)
    assert finding not in result.new
    assert ["other"] == [one.key for one in result.gone]
    assert finding in judged("OTHER", report.findings, accepted).new


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"- [", "CW716"), (b"\xff", "CW716"), (b"policy: X", "CW716"),
        (b"- policy: X", "CW717"), (b"- {policy: X, findings: [1]}", "CW717"),
    ],
)
def test_a_list_that_does_not_say_all_is_a_problem(content: bytes, code: str):
    """A list nobody can read, and an entry without who, when or why, are told, never taken for an acceptance."""
    accepted, problems = read_accepted(content, "findings.yaml")
    assert () == accepted
    assert [code] == [problem.code for problem in problems]


def test_json_has_the_same_fields_for_every_finding():
    """Machines find the same keys, whether a case shows the finding or not."""
    report = prove(subject(text("- I.A one `a or not a`", "- I.B two `b`")))
    objects = [finding_object("SMALL", finding, None, False) for finding in report.findings]
    fields = "policy kind key level clauses sentence file line case outcomes unanswerable accepted"
    assert objects and all(fields.split() == list(one) for one in objects)
    assert json.loads(json.dumps(objects)) == objects


def test_sarif_has_a_rule_for_each_kind():
    """A finding is a result with its place, level and clauses, as a problem of the checker is."""
    report = prove(subject(text("- I.A one `a or not a`", "- I.B two `b`")))
    [result] = [one for one in sarif(map(as_problem, report.findings), "1")["runs"][0]["results"] if "always" in one["ruleId"]]
    assert ("prove-always-met", "warning", "I.A") == (result["ruleId"], result["level"], result["properties"]["clause"])
    assert "small.md" == result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]


def test_each_case_gets_a_file_of_its_own():
    """A case file goes by the key of its finding; two that would share a name are told apart."""
    policy = text("- I.A one `a`", out="- II.A left out `b`", path="clause I.A", excluded="clause II.A")
    shown = [one for one in prove(subject(policy)).findings if one.kind is Kind.CONFLICT]
    files = case_files([*shown, *shown], False)
    assert ["conflict-I.A-with-II.A-S1.yaml", "conflict-I.A-with-II.A-S1-2.yaml"] == list(files)
    assert "order-S2" == file_name("order: S2")
    assert all("clinical:" in content for content in files.values())

"""`clausewise test`: expectations held against what comes out."""

import pytest

from tests.cli.cases import case_file, insurer, scar
from tests.cli.running import Run, run


def flat(found: Run) -> str:
    """What was printed, without the breaks that the width of a terminal brings."""
    return " ".join(found.out.split())


def line_of(**expected: str) -> str:
    """A line's expectations, the given ones in place of what is true."""
    true = {"disposition": "APPROVE_MN", "nature": "reconstructive", "clauses": "{A-I.A.3: met}"} | expected
    return "\n        expect: {" + ", ".join(f"{key}: {value}" for key, value in true.items()) + "}"


def test_a_case_that_comes_out_as_expected_passes(tmp_path):
    """The status is 0, and the report says so."""
    found = run("test", case_file(tmp_path, scar(line=line_of(), expect="    expect: {confidence: certain, rollup: APPROVE_MN}\n")))
    assert 0 == found.status
    assert "1 case, 1 as expected" in flat(found)
    assert "All 1 case came out as expected" in found.out


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"disposition": "PEND_INFO"}, "S1, line 1 (11402): the disposition is expected to be PEND_INFO, and is APPROVE_MN."),
        ({"nature": "cosmetic"}, "S1, line 1 (11402): the nature is expected to be cosmetic, and is reconstructive."),
        ({"clauses": "{A-I.A.3: not_met}"}, "S1, line 1 (11402): clause A-I.A.3 is expected to be not_met, and is met."),
        ({"clauses": "{A-I.Z: met}"}, "clause A-I.Z is expected to be met, and is no clause of these documents."),
        ({"reason": "{code: gap}"}, "S1, line 1 (11402): the reason code is expected to be gap, and is other."),
    ],
)
def test_whatever_comes_out_otherwise_is_a_sentence(tmp_path, wrong, sentence):
    """Each thing compared fails by itself, with what was expected and what was found; the status is 1."""
    found = run("test", case_file(tmp_path, scar(line=line_of(**wrong))))
    assert 1 == found.status
    assert sentence in flat(found)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"necessity": "undetermined"}, "`necessity` is expected to be undetermined, and is necessary."),
        ({"basis": "benefit"}, "`basis` is expected to be benefit, and is criterion."),
        ({"missing": "[scar]"}, "`missing` is expected to be scar, and is empty."),
        ({"settles": "[scar]"}, "`settles` is expected to be scar, and is empty."),
        ({"next_question": "scar"}, "`next_question` is expected to be scar, and is empty."),
        ({"also_supported_by": "[LAW.ACT424]"}, "`also_supported_by` is expected to be LAW.ACT424, and is empty."),
        ({"problems": "[CW601]"}, "`problems` is expected to be CW601, and is empty."),
        ({"says_not": "[the]"}, "`says_not` is expected to be the, and is "),
        ({"says": "[nothing of the kind]"}, "`says` is expected to be nothing of the kind, and is "),
    ],
)
def test_what_else_a_line_states_is_compared_when_asked_for(tmp_path, wrong, sentence):
    """With `--strict` each further key fails by itself; without it the keys are for people."""
    file = case_file(tmp_path, scar(line=line_of(**wrong)))
    assert 0 == run("test", file).status
    found = run("test", file, "--strict")
    assert (1, True) == (found.status, f"S1, line 1 (11402): {sentence}" in flat(found)), flat(found)


def test_what_a_line_states_in_part_may_be_more(tmp_path):
    """Of assumptions, readings, documents and problems a line names some; a name that is not among them fails."""
    right = line_of(documents="[AR.CP.MP.31 2025-09-12]", necessity="necessary", missing="[]")
    assert 0 == run("test", case_file(tmp_path, scar(line=right)), "--strict").status
    assert 1 == run("test", case_file(tmp_path, scar(line=line_of(documents="[AR.CP.MP.31 2020-01-01]"))), "--strict").status


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("rollup: SPLIT", "S1: the rollup is expected to be SPLIT, and is APPROVE_MN."),
        ("missing: [scar]", "S1: `scar` is expected to be missing, and is not among what is missing (nothing)."),
        ("problem: CW601", "S1: its problem is expected to be CW601, and is absent."),
    ],
)
def test_what_a_case_expects_as_a_whole_is_compared(tmp_path, wrong, sentence):
    """Rollup, missing facts and an expected problem each fail by themselves."""
    found = run("test", case_file(tmp_path, scar(expect=f"    expect: {{{wrong}}}\n")))
    assert 1 == found.status
    assert sentence in flat(found)


def test_missing_facts_need_only_be_among_those_missing(tmp_path):
    """The list of a case is a subset of what is missing."""
    open_case = scar(pain="unknown", infected="unknown", expect="    expect: {missing: [scar_recurrent_infection]}\n")
    assert 0 == run("test", case_file(tmp_path, open_case)).status


def test_an_allowed_alternative_is_counted_apart(tmp_path):
    """An arguable line may come out as one of the alternatives, and what else it expects is not compared then."""
    whole = "    expect: {{confidence: {confidence}, rollup: PEND_INFO, alternative: {{dispositions: [APPROVE_MN]}}}}\n"
    line = line_of(disposition="PEND_INFO", nature="cosmetic")
    arguable = run("test", case_file(tmp_path, scar(line=line, expect=whole.format(confidence="arguable"))))
    assert (0, True) == (arguable.status, "1 as an allowed alternative (S1)" in flat(arguable))
    certain = run("test", case_file(tmp_path, scar(line=line, expect=whole.format(confidence="certain"))))
    assert 1 == certain.status


def test_an_expected_problem_is_no_failure(tmp_path):
    """A case that expects to be unreadable passes when its problem is the expected one."""
    expect = "    expect: {problem: CW603}\n"
    assert 0 == run("test", case_file(tmp_path, scar(pain="perhaps", expect=expect))).status
    assert 1 == run("test", case_file(tmp_path, scar(pain="perhaps", expect=expect.replace("603", "601")))).status


def test_a_case_that_cannot_be_read_is_not_passed_over(tmp_path):
    """It is told, counted, and the status is 2."""
    found = run("test", case_file(tmp_path, scar("GOOD"), scar("BAD", pain="perhaps")))
    assert 2 == found.status
    assert "error CW603: Case BAD" in found.err
    assert "1 not read" in flat(found)


def test_decision_event_and_reason_of_a_privacy_case_are_compared(tmp_path):
    """Clause states are compared only when asked for, the three answers always."""
    right = "{decision: deny, confidence: certain, event: disclosure.refused, reason_code: no_consent}"
    assert 0 == run("test", insurer(tmp_path, expect=right)).status
    found = run("test", insurer(tmp_path, expect=right.replace("no_consent", "opt_out")))
    assert (1, True) == (found.status, "I1: the reason code is expected to be opt_out, and is no_consent." in flat(found))
    words = insurer(tmp_path, expect=right.replace("}", ", clauses: {B-PRIV-4: met}}"))
    assert 0 == run("test", words).status
    strict = run("test", words, "--strict")
    assert (1, True) == (strict.status, "clause B-PRIV-4 is expected to be met, and is not_met." in flat(strict))


def test_an_arguable_privacy_case_may_take_its_alternative(tmp_path):
    """The other decision is allowed where the case says so, and counted apart."""
    expect = "{decision: hold, confidence: arguable, event: disclosure.held, alternative: {decisions: [deny]}}"
    found = run("test", insurer(tmp_path, expect=expect))
    assert (0, True) == (found.status, "1 as an allowed alternative (I1)" in flat(found))


def test_the_coverage_names_the_clauses_that_no_case_reached(tmp_path):
    """One case leaves most clauses unseen in most states, and each is named under its document."""
    cases = case_file(tmp_path, scar())
    covered = {one["document"]: one for one in run("test", cases, "--json").objects[1:]}
    assert "A-II.T" in covered["AR.CP.MP.31"]["never"]["met"]
    assert "A-I.A.3" not in covered["AR.CP.MP.31"]["never"]["met"]
    assert "L7.approve" in covered["AR.CP.MP.31"]["never_decided"]
    assert "L6.approve" not in covered["AR.CP.MP.31"]["never_decided"]
    assert "never met: A-I.A.1," in run("test", cases).out


@pytest.mark.slow
def test_every_bundled_case_comes_out_as_expected():
    """The golden cases beside the documents and the worked examples all pass, whatever they name."""
    found = run("test")
    assert 0 == found.status, found.out + found.err


def test_the_shared_cases_come_out_as_expected(shared):
    """The example cases of the field pass, certain ones as expected, arguable ones as expected or as an alternative."""
    found = run("test", shared / "cases" / "cases.yaml")
    assert 0 == found.status, found.out + found.err

"""Mutation of documents: every kind of change is made, and what no case watches over survives."""

from pathlib import Path

import pytest

from clausewise.policy.library import Library
from tools.golden import Golden, goldens_of_file
from tools.mutant_tests import edits_of_test
from tools.mutants import Mutant, mutants_of
from tools.mutate_documents import CHECKER, Court, Verdict, equivalents, excuse, out_of_date, report, survivors

POLICY = """---
document: MADE.UP
kind: policy
title: A made-up policy
revision: 1
in force: 2025-01-01 onward
plans: any
source: made up
---

# A made-up policy

## I. What is necessary

A service is **medically necessary** when **all of**:

- I.A The part is abnormal `structure is abnormal`
- I.B It hurts or limits function `pain or function_limited`

> **Readings of I.B**: the comma may mean both.
> - *either*, ratified by this package on 2026-11-21, provisional: as above
> - *both*: `pain and function_limited`

> **Note on I.B**: said for people.

## Ladder

- (S1) It is necessary: **approve** (other) **when** `clause I`
- (S2) It is not: **propose not necessary** (other) **when** `always`

## Nature

- (SN1) any part: **reconstructive** **when** `always`

## Answers (in order, best first)

| disposition | code | necessity | basis | rank |
|---|---|---|---|---|
| approve | APPROVE_MN | necessary | criterion | 1 |
| ask | PEND_INFO | undetermined | undetermined | 2 |
| propose not necessary | PROPOSE_NOT_MN | not_necessary_proposed | none | 4 |

## Facts

| fact | question | answer | if absent | where to look | cost |
|---|---|---|---|---|---|
| structure | Is the part abnormal? | abnormal, normal | unknown | exam note | 1 |
| pain | Does it hurt? | yes or no | no | exam note | 1 |
| function_limited | Does it limit function? | yes or no | unknown | exam note | 1 |
"""
ANSWERS = {"structure": ("abnormal", "normal"), "pain": ("yes", "no"), "function_limited": ("yes", "no")}
CASES = """
clinical:
  - id: painful
    plan: some_plan
    service_date: '2026-03-16'
    facts: {structure: abnormal, pain: true, function_limited: false}
    lines:
      - code: '13101'
        expect: {nature: reconstructive, disposition: APPROVE_MN, clauses: {I.B: met}}
"""


@pytest.fixture
def mutants() -> tuple[Mutant, ...]:
    """All mutants of the made-up policy."""
    return mutants_of("made-up.md", POLICY, ANSWERS)


def goldens(tmp_path: Path, cases: str = CASES) -> tuple[Golden, ...]:
    """The cases of a text, read from a file as the bundled ones are."""
    path = tmp_path / "cases.yaml"
    path.write_text(cases, encoding="utf-8")
    return goldens_of_file(path, "cases.yaml", Library({"made-up.md": POLICY.encode()}))


def court(tmp_path: Path, cases: str = CASES) -> Court:
    """A court before which mutants of the made-up policy are brought."""
    return Court({"made-up.md": POLICY.encode()}, goldens(tmp_path, cases))


def one(mutants: tuple[Mutant, ...], label: str, change: str) -> Mutant:
    """The mutant of a name."""
    return next(mutant for mutant in mutants if (mutant.label, mutant.change) == (label, change))


@pytest.mark.parametrize(
    ("label", "change", "text"),
    [
        ("front matter plans", "deleted", ""),
        ("front matter in force", "2025-01-01 -> 2024-12-31", "in force: 2024-12-31 onward"),
        ("sentence of I. What is necessary", "all of -> one of", "A service is **medically necessary** when **one of**:"),
        ("I.A", "deleted", ""),
        ("I.A", "structure is abnormal -> normal", "- I.A The part is abnormal `structure is normal`"),
        ("I.B", "or -> and before function_limited", "- I.B It hurts or limits function `pain and function_limited`"),
        ("I.B", "without `pain`", "- I.B It hurts or limits function `function_limited`"),
        ("reading both of I.B", "deleted", ""),
        ("S1", "approve -> approve by mandate", "- (S1) It is necessary: **approve by mandate** (other) **when** `clause I`"),
        ("S1", "reason other -> open_list", "- (S1) It is necessary: **approve** (open_list) **when** `clause I`"),
        ("S1", "swapped with S2", "- (S1) It is not: **propose not necessary** (other) **when** `always`"),
        ("Answers: ask", "rank: 2 + 1", "| ask | PEND_INFO | undetermined | undetermined | 3 |"),
        (
            "Facts: structure",
            "answer: without normal",
            "| structure | Is the part abnormal? | abnormal | unknown | exam note | 1 |",
        ),
        ("Facts: pain", "if absent: default no -> yes", "| pain | Does it hurt? | yes or no | yes | exam note | 1 |"),
    ],
)
def test_every_kind_of_change_is_made(mutants, label, change, text):
    """A line is deleted or written as an author's slip would write it, and nothing else is touched."""
    mutant = one(mutants, label, change)
    before, after = POLICY.split("\n"), mutant.text.split("\n")
    written = before[: mutant.line - 1] + ([text] if text else []) + before[mutant.line :]
    assert written[: mutant.line] == after[: mutant.line]
    assert len(written) == len(after)


def test_a_ratification_moves_to_another_reading(mutants):
    """The reading that was ratified no longer is, and the other one is."""
    mutant = one(mutants, "reading either of I.B", "ratification moved to reading both of I.B")
    assert "> - *either*: as above" in mutant.text
    assert "> - *both*, ratified by this package on 2026-11-21, provisional: `pain and function_limited`" in mutant.text


def test_what_only_people_read_is_marked(mutants):
    """Titles, notes, plain prose and costs are counted and not tried."""
    prose = {(mutant.label, mutant.change) for mutant in mutants if mutant.prose}
    assert {"without `pain`": True, "or -> and before function_limited": False} == {
        mutant.change: mutant.finer
        for mutant in mutants
        if mutant.label == "I.B" and mutant.change.startswith(("without `p", "or"))
    }
    assert {("front matter title", "deleted"), ("note on I.B", "deleted"), ("Facts: pain", "cost: cost 1 -> 4")} <= prose
    assert not {label for label, _ in prose} & {"I.A", "I.B", "S1", "front matter plans"}


def test_every_mutant_has_a_name_of_its_own(mutants):
    """Names serve as keys in the list of mutants that change nothing."""
    assert len({mutant.key for mutant in mutants}) == len(mutants)
    assert all(mutant.text != POLICY for mutant in mutants)


@pytest.mark.parametrize(
    ("test", "edits"),
    [
        ("age >= 18 years", {"age > 18 years", "age >= 17 years", "age >= 19 years"}),
        ("not scar", {"scar"}),
        ("at least 2 of (a, b, c)", {"at least 1 of (a, b, c)", "at least 3 of (a, b, c)"}),
        ("cause is one of (burn, cut)", {"cause is one of (cut)", "cause is one of (burn)"}),
        ("a and (b or c)", {"a or (b or c)", "a and (b and c)", "(b or c)", "a", "a and (c)", "a and (b)"}),
        ("clause I under any reading may be met", {"clause I may be met", "clause I under any reading"}),
        (
            "bmi between 30 and 35",
            {"bmi between 29 and 35", "bmi between 31 and 35", "bmi between 30 and 34", "bmi between 30 and 36"},
        ),
        ("code is 19342", {"code is 19343"}),
        ("pain known", {"pain raised"}),
    ],
)
def test_a_test_is_changed_in_one_place(test, edits):
    """Connectors, `not`, answers, thresholds and operands change one at a time."""
    assert edits == {new for _, new in edits_of_test(test, {})}


def test_a_case_kills_what_it_watches_over(tmp_path, mutants):
    """Without pain as a ground the painful part comes out otherwise."""
    verdict = court(tmp_path).try_mutant(one(mutants, "I.B", "without `pain`"))
    assert ("cases.yaml: painful", "cases") == (verdict.killer, verdict.fate)


def test_what_no_case_watches_over_survives(tmp_path, mutants):
    """No case asks for a limited function, so nobody notices when it goes."""
    assert "" == court(tmp_path).try_mutant(one(mutants, "I.B", "without `function_limited`")).killer


def test_a_broken_document_is_the_checkers(tmp_path, mutants):
    """Without its ladder's heading the policy cannot be used."""
    assert CHECKER == court(tmp_path).try_mutant(one(mutants, "heading Ladder", "deleted")).killer


def test_a_case_that_fails_already_is_told(tmp_path):
    """Before anything is changed every case must come out as expected."""
    assert [] == [*court(tmp_path).failing()]
    assert 1 == len([*court(tmp_path, CASES.replace("APPROVE_MN", "PEND_INFO")).failing()])


@pytest.mark.parametrize(
    ("stated", "agrees"),
    [
        ("necessity: necessary", True),
        ("necessity: undetermined", False),
        ("missing: []", True),
        ("missing: [pain]", False),
        ("readings: [I.B both = false]", True),
        ("readings: [I.B both = true]", False),
        ("readings: ['I.B either adopted by this package on 2026-11-21, provisionally']", True),
        ("says: [It is necessary]", True),
        ("says_not: [It is necessary]", False),
        ("documents: [MADE.UP 1]", True),
        ("documents: [MADE.UP 2]", False),
    ],
)
def test_a_bundled_case_may_state_more_of_a_line(tmp_path, stated, agrees):
    """What a case states beyond the page on case files must be so."""
    cases = CASES.replace("clauses: {I.B: met}", stated)
    assert agrees == (not [*court(tmp_path, cases).failing()])


def test_a_listed_mutant_is_excused_and_an_old_name_is_told(tmp_path, mutants):
    """A name, or a name with a star, excuses a survivor; one whose mutants are all noticed is out of date."""
    path = tmp_path / "equivalent.txt"
    path.write_text(
        "# why\nmade-up.md | I.B | without * | one ground is enough\nmade-up.md | I.A | deleted | gone\n", encoding="utf-8"
    )
    listed, verdict = equivalents(path), Verdict(one(mutants, "I.B", "without `pain`"), "")
    assert "made-up.md | I.B | without *" == excuse(verdict.mutant, listed)
    assert [] == survivors([verdict], listed)
    assert [verdict] == survivors([verdict], {})
    noticed = Verdict(one(mutants, "I.A", "deleted"), "cases.yaml: painful")
    assert ["made-up.md | I.A | deleted"] == out_of_date([verdict, noticed], listed)


def test_the_report_counts_and_names_survivors(mutants):
    """Each document has its counts, each survivor its line."""
    verdicts = [Verdict(one(mutants, "I.A", "deleted"), CHECKER), Verdict(one(mutants, "I.B", "without `pain`"), "")]
    head, counts, survivor = report(verdicts, {"made-up.md": 3}, {}, with_shared=False)
    assert ["document", "mutants", "checker", "cases", "traces", "equivalent", "surviving", "fault", "prose"] == head.split()
    assert ["made-up.md", "2", "1", "0", "0", "0", "1", "0", "3"] == counts.split()
    assert survivor.startswith("SURVIVES 18: made-up.md | I.B")

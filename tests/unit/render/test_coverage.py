"""Which states a clause can have, and which were seen."""

from dataclasses import replace
from datetime import date

import pytest

from clausewise.compiler.compiled import CompiledClause, CompiledPolicy
from clausewise.compiler.program import Operation, Program
from clausewise.render.coverage import Coverages
from clausewise.render.report_rows import FileReport, report_rows
from clausewise.render.rows import page
from clausewise.vocab import criterion as c
from clausewise.vocab.determination import ClauseState, StepMark
from clausewise.vocab.truth import Truth
from clausewise.wiring.setting import open_setting


@pytest.fixture(scope="module")
def policy() -> CompiledPolicy:
    """A real policy whose program the tests replace."""
    compiled = open_setting(cache=False).compiled.policy("CLINIC.CR", date(2026, 3, 16))
    assert isinstance(compiled, CompiledPolicy)
    return compiled


def possible(policy: CompiledPolicy, atoms: tuple[c.Test, ...], *operations: Operation) -> set[str]:
    """The states that the last register can have, in words."""
    last = len(atoms) + len(operations) - 1
    clause = CompiledClause("X", last, None, False)
    coverages = Coverages()
    coverages.add(replace(policy, ids="", program=Program(atoms, operations), clauses=(clause,), steps=()), {}, ())
    return {truth.name for truth in coverages.by_document[policy.policy].possible["X"]}


FACT = c.Is("scar", ("yes",))


@pytest.mark.parametrize(
    ("atoms", "operations", "expected"),
    [
        ((FACT,), (), {"TRUE", "FALSE", "UNKNOWN"}),
        ((c.Raised("scar"),), (), {"TRUE", "FALSE"}),
        ((c.Is("action", ("view",)),), (), {"TRUE", "FALSE"}),
        ((c.Constant(True),), (), {"TRUE"}),
        ((c.Unread("it"),), (), {"UNKNOWN"}),
        ((FACT, c.Constant(False)), (Operation("all", (0, 1)),), {"FALSE"}),
        ((FACT, c.Constant(False)), (Operation("any", (0, ~1)),), {"TRUE"}),
        ((c.Raised("a"), c.Raised("b")), (Operation("atleast", (0, 1), 1),), {"TRUE", "FALSE"}),
        ((FACT,), (Operation("known", (0,)),), {"TRUE", "FALSE"}),
    ],
)
def test_a_clause_can_be_what_its_tests_allow(policy, atoms, operations, expected):
    """The truths of the tests are carried up through every kind of operation."""
    assert expected == possible(policy, atoms, *operations)


def test_what_was_seen_is_no_longer_lacking(policy):
    """Each state counts once seen, and a step once it decided."""
    coverages = Coverages()
    clause = policy.ids + policy.clauses[0].clause
    step = policy.steps[0].clause
    coverages.add(policy, {clause: ClauseState.MET}, (StepMark(step, Truth.TRUE, "ask", decided=True),))
    coverage = coverages.by_document[policy.policy]
    assert clause not in coverage.lacking(Truth.TRUE)
    assert clause in coverage.lacking(Truth.FALSE)
    assert step not in coverage.undecided_steps()
    coverages.add(policy, {clause: ClauseState.NOT_FIRED}, ())
    assert clause not in coverage.lacking(Truth.FALSE)


def test_the_report_counts_and_names():
    """Cases as expected, as an alternative, otherwise and not read are counted apart, and each failure is a sentence."""
    report = FileReport("a.yaml", unreadable=1)
    report.count("A", [], False)
    report.count("B", [], True)
    report.count("C", ["C: it is otherwise."], False)
    text = page(report_rows([report], {}), 120)
    assert "✗ a.yaml: 3 cases, 1 as expected, 1 as an allowed alternative (B), 1 otherwise, 1 not read" in text
    assert "  C: it is otherwise." in text
    assert "Of 3 cases, 1 came out otherwise; 1 could not be read." in text


def test_a_run_without_a_case_says_so():
    """Where nothing could be read there is no count of nothing and no empty heading."""
    assert "✗ a.yaml: not read\n\nNo case was compared; 1 could not be read." == page(
        report_rows([FileReport("a.yaml", unreadable=1)], {}), 120
    )

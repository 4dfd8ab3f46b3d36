"""Clinical cases as authorization requests."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from clausewise.payer.intake import read_instant, read_requests
from clausewise.policy.case_file import read_cases
from clausewise.policy.case_tree import plain, read_tree
from clausewise.vocab.document import Answer, AnswerKind, FactDeclaration
from clausewise.vocab.problem import Problem
from clausewise.vocab.request import AuthorizationRequest, Documentation
from tests.unit.payer.declared import FACTS, PLANS, declared

KINDS = {
    "boolean": AnswerKind.YES_NO,
    "choice": AnswerKind.CHOICE,
    "integer": AnswerKind.NUMBER,
    "date": AnswerKind.DATE,
    "text": AnswerKind.TEXT,
    "instant": AnswerKind.TEXT,
}
SHARED_PLANS = ("qualchoice", "ambetter_ar", "ar_total_care")


def read(**case: Any) -> tuple[AuthorizationRequest, tuple[Problem, ...]]:
    """Return the one request made of a case, with whatever the test leaves out filled in, and the problems."""
    whole = {"id": "A", "service_date": "2026-03-16", "lines": [{"code": "11200"}]} | case
    requests, problems = _read({"clinical": [whole]})
    return requests[0], problems


def _read(cases: dict[str, Any]) -> tuple[tuple[AuthorizationRequest, ...], tuple[Problem, ...]]:
    case_file, unread = read_cases(json.dumps(cases).encode(), "cases.json")
    requests, problems = read_requests(case_file, FACTS, PLANS)
    return requests, unread + problems


def test_a_case_with_little_says_little():
    """What a case does not say is absent from the request, never filled in."""
    request, problems = read()
    assert () == problems
    assert ({}, (), None, None, None) == (
        request.facts,
        request.diagnoses,
        request.birth_date,
        request.received_at,
        request.documents,
    )
    assert ("A", date(2026, 3, 16), "plan", ()) == (
        request.case,
        request.service_date,
        request.assessor,
        request.evidence,
    )


def test_the_frame_is_facts_under_their_own_names():
    """Plan, coverage and the like stand among the facts, unknown as None."""
    request, _ = read(plan="qualchoice", line_of_business="medicare_advantage", state="unknown", urgency="expedited")
    expected = {"plan": "qualchoice", "line_of_business": "medicare_advantage", "state": None, "urgency": "expedited"}
    assert expected == request.facts


def test_the_declaration_of_a_frame_fact_counts():
    """A frame fact that the documents declare is held to that declaration."""
    case_file, _ = read_cases(b"{id: A, service_date: 2026-03-16, funding: trust, lines: [{code: '11200'}]}", "a.yaml")
    _, problems = read_requests(case_file, FACTS)
    assert ["Case A: `funding` is `trust`, which is not one of its answers."] == [p.message for p in problems]


def test_any_plan_may_be_named_where_none_are_known():
    """Without a list of plans a name is taken as it is; with one, `other_plan` is always allowed."""
    case_file, _ = read_cases(b"{id: A, service_date: 2026-03-16, plan: mine, lines: [{code: '11200'}]}", "a.yaml")
    requests, problems = read_requests(case_file, FACTS)
    assert ((), "mine") == (problems, requests[0].facts["plan"])
    assert "other_plan" == read(plan="other_plan")[0].facts["plan"]


@pytest.mark.parametrize("beside", [True, False])
def test_dates_of_the_request_may_stand_beside_the_facts_or_among_them(beside):
    """Birth date and receipt are kept by the request itself, wherever they were given, and are no facts."""
    given = {"birth_date": "2000-01-02", "received_at": "2026-03-01T09:30:00-05:00"}
    request, problems = read(**given) if beside else read(facts=given)
    zone = timezone(timedelta(hours=-5))
    assert ((), {}) == (problems, request.facts)
    assert (date(2000, 1, 2), datetime(2026, 3, 1, 9, 30, tzinfo=zone)) == (request.birth_date, request.received_at)


def test_who_assesses_is_no_fact():
    """`assessor` turns the request over to the clinic's own policy; unknown leaves it with the plan."""
    request, _ = read(facts={"assessor": "clinic", "scar": True})
    assert ("clinic", {"scar": True}) == (request.assessor, request.facts)
    assert "plan" == read(facts={"assessor": "unknown"})[0].assessor


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-16", datetime(2026, 3, 16, tzinfo=UTC)),
        ("2026-03-16T09:30", datetime(2026, 3, 16, 9, 30, tzinfo=UTC)),
        ("2026-03-16 09:30:15Z", datetime(2026, 3, 16, 9, 30, 15, tzinfo=UTC)),
        ("2026-03-16T09:30:15.250+00:00", datetime(2026, 3, 16, 9, 30, 15, 250000, tzinfo=UTC)),
        ("2026-02-30T09:30", None),
        ("20260316T0930", None),
        ("yesterday", None),
    ],
)
def test_an_instant_always_has_an_offset(text, expected):
    """An instant without an offset is Universal Time, a day its first moment, and anything else none."""
    assert expected == read_instant(text)


def test_a_line_has_its_own_facts_and_diagnoses():
    """A line's facts stay with it; without its own diagnoses it rests on the case's."""
    lines = [{"code": "11200", "facts": {"scar": False}, "diagnoses": "L91.0"}, {"code": "11201", "units": 3}]
    request, problems = read(facts={"scar": True}, diagnoses=["L91.8", "R52"], lines=lines)
    first, second = request.lines
    assert ((), {"scar": True}, ("L91.8", "R52")) == (problems, request.facts, request.diagnoses)
    assert (1, {"scar": False}, ("L91.0",), 1) == (first.number, first.facts, first.diagnoses, first.units)
    assert (2, {}, None, 3) == (second.number, second.facts, second.diagnoses, second.units)


@pytest.mark.parametrize(
    ("modifier", "expected"),
    [("LT", ("LT",)), ("LT, 59", ("LT", "59")), (["RT", "50"], ("RT", "50")), (None, ()), ([], ())],
)
def test_modifiers_are_a_text_or_a_list(modifier, expected):
    """Every way to write modifiers gives them in their order."""
    request, problems = read(lines=[{"code": "11200", "modifier": modifier}])
    assert ((), expected, ()) == (problems, request.lines[0].modifiers, request.lines[0].problems)


@pytest.mark.parametrize("code", ["1120", "112000", "ABCDE", "g0429", "11 00", "", None, "unknown"])
def test_a_malformed_code_stays_with_its_line(code):
    """The case is read; the line carries the problem, and the other lines have none."""
    request, problems = read(lines=[{"code": code}, {"code": "G0429"}, {"code": "0001F"}])
    assert () == problems
    assert [["CW610"], [], []] == [[problem.code for problem in line.problems] for line in request.lines]
    assert "cases.json" == request.lines[0].problems[0].file


def test_expectations_are_kept_as_they_were_written():
    """What a case expects is plain texts, lists and mappings, one for each line, empty where it expects nothing."""
    lines = [{"code": "11200", "expect": {"clauses": {"A-I": "met"}, "notes": ["x", 1]}}, {"code": "11201"}]
    request, _ = read(lines=lines, expect={"rollup": "SPLIT", "needs_code": True})
    assert {"rollup": "SPLIT", "needs_code": "true"} == request.expect
    assert ({"clauses": {"A-I": "met"}, "notes": ["x", "1"]}, {}) == request.line_expectations


def test_documents_listed_are_the_complete_list():
    """A list names the papers that are there; absent or unknown means that the case does not say."""
    listed = [
        {"type": "Chart note", "date": "2026-01-01"},
        {"type": "photograph", "view": "frontal", "shows": ["rash", "ulcer"], "name": "a.jpg"},
    ]
    attributes = (("view", "frontal"), ("shows", "rash"), ("shows", "ulcer"))
    request, problems = read(documents=listed)
    papers = (
        Documentation("chart_note", date(2026, 1, 1)),
        Documentation("photograph", None, attributes, "a.jpg"),
    )
    assert ((), papers) == (problems, request.documents)
    assert [None, ()] == [read(documents="unknown")[0].documents, read(documents=[])[0].documents]


def test_a_case_that_cannot_be_read_silences_no_other():
    """The good cases before and after it are read, and only its own problems are told."""
    good = {"service_date": "2026-03-16", "lines": [{"code": "11200"}]}
    requests, problems = _read({"clinical": [good | {"id": "A"}, {"id": "B"}, good | {"id": "C"}]})
    assert ["A", "C"] == [request.case for request in requests]
    assert {True} == {problem.message.startswith("Case B: ") for problem in problems}


def test_every_shared_case_is_read_without_a_problem(shared):
    """All clinical cases of the shared file are read by the declarations of its own dictionary."""
    data = (shared / "cases" / "cases.yaml").read_bytes()
    root = read_tree(data)
    assert not isinstance(root, Problem)
    dictionary = plain(root)["fact_dictionary"]
    facts = declared(*((name, _answer(entry)) for name, entry in dictionary.items()))
    case_file, unread = read_cases(data, "cases.yaml")
    requests, problems = read_requests(case_file, facts, SHARED_PLANS)
    assert ((), (), []) == (unread, problems, [r.case for r in requests if any(line.problems for line in r.lines)])
    assert len(plain(root)["clinical"]) == len(requests) > 50
    assert Decimal(8) == next(request for request in requests if request.case == "C019").facts["age"]


def _answer(entry: dict[str, Any]) -> Answer:
    return Answer(KINDS[entry["type"]], tuple(entry.get("values", ())))


def test_the_parser_is_loaded_by_the_first_file_only():
    """Importing the readers of cases does not import YAML: a command that reads no case does not wait for it."""
    script = "import sys, clausewise.payer.intake, clausewise.clinic.intake; sys.exit('yaml' in sys.modules)"
    assert 0 == subprocess.run([sys.executable, "-c", script]).returncode


def test_a_declared_fact_needs_no_frame():
    """A declaration of a plan's own wins where no list of plans is given."""
    plan = FactDeclaration("plan", "", Answer(AnswerKind.CHOICE, ("mine",)))
    case_file, _ = read_cases(b"{id: A, service_date: 2026-03-16, plan: mime, lines: [{code: '11200'}]}", "a.yaml")
    _, problems = read_requests(case_file, {"plan": plan})
    assert ["Did you mean `mine`?"] == [problem.help for problem in problems]

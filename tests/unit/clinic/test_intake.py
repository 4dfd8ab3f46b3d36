"""Privacy cases as privacy requests."""

import json
from typing import Any

from clausewise.clinic.intake import read_privacy_requests
from clausewise.policy.case_file import read_cases
from clausewise.policy.case_tree import plain, read_tree
from clausewise.vocab.document import Answer, AnswerKind, FactDeclaration
from clausewise.vocab.problem import Problem
from clausewise.vocab.request import PrivacyRequest

KINDS = {
    "boolean": AnswerKind.YES_NO,
    "choice": AnswerKind.CHOICE,
    "integer": AnswerKind.NUMBER,
    "text": AnswerKind.TEXT,
}
FACTS = {
    "emergency": FactDeclaration("emergency", "", Answer(AnswerKind.YES_NO)),
    "actor": FactDeclaration("actor", "", Answer(AnswerKind.CHOICE, ("insurer", "court"))),
}


def read(*cases: dict[str, Any]) -> tuple[tuple[PrivacyRequest, ...], tuple[Problem, ...]]:
    """Return the requests made of privacy cases, and the problems."""
    case_file, unread = read_cases(json.dumps({"privacy": cases}).encode(), "cases.json")
    assert () == unread
    return read_privacy_requests(case_file, FACTS)


def test_a_privacy_case_is_a_request():
    """Who, what, and what is known of it; expectations are kept as written."""
    case = {"id": "P", "actor": "insurer", "action": "disclose", "narrative": "An insurer asks.", "expect": {"x": True}}
    requests, problems = read(case | {"facts": {"emergency": "unknown"}})
    assert () == problems
    expected = PrivacyRequest("P", "insurer", "disclose", {"emergency": None}, "An insurer asks.", (), {"x": "true"})
    assert (expected,) == requests


def test_an_actor_who_is_not_known_is_unknown():
    """`unknown` stays the word it is: somebody asks, and nobody can say who."""
    assert "unknown" == read({"id": "P", "actor": "unknown", "action": "disclose"})[0][0].actor


def test_a_declared_actor_is_held_to_the_list():
    """Where the notice lists who may ask, another word is a problem and not a request."""
    requests, problems = read({"id": "P", "actor": "insurers", "action": "disclose"})
    assert ((), ["Did you mean `insurer`?"]) == (requests, [problem.help for problem in problems])


def test_a_privacy_case_that_cannot_be_read_silences_no_other():
    """The good cases around it are read."""
    good = {"actor": "court", "action": "disclose"}
    requests, problems = read(good | {"id": "A"}, {"id": "B"}, good | {"id": "C"})
    assert ["A", "C"] == [request.case for request in requests]
    assert ["Case B: `actor` is missing.", "Case B: `action` is missing."] == [p.message for p in problems]


def test_every_shared_privacy_case_is_read_without_a_problem(shared):
    """All privacy cases of the shared file are read by the declarations of its own vocabulary."""
    data = (shared / "cases" / "cases.yaml").read_bytes()
    root = read_tree(data)
    assert not isinstance(root, Problem)
    vocabulary = plain(root)["privacy_vocabulary"]
    facts = {name: _declaration(name, entry) for name, entry in vocabulary["facts"].items()}
    facts |= {
        name: _declaration(name, {"type": "choice", "values": vocabulary[f"{name}s"]}) for name in ("actor", "action")
    }
    case_file, unread = read_cases(data, "cases.yaml")
    requests, problems = read_privacy_requests(case_file, facts)
    assert ((), ()) == (unread, problems)
    assert len(plain(root)["privacy"]) == len(requests) > 10


def _declaration(name: str, entry: dict[str, Any]) -> FactDeclaration:
    return FactDeclaration(name, "", Answer(KINDS[entry["type"]], tuple(entry.get("values", ()))))

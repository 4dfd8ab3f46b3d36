"""The history of a request: what was taken back stays in it and does not count, and what was taken back does nothing."""

from clausewise.payer.intake import read_request_directory
from clausewise.vocab.request import AuthorizationRequest
from tests.unit.payer.declared import FACTS

CASE = "id: H\nservice_date: 2026-03-16\nlines: [{code: '11200'}]\n"


def read(**documents: str) -> AuthorizationRequest:
    """Return the request of a directory; each document is a note named by its keyword, front matter without dashes."""
    files = {f"{name}.md": f"---\ntype: note\n{front}\n---\n".encode() for name, front in documents.items()}
    requests, problems = read_request_directory({"case.yaml": CASE.encode()} | files, FACTS)
    assert () == problems
    return requests[0]


def papers(request: AuthorizationRequest) -> list[str]:
    """Return the names of the papers that count."""
    return [paper.name for paper in request.documents or ()]


def void(request: AuthorizationRequest) -> dict[str, str]:
    """Return why the statements of a document no longer count, by document; empty where they do."""
    return {word.document: word.withdrawn for word in request.evidence}


def test_a_document_whose_withdrawal_was_withdrawn_counts():
    """A withdraws B, and B had withdrawn C: B is gone with what it did, and C counts."""
    request = read(a="withdraws: b.md because of a slip", b="withdraws: c.md\nfact aim: both", c="fact scar: yes")
    assert {"scar": True} == request.facts
    assert ["a.md", "c.md"] == papers(request)
    assert {"b.md": "withdrawn by a.md because of a slip", "c.md": ""} == void(request)


def test_names_and_dates_do_not_decide_which_withdrawal_comes_first():
    """The same three, named and dated the other way round, come out the same."""
    request = read(
        a="date: 2026-01-03\nfact scar: yes",
        b="date: 2026-01-02\nwithdraws: a.md\nfact aim: both",
        c="date: 2026-01-01\nwithdraws: b.md",
    )
    assert ({"scar": True}, ["a.md", "c.md"]) == (request.facts, sorted(papers(request)))


def test_of_four_withdrawals_in_a_row_every_second_one_holds():
    """A withdraws B, B had withdrawn C, and C had withdrawn D: C stands again, so D is gone."""
    request = read(a="withdraws: b.md", b="withdraws: c.md", c="withdraws: d.md\nfact aim: both", d="fact scar: yes")
    assert ({"aim": "both"}, ["a.md", "c.md"]) == (request.facts, papers(request))
    assert {"c.md": "", "d.md": "withdrawn by c.md"} == void(request)


def test_a_corrected_statement_stays_in_the_history_and_does_not_count():
    """The first answer is kept as it was said, marked with who corrected it; only the second is a fact, undisputed."""
    request = read(a="author: Dr. A. Example\nfact scar: yes", b="corrects: a.md because of a slip\nfact scar: no")
    assert ({"scar": False}, ()) == (request.facts, request.problems)
    first, second = request.evidence
    assert (True, "Dr. A. Example", "corrected by b.md because of a slip") == (first.value, first.said_by, first.withdrawn)
    assert (False, "") == (second.value, second.withdrawn)


def test_a_fact_that_only_a_withdrawn_document_stated_is_absent():
    """It is neither given nor unknown: what an absent fact means is then for its declaration to say."""
    request = read(a="fact scar: yes", b="withdraws: a.md")
    assert {} == request.facts
    assert {"a.md": "withdrawn by b.md"} == void(request)

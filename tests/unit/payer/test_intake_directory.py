"""A request that is a directory: what its documents say, and what becomes of contradictions and corrections."""

from datetime import date
from decimal import Decimal

from clausewise.payer.intake import read_request_directory
from clausewise.vocab.problem import Level, Problem
from clausewise.vocab.request import AuthorizationRequest, Documentation, Evidence, Measured
from tests.unit.payer.declared import FACTS

CASE = "id: D\nservice_date: 2026-03-16\nlines: [{code: '11200'}]\n"


def read(case: str = CASE, **documents: str) -> tuple[AuthorizationRequest, tuple[Problem, ...]]:
    """Return the request of a directory; each document is a note named by its keyword, front matter without dashes."""
    files = {f"documents/{name}.md": f"---\ntype: note\n{front}\n---\nProse.\n" for name, front in documents.items()}
    requests, problems = _read({"case.yaml": case} | files)
    return requests[0], problems


def _read(files: dict[str, str]) -> tuple[tuple[AuthorizationRequest, ...], tuple[Problem, ...]]:
    return read_request_directory({name: text.encode() for name, text in files.items()}, FACTS)


def told(request: AuthorizationRequest) -> list[tuple[str, str]]:
    """Return code and place of every warning of a request."""
    assert {Level.WARNING} >= {problem.level for problem in request.problems}
    return [(problem.code, f"{problem.file}:{problem.line}:{problem.column}") for problem in request.problems]


def test_documents_provided_are_facts():
    """Facts, with who said them and when, come from any document, one by one or in a block."""
    front = "date: 2026-02-01\nauthor: Dr. A. Example\nfact aim: function\nfacts:\n  scar: yes\n  causes: [trauma]"
    request, problems = read(note=front)
    assert ((), ()) == (problems, request.problems)
    assert {"aim": "function", "scar": True, "causes": ("trauma",)} == request.facts
    said = Evidence("aim", "function", "Dr. A. Example", date(2026, 2, 1), "documents/note.md")
    assert said == request.evidence[0]
    assert 3 == len(request.evidence)


def test_what_the_case_says_is_evidence_too():
    """The case file is named as the source of its own answers."""
    request, _ = read(CASE + "facts: {scar: unknown}\n")
    assert (Evidence("scar", None, document="case.yaml"),) == request.evidence


def test_the_papers_are_the_complete_list():
    """Notes, photographs and files with a description beside them are there; no paper at all is an empty list."""
    photograph = "type: photograph\ndate: 2026-01-05\nview: frontal\nposture: standing\nshows: rash, ulcer\n"
    files = {"case.yaml": CASE, "documents/a.jpg": "", "documents/b.JPG": "", "documents/b.JPG.meta": photograph}
    files |= {"documents/c.pdf": "%", "documents/c.pdf.meta": "type: Operation note\n", "documents/.hidden": ""}
    requests, problems = _read(files | {"documents/d.yaml": "type: letter\n"})
    attributes = (("view", "frontal"), ("posture", "standing"), ("shows", "rash"), ("shows", "ulcer"))
    papers = {
        Documentation("photograph", None, (), "documents/a.jpg"),
        Documentation("photograph", date(2026, 1, 5), attributes, "documents/b.JPG"),
        Documentation("operation_note", None, (), "documents/c.pdf"),
        Documentation("letter", None, (), "documents/d.yaml"),
    }
    assert ((), papers) == (problems, set(requests[0].documents or ()))
    assert () == read()[0].documents


def test_two_documents_that_contradict_each_other_leave_a_question():
    """The fact is unknown, both statements stay, and one warning names both documents."""
    request, problems = read(a="date: 2026-01-01\nfact scar: yes", b="date: 2026-02-01\nfact scar: no")
    assert ((), {"scar": None}) == (problems, request.facts)
    assert [True, False] == [word.value for word in request.evidence]
    assert [("CW620", "documents/b.md:4:6")] == told(request)
    assert all(f"`documents/{name}.md`" in request.problems[0].message for name in "ab")


def test_documents_that_agree_in_other_words_do_not_contradict():
    """450 g, 0.45 kg and 450 are one weight, and unknown contradicts nothing."""
    request, _ = read(a="fact weight: 450 g", b="fact weight: 0.45 kg", c="fact weight: 450", d="fact weight: unknown")
    assert () == request.problems
    assert Measured(Decimal(450), "g") == request.facts["weight"]


def test_a_fact_only_said_to_be_unknown_is_unknown():
    """A document that says it does not know leaves the fact given, as unknown."""
    assert {"scar": None} == read(a="fact scar: unknown")[0].facts


def test_the_case_wins_over_a_document_and_says_so():
    """A given fact stands, even as unknown; the contradiction is a warning at the document's line."""
    request, problems = read(CASE + "facts: {scar: unknown, aim: both}\n", a="fact scar: yes\nfact aim: both")
    assert ((), {"scar": None, "aim": "both"}) == (problems, request.facts)
    assert [("CW621", "documents/a.md:3:6")] == told(request)


def test_a_line_that_gives_the_documents_answer_does_not_contradict_it():
    """A document agrees with the case when one of its lines says the same."""
    case = "id: D\nservice_date: 2026-03-16\nlines: [{code: '11200', facts: {scar: yes}}, {code: '11201'}]\n"
    request, _ = read(case, a="fact scar: yes")
    assert (True, []) == (request.facts["scar"], told(request))


def test_a_corrected_statement_stays_and_does_not_count():
    """A correction replaces the facts it states again, and leaves the others and the paper where they are."""
    first = "fact scar: yes\nfact aim: both"
    request, problems = read(a=first, b="corrects: a.md because the other patient was meant\nfact scar: no")
    assert ((), ()) == (problems, request.problems)
    assert {"scar": False, "aim": "both"} == request.facts
    reasons = [word.withdrawn for word in request.evidence if word.document == "documents/a.md"]
    assert ["corrected by documents/b.md because the other patient was meant", ""] == reasons
    assert 2 == len(request.documents or ())


def test_a_withdrawn_document_is_no_longer_there():
    """All its statements stay as history; neither they nor the paper count."""
    request, _ = read(a="fact scar: yes\nfact aim: both", b="withdraws: documents/a.md\nfact scar: no")
    assert {"scar": False} == request.facts
    assert ["documents/b.md"] == [paper.name for paper in request.documents or ()]
    assert ["withdrawn by documents/b.md"] * 2 == [word.withdrawn for word in request.evidence][:2]


def test_a_withdrawn_correction_corrects_nothing():
    """When a correction is itself withdrawn, what it corrected counts again."""
    request, _ = read(a="fact scar: yes", b="corrects: a.md\nfact scar: no", c="withdraws: b.md because it was a slip")
    assert ({"scar": True}, ()) == (request.facts, request.problems)


def test_a_corrected_correction_is_followed_to_the_last():
    """Of a chain of corrections only the last statement counts."""
    request, _ = read(
        a="fact aim: both", b="corrects: a.md\nfact aim: function", c="corrects: b.md\nfact aim: appearance"
    )
    assert ({"aim": "appearance"}, ()) == (request.facts, request.problems)
    assert [True, True, False] == [bool(word.withdrawn) for word in request.evidence]


def test_a_document_that_cannot_be_read_keeps_the_request_from_being_decided():
    """Nothing is decided on half of the papers."""
    requests, problems = _read({"case.yaml": CASE, "documents/a.md": "no front matter"})
    assert ((), ["CW521"]) == (requests, [problem.code for problem in problems])


def test_a_document_may_speak_of_the_frame_but_not_of_the_day():
    """A document may state the line of business; the day of service is the case's alone."""
    assert {"line_of_business": "medicaid"} == read(a="fact line_of_business: medicaid")[0].facts
    requests, problems = _read({"case.yaml": CASE, "a.md": "---\ntype: note\nfact service_date: 2026-01-01\n---\n"})
    assert ((), ["CW601"]) == (requests, [problem.code for problem in problems])

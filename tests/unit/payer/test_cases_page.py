"""The page on cases shows what is really read: every sample, answer and key on it."""

import re
from pathlib import Path

import pytest

from clausewise.clinic import intake as clinic_intake
from clausewise.payer import documentation, expectations, intake, lines
from clausewise.policy.case_tree import Fields, Node, parse
from clausewise.policy.fact_table import read_answer
from clausewise.policy.fact_values import read_value
from clausewise.policy.source import Line, Page
from clausewise.vocab.document import AnswerKind, FactDeclaration
from clausewise.vocab.problem import Problem
from tests.cli.running import Run, run
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "cases.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXPECTED_LINE = ("nature", "disposition", "clauses", "reason", *expectations.STATED)
EXPECTED_CASE = ("confidence", "alternative", "rollup", "missing", "problem", "decision", "event", "reason_code")


def whole_files() -> list[tuple[str, str]]:
    """Return every sample that is a whole case file, with the code of the warning that it shows, if it does."""
    blocks = BLOCK.findall(PAGE)
    return [(warning, text) for kind, warning, text in blocks if kind == "yaml" and warning in ("", "CW613")]


def answers(column: int) -> list[tuple[str, str]]:
    """Return the samples in a column of the table of answers, each with the kind of answer it is a sample of."""
    table = PAGE.split("| declared as |", 1)[1].split("\n\n", 1)[0]
    rows = [row.split(" | ") for row in table.splitlines() if row.startswith("| `")]
    return [(spans(row[0])[0], sample) for row in rows for sample in spans(row[column])]


def spans(text: str) -> list[str]:
    """Return what stands in back-quotes."""
    return re.findall(r"`([^`]+)`", text)


def declared(answer: str) -> FactDeclaration:
    """Return a fact that is declared with an answer, which the reader of documents must know."""
    page = Page("docs/cases.md")
    fact = FactDeclaration("sample", "", read_answer(Line(1, 1, answer), page))
    assert not page.problems, answer
    return fact


def node(text: str) -> Node:
    """Return the tree of an answer as it stands after the name of its fact."""
    root = parse(f"sample: {text}")
    assert isinstance(root, Fields)
    return root.entries[0][1]


def warnings(decided: Run) -> list[tuple[str, str]]:
    """Return code and sentence of what lies beside the answers."""
    told = [problem for one in decided.objects for problem in one.get("problems", ())]
    return [(problem["code"], problem["message"]) for problem in told]


@pytest.mark.parametrize(("warning", "text"), whole_files())
def test_every_whole_file_comes_out_as_it_expects(warning: str, text: str, tmp_path: Path):
    """A sample file is read, decided and found as it expects, and warns of nothing but what the page says."""
    file = tmp_path / "cases.yaml"
    file.write_text(text, encoding="utf-8")
    tested = run("test", file, "--strict", "--no-cache", "--json")
    command = ("privacy", "decide") if text.startswith("privacy:") else ("determine",)
    decided = run(*command, file, "--no-cache", "--json")
    expected = re.findall(r"problem: (CW\d{3})", text)
    assert (0, "") == (tested.status, tested.err)
    assert [warning] * bool(warning) == [code for code, _ in warnings(decided)]
    assert (2 if expected else 0, expected) == (decided.status, re.findall(r"error (CW\d{3})", decided.err))
    assert decided.objects


def test_the_page_has_samples_of_every_kind():
    """The page shows clinical and privacy cases, a warning, and a directory of at least five papers."""
    files = whole_files()
    assert 4 <= len(files)
    assert {"", "CW613"} == {warning for warning, _ in files}
    assert any(text.startswith("privacy:") for _, text in files)
    assert 5 <= len([place for _, place, _ in BLOCK.findall(PAGE) if place.startswith("documents/")])


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The request directory of the page, with an empty file beside each description."""
    folder = tmp_path_factory.mktemp("request")
    for _, place, text in BLOCK.findall(PAGE):
        if place == "case.yaml" or place.startswith("documents/"):
            (folder / place).parent.mkdir(exist_ok=True)
            (folder / place).write_text(text, encoding="utf-8")
            (folder / place.removesuffix(".meta")).touch()
    return folder


@pytest.fixture(scope="module")
def decided(directory: Path) -> Run:
    """What determining the directory prints."""
    return run("determine", directory, "--no-cache", "--json")


def test_the_directory_warns_of_its_two_contradictions(decided: Run):
    """The note against the note leaves a question, the note against the case does not, and nothing else is wrong."""
    told = dict(warnings(decided))
    assert (0, ["CW620", "CW621"]) == (decided.status, sorted(code for code, _ in warnings(decided)))
    assert "`scar_unstable`" in told["CW620"]
    assert "`aim`" in told["CW621"]
    assert "scar_unstable" in decided.objects[0]["missing"]
    assert "aim" not in decided.objects[0]["missing"]


def test_the_directory_comes_out_as_it_expects(directory: Path):
    """The expectations of its `case.yaml` hold."""
    assert 0 == run("test", directory, "--no-cache", "--json").status


def test_the_directory_counts_neither_what_was_corrected_nor_what_was_withdrawn(directory: Path):
    """The correction of the cause and the recall of the letter take effect, and both stay in the history."""
    files = {path.relative_to(directory).as_posix(): path.read_bytes() for path in directory.rglob("*") if path.is_file()}
    named = {name for content in files.values() for name in re.findall(r"(?:fact |  )(\w+):", content.decode())}
    facts = dict.fromkeys((*named, "functional_impairment"), declared("yes or no"))
    facts |= dict.fromkeys(("aim", "cause", "conservative_therapy", "structure"), declared("text"))
    requests, problems = intake.read_request_directory(files, facts)
    assert () == problems
    assert "trauma" == requests[0].facts["cause"]
    assert "conservative_therapy" not in requests[0].facts
    void = {(word.fact, word.withdrawn) for word in requests[0].evidence if word.withdrawn}
    assert {
        ("cause", "corrected by documents/addendum.md because the wrong line of the form was ticked"),
        ("conservative_therapy", "withdrawn by documents/recall.md because it belongs to somebody else"),
    } == void


@pytest.mark.parametrize(("answer", "sample"), answers(1))
def test_every_answer_of_the_table_is_read(answer: str, sample: str):
    """What the table says to write fits the declaration beside it."""
    if answer != "documents":
        assert not isinstance(read_value(node(sample), declared(answer)), Problem)


@pytest.mark.parametrize(("answer", "sample"), answers(2))
def test_every_wrong_answer_of_the_table_is_told(answer: str, sample: str):
    """What the table says not to write is a Problem."""
    assert isinstance(read_value(node(sample), declared(answer)), Problem)


def test_the_table_has_every_kind_of_answer():
    """No kind of answer is left out, neither among the samples nor among the mistakes."""
    for column in (1, 2):
        assert set(AnswerKind) == {declared(answer).answer.kind for answer, _ in answers(column)}


@pytest.mark.parametrize(
    "keys",
    [
        intake.CASE_KEYS,
        lines.LINE_KEYS,
        clinic_intake.CASE_KEYS,
        documentation.FRONT_KEYS,
        documentation.LISTED_KEYS,
        EXPECTED_LINE,
        EXPECTED_CASE,
    ],
)
def test_every_key_is_on_the_page(keys: tuple[str, ...]):
    """Each key that a case, a line, a paper or an expectation may have is explained in the text."""
    prose = spans(BLOCK.sub("", PAGE))
    assert [] == [key for key in keys if not any(re.search(rf"\b{key}\b", span) for span in prose)]

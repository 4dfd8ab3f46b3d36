"""The language page is the reference: every test and sample it shows is read."""

import re
from pathlib import Path

import pytest

from clausewise.policy.amend import as_written, consolidate, document_of
from clausewise.policy.expression import read_test
from clausewise.policy.read import read
from clausewise.vocab.problem import has_errors

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "language.md").read_text(encoding="utf-8")
SHORTHAND = re.compile(r"^(\(|on |at most|not in|I\.A)|\.\.\.|\bC\b| / |^w on each|^and one of|^of \(")


def table_tests() -> list[str]:
    """Return the tests in the first column of the table of tests, shorthands for several left out."""
    table = PAGE.split("## Tests", 1)[1].split("\n## ", 1)[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return [test for row in rows for test in re.findall(r"`([^`]+)`", row) if not SHORTHAND.search(test)]


def samples() -> list[str]:
    """Return the sample documents: fenced blocks that begin with front matter."""
    return [block for block in re.findall(r"```markdown\n(.*?)```", PAGE, re.DOTALL) if block.startswith("---")]


def test_the_table_has_many_rows() -> None:
    """The page is not empty: at least fifty tests are read from it."""
    assert len(table_tests()) >= 50


@pytest.mark.parametrize("test", table_tests())
def test_every_test_of_the_page_is_read(test: str) -> None:
    """A test that the page shows is read without a problem."""
    criterion, problems = read_test(test, 1, 1)
    assert criterion is not None
    assert not problems, [problem.message for problem in problems]


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.splitlines()[1])
def test_every_sample_document_is_read(sample: str) -> None:
    """A sample document of the page is read without an error."""
    if "\namends: " in sample:
        text, found = consolidate(as_written(samples()[0], "docs/language.md"), sample, "docs/language.md")
        problems = (*found, *document_of(text, "")[1])
        assert "pain_documented" in text.text
    else:
        _, problems = read(sample, "docs/language.md")
    assert not has_errors(problems), [(problem.line, problem.message) for problem in problems]

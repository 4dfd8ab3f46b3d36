"""Broken documents: what the reader says about each, word for word, and that it never gives up."""

import os
import re
from pathlib import Path

import pytest

from clausewise.policy.mistakes import MISTAKES
from clausewise.policy.read import read, read_bytes
from clausewise.policy.source import LONGEST_LINE, MOST_PROBLEMS
from clausewise.vocab.problem import Problem

BAD = Path(__file__).resolve().parents[2] / "bad" / "reader"
# CLAUSEWISE_RECORD=yes writes the messages anew; the difference is for a reviewer to read.
RECORDS = os.environ.get("CLAUSEWISE_RECORD") == "yes"


def shown(problems: tuple[Problem, ...]) -> str:
    """The problems as the golden files hold them."""
    return "".join(f"{one.line}:{one.column}: {one.code} [{one.clause}] {one.message}\n    help: {one.help}\n" for one in problems)


@pytest.mark.parametrize("path", sorted(BAD.glob("*.md")), ids=lambda path: path.stem)
def test_broken_document_is_told_word_for_word(path: Path):
    """Each broken document gives exactly the messages that stand beside it."""
    document, problems = read_bytes(path.read_bytes(), path.name)
    golden = path.with_suffix(".expected")
    if RECORDS:
        golden.write_text(shown(problems), encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == shown(problems)
    assert path.name == document.file
    assert {path.name} == {problem.file for problem in problems}


def test_every_mistake_has_a_broken_document():
    """Each code of the reader is met in some broken document; two need a document too large to keep."""
    told = "".join(path.read_text(encoding="utf-8") for path in BAD.glob("*.expected"))
    assert set(MISTAKES) - {"CW102", "CW105"} == set(re.findall(r"\bCW[13]\d\d\b", told))


def test_every_help_says_the_next_step():
    """No message is without help, and none has a place left open."""
    assert all(mistake.sentence and mistake.help for mistake in MISTAKES.values())
    told = "".join(path.read_text(encoding="utf-8") for path in BAD.glob("*.expected"))
    assert not re.search(r"help: *$|\{\w*\}", told, re.MULTILINE)


def test_monstrous_line_is_left_out():
    """A line over one million characters is told with its length, and the others are read."""
    text = "---\ndocument: D\nkind: library\n---\n" + "x" * (LONGEST_LINE + 1) + "\n## Words\n\nSome prose.\n"
    document, problems = read(text)
    [problem] = problems
    assert ("CW102", 5, "the line is 1,000,001 characters long and was not read") == (problem.code, problem.line, problem.message)
    assert (("Words", "Some prose."),) == document.prose


def test_longest_line_is_read():
    """A line of exactly one million characters is no problem."""
    _, problems = read("---\ndocument: D\nkind: library\n---\n" + "x" * LONGEST_LINE)
    assert () == problems


def test_flood_of_mistakes_is_cut():
    """After a thousand problems one more says that there are others."""
    keys = "".join(f"key_{number}: x\n" for number in range(MOST_PROBLEMS + 500))
    _, problems = read(f"---\ndocument: D\nkind: library\n{keys}---\n")
    assert MOST_PROBLEMS + 1 == len(problems)
    assert 1 == sum(problem.code == "CW105" for problem in problems)


def test_message_does_not_quote_a_novel():
    """What the author wrote is quoted in part when it is long."""
    _, problems = read(f"---\ndocument: D\nkind: library\n{'x' * 5000}: y\n---\n")
    assert ["CW111"] == [problem.code for problem in problems]
    assert len(problems[0].message) < 500


@pytest.mark.parametrize("text", ["", "\0", "---", "---\n---", "\n\n", "|", ">", "- ", "## ", "# "])
def test_hardly_anything_is_read(text: str):
    """A text of next to nothing is a document with problems, never an exception."""
    document, problems = read(text, "tiny.md")
    assert "" == document.id
    assert {"CW110", "CW112"} & {problem.code for problem in problems}

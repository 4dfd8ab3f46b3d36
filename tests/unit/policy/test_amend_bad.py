"""Broken amendments: what is said of each, word for word, and that the rest of them is carried out."""

import os
import re
from pathlib import Path

import pytest

from clausewise.policy.library import Library
from clausewise.policy.mistakes import AMENDING
from clausewise.vocab.problem import Problem
from tests.conftest import ROOT

BAD = ROOT / "tests" / "bad" / "amend"
PAGES = ROOT / "docs" / "errors"
FRAME = "---\ndocument: MADE.UP\namends: BASE @ 2025-06-01\nin force: 2026-02-09 onward\nbecause: the law changed\n---\n\n"
# CLAUSEWISE_RECORD=yes writes the messages anew; the difference is for a reviewer to read.
RECORDS = os.environ.get("CLAUSEWISE_RECORD") == "yes"


def said(text: str, file: str = "amendment.md") -> tuple[Problem, ...]:
    """What reading the documents of an amendment says, beside the made-up base; under the base's own id on its first day."""
    common = {path.name: path.read_bytes() for path in sorted((BAD / "common").glob("*.md"))}
    library = Library({**common, file: text.encode()})
    shelf = next(shelf for shelf in library.shelves() if shelf.path == file)
    on = shelf.period.first or shelf.period.last
    return library.as_of(on).problems(shelf.id) if on else library.problems(shelf.id)


def shown(problems: tuple[Problem, ...]) -> str:
    """The problems as the golden files hold them."""
    return "".join(
        f"{one.file}:{one.line}:{one.column}: {one.level.value} {one.code} [{one.clause}] {one.message}\n    help: {one.help}\n"
        for one in problems
    )


@pytest.mark.parametrize("path", sorted(BAD.glob("*.md")), ids=lambda path: path.stem)
def test_broken_amendment_is_told_word_for_word(path: Path):
    """Each broken amendment gives exactly the messages that stand beside it, in its own lines."""
    golden, told = path.with_suffix(".expected"), shown(said(path.read_text(encoding="utf-8"), path.name))
    if RECORDS:
        golden.write_text(told, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == told


def test_every_mistake_has_a_broken_amendment():
    """Each code of amendments is met in some broken amendment, and no message has a place left open."""
    told = "".join(path.read_text(encoding="utf-8") for path in BAD.glob("*.expected"))
    assert set(AMENDING) <= set(re.findall(r"\bCW1[67]\d\b", told))
    assert not re.search(r"help: *$|\{\w*\}", told, re.MULTILINE)


@pytest.mark.parametrize("code", sorted(AMENDING))
def test_page_shows_what_is_wrong_and_what_is_right(code: str):
    """The first example of a page, beside the made-up base, gives the page's code, and the second gives no problem."""
    wrong, *right = re.findall(r"```markdown\n(.*?)```", (PAGES / f"{code}.md").read_text(encoding="utf-8"), re.DOTALL)
    assert code in _codes(wrong)
    assert [set()] * len(right) == [_codes(example) for example in right]


def _codes(example: str) -> set[str]:
    text = example if example.startswith("---") else FRAME + example
    return {problem.code for problem in said(text)}

"""The pages of docs/errors about documents: what a page shows as wrong is told, and what it shows as right is not."""

import re
from pathlib import Path

import pytest

from clausewise.policy.mistakes import MISTAKES
from clausewise.policy.read import read

PAGES = Path(__file__).resolve().parents[3] / "docs" / "errors"
LADDERS = {"CW140", "CW141", "CW142", "CW143", "CW145", "CW159"}
EXAMPLES = {code: re.findall(r"```markdown\n(.*?)```", (PAGES / f"{code}.md").read_text("utf-8"), re.DOTALL) for code in MISTAKES}
TOO_LARGE_TO_SHOW = {"CW101", "CW102", "CW104", "CW105"}


def codes(example: str, code: str) -> set[str]:
    """The codes told of an example, which stands in a frame where it is only a part of a document."""
    kind = "ladder" if code in LADDERS else "library" if code > "CW300" else "policy"
    whole = code == "CW110" or example.startswith("---")
    frame = "" if whole else f"---\ndocument: D\nkind: {kind}\nin force: 2026-01-01 onward\n---\n"
    heading = "## I. Title\n\n" if frame and kind == "policy" and not example.startswith("## ") else ""
    clause = "- I.A x `a`\n\n" if example.startswith(">") else ""
    return {problem.code for problem in read(frame + heading + clause + example)[1]}


@pytest.mark.parametrize("code", sorted(set(MISTAKES) - TOO_LARGE_TO_SHOW))
def test_page_shows_what_is_wrong_and_what_is_right(code: str):
    """The first example of a page gives the page's code, and the second reads without any problem."""
    wrong, *right = EXAMPLES[code]
    assert code in codes(wrong, code)
    assert [set()] * len(right) == [codes(example, code) for example in right]


def test_most_pages_show_both():
    """Where a mistake has one cure, its page shows it."""
    assert 60 < sum(len(examples) == 2 for examples in EXAMPLES.values())

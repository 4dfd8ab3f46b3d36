"""Broken lists of accepted findings, each with exactly what a person is told."""

import re
from pathlib import Path

import pytest

from clausewise.prove.accepted import read_accepted
from tests.conftest import ROOT

BAD = ROOT / "tests" / "bad" / "findings"
BROKEN = sorted(BAD.glob("*.yaml"))


def _told(path: Path) -> str:
    accepted, problems = read_accepted(path.read_bytes(), path.name)
    rows = [f"{p.file}:{p.line}: {p.level.value} {p.code} {p.message}\n    {p.help}\n" for p in problems]
    return "".join(rows) + f"accepted: {', '.join(one.key for one in accepted) or 'nothing'}\n"


@pytest.mark.parametrize("path", BROKEN, ids=[path.name for path in BROKEN])
def test_a_broken_list_is_told_of_in_these_words(path: Path):
    """Every problem stands with its place, its sentence and its help, and whole entries are kept."""
    assert path.with_suffix(".expected").read_text(encoding="utf-8") == _told(path)


def test_every_problem_of_the_list_has_a_golden_message():
    """Each code that the reader of accepted findings uses is in some golden."""
    source = (ROOT / "src" / "clausewise" / "prove" / "accepted.py").read_text(encoding="utf-8")
    goldens = "".join(path.read_text(encoding="utf-8") for path in BAD.glob("*.expected"))
    assert set(re.findall(r"\bCW\d{3}\b", source)) == set(re.findall(r"\bCW\d{3}\b", goldens)) == {"CW716", "CW717"}

"""Broken case files and request directories, each with exactly what a person is told."""

import re
from pathlib import Path

import pytest

from clausewise.payer.intake import read_requests
from clausewise.policy.case_file import read_cases
from tests.conftest import ROOT
from tests.unit.payer.declared import FACTS
from tests.unit.payer.told import told

BAD = ROOT / "tests" / "bad" / "cases"
BROKEN = sorted(path for path in BAD.iterdir() if path.suffix != ".expected")
READERS = ["policy/case_tree.py", "policy/case_file.py", "policy/fact_values.py", "payer/documentation.py"]
READERS += ["payer/evidence.py", "payer/lines.py", "payer/intake.py", "clinic/intake.py"]


@pytest.mark.parametrize("path", BROKEN, ids=[path.name for path in BROKEN])
def test_a_broken_file_is_told_of_in_these_words(path: Path):
    """Every problem stands with its place, its sentence and its help, and the cases without fault are read."""
    assert (BAD / f"{path.stem}.expected").read_text(encoding="utf-8") == told(path)


def test_every_problem_of_the_readers_has_a_golden_message():
    """Each code that the readers of cases use is in some golden, save the one that needs a file of great size."""
    sources = [(ROOT / "src" / "clausewise" / name).read_text(encoding="utf-8") for name in READERS]
    goldens = [path.read_text(encoding="utf-8") for path in BAD.glob("*.expected")]
    assert _codes(sources) == _codes(goldens) | {"CW503"}


def _codes(texts: list[str]) -> set[str]:
    return {code for text in texts for code in re.findall(r"\bCW\d{3}\b", text)}


def test_a_line_of_ten_megabytes_is_refused():
    """A line over 1 MB is a problem at its number, and nothing after it is read."""
    case_file, problems = read_cases(b"clinical: []\nnarrative: " + b"x" * 10_000_000, "long.yaml")
    assert ("CW503", "This line is longer than 1 MB.", 2) == (problems[0].code, problems[0].message, problems[0].line)
    assert ((), ()) == (case_file.clinical, case_file.privacy)


def test_a_file_over_64_megabytes_is_refused():
    """A file over 64 MB is a problem, whatever it holds."""
    _, problems = read_cases(b"#\n" * (32 * 1024 * 1024 + 1), "large.yaml")
    assert ["This file is larger than 64 MB."] == [problem.message for problem in problems]


@pytest.mark.parametrize("nested", ["[" * 100_000 + "]" * 100_000, "{a: " * 50_000 + "1" + "}" * 50_000, "- " * 5_000])
def test_nesting_without_end_costs_neither_stack_nor_time(nested):
    """A file that is nested thousands of levels deep is one problem that says so."""
    _, problems = read_cases(f"clinical:\n  {nested}".encode(), "deep.yaml")
    assert "CW506" in {problem.code for problem in problems}


def test_a_multiplying_alias_is_refused():
    """Lists of aliases of lists of aliases are not unfolded: every case that holds one is told of, no other."""
    rows = [f"  - &l{level} [{', '.join([f'*l{level - 1}'] * 9)}]" for level in range(1, 30)]
    text = "clinical:\n  - &l0 {id: A, lines: [{code: '11200'}], service_date: 2026-03-16}\n" + "\n".join(rows)
    case_file, problems = read_cases(text.encode(), "bomb.yaml")
    requests, _ = read_requests(case_file, FACTS)
    assert {"CW507", "CW504"} == {problem.code for problem in problems}
    assert ["A"] == [request.case for request in requests]


def test_words_in_a_message_are_short_and_printable():
    """What a person wrote is repeated up to 60 characters, and signs that steer a terminal are not."""
    key = "\\e[31m" + "x" * 200
    case_file, _ = read_cases(f'{{"id": "A", "lines": [], "{key}": 1}}'.encode(), "case.json")
    _, problems = read_requests(case_file, FACTS)
    strange = next(problem.message for problem in problems if problem.code == "CW508")
    assert f"Case A: `?[31m{'x' * 52}...` is no key of a case." == strange

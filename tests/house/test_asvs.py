"""The checklist of the ASVS is whole, and what it names as proof is there."""

import ast
import re
from collections import Counter

from tests.house.texts import ROOT, cite

PAGE = ROOT / "docs" / "asvs.md"
ROW = re.compile(r"^\| (\d+\.\d+\.\d+(?:, \d+\.\d+\.\d+)*) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")
STATES = {"met", "partly", "not met", "not applicable"}
# How many requirements of levels 1 and 2 each chapter of version 5.0.0 has.
CHAPTERS = (27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7)
# Files of tests that come with other parts of the service; one that is there by now has to leave this list.
AWAITED: frozenset[str] = frozenset()


def rows() -> list[tuple[list[str], str, str]]:
    """The requirements of each row, its state, and what shows it."""
    return [(ids.split(", "), state, shown) for ids, _, state, shown in ROW.findall(PAGE.read_text(encoding="utf-8"))]


def test_every_requirement_has_one_row_and_a_state():
    """Each of the 253 requirements of levels 1 and 2 stands in one row, with a state of the list and something that shows it."""
    ids = [one for found, _, _ in rows() for one in found]
    assert len(ids) == len(set(ids)) == sum(CHAPTERS)
    assert dict(enumerate(CHAPTERS, 1)) == Counter(int(one.split(".")[0]) for one in ids)
    assert [] == [ids for ids, state, shown in rows() if state not in STATES or not shown.strip()]


def test_the_counts_are_those_of_the_rows():
    """The table at the top counts what stands below it."""
    counted = Counter(dict.fromkeys(STATES, 0))
    for ids, state, _ in rows():
        counted[state] += len(ids)
    told = dict(re.findall(r"^\| (met|partly|not met|not applicable) \| (\d+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert {state: str(count) for state, count in counted.items()} == told


def test_every_named_test_is_there():
    """Each test that is named as proof is defined in its file, here and in the threat model."""
    faults, absent = [], set()
    for page in (PAGE, ROOT / "docs" / "threat-model.md"):
        for file, name in NAMED.findall(page.read_text(encoding="utf-8")):
            path = ROOT / "tests" / file
            if not path.exists():
                absent.add(file)
            elif name not in _tests(path.read_text(encoding="utf-8")):
                faults.append(f"{page.name}: {file}::{name}")
    assert not faults, cite(faults)
    assert AWAITED == absent


def _tests(text: str) -> set[str]:
    return {node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}

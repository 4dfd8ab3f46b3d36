"""Histories as files: what is read, and what a person is told of a broken one."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clausewise.payer.history import EVENT_KEYS, EVENTS, FRAME_WORDS, HISTORY_KEYS, read_history, read_offset_instant
from clausewise.vocab.clock import CaseFrame
from clausewise.vocab.history import ActKind
from tests.conftest import ROOT

BAD = ROOT / "tests" / "bad" / "histories"
PAGE = (ROOT / "docs" / "clocks.md").read_text(encoding="utf-8")
# CLAUSEWISE_RECORD=yes writes the messages anew; the difference is for a reviewer to read.
RECORDS = os.environ.get("CLAUSEWISE_RECORD") == "yes"
PLAN_ZONES = {"qualchoice": "America/Chicago"}


def told(path: Path) -> str:
    """What is told of a file, and whether it was read."""
    history, problems = read_history(path.read_bytes(), path.name, PLAN_ZONES)
    rows = [f"{p.file}:{p.line}:{p.column}: {p.level.value} {p.code} {p.message}\n    {p.help}\n" for p in problems]
    return "".join(rows) + f"read: {history.case if history else 'nothing'}\n"


@pytest.mark.parametrize("path", sorted(BAD.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_broken_history_is_told_of_in_these_words(path: Path):
    """Every problem stands with its place, its sentence and its help, and nothing is read."""
    golden = path.with_suffix(".expected")
    if RECORDS:
        golden.write_text(told(path), encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == told(path)
    assert told(path).endswith("read: nothing\n")


def test_every_problem_of_the_reader_has_a_golden_message():
    """Each code that the reader of histories gives by itself is in some golden."""
    source = (ROOT / "src" / "clausewise" / "payer" / "history.py").read_text(encoding="utf-8")
    goldens = "".join(path.read_text(encoding="utf-8") for path in BAD.glob("*.expected"))
    assert set(re.findall(r"\bCW\d{3}\b", source)) <= set(re.findall(r"\bCW\d{3}\b", goldens))


def test_a_history_is_read_with_its_frame_and_zone():
    """What is unknown stays unknown, an instant becomes Universal Time, a name may have an underscore."""
    text = "case: C\nplan: qualchoice\nstate: unknown\nevents: [{event: information_received, at: 2026-03-06T16:30:00-06:00}]\n"
    history, problems = read_history(text.encode(), "c.yaml", PLAN_ZONES)
    assert () == problems and history is not None
    assert ("C", CaseFrame(state="unknown"), "America/Chicago") == (history.case, history.frame, history.zone.key)
    (event,) = history.events
    assert (ActKind.EVIDENCE_ATTACHED, datetime(2026, 3, 6, 22, 30, tzinfo=UTC)) == (event.kind, event.at)


def test_the_zone_of_the_file_wins_over_that_of_the_plan():
    """A case may be counted on another wall clock than its plan's."""
    history, _ = read_history(b"case: C\nplan: qualchoice\nzone: America/Denver\nevents: []\n", "c.yaml", PLAN_ZONES)
    assert history is not None and "America/Denver" == history.zone.key


@pytest.mark.parametrize("text", ["", "2026-03-06", "2026-03-06T16:30", "1969-12-31T00:00:00Z", "2200-01-01T00:00:00Z", "9" * 50])
def test_what_is_no_instant_with_an_offset_is_nothing(text: str):
    """No instant is guessed."""
    assert read_offset_instant(text) is None


def test_the_page_on_clocks_shows_a_history_that_is_read():
    """Every sample on the page is read without a problem."""
    samples = re.findall(r"```yaml\n(case:.*?)```", PAGE, re.DOTALL)
    assert samples
    assert [()] * len(samples) == [read_history(sample.encode(), "docs/clocks.md", PLAN_ZONES)[1] for sample in samples]


def test_the_page_on_clocks_names_every_key_and_event():
    """The tables of keys and of events are complete, and hold nothing that is not read."""
    keys, events = (re.findall(r"^\| `([^`]+)`", PAGE.split(f"| {head} |")[1].split("\n\n")[0], re.M) for head in ("key", "event"))
    assert {*HISTORY_KEYS, *EVENT_KEYS} == set(keys)
    assert set(EVENTS) == set(events)
    assert [] == [word for words in FRAME_WORDS.values() if len(words) < 10 for word in words if f"`{word}`" not in PAGE]

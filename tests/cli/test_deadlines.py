"""`clausewise deadlines`: the clocks of one case."""

from tests.cli.running import run

HISTORY = """case: C-1
plan: qualchoice
line_of_business: commercial
state: AR
{frame}
events:
  - {{event: received, at: 2026-03-06T16:30:00-06:00}}
{more}"""
FRAME = "funding: insured\nurgency: standard\nreview_type: prospective"
KEYS = ["clock", "applies", "state", "started_at", "due_at", "due_local", "warn_at", "paused", "ended_at", "review", "why"]


def history(folder, frame: str = FRAME, more: str = "") -> str:
    """A file with a history received on a Friday before the change of time."""
    path = folder / "history.yaml"
    path.write_text(HISTORY.format(frame=frame, more=more), encoding="utf-8")
    return str(path)


def test_the_table_shows_both_times_and_what_comes_next(tmp_path):
    """Fifteen days later the wall clock shows the same time, an hour nearer to Universal Time."""
    found = run("deadlines", history(tmp_path), "--now", "2026-03-07T00:00:00Z")
    assert (0, "") == (found.status, found.err)
    assert "CLAIMS-PRE-SERVICE *   running       Sat 2026-03-21 16:30 CDT   2026-03-21T21:30:00Z   warning Thu" in found.out
    assert "AR-STANDARD            not started" in found.out
    assert "CLAIMS-PRE-SERVICE governs: running, due Sat 2026-03-21 16:30 CDT." in found.out


def test_the_object_holds_the_same_with_fixed_keys(tmp_path):
    """One object for the case, its clocks in the order of their ends."""
    (found,) = run("deadlines", history(tmp_path), "--now", "2026-03-07T00:00:00Z", "--json").objects
    assert ["case", "now", "zone", "governing", "clocks", "problems"] == list(found)
    assert KEYS == list(found["clocks"][0])[: len(KEYS)]
    assert ("2026-03-21T21:30:00Z", "2026-03-21T16:30:00-05:00") == (found["clocks"][0]["due_at"], found["clocks"][0]["due_local"])


def test_a_clock_that_only_may_apply_governs_with_a_question_mark(tmp_path):
    """Nobody said how urgent it is: the clock of 72 hours counts until that is known."""
    found = run("deadlines", history(tmp_path, "urgency: unknown"), "--now", "2026-03-07T00:00:00Z")
    assert "CLAIMS-CONCURRENT *?" in found.out
    assert "CLAIMS-CONCURRENT may apply, and governs until that is known" in found.out


def test_a_wait_is_shown_with_its_latest_end_and_then_as_a_review(tmp_path):
    """While it may still come the information is waited for; afterwards a physician looks at the case."""
    frame = FRAME.replace("standard", "expedited")
    file = history(tmp_path, frame, "  - {event: asked, at: 2026-03-07T10:00:00-06:00}\n")
    assert "paused        Wed 2026-03-11 11:00 CDT" in run("deadlines", file, "--now", "2026-03-08T12:00:00Z").out
    (found,) = run("deadlines", file, "--now", "2026-03-10T12:00:00Z", "--json").objects
    assert {"disposition": "PHYSICIAN_REVIEW", "reason": "lack_of_information"} == found["clocks"][0]["review"]


def test_a_clock_set_back_is_noted_at_its_event(tmp_path):
    """The table is printed, and the note says which event it was."""
    file = history(tmp_path, FRAME, "  - {event: reviewed, at: 2026-03-06T15:30:00-06:00}\n")
    found = run("deadlines", file, "--now", "2026-03-07T00:00:00Z")
    assert 0 == found.status
    assert f"{file}:10:1: note CW633: `reviewed` bears 2026-03-06T21:30:00Z" in found.err


def test_without_now_the_machine_is_asked(tmp_path):
    """A request of long ago has passed by now."""
    assert "passed" in run("deadlines", history(tmp_path)).out


def test_what_cannot_be_read_is_told_with_status_2(tmp_path):
    """A broken history, a folder, a file that is not there: no table, no traceback."""
    assert "error CW632" in run("deadlines", "-", given="case: C\nevents: []\n").err
    for file, code in ((tmp_path, "CW702"), (tmp_path / "none.yaml", "CW701")):
        found = run("deadlines", file)
        assert (2, "", True) == (found.status, found.out, f"error {code}" in found.err)


def test_now_must_be_an_instant(tmp_path):
    """A day or a time without offset is refused before anything is read."""
    assert 2 == run("deadlines", history(tmp_path), "--now", "2026-03-07").status


def test_clocks_with_an_error_are_not_counted_by(tmp_path):
    """A misspelt row could be the one that governs, so none is trusted; a library without clocks is told as such."""
    (tmp_path / "clocks.md").write_text(
        "---\ndocument: X\nkind: library\n---\n\n## Clocks\n\n| clock | length | starts at | met by | source | checked |\n"
        "|---|---|---|---|---|---|\n| C | 3 days | received | decided | act | no |\n",
        encoding="utf-8",
    )
    found = run("deadlines", history(tmp_path), "--policies", tmp_path)
    assert (1, "", True) == (found.status, found.out, "error CW325" in found.err)
    (tmp_path / "clocks.md").write_text("---\ndocument: X\nkind: library\n---\n", encoding="utf-8")
    found = run("deadlines", history(tmp_path), "--policies", tmp_path)
    assert (2, "", True) == (found.status, found.out, "error CW718" in found.err)


def test_a_case_without_events_says_that_nothing_runs():
    """An empty history is no error."""
    found = run("deadlines", "-", "--now", "2026-03-07T00:00:00Z", given="case: C\nzone: America/Chicago\nevents: []\n")
    assert (0, True) == (found.status, "No clock is running." in found.out)

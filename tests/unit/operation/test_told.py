"""What can go wrong with backups, upgrades and readiness is told word for word."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from clausewise.vocab.problem import Problem
from clausewise.wiring import snapshots, upgrading
from clausewise.wiring.backups import back_up, checked, restore
from clausewise.wiring.configuration import Configuration, Database
from clausewise.wiring.sealed import Unopened, read_key
from tests.conftest import ROOT
from tests.unit.operation.places import KEY, empty_place, installation

GOLDEN = ROOT / "tests" / "bad" / "storage" / "operation.txt"
RECORDS = os.environ.get("CLAUSEWISE_RECORD") == "yes"
NIGHT = datetime(2026, 3, 20, 3, tzinfo=UTC)


def told(here: Configuration, empty: Configuration, folder: Path, patch: pytest.MonkeyPatch) -> Iterator[tuple[str, object]]:
    """Everything that can go wrong, by what it is."""
    backup, broken = folder / "b.cw", folder / "broken.cw"
    yield "a backup over a file", (back_up(here, KEY, backup, NIGHT), back_up(here, KEY, backup, NIGHT))[1]
    content = backup.read_bytes()
    broken.write_bytes(content[:100] + bytes([content[100] ^ 1]) + content[101:])
    text = folder / "text.cw"
    text.write_text("no backup at all, but a text that is longer than the head of one")
    yield "no backup", checked(text, KEY)
    yield "another key", checked(backup, KEY[::-1])
    yield "a byte changed", checked(broken, KEY)
    yield "a place that is taken", restore(here, KEY, backup)
    yield "another kind of database", restore(replace(empty, database=Database(name="d", role="r")), KEY, backup)
    yield "nothing to back up", back_up(empty, KEY, folder / "c.cw", NIGHT)
    key = folder / "k"
    key.write_text("6Zq1vN0tYc8pLr3WbKd5XmHs7JfUg2Ea6Zq1")
    key.chmod(0o600)
    yield "no key", read_key(key)
    yield from _told_by_fakes(empty, backup, patch)


def _told_by_fakes(empty: Configuration, backup: Path, patch: pytest.MonkeyPatch) -> Iterator[tuple[str, object]]:
    from clausewise.wiring import readiness

    with patch.context() as faked:
        faked.setattr(snapshots, "walk", lambda ask, file: snapshots.Looked(0, "00", {}))
        yield "another log than its manifest names", restore(empty, KEY, backup)
        yield "a log that changed during an upgrade", upgrading._faults((1, "11"))[0]
    with patch.context() as faked:
        faked.setattr("shutil.which", lambda name: None)
        faked.setattr(Path, "glob", lambda *_: iter(()))
        with pytest.raises(Unopened) as absent:
            snapshots._program("pg_dump")
        yield "no program", absent.value.problem
    yield "a program that failed", snapshots._failed("pg_dump")
    yield "a migration that failed", upgrading._tried(lambda: 1 // 0)[0]  # type: ignore[arg-type, return-value]
    with patch.context() as faked:
        faked.setattr(readiness, "ROOM_BYTES_MIN", 1 << 62)
        yield "no room", next(readiness._no_room(backup.parent))
    with patch.context() as faked:
        faked.setattr(readiness, "_last_entry_at", lambda: NIGHT + timedelta(hours=1))
        yield "a clock that was set back", readiness._clock_faults(NIGHT)[0]
        faked.setattr(readiness, "BEGAN", NIGHT)
        faked.setattr(readiness, "last_slot", lambda: None)
        yield "no worker", readiness.unwatched(NIGHT + timedelta(minutes=11))[0]


def test_what_goes_wrong_is_told_word_for_word(sqlite: dict[str, Any], tmp_path, monkeypatch):
    """Each mishap gives exactly the message that stands in the golden file, and every code of these has its place there."""
    like = installation(None, sqlite)
    empty, shown = empty_place(like, tmp_path).configuration, ""
    for name, problem in told(like.configuration, empty, tmp_path, monkeypatch):
        assert isinstance(problem, Problem), name
        shown += f"# {name}\n{problem.file or '-'}: {problem.code} {problem.message}\n    help: {problem.help}\n"
    shown = shown.replace(str(empty.data), "DIR").replace(str(tmp_path), "DIR").replace(str((1 << 62) >> 20), "MANY")
    if RECORDS:
        GOLDEN.write_text(shown, encoding="utf-8")
    assert GOLDEN.read_text(encoding="utf-8") == shown
    pages = {path.stem for path in (ROOT / "docs" / "errors").glob("CW9[01]*.md")}
    assert pages == {code for code in pages if code in shown}

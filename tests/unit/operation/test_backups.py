"""The drill: backed up while others write, restored into an empty place, and everything is there."""

import json
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from clausewise.files.custody import Custody
from clausewise.files.keys import key_ring
from clausewise.vocab.history import CaseHistory, Receipt
from clausewise.vocab.problem import Problem
from clausewise.wiring import backups, snapshots
from clausewise.wiring.backups import Backup, back_up, checked, restore
from clausewise.wiring.configuration import read_file_keys
from clausewise.wiring.sealed import HEAD_BYTES, Unopened
from tests.conftest import ROOT
from tests.unit.conftest import Person, folder, request_of
from tests.unit.operation.places import KEY, Installation, empty_place, installation, left_behind
from tests.unit.store.test_guards import assert_whole_log

NIGHT = datetime(2026, 3, 20, 3, tzinfo=UTC)


@pytest.fixture
def here(database: str, sqlite: dict[str, Any], request: pytest.FixtureRequest) -> Installation:
    """The installation that is backed up."""
    return installation(request.getfixturevalue("server") if database == "postgresql" else None, sqlite)


@pytest.fixture
def kept(here: Installation, person: Person, tmp_path: Path) -> tuple[Backup, Receipt]:
    """A backup with a case in it."""
    receipt = taken_in(person, "before")
    backup = back_up(here.configuration, KEY, tmp_path / "b.cw", NIGHT)
    assert isinstance(backup, Backup), backup
    return backup, receipt


def taken_in(person: Person, key: str) -> Receipt:
    """A case taken in under a key."""
    from clausewise.store.cases import submit

    done = submit(person.acting(), request_of(), key)
    assert isinstance(done, Receipt), done
    return done


def code(found: object) -> str:
    """The code of a problem."""
    assert isinstance(found, Problem), found
    return found.code


class Writers:
    """Threads that take in cases without a pause until they are stopped, and remember what was acknowledged."""

    def __init__(self, person: Person) -> None:
        self.acknowledged: list[UUID] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(person, number)) for number in range(2)]
        for thread in self._threads:
            thread.start()

    def _write(self, person: Person, number: int) -> None:
        from django.db import connection

        count = 0
        while not self._stop.is_set():
            self.acknowledged.append(taken_in(person, f"{number} {count}").case)
            count += 1
        connection.close()

    def stop(self) -> None:
        """Stop them, and wait until they have."""
        self._stop.set()
        for thread in self._threads:
            thread.join()


@pytest.mark.slow
def test_the_drill(here, person, tmp_path):
    """Backed up under two writers and restored elsewhere, every case that was acknowledged before it began is there.

    Root and count are as the manifest says, the log is whole, determinations come out again, files are opened by the key file,
    which is kept apart from the backup, and work goes on.
    """
    file = photograph_kept(person, here)
    writers = Writers(person)
    try:
        while len(writers.acknowledged) < 4:
            pass
        before = list(writers.acknowledged)
        found = back_up(here.configuration, KEY, tmp_path / "b.cw", NIGHT)
    finally:
        writers.stop()
    assert isinstance(found, Backup), found
    there = empty_place(here, tmp_path)
    assert restore(there.configuration, KEY, found.file) == found
    there.ready()
    assert_restored(person, before, found)
    assert_opens(person, there, file)
    assert isinstance(taken_in(person, "after"), Receipt)
    there.use("owner")
    assert_whole_log()


def with_keys(person: Person, place: Installation) -> Person:
    """The same person with the keys that an installation has now."""
    secrets_by_version = read_file_keys(place.configuration.file_key_file)
    assert not isinstance(secrets_by_version, Problem)
    return replace(person, custody=Custody(key_ring(secrets_by_version)))


def photograph_kept(person: Person, here: Installation) -> UUID:
    """The id of a photograph that came with a case, sealed with the keys of this installation."""
    from clausewise.store.cases import submit

    done = submit(with_keys(person, here).acting(), folder(ROOT / "examples" / "back-scar"), "with a photograph")
    assert isinstance(done, Receipt), done
    return UUID(json.loads(done.answer)["files"]["documents/photograph.png"]["file"])


def assert_opens(person: Person, there: Installation, file: UUID) -> None:
    """A file that was restored opens with the key file, and with other keys it does not."""
    from clausewise.store.files import Handed, open_derivative
    from clausewise.vocab.history import NotDone

    handed = open_derivative(with_keys(person, there).acting(), file)
    assert isinstance(handed, Handed) and handed.content.startswith(b"\x89PNG")
    refused = open_derivative(person.acting(), file)
    assert isinstance(refused, NotDone) and ["CW875"] == [one.code for one in refused.problems]


def assert_restored(person: Person, cases: list[UUID], backup: Backup) -> None:
    """The cases are there with all their acts, and their determinations come out again."""
    from clausewise.store.models import LedgerHead
    from clausewise.store.reading import read, replay_case
    from clausewise.wiring.storing import found_faults

    assert () == found_faults()
    assert backup.manifest.entries == LedgerHead.objects.get().size >= 3 * len(cases)
    for case in cases:
        history = read(person.tenant, case)
        assert isinstance(history, CaseHistory) and 3 == history.version
        (again,) = replay_case(person.tenant, case, {})
        assert "" == again.replay.difference


@pytest.mark.slow
def test_a_backup_names_what_is_in_it_and_leaves_nothing_beside_it(here, kept, tmp_path):
    """The file is for its owner alone and holds nothing in the clear; no copy is left where it was made."""
    backup, receipt = kept
    assert "0o600" == oct(backup.file.stat().st_mode & 0o777)
    content = backup.file.read_bytes()
    assert str(receipt.case).encode() not in content and b"store_act" not in content
    assert ["b.cw"] == left_behind(tmp_path)
    assert not [name for name in left_behind(here.configuration.data) if "copy" in name]
    assert checked(backup.file, KEY) == backup


@pytest.mark.slow
def test_nothing_is_overwritten_and_nothing_restored_where_something_is(here, kept, tmp_path):
    """A backup takes no file's place, and is restored neither over a storage nor into another kind of database."""
    backup, _ = kept
    before = backup.file.read_bytes()
    assert "CW904" == code(back_up(here.configuration, KEY, backup.file, NIGHT))
    assert before == backup.file.read_bytes()
    assert "CW908" == code(restore(here.configuration, KEY, backup.file))
    assert "CW711" == code(back_up(here.configuration, KEY, tmp_path / "no" / "b.cw", NIGHT))
    assert "CW902" == code(restore(empty_place(here, tmp_path).configuration, KEY[::-1], backup.file))


@pytest.mark.slow
@pytest.mark.parametrize("how", ["a byte", "the end", "the log", "while it is restored"])
def test_what_is_not_whole_restores_nothing(here, kept, tmp_path, monkeypatch, how):
    """A byte changed, the end cut off, a log that is another than the manifest's, a disk that fills up: the place stays empty."""
    backup, _ = kept
    content = bytearray(backup.file.read_bytes())
    if how == "a byte":
        content[HEAD_BYTES + 1000] ^= 1
    if how == "the end":
        del content[-1:]
    if how == "the log":
        monkeypatch.setattr(snapshots, "walk", lambda ask, file: snapshots.Looked(1, "00", {}))
    if how == "while it is restored":
        monkeypatch.setattr(backups, "_compare", full)
    broken = tmp_path / "broken.cw"
    broken.write_bytes(content)
    there = empty_place(here, tmp_path)
    expected = {"the log": "CW907", "while it is restored": "CW711"}.get(how, "CW903")
    assert expected == code(restore(there.configuration, KEY, broken))
    assert [] == left_behind(there.configuration.data)
    assert not backups._is_taken(there.configuration, backups.owned(there.configuration))


def full(*_: object) -> None:
    """A disk that is full."""
    raise OSError(28, "No space left on device")


@pytest.mark.slow
def test_files_beside_the_database_come_back(sqlite, person, tmp_path):
    """Files that are kept beside the database are in the backup, byte by byte, and are put back where they were."""
    like = installation(None, sqlite)
    here = empty_place(like, tmp_path)
    here.configuration.data.mkdir(mode=0o700)
    snapshots.copy_sqlite(Path(sqlite["NAME"]), here.configuration.data / "clausewise.sqlite3")
    file = here.configuration.data / "files" / "ab" / "photograph"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"sealed already" * 1000)
    assert isinstance(back_up(here.configuration, KEY, tmp_path / "b.cw", NIGHT), Backup)
    there = empty_place(like, tmp_path)
    assert isinstance(restore(there.configuration, KEY, tmp_path / "b.cw"), Backup)
    assert file.read_bytes() == (there.configuration.data / "files" / "ab" / "photograph").read_bytes()
    assert "CW908" == code(restore(replace_database(there), KEY, tmp_path / "b.cw"))


def replace_database(there: Installation) -> Any:
    """The same data folder with a database that is not there: files alone are enough for a place to be taken."""
    from clausewise.wiring.configuration import Database

    return replace(there.configuration, database=Database(there.configuration.data / "other.sqlite3"))


def test_what_is_not_there_is_told(sqlite, tmp_path):
    """No storage to back up, no backup to restore, a folder, a file that is none: a sentence each."""
    place = empty_place(installation(None, sqlite), tmp_path).configuration
    assert "CW845" == code(back_up(place, KEY, tmp_path / "b.cw", NIGHT))
    assert "CW701" == code(restore(place, KEY, tmp_path / "none"))
    assert "CW702" == code(restore(place, KEY, tmp_path))
    (tmp_path / "text").write_text("no backup at all, but a text that is longer than the head of one")
    assert "CW901" == code(checked(tmp_path / "text", KEY))


@pytest.mark.parametrize("name", ["../x", "files/../../x", "/etc/x", "files", "files//x", "other/x"])
def test_no_part_lies_outside_the_files(name):
    """A part whose name leads elsewhere is refused, whoever sealed it."""
    with pytest.raises(Unopened):
        backups._refuse_name(name, Path("b.cw"))


@pytest.mark.slow
def test_without_the_programs_of_postgresql_it_is_told(server, sqlite, tmp_path, monkeypatch):
    """No `pg_dump`, or one that fails: a sentence, and no file."""
    here = installation(server, sqlite).configuration
    monkeypatch.setattr(snapshots, "_program", lambda name: "/bin/false")
    assert "CW906" == code(back_up(here, KEY, tmp_path / "b.cw", NIGHT))
    monkeypatch.undo()
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))
    assert "CW906" == code(back_up(here, KEY, tmp_path / "b.cw", NIGHT))
    assert [] == [name for name in left_behind(tmp_path) if "b.cw" in name]

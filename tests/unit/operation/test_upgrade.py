"""An installation of the previous release becomes one of this release, with everything in it, or stays what it was."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from clausewise.vocab.history import CaseHistory
from clausewise.vocab.problem import Problem
from clausewise.wiring import snapshots, start, upgrading
from clausewise.wiring.backups import Backup, owned
from tests.conftest import ROOT
from tests.unit.operation.places import KEY, Installation, empty_place, installation
from tests.unit.store.test_guards import assert_whole_log

RELEASES = sorted((ROOT / "tests" / "releases").glob("*.json"))
NIGHT = datetime(2026, 3, 21, 3, tzinfo=UTC)


@pytest.fixture(params=RELEASES, ids=lambda file: file.stem)
def older(request: pytest.FixtureRequest, database: str, sqlite: dict[str, Any], tmp_path: Path) -> Iterator[Installation]:
    """An installation as an earlier release left it, with a case in it."""
    like = installation(request.getfixturevalue("server") if database == "postgresql" else None, sqlite)
    place = empty_place(like, tmp_path)
    place.configuration.data.mkdir(mode=0o700)
    place.use("owner")
    fill(json.loads(request.param.read_text(encoding="utf-8")))
    yield place


def fill(kept: dict[str, Any]) -> None:
    """Make the tables of the release and put its rows into them."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    executor.migrate(list(kept["migrations"].items()))
    with connection.cursor() as cursor:
        for table, rows in kept["tables"].items():
            for row in rows:
                marks = ", ".join(["%s"] * len(row))
                cursor.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", [raw(value) for value in row.values()])
            if connection.vendor == "postgresql" and rows and "id" in rows[0] and table != "store_ledgerhead":
                cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
                (sequence,) = cursor.fetchone()
                cursor.execute(f"SELECT setval(%s, (SELECT max(id) FROM {table}))", [sequence]) if sequence else None


def raw(value: Any) -> Any:
    """A value as the database takes it."""
    return base64.b64decode(value["base64"]) if isinstance(value, dict) else value


def upgraded(place: Installation, output: Path, monkeypatch: pytest.MonkeyPatch) -> Backup | Problem:
    """What the command does, on connections that the test has set."""
    place.use("owner")
    monkeypatch.setattr(start, "prepare", lambda environment: ())
    monkeypatch.setattr(start, "start", lambda environment, as_owner=False: ())
    monkeypatch.setattr(start, "configure", lambda environment: (place.configuration, ()))
    return upgrading.upgrade({}, place.configuration, KEY, output, NIGHT)


def looked(place: Installation) -> snapshots.Looked:
    """What is in the database of an installation."""
    database = owned(place.configuration)
    with snapshots.asking_sqlite(database.path) if database.path else snapshots.asking_postgresql(database) as ask:
        return snapshots.look(ask)


def state(place: Installation) -> tuple[snapshots.Looked, list[str]]:
    """What is in the database, and which tables there are."""
    from django.db import connection

    place.use("owner")
    with connection.cursor() as cursor:
        return looked(place), sorted(connection.introspection.table_names(cursor))


@pytest.mark.slow
def test_a_case_of_the_previous_release_is_as_it_was(older, tmp_path, monkeypatch):
    """After the upgrade the tables are of this release, the log is whole and the same, and the determination comes out again."""
    from clausewise.store.models import Tenant
    from clausewise.store.reading import read, replay_case
    from clausewise.wiring.storing import found_faults

    before = looked(older)
    done = upgraded(older, tmp_path / "b.cw", monkeypatch)
    assert isinstance(done, Backup), done
    assert (before.entries, before.root) == (looked(older).entries, looked(older).root)
    assert_whole_log()
    older.ready()
    assert () == found_faults()
    tenant = Tenant.objects.get().id
    history = read(tenant, case_of(tenant))
    assert isinstance(history, CaseHistory) and "received" == history.kinds[0].value
    (again,) = replay_case(tenant, history.case, {})
    assert "" == again.replay.difference


def case_of(tenant: UUID) -> UUID:
    """The one case of a tenant."""
    from clausewise.store.acting import for_tenant
    from clausewise.store.models import Case

    with for_tenant(tenant):
        return Case.objects.of(tenant).get().id


@pytest.mark.slow
@pytest.mark.parametrize("how", ["a migration fails", "a guard is missing", "an entry is lost"])
def test_an_upgrade_that_fails_leaves_all_as_it_was(older, tmp_path, monkeypatch, how):
    """Whatever goes wrong, tables and rows are those of before, and the backup is there."""
    from clausewise.store import guards

    before = state(older)
    if how == "a migration fails":
        monkeypatch.setattr(guards, "put_up", fail)
    if how == "a guard is missing":
        monkeypatch.setattr(guards, "standing", lambda connection: frozenset())
    if how == "an entry is lost":
        monkeypatch.setattr(snapshots, "walk", lambda ask, file: snapshots.Looked(0, "00", {}))
    done = upgraded(older, tmp_path / "b.cw", monkeypatch)
    assert isinstance(done, Problem)
    assert {"a guard is missing": "CW848"}.get(how, "CW909") == done.code
    assert before == state(older)
    assert (tmp_path / "b.cw").exists()


def fail(connection: object) -> None:
    """A migration that breaks off after its tables are made."""
    raise RuntimeError("a column that is not there")

"""When the world fails, a person gets a sentence, and nothing is half written."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest

from clausewise.vocab.history import NotDone, Receipt
from tests.conftest import ROOT
from tests.unit.store import databases
from tests.unit.store.conftest import Person, request_of
from tests.unit.store.test_cases import codes, counted, entry_of, history_of, taken_in
from tests.unit.store.test_guards import as_owner, assert_whole_log


@contextmanager
def pragma(statement: str, back: str):
    """Run with another setting of SQLite."""
    from django.db import connection

    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(back)


ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@ON_SQLITE
def test_a_full_disk_is_told_and_nothing_is_half_written(person: Person):
    """A database that may not grow refuses a submission in a sentence; with room again the same key is a new case."""
    from clausewise.store.cases import submit

    taken_in(person)
    before = counted(person)
    long = request_of("S2" + "x" * 60_000)
    with pragma("PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1073741823"):
        done = submit(person.acting(), long, "key")
    assert isinstance(done, NotDone)
    assert "The database did not take this: its disk is full." == done.problems[0].message
    assert before == counted(person)
    assert isinstance(submit(person.acting(), long, "key"), Receipt)


@ON_SQLITE
def test_a_locked_database_is_told(person, sqlite):
    """While another program holds the file, an act is refused in a sentence, and afterwards it is taken."""
    import sqlite3

    from clausewise.store.cases import review

    _, seen = taken_in(person)
    holder = sqlite3.connect(str(sqlite["NAME"]), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert seen.version == history_of(person, seen.case).version, "who reads waits for nobody"
    with pragma("PRAGMA busy_timeout = 50", "PRAGMA busy_timeout = 20000"):
        done = review(person.acting(), seen, "note", "key")
    holder.execute("ROLLBACK")
    holder.close()
    assert isinstance(done, NotDone)
    assert ["The database did not take this: another program holds it."] == [problem.message for problem in done.problems]
    assert isinstance(review(person.acting(), seen, "note", "key"), Receipt)


@pytest.mark.slow
@ON_POSTGRESQL
def test_a_database_that_goes_and_comes_back(person, server):
    """When the server ends our connection an act is refused in a sentence, and the next one is taken by a new connection."""
    from django.db import connection

    from clausewise.store.cases import review

    _, seen = taken_in(person)
    place = connection.connection.info.backend_pid
    found = databases.programs()
    assert found
    command = [str(found / "psql"), "-h", "127.0.0.1", "-p", str(server.port), "-U", "super", "-d", "clausewise", "-c"]
    subprocess.run([*command, f"SELECT pg_terminate_backend({place})"], check=True, capture_output=True)
    done = review(person.acting(), seen, "note", "key")
    assert ["CW844"] == codes(done)
    assert isinstance(review(person.acting(), seen, "note", "key"), Receipt)


def test_a_database_that_is_not_there_is_told(person, database, sqlite, tmp_path):
    """A folder that is gone, a port where nobody listens: a sentence."""
    from clausewise.store.cases import submit

    place = {"NAME": str(tmp_path / "gone" / "x.sqlite3")} if database == "sqlite" else {"HOST": "127.0.0.1", "PORT": 9}
    from django.db import connections

    databases.use({**connections.settings["default"], **place})
    done = submit(person.acting(), request_of(), "key")
    assert ["CW844"] == codes(done)


# ---- kill -9 ---------------------------------------------------------------------------------------------------------

WRITER = ROOT / "tests" / "unit" / "store" / "writer.py"


def environment_of(database: str, sqlite, request: pytest.FixtureRequest, folder: Path) -> dict[str, str]:
    """The environment by which another process finds the same database."""
    data = os.environ["CLAUSEWISE_DATA"]
    found = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))}
    if database == "sqlite":
        return found | {"CLAUSEWISE_DATA": data}
    server = request.getfixturevalue("server")
    password = folder / "password"
    password.write_text(server.password)
    password.chmod(0o600)
    url = f"postgresql://app@127.0.0.1:{server.port}/clausewise"
    return found | {"CLAUSEWISE_DATABASE": url, "CLAUSEWISE_DATABASE_PASSWORD_FILE": str(password)}


@pytest.mark.slow
@pytest.mark.parametrize("acknowledged", [1, 7, 20])
def test_a_killed_writer_loses_nothing_that_was_acknowledged(person, database, sqlite, request, tmp_path, acknowledged):
    """Killed in the middle of its work, a writer leaves every acknowledged case whole, no case by halves, and a sound log.

    Repeated under their keys, all of its submissions, the one that was under way as well, are one case each.
    """
    environment = environment_of(database, sqlite, request, tmp_path)
    command = [sys.executable, str(WRITER), str(person.tenant)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(acknowledged)]
    process.send_signal(signal.SIGKILL)
    lines += process.stdout.read().splitlines(keepends=True)
    process.wait(timeout=30)
    told = [json.loads(line) for line in lines if line.endswith("\n")]
    assert acknowledged <= len(told)
    check_whole(person, told)
    again = subprocess.run([*command, str(len(told) + 1)], env=environment, capture_output=True, text=True, check=True)
    repeated = [json.loads(line) for line in again.stdout.splitlines()]
    assert told == repeated[: len(told)]
    assert len(told) + 1 == counted(person)["Case"]
    check_whole(person, repeated)
    as_owner(request, database)
    assert_whole_log()


def check_whole(person: Person, told: list[dict[str, str]]) -> None:
    """Every acknowledged case is there with all its acts, and so is the log with an entry for each act."""
    from clausewise.store.acting import for_tenant
    from clausewise.store.models import Act, Case, IdempotencyKey, LedgerEntry

    with for_tenant(person.tenant):
        versions = dict(Case.objects.of(person.tenant).values_list("id", "version"))
        acts = Counter(Act.objects.of(person.tenant).values_list("case_id", flat=True))
        leaves = list(LedgerEntry.objects.of(person.tenant).values_list("leaf", flat=True))
        keys = dict(IdempotencyKey.objects.of(person.tenant).values_list("key", "response"))
    assert versions == acts
    assert acts == Counter(entry_of(leaf).case for leaf in leaves)
    assert len(versions) == len(keys)
    assert {one["id"] for one in told} <= {str(case) for case in versions}

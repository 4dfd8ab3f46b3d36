"""When the world fails, a person gets a sentence, and nothing is half written."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from clausewise.payer.deadlines import clocks_of, deadlines
from clausewise.vocab.clock import CaseEvent, CaseFrame
from clausewise.vocab.history import CaseAct, NotDone, Receipt
from tests.conftest import ROOT
from tests.unit.conftest import NOON, Person, opened, request_of
from tests.unit.payer import clocks
from tests.unit.store import databases
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


@pytest.mark.slow
@ON_POSTGRESQL
def test_a_server_that_is_stopped_and_started_again(person, server):
    """While the server is down each act is refused in a sentence; once it is back the same process goes on, without a restart."""
    from clausewise.store.cases import review

    _, seen = taken_in(person)
    databases.stop_postgresql(server)
    try:
        for _ in range(2):
            assert ["CW844"] == codes(review(person.acting(), seen, "note", "key"))
    finally:
        databases.restart_postgresql(server)
    assert isinstance(review(person.acting(), seen, "note", "key"), Receipt)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ("database or disk is full", "its disk is full"),
        ('could not extend file "base/5/1": No space left on device', "its disk is full"),
        ("disk I/O error", "its disk failed"),
        ("server closed the connection unexpectedly", "it cannot be reached"),
    ],
)
def test_what_a_database_says_is_told_in_our_words(sqlite, told, sentence):
    """Causes that people can mend are named; what the database itself said may hold what people wrote, and is not repeated."""
    from django.db import OperationalError

    from clausewise.store.faults import problem_of

    problem = problem_of(OperationalError(f"{told} (patient Jane Doe)"))
    assert f"The database did not take this: {sentence}." == problem.message
    assert "Jane" not in problem.message + problem.help


@contextmanager
def small_disk(folder: Path, megabytes: int):
    """A disk of a few megabytes; only root can make one."""
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], capture_output=True)
    if made.returncode:
        pytest.skip("a small disk is tried as root only")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(file: Path) -> None:
    """Take all the room that there is."""
    try:
        with file.open("wb", buffering=0) as ballast:
            while ballast.write(b"x" * 4096):
                pass
    except OSError:
        pass


@pytest.mark.slow
def test_a_full_disk_of_a_server_is_told_and_gone_on_from(setting, sqlite, tmp_path_factory):
    """On a PostgreSQL server whose disk is full acts are refused in a sentence, and done as soon as there is room."""
    from clausewise.store.cases import submit

    with tempfile.TemporaryDirectory(prefix="clausewise-full-") as place, small_disk(Path(place), 120):
        server = databases.start_postgresql(Path(place) / "server")
        try:
            databases.migrate_postgresql(server)
            databases.use(server.settings("app"))
            person = Person(opened(), setting)
            taken_in(person)
            fill(Path(place) / "ballast")
            answers = [submit(person.acting(), request_of("S" + "x" * 9_000), f"full {number}") for number in range(40)]
            refused = [number for number, answer in enumerate(answers) if isinstance(answer, NotDone)]
            assert refused and {("CW844",)} == {tuple(codes(answers[number])) for number in refused}
            (Path(place) / "ballast").unlink()
            wait_for(server)
            again = [submit(person.acting(), request_of("S" + "x" * 9_000), f"full {number}") for number in range(40)]
            assert all(isinstance(answer, Receipt) for answer in again)
            assert [again[n] for n in range(40) if n not in refused] == [answers[n] for n in range(40) if n not in refused]
            assert 41 == counted(person)["Case"]
        finally:
            databases.use(sqlite)
            databases.stop_postgresql(server)


def wait_for(server: databases.PostgreSQL) -> None:
    """Wait until a server that fell has recovered, or start it again where it gave up."""
    from django.db import OperationalError, connection

    for attempt in range(50):
        try:
            connection.close()
            connection.ensure_connection()
            return
        except OperationalError:
            time.sleep(0.2)
        if attempt == 25:
            databases.restart_postgresql(server)


def test_a_clock_set_back_changes_neither_order_nor_deadline(person):
    """Acts dated an hour before the last one follow it, dated as the clock said, and the deadline is that of a clock that stood."""
    from clausewise.store.cases import ask, complete

    due = []
    for minutes in (-50, 10):
        receipt, seen = taken_in(person, infected="unknown")
        asked = ask(person.acting(minutes=10), seen, ["scar_friable"], f"ask {minutes}")
        assert isinstance(asked, Receipt)
        after = complete(person.acting(minutes=minutes), replace(seen, version=asked.version), f"complete {minutes}")
        assert isinstance(after, Receipt), after
        acts = history_of(person, receipt.case).acts
        assert [act.sequence for act in acts] == list(range(1, after.version + 1))
        assert (minutes < 10) is (acts[-1].at < acts[-2].at)
        due.append(due_of(acts))
    assert due[0] == due[1]


def due_of(acts: Sequence[CaseAct]) -> object:
    """The ends of the bundled clocks of an insured member in Arkansas, for the acts of a case."""
    events = [CaseEvent(act.kind, act.at) for act in acts]
    frame = CaseFrame(line_of_business="commercial", state="AR", state_of_issue="AR", funding="insured", urgency="standard")
    chicago = clocks.zone("America/Chicago")
    rules = clocks_of(clocks.BUNDLED.clocks, frame, events, chicago)
    found = deadlines(events, rules, chicago, clocks.BUNDLED.holidays, NOON)
    assert found.governing is not None
    return [(clock.rule.name, clock.due_at) for clock in found.clocks]


# ---- kill -9 ---------------------------------------------------------------------------------------------------------

WRITER = ROOT / "tests" / "unit" / "store" / "writer.py"


def environment_of(database: str, sqlite, request: pytest.FixtureRequest, folder: Path) -> dict[str, str]:
    """The environment by which another process finds the same database."""
    data = str(Path(sqlite["NAME"]).parent)
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

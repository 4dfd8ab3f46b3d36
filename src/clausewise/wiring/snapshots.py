"""A database as it is at one moment, while others write: copied out, looked at, and put back into an empty place.

SQLite: the backup interface in one step.  In several steps a busy writer starves it.  PostgreSQL: `pg_dump` within an exported
snapshot, in which the log is looked at as well, so that both are of one moment; `pg_restore` in one transaction.
"""

import os
import secrets
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from clausewise.ledger.log import Head, Stored
from clausewise.ledger.tree import Frontier, root
from clausewise.ledger.verify import verify
from clausewise.vocab.problem import Problem
from clausewise.wiring.configuration import Database
from clausewise.wiring.sealed import CHUNK_BYTES, Unopened

HASH_BYTES = 32
SQLITE, POSTGRESQL = "sqlite", "postgresql"
TABLES = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'S')"
Ask = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen in a database: how many entries the log has, its root (hexadecimal), the migrations by application."""

    entries: int
    root: str
    migrations: dict[str, list[str]]


def kind_of(database: Database) -> str:
    """Return which kind of database it is."""
    return SQLITE if database.path else POSTGRESQL


def look(ask: Ask) -> Looked:
    """Look at a database; `ask` runs a statement and returns what can be iterated over."""
    head = _head(ask)
    done: dict[str, list[str]] = {}
    for app, name in ask("SELECT app, name FROM django_migrations ORDER BY app, name"):
        done.setdefault(app, []).append(name)
    return Looked(head.frontier.size, root(head.frontier).hex(), done)


def walk(ask: Ask, file: str) -> Looked:
    """Look at a database, having walked its whole log.

    Raises:
        Unopened: the log is not whole.
    """
    rows = ask("SELECT number, leaf, hash, link FROM store_ledgerentry ORDER BY number")
    entries = (Stored(number, bytes(leaf), bytes(digest), bytes(link)) for number, leaf, digest, link in rows)
    finding = verify(chain(entries, (_head(ask),))).finding
    if finding is not None:
        message = f"The log in it is not whole: the first bad entry is {finding.first}."
        help = "Keep it for whoever answers for security, and take an earlier backup."
        raise Unopened(Problem("CW907", message, file, help=help))
    return look(ask)


def _head(ask: Ask) -> Head:
    for size, peaks, link in ask("SELECT size, peaks, link FROM store_ledgerhead"):
        cut = tuple(bytes(peaks)[start : start + HASH_BYTES] for start in range(0, len(peaks), HASH_BYTES))
        return Head(Frontier(size, cut), bytes(link))
    return Head()


# ---- SQLite ----------------------------------------------------------------------------------------------------------


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database into another file, in one step and of one moment; what the other file held before is gone."""
    from sqlcipher3 import dbapi2

    with closing(dbapi2.connect(str(source), timeout=60)) as one, closing(dbapi2.connect(str(target), timeout=60)) as other:
        one.backup(other, pages=-1)


@contextmanager
def asking_sqlite(file: Path) -> Iterator[Ask]:
    """Ask a database that nobody else uses."""
    from sqlcipher3 import dbapi2

    with closing(dbapi2.connect(str(file))) as connection:
        yield connection.execute


def unsound_sqlite(ask: Ask, file: str) -> Problem | None:
    """Return that a file is damaged, or None."""
    if [("ok",)] == list(ask("PRAGMA integrity_check")):
        return None
    return Problem("CW907", "The database in it is damaged.", file, help="Take another copy of this backup, or an earlier one.")


# ---- PostgreSQL ------------------------------------------------------------------------------------------------------


@contextmanager
def asking_postgresql(database: Database) -> Iterator[Ask]:
    """Ask a database in one transaction that only reads and sees one moment."""
    import psycopg

    with closing(psycopg.connect(**address(database), autocommit=False)) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True

        def ask(statement: str) -> Any:
            cursor = connection.cursor(name=f"c{secrets.token_hex(8)}")  # of the server, which holds the rows that we have not read
            return cursor.execute(statement.encode())

        yield ask


def dumped(database: Database, ask: Ask) -> Iterator[bytes]:
    """Yield the dump of a database as the transaction behind `ask` sees it.

    Raises:
        Unopened: the program that dumps is not there, or failed.
    """
    ((snapshot,),) = ask("SELECT pg_export_snapshot()")
    command = [_program("pg_dump"), "--format=custom", "--no-password", f"--snapshot={snapshot}", *_place(database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment(database)) as running:
        assert running.stdout is not None
        while block := running.stdout.read(CHUNK_BYTES):
            yield block
    if running.returncode:
        raise Unopened(_failed("pg_dump"))


def load_dump(database: Database, content: Iterator[bytes]) -> None:
    """Put a dump into an empty database, in one transaction; whoever connects owns everything then.

    Raises:
        Unopened: the program that restores is not there, or failed; the database is empty as before.
    """
    command = [_program("pg_restore"), "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-password"]
    place = _place(database)
    running = subprocess.Popen(
        [*command, *place], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=_environment(database)
    )
    assert running.stdin is not None
    try:
        with running.stdin as taken:
            for block in content:
                taken.write(block)
    except BaseException as fault:
        running.kill()  # before the end of the content nothing is committed
        running.wait()
        if isinstance(fault, BrokenPipeError):
            raise Unopened(_failed("pg_restore")) from None
        raise
    if running.wait():
        raise Unopened(_failed("pg_restore"))


def _failed(program: str) -> Problem:
    help = "Look at the log of the PostgreSQL server; it needs the owner's role, and programs no older than the server."
    return Problem("CW906", f"`{program}` failed.", help=help)


def _program(name: str) -> str:
    """Return where a program of PostgreSQL is: the newest that is installed.

    Raises:
        Unopened: it is not there.
    """
    newest = max(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda file: int(file.parts[-3]), default=None)
    found = str(newest) if newest else shutil.which(name)
    if found is None:
        help = "Install the client programs of PostgreSQL, of the server's version or a later one."
        raise Unopened(Problem("CW906", f"`{name}` is not there.", help=help))
    return found


def _place(database: Database) -> list[str]:
    named = {"host": database.host, "port": database.port, "username": database.role, "dbname": database.name}
    return [f"--{name}={value}" for name, value in named.items() if value]


def _environment(database: Database) -> dict[str, str]:
    """Return the environment of such a program: the password is in no list of processes."""
    return {**os.environ, "PGPASSWORD": database.password, "PGCONNECT_TIMEOUT": "10"}


def address(database: Database) -> dict[str, Any]:
    """Return how to connect to a PostgreSQL database."""
    named = {"host": database.host, "port": database.port, "user": database.role, "dbname": database.name}
    return {name: value for name, value in {**named, "password": database.password, "connect_timeout": 10}.items() if value}

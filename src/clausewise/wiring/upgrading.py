"""From the tables of an earlier release to those of this one: a backup first, then the migrations, then a look; or all as before.

PostgreSQL: migrations and look are one transaction.  SQLite cannot change tables so; what was there is put back into the same file
from a copy, in one step.  Nobody may work meanwhile: stop the service first.
"""

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from clausewise.vocab.problem import Problem
from clausewise.wiring import snapshots, start
from clausewise.wiring.backups import Backup, back_up, owned
from clausewise.wiring.configuration import Configuration
from clausewise.wiring.sealed import Unopened

Migrate = Callable[[], tuple[Problem, ...]]


def upgrade(
    environment: Mapping[str, str], configuration: Configuration, key: bytes, output: Path, now: datetime
) -> Backup | Problem:
    """Back up into `output`, bring the tables to this release, look whether all is well; return the backup, or what went wrong.

    When something went wrong the tables are as they were, and the backup stays.
    """
    made = back_up(configuration, key, output, now)
    if isinstance(made, Problem):
        return made
    before = (made.manifest.entries, made.manifest.root)
    file = owned(configuration).path

    def migrate() -> tuple[Problem, ...]:
        return start.migrate(environment, lambda: _faults(before))

    problems = _tried(migrate) if file is None else _or_as_before(file, migrate)
    return problems[0] if problems else made


def _or_as_before(file: Path, migrate: Migrate) -> tuple[Problem, ...]:
    """Migrate an SQLite database, and put it back as it was if that fails."""
    copy = file.with_name(f"{file.name}.before-{secrets.token_hex(4)}")
    try:
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        snapshots.copy_sqlite(file, copy)
        problems = _tried(migrate)
        if problems:
            from django.db import connections

            connections.close_all()
            snapshots.copy_sqlite(copy, file)
        return problems
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            Path(f"{copy}{ending}").unlink(missing_ok=True)


def _tried(migrate: Migrate) -> tuple[Problem, ...]:
    """Migrate, and return what went wrong; a fault of a migration is told by its class."""
    help = "Go on with the release you had, and report this; the backup stays as well."
    try:
        return migrate()
    except Exception as fault:
        return (Problem("CW909", f"The upgrade failed ({type(fault).__name__}); all is as it was before it.", help=help),)


def _faults(before: tuple[int, str]) -> tuple[Problem, ...]:
    """Return what is wrong with the migrated tables: other tables, missing guards, another log than before."""
    from clausewise.wiring.storing import found_faults

    try:
        after = snapshots.walk(_ask, "")
    except Unopened as unsound:
        return (unsound.problem,)
    if (after.entries, after.root) != before:
        help = "Stop the service before an upgrade; if nobody was at work, report this."
        return (Problem("CW909", "During the upgrade the log changed; all is as it was before it.", help=help),)
    return found_faults()


def _ask(statement: str) -> Iterator[tuple[Any, ...]]:
    """Run a statement where the migrations ran, and yield its rows."""
    from django.db import connection

    with connection.chunked_cursor() as cursor:
        cursor.execute(statement)
        while rows := cursor.fetchmany(2000):
            yield from rows

"""Whether a database is one that cases can be trusted to."""

from collections.abc import Iterator

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from clausewise.store import guards
from clausewise.vocab.problem import Problem


def faults() -> Iterator[Problem]:
    """Yield what is wrong with the database as it stands: unsafe settings, other tables, missing guards.  See also `connecting`."""
    if connection.vendor == "sqlite":
        yield from _sqlite_faults()
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield Problem("CW845", "The tables are not those of this release.", help="Run `clausewise store migrate`.")
        return
    missing = sorted(guards.names(connection) - guards.standing(connection))
    if missing:
        message = f"Guards of the history are missing: {', '.join(missing)}."
        yield Problem("CW848", message, help="Find out who took them away; `clausewise store migrate` puts them up again.")


def _sqlite_faults() -> Iterator[Problem]:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    with connection.cursor() as cursor:
        for pragma, value in wanted.items():
            found = cursor.execute(f"PRAGMA {pragma}").fetchone()[0]
            if found != value:
                message = f"SQLite runs with {pragma} {found} instead of {value}."
                yield Problem("CW848", message, help="The folder must be on a local disk that can do this; others lose cases.")

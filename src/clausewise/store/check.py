"""Whether a database is one that cases can be trusted to."""

from collections.abc import Iterator

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from clausewise.store import guards
from clausewise.vocab.problem import Problem

POSTGRESQL_MIN = 15


def faults() -> Iterator[Problem]:
    """Yield what is wrong with the database as it stands: too old, not migrated, unguarded, or a role that may do too much."""
    if connection.vendor == "postgresql":
        yield from _postgresql_faults()
    else:
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
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    with connection.cursor() as cursor:
        for pragma, value in wanted.items():
            found = cursor.execute(f"PRAGMA {pragma}").fetchone()[0]
            if found != value:
                message = f"SQLite runs with {pragma} {found} instead of {value}."
                yield Problem("CW848", message, help="The folder must be on a local disk that can do this; others lose cases.")


def _postgresql_faults() -> Iterator[Problem]:
    connection.ensure_connection()
    version = connection.connection.info.server_version // 10_000
    if version < POSTGRESQL_MIN:
        message = f"This is PostgreSQL {version}."
        yield Problem("CW847", message, help=f"Clausewise needs PostgreSQL {POSTGRESQL_MIN} or later.")
    if mighty():
        help = "Let the application use a role that owns nothing, and name the owner in CLAUSEWISE_DATABASE_OWNER for migrations."
        yield Problem("CW846", "The database role could undo what keeps tenants apart and history unchanged.", help=help)


def mighty() -> bool:
    """Tell whether the role of this connection is a superuser, bypasses row-level security, or owns one of our tables."""
    asked = (
        "SELECT rolsuper OR rolbypassrls OR EXISTS (SELECT 1 FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace"
        " WHERE relname LIKE 'store\\_%' AND nspname = 'public' AND pg_has_role(current_user, relowner, 'MEMBER'))"
        " FROM pg_roles WHERE rolname = current_user"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return bool(cursor.fetchone()[0])

"""What the database itself refuses, whoever asks: changed history, and one tenant's rows to another.

The tables are named here once, by what may be done to their rows.  Triggers enforce it on SQLite and PostgreSQL alike; on
PostgreSQL the application's role is moreover granted no more than that, and row-level security shows it one tenant at a time.
The tenant is set for a transaction (`set_config(..., true)`), never for a session: a connection used again
must not remember.
"""

from collections.abc import Iterator
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

# Never changed, never deleted: what a regulator could ask for; the last two are of the installation, not of a tenant.
KEPT_PER_TENANT = (
    "accountact",
    "act",
    "documenttext",
    "keptlibrary",
    "determinationrun",
    "ledgerentry",
    "deadlinenotice",
    "storedfile",
    "filescan",
)
KEPT = (*KEPT_PER_TENANT, "checkpoint", "tenant")
# Never changed; an old key may go once nobody can repeat it, a salt when content must be forgotten, an outbox line when it is done,
# a patient's key when files must be forgotten or another key wraps it.
UNCHANGED = ("idempotencykey", "opening", "outbox", "patientkey")
# Counts upwards in place, and nothing else: the row, and the column that counts.
COUNTING = {"case": "version", "ledgerhead": "size"}
# Copies and counts that the workers keep, and that can be made anew.
WORKING_PER_TENANT = ("caseclock", "outboxtrouble")
WORKING = (*WORKING_PER_TENANT, "recurringjob")
# Written over and taken away as people work.
PASSING = ("draft",)
PER_TENANT = ("case", *KEPT_PER_TENANT, *UNCHANGED, *WORKING_PER_TENANT, *PASSING)
GRANTS = (
    ("SELECT, INSERT", KEPT),
    ("SELECT, INSERT, DELETE", UNCHANGED),
    ("UPDATE (due_at)", ("outbox",)),  # whoever holds a line needs this right; a trigger refuses to use it
    ("SELECT, INSERT, UPDATE", tuple(COUNTING)),
    ("SELECT, INSERT, UPDATE, DELETE", (*WORKING, *PASSING)),
)
SETTING = "clausewise.tenant"
SAYS = "the history of a case is never changed"


def put_up_after(**sent: Any) -> None:
    """Put up the guards of a database that was just migrated; the framework calls this."""
    from django.db import connections

    put_up(connections[sent["using"]])


def put_up(connection: BaseDatabaseWrapper) -> None:
    """Put up all guards, in place of those that are there."""
    written = _postgresql() if connection.vendor == "postgresql" else _sqlite()
    with connection.cursor() as cursor:
        for statement in written:
            cursor.execute(statement)


def names(connection: BaseDatabaseWrapper) -> frozenset[str]:
    """Return the names of the triggers and policies that a database of this kind must have."""
    triggers = {f"{table}_{act}" for table in (*KEPT, *UNCHANGED, *COUNTING) for act in _refused(table)}
    if connection.vendor != "postgresql":
        return frozenset(triggers)
    return frozenset(triggers | {f"{table}_truncate" for table in (*KEPT, *COUNTING)} | {f"{table}_tenant" for table in PER_TENANT})


def standing(connection: BaseDatabaseWrapper) -> frozenset[str]:
    """Return the names of the triggers and policies that a database has."""
    asked = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        asked = "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A') UNION SELECT polname FROM pg_policy"
        asked += " JOIN pg_class ON pg_class.oid = polrelid WHERE relrowsecurity"
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return frozenset(name for (name,) in cursor.fetchall())


def _refused(table: str) -> tuple[str, ...]:
    return ("update",) if table in UNCHANGED else ("update", "delete")


def _counts(table: str) -> str:
    """Return when an update of a table is refused: always, or unless it only counts upwards."""
    if table not in COUNTING:
        return ""
    counted = COUNTING[table]
    others = " OR NEW.tenant_id <> OLD.tenant_id" if table == "case" else ""
    return f"WHEN (NEW.{counted} <= OLD.{counted} OR NEW.id <> OLD.id{others})"


def _sqlite() -> Iterator[str]:
    for table in (*KEPT, *UNCHANGED, *COUNTING):
        for act in _refused(table):
            when = _counts(table) if act == "update" else ""
            yield f"DROP TRIGGER IF EXISTS {table}_{act}"
            yield (
                f"CREATE TRIGGER {table}_{act} BEFORE {act.upper()} ON store_{table} {when} "
                f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
            )


def _postgresql() -> Iterator[str]:
    yield (
        "CREATE OR REPLACE FUNCTION store_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation'; END$$"
    )
    for table in (*KEPT, *UNCHANGED, *COUNTING):
        for act in _refused(table):
            when = _counts(table) if act == "update" else ""
            yield _trigger(table, act, f"FOR EACH ROW {when}")
        if table not in UNCHANGED:
            yield _trigger(table, "truncate", "FOR EACH STATEMENT")
    tenant = f"tenant_id = nullif(current_setting('{SETTING}', true), '')::uuid"
    for table in PER_TENANT:
        yield f"ALTER TABLE store_{table} ENABLE ROW LEVEL SECURITY"
        yield f"DROP POLICY IF EXISTS {table}_tenant ON store_{table}"
        yield f"CREATE POLICY {table}_tenant ON store_{table} USING ({tenant}) WITH CHECK ({tenant})"


def _trigger(table: str, act: str, each: str) -> str:
    made = f"CREATE OR REPLACE TRIGGER {table}_{act} BEFORE {act.upper()} ON store_{table} {each}"
    return f"{made} EXECUTE FUNCTION store_refuse()"


def grant(connection: BaseDatabaseWrapper, role: str) -> None:
    """Grant the application's role on PostgreSQL what it needs and no more; whoever calls this owns the tables."""
    from django.db import connection as current

    quoted = current.ops.quote_name(role)
    with connection.cursor() as cursor:
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {quoted}")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {quoted}")
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {quoted}")
        cursor.execute(f"GRANT SELECT ON django_migrations TO {quoted}")
        for rights, tables in GRANTS:
            cursor.execute(f"GRANT {rights} ON {', '.join(f'store_{table}' for table in tables)} TO {quoted}")
        # Accounts, sessions and jobs are others' tables, and hold nothing about a patient.
        ours = ("store_", "django_migrations")
        for table in (table for table in current.introspection.table_names(cursor) if not table.startswith(ours)):
            cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {current.ops.quote_name(table)} TO {quoted}")

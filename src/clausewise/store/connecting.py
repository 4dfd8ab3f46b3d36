"""What a new connection to PostgreSQL must be before it is used: recent enough, and of a role that cannot undo the guards."""

from typing import Any

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

from clausewise.vocab.problem import Problem

POSTGRESQL_MIN = 15
MIGHTY = (
    "SELECT rolsuper OR rolbypassrls OR EXISTS (SELECT 1 FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace"
    " WHERE relname LIKE 'store\\_%' AND nspname = 'public' AND pg_has_role(current_user, relowner, 'MEMBER'))"
    " FROM pg_roles WHERE rolname = current_user"
)


class Unfit(OperationalError):
    """A connection that is not used, and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def refuse_unfit(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Refuse a new connection that is unfit; the framework calls this.  Commands that change tables connect as owner, and may.

    Raises:
        Unfit: the server is too old, or the role too mighty.
    """
    if connection.vendor != "postgresql":
        return
    problem = _unfit(connection)
    if problem is not None:
        connection.close()  # else it would stay open, and be used by whoever asks next
        raise Unfit(problem)


def _unfit(connection: BaseDatabaseWrapper) -> Problem | None:
    version = connection.connection.info.server_version // 10_000
    if version < POSTGRESQL_MIN:
        help = f"Clausewise needs PostgreSQL {POSTGRESQL_MIN} or later."
        return Problem("CW847", f"This is PostgreSQL {version}.", help=help)
    as_owner = connection.settings_dict.get("AS_OWNER")
    return mighty_role() if not as_owner and _mighty(connection) else None


def _mighty(connection: BaseDatabaseWrapper) -> bool:
    """Tell whether the role is a superuser, bypasses row-level security, or owns one of our tables."""
    with connection.cursor() as cursor:
        cursor.execute(MIGHTY)
        return bool(cursor.fetchone()[0])


def mighty_role() -> Problem:
    """Return the problem of an application that works under a role that may do too much."""
    help = "Let the application use a role that owns nothing, and name the owner in CLAUSEWISE_DATABASE_OWNER for migrations."
    return Problem("CW846", "The database role could undo what keeps tenants apart and history unchanged.", help=help)

"""Which SQLite is used: the one that comes with this program, under the name the web framework asks for.

SQLite 3.7.0 to 3.51.2 can damage a database in WAL mode that two connections write to; a machine's own library is often older.
So the module that carries its own SQLite takes the place of Python's, before anybody has asked for it.
"""

import sys

from clausewise.vocab.problem import Problem

SQLITE_MIN = (3, 51, 3)
FRAMEWORK_BACKEND = "django.db.backends.sqlite3.base"


def install() -> Problem | None:
    """Put our SQLite in place of Python's, or return why that cannot be done."""
    import sqlcipher3
    import sqlcipher3.dbapi2

    fault = too_old(sqlcipher3.sqlite_version_info)
    if fault is None and FRAMEWORK_BACKEND in sys.modules and sys.modules.get("sqlite3") is not sqlcipher3:
        fault = Problem("CW843", "Another SQLite was loaded first.", help="Start the program by `clausewise`.")
    if fault is None:
        sys.modules["sqlite3"] = sqlcipher3
        sys.modules["sqlite3.dbapi2"] = sqlcipher3.dbapi2
    return fault


def too_old(version: tuple[int, ...]) -> Problem | None:
    """Return the problem of an SQLite that can damage the cases, or None for one that does not."""
    if version >= SQLITE_MIN:
        return None
    found, least = (".".join(map(str, one)) for one in (version, SQLITE_MIN))
    return Problem("CW843", f"This is SQLite {found}, which can damage the cases.", help=f"Install sqlcipher3 with SQLite {least}.")

"""Starting the storage: configuration, secrets, the right SQLite, then the web framework; and the errands of its commands."""

import os
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from clausewise.vocab.problem import Problem
from clausewise.wiring.configuration import Configuration, configure, read_secret
from clausewise.wiring.sqlite_gate import install

SETTINGS = "clausewise.wiring.settings"
OWNER_SETTINGS = "clausewise.wiring.owner_settings"


def start(environment: Mapping[str, str], as_owner: bool = False) -> tuple[Problem, ...]:
    """Start the storage that the environment names, once in a process; return what keeps it from starting.

    Args:
        as_owner: connect as the owner of the tables, for commands that change them.
    """
    configuration, problems = configure(environment)
    if configuration is None:
        return problems
    secret = read_secret(configuration.secret_key_file)
    if isinstance(secret, Problem):
        return (_without_secret(configuration, secret),)
    gate = install()
    if gate is not None:
        return (gate,)
    os.environ["DJANGO_SETTINGS_MODULE"] = OWNER_SETTINGS if as_owner else SETTINGS
    import django

    django.setup()
    return ()


def _without_secret(configuration: Configuration, secret: Problem) -> Problem:
    if configuration.secret_key_file.exists():
        return secret
    return Problem("CW845", "There is no storage here yet.", str(configuration.data), help="Run `clausewise store migrate`.")


def prepare(environment: Mapping[str, str]) -> tuple[Problem, ...]:
    """Make the data folder, the secret key and the file key where they are not there; return what keeps them from being made."""
    configuration, problems = configure(environment)
    if configuration is None:
        return problems
    try:
        configuration.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_secret(configuration.secret_key_file)
        _make_secret(configuration.file_key_file, "1 ")
    except OSError as fault:
        message = f"The data folder cannot be made: {fault.strerror}."
        return (Problem("CW840", message, str(configuration.data), help="Name another in CLAUSEWISE_DATA."),)
    return ()


def _make_secret(file: Path, before: str = "") -> None:
    try:
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(number, "w", encoding="utf-8") as secret:
        secret.write(f"{before}{secrets.token_urlsafe(64)}\n")


def migrate(environment: Mapping[str, str], faults: Callable[[], tuple[Problem, ...]] = tuple) -> tuple[Problem, ...]:
    """Bring the tables to this release as their owner, put up the guards, and grant the application's role its rights.

    Args:
        faults: looks at what was migrated.  If it finds something nothing was done, on PostgreSQL; on SQLite the caller has to put
            back what was there.
    """
    problems = prepare(environment) or start(environment, as_owner=True)
    if problems:
        return problems
    from django.core.management import call_command
    from django.db import connection, transaction

    from clausewise.store import guards
    from clausewise.store.connecting import mighty_role
    from clausewise.store.faults import attempt

    configuration, _ = configure(environment)
    assert configuration is not None, "it was started with this"
    role = "" if configuration.database.path else configuration.database.role
    if role and (configuration.owner is None or configuration.owner.role == role):
        return (mighty_role(),)

    def work() -> tuple[Problem, ...]:
        # One transaction where the database can: all of the tables are of this release, or none.
        with transaction.atomic() if role else nullcontext():
            call_command("migrate", interactive=False, verbosity=0)
            if role:
                guards.grant(connection, role)
            found = faults()
            if found and role:
                transaction.set_rollback(True)
        return found

    done = attempt(work)
    return done if isinstance(done, tuple) else done.problems


def demonstration_settings(folder: Path) -> dict[str, str]:
    """Return the settings under which a demonstration lives in a folder of its own, whatever else is configured."""
    alone = {"CLAUSEWISE_DATA": str(folder.absolute()), "CLAUSEWISE_CONFIG": "", "CLAUSEWISE_DATABASE": ""}
    return {**alone, "CLAUSEWISE_SECOND_FACTOR": "optional"}


def new_id() -> UUID:
    """Return a new random id."""
    return UUID(bytes=secrets.token_bytes(16), version=4)


def elapsed_seconds() -> float:
    """Return the seconds since some moment, by a clock that nobody sets."""
    return time.monotonic()


def now() -> datetime:
    """Return the instant."""
    return datetime.now(UTC)

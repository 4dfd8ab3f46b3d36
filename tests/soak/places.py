"""Databases of their own for the soak programs, found by other processes through their environment."""

import os
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.conftest import ROOT
from tests.unit.store import databases

FOUND_BELOW = os.pathsep.join((str(ROOT / "src"), str(ROOT)))


@dataclass(frozen=True)
class Place:
    """A database that was migrated: how another process finds it, and this one as the application and as one who sees all."""

    kind: str
    environment: Mapping[str, str]
    app: Mapping[str, Any]
    all_seeing: Mapping[str, Any]
    server: databases.PostgreSQL | None = None

    def use(self, as_owner: bool = False) -> None:
        """Let this process connect anew, as the application or as one who sees all tenants."""
        databases.use(dict(self.all_seeing if as_owner else self.app))


def leave() -> None:
    """Give up this process's connection: a file that nobody has open is opened anew by whoever comes next."""
    from django.db import connection

    connection.close()


def new_tenant() -> UUID:
    """A new tenant of the database in use."""
    from clausewise.wiring.storing import open_tenant

    found = open_tenant(secrets.token_hex(8))
    assert isinstance(found, UUID), found
    return found


@contextmanager
def sqlite(folder: Path) -> Iterator[Place]:
    """An SQLite database in a folder; at the end this process has the one back that it had before."""
    before = os.environ.get("CLAUSEWISE_DATA")
    usual = databases.begin(folder)
    from django.core.management import call_command

    settings = {**usual, "NAME": str(folder / "data" / "clausewise.sqlite3")}
    databases.use(settings)
    call_command("migrate", interactive=False, verbosity=0)
    leave()
    try:
        yield Place("sqlite", {**os.environ, "PYTHONPATH": FOUND_BELOW}, settings, settings)
    finally:
        databases.use(usual)
        os.environ |= {"CLAUSEWISE_DATA": before} if before else {}


@contextmanager
def postgresql(folder: Path, connections: int = 60) -> Iterator[Place]:
    """A PostgreSQL server of its own, with an application's role; `folder` is one that its user may enter."""
    with sqlite(folder / "beside") as beside:
        server = databases.start_postgresql(folder / "server", connections)
        try:
            databases.migrate_postgresql(server)
            password = folder / "beside" / "password"
            password.write_text(server.password)
            password.chmod(0o600)
            url = f"postgresql://app@127.0.0.1:{server.port}/clausewise"
            named = {"CLAUSEWISE_DATABASE": url, "CLAUSEWISE_DATABASE_PASSWORD_FILE": str(password)}
            yield Place("postgresql", {**beside.environment, **named}, server.settings("app"), server.settings("super"), server)
        finally:
            leave()
            with suppress(AssertionError):
                databases.stop_postgresql(server)


def kill_server(server: databases.PostgreSQL) -> int:
    """Kill a whole PostgreSQL server, the first process and all it made, with SIGKILL; return how many there were."""
    first = int((server.folder / "postmaster.pid").read_text().split()[0])
    made = subprocess.run(["pgrep", "-P", str(first)], capture_output=True, text=True).stdout.split()
    killed = [first, *map(int, made)]
    for one in killed:
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)
    while any(Path(f"/proc/{one}").exists() for one in killed):  # until nobody can take it for a server that runs
        time.sleep(0.01)
    return len(killed)

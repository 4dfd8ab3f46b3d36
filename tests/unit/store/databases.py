"""Real databases for the tests: one of each kind for a session, a new tenant for each test."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from clausewise.wiring import start


@dataclass(frozen=True)
class PostgreSQL:
    """A server that was started for the tests: where it listens, and who owns the database."""

    port: int
    folder: Path
    password: str
    connections: int = 60

    def settings(self, role: str) -> dict[str, Any]:
        """The framework's settings of a connection as a role."""
        named = {"NAME": "clausewise", "HOST": "127.0.0.1", "PORT": self.port, "USER": role, "PASSWORD": self.password}
        kept = {"CONN_HEALTH_CHECKS": True, "CONN_MAX_AGE": None, "AS_OWNER": role != "app"}
        return {"ENGINE": "django.db.backends.postgresql", **kept, **named}


def programs() -> Path | None:
    """The folder of PostgreSQL's own programs, the newest, or None where it is not installed."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name), default=None)


def start_postgresql(folder: Path, connections: int = 60) -> PostgreSQL:
    """Start a server on a free port, as its own user where we are root, with a database that `owner` owns and `app` uses."""
    found = programs()
    if found is None:
        sentence = "PostgreSQL is not tested: it is not installed (on Debian: apt-get install postgresql)"
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder.mkdir(exist_ok=True)
    server = PostgreSQL(port, folder / "pg", secrets.token_hex(16), connections)
    _run(folder, str(found / "initdb"), "-D", str(server.folder), "-U", "super", "-A", "trust", "--no-sync")
    restart_postgresql(server)
    _ask(found, server, "postgres", f"CREATE ROLE owner LOGIN PASSWORD '{server.password}'")
    _ask(found, server, "postgres", f"CREATE ROLE app LOGIN PASSWORD '{server.password}'")
    _ask(found, server, "postgres", "CREATE DATABASE clausewise OWNER owner")
    _ask(found, server, "clausewise", "ALTER SCHEMA public OWNER TO owner")
    return server


def restart_postgresql(server: PostgreSQL) -> None:
    """Start a server that is not running, on its port."""
    found = programs()
    assert found is not None
    options = f"-p {server.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c shared_buffers=32MB"
    options += f" -c max_connections={server.connections}"
    log = str(server.folder.parent / "pg.log")
    _run(server.folder.parent, str(found / "pg_ctl"), "-D", str(server.folder), "-w", "-l", log, "-o", options, "start")


def stop_postgresql(server: PostgreSQL) -> None:
    """Stop a server."""
    found = programs()
    assert found is not None
    _run(server.folder.parent, str(found / "pg_ctl"), "-D", str(server.folder), "-m", "immediate", "stop")


def _ask(found: Path, server: PostgreSQL, database: str, statement: str) -> None:
    place = ["-h", "127.0.0.1", "-p", str(server.port), "-U", "super", "-d", database]
    subprocess.run([str(found / "psql"), *place, "-q", "-c", statement], check=True, capture_output=True)


def _run(folder: Path, *command: str) -> None:
    """Run a program of PostgreSQL; it refuses to be root, so it is then the user that its package made."""
    words = list(command)
    if os.getuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        words = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *words]
    done = subprocess.run(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 0, done.stderr


def use(settings: dict[str, Any]) -> None:
    """Let every connection from now on go to another database."""
    from django.db import connections

    connections["default"].close()
    connections.settings["default"] = connections.configure_settings({"default": dict(settings)})["default"]
    del connections["default"]


def begin(folder: Path) -> dict[str, Any]:
    """Start the storage in this process on an SQLite file of its own, and return the settings of that."""
    data = folder / "data"
    os.environ["CLAUSEWISE_DATA"] = str(data)
    assert () == start.migrate(os.environ)
    from django.db import connections

    return dict(connections.settings["default"])


def migrate_postgresql(server: PostgreSQL) -> None:
    """Make the tables as their owner, and grant the application's role its rights."""
    from django.core.management import call_command
    from django.db import connection

    from clausewise.store import guards

    use(server.settings("owner"))
    call_command("migrate", interactive=False, verbosity=0)
    guards.grant(connection, "app")

"""Where backups are made of and restored to: an installation on each kind of database, and an empty one beside it."""

import os
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clausewise.wiring.configuration import Configuration, Database
from tests.unit.store import databases

KEY = bytes(range(32))


@dataclass(frozen=True)
class Installation:
    """An installation: its configuration, and how the framework reaches its database as a role."""

    configuration: Configuration
    server: databases.PostgreSQL | None = None

    def use(self, role: str = "app") -> None:
        """Let every connection from now on go here."""
        from django.db import connections

        database = self.configuration.database
        if self.server is None:
            databases.use({**connections.settings["default"], "NAME": str(database.path)})
        else:
            databases.use(self.server.settings(role) | {"NAME": database.name})

    def ready(self) -> None:
        """Grant the application's role its rights, as `restore` does by migrating, and work as that role."""
        from django.db import connection

        from clausewise.store import guards

        if self.server is not None:
            self.use("owner")
            guards.grant(connection, "app")
        self.use()


def installation(server: databases.PostgreSQL | None, sqlite: dict[str, Any]) -> Installation:
    """The installation that the tests of the storage work on."""
    data = Path(sqlite["NAME"]).parent
    keys: dict[str, Any] = {"secret_key_file": data / "secret_key", "file_key_file": data / "file_key"}
    keys |= {"hosts": (), "scanner": None}
    if server is None:
        return Installation(Configuration(data, Database(Path(sqlite["NAME"])), None, **keys))
    app = Database(None, "127.0.0.1", server.port, "clausewise", "app", server.password)
    return Installation(Configuration(data, app, replace(app, role="owner"), **keys), server)


def empty_place(like: Installation, folder: Path) -> Installation:
    """An installation of the same kind without anything in it."""
    data = folder / secrets.token_hex(4)
    configuration = replace(like.configuration, data=data)
    if like.server is None:
        return Installation(replace(configuration, database=Database(data / "clausewise.sqlite3")))
    name = f"empty_{secrets.token_hex(4)}"
    found = databases.programs()
    assert found is not None
    databases._ask(found, like.server, "postgres", f"CREATE DATABASE {name} OWNER owner")
    databases._ask(found, like.server, name, "ALTER SCHEMA public OWNER TO owner")
    app, owner = configuration.database, configuration.owner
    assert owner is not None
    moved = replace(configuration, database=replace(app, name=name), owner=replace(owner, name=name))
    return Installation(moved, like.server)


def left_behind(folder: Path) -> list[str]:
    """What lies in a folder, for a test that nothing was left there by halves."""
    return sorted(os.listdir(folder)) if folder.exists() else []

"""The database of a test: SQLite and PostgreSQL in turn, the same promises for both."""

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import pytest

from clausewise.files.custody import Custody
from clausewise.files.keys import key_ring
from clausewise.policy.case_file import Source
from clausewise.wiring.setting import Setting, open_setting
from tests.cli.cases import scar
from tests.unit.store import databases

CUSTODY = Custody(key_ring({1: "a key that only the tests know, and long enough"}))
NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """An SQLite database, migrated; whoever uses it has its settings."""
    before = os.environ.get("CLAUSEWISE_DATA")
    yield databases.begin(tmp_path_factory.mktemp("store"))
    os.environ.pop("CLAUSEWISE_DATA")
    if before is not None:
        os.environ["CLAUSEWISE_DATA"] = before


@pytest.fixture(scope="session")
def server(sqlite: dict[str, Any]) -> Iterator[databases.PostgreSQL]:
    """A PostgreSQL server of its own, migrated.  Its user may not look into the folder of the tests."""
    with TemporaryDirectory(prefix="clausewise-postgresql-", ignore_cleanup_errors=True) as place:
        started = databases.start_postgresql(Path(place))
        try:
            databases.migrate_postgresql(started)
            databases.use(sqlite)
            yield started
        finally:
            databases.stop_postgresql(started)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database(request: pytest.FixtureRequest, sqlite: dict[str, Any]) -> Iterator[str]:
    """The kind of database that the test runs on."""
    if request.param == "postgresql":
        databases.use(request.getfixturevalue("server").settings("app"))
    else:
        databases.use(sqlite)
    yield request.param
    databases.use(sqlite)


@pytest.fixture(scope="session")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Setting:
    """The bundled documents, compiled once."""
    return open_setting(cache=False)


@dataclass(frozen=True)
class Person:
    """Somebody who acts for a tenant."""

    tenant: UUID
    setting: Setting

    custody: Custody = CUSTODY

    def acting(self, minutes: int = 0, actor: UUID | None = None) -> Any:
        """Who acts, some minutes after noon."""
        from clausewise.ledger.leaf import PROGRAM
        from clausewise.store.acting import Acting

        at = NOON + timedelta(minutes=minutes)
        return Acting(self.tenant, actor or PROGRAM, at, self.setting, secrets.token_bytes, self.custody)

    def of(self, tenant: UUID) -> "Person":
        """The same person at another tenant."""
        return replace(self, tenant=tenant)


@pytest.fixture
def person(database: str, setting: Setting) -> Person:
    """Somebody at a tenant that nobody else uses."""
    return Person(opened(), setting)


def opened() -> UUID:
    """A new tenant."""
    from clausewise.wiring.storing import open_tenant

    found = open_tenant(secrets.token_hex(8))
    assert isinstance(found, UUID)
    return found


def request_of(name: str = "S1", **said: str) -> Source:
    """A request as a case file: a scar, by default approved."""
    return Source("request.yaml", ("clinical:\n" + scar(name, **said)).encode())


def folder(path: Path) -> Source:
    """A request as a directory."""
    return Source(str(path), files={one.relative_to(path).as_posix(): one.read_bytes() for one in path.rglob("*") if one.is_file()})

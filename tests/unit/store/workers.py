"""A worker in the hands of a test: its clock, its chance, and what it is to be stopped by."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from typing import Any

from tests.unit.conftest import NOON, Person


@dataclass
class Hand:
    """A clock that shows what the test wants."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        """The instant."""
        return self.now

    def to(self, **span: float) -> None:
        """Move on, or back."""
        self.now += timedelta(**span)


def place_of(person: Person, clock: Callable[[], datetime], stopping: Callable[[], bool] = bool) -> Any:
    """What a worker works with."""
    from clausewise.wiring.jobs import Workplace, workplace

    found = workplace(person.setting, clock, secrets.token_bytes, stopping)
    assert isinstance(found, Workplace), found
    return found


def worker_of(person: Person, clock: Callable[[], datetime]) -> Any:
    """A worker for one tenant, whose chance is always the same."""
    from clausewise.wiring.worker import Worker

    return Worker(place_of(person, clock), lambda: 0.5, Event(), person.tenant)


def work(person: Person, clock: Callable[[], datetime]) -> None:
    """Do everything that is due for a tenant."""
    worker_of(person, clock).work(once=True)


def rows_of(person: Person, table: str, **wanted: Any) -> list[dict[str, Any]]:
    """The rows of a table that a tenant has, in their order."""
    from clausewise.store import models
    from clausewise.store.acting import for_tenant

    with for_tenant(person.tenant):
        return list(getattr(models, table).objects.of(person.tenant).filter(**wanted).order_by("pk").values())

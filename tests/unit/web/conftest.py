"""The pages on both databases."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clausewise.vocab.role import Role
from tests.unit.conftest import Person
from tests.unit.web.asking import Caller, caller

EVERYTHING = (Role.INTAKE, Role.NURSE, Role.PHYSICIAN, Role.SUPERVISOR)


@pytest.fixture
def asking(person: Person) -> Caller:
    """Somebody with a token who may do everything to a case."""
    return caller(person.tenant, *EVERYTHING)


@pytest.fixture
def settings_of(sqlite) -> Iterator[Callable[..., None]]:
    """A way to have other settings until the test is over."""
    from django.test import override_settings

    changed: list[Any] = []

    def change(**values: Any) -> None:
        changed.append(override_settings(**values))
        changed[-1].enable()

    yield change
    for one in changed:
        one.disable()

"""The pages on both databases: people of two tenants, and a browser that keeps no more than a cookie."""

import pytest

from clausewise.vocab.role import Role
from tests.unit.store.conftest import Person, database, person, server, setting, sqlite  # noqa: F401  fixtures for these tests
from tests.unit.web.asking import Caller, caller

EVERYTHING = (Role.INTAKE, Role.NURSE, Role.PHYSICIAN, Role.SUPERVISOR)


@pytest.fixture
def asking(person: Person) -> Caller:  # noqa: F811
    """Somebody with a token who may do everything to a case."""
    return caller(person.tenant, *EVERYTHING)

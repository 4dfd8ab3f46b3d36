"""The pages on both databases: people of two tenants, and a browser that keeps no more than a cookie."""

from tests.unit.store.conftest import database, person, server, setting, sqlite  # noqa: F401  fixtures for these tests

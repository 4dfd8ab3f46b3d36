"""Every route has its row in the authorization matrix, and what has none is answered as if it did not exist."""

from typing import Any

from tests.unit.conftest import Person
from tests.unit.web.walking import named


def without_row(patterns: list[Any]) -> set[str]:
    """The routes that no row of the matrix names."""
    from clausewise.web.access import MATRIX

    return set(named(patterns)) - {name for _, name in MATRIX}


def test_every_route_has_a_row(sqlite):
    """A route that the matrix does not name fails the build, and so does a row for a route that is not there."""
    from django.urls import get_resolver

    from clausewise.web.access import MATRIX

    patterns = get_resolver().url_patterns
    assert set() == without_row(patterns)
    assert set() == {name for _, name in MATRIX} - set(named(patterns))


def test_a_route_without_a_row_is_found_and_not_answered(person: Person, monkeypatch):
    """A view that somebody adds and forgets in the matrix is told of by name, and nobody gets to it."""
    from django.http import HttpResponse
    from django.test import Client
    from django.urls import clear_url_caches, path

    from clausewise.web import urls

    forgotten = path("forgotten", lambda request: HttpResponse("seen"), name="forgotten")
    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, forgotten])
    clear_url_caches()
    assert {"forgotten"} == without_row(urls.urlpatterns)
    answer = Client(headers={"host": "localhost"}).get("/forgotten")
    monkeypatch.undo()
    clear_url_caches()
    assert (404, False) == (answer.status_code, b"seen" in answer.content)

"""A form that was not sent from a page of ours is refused on every route that changes something."""

from typing import Any

from django.test import Client, RequestFactory

from clausewise.vocab.role import Role
from tests.unit.web import expected
from tests.unit.web.people import HOST, a_case, somebody
from tests.unit.web.test_tokens import token_of


def views(patterns: list[Any]) -> list[Any]:
    """Every view of the application."""
    found = []
    for one in patterns:
        found += views(one.url_patterns) if hasattr(one, "url_patterns") else [one.callback]
    return found


def test_no_view_can_ask_to_be_left_out(sqlite):
    """Each view of the application refuses a form without the token, also one that asks to be left out."""
    from django.http import HttpResponse
    from django.urls import get_resolver
    from django.views.decorators.csrf import csrf_exempt

    from clausewise.web.gate import Csrf

    guard = Csrf(lambda request: HttpResponse())
    for view in (*views(get_resolver().url_patterns), csrf_exempt(lambda request: HttpResponse())):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            request = RequestFactory(headers=HOST).generic(method, "/")
            guard.process_request(request)
            answer = guard.process_view(request, view, (), {})
            assert answer is not None and 403 == answer.status_code


def test_a_forged_form_changes_nothing(person):
    """Without the token, with a wrong one, or from another origin a form is refused; with the page's own it is taken."""
    one, case = somebody(person.tenant, Role.NURSE), a_case(person, "")
    client = one.browser(csrf=True)
    token = client.get("/account/").content.decode().partition('csrfmiddlewaretoken" value="')[2][:64]
    address = f"/draft/note/{case}/"

    def sent(given: str, **headers: str) -> int:
        return client.post(address, {"text": "x", "csrfmiddlewaretoken": given}, headers=headers).status_code

    assert [403, 403] == [sent(""), sent("x" * 64)]
    assert 403 == sent(token, origin="https://evil.example")
    assert 204 == sent(token) == sent(token, origin="http://localhost")


def test_signing_in_cannot_be_forged(sqlite):
    """Nobody is signed in to a stranger's account by a form on a stranger's page."""
    unsafe = [name for name, method in expected.routes() if method == "POST" and expected.routes()[name, method][0] == "public"]
    client = Client(enforce_csrf_checks=True, headers=HOST)
    from django.urls import get_resolver, reverse

    from tests.unit.web.walking import SAMPLES, walked

    arguments = dict(walked(get_resolver().url_patterns))
    for name in unsafe:
        address = reverse(name, kwargs={one: SAMPLES[one] for one in arguments[name]})
        assert 403 == client.post(address, {"login": "x", "password": "y"}).status_code, name


def test_a_token_needs_no_form(person):
    """A program with a token sends no token of a form; a cookie beside it does not take its place."""
    one, case = somebody(person.tenant, Role.INTEGRATION), a_case(person, "")
    client = one.browser(csrf=True)
    address = f"/draft/note/{case}/"
    assert 403 == client.post(address, {"text": "x"}).status_code
    secret = token_of(one, Role.INTEGRATION)
    assert 204 == client.post(address, {"text": "x"}, headers={"authorization": f"Bearer {secret}"}).status_code

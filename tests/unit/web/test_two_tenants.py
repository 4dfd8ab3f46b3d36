"""Two tenants whose data mirror each other, with a token in every text of one: a crawl of every route as people of the other.

The same crawl as the tenant's own people must see tokens, or it could not have seen them anywhere.
"""

import io
import json
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from clausewise.files.custody import Custody
from clausewise.policy.case_file import Source
from clausewise.vocab.role import Role
from tests.conftest import ROOT
from tests.unit.conftest import Person, folder
from tests.unit.files import corpus
from tests.unit.web import expected
from tests.unit.web.people import Somebody, an_address, somebody
from tests.unit.web.test_tokens import token_of
from tests.unit.web.walking import addresses

FORM = "application/x-www-form-urlencoded"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")


@dataclass(frozen=True)
class Mirrored:
    """A tenant with everything that can be kept there, each text with the canary in it."""

    canary: str
    tenant: UUID
    case: UUID
    file: UUID
    people: dict[Role, Somebody]


def mirrored(person: Person, canary: str) -> Mirrored:
    """A new tenant, filled."""
    from clausewise.store.cases import Seen, assign, attach, review, submit
    from clausewise.wiring.storing import custody, open_tenant
    from tests.unit.store.test_cases import receipt_of

    tenant = open_tenant(f"Plan {canary}")
    assert isinstance(tenant, UUID)
    keys = custody(os.environ)  # those that the pages have too
    assert isinstance(keys, Custody)
    there = replace(person.of(tenant), custody=keys)
    first = receipt_of(submit(there.acting(), filled(canary), f"key {canary}", f"team {canary}"))
    case, seen = first.case, Seen(first.case, first.version)
    exam = next(content for path, content in (filled(canary).files or {}).items() if path.endswith("exam.md"))
    photograph = f"documents/{canary}.jpg"
    evidence = {f"documents/notes-{canary}.md": exam, photograph: corpus.jpeg()}
    added = receipt_of(attach(there.acting(), seen, evidence, f"a-{canary}"))
    file, seen = UUID(json.loads(added.answer)["files"][photograph]["file"]), Seen(case, added.version)
    seen = Seen(case, receipt_of(assign(there.acting(), seen, f"team {canary}", f"b-{canary}")).version)
    receipt_of(review_after(there, seen, f"note {canary}", review))
    people = {role: somebody(tenant, role, name=f"{role.value}.{canary}") for role in Role}
    for one in people.values():
        one.browser().post(f"/draft/note/{case}/", {"text": f"draft {canary}"})
    return Mirrored(canary, tenant, case, file, people)


def filled(canary: str) -> Source:
    """A request as a directory, with the canary in its id, its story and every document."""
    came = folder(ROOT / "examples" / "back-scar")
    files = {}
    for path, content in (came.files or {}).items():
        if path == "case.yaml":
            content = content.replace(b"id: back-scar", f"id: back-scar-{canary}".encode())
            content = content.replace(b"A scar on the back", f"{canary} tells that a scar on the back".encode())
        files[path] = content + f"\nSeen by {canary}.\n".encode() if path.endswith(".md") else content
    return Source(came.name, files=files)


def review_after(person: Person, seen: Any, note: str, review: Any) -> Any:
    """Determine the case anew, and review it with a note."""
    from clausewise.store.cases import Seen, determine_again
    from tests.unit.store.test_cases import receipt_of

    again = receipt_of(determine_again(person.acting(), seen, secrets.token_hex(8)))
    return review(person.acting(), Seen(seen.case, again.version), note, secrets.token_hex(8))


@contextmanager
def all_logs() -> Iterator[io.StringIO]:
    """Whatever is logged inside, in full."""
    written = io.StringIO()
    heard = logging.StreamHandler(written)
    root = logging.getLogger()
    before = root.level
    root.addHandler(heard)
    root.setLevel(logging.DEBUG)
    try:
        yield written
    finally:
        root.removeHandler(heard)
        root.setLevel(before)


def crawl(who: Somebody, whose: Mirrored, token: str = "", everything: bool = True) -> str:
    """Each route by each of its methods, about a tenant's case and file, as somebody: all that came back, faults too.

    Without `everything` the public routes are left out, which are the same for everybody.
    """
    from django.urls import get_resolver

    client, case = who.browser(), whose.case
    client.raise_request_exception = False
    client.defaults.update({"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {})
    said = []
    for name, address in sorted(addresses(get_resolver().url_patterns, case, whose.file).items()):
        if name != "account_logout" and (everything or not is_public(name)):
            said += [answers(client, name, address, method, str(case)) for method in methods(name)]
    return "\n".join(said)


def is_public(name: str) -> bool:
    """Whether a route is for everybody, or for nobody."""
    return all(words[0] in ("public", "closed") for (route, _), words in expected.routes().items() if route == name)


def methods(name: str) -> list[str]:
    """The methods by which a route is asked: those it has, and one that it has not."""
    has = [method for route, method in expected.routes() if route == name]
    return [*has, next(method for method in METHODS if method not in has)]


def answers(client: Client, name: str, address: str, method: str, case: str) -> str:
    """What a route answers to a form and to an object, as a page and as an object."""
    said = []
    for kind, sent in ((FORM, f"text=x&case={case}"), ("application/json", json.dumps({"case": case}))):
        wanted = "text/html" if kind == FORM else kind
        headers = {"accept": wanted}
        answer: Any = client.generic(method, address, sent, content_type=kind, headers=headers, REMOTE_ADDR=an_address())
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code < 500 and answer.status_code != 429, (name, method, body[:300])
        said.append(f"{name} {method} {answer.status_code} {dict(answer.headers)} {body.decode(errors='replace')}")
    return "\n".join(said)


@pytest.mark.slow
def test_nobody_sees_anything_of_another_tenant(person, monkeypatch):
    """No answer, header, log line or fault of any route, asked by any role of A about B's case, holds a token of B."""
    monkeypatch.setattr("django.contrib.auth.hashers.check_password", lambda *given, **more: False)
    ours, theirs = (mirrored(person, f"canary{secrets.token_hex(6)}") for _ in "AB")
    with all_logs() as logged:
        for role, one in ours.people.items():
            said = crawl(one, theirs, everything=role is Role.NURSE)
            assert theirs.canary not in said, (role, line_with(said, theirs.canary))
            assert str(theirs.tenant) not in said
        program = ours.people[Role.INTEGRATION]
        said = crawl(program, theirs, token_of(program, Role.INTEGRATION), everything=False)
        assert theirs.canary not in said
    assert theirs.canary not in logged.getvalue()
    own = crawl(theirs.people[Role.NURSE], theirs, everything=False)
    assert theirs.canary in own and "api:file GET 200" in own


def line_with(said: str, canary: str) -> str:
    """The first line in which a canary stands."""
    return next((line[:300] for line in said.splitlines() if canary in line), "")


@pytest.mark.slow
def test_the_answer_about_a_case_of_others_is_that_about_none(person):
    """Whether a case is of another tenant, restricted to others, or was never there, is answered by the same bytes."""
    from uuid import uuid4

    from tests.unit.web.people import OURS, cases_of

    _, theirs = (mirrored(person, f"canary{secrets.token_hex(6)}") for _ in "AB")
    one = somebody(person.tenant, Role.NURSE, team=OURS)
    cases = (theirs.case, cases_of(person).restricted, uuid4())
    client = one.browser()
    shapes = set()
    for case in cases:
        answer = client.post(f"/draft/note/{case}/", {"text": "x"}, headers={"accept": "application/json"})
        kept = {name: value for name, value in answer.headers.items() if name != "X-Request-Id"}
        shapes.add((answer.status_code, answer.content, json.dumps(kept, sort_keys=True)))
    assert 1 == len(shapes) and 404 == shapes.pop()[0]

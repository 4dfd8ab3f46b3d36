"""What every answer bears, how much one may ask, what is told when nothing else can be, and what is shown to whoever watches."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.urls import URLPattern, URLResolver

from clausewise.wiring.windows import Windows

TOKEN = "9fJ2kLq8Zx0vB3nM7cT5rW1yH6dS4aGe"
EXAMPLES = {"int": "7", "uuid": str(uuid4()), "str": "x", "slug": "x", "path": "x"}
PARAMETER = re.compile(r"<(?:(\w+):)?\w+>|\(\?P<\w+>[^)]*\)")


def routes(patterns: list[Any], above: str = "/") -> Iterator[str]:
    """Every path of the site, with an example in place of each parameter."""
    for one in patterns:
        written = re.sub(r"[\^$]|\\Z", "", str(one.pattern))
        here = above + PARAMETER.sub(lambda found: EXAMPLES.get(found[1] or "str", "x"), written)
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, here)
        elif isinstance(one, URLPattern):
            yield here


@pytest.mark.slow
def test_every_route_bears_the_headers(site):
    """Whatever is asked for, by whatever method, and however it ends: nothing is kept, nothing inline runs, nobody frames it."""
    from clausewise.web.urls import urlpatterns

    client, seen = site(), set()
    paths = [*routes(urlpatterns), "/none", "/static/none.css"]
    assert {"/health/live", "/metrics", "/account/login/"} <= set(paths)
    for path in paths:
        for method in ("get", "post"):
            answer = getattr(client, method)(path)
            seen.add(answer.status_code)
            assert_guarded(answer, path)
    assert {200, 404} <= seen


def assert_guarded(answer: Any, path: str) -> None:
    """The headers of one answer."""
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert "'none'" == policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"], path
    assert "'self'" == policy["script-src"] == policy["style-src"] == policy["form-action"], path
    expected = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Server": "",
    }
    assert expected == {name: answer.headers[name] for name in expected}, path
    assert "camera=()" in answer.headers["Permissions-Policy"], path
    assert path.startswith("/static/") or "no-store" == answer.headers["Cache-Control"], path
    assert answer.headers["X-Request-Id"]


def test_the_pages_hold_nothing_inline(site):
    """No page of the accounts holds a script of its own or an attribute that runs one: the policy would not let it run."""
    client = site()
    for path in ("/account/login/", "/none"):
        text = client.get(path).content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|\son\w+=|style=", text), path


def test_browsers_are_held_to_tls_where_it_is_spoken(site):
    """Over TLS the browser is told to come by TLS alone from now on; without TLS it is told nothing."""
    client = site()
    assert "max-age=63072000" in client.get("/health/live", secure=True).headers["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in client.get("/health/live").headers


def test_a_proxy_is_believed_only_by_setting(site):
    """Without the setting nobody can say by a header that TLS is spoken, or from which address he asks."""
    sent = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1", "X-Forwarded-Host": "evil.example"}
    assert "Strict-Transport-Security" not in site().get("/health/live", headers=sent).headers
    behind = site(BEHIND_PROXY=True, SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"))
    assert "Strict-Transport-Security" in behind.get("/health/live", headers=sent).headers


def test_every_form_needs_its_token(site):
    """Each route that takes a form refuses one without the token of its page, and says nothing about why."""
    from django.test import Client

    site()
    client = Client(enforce_csrf_checks=True, SERVER_NAME="localhost")
    answer = client.post("/account/login/", {"login": "x", "password": "y"})
    assert (403, True) == (answer.status_code, b"You may not do this." in answer.content)


def test_mistakes_are_told_to_programs_as_json(site):
    """Whoever asks for JSON gets the sentence as JSON; a page is a page."""
    client = site()
    told = client.get("/none", headers={"Accept": "application/json"}).json()
    assert (404, "There is nothing here.") == (told["status"], told["problems"][0]["message"])
    assert client.get("/none").content.startswith(b"<!doctype html>")


def test_a_request_is_not_sent_back(site):
    """TRACE, which would show scripts the headers they may not read, is answered by no page."""
    assert {404, 405} >= {site().trace(path).status_code for path in ("/health/live", "/metrics", "/none")}


# ---- limits ----------------------------------------------------------------------------------------------------------


def test_an_address_that_asks_too_often_waits(site, lines):
    """After so many requests the next is answered with 429 and the time to wait; another address is still answered."""
    client = site(REQUESTS_PER_MINUTE=3)
    assert [200] * 3 + [429] == [client.get("/health/live").status_code for _ in range(4)]
    over = client.get("/health/live")
    assert 1 <= int(over.headers["Retry-After"]) <= 60
    assert 200 == client.get("/health/live", REMOTE_ADDR="192.0.2.7").status_code
    assert {"address"} == {line["limit"] for line in lines.of("request.limited")}


def test_behind_a_proxy_the_address_that_it_added_counts(site):
    """What a client writes into the header itself changes nothing: the proxy's own entry, the last one, is counted."""
    client = site(REQUESTS_PER_MINUTE=2, BEHIND_PROXY=True)
    sent = [{"X-Forwarded-For": f"198.51.100.{number}, 192.0.2.1"} for number in range(3)]
    assert [200, 200, 429] == [client.get("/health/live", headers=one).status_code for one in sent]
    assert 200 == client.get("/health/live", headers={"X-Forwarded-For": "192.0.2.1, 192.0.2.9"}).status_code


def test_a_token_counts_from_whatever_address(site):
    """One token asks as often as one address, however many addresses bear it."""
    client = site(REQUESTS_PER_MINUTE=2)
    asked = [client.get("/health/live", headers={"Authorization": "Bearer x"}, REMOTE_ADDR=f"192.0.2.{n}") for n in range(3)]
    assert [200, 200, 429] == [answer.status_code for answer in asked]


def test_an_account_counts_from_whatever_address(site):
    """A person asks a tenth of what an address may, however many addresses he asks from."""
    from clausewise.accounts.models import Account

    client = site(REQUESTS_PER_MINUTE=20)
    account = Account.objects.create_user(uuid4().hex)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    with_backend = site(AUTHENTICATION_BACKENDS=["django.contrib.auth.backends.ModelBackend"])
    with_backend.cookies = client.cookies
    asked = [with_backend.get("/health/live", REMOTE_ADDR=f"192.0.2.{n}") for n in range(3)]
    assert [200, 200, 429] == [answer.status_code for answer in asked]


def test_signing_in_stops_when_nobody_can_count(site, tmp_path):
    """Where the counts cannot be kept, pages are still read, and nobody can try passwords without end."""
    client = site(LIMITS_FILE=str(tmp_path / "gone" / "limits.sqlite3"))
    assert 200 == client.get("/health/live").status_code
    assert [429, 429] == [client.post(f"/account/{way}/", {"login": "x"}).status_code for way in ("login", "2fa/authenticate")]
    assert 429 != client.post("/account/draft/note/", {"text": "x"}).status_code


def test_a_window_ends_and_is_forgotten(tmp_path):
    """Counts begin anew when the window is over, also after the clock was set back, and what is over leaves the file."""
    windows, later = Windows(tmp_path / "counts.sqlite3", b"key"), Windows(tmp_path / "counts.sqlite3", b"key")
    assert [1, 2, 3] == [one.count("address", "a", 60, 100.0)[0] for one in (windows, later, windows)]
    assert 1 == windows.count("token", "a", 60, 100.0)[0]
    assert [4, 1, 1] == [windows.count("address", "a", 60, now)[0] for now in (159.0, 160.5, 20.0)]
    windows.count("address", "b", 60, 5_000.0)
    from sqlcipher3 import dbapi2

    kept = dbapi2.connect(str(tmp_path / "counts.sqlite3")).execute("SELECT count(*), sum(who LIKE '%a%') FROM counted")
    assert 1 == kept.fetchone()[0]


@pytest.mark.slow
def test_many_threads_count_each_request_once(tmp_path):
    """Eight threads with a hundred requests each: every count from 1 to 800 is given once."""
    from concurrent.futures import ThreadPoolExecutor

    windows = Windows(tmp_path / "counts.sqlite3", b"key")
    with ThreadPoolExecutor(8) as threads:
        counted = list(threads.map(lambda _: windows.count("address", "a", 60, 100.0)[0], range(800)))
    assert list(range(1, 801)) == sorted(counted)


# ---- health and figures ----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_readiness_tells_codes_alone(site, person, monkeypatch):
    """Ready, or not, with the codes of what is wrong: no room, a clock that was set back, a key that others read."""
    from clausewise.web import health
    from clausewise.wiring import readiness
    from tests.unit.store.test_cases import taken_in

    client = site()
    taken_in(person)

    def answered() -> tuple[int, Any]:
        answer = client.get("/health/ready")
        return answer.status_code, answer.json()

    noon = person.acting().now
    monkeypatch.setattr(health, "now", lambda: noon)
    assert (200, {"ready": True, "problems": []}) == answered()
    monkeypatch.setattr(health, "now", lambda: noon - timedelta(hours=1))
    assert (503, {"ready": False, "problems": ["CW911"]}) == answered()
    monkeypatch.setattr(health, "now", lambda: noon)
    monkeypatch.setattr(readiness, "ROOM_BYTES_MIN", 1 << 62)
    assert (503, {"ready": False, "problems": ["CW910"]}) == answered()


def test_readiness_tells_when_no_worker_works(site, person, monkeypatch):
    """Ten minutes after the last slot of a job, or after the start, the code stands there; cases can be taken all the same."""
    from clausewise.store.models import RecurringJob
    from clausewise.web import health
    from clausewise.wiring import readiness

    client, began = site(), person.acting().now

    def told(**after: float) -> tuple[int, bool, list[str]]:
        monkeypatch.setattr(health, "now", lambda: began + timedelta(**after))
        answer = client.get("/health/ready")
        return answer.status_code, answer.json()["ready"], answer.json()["problems"]

    RecurringJob.objects.all().delete()
    monkeypatch.setattr(readiness, "BEGAN", began)
    assert ((200, True, []), (200, True, ["CW912"])) == (told(minutes=10), told(minutes=10, seconds=1))
    RecurringJob(name="watch deadlines", slot=began + timedelta(minutes=5), task="x").save(force_insert=True)
    assert ((200, True, []), (200, True, ["CW912"])) == (told(minutes=15), told(minutes=15, seconds=1))
    RecurringJob.objects.all().delete()


def test_a_key_that_others_can_read_is_not_ready(site):
    """Readiness looks at the key file each time, and not only at the start."""
    key = Path(os.environ["CLAUSEWISE_DATA"]) / "secret_key"
    key.chmod(0o644)
    try:
        assert {"ready": False, "problems": ["CW841"]} == site().get("/health/ready").json()
    finally:
        key.chmod(0o600)


def test_the_figures_are_for_whoever_bears_the_token(site):
    """Without a token in the settings there are no figures; with one they are for whoever bears it."""
    assert 404 == site().get("/metrics").status_code
    client = site(METRICS_TOKEN=TOKEN)
    sent = [{}, {"Authorization": TOKEN[:-1]}, {"Authorization": "Bearer "}, {"Authorization": f"Bearer {TOKEN}"}]
    assert [403, 403, 403, 200] == [client.get("/metrics", headers=one).status_code for one in sent]


def test_the_figures_tell_what_happened_and_how_things_stand(site, person, database):
    """A case that is taken in is seen in acts, lines, outbox and log; a tenant, a person or a case is seen nowhere."""
    from tests.unit.store.test_cases import taken_in

    client = site(METRICS_TOKEN=TOKEN)
    before = figures(client)
    receipt, _ = taken_in(person)
    after = figures(client)
    grown = {name: after[name] - before.get(name, 0) for name in after if after[name] != before.get(name, 0)}
    assert 1 == grown['clausewise_acts_total{kind="received"}'] == grown['clausewise_acts_total{kind="determined"}']
    assert 1 == sum(value for name, value in grown.items() if name.startswith("clausewise_determined_lines_total"))
    assert 3 == grown["clausewise_ledger_entries"] == grown["clausewise_outbox_lines"]
    assert (0, 0) == (grown.get("clausewise_outbox_lines_dead", 0), grown.get("clausewise_job_runs", 0))
    assert 1 == after["clausewise_database_up"]
    assert not any(str(told) in name for name in after for told in (person.tenant, receipt.case))


def test_the_figures_tell_what_gave_up_and_what_was_noticed(site, person, database):
    """A line that gave up is counted as dead and no more as waiting; a warning and a deadline that passed by their kinds."""
    from clausewise.store.outbox import ATTEMPTS_MAX, Effect, do_next
    from tests.unit.store.test_cases import taken_in
    from tests.unit.store.workers import Hand, rows_of, work

    client, clock = site(METRICS_TOKEN=TOKEN), Hand()
    before = figures(client)
    taken_in(person)
    clock.to(days=60)
    work(person, clock)
    taken_in(person, name="S2")
    waiting = figures(client)
    for _ in range(ATTEMPTS_MAX):
        do_next(person.tenant, {"received": Effect(lambda _: 1 // 0)}, clock(), lambda: 0.5)  # type: ignore[arg-type]
        clock.to(hours=1)
    after = figures(client)
    dead, lines = "clausewise_outbox_lines_dead", "clausewise_outbox_lines"
    assert (1, -1) == (after[dead] - waiting[dead], after[lines] - waiting[lines])
    noticed = Counter(row["kind"] for row in rows_of(person, "DeadlineNotice"))
    assert noticed["passed"]
    assert {kind: after[notices(kind)] - before[notices(kind)] for kind in ("warned", "waited", "passed")} == {
        kind: noticed[kind] for kind in ("warned", "waited", "passed")
    }


def notices(kind: str) -> str:
    """The figure of notices of a kind."""
    return f'clausewise_deadline_notices{{kind="{kind}"}}'


def figures(client: Any) -> dict[str, float]:
    """The figures by name and labels."""
    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    rows = [line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in rows}


def test_without_its_database_the_figures_say_so(site, database, sqlite, tmp_path):
    """When the database is gone the figures are still answered, and tell that."""
    from django.db import connections

    from tests.unit.store import databases

    place = {"NAME": str(tmp_path / "gone" / "x.sqlite3")} if database == "sqlite" else {"HOST": "127.0.0.1", "PORT": 9}
    databases.use({**connections.settings["default"], **place})
    assert 0 == figures(site(METRICS_TOKEN=TOKEN))["clausewise_database_up"]

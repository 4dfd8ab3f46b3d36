"""The program as people start it: served on a port, with a demonstration in it, asked over real HTTP."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import ROOT
from tests.unit.web.asking import scar_case

SAID = re.compile(r"at (http://127\.0\.0\.1:\d+)/ .* Sign in as (\S+) with the password (\S+): (\d+) invented cases")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Any, re.Match[str]]]:
    """A demonstration that is served, and what it said when it started."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = [sys.executable, "-m", "clausewise", "serve", "--demonstration", str(tmp_path / "shown"), "--port", port]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"}
    environment = {name: value for name, value in environment.items() if not name.startswith(("CLAUSEWISE_", "DJANGO_"))}
    program = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert program.stdout is not None
    try:
        said = SAID.search(program.stdout.readline())
        assert said is not None, program.stdout.read()
        yield program, said
    finally:
        program.send_signal(signal.SIGINT)
        program.communicate(timeout=60)


@pytest.mark.slow
def test_the_photograph_of_the_worked_example_is_fetched(served):
    """The case that is listed first names its photograph, with its state, and hands it out rebuilt."""
    _, said = served
    address, name, password, _ = said.groups()
    retrying = httpx.HTTPTransport(retries=20)
    with httpx.Client(base_url=address, transport=retrying, follow_redirects=True, timeout=60) as browser:
        form = {"login": name, "password": password, "csrfmiddlewaretoken": _token(browser.get("/account/login/"))}
        listed = browser.post("/account/login/?next=/cases", data=form)
        page = browser.get(re.findall(r'href="(/cases/[0-9a-f-]{36})"', listed.text)[0])
        (link,) = re.findall(r'href="(/api/v1/cases/[^"]+/files/[^"]+)"', page.text)
        assert "not scanned: no scanner is set up" in page.text
        answer = browser.get(link)
        assert (200, "image/png") == (answer.status_code, answer.headers["Content-Type"])
        assert answer.content.startswith(b"\x89PNG")


@pytest.mark.slow
def test_a_demonstration_is_served_and_takes_a_case(served):
    """Signed in as it says, one sees the invented cases, takes in another through the form, and reads it as a page and as JSON."""
    _, said = served
    address, name, password, number = said.groups()
    retrying = httpx.HTTPTransport(retries=20)
    with httpx.Client(base_url=address, transport=retrying, follow_redirects=True, timeout=60) as browser:
        assert {"alive": True} == browser.get("/health/live").json()
        form = {"login": name, "password": password, "csrfmiddlewaretoken": _token(browser.get("/account/login/"))}
        listed = browser.post("/account/login/?next=/cases", data=form)
        assert int(number) == len(re.findall(r'href="/cases/[0-9a-f-]{36}"', listed.text)), listed.text
        page = browser.get("/cases/new")
        key = re.findall(r'name="key" value="([^"]+)"', page.text)[0]
        sent = {"key": key, "text": json.dumps(scar_case()), "csrfmiddlewaretoken": _token(page)}
        taken = browser.post("/cases/new", data=sent, headers={"Origin": address})
        case = str(taken.url).rpartition("/")[2]
        assert (200, True) == (taken.status_code, "APPROVE_MN" in taken.text)
        told = browser.get(f"/api/v1/cases/{case}").json()
        assert ("determined", ["APPROVE_MN"]) == (told["stage"], [line["disposition"] for line in told["determination"]["lines"]])


def _token(page: httpx.Response) -> str:
    found = TOKEN.search(page.text)
    assert found is not None, page.text
    return found[1]

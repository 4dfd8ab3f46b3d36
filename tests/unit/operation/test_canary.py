"""Nothing about a patient reaches the log: canaries in every field, through commands and pages, and whatever fails."""

import os
import re
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client

from tests.cli.cases import scar
from tests.conftest import ROOT

CANARY = "zqcanary7"
PLANTED = "tests.unit.operation.planted"
VALUE = re.compile(r"(?<=: )('[^']*'|[^\s\[{'][^\n]*|\[[^\]]*\])")


def bearing() -> list[bytes]:
    """A request once as it can be determined, and once with a canary in place of each of its values and each of its keys."""
    whole = f"clinical:\n{scar(id=f'{CANARY}-id')}"
    found = [whole, f"clinical: {CANARY}", CANARY, f"clinical: [{CANARY}: {{[[", f"{CANARY}: 1\n{CANARY}: 1\n"]
    for match in VALUE.finditer(whole):
        found.append(f"{whole[: match.start()]}{CANARY}{whole[match.end() :]}")
    for match in re.finditer(r"^ +(- )?(\w+)(?=:)", whole, re.MULTILINE):
        found.append(f"{whole[: match.start(2)]}{CANARY}{whole[match.end(2) :]}")
    return [text.encode() for text in found]


@pytest.fixture
def planted(site, monkeypatch) -> Client:
    """A client of the site with the routes that fail on purpose."""
    from clausewise.web import access, gate

    rows = {("POST", name): access.PUBLIC for name in ("planted-submit", "planted-fault")}
    monkeypatch.setattr(gate, "MATRIX", {**access.MATRIX, **rows})
    client: Client = site(ROOT_URLCONF=PLANTED)
    return client


@pytest.mark.slow
def test_no_field_of_a_request_is_logged(planted, person, lines):
    """Requests with a canary in each value and each key, in path, query, headers and cookies: some are taken in, others are not."""
    planted.cookies["seen"] = CANARY
    answered = []
    for number, body in enumerate(bearing()):
        where = f"/planted/submit/{person.tenant}/{CANARY}-{number}?name={CANARY}"
        headers = {"User-Agent": CANARY, "Referer": CANARY, "X-Name": CANARY}
        answered.append(planted.post(where, body, content_type=f"text/{CANARY}", headers=headers).status_code)
    told = lines.of("request.answered")
    assert {201, 422} == set(answered) == {line["status"] for line in told}
    assert [("planted-submit", "POST")] * len(answered) == [(line["route"], line["method"]) for line in told]
    assert CANARY not in lines.text


def test_a_fault_of_ours_logs_where_and_not_what(planted, lines):
    """A fault with canaries in message, cause and variables is answered with a sentence, and logged by class and place."""
    answer = planted.post(f"/planted/fault/{CANARY}?{CANARY}", CANARY, content_type="text/plain")
    assert (500, False) == (answer.status_code, CANARY in answer.content.decode())
    (line,) = lines.of("request.failed")
    assert ("ValueError", "planted-fault") == (line["fault"], line["route"])
    assert CANARY not in lines.text


@pytest.mark.slow
def test_what_is_refused_before_any_page_logs_no_more(planted, lines):
    """A wrong host, a path that is none, a form without its token, a signature that is none, a body that breaks off."""
    answers = [
        planted.get("/health/live", headers={"Host": f"{CANARY}.example"}),
        planted.get(f"/{CANARY}/{CANARY}"),
        planted.post("/account/login/", {"login": CANARY, "password": CANARY}),
        Client(enforce_csrf_checks=True, SERVER_NAME="localhost").post("/account/login/", {"login": CANARY}),
        planted.get("/metrics", headers={"Authorization": f"Bearer {CANARY}"}),
        planted.post("/account/login/", f"--{CANARY}", content_type=f"multipart/form-data; boundary={CANARY}"),
    ]
    assert [400, 404, 200, 403, 404] == [answer.status_code for answer in answers][:5]
    assert len(answers) == len(lines.of("request.answered"))
    assert CANARY not in lines.text


@pytest.mark.slow
def test_a_database_that_is_gone_logs_no_rows(planted, person, database, lines, tmp_path):
    """When the database goes away under a request, its own message, which quotes the statement, is nowhere in the log."""
    from django.db import connections

    from tests.unit.store import databases

    place = {"NAME": str(tmp_path / "gone" / "x.sqlite3")} if database == "sqlite" else {"HOST": "127.0.0.1", "PORT": 9}
    databases.use({**connections.settings["default"], **place})
    body = f"clinical:\n{scar(id=CANARY)}"
    answer = planted.post(f"/planted/submit/{person.tenant}/{CANARY}", body, content_type="text/plain")
    assert 422 == answer.status_code
    answer = planted.post("/account/login/", {"login": CANARY, "password": CANARY})
    assert 500 == answer.status_code
    assert ["OperationalError"] == [line["fault"] for line in lines.of("request.failed")]
    assert CANARY not in lines.text


@pytest.mark.slow
def test_a_command_that_fails_tells_no_more_than_its_file_did(sqlite, tmp_path):
    """A case that is taken in, and one that cannot be because the database is no database: no canary on standard error."""
    from clausewise.wiring.storing import open_tenant

    name = uuid4().hex
    open_tenant(name)
    file = tmp_path / "case.yaml"
    file.write_text(f"clinical:\n{scar(id=CANARY)}")
    broken = tmp_path / "broken.sqlite3"
    broken.write_bytes(b"no database" * 100)
    command = [sys.executable, "-m", "clausewise", "store", "submit", str(file), "--tenant", name]
    told = []
    for more in ({}, {"CLAUSEWISE_DATABASE": f"sqlite://{broken}"}):
        environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "CLAUSEWISE_DATA": str(Path(sqlite["NAME"]).parent)} | more
        found = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
        told.append((found.returncode, CANARY in found.stderr))
    assert [(0, False), (2, False)] == told

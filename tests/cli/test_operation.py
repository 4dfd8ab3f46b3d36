"""`clausewise serve`, `backup`, `restore`, `upgrade` as processes of their own."""

import http.client
import json
import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

JOBS = ("watch deadlines", "clear sessions", "drop drafts", "forget tasks")
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command with a data folder of its own."""

    def run(*words: object, data: str = "data", **more: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"CLAUSEWISE_DATA": str(tmp_path / data)} | more
        command = [sys.executable, "-m", "clausewise", *(str(word) for word in words)]
        return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)

    return run


@pytest.mark.slow
def test_from_the_key_to_the_restored_case(run, tmp_path):
    """A key, a backup, a check, a restore elsewhere, the case with its determination made again, an upgrade that finds all well."""
    key, backup, words = tmp_path / "key", tmp_path / "b.cw", ("--tenant", "Plan")
    assert 0 == run("store", "migrate").returncode == run("store", "tenant", "Plan").returncode
    case = json.loads(run("store", "submit", ROOT / "examples" / "back-scar", *words).stdout)["id"]
    assert 0 == run("store", "key", "-o", key).returncode
    assert 0 == run("backup", "-o", backup, "--key", key).returncode
    told = run("restore", backup, "--key", key, "--check")
    assert (0, "Whole: ") == (told.returncode, told.stdout[:7]), told.stderr
    assert (2, True) == ((done := run("restore", backup, "--key", key)).returncode, "error CW908" in done.stderr)
    assert 0 == run("restore", backup, "--key", key, data="other").returncode
    shown = run("store", "show", case, *words, "--replay", data="other")
    assert (0, "made again: equal") == (shown.returncode, shown.stdout.splitlines()[-1])
    assert 0 == run("upgrade", "-o", tmp_path / "c.cw", "--key", key, data="other").returncode
    assert (2, True) == ((done := run("backup", "-o", backup, "--key", key)).returncode, "error CW904" in done.stderr)
    assert (2, True) == ((done := run("backup", "-o", tmp_path / "d.cw", "--key", backup)).returncode, "CW841" in done.stderr)


# ---- serving ---------------------------------------------------------------------------------------------------------


class Served:
    """A server that runs: where it listens, and what it has written so far."""

    def __init__(self, folder: Path, *words: str, **more: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environment = os.environ | {"CLAUSEWISE_DATA": str(folder / "data"), "PYTHONUNBUFFERED": "1"} | more
        self.errors = folder / "errors"
        command = [sys.executable, "-m", "clausewise", "serve", "--port", str(self.port), "--workers", "2", *words]
        with self.errors.open("w") as errors:
            piped = {"stdout": subprocess.PIPE, "stderr": errors, "text": True, "start_new_session": True}
            self.process: subprocess.Popen[str] = subprocess.Popen(command, env=environment, **piped)  # type: ignore[call-overload]
        deadline = time.monotonic() + 60
        while self.process.poll() is None and time.monotonic() < deadline and self.status("/health/live") == 0:
            time.sleep(0.1)

    def ask(self, path: str, **headers: str) -> http.client.HTTPResponse:
        """Ask for a path; the body has been read."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.text = answer.read().decode()  # type: ignore[attr-defined]
        return answer

    def status(self, path: str, **headers: str) -> int:
        """The status of an answer, or 0 where nobody answers."""
        try:
            return self.ask(path, **headers).status
        except OSError:
            return 0

    def stop(self) -> int:
        """Ask it to stop, and return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def left(self) -> list[str]:
        """The processes of its session that still run."""
        found = subprocess.run(["ps", "-e", "-o", "sid=,stat=,args="], capture_output=True, text=True, check=True).stdout
        rows = [line.split(maxsplit=2) for line in found.splitlines()]
        return [row[2] for row in rows if row[0] == str(self.process.pid) and not row[1].startswith("Z")]

    def until(self, event: str, times: int = 1) -> None:
        """Wait until it has logged an event so often."""
        deadline = time.monotonic() + 60
        while self.errors.read_text().count(f'"event": "{event}"') < times:
            assert time.monotonic() < deadline, f"no {event}"
            time.sleep(0.05)

    def events(self, *kinds: str) -> list[str]:
        """The events of some kinds, in their order."""
        return [line["event"] for line in self.lines() if line["event"].startswith(kinds)]

    def lines(self) -> list[dict[str, Any]]:
        """What it logged; anything else on standard error is no JSON, and fails."""
        return [json.loads(line) for line in self.errors.read_text().splitlines()]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A server with two workers, stopped after the test whatever happens."""
    token = tmp_path / "token"
    token.write_text(secrets.token_urlsafe(32))
    token.chmod(0o600)
    server = Served(tmp_path, CLAUSEWISE_METRICS_TOKEN_FILE=str(token))
    yield server
    with suppress(ProcessLookupError):
        os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait()


@pytest.mark.slow
def test_a_server_answers_in_lines_and_stops_when_asked(served, tmp_path):
    """Alive, ready, a wrong host told in a sentence; workers count together; each line is JSON; it stops with status 0."""
    assert [200, 200, 400, 404] == [
        served.status("/health/live"),
        served.status("/health/ready"),
        served.status("/health/live", Host="evil.example"),
        served.status("/none"),
    ]
    for _ in range(40):
        served.status("/health/live")
    figures = served.ask("/metrics", Authorization=f"Bearer {(tmp_path / 'token').read_text()}")
    (live,) = [line for line in figures.text.splitlines() if 'route="live",status="200"' in line]
    assert 42 <= float(live.split()[-1])
    assert not figures.headers["Server"]
    assert 0 == served.stop()
    lines = served.lines()
    assert ["server.started", "server.stopped"] == [lines[0]["event"], lines[-1]["event"]]
    assert 1 == sum(line["event"] == "library.said" for line in lines)  # the wrong host
    assert "evil" not in served.errors.read_text()


def worker_beside(folder: Path) -> int:
    """The process of the worker that took the last task."""
    with sqlite3.connect(folder / "data" / "clausewise.sqlite3") as database:
        rows = database.execute("SELECT worker_ids FROM django_tasks_database_dbtaskresult ORDER BY started_at DESC").fetchone()
    taken: str = json.loads(rows[0])[-1]
    return int(taken.split(":")[1])


@pytest.mark.slow
def test_a_worker_beside_the_server_is_replaced_when_it_dies_and_ends_with_it(served, tmp_path):
    """Killed, it is started anew; Ctrl+C, which all processes hear, ends all with status 0, and nobody had to be killed for it."""
    served.until("job.done", times=len(JOBS))
    os.kill(worker_beside(tmp_path), signal.SIGKILL)
    served.until("worker.started", times=2)
    assert 200 == served.status("/health/ready")
    os.killpg(served.process.pid, signal.SIGINT)
    assert 0 == served.process.wait(timeout=90)
    told = served.events("server.", "worker.", "library.")
    assert ["server.started", "worker.started", "worker.died", "worker.started", "worker.stopped", "server.stopped"] == told
    assert [] == served.left()


@pytest.mark.slow
def test_a_server_that_is_killed_leaves_no_process(served):
    """When the first process is killed, those that answer and the one that works end by themselves."""
    served.until("worker.started")
    served.process.kill()
    served.process.wait()
    deadline = time.monotonic() + 60
    while served.left() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [] == served.left()
    assert ["worker.started", "worker.stopped"] == served.events("worker.")


@pytest.mark.slow
def test_without_a_worker_none_is_started(tmp_path):
    """Where workers run elsewhere the server watches nothing itself."""
    server = Served(tmp_path, "--without-worker")
    assert 200 == server.status("/health/live")
    assert 0 == server.stop()
    assert [] == server.events("worker.", "job.", "outbox.")


@pytest.mark.slow
def test_a_server_does_not_start_on_what_it_should_not(run, tmp_path):
    """A database that is none, and a folder that others can look into: a sentence each, status 2, and nothing is served."""
    file = tmp_path / "x.sqlite3"
    file.write_bytes(b"no database" * 100)
    run("store", "migrate")
    found = run("serve", CLAUSEWISE_DATABASE=f"sqlite://{file}")
    assert (2, True, "") == (found.returncode, "error CW844" in found.stderr, found.stdout)
    (tmp_path / "data").chmod(0o755)
    found = run("serve")
    assert (2, True, "") == (found.returncode, "error CW841" in found.stderr, found.stdout)

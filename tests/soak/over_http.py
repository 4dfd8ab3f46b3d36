"""What is killed: the web server with its processes, of which one is its worker, while clients act over HTTP.

The clients are programs with tokens: one for each role that a life needs.  A decision is signed by a person who has just proved
who they are, which no program can; so a life over HTTP is withdrawn instead of decided.
"""

import base64
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from tests.conftest import ROOT
from tests.soak.life import EVIDENCE, Gone, Told, key_of, request_of
from tests.soak.places import Place

SECONDS_TO_START = 120
INTAKE, NURSE, SUPERVISOR = "intake", "nurse_reviewer", "supervisor"


def _files(files: Mapping[str, bytes]) -> dict[str, Any]:
    return {"files": {path: {"base64": base64.b64encode(content).decode()} for path, content in files.items()}}


# What is done, in which role, and what is sent.
LIFE: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("submit", INTAKE, {}),
    ("ask", INTAKE, {"facts": ["scar_friable"]}),
    ("evidence", INTAKE, _files(EVIDENCE)),
    ("determine", INTAKE, {}),
    ("review", NURSE, {"note": "seen"}),
    ("withdraw", INTAKE, {"reason": "not needed"}),
    ("reopen", SUPERVISOR, {"reason": "needed after all"}),
    ("determine", INTAKE, {}),
    ("withdraw", INTAKE, {"reason": "not needed in the end"}),
    ("close", SUPERVISOR, {}),
)


@dataclass(frozen=True)
class Caller:
    """A client of the interface, with its tokens by role."""

    base: str
    tokens: Mapping[str, str]
    acts: Sequence[str] = tuple(name for name, _, _ in LIFE)

    def ask(self, life: str, index: int, id: str, version: int) -> Told:
        """Send an act, and read what came back; without an answer, or with one that the service cannot do it now, it is `Gone`."""
        name, role, sent = LIFE[index]
        headers = {"Authorization": f"Bearer {self.tokens[role]}", "Idempotency-Key": key_of(life, index)}
        body = _files(request_of(life).files or {}) if index == 0 else sent
        headers |= {"If-Match": f'"{version}"'} if id else {}
        path = f"/api/v1/cases/{id}/{name}" if id else "/api/v1/cases"
        try:
            answer = httpx.post(self.base + path, json=body, headers=headers, timeout=60)
        except httpx.TransportError as fault:
            raise Gone from fault
        if answer.status_code >= 500:
            raise Gone
        said = answer.json()
        if answer.status_code >= 400:
            return Told(refused=tuple(one["code"] for one in said.get("problems", ())) or (str(answer.status_code),))
        return Told(said["id"], said["version"], answer.text)


@dataclass
class Served:
    """`clausewise serve` with the processes that it makes."""

    place: Place
    port: int
    opened: UUID
    tokens: Mapping[str, str]
    seconds_max: float = 5.0
    running: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.port}"

    def tenant(self) -> UUID:
        """The one whose tokens the clients have."""
        return self.opened

    def client(self, tenant: UUID) -> Caller:
        """Start what is not running, and return a client of it."""
        if self.running is None:
            self.running = self._start()
            self._wait()
        return Caller(self.base, self.tokens)

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "clausewise", "serve", "--port", str(self.port), "--workers", "2"]
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen(command, env=dict(self.place.environment), cwd=ROOT, start_new_session=True, **quiet)

    def _wait(self) -> None:
        end = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < end:
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.base}/health/live", timeout=5).status_code == 200:
                    return
            time.sleep(0.05)
        raise AssertionError("the server does not answer")

    def kill(self, first: bool) -> int:
        """Kill all processes of the server; or first only those that answer and work, which the server then replaces."""
        if self.running is None:
            return 0
        made = _children(self.running.pid)
        if first:
            made = [one for one in made if b"spawn_main" in _command(one)]
            for one in made:
                with suppress(ProcessLookupError):
                    os.kill(one, signal.SIGKILL)
            return len(made)
        with suppress(ProcessLookupError):
            os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait()
        self.running = None
        return 1 + len(made)


def _children(process: int) -> list[int]:
    return [int(one) for one in subprocess.run(["pgrep", "-P", str(process)], capture_output=True, text=True).stdout.split()]


def _command(process: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes()
    return b""


def clausewise(environment: Mapping[str, str], *words: str) -> str:
    """Run a command, and return what it printed."""
    command = [sys.executable, "-m", "clausewise", *words]
    return subprocess.run(command, env=dict(environment), cwd=ROOT, capture_output=True, text=True, check=True).stdout


@contextmanager
def served(place: Place, folder: Path) -> Iterator[Served]:
    """The service on a database, with an account whose tokens open each role."""
    from clausewise.wiring.storing import open_tenant

    place.use()
    tenant, password = open_tenant("Plan"), folder / "account"
    assert isinstance(tenant, UUID), tenant
    password.write_text(secrets.token_urlsafe(24))
    password.chmod(0o600)
    environment = {**place.environment, "CLAUSEWISE_REQUESTS_PER_MINUTE": "1000000"}
    of_plan = ("robot", "--tenant", "Plan", "--role")
    clausewise(environment, "account", "add", *of_plan, INTAKE, "--password-file", str(password))
    for role in (NURSE, SUPERVISOR):
        clausewise(environment, "account", "role", *of_plan, role)
    tokens = {role: clausewise(environment, "account", "token", *of_plan, role).split()[-1] for role in (INTAKE, NURSE, SUPERVISOR)}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started = Served(Place(place.kind, environment, place.app, place.all_seeing, place.server), port, tenant, tokens)
    try:
        yield started
    finally:
        started.kill(first=False)

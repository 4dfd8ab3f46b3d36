"""What is killed: the functions of the storage in processes of their own."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from tests.conftest import ROOT
from tests.soak import places
from tests.soak.life import ACTS, Client, Gone, Told
from tests.soak.places import Place

UNREACHED = ("CW844",)  # the database went away: the act was done, or it was not


def read_told(plain: dict[str, Any]) -> Told:
    """Return what a client was told, from its plain form."""
    return Told(**{**plain, "refused": tuple(plain["refused"])})


class Target(Protocol):
    """Something that does acts for clients and can be killed.  After `kill` the next client is served by new processes."""

    @property
    def seconds_max(self) -> float:
        """After how long at most it is killed."""

    def tenant(self) -> UUID:
        """Return the tenant of the next round."""

    def client(self, tenant: UUID) -> Client:
        """Connect somebody of a tenant."""

    def kill(self, first: bool) -> int:
        """Kill with SIGKILL whoever serves, or only the first of them; return how many processes there were."""


@dataclass(frozen=True)
class Connected:
    """A client served by a process of its own."""

    tenant: UUID
    process: int
    channel: socket.socket
    lines: Iterator[str]
    acts: Sequence[str] = ACTS

    def ask(self, life: str, index: int, id: str, version: int) -> Told:
        """Send the act and wait for the line that acknowledges it."""
        wanted = {"tenant": str(self.tenant), "life": life, "index": index, "id": id, "version": version}
        try:
            self.channel.sendall(json.dumps(wanted).encode() + b"\n")
            line = next(self.lines, "")
        except OSError as fault:
            raise Gone from fault
        if not line.endswith("\n"):
            raise Gone
        told = read_told(json.loads(line))
        if told.refused == UNREACHED:
            raise Gone
        return told


@dataclass
class Functions:
    """The functions of the storage, each client with a process of its own."""

    path: Path
    seconds_max: float = 1.2
    serving: list[Connected] = field(default_factory=list)

    def tenant(self) -> UUID:
        """Open one."""
        return places.new_tenant()

    def client(self, tenant: UUID) -> Connected:
        """Connect, which makes a process."""
        channel = socket.socket(socket.AF_UNIX)
        channel.connect(str(self.path))
        lines = iter(channel.makefile("r", encoding="utf-8"))
        made = Connected(tenant, int(next(lines)), channel, lines)
        self.serving.append(made)
        return made

    def kill(self, first: bool) -> int:
        """Kill the processes."""
        killed = self.serving[:1] if first else self.serving
        for one in killed:
            with suppress(ProcessLookupError):
                os.kill(one.process, signal.SIGKILL)
        self.serving = [one for one in self.serving if one not in killed]
        return len(killed)


@contextmanager
def functions(place: Place, folder: Path, fault: str = "") -> Iterator[Functions]:
    """The functions of the storage at a place, as processes that can be killed."""
    path = folder / "nursery"
    command = [sys.executable, "-m", "tests.soak.nursery", str(path), *([fault] if fault else [])]
    nursery = subprocess.Popen(command, env=dict(place.environment), cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert nursery.stdout is not None
        assert "ready\n" == nursery.stdout.readline()
        yield Functions(path)
    finally:
        nursery.kill()
        nursery.wait()


@dataclass
class Book:
    """The file in which the harness writes what was acknowledged, the moment it was."""

    path: Path
    lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, life: str, index: int, told: Told) -> None:
        """Write one acknowledgement."""
        with self.lock, self.path.open("a", encoding="utf-8") as book:
            book.write(json.dumps([life, index, asdict(told)]) + "\n")

    def wait_for_first(self, seconds: float) -> None:
        """Wait until something was acknowledged, on a slow machine no longer than this."""
        until = time.monotonic() + seconds
        while not self.path.exists() and time.monotonic() < until:
            time.sleep(0.01)

    def read(self) -> dict[tuple[str, int], Told]:
        """Return all that was written, by life and number of the act."""
        lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
        read = (json.loads(line) for line in lines)
        return {(life, index): read_told(told) for life, index, told in read}

"""The process that takes files apart is bounded, and what it says is believed only in the agreed form."""

import json
import subprocess
import sys
from typing import Any

import pytest

from clausewise.files import taking
from clausewise.files.kinds import FileKind
from clausewise.files.outcome import MEMORY_MAX, SECONDS_MAX, Rebuilt, Refused, Removed
from clausewise.files.taking import take_in
from clausewise.files.wire import answer, asked, read_answer, read_asked
from clausewise.vocab.problem import Problem
from tests.unit.files import corpus

BEGIN = "import sys; sys.path.insert(0, sys.argv[1]); from clausewise.files.confinement import *; confine(); "


def confined(program: str) -> subprocess.CompletedProcess[str]:
    """Run a program within the bounds, as a file that took over the process could."""
    command = [sys.executable, "-I", "-c", BEGIN + program, taking._FOLDER]
    return subprocess.run(command, capture_output=True, text=True, env={}, cwd="/", timeout=60, check=False)


def test_the_bounds_are_those_that_are_promised():
    """Memory, processor time, written files and memory images are bounded, and no bound can be lifted by the process itself."""
    limits = "r.RLIMIT_AS, r.RLIMIT_CPU, r.RLIMIT_FSIZE, r.RLIMIT_CORE"
    asked_for = f"import resource as r; print([r.getrlimit(one) for one in ({limits})])"
    bounds = [[most, most] for most in (MEMORY_MAX, SECONDS_MAX, 0, 0)]
    assert bounds == json.loads(confined(asked_for).stdout.replace("(", "[").replace(")", "]"))
    assert (600 * 2**20, 10) == (MEMORY_MAX, SECONDS_MAX)


@pytest.mark.parametrize(
    "act",
    [
        "open('/etc/passwd')",
        "import socket; socket.socket()",
        "import os; os.pipe()",
        "import subprocess; subprocess.run(['/bin/true'])",
        "bytearray(700 * 2**20)",
    ],
)
def test_nothing_can_be_opened_once_the_door_is_closed(act):
    """A file, a socket, a pipe, another program, more memory: the process ends with an error instead."""
    found = confined(f"import socket, subprocess; close_the_door(); {act}; print('done')")
    assert (1, "") == (found.returncode, found.stdout), found.stderr
    assert found.stderr.rstrip().splitlines()[-1].startswith(("OSError", "MemoryError", "BlockingIOError")), found.stderr


def test_nothing_can_be_written(tmp_path):
    """A file opened before the bounds takes no byte."""
    found = confined(f"opened = open({str(tmp_path / 'x')!r}, 'wb', 0); opened.write(b'x')")
    assert found.returncode and (not (tmp_path / "x").exists() or not (tmp_path / "x").read_bytes())


def test_the_process_knows_nothing_of_us():
    """It starts with an empty environment and in isolated mode."""
    found = confined("import os; print(dict(os.environ), sys.flags.isolated, os.getcwd())")
    assert "{} 1 /" == found.stdout.replace("'LC_CTYPE': 'C.UTF-8'", "").strip()


def test_what_is_answered_is_read_back():
    """Each outcome comes over the wire as it was."""
    outcomes: tuple[Rebuilt | Refused, ...] = (Rebuilt(FileKind.PNG, corpus.png(), {Removed.TEXTS: 2}), *Refused)
    assert list(outcomes) == [read_answer(answer(one)) for one in outcomes]
    assert b"file" == read_asked(asked(b"file"))


def framed(head: object, content: bytes) -> bytes:
    """An answer with any head."""
    written = json.dumps(head).encode()
    return len(written).to_bytes(4, "big") + written + len(content).to_bytes(8, "big") + content


GOOD: dict[str, Any] = {"kind": "png", "removed": {"scripts": 1}}
FORGED: dict[str, bytes] = {
    "nothing": b"",
    "a cut-off answer": framed(GOOD, corpus.png())[:-1],
    "more than was announced": framed(GOOD, corpus.png()) + b"x",
    "a long head": (5000).to_bytes(4, "big") + bytes(6000),
    "no JSON": b"\0\0\0\x01x" + bytes(8),
    "deep JSON": (3000).to_bytes(4, "big") + b"[" * 3000 + bytes(8),
    "another kind than its bytes": framed(GOOD, corpus.jpeg()),
    "a kind that is none": framed(GOOD | {"kind": "exe"}, corpus.png()),
    "no kind": framed({"removed": {}}, corpus.png()),
    "words of its own": framed(GOOD | {"removed": {corpus.CANARY: 1}}, corpus.png()),
    "a count that is none": framed(GOOD | {"removed": {"scripts": corpus.CANARY}}, corpus.png()),
    "a count below one": framed(GOOD | {"removed": {"scripts": -1}}, corpus.png()),
    "a reason of its own": framed({"refused": corpus.CANARY}, b""),
    "a refusal with a file": framed({"refused": "damaged"}, corpus.png()),
    "a list": framed([1], b""),
}


@pytest.mark.parametrize("name", FORGED)
def test_another_form_is_no_answer(name):
    """Whatever a process that was taken over may write, it is not believed; a whole answer beside it is."""
    assert read_answer(FORGED[name]) is None
    assert read_answer(framed(GOOD, corpus.png())) is not None


@pytest.mark.parametrize(
    "program",
    ["import os; os.kill(os.getpid(), 9)", "import sys; sys.exit(3)", "print('x' * 99)", "import time; time.sleep(60)"],
)
def test_a_process_that_dies_hangs_or_babbles_refuses_the_file(program, monkeypatch):
    """However the process ends, the person is told in a sentence, and the service goes on."""
    monkeypatch.setattr(taking, "_BEGIN", program)
    monkeypatch.setattr(taking, "WALL_SECONDS_MAX", 0.2)
    found = take_in(corpus.png(corpus.scene(600, 600)))
    assert isinstance(found, Problem) and "CW872" == found.code


def test_an_answer_without_end_is_cut_off(monkeypatch):
    """A process that writes without end fills no memory of the service."""
    monkeypatch.setattr(taking, "_BEGIN", "import sys\nwhile True: sys.stdout.buffer.write(bytes(9999))")
    monkeypatch.setattr(taking, "ANSWER_BYTES_MAX", 100_000)
    assert isinstance(take_in(corpus.png()), Problem)

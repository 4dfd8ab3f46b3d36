"""`clausewise files` as a person calls it, and evidence attached from the first command to the verified log."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.unit.files import corpus


@pytest.fixture
def clausewise(tmp_path):
    """Run a command with a data folder of its own."""

    def run(*words: object, **more: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"CLAUSEWISE_DATA": str(tmp_path / "data")} | more
        command = [sys.executable, "-m", "clausewise", *(str(word) for word in words)]
        return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)

    return run


def written(path: Path, content: bytes) -> Path:
    """A file with a content."""
    path.write_bytes(content)
    return path


@pytest.mark.slow
def test_checking_tells_what_is_left_out_and_keeps_nothing(clausewise, tmp_path):
    """Each file has its line; one that is refused has its sentence, and the others are told all the same."""
    photograph = written(tmp_path / "wound.jpg", corpus.full_jpeg())
    bomb = written(tmp_path / "bomb.png", corpus.jpeg_bomb())
    found = clausewise("files", "check", bomb, photograph)
    told = "camera records 1, colour profiles 1, comments 1, metadata blocks 1, other entries 2, parts after the end 1"
    assert (2, f"{photograph}: jpg, 1028 bytes; left out: {told}\n") == (found.returncode, found.stdout)
    assert f"{bomb}: error CW872: This picture has more than 60 million pixels." in found.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.slow
def test_what_was_rebuilt_is_written_into_a_new_file(clausewise, tmp_path):
    """With -o the rebuilt file is written for its owner alone; an older file is never overwritten."""
    photograph, out = written(tmp_path / "wound.png", corpus.full_png()), tmp_path / "out.png"
    assert 0 == clausewise("files", "check", photograph, "-o", out).returncode
    assert (True, "0o600") == (corpus.CANARY.encode() not in out.read_bytes(), oct(out.stat().st_mode & 0o777))
    again = clausewise("files", "check", photograph, "-o", photograph)
    assert (2, True) == (again.returncode, "error CW711: This file cannot be written: File exists." in again.stderr)
    assert 2 == clausewise("files", "check", photograph, photograph, "-o", tmp_path / "two.png").returncode


@pytest.mark.slow
def test_evidence_is_attached_handed_out_and_in_the_log(clausewise, tmp_path):
    """A photograph goes from the command into a case and out again; both verifiers find the log whole, with who looked."""
    clausewise("store", "migrate")
    clausewise("store", "tenant", "Plan")
    case = json.loads(clausewise("store", "submit", ROOT / "examples" / "back-scar", "--tenant", "Plan").stdout)["id"]
    photograph = written(tmp_path / "second.jpg", corpus.full_jpeg())
    done = clausewise("store", "attach", case, photograph, "--tenant", "Plan", "--key", "k")
    assert 0 == done.returncode, done.stderr
    assert done.stdout == clausewise("store", "attach", case, photograph, "--tenant", "Plan", "--key", "k").stdout
    said = json.loads(done.stdout)["files"]["second.jpg"]
    out = tmp_path / "out.jpg"
    opened = clausewise("files", "open", said["file"], "--tenant", "Plan", "-o", out)
    assert (0, f"{out}: jpg, not scanned\n") == (opened.returncode, opened.stdout), opened.stderr
    log = tmp_path / "log.jsonl"
    clausewise("store", "ledger", "-o", log)
    acts = [json.loads(line)["leaf"]["act"] for line in log.read_text().splitlines()[-3:-1]]
    assert ["evidence.attached", "record.viewed"] == acts
    assert 0 == clausewise("audit", "verify", log).returncode
    offline = [sys.executable, str(ROOT / "tools" / "verify_ledger.py"), str(log)]
    assert 0 == subprocess.run(offline, capture_output=True, check=False).returncode
    key = tmp_path / "data" / "file_key"
    assert "0o600" == oct(key.stat().st_mode & 0o777)
    key.write_text(key.read_text() + "2 " + "abcdefghijklmnopqrstuvwxyz0123456789\n")
    assert "2 keys are wrapped anew" not in clausewise("files", "rewrap", CLAUSEWISE_DATA=str(tmp_path / "none")).stdout
    assert "1 keys are wrapped anew; all are wrapped by the newest line.\n" == clausewise("files", "rewrap").stdout
    assert f"{said['file']}: not scanned" in clausewise("files", "scan", "--tenant", "Plan").stdout


@pytest.mark.slow
def test_what_is_not_there_is_told(clausewise, tmp_path):
    """No storage, no tenant, no file, no id, two files of one name: a sentence and status 2."""
    photograph = written(tmp_path / "a.png", corpus.png())
    (tmp_path / "other").mkdir()
    same = shutil.copy(photograph, tmp_path / "other" / "a.png")
    nobody = "12345678-1234-4234-8234-123456789abc"
    assert "error CW845" in clausewise("files", "rewrap").stderr
    clausewise("store", "migrate")
    clausewise("store", "tenant", "Plan")
    for code, words in (
        ("CW876", ("files", "open", nobody, "--tenant", "Plan", "-o", tmp_path / "x")),
        ("CW876", ("files", "open", "a.png", "--tenant", "Plan", "-o", tmp_path / "x")),
        ("CW857", ("files", "scan", "--tenant", "Other")),
        ("CW855", ("store", "attach", nobody, photograph, same, "--tenant", "Plan")),
        ("CW850", ("store", "attach", nobody, photograph, "--tenant", "Plan")),
        ("CW850", ("store", "attach", "S1", photograph, "--tenant", "Plan")),
        ("CW701", ("store", "attach", nobody, tmp_path / "none.png", "--tenant", "Plan")),
    ):
        found = clausewise(*words)
        assert (2, True) == (found.returncode, f"error {code}: " in found.stderr), (words, found.stderr)
    (tmp_path / "data" / "file_key").unlink()
    assert not (tmp_path / "x").exists()

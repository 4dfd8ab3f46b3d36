"""`clausewise store` as a process of its own: tables, a case, its history, its log."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.cases import case_file, scar
from tests.conftest import ROOT


@pytest.fixture
def store(tmp_path):
    """Run a `store` command with a data folder of its own."""

    def run(*words: object, program: tuple[str, ...] = ("store",), **more: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"CLAUSEWISE_DATA": str(tmp_path / "data")} | more
        command = [sys.executable, "-m", "clausewise", *program, *(str(word) for word in words)]
        return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)

    return run


def test_before_there_are_tables_the_next_step_is_told(store):
    """Every command of the storage says what to run first, and makes nothing."""
    for words in (("check",), ("tenant", "Plan"), ("submit", ROOT / "examples" / "back-scar", "--tenant", "Plan")):
        found = store(*words)
        assert (2, "") == (found.returncode, found.stdout)
        assert "error CW845" in found.stderr and "clausewise store migrate" in found.stderr


@pytest.mark.slow
def test_a_case_from_the_first_command_to_the_verified_log(store, tmp_path):
    """Migrate, check, a tenant, a case, the same again, its history made again, its log verified."""
    assert 0 == store("migrate").returncode == store("migrate").returncode == store("check").returncode
    assert 0 == store("tenant", "Plan").returncode
    file = case_file(tmp_path, scar())
    first = store("submit", file, "--tenant", "Plan", "--key", "k")
    assert (0, first.stdout) == (first.returncode, store("submit", file, "--tenant", "Plan", "--key", "k").stdout)
    case = json.loads(first.stdout)["id"]
    shown = store("show", case, "--tenant", "Plan", "--replay")
    *acts, last = shown.stdout.splitlines()
    assert (0, "made again: equal") == (shown.returncode, last)
    assert ["received", "completed", "determined"] == [json.loads(act)["act"] for act in acts]
    log = tmp_path / "log.jsonl"
    assert 0 == store("ledger", "--output", log).returncode
    verified = store("verify", log, program=("audit",))
    assert (0, True) == (verified.returncode, "is whole: 3 entries" in verified.stdout)


@pytest.mark.slow
def test_what_is_not_there_is_told(store, tmp_path):
    """An unknown tenant, an unknown case, no id at all, a tenant twice, a file that is not there: a sentence and status 2."""
    store("migrate")
    store("tenant", "Plan")
    codes: dict[str, list[tuple[object, ...]]] = {
        "CW857": [("submit", case_file(tmp_path, scar()), "--tenant", "Other"), ("tenant", "Plan")],
        "CW850": [("show", "12345678-1234-4234-8234-123456789abc", "--tenant", "Plan"), ("show", "S1", "--tenant", "Plan")],
        "CW701": [("submit", tmp_path / "none.yaml", "--tenant", "Plan")],
    }
    for code, commands in codes.items():
        for words in commands:
            found = store(*words)
            assert (2, True) == (found.returncode, f"error {code}: " in found.stderr), found.stderr


def test_a_secret_key_is_made_for_its_user_alone(store, tmp_path):
    """The first migration makes the data folder and a secret key that nobody else can read."""
    store("migrate")
    data: Path = tmp_path / "data"
    assert ["0o700", "0o600"] == [oct(path.stat().st_mode & 0o777) for path in (data, data / "secret_key")]
    (data / "secret_key").chmod(0o644)
    assert "error CW841" in store("check").stderr


@pytest.mark.slow
def test_postgresql_is_migrated_as_its_owner_and_told_when_it_is_not_there(store):
    """Without an owner nothing is made; a server that does not answer is told in a sentence."""
    alone = {"CLAUSEWISE_DATABASE": "postgresql://app@127.0.0.1:9/clausewise"}
    found = store("migrate", **alone)
    assert (2, True) == (found.returncode, "error CW846" in found.stderr), found.stderr
    owned = alone | {"CLAUSEWISE_DATABASE_OWNER": "postgresql://owner@127.0.0.1:9/clausewise"}
    for words, status in ((("migrate",), 2), (("check",), 1), (("tenant", "Plan"), 2)):
        found = store(*words, **owned)
        assert (status, "", True) == (found.returncode, found.stdout, "error CW844" in found.stderr), found.stderr

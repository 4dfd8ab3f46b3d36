"""`clausewise store` as a process of its own: tables, a case, its history, its log."""

import json
import os
import sqlite3
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


@pytest.mark.slow
def test_the_log_is_signed_and_verified_where_it_lies(store, tmp_path):
    """Signed to a second place, verified in the database; nothing new is not signed again, and a changed act is named."""
    key, outside = tmp_path / "key", tmp_path / "outside.txt"
    beside = ("--checkpoints", outside, "--key", f"{key}.pub")
    store("migrate")
    store("tenant", "Plan")
    assert 0 == store("submit", case_file(tmp_path, scar()), "--tenant", "Plan").returncode
    assert 0 == store("key", "-o", key, program=("audit",)).returncode
    first, second = (store("checkpoint", "--key", key, "-o", outside) for _ in range(2))
    assert (0, True) == (first.returncode, first.stdout.startswith("Signed: 3 entries of clausewise/ledger, root "))
    assert "Nothing was added to the log since the last checkpoint, over 3 entries.\n" == second.stdout
    verified = store("verify", "--history", *beside, program=("audit",))
    assert (0, "") == (verified.returncode, verified.stderr)
    assert verified.stdout.endswith("The history is the one the log vouches for: 3 acts.\n")
    told = store("verify", "--history", "--json", program=("audit",)).stdout.splitlines()
    assert [{"acts": 3, "forgotten": 0, "agree": True}] == [json.loads(line) for line in told[1:]]
    tamper(tmp_path / "data" / "clausewise.sqlite3", "UPDATE store_act SET content = '{}' WHERE sequence = 1")
    changed = store("verify", "--history", *beside, program=("audit",))
    assert (1, True) == (changed.returncode, "error CW868: Act 1 of case " in changed.stderr)
    tamper(tmp_path / "data" / "clausewise.sqlite3", "DELETE FROM store_ledgerentry WHERE number = 2")
    cut = store("checkpoint", "--key", key, "-o", outside)
    assert (1, "", True) == (cut.returncode, cut.stdout, "error CW802: Entry 2 is missing" in cut.stderr)


def tamper(file: Path, statement: str) -> None:
    """Change the file of a database, past its triggers."""
    with sqlite3.connect(file) as opened:
        for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            opened.execute(f"DROP TRIGGER {name}")
        opened.execute(statement)
    opened.close()


@pytest.mark.slow
def test_what_cannot_sign_or_verify_is_told(store, tmp_path):
    """A key that is not there, another log's key, a file that cannot be written, no storage: a sentence and status 2."""
    outside = tmp_path / "outside.txt"
    assert "error CW845" in store("verify", program=("audit",)).stderr
    for name in ("key", "other"):
        store("key", "-o", tmp_path / name, "--name", f"{name}.example/log", program=("audit",))
    assert "error CW845" in store("checkpoint", "--key", tmp_path / "key", "-o", outside).stderr
    store("migrate")
    store("tenant", "Plan")
    store("submit", case_file(tmp_path, scar()), "--tenant", "Plan")
    assert 0 == store("checkpoint", "--key", tmp_path / "key", "-o", outside).returncode
    store("submit", case_file(tmp_path, scar()), "--tenant", "Plan")
    for key, output, code in (("none", outside, "CW701"), ("other", outside, "CW811"), ("key", tmp_path / "no" / "where", "CW711")):
        found = store("checkpoint", "--key", tmp_path / key, "-o", output)
        assert found.returncode and f"error {code}: " in found.stderr, found.stderr

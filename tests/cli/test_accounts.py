"""`clausewise account`: accounts are opened, changed and ended, told in a sentence where not, and never unseen."""

import json

import pytest

from tests.cli.test_storing import store  # noqa: F401  a fixture for these tests

ACCOUNT = ("account",)


@pytest.fixture
def account(store):  # noqa: F811
    """Run a command about accounts of a storage with the tenant Plan."""
    store("migrate")
    store("tenant", "Plan")
    return lambda *words: store(*words, program=ACCOUNT)


@pytest.mark.slow
def test_an_account_from_its_opening_to_its_end(store, account, tmp_path):  # noqa: F811
    """Opened with a link, given a token, ended: each leaves an entry in the log that is whole, and no name or secret."""
    opened = account("add", "nia", "--tenant", "Plan", "--role", "nurse_reviewer", "--team", "East")
    assert (0, True) == (opened.returncode, "/account/password/reset/key/" in opened.stdout), opened.stderr
    token = account("token", "nia", "--tenant", "Plan", "--role", "nurse_reviewer", "--days", "3").stdout.strip()
    assert token.startswith("cw_") and 46 <= len(token)
    ended = account("end", "nia", "--tenant", "Plan")
    assert (0, "") == (ended.returncode, ended.stdout)
    log = tmp_path / "log.jsonl"
    store("ledger", "--output", log)
    acts = [json.loads(line).get("leaf", {}).get("act") for line in log.read_text().splitlines()]
    assert ["account.opened", "account.changed", "account.closed"] == [act for act in acts if act]
    assert 0 == store("verify", log, program=("audit",)).returncode
    assert not any(word in log.read_text() for word in ("nia", "East", token))


@pytest.mark.slow
def test_what_is_wrong_with_an_account_is_told(account, tmp_path):
    """An unknown role, tenant or account, and a file of a password that is not there: a sentence and status 2."""
    plan = ("--tenant", "Plan", "--role", "intake")
    codes = {
        "CW857": ("add", "nia", "--tenant", "Other", "--role", "intake"),
        "CW880": ("end", "nobody", "--tenant", "Plan"),
        "CW883": ("add", "nia", "--tenant", "Plan", "--role", "nurse"),
        "CW841": ("add", "nia", *plan, "--password-file", tmp_path / "none"),
    }
    for code, words in codes.items():
        found = account(*words)
        assert (2, True) == (found.returncode, f"error {code}: " in found.stderr), found.stderr

"""The soak programs in short: each finds nothing where all is well, and finds what was planted."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.soak.disk import Disk, FolderSync, Named, Sync, Truncate, Write
from tests.soak.places import FOUND_BELOW
from tests.unit.store import databases

IN_CI = bool(os.environ.get("CI"))
needs_strace = pytest.mark.usefixtures("strace")
# In CI it must be there: the program then fails instead of being left out.
needs_postgresql = pytest.mark.skipif(databases.programs() is None and not IN_CI, reason="PostgreSQL is not installed")


@pytest.fixture(scope="module")
def strace():
    """System calls can be recorded here.  Where it is missing that fails in CI; some machines let nobody attach, and say so."""
    if shutil.which("strace") is None:
        sentence = "Loss of power and failing disks are not tried: strace is not installed (on Debian: apt-get install strace)"
        pytest.fail(sentence) if IN_CI else pytest.skip(sentence)
    if subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True).returncode:
        pytest.skip("Loss of power and failing disks are not tried: strace may not attach to another process here")


def soak(program: str, *words: str) -> tuple[int, str]:
    """Run a soak program by itself; return its exit status and what it printed."""
    command = [sys.executable, "-m", f"tests.soak.{program}", *words]
    environment = {"PATH": f"{sys.prefix}/bin:/usr/local/bin:/usr/bin:/bin", "PYTHONPATH": FOUND_BELOW}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=needs_postgresql)])
def test_nothing_acknowledged_is_lost_by_kill(kind):
    """After a few rounds of kill -9 nothing that was acknowledged is lost, doubled or half there."""
    status, told = soak("kill", "--database", kind, "--rounds", "4")
    assert 0 == status, told
    assert " 0 lost, 0 doubled, 0 otherwise broken" in told


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_by_kill_of_the_service():
    """The same over HTTP, with the web server, its workers and the worker beside them killed, which followed up what was done."""
    status, told = soak("kill", "--through", "http", "--rounds", "2")
    assert 0 == status, told
    assert " 0 lost, 0 doubled, 0 otherwise broken" in told and " acts followed up by a worker" in told


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "found"), [("early", "  lost: "), ("keyless", "  doubled: ")])
def test_what_kill_must_find_it_finds(fault, found):
    """A program that acknowledges before it is on disk loses acts; one that forgets keys doubles them."""
    status, told = soak("kill", "--rounds", "6", "--fault", fault)
    assert 1 == status, told
    assert found in told


@pytest.mark.slow
@needs_strace
def test_nothing_acknowledged_is_lost_with_the_power():
    """At every moment of a case's life the power may fail, and what was acknowledged is on the disk."""
    status, told = soak("power", "--lives", "1", "--seeds", "3")
    assert 0 == status, told
    assert "0 of them with a loss, 0 damaged" in told


@pytest.mark.slow
@needs_strace
def test_a_database_that_promises_less_loses_acts_with_the_power():
    """With synchronous=NORMAL the same harness shows losses."""
    status, told = soak("power", "--lives", "1", "--seeds", "3", "--synchronous", "NORMAL")
    assert 0 == status, told
    assert " 0 lost" not in told


@pytest.mark.slow
def test_one_submission_is_one_case_however_it_is_sent():
    """A hundred schedules of sendings are a hundred cases; without keys they are more, and that is found."""
    status, told = soak("schedules", "--schedules", "100")
    assert 0 == status, told
    assert 1 == soak("schedules", "--schedules", "5", "--fault", "keyless")[0]


@pytest.mark.slow
def test_of_many_at_once_one_wins():
    """Of twelve threads one wins on each case, and no note is lost; where versions are not looked at that is found."""
    status, told = soak("winners", "--database", "sqlite", "--threads", "12", "--cases", "3", "--again", "4")
    assert 0 == status, told
    assert 1 == soak("winners", "--database", "sqlite", "--threads", "4", "--cases", "1", "--fault", "unlocked")[0]


@pytest.mark.slow
@needs_strace
def test_a_disk_that_fails_leaves_nothing_by_halves():
    """Full or failing at some operations of a submission, the disk costs an answer and nothing else."""
    status, told = soak("faults", "--acts", "1", "--every", "20")
    assert 0 == status, told
    assert 1 == soak("faults", "--acts", "1", "--every", "30", "--fault", "early")[0]


# ---- the disk itself -------------------------------------------------------------------------------------------------


def test_what_was_synced_is_kept_and_nothing_else_need_be():
    """Before a sync nothing of a write is certain, after it all of it is."""
    disk = Disk({1: bytearray(b"old")}, {"file": 1})
    disk.take(Write(1, 0, b"new and longer"))
    assert {"file": b"old"} == disk.after_power_loss(0, 0)
    assert {"file": b"new and longer"} == disk.after_power_loss(1, 0)
    disk.take(Sync(1))
    assert {"file": b"new and longer"} == disk.after_power_loss(0, 0)


def test_a_write_is_kept_in_pieces():
    """Of a write over several sectors any of them may be kept, and what was there before stands in the place of the others."""
    disk = Disk({1: bytearray(b"o" * 2048)}, {"file": 1})
    disk.take(Write(1, 0, b"n" * 2048))
    kept = {disk.after_power_loss(seed, 0)["file"][::512] for seed in range(2, 100)}
    assert {b"nooo", b"onon", b"nnno"} <= kept


def test_names_are_kept_in_their_order_and_certain_after_the_folder_was_synced():
    """A new name may be gone and an old one still be there, until the folder is synced."""
    disk = Disk({1: bytearray(b"one")}, {"first": 1})
    for event in (Named("second", 2), Write(2, 0, b"two"), Sync(2), Named("first", None)):
        disk.take(event)
    assert {"first": b"one"} == disk.after_power_loss(0, 0)
    found = {tuple(disk.after_power_loss(seed, 0)) for seed in range(50)}
    assert {("first",), ("first", "second"), ("second",)} == found
    disk.take(FolderSync())
    assert {"second": b"two"} == disk.after_power_loss(0, 0)


def test_a_cut_file_may_have_its_end_still():
    """A file that was cut is cut for certain after a sync only."""
    disk = Disk({1: bytearray(b"long")}, {"file": 1})
    disk.take(Truncate(1, 2))
    assert {b"long", b"lo"} == {disk.after_power_loss(seed, 0)["file"] for seed in (0, 1)}

"""The log of a database, verified where it lies and signed to a second place while others go on writing."""

import os
import signal
import threading
from datetime import timedelta

import pytest

from clausewise.ledger.checkpoint import read_checkpoints
from clausewise.ledger.verify import Verification
from clausewise.vocab.problem import Problem
from clausewise.wiring.checkpoints import Beside
from tests.unit.conftest import opened
from tests.unit.store import databases
from tests.unit.store.test_cases import taken_in
from tests.unit.store.test_guards import as_owner
from tools.sample_ledger import KEY


@pytest.fixture
def vouching(person, database, request):
    """The functions that verify and sign, for one who sees all tenants."""
    from clausewise.wiring import vouching

    as_owner(request, database)
    return vouching


def test_a_job_walks_only_what_is_new(person, vouching, tmp_path, database, request):
    """Signed once, the job goes on from there: nothing new is not signed, new entries are, and each note agrees with the whole."""
    output = tmp_path / "outside.txt"
    taken_in(person)
    first = vouching.sign_log(KEY, output)
    assert first.note is not None
    again = vouching.sign_log(KEY, output, first.reached)
    assert (None, first.reached.size) == (again.note, again.reached.size)
    taken_in(person)
    third = vouching.sign_log(KEY, output, again.reached)
    assert third.note.checkpoint.size == third.reached.size == first.reached.size + 3
    notes, _ = read_checkpoints(output.read_text())
    assert [first.note, third.note] == list(notes)
    whole = vouching.verify_log(vouching.read_signed(output))
    assert whole.finding is None and whole.reached.vouched == third.reached.size


def test_a_checkpoint_is_due_after_a_minute_or_a_thousand_entries(person, vouching, tmp_path, monkeypatch):
    """A job that looks every second signs the first entries at once, and then not before a minute has passed."""
    output = tmp_path / "outside.txt"
    taken_in(person)
    assert vouching.sign_log(KEY, output, when_due=True).note is not None
    taken_in(person)
    assert vouching.sign_log(KEY, output, when_due=True).note is None
    later = vouching.now() + timedelta(seconds=61)
    monkeypatch.setattr(vouching, "now", lambda: later)
    assert vouching.sign_log(KEY, output, when_due=True).note is not None
    taken_in(person)
    monkeypatch.setattr(vouching, "SIGN_AFTER_ENTRIES", 3)
    assert vouching.sign_log(KEY, output, when_due=True).note is not None


def test_whoever_follows_the_log_signs_what_comes_until_told_to_stop(person, vouching, tmp_path, monkeypatch):
    """It signs what is there, goes on after the database was gone, signs what came, and ends at a signal."""
    output = tmp_path / "outside.txt"
    taken_in(person)
    usual, looks = vouching.sign_log, []

    def looked(*given, **named):
        looks.append(given)
        if len(looks) == 2:
            taken_in(person)
            return Problem("CW844", "gone for a moment")
        if len(looks) == 4:
            os.kill(os.getpid(), signal.SIGTERM)
        return usual(*given, **named)

    monkeypatch.setattr(vouching, "sign_log", looked)
    monkeypatch.setattr(vouching, "SIGN_AFTER_ENTRIES", 3)
    monkeypatch.setattr(vouching, "LOOK_S", 0.0)
    assert isinstance(vouching.follow_log(KEY, output), vouching.Signed)
    notes, _ = read_checkpoints(output.read_text())
    assert (4, 2) == (len(looks), len(notes))
    assert 3 == notes[1].checkpoint.size - notes[0].checkpoint.size


@pytest.mark.slow
def test_while_others_write_the_log_is_seen_at_one_moment(person, vouching, tmp_path):
    """Walked again and again while a case comes in after the other, the log is whole each time, and so is the history."""
    from django.db import connection

    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            taken_in(person)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(15):
            found, compared = vouching.verify_log(Beside()), vouching.compare_history()
            assert isinstance(found, Verification) and found.finding is None, found
            assert not isinstance(compared, Problem) and compared.problem is None, compared
    finally:
        stop.set()
        writer.join()


@pytest.mark.slow
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_who_sees_one_tenant_neither_verifies_nor_signs(person, database, server, tmp_path):
    """The application's role on PostgreSQL is told that it sees a part only, in place of a log with gaps."""
    from clausewise.wiring import vouching

    taken_in(person)
    taken_in(person.of(opened()))
    for done in (
        vouching.verify_log(Beside()),
        vouching.compare_history(),
        vouching.sign_log(KEY, tmp_path / "outside.txt"),
    ):
        assert isinstance(done, Problem) and "CW869" == done.code
    assert not (tmp_path / "outside.txt").exists()
    databases.use(server.settings("owner"))
    assert isinstance(vouching.verify_log(Beside()), Verification)


def test_what_was_to_be_forgotten_is_counted_and_no_fault(person, vouching):
    """An act whose salt was destroyed can no longer be compared; the history agrees all the same, and says how many there are."""
    from clausewise.store.acting import for_tenant
    from clausewise.store.models import LedgerEntry, Opening

    before = vouching.compare_history()
    taken_in(person)
    last = LedgerEntry._base_manager.order_by("-number").values_list("number", flat=True)[0]
    with for_tenant(person.tenant):
        Opening.objects.of(person.tenant).filter(entry_id=last).delete()
    after = vouching.compare_history()
    assert (before.acts + 3, before.mute + 1, None) == (after.acts, after.mute, after.problem)

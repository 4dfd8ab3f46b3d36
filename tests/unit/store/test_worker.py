"""The worker as a process: killed in the middle, told to stop, and what its commands tell."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from clausewise.vocab.history import ActKind
from tests.unit.conftest import Person
from tests.unit.store.test_cases import history_of
from tests.unit.store.test_deadlines_watched import urgent
from tests.unit.store.test_failures import environment_of
from tests.unit.store.workers import Hand, place_of, rows_of, worker_of

CASES = 12


def name_of(person: Person) -> str:
    """The name of a tenant."""
    from clausewise.store.models import Tenant

    return str(Tenant.objects.get(id=person.tenant).name)


def overdue(person: Person, number: int) -> None:
    """Take in cases that came four days ago and wait for information: each is past its end when it is first looked at."""
    from clausewise.store.cases import submit
    from clausewise.vocab.history import Receipt

    came = (datetime.now(UTC) - timedelta(days=4)).replace(microsecond=0).isoformat().encode()
    for index in range(number):
        assert isinstance(submit(person.acting(), urgent(received_at=came), f"key {index}"), Receipt)


def assert_each_once(person: Person, number: int) -> None:
    """Every case has its one notice, its one act, its entries, its clocks, and nothing is left to do."""
    assert ["passed"] * number == [row["kind"] for row in rows_of(person, "DeadlineNotice")]
    assert ([], []) == (rows_of(person, "Outbox"), rows_of(person, "OutboxTrouble"))
    clocks = rows_of(person, "CaseClock")
    assert (number, {3}) == (len(clocks), {row["version"] for row in clocks})
    assert {1} == {history_of(person, row["case_id"]).kinds.count(ActKind.DEADLINE_PASSED) for row in clocks}


@pytest.mark.slow
@pytest.mark.parametrize("after", [1, 15])
def test_a_killed_worker_does_nothing_twice_and_leaves_nothing_undone(person, database, sqlite, request, tmp_path, after):
    """Killed after so many lines were done, one of two workers is replaced: every case is noticed once."""
    environment = environment_of(database, sqlite, request, tmp_path)
    overdue(person, CASES)
    command = [sys.executable, "-m", "clausewise", "worker", "--tenant", name_of(person)]
    begun = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) for _ in range(2)]
    before = len(rows_of(person, "Outbox"))
    until = time.monotonic() + 60
    while len(rows_of(person, "Outbox")) > before - after and time.monotonic() < until:
        time.sleep(0.005)
    begun[0].send_signal(signal.SIGKILL)
    subprocess.run([*command, "--once"], env=environment, capture_output=True, check=True)
    begun[1].send_signal(signal.SIGTERM)
    told, _ = begun[1].communicate(timeout=30)
    assert 0 == begun[1].returncode and json.loads(told).keys() <= {"done"}
    subprocess.run([*command, "--once"], env=environment, capture_output=True, check=True)
    assert_each_once(person, CASES)


def test_a_worker_that_is_told_to_stop_ends_what_is_under_way(person):
    """Told in the middle of the lines of one case, it ends those and takes no others."""
    from clausewise.store.outbox import Outcome
    from clausewise.wiring.worker import Worker

    overdue(person, 2)
    stopped = Event()
    done: list[int] = []

    def clock():
        done.append(1)
        if len(done) > 2:  # the watch asks first, then the outbox, then the line
            stopped.set()
        return Hand()()

    worker = Worker(place_of(person, clock, stopped.is_set), lambda: 0.5, stopped, person.tenant)
    worker.work(once=False)
    assert (1, 2) == (worker.done[Outcome.DONE], len(rows_of(person, "Outbox")))


def test_a_signal_stops_and_a_second_one_ends(person):
    """The first SIGTERM is heard; after the work is done the signals are as they were."""
    from clausewise.wiring.stopping import until_told

    before = signal.getsignal(signal.SIGTERM)
    stopped = Event()
    with until_told(stopped):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0)
        assert stopped.is_set() and signal.getsignal(signal.SIGTERM) is before
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_database_that_is_gone_for_a_while_ends_no_worker(person, monkeypatch):
    """A worker that cannot reach the database waits and goes on; nothing is counted against the lines."""
    from django.db import OperationalError

    from clausewise.store import outbox
    from clausewise.wiring import worker

    overdue(person, 1)
    monkeypatch.setattr(worker, "UNREACHED_PAUSE_S", 0.0)
    usual, gone = outbox.do_next, [OperationalError("the server closed the connection")] * 3
    at_work = worker_of(person, Hand())

    def reached(*given):
        if gone:
            raise gone.pop()
        outcome = usual(*given)
        if outcome is outbox.Outcome.NOTHING_DUE:
            at_work.stopped.set()
        return outcome

    monkeypatch.setattr(outbox, "do_next", reached)
    at_work.work(once=False)
    assert ([], []) == (gone, rows_of(person, "OutboxTrouble"))
    assert [] == rows_of(person, "Outbox")


@pytest.mark.slow
def test_the_commands_tell_how_the_work_stands(person, database, sqlite, request, tmp_path):
    """Status lists what waits and what was given up, with exit status 1 for the latter; retry has it tried again."""
    from clausewise.store.outbox import ATTEMPTS_MAX, Effect, do_next

    environment = environment_of(database, sqlite, request, tmp_path)
    name, clock = name_of(person), Hand()
    overdue(person, 1)

    def fail(line):
        raise ValueError("Jane Doe")

    for _ in range(ATTEMPTS_MAX):
        do_next(person.tenant, {"received": Effect(fail)}, clock(), lambda: 0.5)
        clock.to(hours=1)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "clausewise", "worker", *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True)

    found = run("status", "--tenant", name)
    assert 1 == found.returncode
    assert "1 waiting" in found.stdout and "1 dead" in found.stdout and "(ValueError)" in found.stdout
    assert "Jane" not in found.stdout + found.stderr
    [box] = json.loads(run("status", "--tenant", name, "--json").stdout)["outboxes"]
    assert ["received"] == [line["topic"] for line in box["dead"]]
    assert 0 == run("retry", "--tenant", name).returncode
    assert 0 == run("--once", "--tenant", name).returncode
    assert "0 waiting" in run("status", "--tenant", name).stdout
    assert_each_once(person, 1)
    assert (2, "CW857") == ((refused := run("--once", "--tenant", "nobody")).returncode, refused.stderr.split()[1].rstrip(":"))


@pytest.mark.slow
def test_the_jobs_of_the_installation_run_and_are_told(person, database, sqlite, request, tmp_path):
    """Without a tenant a worker runs what recurs as well; a second one in the same minute runs none of it again."""
    from clausewise.wiring import jobs

    environment = environment_of(database, sqlite, request, tmp_path)
    Path(environment["CLAUSEWISE_DATA"]).mkdir(exist_ok=True)
    overdue(person, 1)
    command = [sys.executable, "-m", "clausewise", "worker"]
    subprocess.run([*command, "--once"], env=environment, capture_output=True, check=True)
    told = json.loads(subprocess.run([*command, "status", "--json"], env=environment, capture_output=True, text=True).stdout)
    assert dict.fromkeys(jobs.JOBS, "successful") == {job["job"]: job["status"] for job in told["jobs"]}
    assert_each_once(person, 1)

"""A worker tells in log lines what it does and what fails, and nothing of what people wrote; it takes away what has ended."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.unit.store.test_cases import taken_in
from tests.unit.store.workers import Hand, place_of, worker_of

CANARY = "Jane Doe, born 1970"


@pytest.fixture
def fresh(database: str) -> Any:
    """The tables of jobs, with nothing in them before and after."""
    from django_tasks_db.models import DBTaskResult

    from clausewise.store.models import RecurringJob

    for _ in range(2):
        DBTaskResult.objects.all().delete()
        RecurringJob.objects.all().delete()
        if not _:
            yield


def worker_of_all(person, clock):
    """A worker of the whole installation."""
    worker = worker_of(person, clock)
    worker.tenant = None
    return worker


def test_each_job_that_recurs_is_told(fresh, lines, person):
    """Each begins and ends once, under the id of its run, with how many things it did; the tenant's lines are counted."""
    from clausewise.wiring.jobs import JOBS

    taken_in(person)
    worker_of_all(person, Hand()).work(once=True)
    started, done = lines.of("job.started"), lines.of("job.done")
    assert sorted(name.replace(" ", "-") for name in JOBS) == sorted(line["job"] for line in started)
    assert [UUID(line["run"]) for line in started] == [UUID(line["run"]) for line in done]
    assert all({"attempts", "count", "job", "run", "seconds"} <= line.keys() and "refused" not in line for line in done)
    assert [str(person.tenant)] == [line["tenant"] for line in lines.of("outbox.done") if line["tenant"] == str(person.tenant)]


def test_a_job_that_fails_is_told_without_its_words(fresh, lines, person, monkeypatch):
    """Of a fault its class and place are logged, and the job is tried again; what it said is nowhere."""
    from clausewise.wiring import jobs

    def fail(_):
        raise ValueError(CANARY)

    monkeypatch.setattr(jobs, "JOBS", {"forget tasks": (jobs.HOUR, fail)})
    worker_of_all(person, Hand()).work(once=True)
    (line,) = lines.of("job.failed")
    assert ("ValueError", "forget-tasks", 1) == (line["fault"], line["job"], line["attempts"])
    assert "Jane" not in lines.text and "refused" not in line


def test_a_line_that_fails_is_told_until_it_is_dead(lines, person, monkeypatch):
    """Each attempt is a line with topic, attempt and class of the fault; the last one says that it is dead."""
    from clausewise.store.outbox import ATTEMPTS_MAX, Effect
    from clausewise.wiring import jobs

    def fail(_):
        raise ValueError(CANARY)

    monkeypatch.setattr(jobs, "effects", lambda at: {"received": Effect(fail)})
    taken_in(person)
    clock = Hand()
    for _ in range(ATTEMPTS_MAX):
        worker_of(person, clock).work(once=True)
        clock.to(hours=1)
    failed, dead = lines.of("outbox.failed"), lines.of("outbox.dead")
    assert list(range(1, ATTEMPTS_MAX)) == [line["attempts"] for line in failed]
    assert [("received", "ValueError", ATTEMPTS_MAX)] == [(line["topic"], line["fault"], line["attempts"]) for line in dead]
    assert "Jane" not in lines.text and not lines.of("outbox.done")


def test_a_case_that_cannot_be_looked_at_is_told(lines, person, monkeypatch):
    """The watch tells the fault of each case that it passes over, by tenant, class and place."""
    from clausewise.store import clocks
    from clausewise.wiring import jobs

    def fail(*_):
        raise ValueError(CANARY)

    monkeypatch.setattr(clocks, "due_cases", lambda tenant, book, now, left: () if left else (UUID(int=1),))
    monkeypatch.setattr(clocks, "attend_one", fail)
    with pytest.raises(jobs.CasesUnread):
        jobs.watch(place_of(person, Hand()), (person.tenant,))
    assert [("ValueError", str(person.tenant))] == [(line["fault"], line["tenant"]) for line in lines.of("case.unread")]
    assert "Jane" not in lines.text


def test_what_has_ended_is_taken_away(fresh, lines, person):
    """The jobs take away a session that has ended and a draft after 30 days, and leave what has not: each counts what it took."""
    from clausewise.accounts.models import Session
    from clausewise.store.acting import for_tenant, reading_for
    from clausewise.store.models import Draft

    clock, old = Hand(), "ended"
    now = clock()
    Session.objects.filter(session_key__in=(old, "goes on")).delete()
    for key, ends in ((old, now - timedelta(seconds=1)), ("goes on", now + timedelta(seconds=1))):
        Session(session_key=key, session_data="", expire_date=ends).save(force_insert=True)
    kept = {"account": UUID(int=1), "case": UUID(int=0), "content": "x", "tenant_id": person.tenant}
    with for_tenant(person.tenant):
        for form, days in (("old", 31), ("new", 29)):
            Draft.objects.insert((Draft(form=form, at=now - timedelta(days=days), **kept),))
    worker_of_all(person, clock).work(once=True)
    with reading_for(person.tenant):
        assert ["new"] == [row.form for row in Draft.objects.of(person.tenant)]
    assert ["goes on"] == [row.session_key for row in Session.objects.filter(session_key__in=(old, "goes on"))]
    counts = {line["job"]: line["count"] for line in lines.of("job.done")}
    assert counts["clear-sessions"] >= 1 and counts["drop-drafts"] >= 1

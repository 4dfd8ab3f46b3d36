"""The figures by which a service is watched, as Prometheus reads them.

What happens (requests, acts, dispositions) is counted by the process in which it happens.  Several workers share their counts
through files in one folder, which the server names in PROMETHEUS_MULTIPROC_DIR before it starts them; so it makes no difference
which worker is asked.  How things stand (outbox, log, jobs) is read from the database when it is asked for.  No label names
a tenant, a person or a case.
"""

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Min
from django_tasks_db.models import DBTaskResult
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from clausewise.ledger.checkpoint import read_checkpoints
from clausewise.store.acting import reading_for
from clausewise.store.faults import attempt
from clausewise.store.models import Checkpoint, DeadlineNotice, LedgerHead, Outbox, OutboxTrouble, Tenant
from clausewise.store.recurring import last_slot
from clausewise.store.writing import Deed
from clausewise.vocab.clock import NoticeKind
from clausewise.vocab.history import ActKind, NotDone
from clausewise.wiring.events import METHODS

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.005, 0.015, 0.03, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

OWN = CollectorRegistry()
REQUESTS = Counter("clausewise_requests", "Requests answered.", ["route", "method", "status"], registry=OWN)
REQUEST_SECONDS = Histogram("clausewise_request_seconds", "How long answers took.", ["route"], registry=OWN, buckets=SECONDS)
ACTS = Counter("clausewise_acts", "Acts written to cases.", ["kind"], registry=OWN)
LINES = Counter("clausewise_determined_lines", "Service lines determined.", ["disposition"], registry=OWN)


def request_answered(route: str, method: str, status: int, seconds: float) -> None:
    """Count a request by its route, a known method, and its status."""
    REQUESTS.labels(route, method if method in METHODS else "other", str(status)).inc()
    REQUEST_SECONDS.labels(route).observe(seconds)


def acts_written(deeds: Sequence[Deed], **_: Any) -> None:
    """Count the acts that were just written, and of determinations the lines."""
    for deed in deeds:
        ACTS.labels(deed.kind.value).inc()
        if deed.kind is ActKind.DETERMINED:
            for line in deed.content["lines"]:
                LINES.labels(line["disposition"]).inc()


def exposition() -> bytes:
    """Return all figures in the text form that Prometheus reads."""
    counted = OWN
    if os.environ.get(FOLDER_VARIABLE):
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    standing = CollectorRegistry()
    standing.register(Standing())
    return bytes(generate_latest(counted) + generate_latest(standing))


class Standing(Collector):
    """How things stand in the database, read anew each time."""

    def collect(self) -> Iterable[Metric]:
        """Return the figures that can be had, and whether the database answered."""
        found = attempt(lambda: tuple(_standing(time.time())))
        yield GaugeMetricFamily("clausewise_database_up", "Whether the database answered.", value=not isinstance(found, NotDone))
        if not isinstance(found, NotDone):
            yield from found

    def describe(self) -> Iterable[Metric]:
        """Return nothing, so that the database is not asked when this is registered."""
        return ()


def _standing(now: float) -> Iterator[Metric]:
    waiting, dead, oldest = _outbox()
    age = max(0.0, now - oldest.timestamp()) if oldest else 0.0
    yield GaugeMetricFamily("clausewise_outbox_lines", "Lines of the outbox that are not yet done.", value=waiting)
    yield GaugeMetricFamily("clausewise_outbox_oldest_due_seconds", "How long the oldest of them has been due.", value=age)
    yield GaugeMetricFamily("clausewise_outbox_lines_dead", "Lines of the outbox that are tried no more.", value=dead)
    yield _notices()
    size = LedgerHead.objects.values_list("size", flat=True).first() or 0
    yield GaugeMetricFamily("clausewise_ledger_entries", "Entries of the log.", value=size)
    yield from _checkpoint(now, size)
    runs = GaugeMetricFamily("clausewise_job_runs", "Runs of jobs that are kept, by how they stand.", labels=["status"])
    for status, count in DBTaskResult.objects.values_list("status").annotate(Count("id")).order_by("status"):
        runs.add_metric([str(status).lower()], count)
    yield runs
    slot = last_slot()
    if slot is not None:
        age = max(0.0, now - slot.timestamp())
        yield GaugeMetricFamily("clausewise_worker_age_seconds", "How long ago a worker began a job that recurs.", value=age)


def _outbox() -> tuple[int, int, datetime | None]:
    """Return how many lines the outboxes of all tenants hold, how many of them are dead, and when the oldest other became due."""
    waiting, dead, oldest = 0, 0, None
    for tenant in Tenant.objects.values_list("id", flat=True):
        with reading_for(tenant):
            found = Outbox.objects.of(tenant).exclude(trouble__dead=True).aggregate(count=Count("id"), due=Min("due_at"))
            dead += OutboxTrouble.objects.of(tenant).filter(dead=True).count()
        waiting += found["count"]
        oldest = min(filter(None, (oldest, found["due"])), default=None)
    return waiting, dead, oldest


def _notices() -> Metric:
    """Return how often what was noticed about clocks, over all tenants."""
    counts = dict.fromkeys((kind.value for kind in NoticeKind), 0)
    for tenant in Tenant.objects.values_list("id", flat=True):
        with reading_for(tenant):
            rows = DeadlineNotice.objects.of(tenant).values_list("kind").annotate(Count("id")).order_by("kind")
            for kind, count in rows:
                counts[kind] += count
    notices = GaugeMetricFamily("clausewise_deadline_notices", "What was noticed about clocks of cases.", labels=["kind"])
    for kind, count in sorted(counts.items()):
        notices.add_metric([kind], count)
    return notices


def _checkpoint(now: float, size: int) -> Iterator[Metric]:
    """Yield how old the last signed checkpoint is, and how many entries came after it; without one only the latter."""
    note = Checkpoint.objects.order_by("-size", "-id").values_list("note", flat=True).first()
    signed = read_checkpoints(note)[0] if note else ()
    if signed:
        age = max(0.0, now - signed[0].checkpoint.at.timestamp())
        yield GaugeMetricFamily("clausewise_checkpoint_age_seconds", "Age of the last signed checkpoint.", value=age)
    beyond = size - (signed[0].checkpoint.size if signed else 0)
    yield GaugeMetricFamily("clausewise_ledger_entries_unsigned", "Entries after the last signed checkpoint.", value=beyond)

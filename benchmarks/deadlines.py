"""How long the watch of deadlines takes, by how many cases are open: one look when nothing is due, and each case that is.

Rows are copied beside one real case, so that the database holds what it would hold; only the cases that are due are whole.

`python -m benchmarks.deadlines [--cases N] [--due N] [--sqlite-only] [--json]`
"""

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks.store import CASE, measured, migrate, on_server, prepare_tenant
from clausewise.policy.case_file import Source
from clausewise.wiring import start

LOOKS, CHUNK = 50, 5_000


def fill(tenant: UUID, number: int, later: datetime, book: str) -> None:
    """Put open cases beside the real ones: a row each, and where their clocks stand, none of them due before `later`."""
    from clausewise.store.acting import for_tenant
    from clausewise.store.models import Case, CaseClock

    for begun in range(0, number, CHUNK):
        ids = [UUID(bytes=secrets.token_bytes(16), version=4) for _ in range(min(CHUNK, number - begun))]
        with for_tenant(tenant):
            Case.objects.insert(Case(id=one, tenant_id=tenant, version=3) for one in ids)
            CaseClock.objects.insert(
                CaseClock(
                    tenant_id=tenant, case_id=one, version=3, framed="{}", pends=False, zone="America/Chicago", clock="AR-STANDARD",
                    state="running", due_at=later, next_at=later + place * timedelta(seconds=1), book=book,
                )
                for place, one in enumerate(ids)
            )  # fmt: skip


def looks(number: int, due: int) -> dict[str, Any]:
    """Measure in the database that the environment names; times in milliseconds."""
    from clausewise.store import clocks
    from clausewise.vocab.history import Receipt
    from clausewise.wiring import jobs, storing
    from clausewise.wiring.setting import open_setting

    tenant, setting = prepare_tenant(), open_setting(cache=False)
    now = datetime.now(UTC)
    at = jobs.workplace(setting, lambda: now, secrets.token_bytes)
    assert isinstance(at, jobs.Workplace)
    for _ in range(due):
        source = Source("case.yaml", CASE.format(name=secrets.token_hex(8)).encode())
        assert isinstance(storing.submit(tenant, setting, source, secrets.token_hex(8)), Receipt)
    began = time.perf_counter()
    from clausewise.store.outbox import Outcome, do_next

    while do_next(tenant, jobs.effects(at), now, secrets.SystemRandom().random) is not Outcome.NOTHING_DUE:
        pass
    emptied = 1000 * (time.perf_counter() - began) / due
    fill(tenant, number, now + timedelta(days=400), at.book.fingerprint)
    idle = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        assert not clocks.due_cases(tenant, at.book, now)
        idle.append(1000 * (time.perf_counter() - began))
    late = replace(at, clock=lambda: now + timedelta(days=40))
    began = time.perf_counter()
    jobs.watch(late, (tenant,))
    watched = 1000 * (time.perf_counter() - began) / due
    began = time.perf_counter()
    jobs.watch(late, (tenant,))
    again = 1000 * (time.perf_counter() - began)
    return {
        "open cases": number + due,
        "a look when nothing is due": measured(idle),
        "the outbox of one submission": round(emptied, 2),
        "a case that is due": round(watched, 2),
        "a whole run of the watch after that": round(again, 2),
    }


def _child(environment: dict[str, str], number: int, due: int) -> Any:
    migrate(environment)
    command = [sys.executable, "-m", "benchmarks.deadlines", "--one", "--cases", str(number), "--due", str(due)]
    return json.loads(subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout)


def main() -> int:
    """Measure, print, and return the exit status."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    options.add_argument("--cases", type=int, default=100_000)
    options.add_argument("--due", type=int, default=200)
    options.add_argument("--sqlite-only", action="store_true")
    options.add_argument("--json", action="store_true")
    options.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.one:
        assert not start.start(os.environ)
        print(json.dumps(looks(chosen.cases, chosen.due)))
        return 0
    with tempfile.TemporaryDirectory(prefix="clausewise-deadlines-") as place:
        folder = Path(place)
        found = {"SQLite": _child(os.environ | {"CLAUSEWISE_DATA": str(folder / "data")}, chosen.cases, chosen.due)}
        if not chosen.sqlite_only:
            with on_server(folder) as environment:
                found["PostgreSQL"] = _child(environment, chosen.cases, chosen.due)
    print(json.dumps(found) if chosen.json else "\n".join(_lines(found)))
    return 0


def _lines(found: dict[str, Any]) -> list[str]:
    return [f"{name}: {what}: {value}" for name, figures in found.items() for what, value in figures.items()]


if __name__ == "__main__":
    sys.exit(main())

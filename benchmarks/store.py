"""How long a submission takes until it is acknowledged: read, determined, written with its log entry, on disk.

On SQLite one process submits one case after the other.  On PostgreSQL two processes submit 50 a second together, each at fixed
instants whatever the last one took; a submission that begins late counts from the instant at which it should have begun.
Beside it stands what the machine's disk needs to make 4 KB durable, because that is a part of every figure.

`python -m benchmarks.store [--cases N] [--seconds N] [--sqlite-only] [--json]`
"""

import argparse
import json
import os
import platform
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from clausewise.policy.case_file import Source
from clausewise.wiring import start

RATE, WRITERS, WARM = 50, 2, 10
CASE = """clinical:
  - id: {name}
    line_of_business: commercial
    plan: qualchoice
    state: AR
    service_date: '2026-03-16'
    diagnoses: [L90.5]
    facts: {{scar: yes, aim: function, structure: abnormal, cause: trauma, conservative_therapy: failed, functional_impairment: no,
      scar_pain_unresponsive: yes, scar_recurrent_infection: yes, scar_unstable: no, scar_friable: no, photos_applicable: yes,
      photos_provided: yes, records_provided: yes}}
    lines: [{{code: '11402'}}]
"""


def measured(milliseconds: list[float]) -> dict[str, float]:
    """Return number, median, 95th percentile and greatest, in milliseconds."""
    cuts = statistics.quantiles(milliseconds, n=20, method="inclusive")
    found = {"median": statistics.median(milliseconds), "p95": cuts[-1], "most": max(milliseconds)}
    return {"cases": len(milliseconds)} | {name: round(value, 2) for name, value in found.items()}


def disk(folder: Path, times: int = 200) -> dict[str, float]:
    """Return how long the disk needs to make 4 KB durable."""
    taken = []
    with (folder / "probe").open("wb") as file:
        for _ in range(times):
            began = time.perf_counter()
            file.write(b"x" * 4096)
            file.flush()
            os.fdatasync(file.fileno())
            taken.append(1000 * (time.perf_counter() - began))
    return measured(taken)


def submissions(tenant: UUID, number: int, every: float) -> dict[str, list[float]]:
    """Submit cases, one each so many seconds or one after the other; return milliseconds of the whole and of judging alone."""
    from clausewise.payer.runs import judge
    from clausewise.payer.submission import Submission, submission_of
    from clausewise.vocab.history import Receipt
    from clausewise.wiring import storing
    from clausewise.wiring.setting import open_setting

    setting = open_setting(cache=False)
    whole, judging = [], []
    begin, began = time.perf_counter(), 0.0
    for index in range(number + WARM):
        if index == WARM:
            begin, began = time.perf_counter(), time.process_time()
        due = begin + (index - WARM) * every if every and index >= WARM else time.perf_counter()
        time.sleep(max(0.0, due - time.perf_counter()))
        source = Source("case.yaml", CASE.format(name=secrets.token_hex(8)).encode())
        done = storing.submit(tenant, setting, source, secrets.token_hex(8))
        whole.append(1000 * (time.perf_counter() - due))
        assert isinstance(done, Receipt), done
    computing = 1000 * (time.process_time() - began) / number
    submission = submission_of(source)
    assert isinstance(submission, Submission)
    for _ in range(min(number, 100)):
        began = time.perf_counter()
        judge(submission, setting, setting.now)
        judging.append(1000 * (time.perf_counter() - began))
    return {"whole": whole[WARM:], "judging": judging, "computing": [computing]}


def prepare_tenant() -> UUID:
    """Return a new tenant of the storage that was started."""
    from clausewise.wiring import storing

    found = storing.open_tenant(secrets.token_hex(8))
    assert isinstance(found, UUID), found
    return found


def migrate(environment: dict[str, str]) -> None:
    """Make the tables of the storage that an environment names."""
    done = subprocess.run([sys.executable, "-m", "clausewise", "store", "migrate"], env=environment, capture_output=True)
    assert done.returncode == 0, done.stderr


def on_sqlite(folder: Path, number: int) -> dict[str, Any]:
    """Measure one process on SQLite."""
    environment = os.environ | {"CLAUSEWISE_DATA": str(folder / "data")}
    command = [sys.executable, "-m", "benchmarks.store", "--one", "--cases", str(number), "--every", "0"]
    migrate(environment)
    found = json.loads(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)
    return _summary([found])


def on_postgresql(folder: Path, seconds: int) -> dict[str, Any]:
    """Measure two processes that submit together at a fixed rate."""
    with on_server(folder) as environment:
        migrate(environment)
        number, every = seconds * RATE // WRITERS, WRITERS / RATE
        command = [sys.executable, "-m", "benchmarks.store", "--one", "--cases", str(number), "--every", str(every)]
        writers = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(WRITERS)]
        found = [json.loads(writer.communicate()[0]) for writer in writers]
    return _summary(found)


@contextmanager
def on_server(folder: Path) -> Iterator[dict[str, str]]:
    """Start PostgreSQL on a free port; give the environment by which it is found."""
    from tests.unit.store.databases import start_postgresql, stop_postgresql

    with tempfile.TemporaryDirectory(prefix="clausewise-postgresql-", ignore_cleanup_errors=True) as place:
        server = start_postgresql(Path(place))
        try:
            yield _environment(folder, server.port, server.password)
        finally:
            stop_postgresql(server)


def _summary(found: list[dict[str, list[float]]]) -> dict[str, Any]:
    whole, judging, computing = ([one for each in found for one in each[name]] for name in ("whole", "judging", "computing"))
    shown = {"submission": measured(whole), "judging alone": measured(judging)}
    return shown | {"processor": {"mean": round(statistics.mean(computing), 2)}}


def _environment(folder: Path, port: int, password: str) -> dict[str, str]:
    file = folder / "password"
    file.write_text(password)
    file.chmod(0o600)
    address = f"127.0.0.1:{port}/clausewise"
    return os.environ | {
        "CLAUSEWISE_DATA": str(folder / "data-postgresql"),
        "CLAUSEWISE_DATABASE": f"postgresql://app@{address}",
        "CLAUSEWISE_DATABASE_PASSWORD_FILE": str(file),
        "CLAUSEWISE_DATABASE_OWNER": f"postgresql://owner@{address}",
        "CLAUSEWISE_DATABASE_OWNER_PASSWORD_FILE": str(file),
    }


def main() -> int:
    """Measure, print, and return the exit status."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    options.add_argument("--cases", type=int, default=500)
    options.add_argument("--seconds", type=int, default=20)
    options.add_argument("--sqlite-only", action="store_true")
    options.add_argument("--json", action="store_true")
    options.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options.add_argument("--every", type=float, default=0.0, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.one:
        assert not start.start(os.environ)
        print(json.dumps(submissions(prepare_tenant(), chosen.cases, chosen.every)))
        return 0
    with tempfile.TemporaryDirectory(prefix="clausewise-store-") as place:
        folder = Path(place)
        load = os.getloadavg()[0]
        found: dict[str, Any] = {"disk: 4 KB durable": disk(folder), "SQLite": on_sqlite(folder, chosen.cases)}
        if not chosen.sqlite_only:
            found[f"PostgreSQL, {WRITERS} processes, {RATE} a second"] = on_postgresql(folder, chosen.seconds)
    found["machine"] = f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f} before and {os.getloadavg()[0]:.1f} after"
    print(json.dumps(found) if chosen.json else _table(found))
    return 0


def _table(found: dict[str, Any]) -> str:
    lines = []
    for name, value in found.items():
        lines.append(f"{name}: {value}" if isinstance(value, str) else name)
        rows = {"": value} if isinstance(value, dict) and "median" in value else value
        for row, figures in rows.items() if isinstance(rows, dict) else ():
            shown = "  ".join(f"{key} {figure}" for key, figure in figures.items())
            lines.append(f"  {row:18} {shown}  (milliseconds)")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())

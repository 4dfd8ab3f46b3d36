"""How long it takes to verify a log of a million entries, to append to one, and to prove something from one.

Run with `python -m benchmarks.ledger`.  Whole processes where a person waits for one; the greatest memory of each is told too.  The
log is verified as a file, by the verifier that needs no Clausewise, and where it lies, on SQLite and (`--postgresql`) PostgreSQL.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks.store import migrate, on_server
from benchmarks.timing import Spread, machine, spread, verdict
from clausewise.ledger.checkpoint import SignedCheckpoint
from clausewise.ledger.export import entry_line, export_lines, read_records
from clausewise.ledger.leaf import leaf_bytes
from clausewise.ledger.log import Head, Stored, appended
from tools.sample_ledger import KEY, ORIGIN, sample_entries, signed

ENTRIES, EVERY, APPENDED = 1_000_000, 1_000, 20_000
VERIFIER = Path(__file__).resolve().parents[1] / "tools" / "verify_ledger.py"


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured: seconds of the clock and of the processor, the most memory it took in MB, and the goal in seconds."""

    what: str
    seconds: Spread
    cpu_seconds: Spread
    memory_mb: int
    goal: float | None = None

    def line(self) -> str:
        """Return the figure as a table has it."""
        judged = f"goal < {self.goal:g} s: {verdict(self.seconds.median, self.goal, at_least=False)}" if self.goal else ""
        took, busy = f"{self.seconds:.2f} s", f"{self.cpu_seconds:.2f} s"
        return f"{self.what:58} {took:28} processor {busy:24} {self.memory_mb:5} MB  {judged}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description="Time the log.")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--entries", type=int, default=ENTRIES, help="how many entries the log has")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured")
    parser.add_argument("--postgresql", action="store_true", help="verify it on PostgreSQL too, which is started for that")
    options = parser.parse_args(arguments)
    before = os.getloadavg()[0]
    found = list(figures(options.entries, options.rounds, options.postgresql))
    where = f"{machine()}; load {before:.1f} before and {os.getloadavg()[0]:.1f} after"
    if options.json:
        print(json.dumps({"machine": where, "figures": [asdict(figure) for figure in found]}, indent=1))
    else:
        print("\n".join([f"{where}.", "", *(figure.line() for figure in found)]))
    return 0


def figures(entries: int, rounds: int, postgresql: bool) -> Iterator[Figure]:
    """Yield every figure, measured as it is asked for."""
    with tempfile.TemporaryDirectory() as folder:
        log, outside, key = (Path(folder) / name for name in ("log.jsonl", "checkpoints.txt", "key.pub"))
        yield _write(log, outside, entries)
        key.write_text(f"{KEY.public}\n", encoding="utf-8")
        beside = ["--checkpoints", str(outside), "--key", str(key)]
        ours = [sys.executable, "-m", "clausewise", "audit"]
        size = f"{entries:,} entries"
        yield _measured(f"audit verify, {size}", [*ours, "verify", str(log)], rounds, 10.0)
        yield _measured(
            f"the same with {entries // EVERY:,} signed checkpoints", [*ours, "verify", str(log), *beside], rounds, 10.0
        )
        yield _measured(f"audit prove, {size}", [*ours, "prove", str(log), str(entries // 3)], 1)
        yield _measured(f"verify_ledger.py, {size}", [sys.executable, str(VERIFIER), str(log)], rounds, 10.0)
        environment = os.environ | {"CLAUSEWISE_DATA": str(Path(folder) / "data")}
        migrate(environment)
        _fill_sqlite(Path(folder) / "data" / "clausewise.sqlite3", log)
        yield _measured(f"audit verify, {size} on SQLite", [*ours, "verify"], rounds, 10.0, environment)
        if postgresql:
            with on_server(Path(folder)) as environment:
                migrate(environment)
                _fill_postgresql(environment, log)
                yield _measured(f"audit verify, {size} on PostgreSQL", [*ours, "verify"], rounds, 10.0, environment)


def _fill_sqlite(file: Path, log: Path) -> None:
    """Let a log lie in an SQLite file, past the program."""
    import sqlcipher3

    database: Any = sqlcipher3.connect(str(file))
    database.execute("PRAGMA synchronous=OFF")
    tenant, heads = uuid4().hex, list[Head]()
    database.execute("INSERT INTO store_tenant (id, name, opened_at) VALUES (?, 'Plan', '2026-03-16 00:00:00')", (tenant,))
    rows = ((*entry, tenant) for entry in _entries(log, heads))
    database.executemany("INSERT INTO store_ledgerentry (number, leaf, hash, link, tenant_id) VALUES (?, ?, ?, ?, ?)", rows)
    database.execute("INSERT INTO store_ledgerhead (id, size, peaks, link) VALUES (1, ?, ?, ?)", _head_row(heads[0]))
    database.commit()
    database.close()


def _fill_postgresql(environment: Mapping[str, str], log: Path) -> None:
    """Let a log lie in a PostgreSQL database, past the program and its rows' guards."""
    import psycopg

    address = environment["CLAUSEWISE_DATABASE_OWNER"].replace("owner@", "super@")
    tenant, heads = uuid4(), list[Head]()
    with psycopg.connect(address) as database, database.cursor() as cursor:
        cursor.execute("INSERT INTO store_tenant (id, name, opened_at) VALUES (%s, 'Plan', now())", (tenant,))
        with cursor.copy("COPY store_ledgerentry (number, leaf, hash, link, tenant_id) FROM STDIN") as copied:
            for entry in _entries(log, heads):
                copied.write_row((*entry, tenant))
        cursor.execute("INSERT INTO store_ledgerhead (id, size, peaks, link) VALUES (1, %s, %s, %s)", _head_row(heads[0]))


def _entries(log: Path, heads: list[Head]) -> Iterator[Stored]:
    """Yield the entries of a log, and keep its head."""
    with log.open("rb") as opened:
        opened.readline()
        for record in read_records(opened):
            if isinstance(record, Stored):
                yield record
            elif isinstance(record, Head):
                heads.append(record)


def _head_row(head: Head) -> tuple[int, bytes, bytes]:
    return head.frontier.size, b"".join(head.frontier.peaks), head.link


def _write(log: Path, outside: Path, entries: int) -> Figure:
    """Write a log with its checkpoints; return what appending alone took, over the last entries."""
    head, notes, leaf, taken = Head(), list[SignedCheckpoint](), b"", 0.0
    header, *_ = export_lines(ORIGIN, (), (), head)
    with log.open("w", encoding="utf-8") as opened:
        opened.write(header)
        for number, entry in enumerate(sample_entries(entries, seed=1)):
            began = time.perf_counter()
            leaf = leaf_bytes(entry)
            stored, head = appended(head, leaf)
            taken += time.perf_counter() - began if number >= entries - APPENDED else 0.0
            opened.write(entry_line(stored))
            if head.frontier.size % EVERY == 0:
                notes.append(signed(head, leaf))
        *_, last = export_lines(ORIGIN, (), (), head)
        opened.write(last)
    outside.write_text("".join(note.written() for note in notes), encoding="utf-8")
    counted = min(APPENDED, entries)
    return Figure(f"appending {counted:,} entries, the last of {entries:,}, to no store", spread([taken]), spread([taken]), 0)


def _measured(
    what: str, command: Sequence[str], rounds: int, goal: float | None = None, environment: Mapping[str, str] | None = None
) -> Figure:
    """Return how long a process takes; one that fails ends the measurement."""
    taken, busy, memory = [], [], 0
    for _ in range(rounds):
        began = time.perf_counter()
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
        _, status, used = os.wait4(running.pid, 0)
        taken.append(time.perf_counter() - began)
        running.returncode = os.waitstatus_to_exitcode(status)
        if running.returncode:
            raise SystemExit(f"{what} failed with {running.returncode}")
        busy.append(used.ru_utime + used.ru_stime)
        memory = max(memory, used.ru_maxrss // 1024)
    return Figure(what, spread(taken), spread(busy), memory, goal)


if __name__ == "__main__":
    raise SystemExit(main())

"""How submitting, reading and verifying change while a database grows from a thousand cases to a million; on SQLite.

One case is submitted as everybody submits; the others are copies of its rows in the same tables and indexes, each with its own id,
its own key and its own entries in the log, whose hashes are real.  At each size real submissions are made and cases read by the
functions that people's acts call.  At 100,000 cases one of 20 lines and 200 documents is submitted and read; at 333,334 cases the
log has a million entries.

`python -m benchmarks.growth [--cases N] [--chart]`; a million cases take about 15 GB and a quarter of an hour.  `--chart` writes
docs/growth.csv and docs/growth.svg.
"""

import argparse
import csv
import json
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from benchmarks.growth_chart import chart
from benchmarks.store import CASE, measured
from clausewise.ledger.log import Head, appended
from clausewise.policy.case_file import Source
from clausewise.wiring import start

SIZES = (1_000, 10_000, 100_000, 333_334, 1_000_000)
LARGE_AT, MILLION_AT, AT_ONCE, MEASURED = 100_000, 333_334, 2_000, 100
DOCS = Path(__file__).resolve().parents[1] / "docs"
COPIED = ("case", "act", "determinationrun", "outbox", "idempotencykey", "ledgerentry", "opening")
NOTE = """---
type: chart note
date: 2026-03-02
author: Dr B. Sample, surgery
fact conservative_therapy: failed
---
{words} (Synthetic.)
"""


class Grown:
    """The database that grows: its connection for copying rows, and the rows of the one case that is copied."""

    def __init__(self, file: Path, case: UUID) -> None:
        import sqlcipher3

        self.file: Any = sqlcipher3.connect(str(file), isolation_level=None)
        self.file.execute("PRAGMA journal_mode=WAL")
        self.file.execute("PRAGMA synchronous=OFF")
        self.file.execute("PRAGMA cache_size=-2000000")
        self.id = case.hex
        numbers = "SELECT number FROM store_ledgerentry ORDER BY number"
        self.numbers = [number for (number,) in self.file.execute(numbers)]
        self.rows = {table: self._read(table) for table in COPIED}

    def _read(self, table: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        found = self.file.execute(f"SELECT * FROM store_{table} ORDER BY rowid")
        return [column[0] for column in found.description], found.fetchall()

    def close(self) -> None:
        """Give the file back to the program."""
        self.file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.file.close()

    def grow(self, number: int) -> None:
        """Add so many copies of the case."""
        head = self._head()
        for begin in range(0, number, AT_ONCE):
            cases = [uuid4() for _ in range(min(AT_ONCE, number - begin))]
            self.file.execute("BEGIN IMMEDIATE")
            head = self._copy(cases, head)
            self.file.execute("COMMIT")

    def _head(self) -> Head:
        from clausewise.ledger.tree import Frontier

        size, peaks, link = self.file.execute("SELECT size, peaks, link FROM store_ledgerhead").fetchone()
        return Head(Frontier(size, tuple(peaks[at : at + 32] for at in range(0, len(peaks), 32))), bytes(link))

    def _copy(self, cases: Sequence[UUID], head: Head) -> Head:
        written: dict[str, list[list[Any]]] = {table: [] for table in COPIED}
        for case in cases:
            first = head.frontier.size
            for table in COPIED:
                columns, rows = self.rows[table]
                for row in rows:
                    copied = self._renamed(dict(zip(columns, row, strict=True)), case, first)
                    if table == "ledgerentry":
                        stored, head = appended(head, copied["leaf"])
                        copied |= {"number": stored.number, "hash": stored.hash, "link": stored.link}
                    written[table].append(list(copied.values()))
        for table, copies in written.items():
            marks = ",".join("?" * len(copies[0]))
            self.file.executemany(f"INSERT INTO store_{table} VALUES ({marks})", copies)
        now = (head.frontier.size, b"".join(head.frontier.peaks), head.link)
        self.file.execute("UPDATE store_ledgerhead SET size = ?, peaks = ?, link = ?", now)
        return head

    def _renamed(self, row: dict[str, Any], case: UUID, first: int) -> dict[str, Any]:
        """A row as another case's: its id, its key, its answer and its entries bear the other id."""
        for column, value in row.items():
            if value == self.id:
                row[column] = case.hex
            elif column in ("leaf", "response"):
                old, new = str(UUID(self.id)), str(case)
                row[column] = bytes(value).replace(old.encode(), new.encode()) if column == "leaf" else value.replace(old, new)
        if "key" in row:
            row["key"] = case.hex
        if "entry_id" in row:
            row["entry_id"] = first + self.numbers.index(row["entry_id"])
        if "id" in row and isinstance(row["id"], int):
            row["id"] = None
        return row


def large() -> Source:
    """A request of 20 lines with 200 documents of about 2 KB each."""
    words = "A synthetic note about a scar that was treated without success. " * 30
    said = CASE.format(name="large").replace("clinical:\n  - ", "    ").replace("lines: [{code: '11402'}]", "lines:")
    lines = "".join("  - {code: '11402'}\n" for _ in range(20))
    case = "".join(line.removeprefix("    ") + "\n" for line in said.splitlines()) + lines
    notes = {f"documents/2026-03-02-exam-{number:03}.md": NOTE.format(words=words).encode() for number in range(200)}
    return Source("large", files={"case.yaml": case.encode(), **notes})


def timed(work: Callable[[int], object], times: int) -> dict[str, float]:
    """Return what doing something so often takes, in milliseconds; `processor` is what the processor works for it, on the mean."""
    taken, busy = [], time.process_time()
    for number in range(times):
        began = time.perf_counter()
        work(number)
        taken.append(1000 * (time.perf_counter() - began))
    return measured(taken) | {"processor": round(1000 * (time.process_time() - busy) / times, 2)}


def figures(folder: Path, most: int) -> Iterator[dict[str, Any]]:
    """Yield the figures at each size."""
    os.environ["CLAUSEWISE_DATA"] = str(folder / "data")
    assert not start.migrate(os.environ)
    from clausewise.vocab.history import Receipt
    from clausewise.wiring import storing
    from clausewise.wiring.setting import open_setting

    setting, tenant = open_setting(cache=False), storing.open_tenant("Plan")
    assert isinstance(tenant, UUID)

    def submit(source: Source) -> Any:
        return storing.submit(tenant, setting, source, secrets.token_hex(8))

    first = submit(Source("case.yaml", CASE.format(name="S1").encode()))
    assert isinstance(first, Receipt), first
    file, cases = folder / "data" / "clausewise.sqlite3", 1
    grown = Grown(file, first.case)
    for size in (one for one in SIZES if one <= most):
        began = time.perf_counter()
        grown.grow(size - cases)
        grown.file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        built = time.perf_counter() - began
        found: dict[str, Any] = {"cases": size, "built in s": round(built), "GB": round(file.stat().st_size / 1e9, 3)}
        found |= _measure(tenant, submit, file)
        cases = size + MEASURED
        if size == LARGE_AT:
            found["20 lines, 200 documents"] = _large(tenant, submit)
            cases += 1
        if size == MILLION_AT:
            found["verify"] = _verify()
        yield found


def _measure(tenant: UUID, submit: Callable[[Source], Any], file: Path) -> dict[str, Any]:
    from clausewise.wiring import storing

    ids = _some_cases(file)
    source = Source("case.yaml", CASE.format(name="S1").encode())
    submit(source)
    return {
        "submit": timed(lambda number: submit(source), MEASURED - 1),
        "read": timed(lambda number: storing.read(tenant, ids[number]), MEASURED),
    }


def _some_cases(file: Path) -> list[UUID]:
    """Cases from all over the index."""
    import sqlcipher3

    opened: Any = sqlcipher3.connect(str(file))
    asked = "SELECT id FROM store_case WHERE id >= ? ORDER BY id LIMIT 1"
    found = [opened.execute(asked, (f"{secrets.randbelow(2**31):08x}",)).fetchone() for _ in range(MEASURED)]
    opened.close()
    return [UUID(row[0]) for row in found]


def _large(tenant: UUID, submit: Callable[[Source], Any]) -> dict[str, Any]:
    """Submit the large case once, and read it: its history, what was sent, and the last answer."""
    from clausewise.store.reading import last_answer, sent
    from clausewise.wiring import storing

    began = time.perf_counter()
    receipt = submit(large())
    submitted = 1000 * (time.perf_counter() - began)

    def read(_: int) -> None:
        history = storing.read(tenant, receipt.case)
        submission, _added = sent(history)  # type: ignore[arg-type]
        assert (201, 20) == (len(submission.files), len(last_answer(history)["lines"]))  # type: ignore[arg-type]

    return {"submitted in": round(submitted), "read": timed(read, 50)}


def _verify() -> dict[str, Any]:
    from clausewise.wiring.checkpoints import Beside
    from clausewise.wiring.vouching import compare_history, verify_log

    taken = []
    for work in (lambda: verify_log(Beside()), compare_history):
        began, busy = time.perf_counter(), time.process_time()
        found: Any = work()
        taken.append({"s": round(time.perf_counter() - began, 2), "processor s": round(time.process_time() - busy, 2)})
    return {"entries": found.acts, "log": taken[0], "history": taken[1], "agree": found.problem is None}


def main() -> int:
    """Measure, print a line for each size, and return the exit status."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cases", type=int, default=100_000, help="how many cases at most")
    options.add_argument("--chart", action="store_true", help="write docs/growth.csv and docs/growth.svg")
    chosen = options.parse_args()
    table = []
    with tempfile.TemporaryDirectory(prefix="clausewise-growth-") as folder:
        for found in figures(Path(folder), chosen.cases):
            print(json.dumps(found), flush=True)
            parts = [(what, part) for what in ("submit", "read") for part in ("median", "p95")]
            row = {key: found[key] for key in ("cases", "GB")}
            table.append(row | {f"{what} {part} ms": found[what][part] for what, part in parts})
    if chosen.chart:
        with (DOCS / "growth.csv").open("w", encoding="utf-8", newline="") as written:
            rows = csv.DictWriter(written, table[0], lineterminator="\n")
            rows.writeheader()
            rows.writerows(table)
        (DOCS / "growth.svg").write_text(chart(DOCS / "growth.csv"), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

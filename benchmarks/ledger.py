"""How long it takes to verify a log of a million entries, to append to one, and to prove something from one.

Run with `python -m benchmarks.ledger`.  Whole processes where a person waits for one; the greatest memory of each is told too.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.timing import Spread, machine, spread, verdict
from clausewise.ledger.checkpoint import SignedCheckpoint
from clausewise.ledger.export import entry_line, export_lines
from clausewise.ledger.leaf import leaf_bytes
from clausewise.ledger.log import Head, appended
from tools.sample_ledger import KEY, ORIGIN, sample_entries, signed

ENTRIES, EVERY, APPENDED = 1_000_000, 1_000, 20_000
VERIFIER = Path(__file__).resolve().parents[1] / "tools" / "verify_ledger.py"


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured: seconds of the clock and of the processor, the most memory it took in MB, and the goal in seconds."""

    what: str
    seconds: Spread
    cpu_seconds: float
    memory_mb: int
    goal: float | None = None

    def line(self) -> str:
        """Return the figure as a table has it."""
        judged = f"goal < {self.goal:g} s: {verdict(self.seconds.median, self.goal, at_least=False)}" if self.goal else ""
        return f"{self.what:58} {f'{self.seconds:.2f} s':28} processor {self.cpu_seconds:.2f} s  {self.memory_mb:5} MB  {judged}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description="Time the log.")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--entries", type=int, default=ENTRIES, help="how many entries the log has")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured")
    options = parser.parse_args(arguments)
    found = list(figures(options.entries, options.rounds))
    if options.json:
        print(json.dumps({"machine": machine(), "figures": [asdict(figure) for figure in found]}, indent=1))
    else:
        print("\n".join([f"{machine()}.", "", *(figure.line() for figure in found)]))
    return 0


def figures(entries: int, rounds: int) -> Iterator[Figure]:
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
        yield _measured(f"verify_ledger.py, {size}", [sys.executable, str(VERIFIER), str(log)], 1)


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
    return Figure(f"appending {counted:,} entries, the last of {entries:,}, to no store", spread([taken]), taken, 0)


def _measured(what: str, command: Sequence[str], rounds: int, goal: float | None = None) -> Figure:
    """Return how long a process takes; one that fails ends the measurement."""
    taken, busy, memory = [], [], 0
    for _ in range(rounds):
        began = time.perf_counter()
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(running.pid, 0)
        taken.append(time.perf_counter() - began)
        running.returncode = os.waitstatus_to_exitcode(status)
        if running.returncode:
            raise SystemExit(f"{what} failed with {running.returncode}")
        busy.append(used.ru_utime + used.ru_stime)
        memory = max(memory, used.ru_maxrss // 1024)
    return Figure(what, spread(taken), min(busy), memory, goal)


if __name__ == "__main__":
    raise SystemExit(main())

"""How long a backup takes while others write, how large it is, and how long until a restored copy can be worked with.

On SQLite; two threads submit without a pause meanwhile.  Told is also what they waited at worst, and how many acknowledged cases
are newer than the backup: that is what would be lost with the disk at that moment.

`python -m benchmarks.backups [--cases N] [--json]`
"""

import argparse
import json
import os
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from clausewise.policy.case_file import Source
from clausewise.wiring import start
from clausewise.wiring.backups import Backup, back_up, restore
from clausewise.wiring.configuration import Database, configure
from clausewise.wiring.setting import Setting, open_setting

KEY = bytes(range(32))
CASE = """clinical:
  - id: {name}
    line_of_business: commercial
    plan: qualchoice
    state: AR
    service_date: '2026-03-16'
    facts: {{records_provided: yes}}
    lines: [{{code: '11402'}}]
"""


def submit(tenant: UUID, setting: Setting, name: str) -> float:
    """Take in a case, and return the seconds until it was acknowledged."""
    from clausewise.vocab.history import Receipt
    from clausewise.wiring import storing

    began = time.perf_counter()
    done = storing.submit(tenant, setting, Source("case.yaml", CASE.format(name=name).encode()), name)
    assert isinstance(done, Receipt), done
    return time.perf_counter() - began


def measure(folder: Path, cases: int) -> dict[str, Any]:
    """Fill an installation, back it up under writers, restore it, and return the figures."""
    os.environ["CLAUSEWISE_DATA"] = str(folder / "data")
    assert not start.migrate(os.environ)
    from clausewise.wiring import storing

    configuration, _ = configure(os.environ)
    assert configuration is not None
    tenant, setting = storing.open_tenant("Plan"), open_setting()
    assert isinstance(tenant, UUID)
    for number in range(cases):
        submit(tenant, setting, f"C{number}")
    writers = Writers(tenant, setting)
    time.sleep(1)
    began = time.perf_counter()
    made = back_up(configuration, KEY, folder / "b.cw", start.now())
    backed_up = time.perf_counter() - began
    waits = writers.stop()
    assert isinstance(made, Backup), made
    there = replace(configuration, data=folder / "other", database=Database(folder / "other" / "clausewise.sqlite3"))
    began = time.perf_counter()
    assert isinstance(restore(there, KEY, made.file), Backup)
    return {
        "entries": made.manifest.entries,
        "bytes": made.length,
        "backup_s": round(backed_up, 3),
        "restore_s": round(time.perf_counter() - began, 3),
        "longest_wait_ms": round(max(waits) * 1000, 1),
        "median_wait_ms": round(sorted(waits)[len(waits) // 2] * 1000, 1),
        "newer_than_backup": cases + len(waits) - made.manifest.entries // 2,
    }


class Writers:
    """Two threads that submit without a pause."""

    def __init__(self, tenant: UUID, setting: Setting) -> None:
        self._stop, self._waits = threading.Event(), list[float]()
        self._threads = [threading.Thread(target=self._write, args=(tenant, setting, number)) for number in range(2)]
        for thread in self._threads:
            thread.start()

    def _write(self, tenant: UUID, setting: Setting, number: int) -> None:
        from django.db import connection

        count = 0
        while not self._stop.is_set():
            self._waits.append(submit(tenant, setting, f"W{number}-{count}"))
            count += 1
        connection.close()

    def stop(self) -> list[float]:
        """Stop them, and return how long each submission took."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        return self._waits


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        found = measure(Path(place), wanted.cases)
    if wanted.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name:20} {value:>14,}")


if __name__ == "__main__":
    main()

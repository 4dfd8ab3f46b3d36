"""A disk that is full, or that fails, at every single operation of an act: a sentence, nothing by halves, and later all goes on.

A process that has everything loaded is made to fail by `strace`: from its n-th operation on the files of the database on, each
write, sync or cut ends with ENOSPC, or only that one ends with EIO.  What it answers is compared with what is there afterwards,
when the disk is well again: an act that was acknowledged is there; one that was refused is there whole or not at all (a sync that
failed may have reached the disk); repeated under its key it is done once.

`python -m tests.soak.faults [--acts N] [--every N] [--fault early]`
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from clausewise.wiring.setting import Setting, open_setting
from tests.soak import places, targets
from tests.soak.life import ACTS, Gone, Here, Told
from tests.soak.targets import Connected, Functions
from tests.soak.witness import Verdict, examine, examine_file, examine_log

FAILING = ("pwrite64", "write", "fsync", "fdatasync", "ftruncate")
ERRORS = {"full": ("ENOSPC", "+"), "failing": ("EIO", "")}
OPERATIONS_MAX = 400


@dataclass
class Figures:
    """What all faults came to."""

    faults: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    unharmed: int = 0
    verdict: Verdict = field(default_factory=Verdict)

    def line(self) -> str:
        """The figures as one line."""
        told = ", ".join(f"{number:,} {code}" for code, number in sorted(self.refused.items()))
        return f"{self.faults:,} faults: refused {told or 'none'}; {self.unharmed:,} without effect; {self.verdict.line()}"


@contextmanager
def failing(process: int, files: Sequence[Path], error: str, at: int, log: Path) -> Iterator[None]:
    """Let a process's n-th operation on some files fail, and for ENOSPC all later ones too, while this is open."""
    name, later = ERRORS[error]
    paths = [word for file in files for word in ("-P", str(file))]
    inject = f"inject={','.join(FAILING)}:error={name}:when={at}{later}"
    command = ["strace", "-f", "-p", str(process), *paths, "-e", f"trace={','.join(FAILING)}", "-e", inject, "-o", str(log)]
    watching = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert watching.stderr is not None
        told = watching.stderr.readline()
        while "attached" not in told:
            assert told, "strace may not attach to another process here"
            told = watching.stderr.readline()
        yield
    finally:
        watching.terminate()
        watching.wait()


@dataclass(frozen=True)
class Harness:
    """The database, who serves it, and where what is refused is done again."""

    place: places.Place
    target: Functions
    setting: Setting
    folder: Path

    @property
    def files(self) -> list[Path]:
        """The files that fail."""
        file = Path(self.place.app["NAME"])
        return [file, file.with_name(file.name + "-wal")]

    def act(self, tenant: UUID, told: list[Told], life: str, error: str, at: int, figures: Figures) -> bool:
        """Ask for the next act of a life while an operation fails; return whether it failed."""
        last, index = (told[-1] if told else Told()), len(told)
        client = self.target.client(tenant)
        log = self.folder / "failed"
        with failing(client.process, self.files, error, at, log):
            one = self._asked(client, life, index, last)
        hit = "INJECTED" in log.read_text(encoding="ascii", errors="replace")
        self.target.kill(first=False)
        figures.faults += hit
        figures.unharmed += not one.refused and hit
        figures.refused.update([" ".join(one.refused)] if one.refused else [])
        self.place.use()
        known = {(life, number): each for number, each in enumerate(told)}
        found = examine(tenant, known if one.refused else {**known, (life, index): one})
        if one.refused not in ((), ("CW844",)):
            found.broken.append(f"{life} {index}, operation {at}: refused with {one.refused}")
        again = Here(tenant, self.setting).ask(life, index, last.id, last.version)
        found.doubled += [f"{life} {index}: another answer"] if not one.refused and again != one else []
        found.add(examine(tenant, {**known, (life, index): again}))
        found.broken += [*examine_log(), *examine_file()]
        figures.verdict.add(found)
        places.leave()
        told.append(again)
        return hit

    def _asked(self, client: Connected, life: str, index: int, last: Told) -> Told:
        try:
            return client.ask(life, index, last.id, last.version)
        except Gone:
            return Told(refused=("CW844",))


def soak(harness: Harness, acts: int, every: int) -> Figures:
    """Let each operation of the first acts of a life fail in turn, on a new life each time."""
    figures = Figures()
    harness.place.use()
    tenant = places.new_tenant()
    places.leave()
    for error in ERRORS:
        for index in range(acts):
            for at in range(1, OPERATIONS_MAX, every):
                life = f"{error}-{index}-{at}"
                told = _lived(harness, tenant, life, index)
                if not harness.act(tenant, told, life, error, at, figures):
                    break
    return figures


def _lived(harness: Harness, tenant: UUID, life: str, acts: int) -> list[Told]:
    """A life up to an act."""
    told: list[Told] = []
    harness.place.use()
    for index in range(acts):
        last = told[-1] if told else Told()
        told.append(Here(tenant, harness.setting).ask(life, index, last.id, last.version))
    places.leave()
    return told


def run(acts: int, every: int = 1, fault: str = "") -> Figures:
    """Make a database, let its disk fail, and return the figures."""
    with tempfile.TemporaryDirectory(prefix="clausewise-faults-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        with places.sqlite(folder) as place, targets.functions(place, folder, fault) as target:
            return soak(Harness(place, target, open_setting(cache=False), folder), acts, every)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print the figures, and return 1 if an act was lost, doubled or left by halves."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--acts", type=int, default=4, help=f"how many acts of a life, of {len(ACTS)}")
    options.add_argument("--every", type=int, default=1, help="which operations fail: each, each second, ...")
    options.add_argument("--fault", choices=("early",), default="", help="acknowledge before it is on disk")
    chosen = options.parse_args(arguments)
    if shutil.which("strace") is None:
        print("SKIPPED: a failing disk is made with strace, which is not installed (on Debian: apt-get install strace)")
        return 0
    began = time.monotonic()
    figures = run(chosen.acts, chosen.every, chosen.fault)
    print(f"a disk that is full or fails: {figures.line()}; {time.monotonic() - began:.0f} s")
    for one in (figures.verdict.lost + figures.verdict.doubled + figures.verdict.broken)[:10]:
        print(f"  {one}")
    return 0 if figures.verdict.sound else 1


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C")
    sys.exit(main())

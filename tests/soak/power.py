"""Loss of power at every sync point of a case's life: what was acknowledged must be on the disk.

A process lives the lives of cases on SQLite, with the library and the settings that people get, under `strace`; its writes and
syncs, and what it acknowledged between them, are read from there (`trace`).  Then the power fails before and after each sync, each
change of a name and each acknowledgement, and before each single write of the first life; for each such moment the disk (`disk`)
keeps what was synced, and of the rest what chance decides, once for each seed.  Every image is opened by the application, which
must find every act acknowledged by then, a whole log and a sound file; and the next act, asked for under its key, must be done.

`python -m tests.soak.power [--seeds N] [--lives N] [--synchronous FULL|NORMAL|OFF]`.  NORMAL must show losses, else this proves
nothing.
"""

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from clausewise.wiring.setting import Setting, open_setting
from tests.conftest import ROOT
from tests.soak import places, trace
from tests.soak.disk import Acknowledged, Disk, Event, Write
from tests.soak.life import ACTS, Here, Told
from tests.soak.targets import read_told
from tests.soak.witness import Verdict, examine, examine_file, examine_log
from tests.unit.store import databases

DATABASE = "clausewise.sqlite3"
SEED_THAT_GOES_ON = 1


@dataclass
class Figures:
    """What all images came to; an image is what a disk may hold at one moment."""

    moments: int = 0
    images: int = 0
    with_loss: int = 0
    unreadable: int = 0
    went_on: int = 0
    verdict: Verdict = field(default_factory=Verdict)

    def line(self) -> str:
        """The figures as one line."""
        found = f"{self.moments:,} moments, {self.images:,} different images, {self.with_loss:,} of them with a loss"
        return f"{found}, {self.unreadable:,} damaged; {self.went_on:,} went on; {self.verdict.line()}"


@dataclass(frozen=True)
class Recorded:
    """What a process did to its files: the files before, by name, and then event by event."""

    tenant: UUID
    before: dict[str, bytes]
    events: list[Event]


def recorded(folder: Path, lives: int, synchronous: str) -> Recorded:
    """Record lives of cases on a new database."""
    with places.sqlite(folder) as place:
        place.use()
        tenant = places.new_tenant()
        places.leave()
        data = folder / "data"
        before = {name: (data / name).read_bytes() for name in (DATABASE,)}
        command = [sys.executable, "-m", "tests.soak.writer", str(data), str(tenant), str(lives), synchronous]
        trace.record(command, {**place.environment, "CLAUSEWISE_DATA": str(data)}, ROOT, folder / "trace")
        reader = trace.Reader(data, {DATABASE: 1, "secret_key": 2, "file_key": 3})
        with (folder / "trace").open(encoding="ascii", errors="replace") as lines:
            return Recorded(tenant, before, list(reader.read(lines)))


def moments(events: Sequence[Event]) -> Iterator[int]:
    """Yield before how many of the events the power fails: around each that is no write, and around all of the first life."""
    first_life = 0
    for place, event in enumerate(events):
        alone = not isinstance(event, Write)
        beside = place > 0 and not isinstance(events[place - 1], Write)
        if alone or beside or first_life < len(ACTS):
            yield place
        first_life += isinstance(event, Acknowledged)
    yield len(events)


def lose_power(found: Recorded, seeds: int, image: Path, setting: Setting) -> Figures:
    """Let the power fail at every moment, in as many ways as there are seeds, and examine what is left."""
    figures, disk, told, seen = Figures(), _disk(found), dict[tuple[str, int], Told](), set[bytes]()
    wanted = set(moments(found.events))
    for place in range(len(found.events) + 1):
        if place in wanted:
            figures.moments += 1
            for seed in range(seeds):
                files = disk.after_power_loss(seed, place)
                mark = _mark(files, len(told))
                if mark not in seen:
                    seen.add(mark)
                    _write(image, files)
                    _examine(image / DATABASE, found.tenant, told, setting if seed == SEED_THAT_GOES_ON else None, figures)
        if place < len(found.events):
            event = found.events[place]
            disk.take(event)
            if isinstance(event, Acknowledged):
                life, index, plain = json.loads(event.line)
                told[life, index] = read_told(plain)
    return figures


def _disk(found: Recorded) -> Disk:
    return Disk({1: bytearray(found.before[DATABASE])}, {DATABASE: 1})


def _mark(files: dict[str, bytes], told: int) -> bytes:
    digest = hashlib.sha256(str(told).encode())
    for name, content in files.items():
        digest.update(name.encode())
        digest.update(content)
    return digest.digest()


def _write(image: Path, files: dict[str, bytes]) -> None:
    shutil.rmtree(image, ignore_errors=True)
    image.mkdir()
    for name, content in files.items():
        (image / name).write_bytes(content)


def _examine(file: Path, tenant: UUID, told: dict[tuple[str, int], Told], setting: Setting | None, figures: Figures) -> None:
    """Open an image with the application, compare it with what was told, and perhaps go on from there."""
    from django.db import connections

    databases.use({**connections.settings["default"], "NAME": str(file)})
    found = Verdict()
    try:
        found.add(examine(tenant, told))
        found.broken += examine_file() + (examine_log() if told else [])
        if setting is not None and found.sound and told:
            found.broken += _goes_on(Here(tenant, setting), told)
            figures.went_on += 1
    except Exception as fault:  # a damaged file raises whatever it likes
        found.broken.append(f"it cannot be read: {type(fault).__name__}")
    finally:
        places.leave()
    figures.images += 1
    figures.with_loss += bool(found.lost)
    figures.unreadable += bool(found.broken)
    figures.verdict.add(found)


def _goes_on(here: Here, told: dict[tuple[str, int], Told]) -> list[str]:
    """Ask for the act that was under way when the power failed; return what is wrong after it."""
    life, index = max(told, key=lambda one: (int(one[0]), one[1]))
    last = told[life, index]
    after = (life, index + 1, last.id, last.version) if index + 1 < len(ACTS) else (str(int(life) + 1), 0, "", 0)
    one = here.ask(*after)
    found = examine(here.tenant, {**told, after[:2]: one})
    return [*found.lost, *found.doubled, *found.broken, *examine_log()]


def run(seeds: int, lives: int, synchronous: str = "FULL") -> Figures:
    """Record, lose power, and return the figures."""
    with tempfile.TemporaryDirectory(prefix="clausewise-power-") as folder, tempfile.TemporaryDirectory(dir=_memory()) as image:
        found = recorded(Path(folder), lives, synchronous)
        return lose_power(found, seeds, Path(image) / "image", open_setting(cache=False))


def _memory() -> str | None:
    """A folder in memory where there is one: nothing there needs to last."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print the figures, and return 1 if anything was lost or damaged with FULL, or nothing without it."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seeds", type=int, default=20)
    options.add_argument("--lives", type=int, default=8)
    options.add_argument("--synchronous", choices=("FULL", "NORMAL", "OFF"), default="FULL")
    chosen = options.parse_args(arguments)
    if shutil.which("strace") is None:
        print("SKIPPED: loss of power is tried with strace, which is not installed (on Debian: apt-get install strace)")
        return 0
    began = time.monotonic()
    figures = run(chosen.seeds, chosen.lives, chosen.synchronous)
    print(f"power loss, synchronous={chosen.synchronous}, {chosen.seeds} seeds: {figures.line()}; {time.monotonic() - began:.0f} s")
    for one in (figures.verdict.lost + figures.verdict.doubled + figures.verdict.broken)[:5]:
        print(f"  {one}")
    return int(figures.verdict.sound != (chosen.synchronous == "FULL"))


if __name__ == "__main__":
    sys.exit(main())

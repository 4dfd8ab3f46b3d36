"""Whether this installation can take cases now: settings and keys, room on the disk, the database, the clock."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from clausewise.ledger.leaf import read_leaf
from clausewise.store.acting import reading_for
from clausewise.store.faults import attempt
from clausewise.store.models import LedgerEntry, LedgerHead, Tenant
from clausewise.store.recurring import last_slot
from clausewise.vocab.history import NotDone
from clausewise.vocab.problem import Problem
from clausewise.wiring import start
from clausewise.wiring.configuration import configure, read_secret
from clausewise.wiring.storing import found_faults

ROOM_BYTES_MIN = 256 * 1024 * 1024
CLOCK_BACK_MAX = timedelta(minutes=5)
UNWATCHED_MAX = timedelta(minutes=10)
BEGAN = start.now()  # of this process: a worker that begins with it needs some seconds


def unready(now: datetime) -> tuple[Problem, ...]:
    """Return why no case should be taken now; nothing where all is well."""
    configuration, problems = configure(os.environ)
    if configuration is None:
        return problems
    secret = read_secret(configuration.secret_key_file)
    wrong = (secret,) if isinstance(secret, Problem) else ()
    faults = found_faults()
    return (*wrong, *_no_room(configuration.data), *faults, *(() if faults else _clock_faults(now)))


def unwatched(now: datetime) -> tuple[Problem, ...]:
    """Return that no worker has begun a job that recurs for long, since this process began."""
    slot = attempt(last_slot)
    if isinstance(slot, NotDone):
        return slot.problems
    if now - max(slot or BEGAN, BEGAN) <= UNWATCHED_MAX:
        return ()
    message = f"No worker has watched deadlines for more than {UNWATCHED_MAX // timedelta(minutes=1)} minutes."
    help = "Run `clausewise worker`, or `clausewise serve` without `--without-worker`; its log lines tell why it ended."
    return (Problem("CW912", message, help=help),)


def _no_room(folder: Path) -> Iterator[Problem]:
    if shutil.disk_usage(folder).free < ROOM_BYTES_MIN:
        message = f"Less than {ROOM_BYTES_MIN >> 20} MiB are free on the disk of the data folder."
        yield Problem("CW910", message, help="Make room before it is full: then nothing can be taken in any more.")


def _clock_faults(now: datetime) -> tuple[Problem, ...]:
    last = attempt(_last_entry_at)
    if isinstance(last, NotDone):
        return last.problems
    if last is None or now >= last - CLOCK_BACK_MAX:
        return ()
    help = "Set the clock right: deadlines are counted by it. Entries that are dated ahead stay as they are."
    return (Problem("CW911", "The clock of this machine stands before the last entry of the log.", help=help),)


def _last_entry_at() -> datetime | None:
    """Return the instant of the last entry of the log, whichever tenant's it is."""
    size = LedgerHead.objects.values_list("size", flat=True).first() or 0
    for tenant in Tenant.objects.values_list("id", flat=True) if size else ():
        with reading_for(tenant):
            leaf = LedgerEntry.objects.of(tenant).filter(number=size - 1).values_list("leaf", flat=True).first()
        entry = read_leaf(bytes(leaf)) if leaf else None
        if entry is not None:
            return entry.at.astimezone(UTC)
    return None

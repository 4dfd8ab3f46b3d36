"""A log of invented acts, the same for the same seed, with checkpoints signed by a key that everybody knows.

`python -m tools.sample_ledger` writes the one in examples/ledger; tests and measurements make others.
"""

import hashlib
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from clausewise.ledger.checkpoint import Checkpoint, SignedCheckpoint, SigningKey, sign
from clausewise.ledger.commitments import Recorded, commit
from clausewise.ledger.export import export_lines
from clausewise.ledger.leaf import PROGRAM, Act, Entry, leaf_bytes, read_leaf
from clausewise.ledger.log import Head, Stored, appended
from clausewise.ledger.tree import root

FOLDER = Path(__file__).resolve().parents[1] / "examples" / "ledger"
ORIGIN = "clinic.example/ledger"
KEY = SigningKey(ORIGIN, hashlib.sha256(b"a key that everybody knows").digest())
BEGINNING = datetime(2026, 3, 16, 14, 2, 11, tzinfo=UTC)
STEPS = (
    (Act.CASE_RECEIVED, Recorded.REQUEST),
    (Act.EVIDENCE_ATTACHED, Recorded.EVIDENCE),
    (Act.CASE_COMPLETED, None),
    (Act.CASE_DETERMINED, Recorded.DETERMINATION),
    (Act.RECORD_VIEWED, None),
    (Act.CASE_DECIDED, Recorded.DECISION),
    (Act.CASE_NOTIFIED, Recorded.LETTER),
)


@dataclass(frozen=True, slots=True)
class SampleLog:
    """A log in memory: its entries as stored, its signed checkpoints, its head."""

    entries: tuple[Stored, ...]
    notes: tuple[SignedCheckpoint, ...]
    head: Head

    def lines(self) -> list[str]:
        """Return the log as the lines of its export."""
        return list(export_lines(ORIGIN, self.entries, self.notes, self.head))


def sample_entries(count: int, seed: int) -> Iterator[Entry]:
    """Yield so many invented acts: cases that take their course one after the other, a few seconds between acts."""
    chance, at = random.Random(seed), BEGINNING
    tenant = _id(chance)
    case, subject = _id(chance), _id(chance)
    for number in range(count):
        act, what = STEPS[number % len(STEPS)]
        if number % len(STEPS) == 0:
            case, subject = _id(chance), _id(chance)
        at += timedelta(microseconds=chance.randrange(1, 9_000_000))
        actor = PROGRAM if act is Act.CASE_DETERMINED else _id(chance)
        commitments = (commit(what, chance.randbytes(32), b"{}"),) if what else ()
        yield Entry(act, at, tenant, actor, case, subject, commitments)


def _id(chance: random.Random) -> UUID:
    return UUID(bytes=chance.randbytes(16), version=4)


def sample_log(count: int, seed: int, every: int = 0) -> SampleLog:
    """Return a log of so many acts, with a checkpoint after each `every`-th of them; none for 0."""
    return logged((leaf_bytes(entry) for entry in sample_entries(count, seed)), every)


def logged(leaves: Iterable[bytes], every: int = 0) -> SampleLog:
    """Return the log of these leaves, as whoever runs this program can make it."""
    entries, notes, head = list[Stored](), list[SignedCheckpoint](), Head()
    for leaf in leaves:
        stored, head = appended(head, leaf)
        entries.append(stored)
        if every and head.frontier.size % every == 0:
            notes.append(signed(head, leaf))
    return SampleLog(tuple(entries), tuple(notes), head)


def signed(head: Head, leaf: bytes) -> SignedCheckpoint:
    """Return the checkpoint over a head, a second after its last leaf."""
    entry = read_leaf(leaf)
    at = entry.at if entry else BEGINNING
    return sign(Checkpoint(ORIGIN, head.frontier.size, root(head.frontier), at + timedelta(seconds=1)), KEY)


def write(folder: Path) -> None:
    """Write the example: a log of 12 acts, the checkpoints over 5 and 10 as kept elsewhere, the public key, and a changed copy."""
    log = sample_log(12, seed=1, every=5)
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(log.lines())
    (folder / "log.jsonl").write_text(text, encoding="utf-8")
    (folder / "changed.jsonl").write_text(text.replace("case.decided", "case.reviewed", 1), encoding="utf-8")
    (folder / "checkpoints.txt").write_text("\n".join(note.written() for note in log.notes), encoding="utf-8")
    (folder / "key.pub").write_text(f"{KEY.public}\n", encoding="utf-8")


if __name__ == "__main__":
    write(FOLDER)

"""Files of checkpoints: read with the keys that may have signed them, and added to, so that a note is on disk before it counts."""

import os
from dataclasses import dataclass
from pathlib import Path

from clausewise.ledger.checkpoint import PublicKey, SignedCheckpoint, read_checkpoints
from clausewise.ledger.key_file import read_public_file
from clausewise.vocab.problem import Problem
from clausewise.wiring.sources import read_file


@dataclass(frozen=True, slots=True)
class Beside:
    """What a log is verified against: checkpoints kept elsewhere, and the keys that may have signed them."""

    notes: tuple[SignedCheckpoint, ...] = ()
    keys: tuple[PublicKey, ...] = ()

    @property
    def origin(self) -> str:
        """The name of the log that keys and checkpoints are of; empty where there are none."""
        named = (*(key.name for key in self.keys), *(note.checkpoint.origin for note in self.notes))
        return named[0] if named else ""


def read_beside(checkpoints: Path | None, key_file: Path | None) -> Beside | Problem:
    """Return what two files hold, where they are named, or why they cannot be used."""
    keys = () if key_file is None else read_public_file(key_file)
    if isinstance(keys, Problem) or checkpoints is None:
        return keys if isinstance(keys, Problem) else Beside((), keys)
    content = read_file(checkpoints)
    if isinstance(content, Problem):
        return content
    notes, problems = read_checkpoints(content.decode("utf-8", "replace"), str(checkpoints))
    return problems[0] if problems else Beside(notes, keys)


def read_signed(output: Path) -> Beside | Problem:
    """Return the checkpoints of a file that may not be there yet."""
    return read_beside(output if os.path.exists(output) else None, None)


def add_note(note: SignedCheckpoint, output: Path) -> Problem | None:
    """Add a checkpoint to a file, and return once it is on disk; or return why it cannot be written."""
    try:
        with output.open("a", encoding="utf-8") as opened:
            opened.write(note.written() + "\n")
            opened.flush()
            os.fsync(opened.fileno())
    except OSError as fault:
        help = "Name a file in a folder that you may write to."
        return Problem("CW711", f"This file cannot be written: {fault.strerror}.", str(output), help=help)
    return None

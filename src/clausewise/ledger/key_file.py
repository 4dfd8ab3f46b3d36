"""Key files: the only disk this package touches.  A secret key that others can read is refused, as it is no secret."""

import os
import stat
from pathlib import Path

from clausewise.ledger.checkpoint import PRIVATE, PublicKey, SigningKey, read_public_key, read_signing_key
from clausewise.vocab.problem import Problem

OWNER_ONLY = 0o600
KEY_BYTES_MAX = 4096


def read_signing_file(path: Path) -> SigningKey | Problem:
    """Return the secret key of a file, or why it cannot be used: not there, no key, or open to others."""
    text = _read(path)
    if isinstance(text, Problem):
        return text
    key = read_signing_key(text)
    if key is None and read_public_key(text):
        return Problem("CW823", "This is a public key; signing needs the secret one.", str(path), help=_MAKE)
    return key or Problem("CW823", "This file holds no key.", str(path), help=_MAKE)


def read_public_file(path: Path) -> tuple[PublicKey, ...] | Problem:
    """Return the public keys of a file, one a line (a log whose key was replaced has several), or why it cannot be used.

    For a secret key its public part is taken.
    """
    text = _read(path)
    if isinstance(text, Problem):
        return text
    keys = tuple(key for line in text.splitlines() if (key := read_public_key(line)) is not None)
    if not keys or len(keys) != len(text.splitlines()):
        return Problem("CW823", "This file holds no key.", str(path), help=_MAKE)
    return keys


def write_key_files(path: Path, key: SigningKey) -> Problem | None:
    """Write a secret key, readable by its owner only, and beside it the public one as `.pub`; nothing is ever overwritten."""
    public = path.with_name(path.name + ".pub")
    for file, text, mode in ((path, key.written(), OWNER_ONLY), (public, str(key.public), 0o644)):
        try:
            number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        except FileExistsError:
            help = "A key is never overwritten: what it signed could not be verified any more. Name another file."
            return Problem("CW825", "There is such a file already.", str(file), help=help)
        except (OSError, ValueError) as fault:
            return _unwritten(file, fault)
        with os.fdopen(number, "w", encoding="ascii") as opened:
            opened.write(text + "\n")
    return None


_MAKE = "A key is made by `clausewise audit key -o FILE`, which writes the public one beside it, as FILE.pub."


def _unwritten(file: Path, fault: Exception) -> Problem:
    reason = getattr(fault, "strerror", None) or "the name is no file name"
    help = "Name a file in a folder that you may write to."
    return Problem("CW711", f"This file cannot be written: {reason}.", str(file), help=help)


def _read(path: Path) -> str | Problem:
    try:
        with path.open("rb") as opened:
            mode = stat.S_IMODE(os.fstat(opened.fileno()).st_mode)
            text = opened.read(KEY_BYTES_MAX).decode("ascii", "replace")
    except FileNotFoundError:
        return Problem("CW701", "There is no such file.", str(path), help="Look at the spelling and at the current folder.")
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or "the name is no file name"
        return Problem("CW703", f"This file cannot be read: {reason}.", str(path), help="Look at its permissions.")
    if PRIVATE in text and mode & ~OWNER_ONLY:
        help = f"Make it its owner's alone (chmod 600 {path.name}); if others could have read it, make a new key."
        return Problem("CW824", f"Others than its owner may use this secret key (its mode is {mode:o}).", str(path), help=help)
    return text

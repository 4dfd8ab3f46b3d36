"""Compiled policies kept on disk, one file each, where only their user can write.

A cache is a convenience: a folder that cannot be made, read or written costs time and nothing else.  A folder that somebody else
could have written to is not used at all, and that is said.
"""

import contextlib
import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Iterator, MutableMapping
from pathlib import Path

import clausewise
from clausewise.vocab.problem import Level, Problem

ENTRIES_MAX = 2_000
READING = ("vocab", "policy", "compiler")  # the parts of the program that a compiled policy depends on
_NAME = re.compile(r"[0-9a-f]{16,}-\d+")


class CacheFolder(MutableMapping[str, bytes]):
    """A folder as a mapping of names to bytes; each entry is written whole or not at all.

    On disk the name begins with the mark of the program that compiled it, so that a changed program never reads old entries.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mark = program_mark()

    def __getitem__(self, name: str) -> bytes:
        """Return an entry; one that cannot be read is absent."""
        if not _NAME.fullmatch(name):
            raise KeyError(name)
        try:
            return (self._folder / (self._mark + name)).read_bytes()
        except OSError:
            raise KeyError(name) from None

    def __setitem__(self, name: str, content: bytes) -> None:
        """Keep an entry, if the folder lets itself be written to."""
        with contextlib.suppress(OSError):
            self._write(self._mark + name, content)

    def __delitem__(self, name: str) -> None:
        """Drop an entry, if it is there."""
        with contextlib.suppress(OSError):
            (self._folder / (self._mark + name)).unlink()

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the entries."""
        with contextlib.suppress(OSError):
            files = (name for name in os.listdir(self._folder) if _NAME.fullmatch(name))
            yield from (name.removeprefix(self._mark) for name in files if name.startswith(self._mark))

    def __len__(self) -> int:
        """Return the number of entries."""
        return sum(1 for _ in self)

    def _write(self, name: str, content: bytes) -> None:
        number, draft = tempfile.mkstemp(prefix=".draft-", dir=self._folder)
        try:
            with os.fdopen(number, "wb") as file:
                file.write(content)
            os.replace(draft, self._folder / name)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(draft)
            raise
        self._make_room()

    def _make_room(self) -> None:
        """Drop the oldest half once there are too many: every change of a document leaves an entry behind."""
        files = [self._folder / name for name in os.listdir(self._folder) if _NAME.fullmatch(name)]
        if len(files) > ENTRIES_MAX:
            for file in sorted(files, key=lambda file: file.stat().st_mtime)[: ENTRIES_MAX // 2]:
                file.unlink(missing_ok=True)


def program_mark() -> str:
    """Return what tells this program from another version or from its own changed source: 16 hexadecimal digits."""
    package = Path(clausewise.__file__).parent
    entries = (entry for part in READING for entry in sorted(os.scandir(package / part), key=_name))
    times = (f"{entry.name} {entry.stat().st_mtime_ns}" for entry in entries)
    return hashlib.sha256("\n".join((clausewise.__version__, *times)).encode()).hexdigest()[:16]


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def open_cache(folder: Path | None) -> tuple[MutableMapping[str, bytes], tuple[Problem, ...]]:
    """Return the cache in a folder, or one in memory and, where the folder is not to be trusted, why."""
    if folder is None:
        return {}, ()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        status = os.lstat(folder)
    except OSError:
        return {}, ()
    fault = _distrusted(status)
    return (CacheFolder(folder), ()) if not fault else ({}, (_refusal(folder, fault),))


def _distrusted(status: os.stat_result) -> str:
    if not stat.S_ISDIR(status.st_mode):
        return "is no folder"
    if hasattr(os, "getuid") and status.st_uid != os.getuid():
        return "belongs to somebody else"
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return "can be written to by others"
    return ""


def _refusal(folder: Path, fault: str) -> Problem:
    help = "Make it yours alone (chmod 700), remove it, or use --no-cache."
    return Problem("CW707", f"The cache `{folder}` {fault}; it is not used.", help=help, level=Level.WARNING)

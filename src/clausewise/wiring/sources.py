"""What a command is given to read: a file, standard input, or the directory of a request."""

import sys
from pathlib import Path

from clausewise.policy.case_file import Source
from clausewise.vocab.problem import Problem

STANDARD_INPUT = "-"
BYTES_MAX = 64 * 1024 * 1024 + 1  # one more than is read, so that whoever reads the text can say it is too much


def read_source(name: str) -> Source | Problem:
    """Return the source a person named, or the problem that keeps it from being read."""
    if name == STANDARD_INPUT:
        return Source("standard input", sys.stdin.buffer.read(BYTES_MAX))
    path = Path(name)
    if _is_folder(path):
        return _read_folder(path)
    content = read_file(path)
    return content if isinstance(content, Problem) else Source(name, content)


def read_file(path: Path) -> bytes | Problem:
    """Return the bytes of a file, or the problem that keeps it from being read."""
    try:
        with path.open("rb") as file:
            return file.read(BYTES_MAX)
    except FileNotFoundError:
        return Problem("CW701", "There is no such file.", str(path), help="Look at the spelling and at the current folder.")
    except IsADirectoryError:
        return Problem("CW702", "This is a folder, not a file.", str(path), help="Name a file in it.")
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or "the name is no file name"
        return Problem("CW703", f"This file cannot be read: {reason}.", str(path), help="Look at its permissions.")


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _read_folder(folder: Path) -> Source | Problem:
    if not (folder / "case.yaml").is_file():
        return Source(str(folder), files={})  # nothing below it is looked at: it may be any folder of the disk
    files: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        content = read_file(path)
        if isinstance(content, Problem):
            return content
        files[path.relative_to(folder).as_posix()] = content
    return Source(str(folder), files=files)

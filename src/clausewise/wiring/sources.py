"""What a command is given to read: a file, standard input, or the directory of a request."""

import os
import stat
import sys
from collections.abc import Collection
from pathlib import Path

from clausewise.policy.case_file import Source
from clausewise.vocab.problem import Problem

STANDARD_INPUT = "-"
BYTES_MAX = 64 * 1024 * 1024 + 1  # one more than is read, so that whoever reads the text can say it is too much


def read_source(name: str) -> Source | tuple[Problem, ...]:
    """Return the source a person named, or the problems that keep it from being read."""
    if name == STANDARD_INPUT:
        return Source("standard input", sys.stdin.buffer.read(BYTES_MAX))
    path = Path(name)
    if _is_folder(path):
        return _read_folder(path)
    content = read_file(path)
    return (content,) if isinstance(content, Problem) else Source(name, content)


def read_file(path: Path) -> bytes | Problem:
    """Return the bytes of a file, or the problem that keeps it from being read.

    A pipe or a device is never opened: it might have no end, or nothing might ever come.
    """
    try:
        mode = path.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            help = "Name a file; what comes through a pipe is read from standard input, named `-`."
            return Problem("CW703", "This file cannot be read: it is no regular file.", str(path), help=help)
        with path.open("rb") as file:
            return file.read(BYTES_MAX)
    except FileNotFoundError:
        if path.is_symlink():
            return Problem("CW703", "This file cannot be read: it is a link to nothing.", str(path), help="Mend the link.")
        return Problem("CW701", "There is no such file.", str(path), help="Look at the spelling and at the current folder.")
    except IsADirectoryError:
        return Problem("CW702", "This is a folder, not a file.", str(path), help="Name a file in it.")
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or "the name is no file name"
        help = "Mend the link." if os.path.islink(path) else "Look at its permissions."
        return Problem("CW703", f"This file cannot be read: {reason}.", str(path), help=help)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _read_folder(folder: Path) -> Source | tuple[Problem, ...]:
    if not os.path.lexists(folder / "case.yaml"):
        return Source(str(folder), files={})  # nothing below it is looked at: it may be any folder of the disk
    files, problems = files_below(folder, "*")
    return problems or Source(str(folder), files=files)


def files_below(folder: Path, pattern: str, passed_over: Collection[str] = ()) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    """Return the files below a folder by their paths there, and the problem of each that cannot be read.

    Pipes, devices, links to nothing and links to folders are such problems, unless their names begin with a dot.
    """
    files: dict[str, bytes] = {}
    problems: list[Problem] = []
    for path in sorted(folder.rglob(pattern)):
        if path.name in passed_over or (path.is_dir() and not path.is_symlink()):
            continue
        content = _link_to_folder(path) if path.is_dir() else read_file(path)
        if not isinstance(content, Problem):
            files[path.relative_to(folder).as_posix()] = content
        elif path.is_file() or not path.name.startswith("."):  # editors leave hidden links to nothing behind
            problems.append(content)
    return files, tuple(problems)


def _link_to_folder(path: Path) -> Problem:
    return Problem("CW703", "This link leads to a folder, and is not followed.", str(path), help="Put the files themselves here.")

"""The project's own files, seen as text."""

import re
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "clausewise"


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that is, or could be, committed; in a copy without git, every file outside hidden folders."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        answer = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        found = {ROOT / name for name in answer.split("\0") if name}
    except (OSError, subprocess.CalledProcessError):
        found = {path for path in ROOT.rglob("*") if not path.relative_to(ROOT).parts[0].startswith(".")}
    return tuple(sorted(path for path in found if path.is_file()))


@cache
def project_texts() -> tuple[tuple[str, str], ...]:
    """Path below the root and text of every project file that is UTF-8."""
    return tuple((path.relative_to(ROOT).as_posix(), text) for path in project_files() if (text := _text(path)))


def lines_with(pattern: re.Pattern[str], texts: Iterable[tuple[str, str]] | None = None) -> list[str]:
    """Path, line number and line of every line of the project in which `pattern` is found."""
    return [
        f"{name}:{number}: {row.strip()[:100]}"
        for name, text in (project_texts() if texts is None else texts)
        if pattern.search(text)
        for number, row in enumerate(text.splitlines(), 1)
        if pattern.search(row)
    ]


def cite(faults: Iterable[str]) -> str:
    """The faults one below the other, as the message of a failed test."""
    return "\n" + "\n".join(faults)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""

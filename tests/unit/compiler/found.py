"""Made-up and bundled documents for the tests of checker and linter, and what is found in them, as lines."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from clausewise.compiler.check import check_library
from clausewise.policy.library import Library
from clausewise.vocab.problem import Problem
from tests.conftest import ROOT

BAD = ROOT / "tests" / "bad" / "lint"
ON = date(2026, 5, 1)  # a day on which the ICD-10-CM table is known


def bundled() -> dict[str, bytes]:
    """Return the documents of the package by path; notes for people are none of them."""
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in sorted((ROOT / "policies").rglob("*.md"))}
    return {path: content for path, content in files.items() if content.startswith(b"---\n")}


def broken(path: Path) -> Library:
    """Return a library of one broken document and the made-up ones that all of them share."""
    files = [path, *sorted((BAD / "common").glob("*.md"))]
    return Library({file.relative_to(BAD).as_posix(): file.read_bytes() for file in files})


def told(path: Path) -> str:
    """Return what is said of a broken document, a problem to a paragraph."""
    library = broken(path)
    name = next(shelf.id for shelf in library.shelves() if shelf.path == path.name)
    return shown(check_library(library, [name], ON))


def shown(problems: Iterable[Problem]) -> str:
    """Return problems as text: level, code, place, clause, then sentence and help on lines of their own."""
    return "\n".join(
        f"{one.level.value} {one.code} {one.file}:{one.line}:{one.column}{one.clause and f' {one.clause}'}\n"
        f"    {one.message}\n    {one.help}\n"
        for one in problems
    )


def found_in(files: Mapping[str, bytes], *names: str, on: date = ON) -> tuple[Problem, ...]:
    """Return what is said of some documents among files, or of all of them."""
    library = Library(files)
    return check_library(library, names or sorted(library.by_id), on)


def document(body: str, *lines: str) -> dict[str, bytes]:
    """Return a made-up policy on the shared facts and ladder, with the path `I` and the body, by path."""
    front = ("document: MADE.UP", "kind: policy", "title: made up", "in force: 2025-01-01 onward", "uses: common/facts.md",
             "ladder: LADDER.MADE.UP", *lines)  # fmt: skip
    text = "\n".join(("---", *front, "---", "", "> **Definition of path_met**: met. `clause I`", "", body, ""))
    common = {path.relative_to(BAD).as_posix(): path.read_bytes() for path in sorted((BAD / "common").glob("*.md"))}
    return {"made-up.md": text.encode(), **common}

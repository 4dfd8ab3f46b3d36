"""Where things lie on this machine: the documents, the pages on errors, the worked examples, the cache."""

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
VARIABLE = "CLAUSEWISE_POLICIES"


def checkout() -> Path | None:
    """Return the root of the source checkout this program runs from, or None when it is installed."""
    root = PACKAGE.parents[1]
    return root if PACKAGE.parent.name == "src" and (root / "policies").is_dir() else None


def policies_folder(chosen: Path | None) -> Path:
    """Return the folder of authored documents: the one chosen, else the environment's, the checkout's, or the package's own."""
    if chosen is not None:
        return chosen
    if named := os.environ.get(VARIABLE):
        return Path(named)
    root = checkout()
    return root / "policies" if root else PACKAGE / "_policies"


def examples_folder() -> Path | None:
    """Return the folder of worked examples, which only a checkout has."""
    root = checkout()
    return root / "examples" if root and (root / "examples").is_dir() else None


def error_page(code: str) -> str | None:
    """Return the page on a problem code, or None where there is no such page."""
    root = checkout()
    page = (root / "docs" / "errors" if root else PACKAGE / "_errors") / f"{code}.md"
    try:
        return page.read_text(encoding="utf-8")
    except OSError:
        return None


def cache_folder() -> Path | None:
    """Return where compiled policies may be kept, or None where this user has no home."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(named):
        return Path(named) / "clausewise"
    try:
        return Path.home() / ".cache" / "clausewise"
    except RuntimeError:
        return None


def shown_path(path: Path) -> str:
    """Return a path as a person at this prompt would write it: short below the current folder, in full elsewhere."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return str(path)

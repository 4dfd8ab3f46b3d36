"""The bundled documents, read from the checkout, for the measurements that need the full policy."""

import sys
from datetime import date
from pathlib import Path

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.shelf import CompiledLibrary, Refused
from clausewise.policy.library import Library

FOLDER = Path(__file__).resolve().parents[1] / "policies"
NOT_DOCUMENTS = ("notes.md", "README.md")
POLICY = "AR.CP.MP.31"


def read_files() -> dict[str, bytes]:
    """Return every bundled document by its path."""
    paths = (path for path in sorted(FOLDER.rglob("*.md")) if path.name not in NOT_DOCUMENTS)
    return {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in paths}


def read_library() -> Library:
    """Return the bundled documents as a library."""
    return Library(read_files())


def compiled_or_exit(library: CompiledLibrary, on: date) -> CompiledPolicy:
    """Return the full policy compiled; where it is refused, say why and end with exit 2."""
    policy = library.policy(POLICY, on)
    if isinstance(policy, Refused):
        print(f"{POLICY} cannot be compiled: {policy.problems[0].message}.", file=sys.stderr)
        raise SystemExit(2)
    return policy

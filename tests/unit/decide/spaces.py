"""Bundled policies compiled, and lines put before them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.shelf import CompiledLibrary
from clausewise.decide.context import LineContext
from clausewise.decide.space import frame_of
from clausewise.policy.library import Library
from clausewise.vocab.request import FactValue
from tests.conftest import ROOT

ON = date(2026, 3, 16)


@cache
def library() -> CompiledLibrary:
    """The bundled documents."""
    folder = ROOT / "policies"
    paths = (path for path in sorted(folder.rglob("*.md")) if path.read_bytes().startswith(b"---"))
    return CompiledLibrary(Library({path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}))


def bundled(name: str) -> CompiledPolicy:
    """A bundled policy as compiled for a day in March 2026."""
    policy = library().policy(name, ON)
    assert isinstance(policy, CompiledPolicy)
    return policy


def context_of(policy: CompiledPolicy, facts: Mapping[str, FactValue], line: Mapping[str, object] | None = None) -> LineContext:
    """A line of which some facts are given."""
    return replace(frame_of(policy, facts), **(line or {}))  # type: ignore[arg-type]  # fields by name

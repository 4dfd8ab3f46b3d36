"""The project's own Python files, seen as syntax: what the house tests measure."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.house.texts import ROOT, project_files

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Documented = ast.Module | ast.ClassDef | FunctionNode


@dataclass(frozen=True)
class Module:
    """One Python file: where it is, its text and its syntax tree."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The path below the root, as it is cited in messages."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def lines(self) -> int:
        """All lines of the file."""
        return len(self.text.splitlines())


@dataclass(frozen=True)
class Function:
    """One function or method, with the file it stands in and its full name there."""

    module: Module
    name: str
    node: FunctionNode

    @property
    def cited(self) -> str:
        """File, line and name, for a message."""
        return f"{self.module.name}:{self.node.lineno} {self.name}"

    @property
    def public(self) -> bool:
        """Whether callers elsewhere may use it: no part of its name is private, and it is no local function."""
        return not any(part.startswith("_") or part == "<locals>" for part in self.name.split("."))

    @property
    def lines(self) -> int:
        """Lines that hold code, from `def` to the end: docstring, comments and blank lines are free."""
        first, last = self.node.lineno, self.node.end_lineno or self.node.lineno
        free = docstring_lines(self.node)
        rows = enumerate(self.module.text.splitlines()[first - 1 : last], first)
        return sum(1 for number, row in rows if number not in free and row.strip() and not row.strip().startswith("#"))


def docstring_lines(node: Documented) -> range:
    """The line numbers the docstring of `node` takes; empty without one."""
    if ast.get_docstring(node, clean=False) is None:
        return range(0)
    return range(node.body[0].lineno, (node.body[0].end_lineno or node.body[0].lineno) + 1)


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """The Python files below `folders` of the root; of the whole project when none is named."""
    chosen = [path for path in project_files() if path.suffix == ".py" and _below(path, folders)]
    return tuple(_parse(path) for path in chosen)


@cache
def functions(*folders: str) -> tuple[Function, ...]:
    """Every function and method of those files, local ones as well."""
    return tuple(function for module in modules(*folders) for function in _walk(module, module.tree, ""))


def _below(path: Path, folders: tuple[str, ...]) -> bool:
    return not folders or any(path.is_relative_to(ROOT / folder) for folder in folders)


def _parse(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    return Module(path, text, ast.parse(text, filename=str(path)))


def _walk(module: Module, node: ast.AST, prefix: str) -> Iterator[Function]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FunctionNode):
            yield Function(module, prefix + child.name, child)
            yield from _walk(module, child, f"{prefix}{child.name}.<locals>.")
        elif isinstance(child, ast.ClassDef):
            yield from _walk(module, child, f"{prefix}{child.name}.")
        else:
            yield from _walk(module, child, prefix)

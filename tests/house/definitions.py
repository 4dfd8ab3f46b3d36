"""What each module of the package defines, found without importing it."""

import ast
from collections.abc import Iterator
from functools import cache

from tests.house.syntax import Module, modules
from tests.house.texts import PACKAGE


@cache
def modules_by_name() -> tuple[tuple[str, Module], ...]:
    """Every module with its dotted name, from `clausewise` on; a package has the name of its folder."""
    return tuple((_dotted_name(module), module) for module in modules("src/clausewise"))


def _dotted_name(module: Module) -> str:
    parts = module.path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


@cache
def defined_names(module: Module) -> frozenset[str]:
    """The names a module defines or passes on, and those its classes define: fields, methods, values."""
    return frozenset(_names(module.tree.body))


def _names(body: list[ast.stmt]) -> Iterator[str]:
    for node in body:
        match node:
            case ast.ClassDef(name=name, body=inner):
                yield name
                yield from _names(inner)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from (alias.asname or alias.name for alias in names)

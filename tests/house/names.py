"""Names that a Python file gives: its own, and those of what it defines."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.house.syntax import Module


@dataclass(frozen=True)
class Name:
    """One name that is given somewhere; `kind` is module, class, function, argument or variable."""

    text: str
    kind: str
    cited: str

    @property
    def words(self) -> tuple[str, ...]:
        """The name's words in lower case: `HTTPRequest` and `http_request` have the same two."""
        spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", self.text)
        return tuple(word.lower() for word in spaced.split("_") if word)


def given_names(module: Module) -> tuple[Name, ...]:
    """The name of the file and every name defined in it; names only used there belong to others."""
    own = Name(module.path.stem, "module", module.name)
    return own, *(_name(module, node, text, kind) for node, text, kind in _definitions(module.tree))


def _name(module: Module, node: ast.AST, text: str, kind: str) -> Name:
    return Name(text, kind, f"{module.name}:{getattr(node, 'lineno', 1)} {text}")


def _definitions(tree: ast.Module) -> Iterator[tuple[ast.AST, str, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=text):
                yield node, text, "class"
            case ast.FunctionDef(name=text) | ast.AsyncFunctionDef(name=text):
                yield node, text, "function"
            case ast.arg(arg=text):
                yield node, text, "argument"
            case ast.Name(id=text, ctx=ast.Store()):
                yield node, text, "variable"

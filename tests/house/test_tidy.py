"""The house is in order: sizes, names, docstrings, annotations, nothing left for later."""

import ast
import re

from tests.house.names import Name, given_names
from tests.house.syntax import Documented, Function, Module, functions, modules
from tests.house.texts import cite, lines_with

LINES_OF_FUNCTION_MAX = 60
# No more than a tenth of a package of 5,000 lines, so that no file comes to know everything.
LINES_OF_FILE_MAX = 500

BANNED_SUFFIXES = {"manager", "handler", "processor", "helper", "helpers", "util", "utils", "engine", "info", "data"}
LEFT_FOR_LATER = re.compile(r"\b(TO~DO|FIX~ME|XX~X)\b".replace("~", ""))


def test_every_function_is_short():
    """No function holds more than 60 lines of code."""
    faults = [f"{f.cited}: {f.lines} lines" for f in functions() if f.lines > LINES_OF_FUNCTION_MAX]
    assert not faults, cite(faults)


def test_every_file_is_short():
    """No file is longer than 500 lines."""
    faults = [f"{m.name}: {m.lines} lines" for m in modules() if m.lines > LINES_OF_FILE_MAX]
    assert not faults, cite(faults)


def test_names_say_what_a_thing_is():
    """No name that is given ends in a word that says nothing about the field."""
    faults = [name.cited for module in modules() for name in given_names(module) if _ends_empty(name)]
    assert not faults, cite(faults)


def _ends_empty(name: Name) -> bool:
    # A constant may be a code of the field, such as the disposition that asks for information.
    ending = name.words[-1] if name.words and not name.text.isupper() else ""
    return ending in BANNED_SUFFIXES and name.text not in {"data", "info"}


def test_nothing_is_left_for_later():
    """No file carries a marker for work that somebody should do some day."""
    faults = lines_with(LEFT_FOR_LATER)
    assert not faults, cite(faults)


def test_everything_public_is_documented():
    """Every file, public class and public function of the package says what it is or promises."""
    faults = [place for module in modules("src") for place, node in _public(module) if not ast.get_docstring(node)]
    assert not faults, cite(faults)


def _public(module: Module) -> list[tuple[str, Documented]]:
    classes = [n for n in ast.walk(module.tree) if isinstance(n, ast.ClassDef) and not n.name.startswith("_")]
    found: list[tuple[str, Documented]] = [(module.name, module.tree)]
    found += [(f"{module.name}:{node.lineno} {node.name}", node) for node in classes]
    own = [f for f in functions("src") if f.module.name == module.name]
    return found + [(f.cited, f.node) for f in own if f.public and not _overloads(f)]


def _overloads(function: Function) -> bool:
    return any("overload" in ast.unparse(decorator) for decorator in function.node.decorator_list)


def test_every_function_is_annotated():
    """Every function of the package names the type of each argument and of its result."""
    faults = [f"{f.cited}: {', '.join(bare)}" for f in functions("src") if (bare := _unannotated(f.node))]
    assert not faults, cite(faults)


def _unannotated(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    a = node.args
    arguments = [*a.posonlyargs, *a.args, *a.kwonlyargs, *filter(None, (a.vararg, a.kwarg))]
    bare = [x.arg for x in arguments if x.annotation is None and x.arg not in {"self", "cls"}]
    return bare + ([] if node.returns else ["result"])


def test_every_test_is_a_promise():
    """Every test has a docstring that says what it promises."""
    tests = [f for f in functions("tests") if f.name.split(".")[-1].startswith("test_")]
    assert tests
    faults = [f.cited for f in tests if not ast.get_docstring(f.node)]
    assert not faults, cite(faults)

"""Layers point downwards, and below the command line nothing depends on the moment, on chance or on the machine."""

import ast
import subprocess
import sys
from pathlib import Path

from tests.house.syntax import Module, modules
from tests.house.texts import PACKAGE, ROOT, cite

IMPURE = (
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "os.environ",
    "os.environb",
    "os.getenv",
    "random",
    "secrets",
    "time",
    "uuid.uuid1",
    "uuid.uuid4",
)
# An account gets its id when a library makes it, so chance is asked there.
OUTERMOST = (PACKAGE / "cli", PACKAGE / "__main__.py", PACKAGE / "wiring", PACKAGE / "accounts")


def test_imports_point_downwards():
    """The contracts of pyproject.toml hold: layers, a place for every folder, a centre without the outside world."""
    found = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert found.returncode == 0, found.stdout + found.stderr


def test_nothing_below_the_commands_asks_clock_chance_or_machine():
    """Below commands and wiring no date, moment, random number or environment variable is looked up: it is an argument."""
    inner = [m for m in modules("src") if not any(m.path.is_relative_to(outer) for outer in OUTERMOST)]
    faults = [fault for module in inner for fault in _impurities(module)]
    assert not faults, cite(faults)


def _impurities(module: Module) -> list[str]:
    origins = _origins(module.tree)
    nodes = [node for node in ast.walk(module.tree) if isinstance(node, ast.Attribute | ast.Name)]
    named = [(node.lineno, _dotted(node, origins)) for node in nodes]
    return [f"{module.name}:{line} {name}" for line, name in named if _impure(name)]


def _origins(tree: ast.Module) -> dict[str, str]:
    """What each imported name stands for: `d` for `datetime.date` after `from datetime import date as d`."""
    origins: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            origins |= {a.asname or _top(a.name): a.name if a.asname else _top(a.name) for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            origins |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return origins


def _top(name: str) -> str:
    return name.split(".")[0]


def _dotted(node: ast.expr, origins: dict[str, str]) -> str:
    """The full name an expression stands for, or nothing when it is not a name from an import."""
    if isinstance(node, ast.Name):
        return origins.get(node.id, "")
    if isinstance(node, ast.Attribute) and (owner := _dotted(node.value, origins)):
        return f"{owner}.{node.attr}"
    return ""


def _impure(name: str) -> bool:
    return any(name == impure or name.startswith(impure + ".") for impure in IMPURE)


def test_the_vocabulary_needs_nothing_but_the_standard_library():
    """The nouns can be read, copied and used anywhere: they import no package."""
    allowed = sys.stdlib_module_names | {"clausewise"}
    faults = [
        f"{module.name}: {origin}"
        for module in modules("src/clausewise/vocab")
        for origin in _origins(module.tree).values()
        if _top(origin) not in allowed
    ]
    assert not faults, cite(faults)

"""What the pages say is there, is there: paths, names, error pages, commands."""

import contextlib
import importlib.util
import io
import re
import sys
from pathlib import Path

import pytest

from tests.house.definitions import defined_names, modules_by_name
from tests.house.texts import PACKAGE, ROOT, cite, project_files, project_texts

SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)")
PATH = re.compile(r"[\w.*-]+(/[\w.*-]+)*/?")
DOTTED = re.compile(r"[a-z_]+(\.\w+)+")
PROBLEM_CODE = re.compile(r"\bCW\d{3}\b")
COMMAND = re.compile(r"^  ([a-z][\w-]*)\b")
FENCE = re.compile(r"^( *)(```|~~~).*?^\1\2\s*$", re.MULTILINE | re.DOTALL)


def pages() -> list[tuple[Path, str]]:
    """Path and text of every page written for people, without the blocks of code in it."""
    found = [path for path in project_files() if path.suffix == ".md" and _is_page(path)]
    return [(path, FENCE.sub("", path.read_text(encoding="utf-8"))) for path in found]


def _is_page(path: Path) -> bool:
    return path.parent == ROOT or path.is_relative_to(ROOT / "docs") or path.is_relative_to(ROOT / "changelog.d")


def test_paths_in_pages_exist():
    """Every path of the project that a page names exists; a star or `nnn` in it stands for anything."""
    spans = [(page, span) for page, text in pages() for span in SPAN.findall(text)]
    faults = [f"{page.relative_to(ROOT)}: `{span}`" for page, span in spans if not _path_exists(span)]
    assert not faults, cite(faults)


def _path_exists(span: str) -> bool:
    """Whether `span` is no path of the project, or one that exists: below the root, or below the package."""
    top = span.split("/")[0]
    folder = next((base for base in (ROOT, PACKAGE) if "/" in span and (base / top).is_dir()), None)
    if folder is None or top in {".", ".."} or not PATH.fullmatch(span):
        return True
    return any(folder.glob(re.sub(r"n{3}", "*", span.rstrip("/"))))


def test_links_in_pages_lead_somewhere():
    """Every relative link of a page leads to a file of the project."""
    links = [(page, link) for page, text in pages() for link in LINK.findall(text)]
    faults = [f"{page.relative_to(ROOT)}: {link}" for page, link in links if not (page.parent / link).exists()]
    assert not faults, cite(faults)


def test_names_in_pages_exist():
    """Every `module.function` that a page names is defined in that module."""
    spans = [(page, span.removesuffix("()")) for page, text in pages() for span in SPAN.findall(text)]
    faults = [f"{page.relative_to(ROOT)}: `{span}`" for page, span in spans if not _name_exists(span)]
    assert not faults, cite(faults)


def _name_exists(span: str) -> bool:
    """Whether `span` is no dotted name of the package, or one that its module or a class there defines."""
    if not DOTTED.fullmatch(span) or (ROOT / span).exists() or span.endswith((".md", ".yaml", ".py", ".txt", ".json", ".toml")):
        return True
    *owners, last = span.split(".")
    named = [module for name, module in modules_by_name() if _ends(name.split("."), owners)]
    if not named:
        return owners[0] != "clausewise"
    inside = {name.split(".")[-1] for name, _ in modules_by_name() if _ends(name.split(".")[:-1], owners)}
    return last in inside or any(last in defined_names(module) for module in named)


def _ends(parts: list[str], ending: list[str]) -> bool:
    return parts[-len(ending) :] == ending


def test_every_problem_code_has_its_page():
    """Every problem code of the package has a page under docs/errors, titled with it, and every page a code."""
    used = {code for name, text in project_texts() if name.startswith("src/") for code in PROBLEM_CODE.findall(text)}
    explained = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "errors").glob("CW*.md")}
    assert used == set(explained)
    assert [] == [code for code, text in explained.items() if code not in text.partition("\n")[0]]


@pytest.mark.slow
def test_every_command_is_explained():
    """Every command that `clausewise --help` lists is written out in the README or in docs."""
    commands = list(_commands())
    assert commands or importlib.util.find_spec("clausewise.cli") is None, "the help lists no command"
    manual = "\n".join(text for name, text in project_texts() if name.startswith(("README", "docs/")))
    faults = [command for command in commands if not re.search(rf"clausewise {command}\b", manual)]
    assert not faults, cite(faults)


def _commands(*above: str) -> list[str]:
    """The commands below `above` with their full words; a group of commands is replaced by its members."""
    found = []
    for line in _help(*above).partition("Commands:")[2].splitlines():
        if name := COMMAND.match(line):
            found += _commands(*above, name[1]) or [" ".join((*above, name[1]))]
    return found


def _help(*words: str) -> str:
    if importlib.util.find_spec("clausewise.cli") is None:
        return ""
    program = importlib.import_module("clausewise.cli")
    shown = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(shown), contextlib.suppress(SystemExit):
        patch.setattr(sys, "argv", ["clausewise", *words, "--help"])
        program.main()
    return shown.getvalue()

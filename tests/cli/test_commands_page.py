"""docs/commands.md shows what the commands really print.

Each block there begins with `$ clausewise ...`; a line of three dots stands for any lines.  With CLAUSEWISE_RECORD=1 set,
blocks are written anew, those with dots once as far as the dots allow, those with dots twice by hand.
"""

import os
import re

import pytest

from tests.cli.running import run
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "commands.md"
BLOCK = re.compile(r"^```text\n\$ clausewise (.+)\n((?:.*\n)*?)```$", re.MULTILINE)
LINE = re.compile(r"\.md:\d+")
DOTS = "..."


def blocks() -> list[tuple[str, str]]:
    """Every command of the page with the output shown for it."""
    return [(found[1], found[2]) for found in BLOCK.finditer(PAGE.read_text(encoding="utf-8"))]


def printed(command: str) -> str:
    """What a command prints, what goes to standard error last."""
    found = run(*command.split())
    return found.out + found.err


def agrees(shown: str, real: str) -> bool:
    """Whether the output shown is the real one; three dots stand for any lines, and a document may have moved a line."""
    parts = [re.escape(LINE.sub(".md", part)) for part in re.split(r"^\.\.\.\n", shown, flags=re.MULTILINE)]
    return re.fullmatch("(?:.*\n)*?".join(parts), LINE.sub(".md", real)) is not None


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch):
    """The page speaks from the root of a checkout."""
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize(("command", "shown"), blocks(), ids=[command for command, _ in blocks()])
def test_the_page_shows_what_is_printed(command, shown):
    """A reader who types the command sees what the page shows."""
    real = printed(command)
    if os.environ.get("CLAUSEWISE_RECORD") and shown.count(f"{DOTS}\n") < 2 and not agrees(shown, real):
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(text.replace(f"$ clausewise {command}\n{shown}", f"$ clausewise {command}\n{shortened(shown, real)}"))
    else:
        assert agrees(shown, real), f"record it anew with CLAUSEWISE_RECORD=1; it prints\n{real}"


def shortened(shown: str, real: str) -> str:
    """The real output with as many lines before and after the dots as are shown now."""
    if f"{DOTS}\n" not in shown:
        return real
    before, _, after = shown.partition(f"{DOTS}\n")
    lines = real.splitlines(keepends=True)
    last = after.count("\n")
    return "".join((*lines[: before.count("\n")], f"{DOTS}\n", *(lines[-last:] if last else ())))

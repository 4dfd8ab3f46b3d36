"""The README shows what is really printed."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_determination_of_the_readme_is_what_is_printed() -> None:
    """The block below "One real determination" equals the output of its command, line by line."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"```\n(case .*?)\n```", readme, re.DOTALL)
    assert shown is not None
    command = [sys.executable, "-m", "clausewise", "determine", "examples/back-scar", "--missing", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env={"COLUMNS": "120", "PATH": ""})
    assert shown[1].splitlines() == [line.rstrip() for line in done.stdout.rstrip().splitlines()]

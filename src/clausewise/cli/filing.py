"""`clausewise files`: what comes of a file, a file handed out, files scanned again, keys wrapped anew."""

import os
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from clausewise.cli.storing import EXIT_FOUND, EXIT_UNREADABLE, known_tenant
from clausewise.cli.terminal import print_lines, print_problems
from clausewise.files.outcome import Rebuilt
from clausewise.files.taking import take_in
from clausewise.policy.case_tree import quoted
from clausewise.vocab.history import NotDone
from clausewise.vocab.problem import Problem
from clausewise.wiring import start
from clausewise.wiring.setting import open_setting
from clausewise.wiring.sources import read_file

OWNER_ONLY = 0o600


def check(names: Sequence[str], output: Path | None) -> int:
    """Rebuild files and print what is left out of each; return the exit status."""
    if output and len(names) > 1:
        return _failed((Problem("CW711", "Several files cannot be written to one.", str(output), help="Name one file."),))
    status = 0
    for name in names:
        content = read_file(Path(name))
        made = content if isinstance(content, Problem) else take_in(content, name)
        if isinstance(made, Problem):
            status = _failed((made,))
            continue
        print_lines((f"{name}: {_summary(made)}",))
        unwritten = _write_new(output, made.content) if output else None
        status = _failed((unwritten,)) if unwritten else status
    return status


def _summary(made: Rebuilt) -> str:
    left_out = ", ".join(sorted(f"{what.value} {count}" for what, count in made.removed.items()))
    return f"{made.kind.value}, {len(made.content)} bytes; left out: {left_out or 'nothing'}"


def _failed(problems: tuple[Problem, ...], status: int = EXIT_UNREADABLE) -> int:
    print_problems(problems)
    return status


def _write_new(path: Path, content: bytes) -> Problem | None:
    """Write a new file that only its owner can read; an older one is never overwritten."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        with os.fdopen(number, "wb") as file:
            file.write(content)
    except OSError as fault:
        help = "Name a new file in a folder that you may write to."
        return Problem("CW711", f"This file cannot be written: {fault.strerror}.", str(path), help=help)
    return None


def open_kept(file: str, tenant: str, output: Path) -> int:
    """Write what was rebuilt of a kept file into a new file; return the exit status."""
    known = known_tenant(tenant)
    if isinstance(known, Problem):
        return _failed((known,))
    from clausewise.wiring import storing

    try:
        handed = storing.open_file(known, open_setting(), UUID(file))
    except ValueError:
        return _failed((Problem("CW876", f"{quoted(file)} is no id of a file.", help="A receipt names it under `file`."),))
    if isinstance(handed, NotDone):
        return _failed(handed.problems)
    unwritten = _write_new(output, handed.content)
    if unwritten:
        return _failed((unwritten,))
    print_lines((f"{output}: {handed.kind.value}, {handed.scan.value}",))
    return 0


def scan(tenant: str) -> int:
    """Ask the scanner about waiting files and print what it says; return the exit status: 1 where one is not clean."""
    known = known_tenant(tenant)
    if isinstance(known, Problem):
        return _failed((known,))
    from clausewise.wiring import storing

    status = 0
    for file, said in storing.scan_waiting(known, open_setting()):
        if isinstance(said, NotDone):
            return _failed(said.problems)
        print_lines((f"{file}: {said.value}",))
        status = status if said.value == "clean" else EXIT_FOUND
    return status


def rewrap() -> int:
    """Wrap the keys of all tenants' patients anew, and print how many; return the exit status."""
    problems = start.start(os.environ)
    if problems:
        return _failed(problems)
    from clausewise.wiring import storing

    tenants = storing.tenants()
    if isinstance(tenants, NotDone):
        return _failed(tenants.problems)
    setting, total = open_setting(), 0
    for tenant in tenants:
        count = storing.rewrap(tenant, setting)
        if isinstance(count, NotDone):
            return _failed(count.problems)
        total += count
    print_lines((f"{total} keys are wrapped anew; all are wrapped by the newest line.",))
    return 0

"""`clausewise backup`, `restore`, `upgrade`: what is kept for the day on which something goes wrong."""

import os
import secrets
import time
from pathlib import Path

from clausewise.cli.terminal import print_lines, print_problems
from clausewise.vocab.problem import Problem
from clausewise.wiring import start
from clausewise.wiring.backups import Backup, back_up, checked
from clausewise.wiring.backups import restore as restored
from clausewise.wiring.configuration import Configuration, configure
from clausewise.wiring.sealed import make_key, read_key
from clausewise.wiring.upgrading import upgrade as upgraded

EXIT_FOUND, EXIT_UNREADABLE = 1, 2


def make_backup_key(file: Path) -> int:
    """Make the key that seals backups; return the exit status."""
    problem = make_key(file, secrets.token_bytes)
    if problem is not None:
        return _told(problem)
    print_lines((f"The key is {file}. Keep it, and a copy, where the backups are not: without it they do not open.",))
    return 0


def backup(output: Path, key_file: Path) -> int:
    """Back up into a new file; return the exit status."""
    found = _begun(key_file)
    if isinstance(found, Problem):
        return _told(found)
    configuration, key = found
    began = time.monotonic()
    made = back_up(configuration, key, output, start.now())
    return _told(made) if isinstance(made, Problem) else _tell("Backed up", made, began)


def restore(file: Path, key_file: Path, only_check: bool) -> int:
    """Restore a backup into an empty place, or only check it; return the exit status."""
    found = _begun(key_file)
    if isinstance(found, Problem):
        return _told(found)
    configuration, key = found
    began = time.monotonic()
    done = checked(file, key) if only_check else restored(configuration, key, file)
    if isinstance(done, Problem):
        return _told(done)
    if not only_check:
        problems = start.migrate(os.environ)  # a backup of an earlier release gets the tables of this one, and its role its rights
        if problems:
            return _told(problems[0])
    return _tell("Whole" if only_check else "Restored", done, began)


def upgrade(output: Path, key_file: Path) -> int:
    """Back up, bring the tables to this release, and check them; return the exit status."""
    found = _begun(key_file)
    if isinstance(found, Problem):
        return _told(found)
    configuration, key = found
    began = time.monotonic()
    done = upgraded(os.environ, configuration, key, output, start.now())
    if isinstance(done, Problem):
        return _told(done, EXIT_FOUND)
    return _tell("The tables are those of this release. Backed up before", done, began)


def _begun(key_file: Path) -> tuple[Configuration, bytes] | Problem:
    configuration, problems = configure(os.environ)
    key = read_key(key_file)
    if configuration is None or isinstance(key, Problem):
        return problems[0] if problems else key if isinstance(key, Problem) else problems[0]
    return configuration, key


def _told(problem: Problem, status: int = EXIT_UNREADABLE) -> int:
    print_problems((problem,))
    return status


def _tell(what: str, done: Backup, began: float) -> int:
    told, seconds = done.manifest, time.monotonic() - began
    size = f"{done.length:,} bytes, {told.entries:,} entries of the log, in {seconds:.1f} s"
    print_lines((f"{what}: {done.file}, of {told.made_at[:19]}Z by release {told.program}; {size}.", f"  root  {told.root}"))
    return 0

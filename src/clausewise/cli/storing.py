"""`clausewise store`: the tables brought up to date and checked, a case taken in and shown, the log written out."""

import os
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from clausewise.cli.terminal import print_lines, print_object, print_problems
from clausewise.policy.case_file import Source
from clausewise.policy.case_tree import quoted
from clausewise.vocab.history import CaseHistory, NotDone, Receipt
from clausewise.vocab.problem import Problem
from clausewise.wiring import start
from clausewise.wiring.setting import open_setting
from clausewise.wiring.sources import read_file, read_source

EXIT_FOUND, EXIT_UNREADABLE = 1, 2


def migrate() -> int:
    """Bring the tables to this release; return the exit status."""
    return _told(start.migrate(os.environ), "The tables are those of this release, and guarded.")


def check() -> int:
    """Tell what is wrong with the storage; return the exit status: 0 sound, 1 not sound, 2 not started."""
    problems = start.start(os.environ)
    if problems:
        return _told(problems, "")
    from clausewise.wiring.storing import found_faults

    return _told(found_faults(), "The storage is sound.", EXIT_FOUND)


def _told(problems: tuple[Problem, ...], well: str, status: int = EXIT_UNREADABLE) -> int:
    print_problems(problems)
    if not problems:
        print_lines((well,))
    return status if problems else 0


def open_tenant(name: str) -> int:
    """Open a tenant and print its id; return the exit status."""
    problems = start.start(os.environ)
    if problems:
        return _told(problems, "")
    from clausewise.wiring import storing

    opened = storing.open_tenant(name)
    return _told((opened,), "") if isinstance(opened, Problem) else _told((), str(opened))


def submit(file: str, tenant: str, key: str, policies: Path | None) -> int:
    """Take in a request and print its receipt; return the exit status."""
    source = read_source(file)
    if not isinstance(source, Source):
        return _told(source, "")
    known = known_tenant(tenant)
    if isinstance(known, Problem):
        return _told((known,), "")
    from clausewise.wiring import storing

    setting = open_setting(policies)
    print_problems(setting.problems)
    done = storing.submit(known, setting, source, key)
    if isinstance(done, Receipt):
        return _told((), done.answer)
    assert isinstance(done, NotDone), "a new case has no earlier version"
    return _told(done.problems, "")


def attach(case: str, files: Sequence[str], tenant: str, key: str, policies: Path | None) -> int:
    """Add evidence to a case and print the receipt; return the exit status."""
    evidence, problems = _read(files)
    known = known_tenant(tenant) if not problems else problems[0]
    wanted = _id(case) if not isinstance(known, Problem) else known
    if isinstance(known, Problem) or isinstance(wanted, Problem):
        return _told(problems or tuple(one for one in (known, wanted) if isinstance(one, Problem))[:1], "")
    from clausewise.wiring import storing

    done = storing.attach(known, open_setting(policies), wanted, evidence, key)
    if isinstance(done, Receipt):
        return _told((), done.answer)
    return _told(done.problems, "")


def _read(files: Sequence[str]) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    """Return files by their names without folders, as a case keeps them; or what is wrong with them."""
    evidence: dict[str, bytes] = {}
    problems: list[Problem] = []
    for file in files:
        content, name = read_file(Path(file)), Path(file).name
        if isinstance(content, Problem):
            problems.append(content)
        elif name in evidence:
            help = "Give one of them another name: a case keeps its files by their names."
            problems.append(Problem("CW855", "Two of these files have this name.", name, help=help))
        else:
            evidence[name] = content
    return evidence, tuple(problems)


def show(case: str, tenant: str, replay: bool) -> int:
    """Print the history of a case, an object a line, and whether its determinations come out again; return the exit status."""
    known = known_tenant(tenant)
    if isinstance(known, Problem):
        return _told((known,), "")
    from clausewise.wiring import storing

    wanted = _id(case)
    history = wanted if isinstance(wanted, Problem) else storing.read(known, wanted)
    if not isinstance(history, CaseHistory):
        return _told(history.problems if isinstance(history, NotDone) else (history,), "")
    for act in history.acts:
        shown = {"sequence": act.sequence, "act": act.kind.value, "at": act.at.isoformat(), "actor": str(act.actor)}
        print_object(shown | {"content": act.content})
    differences = [one.replay.difference for one in storing.replayed(known, history.case)] if replay else []
    if replay:
        print_lines(f"made again: {difference or 'equal'}" for difference in differences)
    return EXIT_FOUND if any(differences) else 0


def _id(text: str) -> UUID | Problem:
    try:
        return UUID(text)
    except ValueError:
        return Problem("CW850", f"{quoted(text)} is no id of a case.", help="A receipt names it under `id`.")


def known_tenant(name: str) -> UUID | Problem:
    """Start the storage and return the id of a tenant by its name, or what keeps it from being found."""
    problems = start.start(os.environ)
    if problems:
        return problems[0]
    from clausewise.wiring import storing

    return storing.tenant_named(name)


def write_ledger(file: Path, origin: str) -> int:
    """Write the log into a file that `clausewise audit` reads; return the exit status."""
    problems = start.start(os.environ, as_owner=True)
    if problems:
        return _told(problems, "")
    from clausewise.wiring.vouching import ledger_lines

    try:
        with file.open("w", encoding="utf-8") as written:
            written.writelines(ledger_lines(origin))
    except OSError as fault:
        help = "Name a file in a folder that you may write to."
        return _told((Problem("CW711", f"This file cannot be written: {fault.strerror}.", str(file), help=help),), "")
    return _told((), f"The log is in {file}.")



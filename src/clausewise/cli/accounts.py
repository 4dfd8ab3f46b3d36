"""`clausewise account`: who may enter, in which roles; each act leaves an entry in the log."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType

from clausewise.cli.terminal import print_lines, print_problems
from clausewise.policy.case_tree import did_you_mean, quoted
from clausewise.vocab.problem import Problem
from clausewise.vocab.role import Role
from clausewise.wiring import start
from clausewise.wiring.configuration import read_secret

EXIT_UNREADABLE = 2
PASSWORD_LENGTH_MIN = 12
Errand = Callable[[ModuleType], str | Problem]


def add(name: str, tenant: str, role: str, team: str, email: str, password_file: Path | None) -> int:
    """Open an account and print the link by which its owner sets a password; return the exit status."""
    password = read_secret(password_file, PASSWORD_LENGTH_MIN) if password_file else ""
    if isinstance(password, Problem):
        return _told(password, "")
    return _in_role(role, lambda accounts: accounts.add(name, accounts.Place(tenant, Role(role), team), email, password))


def give_role(name: str, tenant: str, role: str, team: str) -> int:
    """Give an account a role; return the exit status."""
    return _in_role(role, lambda accounts: accounts.give_role(name, accounts.Place(tenant, Role(role), team)))


def end_role(name: str, tenant: str, role: str, team: str) -> int:
    """End a role of an account; return the exit status."""
    return _in_role(role, lambda accounts: accounts.end_role(name, accounts.Place(tenant, Role(role), team)))


def end(name: str, tenant: str) -> int:
    """End an account; return the exit status."""
    return _done(lambda accounts: accounts.end(name, tenant))


def invite(name: str, tenant: str) -> int:
    """Print a new link by which the owner of an account sets a password; return the exit status."""
    return _done(lambda accounts: accounts.invite(name, tenant))


def add_token(name: str, tenant: str, role: str, days: int) -> int:
    """Print a new token of an account; return the exit status."""
    return _in_role(role, lambda accounts: accounts.add_token(name, accounts.Place(tenant, Role(role)), days))


def end_tokens(name: str, tenant: str) -> int:
    """Revoke all tokens of an account; return the exit status."""
    return _done(lambda accounts: accounts.end_tokens(name, tenant))


def add_licence(name: str, tenant: str, state: str, number: str, days: tuple[date, date | None]) -> int:
    """Enter a licence; return the exit status."""
    return _done(lambda accounts: accounts.add_licence(name, tenant, accounts.LicenceGiven(state, number, *days)))


def link(name: str, tenant: str, provider: str, subject: str) -> int:
    """Let somebody sign in through a provider; return the exit status."""
    return _done(lambda accounts: accounts.link(name, tenant, provider, subject))


def _in_role(role: str, work: Errand) -> int:
    known = [one.value for one in Role]
    if role not in known:
        return _told(Problem("CW883", f"{quoted(role)} is no role.", help=did_you_mean(role, known)), "")
    return _done(work)


def _done(work: Errand) -> int:
    problems = start.start(os.environ)
    if problems:
        return _told(problems[0], "")
    from clausewise.wiring import accounts

    done = work(accounts)
    return _told(done, "") if isinstance(done, Problem) else _told(None, done)


def _told(problem: Problem | None, said: str) -> int:
    print_problems((problem,) if problem else ())
    print_lines((said,) if said else ())
    return EXIT_UNREADABLE if problem else 0

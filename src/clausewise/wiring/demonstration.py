"""A demonstration to look at: a tenant of its own with invented cases, and an account that may work on them.

The storage must have been started.  Whatever is there already stays as it is; only the password is new each time.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from clausewise.accounts.models import Account, Membership
from clausewise.policy.case_file import Source, read_cases
from clausewise.policy.case_tree import plain
from clausewise.store import cases
from clausewise.vocab.history import NotDone
from clausewise.vocab.problem import Problem
from clausewise.vocab.role import Role
from clausewise.wiring.places import examples_folder
from clausewise.wiring.serving import documents
from clausewise.wiring.sources import read_source
from clausewise.wiring.storing import acting, open_tenant, tenant_named

TENANT = "Demonstration, all cases invented"
ACCOUNT = "demo"
ROLES = (Role.INTAKE, Role.NURSE, Role.SUPERVISOR)
CASES = "ar.cp.mp.31/cases"  # one file for each clause; the first case of each
PASSWORD_BYTES = 12


@dataclass(frozen=True, slots=True)
class Demonstration:
    """Under which name and password one signs in, and how many cases are there."""

    account: str
    password: str
    cases: int


def set_up() -> Demonstration | Problem:
    """Make the demonstration, as far as it is not there yet; return how to sign in, or what keeps it from being made."""
    tenant = tenant_named(TENANT)
    if isinstance(tenant, Problem):
        tenant = open_tenant(TENANT)
    if isinstance(tenant, Problem):
        return tenant
    sources = tuple(_sources())
    for source in sources:
        done = cases.submit(acting(tenant, documents()), source, f"demonstration {source.name}")
        if isinstance(done, NotDone) and done.problems[0].code != "CW852":  # taken in by an earlier release, in other words
            return done.problems[0]
    return Demonstration(ACCOUNT, _account(tenant), len(sources))


def _account(tenant: UUID) -> str:
    """Return the new password of the account, which is made with its roles where it is not there yet."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    account, _ = Account.objects.get_or_create(username=ACCOUNT)
    account.set_password(password)
    account.save()
    for role in ROLES:
        Membership.objects.get_or_create(account=account, tenant_id=tenant, role=role.value, team="")
    return password


def _sources() -> Iterator[Source]:
    """Yield the first bundled case of each clause, and the worked example with its documents last, so that it is listed first."""
    folder = documents().folder / CASES
    for file in sorted(folder.glob("*.yaml")):
        read, _ = read_cases(file.read_bytes(), file.name)
        if read.clinical:
            yield Source(file.stem, _as_file(plain(read.clinical[0])))
    examples = examples_folder()
    example = read_source(str(examples / "back-scar")) if examples else ()
    if isinstance(example, Source):
        yield Source("back-scar", files=example.files)


def _as_file(case: dict[str, object]) -> bytes:
    import yaml

    lines = case.get("lines")
    for line in lines if isinstance(lines, list) else ():
        line.pop("expect", None)
    kept = {name: value for name, value in case.items() if name != "expect"}
    return b"# Invented: nobody real.\n" + yaml.safe_dump(kept, sort_keys=False, allow_unicode=True).encode()

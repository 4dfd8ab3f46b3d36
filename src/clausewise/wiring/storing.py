"""What the commands ask of the storage, each as one call: documents, chance and the clock are put in here.

The storage must have been started (`start.start`); nothing here is imported before.
"""

import os
import secrets
from collections.abc import Iterator, Mapping
from uuid import UUID

from django.db import IntegrityError

from clausewise.files.custody import Custody
from clausewise.files.keys import key_ring
from clausewise.files.scanner import Scan
from clausewise.ledger.leaf import PROGRAM
from clausewise.policy.case_file import Source
from clausewise.policy.case_tree import quoted
from clausewise.store import cases, check, files, reading
from clausewise.store.acting import WITHOUT_KEYS, Acting, for_tenant, reading_for
from clausewise.store.faults import attempt
from clausewise.store.files import Handed
from clausewise.store.models import Tenant
from clausewise.store.reading import Replayed
from clausewise.store.writing import Answer
from clausewise.vocab.history import CaseHistory, Conflict, NotDone, Receipt
from clausewise.vocab.problem import Problem
from clausewise.wiring.configuration import configure, read_file_keys
from clausewise.wiring.setting import Setting
from clausewise.wiring.start import new_id, now


def found_faults() -> tuple[Problem, ...]:
    """Return what is wrong with the database."""
    found = attempt(lambda: tuple(check.faults()))
    return found if isinstance(found, tuple) else found.problems


def open_tenant(name: str) -> UUID | Problem:
    """Open a tenant of this name, and return its id."""
    one, twice = new_id(), Problem("CW857", f"There is a tenant {quoted(name)} already.", help="Use it, or take another name.")

    def work() -> UUID:
        with for_tenant(one):
            Tenant(id=one, name=name, opened_at=now()).save(force_insert=True)
        return one

    try:
        opened = attempt(work)
    except IntegrityError:
        return twice
    return opened.problems[0] if isinstance(opened, NotDone) else opened


def tenant_named(name: str) -> UUID | Problem:
    """Return the id of a tenant by its name."""
    found = attempt(lambda: Tenant.objects.filter(name=name).values_list("id", flat=True).first())
    if isinstance(found, NotDone):
        return found.problems[0]
    return found or Problem("CW857", f"There is no tenant {quoted(name)}.", help="`clausewise store tenant NAME` opens one.")


def acting(tenant: UUID, setting: Setting, actor: UUID = PROGRAM) -> Acting:
    """Return who acts now, for a tenant and by these documents; without an account it is the program."""
    return Acting(tenant, actor, now(), setting, secrets.token_bytes, custody(os.environ))


def custody(environment: Mapping[str, str]) -> Custody | Problem:
    """Return what files are kept with, or why there is nothing of the kind."""
    configuration, problems = configure(environment)
    if configuration is None:
        return problems[0]
    if not configuration.file_key_file.exists():
        return WITHOUT_KEYS
    secrets_by_version = read_file_keys(configuration.file_key_file)
    if isinstance(secrets_by_version, Problem):
        return secrets_by_version
    return Custody(key_ring(secrets_by_version), configuration.scanner)


def submit(tenant: UUID, setting: Setting, source: Source, key: str) -> Answer:
    """Take in a request for a tenant; without a key it gets one, and is then a new case each time."""
    return cases.submit(acting(tenant, setting), source, key or str(new_id()))


def attach(tenant: UUID, setting: Setting, case: UUID, evidence: Mapping[str, bytes], key: str) -> Receipt | NotDone:
    """Add evidence to a case as it stands when it is added, whatever others do to it meanwhile; without a key it gets one."""
    key = key or str(new_id())
    while True:
        history = reading.read(tenant, case)
        if isinstance(history, NotDone):
            return history
        done = cases.attach(acting(tenant, setting), cases.Seen(case, history.version), evidence, key)
        if not isinstance(done, Conflict):
            return done


def open_file(tenant: UUID, setting: Setting, file: UUID) -> Handed | NotDone:
    """Return a file as it is handed out; who looked is in the log."""
    return files.open_derivative(acting(tenant, setting), file)


def scan_waiting(tenant: UUID, setting: Setting) -> Iterator[tuple[UUID, Scan | NotDone]]:
    """Ask the scanner about every file of a tenant that it has not looked at, and yield what it says."""

    def waiting() -> tuple[UUID, ...]:
        with reading_for(tenant):
            return files.waiting_files(tenant)

    found = attempt(waiting)
    if isinstance(found, NotDone):
        yield PROGRAM, found
        return
    yield from ((file, files.scan_again(acting(tenant, setting), file)) for file in found)


def tenants() -> tuple[UUID, ...] | NotDone:
    """Return the ids of all tenants."""
    return attempt(lambda: tuple(Tenant.objects.order_by("name").values_list("id", flat=True)))


def rewrap(tenant: UUID, setting: Setting) -> int | NotDone:
    """Wrap the keys of a tenant's patients by the newest line of the key file; return how many were not."""
    return files.rewrap(acting(tenant, setting))


def read(tenant: UUID, case: UUID) -> CaseHistory | NotDone:
    """Return a case with its history."""
    return reading.read(tenant, case)


def replayed(tenant: UUID, case: UUID) -> tuple[Replayed, ...]:
    """Make every determination of a case again, by the documents kept with it."""
    return reading.replay_case(tenant, case, {})

"""What the commands ask of the storage, each as one call: documents, chance and the clock are put in here.

The storage must have been started (`start.start`); nothing here is imported before.
"""

import secrets
from uuid import UUID

from django.db import IntegrityError

from clausewise.ledger.leaf import PROGRAM
from clausewise.policy.case_file import Source
from clausewise.policy.case_tree import quoted
from clausewise.store import cases, check, reading
from clausewise.store.acting import Acting, for_tenant
from clausewise.store.faults import attempt
from clausewise.store.models import Tenant
from clausewise.store.reading import Replayed
from clausewise.store.writing import Answer
from clausewise.vocab.history import CaseHistory, NotDone
from clausewise.vocab.problem import Problem
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
    return Acting(tenant, actor, now(), setting, secrets.token_bytes)


def submit(tenant: UUID, setting: Setting, source: Source, key: str) -> Answer:
    """Take in a request for a tenant; without a key it gets one, and is then a new case each time."""
    return cases.submit(acting(tenant, setting), source, key or str(new_id()))


def read(tenant: UUID, case: UUID) -> CaseHistory | NotDone:
    """Return a case with its history."""
    return reading.read(tenant, case)


def replayed(tenant: UUID, case: UUID) -> tuple[Replayed, ...]:
    """Make every determination of a case again, by the documents kept with it."""
    return reading.replay_case(tenant, case, {})

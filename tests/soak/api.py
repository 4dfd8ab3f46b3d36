"""A thousand requests to each operation of the interface, made of its own description: no fault, nothing that it does not describe.

    python -m tests.soak.api [REQUESTS]

Prints how many answers of each status came, what was wrong, and the processor time; ends with status 1 where something was wrong,
or where a fault that is planted afterwards is not found.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import date
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch
from uuid import UUID

from clausewise.vocab.role import Role
from tests.unit.store import databases
from tests.unit.web.asking import Caller, caller
from tests.unit.web.fuzzing import Tally, fuzz

REQUESTS = 1_000
LIMIT = 10**9  # requests in a minute: the limits are tested elsewhere


def asked(examples: int) -> tuple[Tally, Tally]:
    """Return what came back of all operations, and of one in which a fault was planted."""
    from django.core.wsgi import get_wsgi_application
    from django.test import override_settings

    from clausewise.accounts.models import Licence
    from clausewise.wiring.storing import open_tenant

    tenant = open_tenant("Soak")
    assert isinstance(tenant, UUID), tenant
    quiet = StringIO()  # the lines of the log
    with override_settings(REQUESTS_PER_MINUTE=LIMIT), redirect_stdout(quiet), redirect_stderr(quiet):
        who = caller(tenant, Role.INTAKE, Role.NURSE, Role.PHYSICIAN, Role.SUPERVISOR)
        Licence.objects.create(account=who.account, state="AR", number="E-1", valid_from=date(2020, 1, 1))
        who.submitted()
        application = get_wsgi_application()
        tally = fuzz(application, who, examples)
        with planted():
            return tally, _one(application, who, examples)


def _one(application: Callable[..., Any], who: Caller, examples: int) -> Tally:
    who.submitted()
    return fuzz(application, who, examples, only="review")


@contextmanager
def planted() -> Iterator[None]:
    """Break reviews whose note is not ASCII."""
    from clausewise.store import cases

    sound: Any = cases.review

    def broken(who: Any, seen: Any, note: str, key: str) -> Any:
        note.encode("ascii")
        return sound(who, seen, note, key)

    with patch.object(cases, "review", broken):
        yield


def main() -> int:
    """Ask, and print what came back; return the exit status."""
    examples = int(sys.argv[1]) if len(sys.argv) > 1 else REQUESTS
    with TemporaryDirectory() as place:
        databases.begin(Path(place))
        began = time.process_time()
        tally, broken = asked(examples)
        spent = time.process_time() - began
    print(f"{tally.answers.total()} requests, {examples} to each operation: {dict(sorted(tally.answers.items()))}")
    for where, fault in sorted(tally.faults.items()):
        print(f"WRONG {where}\n{fault}")
    print(f"planted fault: {'found' if broken.faults else 'NOT FOUND'}")
    print(f"{spent:.0f} s of processor time")
    return 1 if tally.faults or not broken.faults else 0


if __name__ == "__main__":
    sys.exit(main())

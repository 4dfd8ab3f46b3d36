"""One submission, sent by a client that does not know what arrived: exactly one case, and equal answers.

A schedule is a handful of sendings under one key.  Each may be lost on its way, may break off at any statement of its transaction,
may be sent twice by the network, may arrive late and in another order, and some carry another body.  Then each body is sent once
more and answered.  An answer that was lost on its way back is an answer all the same, so all are compared.  Whichever body was
done first owns the key: every answer to it is equal to the byte, every other body is refused (CW852), and there is one case.

`python -m tests.soak.schedules [--schedules N] [--database sqlite|postgresql] [--seed N] [--fault keyless]`.  On PostgreSQL the
sendings of a schedule are made by threads at once.
"""

import argparse
import random
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path
from typing import Any
from uuid import UUID

from clausewise.policy.case_file import Source
from clausewise.vocab.history import Receipt
from clausewise.wiring.setting import Setting, open_setting
from tests.soak import places
from tests.soak.nursery import plant
from tests.unit.conftest import request_of

STATEMENTS_MAX = 20  # a submission makes about so many


class TimedOut(Exception):
    """The sending broke off inside its transaction."""


@dataclass(frozen=True)
class Sending:
    """One sending: which body, and at which statement it breaks off (0: it does not)."""

    body: int
    breaks_at: int = 0


LAST = (Sending(0), Sending(1), Sending(2))


@dataclass
class Figures:
    """What all schedules came to."""

    schedules: int = 0
    sendings: int = 0
    broken_off: int = 0
    refused: int = 0
    faults: list[str] = field(default_factory=list)

    def line(self) -> str:
        """The figures as one line."""
        told = f"{self.sendings:,} sendings, {self.broken_off:,} broken off, {self.refused:,} refused as another body"
        return f"{self.schedules:,} schedules, {told}; {len(self.faults)} faults"


def schedule(chance: random.Random) -> list[Sending]:
    """Return the sendings of one schedule in the order in which they arrive; those lost on the way are not among them."""
    sent = []
    for _ in range(chance.randint(1, 5)):
        body = chance.choices((0, 1, 2), (8, 1, 1))[0]
        breaks = chance.randint(1, STATEMENTS_MAX) if chance.random() < 0.6 else 0
        sent += [Sending(body, breaks)] * chance.choices((0, 1, 2), (2, 7, 2))[0]
    chance.shuffle(sent)
    return [*sent, *LAST]


@dataclass(frozen=True)
class Server:
    """The storage of this process, as one tenant reaches it."""

    tenant: UUID
    setting: Setting
    bodies: tuple[Source, ...] = (request_of("S0"), request_of("S1"), request_of("S2", pain="no"))

    def send(self, sending: Sending, key: str) -> object:
        """Submit; return the answer, or None where it broke off."""
        from django.db import connection

        from clausewise.ledger.leaf import PROGRAM
        from clausewise.store.acting import Acting
        from clausewise.store.cases import submit
        from clausewise.wiring.start import now

        acting = Acting(self.tenant, PROGRAM, now(), self.setting, secrets.token_bytes)
        try:
            with connection.execute_wrapper(_Breaking(sending.breaks_at)):
                return submit(acting, self.bodies[sending.body], key)
        except TimedOut:
            return None

    def judge(self, key: str, answers: Sequence[tuple[Sending, object]]) -> list[str]:
        """Return what is wrong with the answers that were given under a key, and with the rows that are there now."""
        from clausewise.store.acting import reading_for
        from clausewise.store.models import Act, IdempotencyKey

        with reading_for(self.tenant):
            kept = list(IdempotencyKey.objects.of(self.tenant).filter(key=key).values_list("response", flat=True))
            ids = {answer.case for _, answer in answers if isinstance(answer, Receipt)}
            acts = Counter(Act.objects.of(self.tenant).filter(case__in=ids).values_list("case_id", flat=True))
        given = {(str(one.case), one.version, one.answer.encode()) for _, one in answers if isinstance(one, Receipt)}
        owners = {sending.body for sending, one in answers if isinstance(one, Receipt)}
        faults = [f"{len(given)} different answers"] if len(given) != 1 else []
        faults += [f"{len(owners)} bodies were done"] if len(owners) > 1 else []
        faults += [f"{len(kept)} answers are kept"] if len(kept) != 1 else []
        faults += [f"acts {dict(acts)}"] if any(number not in (2, 3) for number in acts.values()) else []
        refused = [(sending.body, one) for sending, one in answers if one is not None and not isinstance(one, Receipt)]
        faults += [f"body {body} was refused: {one}" for body, one in refused if body in owners or _code(one) != "CW852"]
        return faults


def _code(answer: Any) -> str:
    return ",".join(problem.code for problem in answer.problems)


@dataclass
class _Breaking:
    """Breaks off at the n-th statement of a sending."""

    at: int
    made: int = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.made += 1
        if self.made == self.at:
            raise TimedOut
        return execute(sql, params, many, context)


def soak(server: Server, number: int, seed: int, at_once: bool) -> Figures:
    """Run the schedules; in the end there are as many cases as schedules."""
    from clausewise.store.acting import reading_for
    from clausewise.store.models import Case

    figures = Figures()
    with ThreadPoolExecutor(8) as pool:
        for place in range(number):
            key, sendings = f"{seed} {place}", schedule(random.Random(f"{seed} {place}"))
            early = sendings[: -len(LAST)]
            first = pool.map(server.send, early, repeat(key)) if at_once else map(server.send, early, repeat(key))
            answers = list(zip(sendings, [*first, *map(server.send, LAST, repeat(key))], strict=True))
            figures.faults += [f"schedule {key}: {fault}" for fault in server.judge(key, answers)]
            figures.schedules += 1
            figures.sendings += len(sendings)
            figures.broken_off += sum(answer is None for _, answer in answers)
            figures.refused += sum(answer is not None and not isinstance(answer, Receipt) for _, answer in answers)
    with reading_for(server.tenant):
        cases = Case.objects.of(server.tenant).count()
    figures.faults += [f"{cases} cases"] if cases != number else []
    return figures


def run(kind: str, number: int, seed: int = 1, fault: str = "") -> Figures:
    """Make a database of a kind, run the schedules on it, and return the figures."""
    with tempfile.TemporaryDirectory(prefix="clausewise-schedules-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        folder.chmod(0o755)  # PostgreSQL's own user goes through it
        with (places.postgresql if kind == "postgresql" else places.sqlite)(folder) as place:
            place.use()
            plant(fault, lambda done: None)
            return soak(Server(places.new_tenant(), open_setting(cache=False)), number, seed, kind == "postgresql")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print the figures, and return 1 where a schedule went wrong."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--schedules", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--fault", choices=("keyless",), default="")
    chosen = options.parse_args(arguments)
    began = time.monotonic()
    figures = run(chosen.database, chosen.schedules, chosen.seed, chosen.fault)
    print(f"schedules on {chosen.database}: {figures.line()}; {time.monotonic() - began:.0f} s")
    for fault in figures.faults[:10]:
        print(f"  {fault}")
    return 1 if figures.faults else 0


if __name__ == "__main__":
    sys.exit(main())

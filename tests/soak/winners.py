"""Two hundred at once on each of a hundred cases: one wins, the others see what changed, and no note is lost.

All threads act at one moment on the version that they saw.  One is acknowledged; every other gets a conflict that shows the act
which came between.  Then some of those who lost act again on what they see now, until each is acknowledged, and all their notes
are in the history, each once.

`python -m tests.soak.winners [--database sqlite|postgresql] [--threads N] [--cases N] [--again N] [--fault unlocked]`
"""

import argparse
import secrets
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from clausewise.ledger.leaf import PROGRAM
from clausewise.vocab.history import ActKind, CaseHistory, Conflict, Receipt
from clausewise.wiring.setting import Setting, open_setting
from tests.soak import places
from tests.soak.witness import examine_log
from tests.unit.conftest import request_of


@dataclass
class Figures:
    """What all cases came to."""

    cases: int = 0
    won: int = 0
    lost: int = 0
    notes: int = 0
    attempts_again: int = 0
    faults: list[str] = field(default_factory=list)

    def line(self) -> str:
        """The figures as one line."""
        first = f"{self.cases} cases, {self.won} winners, {self.lost:,} who saw what changed"
        return f"{first}; {self.notes:,} notes in {self.attempts_again:,} further attempts; {len(self.faults)} faults"


@dataclass(frozen=True)
class Attempt:
    """A thread's note, what it was answered at first and, if it acted again, in the end."""

    note: str
    first: object
    last: object
    further: int


@dataclass(frozen=True)
class Crowd:
    """Threads that act at one moment, each with its own connection, on cases of one tenant."""

    tenant: UUID
    setting: Setting
    threads: ThreadPoolExecutor
    number: int
    again: int

    def together(self, work: Callable[[int], Attempt | None]) -> list[Attempt | None]:
        """Let every thread do it once, all from one moment on."""
        gate = threading.Barrier(self.number)

        def one(place: int) -> Attempt | None:
            gate.wait()
            return work(place)

        return list(self.threads.map(one, range(self.number)))

    def case(self, figures: Figures) -> None:
        """Let all act on a new case, then let some act again until each is acknowledged."""
        from clausewise.store.cases import Seen, submit

        taken = submit(self._acting(), request_of(), secrets.token_hex(8))
        assert isinstance(taken, Receipt), taken
        seen = Seen(taken.case, taken.version)
        attempts = [one for one in self.together(lambda place: self._one(place, seen)) if one]
        figures.cases += 1
        figures.attempts_again += sum(one.further for one in attempts)
        figures.faults += self._judge(seen, attempts, figures)

    def leave(self) -> None:
        """Give up the connections of all threads."""
        from django.db import connection

        self.together(lambda place: connection.close())

    def _acting(self) -> Any:
        from clausewise.store.acting import Acting
        from clausewise.wiring.start import now

        return Acting(self.tenant, PROGRAM, now(), self.setting, secrets.token_bytes)

    def _one(self, place: int, seen: Any) -> Attempt:
        first = last = self._review(seen, place)
        further = 0
        while place < self.again and isinstance(last, Conflict):
            further += 1
            last = self._review(replace(seen, version=last.version), place)
        return Attempt(f"note {place}", first, last, further)

    def _review(self, seen: Any, place: int) -> object:
        from clausewise.store.cases import review

        try:
            return review(self._acting(), seen, f"note {place}", secrets.token_hex(8))
        except Exception as fault:
            return fault

    def _judge(self, seen: Any, attempts: list[Attempt], figures: Figures) -> Iterator[str]:
        """Yield what is wrong with the answers, and with the history that is there now."""
        from clausewise.store.reading import read

        won = [one for one in attempts if isinstance(one.first, Receipt)]
        lost = [one.first for one in attempts if isinstance(one.first, Conflict)]
        figures.won, figures.lost = figures.won + len(won), figures.lost + len(lost)
        if (len(won), len(lost)) != (1, self.number - 1):
            others = {repr(one.first) for one in attempts if not isinstance(one.first, (Receipt, Conflict))}
            yield f"{len(won)} winners and {len(lost)} losers of {self.number}; others: {sorted(others)}"
        for one in lost:
            between = [act.sequence for act in one.since]
            if one.expected != seen.version or not between or between != list(range(seen.version + 1, one.version + 1)):
                yield f"a conflict shows acts {between} between versions {one.expected} and {one.version}"
        history = read(self.tenant, seen.case)
        assert isinstance(history, CaseHistory), history
        found = Counter(act.content for act in history.acts if act.kind is ActKind.REVIEWED)
        wanted = Counter(f'{{"note":"{one.note}"}}' for place, one in enumerate(attempts) if one in won or place < self.again)
        figures.notes += sum(found.values())
        if found != wanted:
            yield f"notes lost: {wanted - found}; notes too many: {found - wanted}"


@contextmanager
def unlocked() -> Iterator[None]:
    """Let whoever acts see the version that he expects, so that it can be seen that this is noticed."""
    from clausewise.store import writing

    usual: Callable[..., Any] = writing._stage

    def blind(acting: Any, case: UUID, expected: int) -> Any:
        stands = usual(acting, case, expected)
        return usual(acting, case, stands.version) if isinstance(stands, Conflict) else stands

    writing._stage = blind
    try:
        yield
    finally:
        writing._stage = usual


def run(kind: str, threads: int, cases: int, again: int, fault: str = "") -> Figures:
    """Make a database of a kind, let the crowd act, and return the figures."""
    figures = Figures()
    with tempfile.TemporaryDirectory(prefix="clausewise-winners-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        folder.chmod(0o755)  # PostgreSQL's own user goes through it
        with places.sqlite(folder) if kind == "sqlite" else places.postgresql(folder, threads + 20) as place:
            place.use()
            with ThreadPoolExecutor(threads) as pool, unlocked() if fault else nullcontext():
                crowd = Crowd(places.new_tenant(), open_setting(cache=False), pool, threads, again)
                for _ in range(cases):
                    crowd.case(figures)
                crowd.leave()
            place.use(as_owner=True)
            figures.faults += examine_log()
    return figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print the figures, and return 1 where something went wrong."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    options.add_argument("--threads", type=int, default=200)
    options.add_argument("--cases", type=int, default=100)
    options.add_argument("--again", type=int, default=10, help="how many of each case act until they are acknowledged")
    options.add_argument("--fault", choices=("unlocked",), default="")
    chosen = options.parse_args(arguments)
    began = time.monotonic()
    figures = run(chosen.database, chosen.threads, chosen.cases, chosen.again, chosen.fault)
    name = f"{chosen.threads} threads on {chosen.cases} cases, {chosen.database}"
    print(f"{name}: {figures.line()}; {time.monotonic() - began:.0f} s")
    for fault in figures.faults[:10]:
        print(f"  {fault[:500]}")
    return 1 if figures.faults else 0


if __name__ == "__main__":
    sys.exit(main())

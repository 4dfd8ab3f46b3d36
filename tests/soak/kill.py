"""kill -9 at random moments while several clients live the lives of cases; then everything acknowledged must be there, once.

Each round: a new tenant; some clients live one life after the other; after a random time whoever serves them is killed (in every
third round first one, and the others a moment later; on PostgreSQL in every second round the whole database server too).
Then, on the files as they lie there: every acknowledged act is there with its answer; the act that was under way is asked for
again under its key, and the lives go on; each life is one case, no act is there by halves, and the log is whole.

`python -m tests.soak.kill [--database sqlite|postgresql] [--through functions|http] [--rounds N] [--seed N]
[--fault early|keyless]`
"""

import argparse
import random
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from uuid import UUID

from tests.soak import over_http, places, targets
from tests.soak.life import Client, Gone, Told, key_of, live
from tests.soak.nursery import FAULTS
from tests.soak.targets import Book, Target
from tests.soak.witness import Verdict, examine, examine_file, examine_log, followed_up
from tests.unit.store import databases

CLIENTS, LOG_EVERY = 3, 25
SECONDS_TO_BEGIN = 30.0


@dataclass
class Figures:
    """What all rounds came to."""

    rounds: int = 0
    killed: int = 0
    unacknowledged: int = 0  # done, but nobody was told
    attended: int = 0  # acts whose line of the outbox a worker did, of the tenant of the last round
    verdict: Verdict = field(default_factory=Verdict)

    def line(self) -> str:
        """The figures as one line."""
        silent = f"{self.unacknowledged} done and not acknowledged"
        worked = f"; {self.attended} acts followed up by a worker" if self.attended else ""
        return f"{self.rounds} rounds, {self.killed} processes killed, {self.verdict.line()}; {silent}{worked}"


@dataclass(frozen=True)
class Harness:
    """Where and what is killed, and a folder for what was acknowledged."""

    place: places.Place
    target: Target
    folder: Path

    def round(self, number: int, chance: random.Random, figures: Figures) -> None:
        """One round: lives, a kill, and what is left."""
        self.place.use()
        tenant = self.target.tenant()
        places.leave()
        book = Book(self.folder / f"acknowledged-{number}.jsonl")
        clients = [self.target.client(tenant) for _ in range(CLIENTS)]
        threads = [threading.Thread(target=_lives, args=(one, f"{number}-{place}", book)) for place, one in enumerate(clients)]
        for thread in threads:
            thread.start()
        if number % 4:  # every fourth may be killed before anything was acknowledged
            book.wait_for_first(SECONDS_TO_BEGIN)
        figures.killed += self._kill(number, chance)
        for thread in threads:
            thread.join()
        self.place.use()
        self._look(tenant, book, figures, to_the_end=number % 5 == 0)
        figures.rounds += 1
        places.leave()

    def _kill(self, number: int, chance: random.Random) -> int:
        time.sleep(chance.uniform(0.02, self.target.seconds_max))
        killed = 0
        if number % 3 == 0:
            killed += self.target.kill(first=True)
            time.sleep(chance.uniform(0, 0.2))
        if self.place.server and number % 2:
            killed += places.kill_server(self.place.server)
        killed += self.target.kill(first=False)
        if self.place.server and number % 2:
            databases.restart_postgresql(self.place.server)
        return killed

    def _look(self, tenant: UUID, book: Book, figures: Figures, to_the_end: bool) -> None:
        """Examine what is there; ask again for what was under way; examine again."""
        before = book.read()
        figures.verdict.add(examine(tenant, before))
        client = self.target.client(tenant)
        for name in sorted({life for life, _ in before}):
            figures.unacknowledged += self._again(client, tenant, name, before, book, to_the_end)
        after = examine(tenant, book.read())
        figures.attended = followed_up(tenant)
        figures.verdict.lost += after.lost
        figures.verdict.doubled += after.doubled
        figures.verdict.broken += after.broken

    def _again(
        self, client: Client, tenant: UUID, life: str, told: dict[tuple[str, int], Told], book: Book, to_the_end: bool
    ) -> int:
        """Repeat a life's last acknowledged act, do the next, and perhaps all the others; return 1 if the next was done before."""
        from clausewise.store.acting import reading_for
        from clausewise.store.models import IdempotencyKey

        done = [told[life, index] for index in range(sum(name == life for name, _ in told))]
        if done[-1].refused:
            return 0
        last = done[-2] if len(done) > 1 else Told()
        book.write(life, len(done) - 1, client.ask(life, len(done) - 1, last.id, last.version))
        if len(done) == len(client.acts):
            return 0
        with reading_for(tenant):
            known = IdempotencyKey.objects.of(tenant).filter(key=key_of(life, len(done))).exists()
        next_one = client.ask(life, len(done), done[-1].id, done[-1].version)
        book.write(life, len(done), next_one)
        if to_the_end and not next_one.refused:
            live(client, life, book.write, [*done, next_one])
        return int(known)


def _lives(client: Client, name: str, book: Book) -> None:
    """Live one life after the other until nobody answers."""
    with suppress(Gone):
        for number in count():
            life = f"{name}-{number}"
            told = live(client, life, book.write)
            if len(told) < len(client.acts):
                return


def soak(harness: Harness, rounds: int, seed: int, aloud: bool = True) -> Figures:
    """Run the rounds, and look at the whole log and file now and then and at the end."""
    figures = Figures()
    for number in range(rounds):
        harness.round(number, random.Random(f"{seed} {number}"), figures)
        if number % LOG_EVERY == LOG_EVERY - 1 or number == rounds - 1:
            harness.place.use(as_owner=True)
            figures.verdict.broken += examine_log()
            figures.verdict.broken += examine_file() if harness.place.kind == "sqlite" else []
            places.leave()
            if aloud:
                print(figures.line(), flush=True)
    return figures


def run(kind: str, rounds: int, seed: int = 1, fault: str = "", aloud: bool = True, through: str = "functions") -> Figures:
    """Make a database of a kind, run the rounds on it, and return the figures."""
    with tempfile.TemporaryDirectory(prefix="clausewise-kill-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        folder.chmod(0o755)  # PostgreSQL's own user goes through it
        made_by = places.postgresql if kind == "postgresql" else places.sqlite
        with made_by(folder) as place:
            chosen = over_http.served(place, folder) if through == "http" else targets.functions(place, folder, fault)
            with chosen as target:
                return soak(Harness(place, target, folder), rounds, seed, aloud)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print the figures, and return 1 if anything was lost, doubled or broken."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--rounds", type=int, default=500)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--fault", choices=FAULTS, default="")
    options.add_argument("--through", choices=("functions", "http"), default="functions")
    chosen = options.parse_args(arguments)
    began = time.monotonic()
    figures = run(chosen.database, chosen.rounds, chosen.seed, chosen.fault, through=chosen.through)
    print(f"kill -9 on {chosen.database}, {chosen.through}: {figures.line()}; {time.monotonic() - began:.0f} s")
    for kind in ("lost", "doubled", "broken"):
        for one in getattr(figures.verdict, kind)[:10]:
            print(f"  {kind}: {one}")
    return 0 if figures.verdict.sound else 1


if __name__ == "__main__":
    sys.exit(main())

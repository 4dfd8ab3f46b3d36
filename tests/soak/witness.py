"""What a database must still say after a misfortune: all that was acknowledged, each once, under a log that is whole."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tests.soak.life import Told, key_of

Acknowledged = Mapping[tuple[str, int], Told]
"""What clients were told, by life and number of the act."""


@dataclass
class Verdict:
    """What was found: acknowledged acts, and the faults of each kind."""

    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def add(self, other: "Verdict") -> None:
        """Add what was found elsewhere."""
        self.acknowledged += other.acknowledged
        self.lost += other.lost
        self.doubled += other.doubled
        self.broken += other.broken

    @property
    def sound(self) -> bool:
        """Whether nothing was lost, doubled or broken."""
        return not (self.lost or self.doubled or self.broken)

    def line(self) -> str:
        """What was found, as one line."""
        counted = f"{self.acknowledged:,} acts acknowledged, {len(self.lost)} lost, {len(self.doubled)} doubled"
        return f"{counted}, {len(self.broken)} otherwise broken"


def examine(tenant: UUID, acknowledged: Acknowledged) -> Verdict:
    """Compare the rows of a tenant with what clients were told; the storage was started in this process."""
    rows = _rows(tenant)
    verdict = Verdict(acknowledged=len(acknowledged))
    for (life, index), told in sorted(acknowledged.items()):
        name = key_of(life, index)
        if told.refused:
            verdict.broken.append(f"{name} was refused: {', '.join(told.refused)}")
            continue
        answer = rows["answers"].get(key_of(life, index))
        if answer is None or rows["versions"].get(told.id, 0) < told.version:
            verdict.lost.append(name)
        elif answer != f"{told.id}\n{told.version}\n{told.answer}":
            verdict.doubled.append(f"{name} has another answer now")
    verdict.doubled += _doubled(rows)
    verdict.broken += _half_written(rows)
    return verdict


def _rows(tenant: UUID) -> dict[str, Any]:
    from clausewise.ledger.leaf import read_leaf
    from clausewise.store.acting import reading_for
    from clausewise.store.models import Act, Case, DeterminationRun, IdempotencyKey, LedgerEntry, Outbox
    from clausewise.store.writing import LEDGER_ACTS

    with reading_for(tenant):
        cases = Case.objects.of(tenant).values_list("id", "version")
        entries = [read_leaf(bytes(leaf)) for leaf in LedgerEntry.objects.of(tenant).values_list("leaf", flat=True)]
        acts = list(Act.objects.of(tenant).values_list("case_id", "sequence", "kind"))
        return {
            "versions": {str(id): version for id, version in cases},
            "answers": dict(IdempotencyKey.objects.of(tenant).values_list("key", "response")),
            "acts": acts,
            "entries": Counter(str(entry.case) for entry in entries if entry and entry.act in LEDGER_ACTS.values()),
            "outbox": Counter(str(id) for id in Outbox.objects.of(tenant).values_list("case_id", flat=True)),
            "runs": set(DeterminationRun.objects.of(tenant).values_list("case_id", "sequence")),
        }


def followed_up(tenant: UUID) -> int:
    """Return how many acts of a tenant a worker has followed up: those without a line in the outbox any more."""
    rows = _rows(tenant)
    return len(rows["acts"]) - int(rows["outbox"].total())


def _doubled(rows: Mapping[str, Any]) -> Iterable[str]:
    """A life is one case: there are as many cases as there are answered submissions, and no two of one life."""
    submitted = {key: response.split("\n")[0] for key, response in rows["answers"].items() if key.endswith(" 0")}
    if len(set(submitted.values())) != len(submitted):
        yield "two lives are one case"
    yield from (f"case {id} has no answered submission" for id in rows["versions"].keys() - set(submitted.values()))


def _half_written(rows: Mapping[str, Any]) -> Iterable[str]:
    """Each case has acts from 1 to its version, an entry of the log for each, and runs for each determination.

    Lines of the outbox go when a worker has done them, so there are no more of them than acts.
    """
    acts = Counter(str(id) for id, _, _ in rows["acts"])
    for id, version in rows["versions"].items():
        if not version == acts[id] == rows["entries"][id] or rows["outbox"][id] > version:
            counted = f"{acts[id]} acts, {rows['entries'][id]} entries and {rows['outbox'][id]} lines of the outbox"
            yield f"case {id} has version {version}, but {counted}"
    yield from (f"acts of no case {id}" for id in acts.keys() - rows["versions"].keys())
    determined = {(id, sequence) for id, sequence, kind in rows["acts"] if kind == "determined"}
    yield from (f"runs without their act, or an act without runs: {place}" for place in sorted(map(str, determined ^ rows["runs"])))


def examine_log() -> list[str]:
    """What is wrong with the log over all tenants; whoever asks may see all of it."""
    from django.db import transaction

    from clausewise.ledger.verify import verify
    from clausewise.store.ledger import DatabaseLedger

    with transaction.atomic():
        ledger = DatabaseLedger()
        head = ledger.head()
        found = verify((*ledger.entries(), head)).finding
    return [] if found is None else [found.problem.message]


def examine_file() -> list[str]:
    """What SQLite itself finds wrong with its file, and what the application finds wrong with its guards and settings."""
    from django.db import connection

    from clausewise.store.check import faults

    with connection.cursor() as cursor:
        told = [row[0] for row in cursor.execute("PRAGMA integrity_check").fetchall()]
    return [one for one in told if one != "ok"] + [problem.message for problem in faults()]

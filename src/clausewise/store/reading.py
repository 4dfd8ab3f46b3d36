"""Cases as they are read: the history, what was sent, and every determination made again."""

import json
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from clausewise.compiler.shelf import CompiledLibrary
from clausewise.decide.replay import Replay
from clausewise.payer.runs import Run, replay_run
from clausewise.payer.submission import Submission, read_files
from clausewise.policy.library import Library
from clausewise.store.acting import reading_for
from clausewise.store.faults import attempt
from clausewise.store.models import Case, DeterminationRun, DocumentText, KeptLibrary
from clausewise.store.writing import acts_of, no_such_case
from clausewise.vocab.history import ActKind, CaseHistory, NotDone


@dataclass(frozen=True, slots=True)
class Replayed:
    """A run made again: the act it belongs to, and what came out."""

    sequence: int
    run: Run
    replay: Replay


def read(tenant: UUID, case: UUID) -> CaseHistory | NotDone:
    """Return a case of a tenant with all its acts."""

    def work() -> CaseHistory | NotDone:
        with reading_for(tenant):
            return _history(tenant, case)

    return attempt(work)


def _history(tenant: UUID, case: UUID) -> CaseHistory | NotDone:
    row = Case.objects.of(tenant).filter(id=case).first()
    if row is None:
        return NotDone((no_such_case(),))
    return CaseHistory(tenant, case, row.version, acts_of(tenant, case))


def sent(history: CaseHistory) -> tuple[Submission, tuple[dict[str, bytes], ...]]:
    """Return what was sent for a case at first, and the evidence that was added since, in order."""
    received, *_ = (loaded(act.content) for act in history.acts if act.kind is ActKind.RECEIVED)
    added = (loaded(act.content) for act in history.acts if act.kind is ActKind.EVIDENCE_ATTACHED)
    return Submission(read_files(received["files"]), received["folder"]), tuple(read_files(one["files"]) for one in added)


def last_answer(history: CaseHistory) -> dict[str, Any]:
    """Return the answers of the last determination as plain values; without lines where there was none."""
    found = [act.content for act in history.acts if act.kind is ActKind.DETERMINED]
    return loaded(found[-1]) if found else {"lines": []}


@dataclass(frozen=True, slots=True)
class LastDetermined:
    """A case, and of its last determination the act's number and the runs; without any the number is 0."""

    history: CaseHistory
    sequence: int
    runs: tuple[Run, ...]


def last_determined(tenant: UUID, case: UUID) -> LastDetermined | NotDone:
    """Return a case of a tenant with all its acts and the runs of its last determination; within a transaction for the tenant."""
    history = _history(tenant, case)
    if isinstance(history, NotDone):
        return history
    last = max((act.sequence for act in history.acts if act.kind is ActKind.DETERMINED), default=0)
    return LastDetermined(history, last, tuple(run for number, run in runs_of(tenant, case) if number == last))


def runs_of(tenant: UUID, case: UUID) -> tuple[tuple[int, Run], ...]:
    """Return every run of a case with the number of its act; within a transaction for the tenant."""
    rows = DeterminationRun.objects.of(tenant).filter(case=case).order_by("sequence", "id")
    return tuple((row.sequence, _run(row)) for row in rows)


def _run(row: DeterminationRun) -> Run:
    lines = tuple(int(number) for number in row.lines.split(",") if number)
    return Run(row.policy, row.clinic, lines, row.kept, row.library)


def kept_library(tenant: UUID, fingerprint: str) -> Library:
    """Return the library that was kept under a fingerprint; within a transaction for the tenant.

    Raises:
        KeptLibrary.DoesNotExist: no library of this tenant was kept under it.
        ValueError: the texts that are there are not the ones that were kept.
    """
    listing = loaded(KeptLibrary.objects.of(tenant).get(fingerprint=fingerprint).listing)
    rows = DocumentText.objects.of(tenant).filter(fingerprint__in=set(listing.values()))
    texts = {row.fingerprint: bytes(row.content) for row in rows}
    library = Library({path: texts[print] for path, print in listing.items() if print in texts})
    if library.fingerprint != fingerprint:
        raise ValueError("the kept texts of this library are not those that decided")
    return library


def replay_case(tenant: UUID, case: UUID, cache: MutableMapping[str, bytes]) -> tuple[Replayed, ...]:
    """Make every determination of a case again, by the documents of that day, and return what came out.

    Args:
        cache: where compiled policies may be kept.
    """
    with reading_for(tenant):
        runs = runs_of(tenant, case)
        libraries = {run.library: kept_library(tenant, run.library) for _, run in runs}
    compiled = {fingerprint: CompiledLibrary(library, cache) for fingerprint, library in libraries.items()}
    return tuple(Replayed(sequence, run, replay_run(run, compiled[run.library])) for sequence, run in runs)


def loaded(text: str) -> dict[str, Any]:
    """Return what an act says, from its canonical JSON."""
    found: dict[str, Any] = json.loads(text)
    return found

"""Cases in a list, the one received last first, a page at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from clausewise.payer.case_clocks import Done
from clausewise.payer.stages import Stage, stage_of
from clausewise.store.acting import reading_for
from clausewise.store.faults import attempt
from clausewise.store.models import Act, Case, DeterminationRun
from clausewise.store.reading import loaded
from clausewise.store.teams import Reach, within
from clausewise.vocab.history import ActKind, NotDone

LOOKED_AT_MAX = 500  # cases that are looked at for one page when only those of a stage are wanted
RECEIVED = 1  # the number of the act with which every case begins


@dataclass(frozen=True, slots=True)
class Listed:
    """A case in a list: where it stands, when it was received, what was done, the last answers, and what replays them."""

    case: UUID
    version: int
    stage: Stage
    received_at: datetime
    acts: tuple[Done, ...]
    answer: dict[str, Any]
    kept: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a list: the case after which it goes on."""

    received_at: datetime
    case: UUID


@dataclass(frozen=True, slots=True)
class Page:
    """Some cases, and where the list goes on; a page may be short, and still be followed by others."""

    cases: tuple[Listed, ...]
    next: Place | None


def page_of_cases(tenant: UUID, reach: Reach, stage: Stage | None, after: Place | None, size: int) -> Page | NotDone:
    """Return a page of the cases of a tenant that somebody sees, of one stage or of all."""

    def work() -> Page:
        with reading_for(tenant):
            return _page(tenant, reach, stage, after, size)

    return attempt(work)


def _page(tenant: UUID, reach: Reach, stage: Stage | None, after: Place | None, size: int) -> Page:
    found: list[Listed] = []
    looked_at = 0
    while True:
        firsts = list(islice(_received(tenant, reach, after), size))
        listed = _listed(tenant, [case for case, _ in firsts])
        for case, received_at in firsts:
            looked_at, after = looked_at + 1, Place(received_at, case)
            if stage in (None, listed[case].stage):
                found.append(listed[case])
            if len(found) == size:
                return Page(tuple(found), after)
        if len(firsts) < size:
            return Page(tuple(found), None)
        if looked_at >= LOOKED_AT_MAX:
            return Page(tuple(found), after)


def _received(tenant: UUID, reach: Reach, after: Place | None) -> Iterator[tuple[UUID, datetime]]:
    rows: QuerySet[Act] = Act.objects.of(tenant).filter(sequence=RECEIVED, case__in=within(tenant, reach))
    if after is not None:
        rows = rows.filter(Q(at__lt=after.received_at) | Q(at=after.received_at, case__lt=after.case))
    return rows.order_by("-at", "-case").values_list("case", "at").iterator(chunk_size=200)


def _listed(tenant: UUID, cases: Sequence[UUID]) -> dict[UUID, Listed]:
    acts: dict[UUID, list[Done]] = {case: [] for case in cases}
    last: dict[UUID, int] = {}
    rows = Act.objects.of(tenant).filter(case__in=cases).order_by("case", "sequence")
    for case, number, kind, at in rows.values_list("case", "sequence", "kind", "at"):
        acts[case].append(Done(ActKind(kind), at))
        if acts[case][-1].kind is ActKind.DETERMINED:
            last[case] = number
    answers, kept = _determined(tenant, last)
    versions = dict(Case.objects.of(tenant).filter(id__in=cases).values_list("id", "version"))
    return {case: _one(case, versions[case], tuple(acts[case]), answers.get(case), kept.get(case, "")) for case in cases}


def _one(case: UUID, version: int, acts: tuple[Done, ...], answer: str | None, kept: str) -> Listed:
    stage = stage_of(act.kind for act in acts)
    assert stage is not None, "only acts that are allowed are written"
    return Listed(case, version, stage, acts[0].at, acts, loaded(answer) if answer else {"lines": []}, kept)


def _determined(tenant: UUID, last: dict[UUID, int]) -> tuple[dict[UUID, str], dict[UUID, str]]:
    """Return the answers of the act of each case that determined it last, and one of the runs that replay it."""
    wanted = Q(case__in=())
    for case, number in last.items():
        wanted |= Q(case=case, sequence=number)
    answers = dict(Act.objects.of(tenant).filter(wanted).values_list("case", "content"))
    return answers, dict(DeterminationRun.objects.of(tenant).filter(wanted).values_list("case", "kept"))

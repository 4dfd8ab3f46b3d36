"""Cases in a list, the one received last first, a page at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

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
    found: list[_Standing] = []
    looked_at = 0
    more = True
    while more and len(found) < size and looked_at < LOOKED_AT_MAX:
        cases = _received(tenant, reach, after, size)
        more = len(cases) == size
        for one in _standing(tenant, cases):
            looked_at, after = looked_at + 1, Place(one.acts[0].at, one.case)
            if stage in (None, one.stage):
                found.append(one)
            if len(found) == size:
                more = True
                break
    return Page(_listed(tenant, found), after if more else None)


def _received(tenant: UUID, reach: Reach, after: Place | None, size: int) -> list[UUID]:
    """Return the next cases in the order of the list.  Each is looked up by itself: a page must not cost a walk over all."""
    seen = Exists(within(tenant, reach).filter(id=OuterRef("case")))
    rows: QuerySet[Act] = Act.objects.of(tenant).filter(seen, sequence=RECEIVED)
    if after is not None:
        rows = rows.filter(Q(at__lt=after.received_at) | Q(at=after.received_at, case__lt=after.case))
    return list(rows.order_by("-at", "-case").values_list("case", flat=True)[:size])


@dataclass(frozen=True, slots=True)
class _Standing:
    """A case as far as its acts alone tell: where it stands, and the number of the act that determined it last (0: none)."""

    case: UUID
    stage: Stage
    acts: tuple[Done, ...]
    determined: int


def _standing(tenant: UUID, cases: Sequence[UUID]) -> Iterator[_Standing]:
    """Yield where cases stand, in their order; what their acts say is not looked at."""
    acts: dict[UUID, list[Done]] = {case: [] for case in cases}
    last: dict[UUID, int] = {}
    rows = Act.objects.of(tenant).filter(case__in=cases).order_by("case", "sequence")
    for case, number, kind, at in rows.values_list("case", "sequence", "kind", "at"):
        acts[case].append(Done(ActKind(kind), at))
        if acts[case][-1].kind is ActKind.DETERMINED:
            last[case] = number
    for case, done in acts.items():
        stage = stage_of(act.kind for act in done)
        assert stage is not None, "only acts that are allowed are written"
        yield _Standing(case, stage, tuple(done), last.get(case, 0))


def _listed(tenant: UUID, found: Sequence[_Standing]) -> tuple[Listed, ...]:
    answers, kept = _determined(tenant, {one.case: one.determined for one in found if one.determined})
    versions = dict(Case.objects.of(tenant).filter(id__in=[one.case for one in found]).values_list("id", "version"))
    return tuple(
        Listed(
            case=one.case,
            version=versions[one.case],
            stage=one.stage,
            received_at=one.acts[0].at,
            acts=one.acts,
            answer=loaded(answers[one.case]) if one.determined else {"lines": []},
            kept=kept.get(one.case, ""),
        )
        for one in found
    )


def _determined(tenant: UUID, last: dict[UUID, int]) -> tuple[dict[UUID, str], dict[UUID, str]]:
    """Return the answers of the act of each case that determined it last, and one of the runs that replay it."""
    if not last:
        return {}, {}
    wanted = reduce(or_, (Q(case=case, sequence=number) for case, number in last.items()))
    answers = dict(Act.objects.of(tenant).filter(wanted).values_list("case", "content"))
    return answers, dict(DeterminationRun.objects.of(tenant).filter(wanted).values_list("case", "kept"))

"""The clocks of the cases: looked at after each act, and when something falls due; what is noticed is kept once, with its entry.

Whoever looks holds the case first, as everybody who writes to it does, so that nothing comes between.  Where the clocks stand is
copied beside the case (`CaseClock`), so that what is due is found without reading all cases.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from clausewise.ledger.commitments import Recorded
from clausewise.ledger.leaf import Act as LedgerAct
from clausewise.ledger.leaf import Entry
from clausewise.payer.case_clocks import Done, case_deadlines
from clausewise.payer.clock_book import ClockBook
from clausewise.payer.frame import Framed, framed_of, read_framed
from clausewise.payer.stages import stage_after, stage_of
from clausewise.payer.submission import Submission, canonical, with_evidence
from clausewise.payer.watch import Key, goes_to_physician, lacks_information, marks_of, next_look, owed, reason_of
from clausewise.store.acting import Acting, for_tenant, reading_for
from clausewise.store.faults import recovering
from clausewise.store.ledger import DatabaseLedger
from clausewise.store.models import Act, Case, CaseClock, DeadlineNotice
from clausewise.store.reading import last_answer, sent
from clausewise.store.writing import Deed, acts_of, asked, write_within
from clausewise.vocab.clock import Deadline, Deadlines, Mark, NoticeKind, ReviewReason
from clausewise.vocab.determination import Disposition
from clausewise.vocab.history import ActKind, CaseHistory, NotDone, Receipt

BATCH = 200
LEDGER_ACTS = {
    NoticeKind.WARNED: LedgerAct.DEADLINE_WARNED,
    NoticeKind.WAITED: LedgerAct.DEADLINE_PASSED,
    NoticeKind.PASSED: LedgerAct.DEADLINE_PASSED,
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the clocks of a case stand on: who it is to the law, and whether its last determination waits for information."""

    framed: Framed
    pends: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """A case as its clocks see it at an instant: its acts, where each clock stands, what is to be noticed now and later."""

    case: UUID
    version: int
    kinds: tuple[ActKind, ...]
    known: Known
    zone: str
    found: Deadlines
    marks: tuple[Mark, ...]
    owed: tuple[Mark, ...]


def attend(acting: Acting, book: ClockBook, case: UUID, waits: bool = True) -> bool:
    """Notice what is due about the clocks of a case, and write where they stand; within a transaction for the tenant.

    Args:
        waits: wait for somebody who writes to the case; otherwise leave it to the next look.

    Returns:
        whether the case was looked at.
    """
    row = Case.objects.of(acting.tenant).select_for_update(skip_locked=not waits).filter(id=case).first()
    if row is None:
        return False
    looked = _look(acting, book, case, row.version)
    _notice(acting, looked)
    routed = _route(acting, looked)
    _copy(acting, book, looked, row.version + routed)
    return True


def _look(acting: Acting, book: ClockBook, case: UUID, version: int) -> Looked:
    copied = CaseClock.objects.of(acting.tenant).filter(case=case, version=version).first()
    known = Known(read_framed(json.loads(copied.framed)), copied.pends) if copied else _read(acting.tenant, case, version)
    rows = Act.objects.of(acting.tenant).filter(case=case).order_by("sequence").values_list("kind", "at")
    acts = [Done(ActKind(kind), at) for kind, at in rows]
    found = case_deadlines(book, known.framed, acts, acting.now)
    name, _ = book.zone_of(known.framed.plan)
    marks = marks_of(found)
    return Looked(
        case, version, tuple(act.kind for act in acts), known, name, found, marks, owed(marks, _noticed(acting, case), found.at)
    )


def _read(tenant: UUID, case: UUID, version: int) -> Known:
    """Return what the clocks stand on from all that was sent; answers may have changed who the case is to the law."""
    history = CaseHistory(tenant, case, version, acts_of(tenant, case))
    submission, evidence = sent(history)
    whole = with_evidence(submission, evidence)
    pends = any(line["disposition"] == Disposition.PEND_INFO.value for line in last_answer(history)["lines"])
    return Known(framed_of(whole if isinstance(whole, Submission) else submission), pends)


def _noticed(acting: Acting, case: UUID) -> frozenset[Key]:
    rows = DeadlineNotice.objects.of(acting.tenant).filter(case=case).values_list("clock", "kind", "instant")
    return frozenset((clock, NoticeKind(kind), instant.astimezone(UTC)) for clock, kind, instant in rows)


# ---- what is written -------------------------------------------------------------------------------------------------


def _notice(acting: Acting, looked: Looked) -> None:
    if not looked.owed:
        return
    at, lacking = acting.now.astimezone(UTC), lacks_information(looked.kinds, looked.known.pends)
    clocks = {one.rule.name: one for one in looked.found.clocks}
    DeadlineNotice.objects.insert(
        _row(acting, looked.case, mark, clocks[mark.clock], reason_of(clocks[mark.clock], lacking)) for mark in looked.owed
    )
    entries = (Entry(LEDGER_ACTS[mark.kind], at, acting.tenant, acting.actor, looked.case) for mark in looked.owed)
    DatabaseLedger().record_all(entries)


def _row(acting: Acting, case: UUID, mark: Mark, deadline: Deadline, reason: ReviewReason | None) -> DeadlineNotice:
    said = {"clock": mark.clock, "kind": mark.kind.value, "instant": mark.instant, "due_at": deadline.due_at}
    why = reason.value if reason and mark.kind is not NoticeKind.WARNED else ""
    return DeadlineNotice(tenant_id=acting.tenant, case_id=case, at=acting.now.astimezone(UTC), reason=why, **said)


def _route(acting: Acting, looked: Looked) -> bool:
    """Send the case to a physician where a clock ran out while information is missing; tell whether that was done."""
    deadline = goes_to_physician(looked.found, looked.kinds, looked.known.pends)
    stage = stage_of(looked.kinds)
    if deadline is None or stage is None or stage_after(stage, ActKind.DEADLINE_PASSED) is None:
        return False
    assert deadline.review is not None and deadline.due_at is not None, "only a clock that ran out asks for a physician"
    deed = Deed(
        ActKind.DEADLINE_PASSED,
        {
            "clock": deadline.rule.name,
            "source": deadline.rule.source,
            "due_at": deadline.due_at.astimezone(UTC).isoformat(),
            "disposition": deadline.review.disposition.value,
            "reason": ReviewReason.LACK_OF_INFORMATION.value,
        },
        Recorded.REASON,
    )
    wanted = asked(f"deadline/{looked.case}/{looked.version}", deed.kind.value, looked.case, deed.content)
    done = NotDone(()) if isinstance(wanted, NotDone) else write_within(acting, wanted, looked.case, looked.version, (deed,), {})
    assert isinstance(done, Receipt), "the case is held, and the act is allowed"
    return True


def _copy(acting: Acting, book: ClockBook, looked: Looked, version: int) -> None:
    governing = looked.found.governing
    said = {
        "version": version,
        "framed": canonical(looked.known.framed.as_plain()),
        "pends": looked.known.pends,
        "zone": looked.zone,
        "clock": governing.rule.name if governing else "",
        "state": governing.state.value if governing else "",
        "due_at": governing.due_at if governing else None,
        "next_at": next_look(looked.marks, looked.found.at),
        "book": book.fingerprint,
    }
    if not CaseClock.objects.of(acting.tenant).filter(case=looked.case).update(**said):
        CaseClock.objects.insert((CaseClock(tenant_id=acting.tenant, case_id=looked.case, **said),))


# ---- all cases -------------------------------------------------------------------------------------------------------


def attend_after(acting: Acting, book: ClockBook, case: UUID, sequence: int) -> None:
    """Look at a case after an act, unless somebody looked since; within a transaction for the tenant."""
    since = CaseClock.objects.of(acting.tenant).filter(case=case, version__gte=sequence, book=book.fingerprint)
    if not since.exists():
        attend(acting, book, case)


def due_cases(tenant: UUID, book: ClockBook, now: datetime, passed_over: Sequence[UUID] = ()) -> tuple[UUID, ...]:
    """Return some cases that must be looked at: something falls due, or they were counted by other documents; earliest first."""
    with reading_for(tenant):
        rows = CaseClock.objects.of(tenant).exclude(case__in=passed_over)
        due = rows.filter(next_at__lte=now).order_by("next_at", "case").values_list("case_id", flat=True)[:BATCH]
        found = tuple(due)
        return found or tuple(_otherwise_counted(tenant, book, passed_over))


def _otherwise_counted(tenant: UUID, book: ClockBook, passed_over: Sequence[UUID]) -> Iterator[UUID]:
    rows = CaseClock.objects.of(tenant).exclude(case__in=passed_over)
    for less in ({"book__lt": book.fingerprint}, {"book__gt": book.fingerprint}):  # an index finds these two, and not "other than"
        yield from rows.filter(**less).values_list("case_id", flat=True)[:BATCH]


def attend_one(acting: Acting, book: ClockBook, case: UUID) -> bool:
    """Look at one case in a transaction of its own; one that somebody writes to is left to the next look."""
    with recovering(), for_tenant(acting.tenant):
        return attend(acting, book, case, waits=False)

"""The one way of writing to a case: acts, runs, log, outbox and answer in one transaction, or none of them.

The order inside is the same for everybody, so that nobody waits for somebody who waits: the key, the case (held from here on),
its rows, and last the head of the log, which all tenants share and which is held for the shortest time.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, TypeAlias
from uuid import UUID

from django.db import transaction
from django.dispatch import Signal

from clausewise.ledger.commitments import SALT_BYTES, Recorded, commit
from clausewise.ledger.leaf import Act as LedgerAct
from clausewise.ledger.leaf import Entry
from clausewise.payer.runs import Run
from clausewise.payer.stages import Stage, stage_after, stage_of
from clausewise.payer.submission import canonical
from clausewise.store.acting import Acting, for_tenant
from clausewise.store.faults import attempt
from clausewise.store.files import Filed, Unopened, keep
from clausewise.store.ledger import DatabaseLedger
from clausewise.store.models import Act, Case, DeterminationRun, DocumentText, IdempotencyKey, KeptLibrary, Opening, Outbox
from clausewise.store.teams import whose
from clausewise.vocab.history import ActKind, CaseAct, Conflict, NotDone, Receipt
from clausewise.vocab.problem import Problem

Answer: TypeAlias = Receipt | Conflict | NotDone
SCHEMA = 1
# Sent with the `deeds` once they are on disk, for whoever counts; a fault of a receiver is not a fault of the act.
acts_written = Signal()
KEY_LENGTH_MAX = 200
NAMED = {
    ActKind.EVIDENCE_ATTACHED: LedgerAct.EVIDENCE_ATTACHED,
    ActKind.EXTENDED: LedgerAct.DEADLINE_EXTENDED,
    ActKind.DEADLINE_PASSED: LedgerAct.DEADLINE_ROUTED,
}
LEDGER_ACTS = {kind: NAMED.get(kind) or LedgerAct(f"case.{kind.value}") for kind in ActKind}


@dataclass(frozen=True, slots=True)
class Deed:
    """An act to be written: what it says, as what the log vouches for it, and the runs and files that belong to it."""

    kind: ActKind
    content: Mapping[str, Any]
    vouched: Recorded | None = None
    runs: tuple[Run, ...] = ()
    files: tuple[Filed, ...] = ()

    def written(self) -> str:
        """Return what it says as canonical JSON."""
        return canonical(self.content)

    def vouched_bytes(self) -> bytes:
        """Return the bytes that a commitment stands for: what the act says, and the runs."""
        return vouched_bytes(self.written(), [run.kept for run in self.runs])

    def commitments(self) -> tuple[tuple[Recorded, bytes], ...]:
        """Return what the log vouches for, in the order of its words: what the act says, and the files as they were sent."""
        told = [(self.vouched, self.vouched_bytes())] if self.vouched else []
        prints = {str(filed.id): hashlib.sha256(filed.arrived.original).hexdigest() for filed in self.files}
        return tuple(sorted((*told, *([(Recorded.FILE, canonical(prints).encode())] if prints else []))))


def vouched_bytes(written: str, kept: Sequence[str]) -> bytes:
    """Return the canonical JSON of an act's content, which is written in that form already, and of its runs as they are kept."""
    return f'{{"content":{written},"runs":{canonical(kept)}}}'.encode()


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: the key under which it may be asked again, and the SHA-256 of what it is."""

    key: str
    body: str


def asked(key: str, what: str, case: UUID | None, content: object) -> Asked | NotDone:
    """Return what is asked for under a key, or why it cannot be: a key has 1 to 200 printable characters, a text whole ones."""
    if not key or len(key) > KEY_LENGTH_MAX or not key.isprintable():
        help = "Choose one for each act, such as a random UUID, and keep it until there is an answer."
        return NotDone((Problem("CW856", "The key is not 1 to 200 printable characters.", help=help),))
    try:
        body = canonical([what, str(case), content]).encode()
    except UnicodeEncodeError:
        help = "Send the text again; half of a character was lost on its way."
        return NotDone((Problem("CW858", "What was sent holds half a character.", help=help),))
    return Asked(key, hashlib.sha256(body).hexdigest())


def answered(acting: Acting, wanted: Asked) -> Receipt | NotDone | None:
    """Return the answer that was given under a key; None where the key is new, a problem where it asked for something else."""
    known = IdempotencyKey.objects.of(acting.tenant).filter(key=wanted.key).values("body", "response").first()
    if known is None:
        return None
    if known["body"] != wanted.body:
        help = "Take a new key for a new act. The first act stands as it was."
        return NotDone((Problem("CW852", "Something else was asked for under this key before.", help=help),))
    case, version, answer = known["response"].split("\n", 2)
    return Receipt(UUID(case), int(version), answer)


def write(acting: Acting, wanted: Asked, case: UUID, expected: int, deeds: Sequence[Deed], answer: Mapping[str, Any]) -> Answer:
    """Write acts to a case, or to a new one where `expected` is 0, and return the receipt.

    Nothing at all is written where the key is known, the case has another version than expected, or an act is not allowed.
    """
    return attempt(lambda: _in_transaction(acting, lambda: write_within(acting, wanted, case, expected, deeds, answer)))


def _in_transaction(acting: Acting, work: Callable[[], Answer]) -> Answer:
    try:
        with for_tenant(acting.tenant):
            return work()
    except Unopened as unopened:
        return NotDone((unopened.problem,))


def write_within(
    acting: Acting, wanted: Asked, case: UUID, expected: int, deeds: Sequence[Deed], answer: Mapping[str, Any]
) -> Answer:
    """Do what `write` does within a transaction for the tenant that is open already; if it fails, all of that must."""
    known = answered(acting, wanted)
    if known is not None:
        return known
    stage = _stage(acting, case, expected) if expected else Stage.NEW
    after = _after(stage, deeds) if isinstance(stage, Stage) else stage
    if not isinstance(after, Stage):
        return after
    version = expected + len(deeds)
    told = canonical({**answer, "id": str(case), "stage": after.value, "version": version})
    _count(acting, case, expected, version, whose(deeds))
    _insert(acting, case, expected, deeds)
    _remember(acting, wanted, Receipt(case, version, told))
    _vouch(acting, case, deeds)
    transaction.on_commit(lambda: acts_written.send_robust(None, deeds=deeds))
    return Receipt(case, version, told)


# ---- may it be done? -------------------------------------------------------------------------------------------------


def _stage(acting: Acting, case: UUID, expected: int) -> Stage | Conflict | NotDone:
    """Hold the case, and return where it stands; or what stands in the way."""
    row = Case.objects.of(acting.tenant).select_for_update().filter(id=case).first()
    if row is None:
        return NotDone((no_such_case(),))
    if row.version != expected:
        return Conflict(case, expected, row.version, acts_of(acting.tenant, case, expected))
    kinds = Act.objects.of(acting.tenant).filter(case=case).order_by("sequence").values_list("kind", flat=True)
    stage = stage_of(map(ActKind, kinds))
    assert stage is not None, "only acts that are allowed are written"
    return stage


def no_such_case() -> Problem:
    """Return the problem of a case that this tenant does not have; one of another tenant is told no differently."""
    return Problem("CW850", "There is no such case.", help="Look at the id; a case is only found by the tenant it belongs to.")


def _after(stage: Stage, deeds: Sequence[Deed]) -> Stage | NotDone:
    for deed in deeds:
        after = stage_after(stage, deed.kind)
        if after is None:
            done, stands = deed.kind.value.replace("_", " "), stage.value
            message = f"A case that is {stands} cannot be {done}." if deed.kind is not ActKind.EVIDENCE_ATTACHED else ""
            message = message or f"Evidence cannot be attached to a case that is {stands}."
            help = "docs/storage.md has the table of what can follow what."
            return NotDone((Problem("CW851", message, help=help),))
        stage = after
    return stage


def acts_of(tenant: UUID, case: UUID, after: int = 0) -> tuple[CaseAct, ...]:
    """Return the acts of a case that came after a version, in order."""
    rows = Act.objects.of(tenant).filter(case=case, sequence__gt=after).order_by("sequence")
    return tuple(CaseAct(row.sequence, ActKind(row.kind), row.actor, row.at, row.content, row.schema) for row in rows)


# ---- the rows --------------------------------------------------------------------------------------------------------


def _count(acting: Acting, case: UUID, expected: int, version: int, whose: Mapping[str, str | None]) -> None:
    """Write the new version, and whose the case now is; the case is held, so nobody has come between."""
    if expected:
        Case.objects.of(acting.tenant).filter(id=case).update(version=version, **whose)
    else:
        Case.objects.insert((Case(id=case, tenant_id=acting.tenant, version=version, **whose),))


def _insert(acting: Acting, case: UUID, expected: int, deeds: Sequence[Deed]) -> None:
    tenant, at = acting.tenant, acting.now.astimezone(UTC)
    place = {"tenant_id": tenant, "case_id": case}
    numbered = list(enumerate(deeds, expected + 1))
    Act.objects.insert(
        Act(**place, sequence=number, kind=deed.kind.value, actor=acting.actor, at=at, content=deed.written(), schema=SCHEMA)
        for number, deed in numbered
    )
    Outbox.objects.insert(
        Outbox(**place, sequence=number, topic=deed.kind.value, due_at=at) for number, deed in numbered
    )
    for number, deed in numbered:
        keep(acting, case, number, deed.files)
        if deed.runs:
            _keep_library(acting)
            DeterminationRun.objects.insert(_run_row(place, number, run) for run in deed.runs)


def _run_row(place: Mapping[str, Any], sequence: int, run: Run) -> DeterminationRun:
    lines = ",".join(map(str, run.lines))
    return DeterminationRun(
        **place, sequence=sequence, policy=run.policy, clinic=run.clinic, lines=lines, kept=run.kept, library=run.library
    )


def _keep_library(acting: Acting) -> None:
    """Keep the texts of all documents, unless this library was kept before."""
    library, tenant = acting.setting.library, acting.tenant
    if KeptLibrary.objects.of(tenant).filter(fingerprint=library.fingerprint).exists():
        return
    prints = {path: hashlib.sha256(content).hexdigest() for path, content in library.files.items()}
    texts = {prints[path]: content for path, content in library.files.items()}
    rows = (DocumentText(tenant_id=tenant, fingerprint=print, content=content) for print, content in sorted(texts.items()))
    DocumentText.objects.insert(rows, known=True)
    kept = KeptLibrary(tenant_id=tenant, fingerprint=library.fingerprint, listing=canonical(prints))
    KeptLibrary.objects.insert((kept,), known=True)


def _remember(acting: Acting, wanted: Asked, receipt: Receipt) -> None:
    response = f"{receipt.case}\n{receipt.version}\n{receipt.answer}"
    at = acting.now.astimezone(UTC)
    kept = IdempotencyKey(tenant_id=acting.tenant, key=wanted.key, body=wanted.body, response=response, at=at)
    IdempotencyKey.objects.insert((kept,))


def _vouch(acting: Acting, case: UUID, deeds: Sequence[Deed]) -> None:
    """Append an entry for each act to the log, with a salted commitment to what it says; a fault here undoes the act."""
    at = acting.now.astimezone(UTC)
    salted = [[(what, acting.random_bytes(SALT_BYTES), said) for what, said in deed.commitments()] for deed in deeds]
    entries = [
        Entry(LEDGER_ACTS[deed.kind], at, acting.tenant, acting.actor, case, commitments=tuple(commit(*one) for one in told))
        for deed, told in zip(deeds, salted, strict=True)
    ]
    stored = DatabaseLedger().record_all(entries)
    Opening.objects.insert(
        Opening(tenant_id=acting.tenant, entry_id=one.number, what=what.value, salt=salt)
        for one, told in zip(stored, salted, strict=True)
        for what, salt, _ in told
    )

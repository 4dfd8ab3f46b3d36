"""Files of a case: sealed under their patient's key, written with the act they came with, and every reading written down.

What was sent is kept as it came and never handed out; handed out is what was rebuilt of it.  What is known of a file from the
scanner is added line by line, and the last line counts.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import TypeVar
from uuid import UUID

from clausewise.files.custody import Arrived, Custody
from clausewise.files.keys import DERIVATIVE, KEY_BYTES, NONCE_BYTES, ORIGINAL, KeyRing, Place, sealed, unsealed, unwrapped, wrapped
from clausewise.files.keys import PatientKey as KeptKey
from clausewise.files.kinds import FileKind
from clausewise.files.scanner import Scan, scanned
from clausewise.ledger.commitments import SALT_BYTES, Recorded, commit
from clausewise.ledger.leaf import Act as LedgerAct
from clausewise.ledger.leaf import Entry
from clausewise.payer.submission import canonical
from clausewise.store.acting import Acting, for_tenant
from clausewise.store.faults import attempt
from clausewise.store.ledger import DatabaseLedger
from clausewise.store.models import FileScan, Opening, PatientKey, StoredFile
from clausewise.vocab.history import NotDone
from clausewise.vocab.problem import Problem

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, repr=False)
class Filed:
    """A file to be written with an act: its id, whose it is (an opaque id), and what arrived."""

    id: UUID
    patient: UUID
    arrived: Arrived


@dataclass(frozen=True, slots=True, repr=False)
class Handed:
    """A file as it is handed out: its kind, what was rebuilt, and what is known of it from the scanner."""

    kind: FileKind
    content: bytes
    scan: Scan


# ---- keeping ---------------------------------------------------------------------------------------------------------


def keep(acting: Acting, case: UUID, sequence: int, files: Iterable[Filed]) -> None:
    """Seal and write the files of an act, within its transaction."""
    for filed in files:
        assert isinstance(acting.files, Custody), "files are only taken in with keys"
        id, key = _key_for(acting, acting.files.keys, filed.patient)
        StoredFile.objects.insert((_row(acting, case, sequence, filed, id, key),))
        _note_scan(acting, filed.id, filed.arrived.scan)


def _key_for(acting: Acting, ring: KeyRing, patient: UUID) -> tuple[UUID, bytes]:
    """Return a patient's key with its id; make one where there is none.

    Raises:
        Unopened: the key is there and nothing of the key file unwraps it.
    """
    row = PatientKey.objects.of(acting.tenant).filter(patient=patient).first()
    if row is not None:
        return row.id, _opened(ring, row)
    id, key = acting.new_id(), acting.random_bytes(KEY_BYTES)
    _keep_key(acting, ring, patient, id, key)
    return id, key


def _keep_key(acting: Acting, ring: KeyRing, patient: UUID, id: UUID, key: bytes) -> None:
    kept = wrapped(ring, id, key)
    made = PatientKey(id=id, tenant_id=acting.tenant, patient=patient, key_version=kept.version, wrapped=kept.wrapped)
    PatientKey.objects.insert((made,))


class Unopened(Exception):
    """What is sealed cannot be opened; says so as a problem, and undoes the transaction."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def _opened(ring: KeyRing, row: PatientKey) -> bytes:
    key = unwrapped(ring, KeptKey(row.id, row.key_version, bytes(row.wrapped)))
    if key is None:
        help = "Put the line of that version back into the key file; `clausewise store migrate` never changes a line."
        raise Unopened(Problem("CW875", f"The key file does not hold key {row.key_version}, or holds another one.", help=help))
    return key


def _row(acting: Acting, case: UUID, sequence: int, filed: Filed, key_id: UUID, key: bytes) -> StoredFile:
    def seal(which: str, content: bytes) -> bytes:
        place = Place(acting.tenant, filed.patient, filed.id, which, key_id)
        return sealed(key, place, content, acting.random_bytes(NONCE_BYTES))

    arrived, rebuilt = filed.arrived, filed.arrived.rebuilt
    return StoredFile(
        id=filed.id,
        tenant_id=acting.tenant,
        case_id=case,
        sequence=sequence,
        patient=filed.patient,
        key=key_id,
        kind=arrived.kind.value,
        original=seal(ORIGINAL, arrived.original),
        derivative_kind=rebuilt.kind.value if rebuilt else "",
        derivative=seal(DERIVATIVE, rebuilt.content) if rebuilt else b"",
    )


def _note_scan(acting: Acting, file: UUID, scan: Scan) -> None:
    FileScan.objects.insert((FileScan(tenant_id=acting.tenant, file_id=file, at=acting.now.astimezone(UTC), state=scan.value),))


def scan_of(tenant: UUID, file: UUID) -> Scan:
    """Return what is known of a file from the scanner; within a transaction for the tenant."""
    return Scan(FileScan.objects.of(tenant).filter(file=file).order_by("-id").values_list("state", flat=True)[0])


# ---- handing out -----------------------------------------------------------------------------------------------------


def open_derivative(acting: Acting, file: UUID, case: UUID | None = None) -> Handed | NotDone:
    """Return what was rebuilt of a file, once it is in the log who looked; without the entry nothing is handed out.

    Args:
        case: whose file it must be; one of another case is told as one that there never was.
    """

    def work() -> Handed | NotDone:
        row = StoredFile.objects.of(acting.tenant).filter(id=file).first()
        if row is None or case not in (None, row.case_id):
            return NotDone((_no_such_file(),))
        scan = scan_of(acting.tenant, file)
        if not scan.served:
            return NotDone((_held(scan),))
        content = _content(acting, row, DERIVATIVE, bytes(row.derivative))
        _write_down(acting, LedgerAct.RECORD_VIEWED, row)
        return Handed(FileKind(row.derivative_kind), content, scan)

    return _with_keys(acting, work)


def _with_keys(acting: Acting, work: Callable[[], Answer]) -> Answer | NotDone:
    """Do a transaction that needs the keys; what cannot be opened undoes it, and is told."""
    if isinstance(acting.files, Problem):
        return NotDone((acting.files,))

    def whole() -> Answer:
        with for_tenant(acting.tenant):
            return work()

    try:
        return attempt(whole)
    except Unopened as unopened:
        return NotDone((unopened.problem,))


def _no_such_file() -> Problem:
    return Problem("CW876", "There is no such file.", help="Look at the id; a file is only found by the tenant it belongs to.")


def _held(scan: Scan) -> Problem:
    if scan is Scan.INFECTED:
        help = "It is kept as it was sent and handed out to nobody. Ask the sender for another."
        return Problem("CW879", "The scanner found this file harmful.", help=help)
    help = "`clausewise files scan` asks the scanner again; look whether it runs."
    return Problem("CW879", "The scanner was not reached, and this file waits for it.", help=help)


def _content(acting: Acting, row: StoredFile, which: str, kept: bytes) -> bytes:
    """Return what is sealed in a row.

    Raises:
        Unopened: the patient's key was destroyed, cannot be unwrapped, or the row is not what was written.
    """
    assert isinstance(acting.files, Custody), "looked at before"
    key_row = PatientKey.objects.of(acting.tenant).filter(id=row.key).first()
    if key_row is None:
        help = "It was destroyed on purpose, so that nobody can read these files any more; there is no way back."
        raise Unopened(Problem("CW877", "The key of this file was destroyed.", help=help))
    place = Place(acting.tenant, row.patient, row.id, which, row.key)
    content = unsealed(_opened(acting.files.keys, key_row), place, kept)
    if content is None:
        help = "Find out who changed the database; the file in a backup may still be whole."
        raise Unopened(Problem("CW878", "This file is not what was kept: it was changed, or put in another's place.", help=help))
    return content


def _write_down(acting: Acting, act: LedgerAct, row: StoredFile, said: str = "") -> None:
    """Append an entry about a file to the log: the case and the patient by their ids, the file under a salt."""
    salt = acting.random_bytes(SALT_BYTES)
    recorded = canonical({"file": str(row.id), "said": said}).encode()
    entry = Entry(
        act,
        acting.now.astimezone(UTC),
        acting.tenant,
        acting.actor,
        row.case_id,
        None if row.patient == row.case_id else row.patient,
        (commit(Recorded.FILE, salt, recorded),),
    )
    (stored,) = DatabaseLedger().record_all((entry,))
    opening = Opening(tenant_id=acting.tenant, entry_id=stored.number, what=Recorded.FILE.value, salt=salt)
    Opening.objects.insert((opening,))


# ---- looking again, other keys, no key -------------------------------------------------------------------------------


def waiting_files(tenant: UUID) -> tuple[UUID, ...]:
    """Return the files of a tenant that no scanner has looked at yet; within a transaction for the tenant."""
    last = {file: Scan(state) for file, state in FileScan.objects.of(tenant).order_by("id").values_list("file", "state")}
    return tuple(file for file, scan in sorted(last.items()) if scan in (Scan.NOT_SCANNED, Scan.UNREACHABLE))


def scan_again(acting: Acting, file: UUID) -> Scan | NotDone:
    """Ask the scanner about a file again, and write down what it says; while it is asked no transaction is open."""

    def fetch() -> bytes | NotDone:
        row = StoredFile.objects.of(acting.tenant).filter(id=file).first()
        return _content(acting, row, ORIGINAL, bytes(row.original)) if row else NotDone((_no_such_file(),))

    content = _with_keys(acting, fetch)
    if isinstance(content, NotDone):
        return content
    assert isinstance(acting.files, Custody), "it was opened with keys"
    scan = scanned(acting.files.scanner, content)

    def note() -> Scan:
        _note_scan(acting, file, scan)
        _write_down(acting, LedgerAct.FILE_SCANNED, StoredFile.objects.of(acting.tenant).get(id=file), scan.value)
        return scan

    return _with_keys(acting, note)


def rewrap(acting: Acting) -> int | NotDone:
    """Wrap every patient's key of a tenant by the newest key of the key file; return how many were wrapped by another."""

    def work() -> int:
        assert isinstance(acting.files, Custody), "looked at before"
        ring = acting.files.keys
        old = list(PatientKey.objects.of(acting.tenant).exclude(key_version=ring.newest).order_by("id"))
        for row in old:
            id, key = row.id, _opened(ring, row)
            row.delete()
            _keep_key(acting, ring, row.patient, id, key)
        if old:
            DatabaseLedger().record_all((Entry(LedgerAct.KEY_REPLACED, acting.now.astimezone(UTC), acting.tenant, acting.actor),))
        return len(old)

    return _with_keys(acting, work)


def destroy_key(acting: Acting, patient: UUID) -> bool | NotDone:
    """Destroy a patient's key, and with it whatever was sealed under it; return whether there was one."""

    def work() -> bool:
        gone, _ = PatientKey.objects.of(acting.tenant).filter(patient=patient).delete()
        if gone:
            at = acting.now.astimezone(UTC)
            DatabaseLedger().record_all((Entry(LedgerAct.KEY_DESTROYED, at, acting.tenant, acting.actor, subject=patient),))
        return bool(gone)

    return _with_keys(acting, work)

"""The log of this database: verified where it lies, and signed to a second place.

The storage must have been started (`start.start`), on PostgreSQL as the owner: nobody else sees the entries of all tenants.
Nothing here is imported before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Event

from django.db import connection

from clausewise.ledger.checkpoint import Checkpoint, SignedCheckpoint, SigningKey, read_checkpoints, sign
from clausewise.ledger.export import Record, Unreadable, export_lines, in_order
from clausewise.ledger.leaf import PROGRAM
from clausewise.ledger.tree import root
from clausewise.ledger.verify import Reached, Verification, verify
from clausewise.store.acting import for_tenant, reading_for
from clausewise.store.faults import attempt
from clausewise.store.ledger import DatabaseLedger
from clausewise.store.vouching import Vouched, compare
from clausewise.vocab.history import NotDone
from clausewise.vocab.problem import Problem
from clausewise.wiring.checkpoints import Beside, add_note, read_signed
from clausewise.wiring.start import now
from clausewise.wiring.stopping import until_told

SIGN_AFTER_ENTRIES, SIGN_AFTER = 1_000, timedelta(minutes=1)
BEGINNING = Reached()
LOOK_S, UNREACHED = 1.0, "CW844"


@dataclass(frozen=True, slots=True)
class Signed:
    """What a look at the log came to: how far it was sound, and the checkpoint, or None where there was nothing to sign."""

    reached: Reached
    note: SignedCheckpoint | None


def ledger_lines(origin: str) -> Iterator[str]:
    """Yield the log as the lines of its file, as they stand at one moment."""
    ledger = DatabaseLedger()
    with reading_for(PROGRAM):
        notes, _ = read_checkpoints("\n".join(ledger.checkpoints()))
        yield from export_lines(origin, ledger.entries(), notes, ledger.head_as_it_stands())


def verify_log(beside: Beside, so_far: Reached = BEGINNING, origin: str = "") -> Verification | Problem:
    """Walk the log of this database as it stands at one moment, from its first entry or from where an earlier walk ended.

    Args:
        origin: which log it is; else the one that the keys or checkpoints are of.
    """

    def work() -> Verification | NotDone:
        with reading_for(PROGRAM):
            if not _sees_all():
                return NotDone((_one_tenants_part(),))
            return verify(_records(so_far), beside.notes, beside.keys, origin or beside.origin, so_far)

    found = attempt(work)
    return found.problems[0] if isinstance(found, NotDone) else found


def compare_history() -> Vouched | Problem:
    """Compare every act of every case with what the log vouches for, as they stand at one moment."""

    def work() -> Vouched | NotDone:
        with reading_for(PROGRAM):
            return compare() if _sees_all() else NotDone((_one_tenants_part(),))

    found = attempt(work)
    return found.problems[0] if isinstance(found, NotDone) else found


def _one_tenants_part() -> Problem:
    help = "Name the owner of the tables in CLAUSEWISE_DATABASE_OWNER for this command."
    return Problem("CW869", "The database role sees one tenant's part of the log, not the whole.", help=help)


def _records(so_far: Reached) -> Iterator[Record]:
    ledger = DatabaseLedger()
    kept = list(_kept_notes(ledger, so_far.size))
    broken = next((note for note in kept if isinstance(note, Unreadable)), None)
    if broken is not None:
        yield broken
    notes = [note for note in kept if isinstance(note, SignedCheckpoint)]
    yield from in_order(ledger.entries(so_far.size), notes, ledger.head_as_it_stands(), so_far.size)


def _kept_notes(ledger: DatabaseLedger, size: int) -> Iterator[SignedCheckpoint | Unreadable]:
    """Yield the checkpoints kept beside the log, those over fewer entries than were walked left out."""
    for text in ledger.checkpoints():
        notes, _ = read_checkpoints(str(text))
        if len(notes) != 1:
            yield Unreadable(0, "a checkpoint that is kept beside the log holds no signed checkpoint")
        elif notes[0].checkpoint.size >= size:
            yield notes[0]


def _sees_all() -> bool:
    """Tell whether the entries of all tenants are shown to us."""
    if connection.vendor == "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_security_active('store_ledgerentry')")
        return not cursor.fetchone()[0]


def sign_log(key: SigningKey, output: Path, so_far: Reached = BEGINNING, when_due: bool = False) -> Signed | Verification | Problem:
    """Sign how long the log is and what its root is, into a file elsewhere and then beside the log.

    A job calls this again and again with the `reached` it got last, and then only the new entries are walked; that what lies before
    did not change since is what `audit verify` is for.

    Args:
        when_due: sign only after 1,000 new entries, or when the last checkpoint is a minute old.

    Returns:
        What was signed; nothing new is not signed again.  A log that is not whole, or parts from what the file holds, is not signed
        either: then what the walk found.
    """
    before = read_signed(output)
    if isinstance(before, Problem):
        return before
    found = verify_log(before, so_far, key.name)
    if isinstance(found, Problem) or found.finding:
        return found
    last = max((note.checkpoint for note in before.notes), key=lambda one: one.size, default=None)
    if not _is_due(last, found.reached.size, when_due):
        return Signed(found.reached, None)
    note = sign(Checkpoint(key.name, found.reached.size, root(found.reached.frontier), now()), key)
    return add_note(note, output) or _keep(note) or Signed(found.reached, note)


def follow_log(key: SigningKey, output: Path) -> Signed | Verification | Problem:
    """Sign the log each minute and after each 1,000 entries, until a signal says to stop; return what the last look came to.

    A database that cannot be reached is asked again; a log that is not whole ends it, because nothing may be signed any more.
    """
    stopped, reached = Event(), BEGINNING
    done: Signed | Verification | Problem = Signed(reached, None)
    with until_told(stopped):
        while not stopped.is_set():
            done = sign_log(key, output, reached, when_due=True)
            if isinstance(done, Verification) or (isinstance(done, Problem) and done.code != UNREACHED):
                return done
            if isinstance(done, Signed):
                reached = done.reached
            stopped.wait(LOOK_S)
    return done


def _is_due(last: Checkpoint | None, size: int, when_due: bool) -> bool:
    added = size - (last.size if last else 0)
    late = last is None or now() - last.at >= SIGN_AFTER
    return added > 0 and (not when_due or late or added >= SIGN_AFTER_ENTRIES)


def _keep(note: SignedCheckpoint) -> Problem | None:
    """Keep a checkpoint beside the log, so that an export holds it."""

    def work() -> None:
        with for_tenant(PROGRAM):
            DatabaseLedger().keep_checkpoint(note.written())

    kept = attempt(work)
    return kept.problems[0] if isinstance(kept, NotDone) else None

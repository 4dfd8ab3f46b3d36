"""The log in the database: entries as rows, and the head as the one row that whoever appends holds."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from clausewise.ledger.leaf import Entry, leaf_bytes, read_leaf
from clausewise.ledger.log import Head, Stored, appended, as_stored
from clausewise.ledger.tree import Frontier
from clausewise.store.models import Checkpoint, LedgerEntry, LedgerHead

ONLY, HASH_BYTES = 1, 32
AT_ONCE = 1_000
NO_NUMBER = 2**63
SOUND_TYPES = [{int}, {bytes}, {bytes}, {bytes}]


class DatabaseLedger:
    """The log of this database, as `ledger.port.LedgerStore` asks for it; used within a transaction."""

    def head(self) -> Head:
        """Return the head and hold it until the transaction ends; for an empty log `Head()`.

        Two that append to an empty log at once both find no head; the second insert of it then fails, and that act with it.
        """
        return _head(LedgerHead.objects.select_for_update().filter(id=ONLY).first())

    def head_as_it_stands(self) -> Head:
        """Return the head and hold nothing, for those who only read; for an empty log `Head()`."""
        return _head(LedgerHead.objects.filter(id=ONLY).first())

    def append(self, stored: Stored, head: Head) -> None:
        """Store an entry and the head after it.

        Raises:
            IntegrityError: an entry of this number is there already.
        """
        entry = read_leaf(stored.leaf)
        assert entry is not None, "a leaf is written from an entry"
        _append((stored,), (entry.tenant,), head)

    def record_all(self, entries: Iterable[Entry]) -> tuple[Stored, ...]:
        """Append entries in order, as `ledger.port.record` does one, with one look at the head; return them as stored."""
        head, kept, tenants = self.head(), [], []
        for entry in entries:
            stored, head = appended(head, leaf_bytes(entry))
            kept.append(stored)
            tenants.append(entry.tenant)
        _append(kept, tenants, head)
        return tuple(kept)

    def entries(self, start: int = 0) -> Iterator[Stored]:
        """Yield the entries from a number on, in the order of their numbers; on PostgreSQL only the owner sees them all."""
        rows = LedgerEntry._base_manager.filter(number__gte=start) if start else LedgerEntry._base_manager.all()
        for block in in_blocks(rows.order_by("number").values_list("number", "leaf", "hash", "link")):
            yield from _stored(block)

    def checkpoints(self) -> Sequence[str]:
        """Return the signed checkpoints kept beside the log, as their notes, by size."""
        return tuple(Checkpoint.objects.order_by("size", "id").values_list("note", flat=True))

    def keep_checkpoint(self, note: str) -> None:
        """Keep a signed checkpoint."""
        size = int(note.split("\n", 2)[1])
        Checkpoint(size=size, note=note).save(force_insert=True)


def in_blocks(rows: QuerySet[Any, Any]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield rows by blocks as the database's own driver gives them, not converted: for tables of millions of rows."""
    asked, values = rows.query.sql_with_params()
    with connection.chunked_cursor() as cursor:
        cursor.execute(asked, values)
        while block := cursor.fetchmany(AT_ONCE):
            yield block


def _head(row: LedgerHead | None) -> Head:
    if row is None:
        return Head()
    peaks = _bytes(row.peaks)
    cut = tuple(peaks[start : start + HASH_BYTES] for start in range(0, len(peaks), HASH_BYTES))
    return Head(Frontier(_number(row.size), cut), _bytes(row.link))


# SQLite keeps in any column whatever whoever changed the file put there.  What is no number stands nowhere, what is no bytes is
# empty, and so both are told as changed.


def _number(found: object) -> int:
    return found if isinstance(found, int) else NO_NUMBER


def _bytes(found: object) -> bytes:
    return bytes(found) if isinstance(found, bytes | memoryview) else b""


def _stored(rows: Sequence[tuple[Any, ...]]) -> Iterator[Stored]:
    """Yield rows as entries; where all are of the types that belong there, as they are."""
    if [set(map(type, column)) for column in zip(*rows, strict=True)] == SOUND_TYPES:
        return map(as_stored, rows)
    return (Stored(_number(number), *map(_bytes, parts)) for number, *parts in rows)


def _append(entries: Sequence[Stored], tenants: Sequence[UUID], head: Head) -> None:
    LedgerEntry.objects.insert(
        LedgerEntry(number=one.number, tenant_id=tenant, leaf=one.leaf, hash=one.hash, link=one.link)
        for one, tenant in zip(entries, tenants, strict=True)
    )
    now = {"size": head.frontier.size, "peaks": b"".join(head.frontier.peaks), "link": head.link}
    if not LedgerHead.objects.filter(id=ONLY, size=entries[0].number).update(**now):
        LedgerHead(id=ONLY, **now).save(force_insert=True)

"""What a store offers so that the ledger can be kept in it, and the one act of recording."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from clausewise.ledger.leaf import Entry, leaf_bytes
from clausewise.ledger.log import Head, Stored, appended


class LedgerStore(Protocol):
    """One log in some storage.  All of it belongs to the transaction of the act that is recorded; a fault undoes both."""

    def head(self) -> Head:
        """Return the head, and keep everybody else from appending until the transaction ends; for an empty log `Head()`."""

    def append(self, stored: Stored, head: Head) -> None:
        """Store an entry and the head after it.  A number that is there already is a fault, never a replacement."""

    def entries(self, start: int = 0) -> Iterator[Stored]:
        """Yield the entries from a number on, in the order in which they lie there, however wrong that may be."""

    def checkpoints(self) -> Sequence[str]:
        """Return the signed checkpoints kept beside the log, as their notes, by size."""

    def keep_checkpoint(self, note: str) -> None:
        """Keep a signed checkpoint; none is ever replaced."""


def record(store: LedgerStore, entry: Entry) -> Stored:
    """Append an entry within the transaction that is open, and return it as stored.  If this fails, the act must fail."""
    stored, head = appended(store.head(), leaf_bytes(entry))
    store.append(stored, head)
    return stored

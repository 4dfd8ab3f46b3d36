"""Recording into a store: the entry, its hashes and the head, and that a store which fails fails the act."""

from collections.abc import Iterator, Sequence

import pytest

from clausewise.ledger.leaf import leaf_bytes
from clausewise.ledger.log import Head, Stored
from clausewise.ledger.port import LedgerStore, record
from clausewise.ledger.tree import root, root_of
from clausewise.ledger.verify import verify
from tools.sample_ledger import sample_entries, sample_log


class MemoryStore:
    """The least that a store can be: lists, and no second entry under one number."""

    def __init__(self) -> None:
        self.stored: list[Stored] = []
        self.now = Head()
        self.notes: list[str] = []

    def head(self) -> Head:
        """The head after the last entry."""
        return self.now

    def append(self, stored: Stored, head: Head) -> None:
        """Keep an entry and the head after it."""
        if stored.number != len(self.stored):
            raise RuntimeError("this number is taken")
        self.stored.append(stored)
        self.now = head

    def entries(self, start: int = 0) -> Iterator[Stored]:
        """The entries from a number on."""
        return iter(self.stored[start:])

    def checkpoints(self) -> Sequence[str]:
        """The checkpoints kept."""
        return self.notes

    def keep_checkpoint(self, note: str) -> None:
        """Keep a checkpoint."""
        self.notes.append(note)


def test_what_is_recorded_verifies():
    """Entries recorded one by one make the log that verifies, with the head that the tree has."""
    store: LedgerStore = MemoryStore()
    entries = list(sample_entries(20, seed=5))
    recorded = [record(store, entry) for entry in entries]
    assert sample_log(20, seed=5).entries == tuple(recorded) == tuple(store.entries())
    assert [leaf_bytes(entry) for entry in entries] == [stored.leaf for stored in store.entries()]
    assert root_of([stored.hash for stored in recorded]) == root(store.head().frontier)
    assert verify([*store.entries(), store.head()]).finding is None


def test_a_store_that_fails_fails_the_act():
    """Where the entry cannot be stored, recording raises, so that the transaction around it ends."""
    store = MemoryStore()
    first, second = sample_entries(2, seed=5)
    record(store, first)
    store.now = Head()  # a head that somebody else had read before
    with pytest.raises(RuntimeError):
        record(store, second)
    assert 1 == len(store.stored)

"""The Merkle tree over the entries: RFC 6962, with the checks of RFC 9162.

The hash of a leaf is SHA-256(0x00 || leaf), that of a node SHA-256(0x01 || left || right); the two prefixes keep a node from
being passed off as a leaf.  The root over n leaves splits them at the largest power of two below n.  So a tree of n leaves is
a row of perfect trees, one for each bit that is set in n, the largest first; their roots are the *peaks*, and n with its
peaks is the *frontier*.

    n = 7 = 4 + 2 + 1        peak over 0..3, peak over 4..5, peak over 6

Appending a leaf merges peaks of equal size as adding one carries in binary: O(log n) at worst, one node in the middle, and
nothing but the frontier has to be kept.  The root folds the peaks from the right.

An *inclusion proof* holds the roots of the trees beside the way from a leaf to the root: with the leaf and these, anybody
computes the root.  A *consistency proof* holds what is needed to compute an older root and the newer one from the same nodes:
it shows that the older log is the beginning of the newer.  Both have at most about log2(n) hashes.

Why the proofs are computed from all leaf hashes and not from stored nodes: a million take about a second, proofs are rare,
and a stored node would be one more thing that can be wrong.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LEAF_PREFIX, NODE_PREFIX = b"\x00", b"\x01"
EMPTY_ROOT = hashlib.sha256(b"").digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """How many leaves there are, and the roots of the perfect trees they make, the largest first: 32 bytes for each set bit."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()


NO_LEAVES = Frontier()


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(LEAF_PREFIX + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over two others."""
    return hashlib.sha256(NODE_PREFIX + left + right).digest()


def extend(frontier: Frontier, hashes: Iterable[bytes]) -> Frontier:
    """Return the frontier after more leaves, given by their hashes.

    Cost: one node for each leaf on the average, as many as there are peaks at worst.
    """
    size, peaks = frontier.size, list(frontier.peaks)
    for digest in hashes:
        carried = size
        while carried & 1:
            digest = hashlib.sha256(NODE_PREFIX + peaks.pop() + digest).digest()
            carried >>= 1
        peaks.append(digest)
        size += 1
    return Frontier(size, tuple(peaks))


def root(frontier: Frontier) -> bytes:
    """Return the root of the tree, 32 bytes; that of no leaves is the hash of nothing."""
    if not frontier.peaks:
        return EMPTY_ROOT
    *others, found = frontier.peaks
    for peak in reversed(others):
        found = node_hash(peak, found)
    return found


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root over leaves given by their hashes."""
    return root(extend(NO_LEAVES, hashes))


def inclusion_proof(hashes: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Return what leads from leaf `index` to the root over all leaves, from the leaf upwards.

    Raises:
        IndexError: there is no such leaf.

    Source: RFC 6962, 2.1.1.
    """
    if not 0 <= index < len(hashes):
        raise IndexError(index)
    proof: list[bytes] = []
    start, stop = 0, len(hashes)
    while stop - start > 1:
        split = start + _split(stop - start)
        if index < split:
            proof.append(root_of(hashes[split:stop]))
            stop = split
        else:
            proof.append(root_of(hashes[start:split]))
            start = split
    return tuple(reversed(proof))


def consistency_proof(hashes: Sequence[bytes], first: int) -> tuple[bytes, ...]:
    """Return what shows that the first `first` leaves are the beginning of all; nothing for none of them, or for all.

    Raises:
        IndexError: there are not so many leaves.

    Source: RFC 6962, 2.1.2.
    """
    if not 0 <= first <= len(hashes):
        raise IndexError(first)
    if first in (0, len(hashes)):
        return ()
    proof: list[bytes] = []
    start, stop, known = 0, len(hashes), True  # known: the tree on the way is the whole older tree, whose root the asker has
    while first != stop:
        split = start + _split(stop - start)
        if first <= split:
            proof.append(root_of(hashes[split:stop]))
            stop = split
        else:
            proof.append(root_of(hashes[start:split]))
            start, known = split, False
    if not known:
        proof.append(root_of(hashes[start:stop]))
    return tuple(reversed(proof))


def _split(size: int) -> int:
    """Return the largest power of two below a size of two or more."""
    return 1 << ((size - 1).bit_length() - 1)


def included(digest: bytes, index: int, size: int, proof: Sequence[bytes], of_root: bytes) -> bool:
    """Tell whether a proof leads from the hash of leaf `index` to the root over `size` leaves.

    Source: RFC 9162, 2.1.3.2.
    """
    if not 0 <= index < size:
        return False
    way, last, found = index, size - 1, digest
    for beside in proof:
        if last == 0:
            return False
        if way & 1 or way == last:
            found = node_hash(beside, found)
            way, last = _up_to_right(way, last)
        else:
            found = node_hash(found, beside)
        way, last = way >> 1, last >> 1
    return last == 0 and found == of_root


def consistent(first: int, first_root: bytes, second: int, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether a proof shows that the log of `first` leaves is the beginning of that of `second` leaves.

    Source: RFC 9162, 2.1.4.2; a log of no leaves is the beginning of every log.
    """
    if first in (0, second):
        return not proof and first_root == (second_root if first else EMPTY_ROOT)
    if not 0 < first < second or not proof:
        return False
    nodes = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    way, last = first - 1, second - 1
    while way & 1:
        way, last = way >> 1, last >> 1
    older = newer = nodes[0]
    for beside in nodes[1:]:
        if last == 0:
            return False
        if way & 1 or way == last:
            older, newer = node_hash(beside, older), node_hash(beside, newer)
            way, last = _up_to_right(way, last)
        else:
            newer = node_hash(newer, beside)
        way, last = way >> 1, last >> 1
    return last == 0 and older == first_root and newer == second_root


def _up_to_right(way: int, last: int) -> tuple[int, int]:
    """Return both places as far up as the way has no neighbour on its right."""
    while way and not way & 1:
        way, last = way >> 1, last >> 1
    return way, last

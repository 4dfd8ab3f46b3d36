"""The tree against the definition in RFC 6962, written out again here as it stands there."""

import hashlib
from functools import cache

import pytest

from clausewise.ledger.tree import (
    NO_LEAVES,
    Frontier,
    consistency_proof,
    consistent,
    extend,
    included,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    root_of,
)

# The leaves and roots with which implementations of Certificate Transparency are tested.
VECTORS = (
    ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
    ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
    ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
    ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
    ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
    ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
    ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
    ("606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
)
SIZES = range(1, 34)
HASHES = tuple(leaf_hash(bytes([number])) for number in range(max(SIZES)))
OTHER = leaf_hash(b"other")


@cache
def defined_root(start: int, stop: int) -> bytes:
    """MTH of RFC 6962, 2.1, over the leaves from start to stop."""
    size = stop - start
    if size == 0:
        return hashlib.sha256(b"").digest()
    if size == 1:
        return HASHES[start]
    half = max(1 << bit for bit in range(size.bit_length()) if 1 << bit < size)
    return node_hash(defined_root(start, start + half), defined_root(start + half, stop))


def test_known_roots():
    """The roots of the well-known leaves come out, and that of no leaves is the hash of nothing."""
    hashes = [leaf_hash(bytes.fromhex(leaf)) for leaf, _ in VECTORS]
    assert [told for _, told in VECTORS] == [root_of(hashes[: size + 1]).hex() for size in range(len(hashes))]
    assert hashlib.sha256(b"").digest() == root(NO_LEAVES)


@pytest.mark.parametrize("size", SIZES)
def test_appending_gives_the_defined_root(size):
    """Appended one at a time, or many at once onto any beginning, the leaves give the root of the definition."""
    one_by_one = NO_LEAVES
    for digest in HASHES[:size]:
        one_by_one = extend(one_by_one, (digest,))
    assert defined_root(0, size) == root(one_by_one)
    assert size.bit_count() == len(one_by_one.peaks)
    for first in range(size):
        assert one_by_one == extend(extend(NO_LEAVES, HASHES[:first]), HASHES[first:size])


@pytest.mark.parametrize("size", SIZES)
def test_inclusion(size):
    """Every leaf is proved by at most log2(n) hashes; with anything of the proof changed, nothing is."""
    of_root = defined_root(0, size)
    for index in range(size):
        proof = inclusion_proof(HASHES[:size], index)
        assert len(proof) <= (size - 1).bit_length()
        assert included(HASHES[index], index, size, proof, of_root)
        assert not included(OTHER, index, size, proof, of_root)
        assert not included(HASHES[index], index, size, proof, OTHER)
        assert not included(HASHES[index], index, size, (*proof, OTHER), of_root)
        assert not included(HASHES[index], size, size, proof, of_root)
        for place in range(len(proof)):
            assert not included(HASHES[index], index, size, (*proof[:place], OTHER, *proof[place + 1 :]), of_root)
            assert not included(HASHES[index], index, size, (*proof[:place], *proof[place + 1 :]), of_root)
        assert not any(included(HASHES[index], other, size, proof, of_root) for other in range(size) if other != index)


@pytest.mark.parametrize("second", SIZES)
def test_consistency(second):
    """Every beginning is proved one; with a root or anything of the proof changed, it is not."""
    newer = defined_root(0, second)
    for first in range(second + 1):
        older, proof = defined_root(0, first), consistency_proof(HASHES[:second], first)
        assert consistent(first, older, second, newer, proof)
        assert not consistent(first, OTHER, second, newer, proof)
        assert not consistent(first, older, second, newer, (*proof, OTHER))
        if 0 < first:
            assert not consistent(first, older, second, OTHER, proof)
        for place in range(len(proof)):
            assert not consistent(first, older, second, newer, (*proof[:place], OTHER, *proof[place + 1 :]))
            assert not consistent(first, older, second, newer, (*proof[:place], *proof[place + 1 :]))
    assert not consistent(second + 1, newer, second, newer, ())


def test_what_is_not_there_is_not_proved():
    """An index or a size beyond the leaves is an error of the caller."""
    for index in (-1, 5):
        with pytest.raises(IndexError):
            inclusion_proof(HASHES[:5], index)
    with pytest.raises(IndexError):
        consistency_proof(HASHES[:5], 6)


def test_a_node_is_no_leaf():
    """Leaf and node of the same bytes have different hashes, so that none passes for the other."""
    left, right = HASHES[:2]
    assert node_hash(left, right) != leaf_hash(left + right)
    assert Frontier(2, (node_hash(left, right),)) == extend(NO_LEAVES, (left, right))

"""What is sealed is opened in its place, under its key, unchanged; and in no other way."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from clausewise.files.keys import DERIVATIVE, ORIGINAL, PatientKey, Place, key_ring, sealed, unsealed, unwrapped, wrapped

ONE, TWO = UUID(int=1), UUID(int=2)
PLACE = Place(ONE, ONE, ONE, ORIGINAL, ONE)
KEY, NONCE = bytes(range(32)), bytes(12)
OLD = key_ring({1: "the first secret of the key file"})
BOTH = key_ring({1: "the first secret of the key file", 2: "the second secret of the key file"})


def test_what_is_sealed_is_opened():
    """Sealed and opened in one place, a file comes out as it went in; sealed, it shows nothing of itself."""
    kept = sealed(KEY, PLACE, b"wound" * 9, NONCE)
    assert b"wound" * 9 == unsealed(KEY, PLACE, kept)
    assert b"wound" not in kept and len(kept) == 45 + 12 + 16


@pytest.mark.parametrize("part", ["tenant", "patient", "file", "key", "which"])
def test_a_sealed_file_belongs_to_its_place(part):
    """In the place of another tenant, patient, file, key, or as the other of the two, a sealed file is not opened."""
    other: Any = {part: DERIVATIVE if part == "which" else TWO}
    moved = replace(PLACE, **other)
    assert unsealed(KEY, moved, sealed(KEY, PLACE, b"wound", NONCE)) is None


def test_a_changed_file_is_not_opened():
    """Whichever byte of a sealed file is changed, and wherever it is cut off, it is not opened."""
    kept = sealed(KEY, PLACE, b"wound", NONCE)
    for place in range(len(kept)):
        assert unsealed(KEY, PLACE, kept[:place] + bytes((kept[place] ^ 1,)) + kept[place + 1 :]) is None
        assert unsealed(KEY, PLACE, kept[:place]) is None
    assert unsealed(bytes(32), PLACE, kept) is None


def test_a_nonce_of_another_length_is_refused():
    """The cipher would take other lengths; we do not."""
    with pytest.raises(ValueError, match="12 bytes"):
        sealed(KEY, PLACE, b"wound", bytes(8))


def test_a_newer_key_wraps_and_the_older_ones_unwrap():
    """The highest version wraps; what an older one wrapped is opened as long as it is there."""
    old, new = wrapped(OLD, ONE, KEY), wrapped(BOTH, ONE, KEY)
    assert (1, 2) == (old.version, new.version) and old.wrapped != new.wrapped
    assert KEY == unwrapped(BOTH, old) == unwrapped(BOTH, new) == unwrapped(OLD, old)
    assert unwrapped(OLD, new) is None


def test_a_wrong_key_unwraps_nothing():
    """Another secret under the same version, or a wrapped key that was changed, gives no key."""
    kept = wrapped(OLD, ONE, KEY)
    assert unwrapped(key_ring({1: "another secret altogether, long too"}), kept) is None
    assert unwrapped(OLD, PatientKey(ONE, 1, kept.wrapped[:-1] + bytes((kept.wrapped[-1] ^ 1,)))) is None
    assert KEY not in kept.wrapped

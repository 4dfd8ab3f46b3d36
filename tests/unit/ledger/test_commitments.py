"""Commitments open to what was recorded, and to nothing else."""

import hashlib

import pytest

from clausewise.ledger.commitments import Recorded, commit, opens

SALT, OTHER = bytes(range(32)), bytes(32)


def test_a_commitment_opens_to_what_was_recorded():
    """Salt and content together open it; another salt, another content or a part of the salt do not."""
    made = commit(Recorded.REQUEST, SALT, b'{"scar":true}')
    assert hashlib.sha256(SALT + b'{"scar":true}').digest() == made.digest
    assert opens(made, SALT, b'{"scar":true}')
    assert not opens(made, OTHER, b'{"scar":true}')
    assert not opens(made, SALT, b'{"scar":false}')
    assert not opens(made, SALT[:31], SALT[31:] + b'{"scar":true}')


def test_a_short_salt_is_refused():
    """A salt of another length would let salt and content be parted in two ways."""
    with pytest.raises(ValueError):
        commit(Recorded.REQUEST, b"short", b"{}")

"""Salted commitments: the log vouches for what was recorded without holding it.

A commitment is SHA-256(salt || recorded), the salt 32 random bytes of its own for each.  Whoever has the salt and the
recorded bytes can show that they are what the entry stands for; whoever has the entry alone learns nothing, not even by
trying all likely answers.  Where the salt is destroyed, the entry stays and tells nobody anything any more.  `recorded` is
canonical JSON, or the bytes of a file.
"""

import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum

SALT_BYTES, DIGEST_BYTES = 32, 32


class Recorded(StrEnum):
    """The closed list of what a commitment can stand for."""

    ACCOUNT = "account"
    APPEAL = "appeal"
    CONSENT = "consent"
    DECISION = "decision"
    DETERMINATION = "determination"
    DOCUMENT = "document"
    EVIDENCE = "evidence"
    FILE = "file"
    LETTER = "letter"
    PACKET = "packet"
    QUESTIONS = "questions"
    REASON = "reason"
    REQUEST = "request"
    REVIEW = "review"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Commitment:
    """What was recorded, as a word, and the 32 bytes that vouch for it."""

    what: Recorded
    digest: bytes

    def __post_init__(self) -> None:
        """Refuse anything but a word of the list and a digest."""
        if not isinstance(self.what, Recorded) or not isinstance(self.digest, bytes) or len(self.digest) != DIGEST_BYTES:
            raise ValueError("a commitment is a word of the closed list and 32 bytes")


def commit(what: Recorded, salt: bytes, recorded: bytes) -> Commitment:
    """Return the commitment to some bytes under a salt of 32 bytes, which the caller draws anew each time and keeps.

    Raises:
        ValueError: the salt has another length; then salt and content could be parted in two ways.
    """
    return Commitment(what, _digest(salt, recorded))


def opens(commitment: Commitment, salt: bytes, recorded: bytes) -> bool:
    """Tell whether a commitment stands for these bytes under this salt."""
    return len(salt) == SALT_BYTES and hmac.compare_digest(commitment.digest, _digest(salt, recorded))


def _digest(salt: bytes, recorded: bytes) -> bytes:
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt has 32 bytes")
    return hashlib.sha256(salt + recorded).digest()

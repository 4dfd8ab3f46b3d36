"""How files are sealed: AES-256-GCM under a key for each patient, and that key wrapped under one that is not in the database.

A patient's key is 32 random bytes.  Wrapped (AES key wrap, RFC 3394) it lies in the database; what unwraps it is derived (HKDF,
SHA-256) from a line of the key file, which the database has never seen.  Whoever has the one without the other has nothing.
Where a patient's key is gone, nobody reads what was sealed under it.  A sealed file is 12 random bytes and what the cipher makes;
it is bound to its place, so that none can be put in another's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

KEY_BYTES, NONCE_BYTES, TAG_BYTES = 32, 12, 16
ORIGINAL, DERIVATIVE = "original", "derivative"
PURPOSE = b"clausewise files: key that wraps the keys of patients"


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """The keys that wrap patients' keys, by version; the highest one wraps, the others only unwrap."""

    by_version: Mapping[int, bytes]

    @property
    def newest(self) -> int:
        """The version that wraps."""
        return max(self.by_version)


@dataclass(frozen=True, slots=True, repr=False)
class PatientKey:
    """A patient's key as it is kept: its id, the version of the key that wraps it, and itself wrapped."""

    id: UUID
    version: int
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed file belongs: whose it is, which file, the original or what was rebuilt of it, under which key."""

    tenant: UUID
    patient: UUID
    file: UUID
    which: str
    key: UUID

    def bound(self) -> bytes:
        """Return the place as the bytes that the cipher binds a file to."""
        return b"".join(one.bytes for one in (self.tenant, self.patient, self.file, self.key)) + self.which.encode()


def key_ring(secrets: Mapping[int, str]) -> KeyRing:
    """Return the keys of secrets, by version; there is at least one."""
    derived = {number: HKDF(SHA256(), KEY_BYTES, None, PURPOSE).derive(one.encode()) for number, one in secrets.items()}
    return KeyRing(derived)


def wrapped(ring: KeyRing, id: UUID, key: bytes) -> PatientKey:
    """Return a patient's key as it is kept, wrapped by the newest key of the ring."""
    return PatientKey(id, ring.newest, aes_key_wrap(ring.by_version[ring.newest], key))


def unwrapped(ring: KeyRing, kept: PatientKey) -> bytes | None:
    """Return a patient's key, or None where the ring has not, or no longer, what wrapped it."""
    wrapping = ring.by_version.get(kept.version)
    try:
        return aes_key_unwrap(wrapping, kept.wrapped) if wrapping else None
    except InvalidUnwrap:
        return None


def sealed(key: bytes, place: Place, content: bytes, nonce: bytes) -> bytes:
    """Return a file sealed for its place; the nonce is drawn anew for each.

    Raises:
        ValueError: the nonce has another length.
    """
    if len(nonce) != NONCE_BYTES:
        raise ValueError("a nonce has 12 bytes")
    return nonce + AESGCM(key).encrypt(nonce, content, place.bound())


def length_inside(sealed_bytes: int) -> int:
    """Return how many bytes are sealed in so many; none in none."""
    return max(0, sealed_bytes - NONCE_BYTES - TAG_BYTES)


def unsealed(key: bytes, place: Place, kept: bytes) -> bytes | None:
    """Return what was sealed, or None where it was changed, belongs to another place, or was sealed under another key."""
    try:
        return AESGCM(key).decrypt(kept[:NONCE_BYTES], kept[NONCE_BYTES:], place.bound())
    except (InvalidTag, ValueError):
        return None

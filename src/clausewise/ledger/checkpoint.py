"""Signed checkpoints: how long the log was at an instant, and what its root was, in the form others verify too.

The text is a C2SP checkpoint (https://c2sp.org/tlog-checkpoint) in a signed note (https://c2sp.org/signed-note):

    plan.example/ledger                               the origin: which log; also the name of its key
    1000                                              how many entries
    nND/nri/U0xuHUrYSy0HtMeal2vzD9V4k/BO79C+QeI=      the root, base64
    2026-03-16T10:02:11.000000Z                       the instant, an extension line

    — plan.example/ledger pJb3...                     key id (4 bytes) and Ed25519 signature, base64

A file of checkpoints holds one note after the other.  Further signature lines, as witnesses add them, are kept and not judged.
Keys are written as Go's note package writes them: `name+id+base64`, the private one behind `PRIVATE+KEY+`.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from clausewise.ledger.leaf import instant_text, read_instant
from clausewise.vocab.problem import Problem

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ED25519 = b"\x01"
PRIVATE = "PRIVATE+KEY+"
NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}(/[a-z0-9._-]{1,64}){0,4}")
NOTE = re.compile(
    r"(?P<origin>[^\n+ ]{1,400})\n(?P<size>0|[1-9][0-9]{0,15})\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"(?P<at>[0-9-]{10}T[0-9:]{8}\.[0-9]{6}Z)\n\n(?P<signatures>(?:— [^\s+]{1,400} [A-Za-z0-9+/]{8,10000}={0,2}\n){1,64})\n*"
)
SIGNATURE = re.compile(r"— (\S+) (\S+)\n")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What is signed: the log's origin, its size, its root (32 bytes), and the instant in UTC."""

    origin: str
    size: int
    root: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint as its note: what was read of it, the text that was signed, and the signatures as name and bytes."""

    checkpoint: Checkpoint
    text: str
    signatures: tuple[tuple[str, bytes], ...]

    def written(self) -> str:
        """Return the note as it stands in a file."""
        signatures = (f"— {name} {base64.b64encode(signature).decode()}\n" for name, signature in self.signatures)
        return f"{self.text}\n{''.join(signatures)}"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The key that verifies a log's checkpoints: its name, and 32 bytes of Ed25519."""

    name: str
    key: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature says whose it is."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.key).digest()[:4]

    def __str__(self) -> str:
        """Return the key as people hand it on."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519 + self.key).decode()}"


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """The key that signs: its name, and the 32 secret bytes, which `str` and `repr` do not show."""

    name: str
    seed: bytes

    @property
    def public(self) -> PublicKey:
        """The key that verifies what this one signs."""
        return PublicKey(self.name, _private(self.seed).public_key().public_bytes_raw())

    def written(self) -> str:
        """Return the secret key as its file holds it."""
        return f"{PRIVATE}{self.name}+{self.public.id.hex()}+{base64.b64encode(ED25519 + self.seed).decode()}"


def _private(seed: bytes) -> "Ed25519PrivateKey":
    # Imported when a key is used and not before: nothing else of the package needs the library.
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(seed)


def note_text(checkpoint: Checkpoint) -> str:
    """Return the text of a checkpoint, which is what is signed."""
    root = base64.b64encode(checkpoint.root).decode()
    return f"{checkpoint.origin}\n{checkpoint.size}\n{root}\n{instant_text(checkpoint.at)}\n"


def sign(checkpoint: Checkpoint, key: SigningKey) -> SignedCheckpoint:
    """Return a checkpoint as a signed note.  The same checkpoint and key give the same bytes."""
    text = note_text(checkpoint)
    signature = key.public.id + _private(key.seed).sign(text.encode())
    return SignedCheckpoint(checkpoint, text, ((key.name, signature),))


def is_signed(note: SignedCheckpoint, key: PublicKey) -> bool:
    """Tell whether a note bears a good signature of a key."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    for name, signature in note.signatures:
        if name == key.name and signature[:4] == key.id:
            try:
                Ed25519PublicKey.from_public_bytes(key.key).verify(signature[4:], note.text.encode())
            except (InvalidSignature, ValueError):
                return False
            return True
    return False


def read_checkpoints(text: str, file: str = "") -> tuple[tuple[SignedCheckpoint, ...], tuple[Problem, ...]]:
    """Return the signed checkpoints of a file, one note after the other, up to the first that is none."""
    found: list[SignedCheckpoint] = []
    place = 0
    while place < len(text):
        note = NOTE.match(text, place)
        read = _read_note(note) if note else None
        if note is None or read is None:
            return tuple(found), (_no_note(text, place, file),)
        found.append(read)
        place = note.end()
    return tuple(found), () if found else (_no_note(text, 0, file),)


def _read_note(note: re.Match[str]) -> SignedCheckpoint | None:
    try:
        root = base64.b64decode(note["root"], validate=True)
        signatures = tuple((name, base64.b64decode(told, validate=True)) for name, told in SIGNATURE.findall(note["signatures"]))
        checkpoint = Checkpoint(note["origin"], int(note["size"]), root, read_instant(note["at"]))
    except ValueError:
        return None
    text = note_text(checkpoint)
    return SignedCheckpoint(checkpoint, text, signatures) if note[0].startswith(text) else None


def _no_note(text: str, place: int, file: str) -> Problem:
    message = "Here no signed checkpoint begins." if text else "This file holds no signed checkpoint."
    help = "A checkpoint is what `clausewise audit checkpoint` writes, unchanged: four lines, an empty line, a signature."
    return Problem("CW822", message, file, text.count("\n", 0, place) + 1 if text else 0, help=help)


def read_public_key(text: str) -> PublicKey | None:
    """Return the public key a text is, or the public part of a secret one; None where it is neither."""
    signing = read_signing_key(text)
    if signing is not None:
        return signing.public
    name, raw = _parts(text)
    key = PublicKey(name, raw)
    return key if raw and str(key) == text.strip() else None


def read_signing_key(text: str) -> SigningKey | None:
    """Return the secret key a text is, or None."""
    if not text.startswith(PRIVATE):
        return None
    name, raw = _parts(text.removeprefix(PRIVATE))
    key = SigningKey(name, raw)
    return key if raw and key.written() == text.strip() else None


def _parts(text: str) -> tuple[str, bytes]:
    """Return the name and the 32 bytes of a key, or no bytes where there are none."""
    name, _, rest = text.strip().partition("+")
    try:
        raw = base64.b64decode(rest.partition("+")[2], validate=True)
    except ValueError:
        return name, b""
    sound = NAME.fullmatch(name) and len(raw) == 33 and raw[:1] == ED25519
    return name, raw[1:] if sound else b""

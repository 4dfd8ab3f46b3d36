"""Sealed files: encrypted and authenticated in chunks, so that a large one is neither held in memory nor changed unseen.

    magic                  `clausewise-sealed-1` and a line feed
    key id                 8 bytes: which key opens it
    salt                   32 random bytes
    chunks                 each 1 MiB of content and its 16 bytes of AES-256-GCM; the last may be shorter, or empty

The key of a file is HKDF-SHA256 of the key in the key file, with the salt; no two files share one.  The nonce of a chunk is its
number and whether it is the last, and the head of the file is authenticated with each (the STREAM construction): chunks
exchanged, left out, doubled or cut off, and a head of another file, do not open.  Nothing of a chunk is used before it opened.
"""

import base64
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from clausewise.vocab.problem import Problem
from clausewise.wiring.configuration import read_secret

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"clausewise-sealed-1\n"
KEY_BYTES, KEY_ID_BYTES, SALT_BYTES, TAG_BYTES, NONCE_BYTES = 32, 8, 32, 16, 12
CHUNK_BYTES = 1 << 20
HEAD_BYTES = len(MAGIC) + KEY_ID_BYTES + SALT_BYTES


class Unopened(Exception):
    """A sealed file that does not open; nothing of what follows may be used."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class Sealer:
    """Writes a sealed file: what is written is cut into chunks, and `close` writes the last."""

    def __init__(self, target: BinaryIO, key: bytes, random_bytes: Callable[[int], bytes]) -> None:
        salt = random_bytes(SALT_BYTES)
        self._target, self._head, self._number, self._waiting = target, MAGIC + key_id(key) + salt, 0, bytearray()
        self._cipher = _cipher(key, salt)
        target.write(self._head)

    def write(self, content: bytes) -> None:
        """Write some of the content."""
        self._waiting += content
        while len(self._waiting) > CHUNK_BYTES:  # one chunk stays back: it may be the last
            self._seal(bytes(self._waiting[:CHUNK_BYTES]), is_last=False)
            del self._waiting[:CHUNK_BYTES]

    def close(self) -> None:
        """Write the last chunk; without it the file does not open."""
        self._seal(bytes(self._waiting), is_last=True)

    def _seal(self, chunk: bytes, is_last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, is_last), chunk, self._head))
        self._number += 1


def opened(source: BinaryIO, key: bytes, file: str) -> Iterator[bytes]:
    """Yield the content of a sealed file, chunk by chunk; `file` is its name for whoever is told of a fault.

    Raises:
        Unopened: it is no sealed file, of another key, or not as it was written.  Every chunk yielded before is as it was written.
    """
    from cryptography.exceptions import InvalidTag

    head = source.read(HEAD_BYTES)
    if len(head) < HEAD_BYTES or not head.startswith(MAGIC):
        help = "Name a file that `clausewise backup` wrote, unchanged."
        raise Unopened(Problem("CW901", "This file is no backup.", file, help=help))
    if head[len(MAGIC) : len(MAGIC) + KEY_ID_BYTES] != key_id(key):
        help = "Name the key file that was given when the backup was made."
        raise Unopened(Problem("CW902", "This backup was made with another key.", file, help=help))
    cipher, number = _cipher(key, head[-SALT_BYTES:]), 0
    chunk = source.read(CHUNK_BYTES + TAG_BYTES)
    while True:
        following = source.read(CHUNK_BYTES + TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(number, not following), chunk, head)
        except InvalidTag:
            help = "Take another copy of this backup, or an earlier one; nothing of this one was used."
            message = f"This backup is not as it was written, from byte {HEAD_BYTES + number * (CHUNK_BYTES + TAG_BYTES)} on."
            raise Unopened(Problem("CW903", message, file, help=help)) from None
        if not following:
            return
        chunk, number = following, number + 1


def key_id(key: bytes) -> bytes:
    """Return the bytes by which a file says which key opens it; nothing of the key can be told from them."""
    return hashlib.sha256(b"clausewise key id" + key).digest()[:KEY_ID_BYTES]


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(NONCE_BYTES - 1, "big") + bytes([is_last])


def _cipher(key: bytes, salt: bytes) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt, MAGIC).derive(key))


def make_key(file: Path, random_bytes: Callable[[int], bytes]) -> Problem | None:
    """Write a new key into a file for its owner alone; return what prevents it.  A file that is there is left as it is."""
    try:
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    except FileExistsError:
        return Problem("CW904", "There is such a file already.", str(file), help="Name another; nothing is ever overwritten.")
    except OSError as fault:
        help = "Name a file in a folder that you may write to."
        return Problem("CW711", f"This file cannot be written: {fault.strerror}.", str(file), help=help)
    with os.fdopen(number, "w", encoding="ascii") as written:
        written.write(base64.b64encode(random_bytes(KEY_BYTES)).decode() + "\n")
        written.flush()
        os.fsync(written.fileno())
    return None


def read_key(file: Path) -> bytes | Problem:
    """Return the key in a file, or why it cannot be used: others can read it, or it is none."""
    secret = read_secret(file)
    if isinstance(secret, Problem):
        return secret
    try:
        key = base64.b64decode(secret, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        return Problem("CW905", "This file holds no key of backups.", str(file), help="`clausewise store key -o FILE` makes one.")
    return key

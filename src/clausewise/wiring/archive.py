"""What a backup holds, inside its seal: parts one after the other, and at the end the manifest of them.

    {"part":"database"}            a line that names the part
    blocks                         4 bytes length, and as many bytes; length 0 ends the part
    {"manifest":{...}}             a line: what was backed up, how long the log was and its root, each part's SHA-256 and length

The parts come before the manifest, because their hashes are known only when they were written.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from clausewise.vocab.problem import Problem
from clausewise.wiring.sealed import Unopened

LENGTH_BYTES = 4
LINE_BYTES_MAX = 1 << 20
FORM = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is: which kind of database by which program, when, and the log in it.

    `migrations` are the tables' states by application; `parts` are SHA-256 (hexadecimal) and length in bytes by name.
    """

    kind: str
    program: str
    made_at: str
    entries: int
    root: str
    migrations: Mapping[str, list[str]]
    parts: Mapping[str, tuple[str, int]]
    form: int = FORM


def written_part(write: Callable[[bytes], None], name: str, content: Iterable[bytes]) -> tuple[str, int]:
    """Write a part, and return its SHA-256 and its length in bytes."""
    write(json.dumps({"part": name}, separators=(",", ":")).encode() + b"\n")
    digest, length = hashlib.sha256(), 0
    for block in content:
        if block:
            write(len(block).to_bytes(LENGTH_BYTES, "big") + block)
            digest.update(block)
            length += len(block)
    write(bytes(LENGTH_BYTES))
    return digest.hexdigest(), length


def write_manifest(write: Callable[[bytes], None], manifest: Manifest) -> None:
    """Write what ends an archive."""
    write(json.dumps({"manifest": asdict(manifest)}, separators=(",", ":"), sort_keys=True).encode() + b"\n")


class Archive:
    """An archive as it is read: `parts` first, each to its end, and then the `manifest`."""

    def __init__(self, chunks: Iterator[bytes], file: str) -> None:
        self._chunks, self._file, self._held = chunks, file, b""
        self._manifest: Manifest | None = None
        self._found: dict[str, tuple[str, int]] = {}

    def parts(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Yield each part's name and content; after the last one the manifest was read, and fits them.

        Raises:
            Unopened: the archive is not whole, or not of a form that this release knows.
        """
        while True:
            line = self._line()
            if "part" not in line:
                self._manifest = self._checked(line)
                return
            name = str(line["part"])
            content = self._part(name)
            yield name, content
            for _ in content:  # what the caller left
                pass

    @property
    def manifest(self) -> Manifest:
        """What the archive says of itself; known once all parts were read."""
        assert self._manifest is not None, "the parts are read first"
        return self._manifest

    def _part(self, name: str) -> Iterator[bytes]:
        digest, length = hashlib.sha256(), 0
        while size := int.from_bytes(self._take(LENGTH_BYTES), "big"):
            block = self._take(size)
            digest.update(block)
            length += size
            yield block
        self._found[name] = digest.hexdigest(), length

    def _checked(self, line: Mapping[str, Any]) -> Manifest:
        told = line.get("manifest", {})
        if told.get("form") != FORM:
            raise self._unknown()
        parts = {name: (digest, length) for name, (digest, length) in told["parts"].items()}
        if parts != self._found or self._held or next(self._chunks, b""):
            message = "The parts of this backup are not those that its manifest names."
            help = "Take another copy of this backup, or an earlier one."
            raise Unopened(Problem("CW903", message, self._file, help=help))
        return Manifest(**{**told, "parts": parts})

    def _line(self) -> dict[str, Any]:
        while b"\n" not in self._held and len(self._held) < LINE_BYTES_MAX:
            more = next(self._chunks, b"")
            if not more:
                break
            self._held += more
        line, _, self._held = self._held.partition(b"\n")
        try:
            found = json.loads(line)
        except ValueError:
            raise self._unknown() from None
        if not isinstance(found, dict):
            raise self._unknown()
        return found

    def _take(self, size: int) -> bytes:
        while len(self._held) < size:
            more = next(self._chunks, b"")
            if not more:
                raise self._unknown()
            self._held += more
        taken, self._held = self._held[:size], self._held[size:]
        return taken

    def _unknown(self) -> Unopened:
        help = "Restore it with the release of Clausewise that made it, or a later one."
        return Unopened(Problem("CW901", "This backup has a form that this release does not know.", self._file, help=help))

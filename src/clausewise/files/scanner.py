"""The scanner for harmful files: clamd, asked over its socket by INSTREAM, and what is known of a file from it.

A scanner is optional, its absence is not silent: each file has a state that whoever sees the file sees.
"""

import socket
from dataclasses import dataclass
from enum import Enum
from urllib.parse import unquote, urlsplit

PART_BYTES, ANSWER_BYTES_MAX = 64 * 1024, 4096
SECONDS_MAX = 60.0


class Scan(Enum):
    """What is known of a file: nobody looked, a scanner found nothing or something, or it could not be asked."""

    NOT_SCANNED = "not scanned"
    CLEAN = "clean"
    INFECTED = "infected"
    UNREACHABLE = "scanner not reached"

    @property
    def served(self) -> bool:
        """Whether a file in this state is handed out."""
        return self in (Scan.NOT_SCANNED, Scan.CLEAN)


@dataclass(frozen=True, slots=True)
class Scanner:
    """Where clamd listens: a path for a socket of this machine, else host and port."""

    path: str = ""
    host: str = ""
    port: int = 0
    seconds_max: float = SECONDS_MAX


def scanner_at(address: str) -> Scanner | None:
    """Return the scanner that `unix:///path` or `tcp://host:port` names, or None where it names none."""
    try:
        parts = urlsplit(address)
        if parts.scheme == "unix" and parts.path.startswith("/") and not parts.netloc:
            return Scanner(path=unquote(parts.path))
        if parts.scheme == "tcp" and parts.hostname and parts.port and parts.path in ("", "/"):
            return Scanner(host=parts.hostname, port=parts.port)
    except ValueError:
        pass
    return None


def scanned(scanner: Scanner | None, content: bytes) -> Scan:
    """Return what a scanner says of a file.  Whatever it says besides yes and no counts as not reached."""
    if scanner is None:
        return Scan.NOT_SCANNED
    try:
        with _connected(scanner) as connection:
            answer = _asked(connection, content)
    except OSError:
        return Scan.UNREACHABLE
    if answer == b"stream: OK\0":
        return Scan.CLEAN
    return Scan.INFECTED if answer.startswith(b"stream: ") and answer.endswith(b" FOUND\0") else Scan.UNREACHABLE


def _connected(scanner: Scanner) -> socket.socket:
    if not scanner.path:
        return socket.create_connection((scanner.host, scanner.port), scanner.seconds_max)
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(scanner.seconds_max)
    try:
        connection.connect(scanner.path)
    except OSError:
        connection.close()
        raise
    return connection


def _asked(connection: socket.socket, content: bytes) -> bytes:
    """Send a file in parts, each with its length in 4 bytes, the last one empty; return the answer up to its zero byte."""
    connection.sendall(b"zINSTREAM\0")
    for start in range(0, len(content), PART_BYTES):
        part = content[start : start + PART_BYTES]
        connection.sendall(len(part).to_bytes(4, "big") + part)
    connection.sendall(bytes(4))
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < ANSWER_BYTES_MAX:
        more = connection.recv(ANSWER_BYTES_MAX)
        if not more:
            break
        answer += more
    return answer

"""A file from its arrival to its sealing: looked at by the scanner, rebuilt, and what is known of it."""

from dataclasses import dataclass

from clausewise.files.keys import KeyRing
from clausewise.files.kinds import FileKind, kind_of
from clausewise.files.outcome import BYTES_MAX, Rebuilt, Refused, problem_of
from clausewise.files.scanner import Scan, Scanner, scanned
from clausewise.files.taking import take_in
from clausewise.vocab.problem import Problem


@dataclass(frozen=True, slots=True, repr=False)
class Custody:
    """What files are kept with: the keys, and the scanner if there is one."""

    keys: KeyRing
    scanner: Scanner | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Arrived:
    """A file that can be kept: its kind and bytes, what the scanner says, and what was rebuilt, unless it is infected."""

    kind: FileKind
    original: bytes
    scan: Scan
    rebuilt: Rebuilt | None


def arrived(custody: Custody, content: bytes, name: str = "") -> Arrived | Problem:
    """Return a file ready to be kept, or why it is not taken in.

    The scanner looks first.  What it finds infected is not taken apart; it is kept, as what was sent, and never handed out.
    """
    kind = kind_of(content)
    if kind is None or len(content) > BYTES_MAX:
        return problem_of(Refused.TOO_MANY_BYTES if kind else Refused.UNKNOWN_KIND, name)
    scan = scanned(custody.scanner, content)
    if scan is Scan.INFECTED:
        return Arrived(kind, content, scan, None)
    rebuilt = take_in(content, name)
    return rebuilt if isinstance(rebuilt, Problem) else Arrived(kind, content, scan, rebuilt)

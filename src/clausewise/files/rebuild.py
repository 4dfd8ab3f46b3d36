"""The process that takes one file apart: bounds first, then the file, then the answer, then nothing more.

Started by `clausewise.files.taking`, with an empty environment; it reads standard input and writes standard output.
"""

import sys

from clausewise.files.confinement import close_the_door, confine
from clausewise.files.kinds import FileKind, kind_of
from clausewise.files.outcome import BYTES_MAX, Rebuilt, Refusal, Refused
from clausewise.files.wire import LENGTH, answer, read_asked


def main() -> None:
    """Read a file, rebuild it within bounds, and write what came of it."""
    confine()
    message = sys.stdin.buffer.read(BYTES_MAX + LENGTH + 1)
    try:
        content = read_asked(message)
        outcome = Refused.TOO_MANY_BYTES if content is None else _rebuilt(content)
        written = answer(outcome)
    except MemoryError:
        written = answer(Refused.TOO_MUCH_WORK)
    sys.stdout.buffer.write(written)
    sys.stdout.buffer.flush()


def _rebuilt(content: bytes) -> Rebuilt | Refused:
    """Rebuild by kind.  Whatever goes wrong inside a library comes of the file: it is damaged."""
    kind = kind_of(content)
    if kind is None:
        return Refused.UNKNOWN_KIND
    try:
        return _rebuilt_pdf(content) if kind is FileKind.PDF else _rebuilt_photograph(content, kind)
    except Refusal as refusal:
        return refusal.why
    except (MemoryError, RecursionError):
        raise MemoryError from None
    except Exception:
        return Refused.DAMAGED


def _rebuilt_pdf(content: bytes) -> Rebuilt:
    from clausewise.files.documents import rebuild_document

    close_the_door()
    return rebuild_document(content)


def _rebuilt_photograph(content: bytes, kind: FileKind) -> Rebuilt:
    from clausewise.files.photographs import rebuild_photograph

    close_the_door()
    return rebuild_photograph(content, kind)

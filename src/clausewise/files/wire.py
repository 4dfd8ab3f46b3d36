"""What passes between the service and the process that takes a file apart.

There: a length of 8 bytes and the file.  Back: a length of 4 bytes, that much JSON with words of closed lists and counts, a length
of 8 bytes and the new file.  What has another form is no answer: the process may have been taken over by the file.
"""

import json
from collections.abc import Mapping
from typing import Any

from clausewise.files.kinds import FileKind, kind_of
from clausewise.files.outcome import Rebuilt, Refused, Removed

HEAD, LENGTH = 4, 8
HEAD_BYTES_MAX = 4096
DERIVATIVE_BYTES_MAX = 192 * 1024 * 1024
ANSWER_BYTES_MAX = HEAD + HEAD_BYTES_MAX + LENGTH + DERIVATIVE_BYTES_MAX
COUNT_MAX = 10**9


def asked(content: bytes) -> bytes:
    """Return a file as it is sent to the process."""
    return len(content).to_bytes(LENGTH, "big") + content


def read_asked(message: bytes) -> bytes | None:
    """Return the file that was sent, or None where the message is not whole."""
    content = message[LENGTH:]
    return content if len(message) >= LENGTH and len(content) == int.from_bytes(message[:LENGTH], "big") else None


def answer(outcome: Rebuilt | Refused) -> bytes:
    """Return what comes of a file as it is sent back."""
    if isinstance(outcome, Refused):
        return _framed({"refused": outcome.value}, b"")
    removed = {what.value: count for what, count in sorted(outcome.removed.items(), key=lambda one: one[0].value) if count}
    return _framed({"kind": outcome.kind.value, "removed": removed}, outcome.content)


def _framed(head: Mapping[str, Any], content: bytes) -> bytes:
    written = json.dumps(head).encode()
    return len(written).to_bytes(HEAD, "big") + written + len(content).to_bytes(LENGTH, "big") + content


def read_answer(message: bytes) -> Rebuilt | Refused | None:
    """Return what came of a file, or None where the message is not whole, of another form, or not what it says."""
    length = int.from_bytes(message[:HEAD], "big")
    start = HEAD + length + LENGTH
    if length > HEAD_BYTES_MAX or len(message) < start:
        return None
    content = message[start:]
    if len(content) != int.from_bytes(message[start - LENGTH : start], "big"):
        return None
    try:
        return _outcome(json.loads(message[HEAD : HEAD + length]), content)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _outcome(head: Mapping[str, Any], content: bytes) -> Rebuilt | Refused | None:
    if "refused" in head:
        return Refused(head["refused"]) if not content else None
    removed = {Removed(what): count for what, count in head["removed"].items()}
    counted = all(type(count) is int and 0 < count <= COUNT_MAX for count in removed.values())
    kind = FileKind(head["kind"])
    return Rebuilt(kind, content, removed) if counted and kind_of(content) is kind else None

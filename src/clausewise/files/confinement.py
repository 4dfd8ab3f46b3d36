"""The bounds of the process that takes files apart, set by itself before it reads a byte.

They hold a file that unpacks without end and make the common ways out useless: no file, socket or program can be opened once
the last module is loaded, nothing can be written but the answer, no memory image is left.  They are no cage
for code that has taken over the process as another user of the kernel would be kept out; docs/files.md says what that means.
"""

import resource

from clausewise.files.outcome import MEMORY_MAX, SECONDS_MAX

STREAMS = 3  # standard input, output and error


def confine() -> None:
    """Bound memory, processor time, written files and memory images."""
    _bound(resource.RLIMIT_AS, MEMORY_MAX)
    _bound(resource.RLIMIT_CPU, SECONDS_MAX)
    _bound(resource.RLIMIT_FSIZE, 0)
    _bound(resource.RLIMIT_CORE, 0)


def close_the_door() -> None:
    """Let nothing more be opened: no file, no socket, no pipe to another process."""
    _bound(resource.RLIMIT_NOFILE, STREAMS)


def _bound(what: int, most: int) -> None:
    """Set a bound, or leave the tighter one that is there."""
    _, hard = resource.getrlimit(what)
    held = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (held, held))

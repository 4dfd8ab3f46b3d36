"""The command line: the only place that reads the environment, the clock and the disk."""

import contextlib
import os
import sys


def main() -> None:
    """Run the command that the arguments name, and leave with its exit status: 0, 1 (policy errors, failed expectations) or 2.

    What cannot be read, and even a fault of this program, is told in a sentence; nobody meets a traceback.  With
    CLAUSEWISE_TRACEBACK set, a fault of the program shows where it lies.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    from clausewise.cli.commands import app

    try:
        app()
    except BrokenPipeError:
        _close_quietly()
    except Exception as fault:
        if "CLAUSEWISE_TRACEBACK" in os.environ:
            raise
        from clausewise.cli.faults import told

        sys.exit(told(fault))


def _close_quietly() -> None:
    """Whoever read our output has gone: leave without a word, also when Python flushes at the end."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)

"""The command line: the only place that reads the environment, the clock and the disk."""

import os
import signal
import sys


def main() -> None:
    """Run the command that the arguments name, and leave with its exit status: 0, 1 (policy errors, failed expectations) or 2.

    What cannot be read, and even a fault of this program, is told in a sentence; nobody meets a traceback.  With
    CLAUSEWISE_TRACEBACK set, a fault of the program shows where it lies.  When whoever reads our output goes away, the process
    ends without a word, as other programs of a pipe do.
    """
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    from clausewise.cli.commands import app

    try:
        try:
            app()
        finally:
            sys.stdout.flush()  # what cannot be written any more shall be told, not passed over at the very end
    except Exception as fault:
        if "CLAUSEWISE_TRACEBACK" in os.environ:
            raise
        from clausewise.cli.faults import told

        sys.exit(told(fault))

"""Taking a file in: it is handed to a process of its own, and only what that process answers is looked at.

The process starts with an empty environment, Python's isolated mode, no folder of its own and no open file but its streams; it
bounds itself (`confinement`) before it reads.  If it dies, hangs or answers in another form, the file is refused.
"""

import sys
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from threading import Timer

from clausewise.files.kinds import kind_of
from clausewise.files.outcome import BYTES_MAX, SECONDS_MAX, Rebuilt, Refused, problem_of
from clausewise.files.wire import ANSWER_BYTES_MAX, asked, read_answer
from clausewise.vocab.problem import Problem

WALL_SECONDS_MAX = 3 * SECONDS_MAX  # the processor may be shared; a process that only waits ends here
_FOLDER = str(Path(__file__).resolve().parents[2])
_BEGIN = "import sys; sys.path.insert(0, sys.argv[1]); from clausewise.files.rebuild import main; main()"


def take_in(content: bytes, name: str = "") -> Rebuilt | Problem:
    """Return a file rebuilt from what may stay, or why it is not taken in; `name` stands in the problem and nowhere else."""
    outcome = _outcome(content)
    return problem_of(outcome, name) if isinstance(outcome, Refused) else outcome


def _outcome(content: bytes) -> Rebuilt | Refused:
    if kind_of(content) is None:
        return Refused.UNKNOWN_KIND
    if len(content) > BYTES_MAX:
        return Refused.TOO_MANY_BYTES
    answer = _answered(asked(content))
    return read_answer(answer) or Refused.TOO_MUCH_WORK


def _answered(message: bytes) -> bytes:
    """Return what the process wrote before it ended, or was ended; never more than an answer can be."""
    command = [sys.executable, "-I", "-c", _BEGIN, _FOLDER]
    with Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={}, cwd="/", start_new_session=True) as process:
        assert process.stdin is not None and process.stdout is not None
        timer = Timer(WALL_SECONDS_MAX, process.kill)
        timer.start()
        try:
            _send(process, message)
            return process.stdout.read(ANSWER_BYTES_MAX + 1)
        finally:
            process.kill()
            timer.cancel()


def _send(process: Popen[bytes], message: bytes) -> None:
    """Send all of it; a process that ends before it has read everything has its reasons in its answer, if it gave one."""
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        try:
            process.stdin.write(message)
        finally:
            process.stdin.close()

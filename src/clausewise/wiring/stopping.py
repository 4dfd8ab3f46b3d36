"""How a process that goes on and on is told to stop."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType


@contextmanager
def until_told(stopped: Event) -> Iterator[None]:
    """Let SIGTERM and SIGINT end the work after what is under way; a second one ends the process as usual."""

    def told(number: int, _: FrameType | None) -> None:
        stopped.set()
        signal.signal(number, before[signal.Signals(number)])

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number in before:
        signal.signal(number, told)
    try:
        yield
    finally:
        for number, usual in before.items():
            signal.signal(number, usual)

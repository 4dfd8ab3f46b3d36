"""A process that runs beside another one: started anew when it dies, told to stop when the other ends, gone when that is killed."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from threading import Event, Thread

from clausewise.wiring.logs import log
from clausewise.wiring.start import elapsed_seconds

STOP_SECONDS = 30
LOOK_SECONDS = 0.2
# How long it is left dead: at once longer each time, until it has lived for a while.
PAUSE_MIN_S, PAUSE_MAX_S, LIVED_S = 1.0, 60.0, 60.0


@contextmanager
def kept_running(work: Callable[[], None]) -> Iterator[None]:
    """Keep a process running that does `work`, a function of a module, for as long as what is inside takes.

    At the end it is told to stop by SIGTERM, and killed when it has not stopped after half a minute.
    """
    ended = Event()
    keeper = Thread(target=_keep, args=(work, ended))
    keeper.start()
    try:
        yield
    finally:
        ended.set()
        keeper.join()


def _keep(work: Callable[[], None], ended: Event) -> None:
    pause = PAUSE_MIN_S
    while not ended.is_set():
        began = elapsed_seconds()
        process = multiprocessing.get_context("spawn").Process(target=work)
        process.start()
        while process.is_alive() and not ended.wait(LOOK_SECONDS):
            pass
        if ended.is_set():
            _stop(process)
            return
        lived = elapsed_seconds() - began
        pause = PAUSE_MIN_S if lived > LIVED_S else min(2 * pause, PAUSE_MAX_S)
        log("worker.died", "error", seconds=lived)
        ended.wait(pause)


def _stop(process: SpawnProcess) -> None:
    process.terminate()
    process.join(STOP_SECONDS)
    if process.is_alive():
        process.kill()
        process.join()


def obey_parent() -> None:
    """Let this process hear only the one that made it: SIGTERM comes from it, or from here when it is gone; call this first.

    Ctrl+C reaches all processes of a terminal, and the first of them tells the others: told twice, a web worker would not end.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        Thread(target=_outlive, args=(parent.sentinel,), daemon=True).start()


def _outlive(sentinel: int) -> None:
    wait([sentinel])
    os.kill(os.getpid(), signal.SIGTERM)

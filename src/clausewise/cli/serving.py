"""`clausewise serve`: the application under a web server, in processes of its own."""

import multiprocessing
import os
import shutil
import time
from contextlib import nullcontext
from pathlib import Path

from clausewise.cli.terminal import print_lines, print_problems
from clausewise.cli.working import work_beside
from clausewise.vocab.problem import Problem
from clausewise.wiring import start
from clausewise.wiring.configuration import Configuration, configure

EXIT_UNREADABLE = 2
# A worker answers this many at once and lets as many wait; whoever comes then waits in the socket's queue, not in our memory.
THREADS, WAITING, BACKLOG = 4, 64, 256
STOP_SECONDS = 30
FIGURES = "figures"


def serve(host: str, port: int, workers: int, demonstration: Path | None, with_worker: bool = True) -> int:
    """Serve until somebody stops it; return the exit status: 0 stopped, 2 not started.

    With a worker of its own beside it, which does what cases leave to be done and watches deadlines.
    What is under way when it is stopped is answered first, for at most half a minute.
    """
    if demonstration is not None:
        os.environ.update(start.demonstration_settings(demonstration))
    configuration, problems = configure(os.environ)
    problems = problems or (start.migrate(os.environ) if demonstration is not None else _unready(configuration))
    said = _set_up() if demonstration is not None and not problems else ""
    problems = (said,) if isinstance(said, Problem) else problems
    if configuration is None or problems:
        print_problems(problems)
        return EXIT_UNREADABLE
    from clausewise.wiring.beside import kept_running
    from clausewise.wiring.logs import configure_logs, log

    os.umask(0o077)  # whatever is made from here on is ours alone
    _share_figures(configuration.data / FIGURES)
    operation = configuration.operation
    print_lines((f"Clausewise is served at {'https' if operation.tls else 'http'}://{host}:{port}/ (stop it with Ctrl+C).{said}",))
    configure_logs()
    began = time.monotonic()
    log("server.started", port=port, workers=workers)
    with kept_running(work_beside) if with_worker else nullcontext():
        status = _serve(host, port, workers, operation.tls)
    log("server.stopped", seconds=time.monotonic() - began)
    return status


def _serve(host: str, port: int, workers: int, tls: tuple[Path, Path] | None) -> int:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from clausewise.wiring.logs import server_logging

    # New processes and no forks of this one, which has had the database open, perhaps as its owner.
    multiprocessing.set_start_method("spawn", force=True)
    certificate, key = tls or (None, None)
    server = Granian(
        "clausewise.wiring.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        backpressure=WAITING,
        backlog=BACKLOG,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_dictconfig=server_logging(),
        log_level=LogLevels.warning,
        log_access=False,
        ssl_cert=certificate,
        ssl_key=key,
    )
    try:
        server.serve()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else EXIT_UNREADABLE
    return 0


def _unready(configuration: Configuration | None) -> tuple[Problem, ...]:
    """Return what keeps us from serving.  The first time an SQLite file is made; an upgrade is a command of its own."""
    if configuration is None:
        return ()
    file = configuration.database.path
    if file is not None and not file.exists():
        return start.migrate(os.environ)
    problems = start.start(os.environ)
    if problems:
        return problems
    from clausewise.wiring.storing import found_faults

    return found_faults()


def _share_figures(folder: Path) -> None:
    """Give the workers an empty folder in which they share what they count, and name it where the library looks."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def _set_up() -> str | Problem:
    """Return how to sign in to the demonstration."""
    from clausewise.wiring import demonstration

    made = demonstration.set_up()
    if isinstance(made, Problem):
        return made
    return f" Sign in as {made.account} with the password {made.password}: {made.cases} invented cases are there."

"""`clausewise serve`: the application under a web server."""

import os
from pathlib import Path

from clausewise.cli.terminal import print_lines, print_problems
from clausewise.vocab.problem import Problem
from clausewise.wiring import start

EXIT_UNREADABLE = 2


def serve(host: str, port: int, workers: int, demonstration: Path | None) -> int:
    """Serve until somebody stops it; return the exit status: 0 stopped, 2 not started."""
    if demonstration is not None:
        os.environ.update(start.demonstration_settings(demonstration))
    problems = start.migrate(os.environ)
    said = _set_up() if demonstration is not None and not problems else ""
    problems = (said,) if isinstance(said, Problem) else problems
    if problems:
        print_problems(problems)
        return EXIT_UNREADABLE
    from granian import Granian
    from granian.constants import Interfaces

    print_lines((f"Clausewise is served at http://{host}:{port}/ (stop it with Ctrl+C).{said}",))
    Granian("clausewise.wiring.wsgi:application", address=host, port=port, interface=Interfaces.WSGI, workers=workers).serve()
    return 0


def _set_up() -> str | Problem:
    """Return how to sign in to the demonstration."""
    from clausewise.wiring import demonstration

    made = demonstration.set_up()
    if isinstance(made, Problem):
        return made
    return f" Sign in as {made.account} with the password {made.password}: {made.cases} invented cases are there."

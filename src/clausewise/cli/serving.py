"""`clausewise serve`: the application under a web server."""

import os

from clausewise.cli.terminal import print_lines, print_problems
from clausewise.wiring import start

EXIT_UNREADABLE = 2


def serve(host: str, port: int, workers: int) -> int:
    """Serve until somebody stops it; return the exit status: 0 stopped, 2 not started."""
    problems = start.migrate(os.environ)
    if problems:
        print_problems(problems)
        return EXIT_UNREADABLE
    from granian import Granian
    from granian.constants import Interfaces

    print_lines((f"Clausewise is served at http://{host}:{port}/ (stop it with Ctrl+C).",))
    Granian("clausewise.wiring.wsgi:application", address=host, port=port, interface=Interfaces.WSGI, workers=workers).serve()
    return 0

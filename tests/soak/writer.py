"""Lives of cases in one process, one after the other, for whoever watches its system calls or makes them fail.

`python -m tests.soak.writer FOLDER TENANT LIVES SYNCHRONOUS`: what is acknowledged is written to `acknowledged.jsonl` in FOLDER.
"""

import os
import sys
from pathlib import Path
from uuid import UUID

from clausewise.wiring import start
from clausewise.wiring.setting import open_setting
from tests.soak import places
from tests.soak.life import Here, live
from tests.soak.targets import Book
from tests.unit.store import databases


def main(folder: str, tenant: str, lives: str, synchronous: str) -> None:
    """Live, and close the database once after the first life, so that a checkpoint, an end and a beginning are seen too."""
    problems = start.start(os.environ)
    assert not problems, problems
    use_synchronous(synchronous)
    here, book = Here(UUID(tenant), open_setting(cache=False)), Book(Path(folder) / "acknowledged.jsonl")
    for number in range(int(lives)):
        live(here, str(number), book.write)
        if number == 0:
            places.leave()
    places.leave()


def use_synchronous(wanted: str) -> None:
    """Let SQLite promise less than it must, to see that this is noticed."""
    from django.db import connections

    usual = connections.settings["default"]
    options = usual["OPTIONS"]
    changed = options["init_command"].replace("synchronous=FULL", f"synchronous={wanted}")
    databases.use({**usual, "OPTIONS": {**options, "init_command": changed}})


if __name__ == "__main__":
    main(*sys.argv[1:])

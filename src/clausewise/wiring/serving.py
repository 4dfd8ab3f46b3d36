"""What the served application stands on: the documents, opened once in a process, and runs made again by those of their day."""

from functools import cache, lru_cache
from uuid import UUID

from clausewise.compiler.shelf import CompiledLibrary
from clausewise.payer.case_clocks import ClockBook, clock_book
from clausewise.payer.runs import Remade, Run, remake_run
from clausewise.policy.read import read_bytes
from clausewise.store.acting import reading_for
from clausewise.store.reading import kept_library
from clausewise.wiring.setting import Setting, open_setting

LIBRARIES_MAX = 4  # of former days, kept compiled
CLOCKS_HEADING = b"## clocks"


@cache
def documents() -> Setting:
    """Return the documents that decide here; a changed document decides from the next start on."""
    return open_setting()


@cache
def clocks() -> ClockBook:
    """Return what the documents say of clocks."""
    shelves = [shelf for shelf in documents().library.shelves() if CLOCKS_HEADING in shelf.content.lower()]
    return clock_book(read_bytes(shelf.content, shelf.path)[0] for shelf in shelves)


def remade(tenant: UUID, run: Run) -> Remade:
    """Make a run of a tenant's case again, by the documents that decided it."""
    return remake_run(run, _compiled(tenant, run.library))


def _compiled(tenant: UUID, fingerprint: str) -> CompiledLibrary:
    now = documents()
    return now.compiled if fingerprint == now.library.fingerprint else _former(tenant, fingerprint)


@lru_cache(LIBRARIES_MAX)
def _former(tenant: UUID, fingerprint: str) -> CompiledLibrary:
    with reading_for(tenant):
        library = kept_library(tenant, fingerprint)
    return CompiledLibrary(library)

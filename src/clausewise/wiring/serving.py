"""What the served application stands on: the documents, opened once in a process, and runs made again by those of their day."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache, lru_cache
from uuid import UUID

from clausewise.compiler.shelf import CompiledLibrary
from clausewise.payer.case_clocks import Done, case_deadlines, without_zone
from clausewise.payer.clock_book import ClockBook, clock_book
from clausewise.payer.frame import Framed
from clausewise.payer.runs import Remade, Run, remake_run
from clausewise.store.acting import reading_for
from clausewise.store.reading import kept_library
from clausewise.vocab.clock import Deadlines
from clausewise.vocab.problem import Problem
from clausewise.wiring.setting import Setting, open_setting

LIBRARIES_MAX = 4  # of former days, kept compiled


@cache
def documents() -> Setting:
    """Return the documents that decide here; a changed document decides from the next start on."""
    return open_setting()


@cache
def clocks() -> ClockBook | tuple[Problem, ...]:
    """Return what the documents say of clocks, or why it cannot be trusted."""
    return clock_book(documents())


def clocks_of(framed: Framed, acts: Sequence[Done], now: datetime) -> Deadlines | Problem:
    """Return where the clocks of a case stand, or the problem that keeps them from being told."""
    book = clocks()
    if not isinstance(book, ClockBook):
        return book[0]
    return without_zone(book, framed) or case_deadlines(book, framed, acts, now)


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

"""All clocks of a library in one place: rules, holidays, and by which wall clock each plan counts."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from clausewise.payer.wall_time import zone_named
from clausewise.policy.library import Library
from clausewise.policy.read import read_bytes
from clausewise.vocab.clock import ClockRule, Holiday
from clausewise.vocab.document import PolicyDocument
from clausewise.vocab.problem import Problem, has_errors

HEADING = b"## clocks"
UNIVERSAL = "UTC"


class Shelved(Protocol):
    """What the clocks are looked for in."""

    @property
    def library(self) -> Library:
        """The documents."""

    def path_of(self, file: str) -> str:
        """Return where a document lies, as a message names it."""


@dataclass(frozen=True, slots=True)
class ClockBook:
    """The clocks of a library; `fingerprint` is the SHA-256 of the documents that hold them."""

    rules: tuple[ClockRule, ...]
    holidays: tuple[Holiday, ...]
    zones: Mapping[str, str]
    fingerprint: str

    def zone_of(self, plan: str) -> tuple[str, ZoneInfo]:
        """Return the time zone of a plan with its name; without a name and Universal Time where no document gives it."""
        named = self.zones.get(plan, "")
        zone = zone_named(named) if named else None
        return (named, zone) if zone else ("", zone_named(UNIVERSAL) or ZoneInfo(UNIVERSAL))


def clock_documents(setting: Shelved) -> tuple[tuple[PolicyDocument, ...], tuple[Problem, ...]]:
    """Return every document that has a Clocks table, and what is wrong with them: then no clock can be trusted."""
    read = [read_bytes(content, setting.path_of(path)) for path, content in _shelved(setting)]
    documents = tuple(document for document, _ in read if document.clocks)
    if not documents:
        help = "Add a document with a table `## Clocks`; docs/clocks.md tells what it holds."
        return (), (Problem("CW718", "No document of this library holds clocks.", help=help),)
    return documents, tuple(problem for _, problems in read for problem in problems)


def clock_book(setting: Shelved) -> ClockBook | tuple[Problem, ...]:
    """Return the clocks of a library, or why they cannot be trusted."""
    documents, problems = clock_documents(setting)
    if has_errors(problems) or not documents:
        return problems
    print = hashlib.sha256(b"".join(hashlib.sha256(content).digest() for _, content in _shelved(setting))).hexdigest()
    return ClockBook(
        tuple(rule for document in documents for rule in document.clocks),
        tuple(holiday for document in documents for holiday in document.holidays),
        {row.plan: row.zone for document in documents for row in document.zones},
        print,
    )


def _shelved(setting: Shelved) -> Iterator[tuple[str, bytes]]:
    shelves = (shelf for shelf in setting.library.shelves() if HEADING in shelf.content.lower())
    yield from sorted((shelf.path, shelf.content) for shelf in shelves)

"""What stands in quotes below the outline: readings of a clause, definitions of words, notes for people."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from clausewise.policy.frame import read_day
from clausewise.policy.outline import Branch, branches_of, criterion_of, read_parts
from clausewise.policy.prose import read_sentence
from clausewise.policy.source import Blocks, Line, Page, blocks_of, is_marked, tidy
from clausewise.vocab.criterion import Criterion
from clausewise.vocab.document import Definition, Note, Ratification, Reading

_OPENING = re.compile(r"\*\*(Readings of|Definition of|Note on)\s+([^*]+)\*\*\s*:?")
_READING = re.compile(
    r"\*(?P<name>[^*]+)\*"
    r"(?:,\s*not ratified|,\s*ratified by (?P<by>[^:]+?) on (?P<on>[^\s:,]+)(?P<own>,\s*provisional)?)?\s*:"
)
_NAME = re.compile(r"[a-z]\w*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Quotes:
    """All that the quotes of a document say, in its order."""

    readings: tuple[Reading, ...] = ()
    definitions: tuple[Definition, ...] = ()
    notes: tuple[Note, ...] = ()


class Opening(NamedTuple):
    """The words that open a quote, the name behind them, and the lines from there to the next opening."""

    words: str
    name: str
    lines: tuple[Line, ...]


class _Entry(NamedTuple):
    opening: str
    name: str
    at: Line
    blocks: Blocks


def read_quotes(quotes: Iterable[Sequence[Line]], page: Page) -> Quotes:
    """Read the quotes of a document whose outline has been read, so that its clauses are known."""
    entries = [entry for quote in quotes for entry in _entries(quote, page)]
    clauses = tuple(page.seen)
    readings, definitions, notes = (
        [entry for entry in entries if entry.opening == opening]
        for opening in ("Readings of", "Definition of", "Note on")
    )
    return Quotes(
        readings=tuple(reading for entry in readings for reading in _readings(entry, clauses, page)),
        definitions=_without_duplicates([_definition(entry, page) for entry in definitions], page),
        notes=tuple(Note(entry.name, _prose(entry), entry.at.number) for entry in notes),
    )


def openings_of(quote: Sequence[Line]) -> list[Opening]:
    """Part a quote where a new opening stands; a quote without one is a remark."""
    found = [(at, opening) for at, line in enumerate(quote) if (opening := _OPENING.match(line.text.strip()))]
    ends = [*(at for at, _ in found[1:]), len(quote)]
    return [Opening(one[1], one[2].strip(), tuple(quote[at:end])) for (at, one), end in zip(found, ends, strict=False)]


def _entries(quote: Sequence[Line], page: Page) -> list[_Entry]:
    openings = openings_of(quote)
    before = quote[: len(quote) - sum(len(opening.lines) for opening in openings)]
    if is_marked(before):
        page.mark("CW153", before[0].part(0))
    return [_entry(opening) for opening in openings]


def _entry(opening: Opening) -> _Entry:
    first = opening.lines[0].part(0)
    found = _OPENING.match(first.text)
    assert found is not None  # this is what the entry was found by
    return _Entry(opening.words, opening.name, first, blocks_of([first.part(found.end()), *opening.lines[1:]]))


def _prose(entry: _Entry) -> str:
    lines = sorted(chain.from_iterable(entry.blocks.paragraphs + entry.blocks.items))
    return " ".join(" ".join(line.text for line in lines).split())


# ---- readings ----


def _readings(entry: _Entry, clauses: tuple[str, ...], page: Page) -> tuple[Reading, ...]:
    if entry.name not in clauses:
        page.mark("CW152", entry.at, entry.name)
    for paragraph in filter(is_marked, entry.blocks.paragraphs):
        page.mark("CW137", paragraph[0].part(0), entry.name)
    why = tidy(*(line.text for line in chain.from_iterable(entry.blocks.paragraphs)))
    branches = branches_of(entry.blocks.items, page)
    readings = tuple(reading for branch in branches for reading in _reading(branch, entry.name, why, page))
    _check_readings(readings, entry, page)
    return readings


def _reading(branch: Branch, clause: str, why: str, page: Page) -> list[Reading]:
    first, *others = branch.lines
    found = _READING.match(first.text)
    if found is None:
        page.mark("CW157", first, clause)
        return []
    ratified = Ratification(found["by"], found["on"], bool(found["own"])) if found["by"] else None
    if ratified:
        read_day(first.part(*found.span("on")), page, clause)
    body = first.part(found.end())
    criterion = None if body.text.rstrip(".") == "as above" else _own(branch, (body, *others), clause, page)
    return [Reading(clause, found["name"].strip(), criterion, ratified, why, first.number)]


def _own(branch: Branch, lines: Sequence[Line], clause: str, page: Page) -> Criterion:
    """Read a criterion that stands in a quote; its parts may repeat the numbers of the outline."""
    apart = page.apart()
    return criterion_of(read_sentence(lines, clause, apart), read_parts(branch, clause, apart), clause, apart)


def _check_readings(readings: Sequence[Reading], entry: _Entry, page: Page) -> None:
    names = [reading.name for reading in readings]
    for at, reading in enumerate(readings):
        if reading.name in names[:at]:
            page.mark("CW155", Line(reading.line, 1, ""), entry.name, name=reading.name)
    if sum(reading.ratified is not None for reading in readings) > 1:
        page.mark("CW150", entry.at, entry.name)
    if not any(reading.criterion is not None for reading in readings):
        page.mark("CW151", entry.at, entry.name)


# ---- definitions ----


def _definition(entry: _Entry, page: Page) -> Definition:
    """Read a definition: with a test or a group it is a named fact, else a gloss."""
    lines = [line for block in entry.blocks.paragraphs for line in block]
    branches = branches_of(entry.blocks.items, page)
    if not is_marked(lines) and not branches:
        return Definition(entry.name, _prose(entry), None, page.file, entry.at.number)
    if not _NAME.fullmatch(entry.name):
        page.mark("CW156", entry.at, name=entry.name)
    apart = page.apart()
    whole = Branch(tuple(lines) or (entry.at._replace(text=""),), branches)
    sentence = read_sentence(whole.lines, entry.name, apart)
    criterion = criterion_of(sentence, read_parts(whole, entry.name, apart), entry.name, apart)
    return Definition(entry.name, sentence.prose, criterion, page.file, entry.at.number)


def _without_duplicates(definitions: Iterable[Definition], page: Page) -> tuple[Definition, ...]:
    first: dict[str, Definition] = {}
    for definition in definitions:
        if first.setdefault(definition.name, definition) is not definition:
            page.mark("CW154", Line(definition.line, 1, ""), name=definition.name)
    return tuple(first.values())

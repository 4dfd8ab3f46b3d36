"""Where in a text its clauses, quotes and tables stand, line by line: what an amendment takes hold of.

Nothing is read for its meaning here; the numbers are found by the outline reader, so that both agree on what a clause is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from clausewise.policy.frame import read_frame
from clausewise.policy.grid import cells_of
from clausewise.policy.outline import Above, Branch, branches_of, take_number
from clausewise.policy.quotes import openings_of
from clausewise.policy.read import Section, sections_of
from clausewise.policy.source import Line, Page, lines_of
from clausewise.policy.tables import table_name


class Clause(NamedTuple):
    """A clause with all below it: its number, the lines it takes, how far it is indented; `heading` is that of a section, else 0.

    `ends` is the last line of the section it stands in.
    """

    number: str
    lines: tuple[int, ...]
    indent: int
    ends: int
    heading: int = 0


class Quote(NamedTuple):
    """A quote: its opening words (Readings of, Definition of, Note on), the name behind them, and its lines."""

    opening: str
    name: str
    lines: tuple[int, ...]


class Table(NamedTuple):
    """A table below a heading: its name in small letters, the columns, and each row as its first cell and its line."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, int], ...]
    ends: int


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands where in a text; lines count from 1, and a clause may stand twice with periods that lie apart."""

    lines: tuple[str, ...]
    clauses: Mapping[str, tuple[Clause, ...]]
    quotes: tuple[Quote, ...]
    tables: tuple[Table, ...]

    def lines_of_clause(self, number: str) -> frozenset[int]:
        """Return all lines of a clause and of what stands below it."""
        return frozenset(line for clause in self.clauses.get(number, ()) for line in clause.lines)

    def below(self, number: str) -> frozenset[str]:
        """Return the numbers of a clause and of all clauses below it."""
        lines = self.lines_of_clause(number)
        return frozenset(other for other, found in self.clauses.items() if all(lines >= set(one.lines) for one in found))

    def table(self, name: str) -> Table | None:
        """Return the table of a name, which may leave out `table` or `score`."""
        wanted = name.lower()
        return next((one for one in self.tables if wanted in (one.name, one.name.partition(" ")[2])), None)


def layout_of(text: str) -> Layout:
    """Return what stands where in a normalised text."""
    page = Page("")
    lines = lines_of(text, page)
    _, body = read_frame(lines, page)
    sections = sections_of(body)[1]
    bounds = [*(section.heading.number for section in sections[1:]), len(lines) + 1]
    clauses: dict[str, tuple[Clause, ...]] = {}
    for section, end in zip(sections, bounds, strict=True):
        for clause in _clauses(section, end - 1, lines, page):
            clauses[clause.number] = (*clauses.get(clause.number, ()), clause)
    quotes = (quote for section in sections for written in section.blocks.quotes for quote in openings_of(written))
    tables = tuple(_table(section, rows) for section in sections for rows in section.blocks.tables)
    placed = tuple(Quote(one.words, one.name, _numbers(one.lines)) for one in quotes)
    return Layout(tuple(line.text for line in lines), clauses, placed, tables)


def items_of(section: Section) -> Iterator[tuple[str, tuple[Line, ...]]]:
    """Yield the items on the first level of a section, each with the first word of its text."""
    page = Page("")
    for branch in branches_of(section.blocks.items, page):
        yield branch.lines[0].text.split(" ", 1)[0].strip("()"), tuple(_lines(branch))


def _clauses(section: Section, end: int, lines: Sequence[Line], page: Page) -> Iterator[Clause]:
    blocks = section.blocks
    if section.number:
        own = _numbers((section.heading, *chain.from_iterable(blocks.paragraphs + blocks.items)))
        yield Clause(section.number, own, 0, end, section.heading.number)
    if section.is_outline:
        for branch in branches_of(blocks.items, page):
            yield from _below(branch, Above(section.number), end, lines, page)


def _below(branch: Branch, above: Above, end: int, lines: Sequence[Line], page: Page) -> Iterator[Clause]:
    head = take_number(branch.lines, above, page)
    if head.numbered:
        first = lines[branch.lines[0].number - 1].text
        yield Clause(head.clause, _numbers(_lines(branch)), len(first) - len(first.lstrip()), end)
    for part in branch.parts:
        yield from _below(part, Above(head.clause, first=False), end, lines, page)


def _lines(branch: Branch) -> Iterator[Line]:
    yield from branch.lines
    for part in branch.parts:
        yield from _lines(part)


def _table(section: Section, rows: Sequence[Line]) -> Table:
    columns = tuple(cell.text for cell in cells_of(rows[0]))
    keyed = tuple((cells_of(row)[0].text, row.number) for row in rows[2:])
    return Table(table_name(section.heading), columns, keyed, rows[-1].number)


def _numbers(lines: Iterable[Line]) -> tuple[int, ...]:
    return tuple(sorted({line.number for line in lines}))

"""Tables as grids: a header, a line of dashes, rows of cells; and the cells that hold numbers, codes, yes or no."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from clausewise.policy.source import Line, Page, places, suggestion

Row: TypeAlias = dict[str, Line]  # cells by column name in lower case

_BAR = re.compile(r"(?<!\\)\|")
_DASHES = re.compile(r":?-+:?")
_DECIMAL = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?")
_CODE = re.compile(r"[A-Za-z0-9][\w.]*", re.ASCII)
_FIVE_DIGITS = re.compile(r"\d{5}", re.ASCII)


class Grid(NamedTuple):
    """A table below a heading: the heading's title, the cells of its header, and the rows."""

    title: Line
    columns: tuple[Line, ...]
    rows: tuple[Row, ...]


def read_grid(title: Line, lines: Sequence[Line], page: Page) -> Grid:
    """Read the lines of a table; a row with cells missing or to spare is read as far as its cells have columns."""
    header, *others = (cells_of(line) for line in lines)
    if not others or not others[0] or not all(_DASHES.fullmatch(cell.text) for cell in others[0]):
        page.mark("CW301", lines[0])
        return Grid(title, (), ())
    rows = []
    for line, cells in zip(lines[2:], others[1:], strict=True):
        if len(cells) != len(header):
            page.mark("CW302", line, cells=len(cells), columns=len(header))
        rows.append({column.text.lower(): cell for column, cell in zip(header, cells, strict=False)})
    return Grid(title, tuple(header), tuple(rows))


def cells_of(line: Line) -> list[Line]:
    """Return the cells of a row, each at its place."""
    whole = line.part(0)
    bars = [bar.start() for bar in _BAR.finditer(whole.text)]
    if bars[-1] != len(whole.text) - 1:
        bars.append(len(whole.text))
    return [whole.part(start + 1, end) for start, end in pairwise(bars)]


def check_columns(grid: Grid, needed: Sequence[str], known: Sequence[str], page: Page) -> bool:
    """Note columns that are missing or unknown, and tell whether the rows can be read."""
    present = [column.text.lower() for column in grid.columns]
    missing = [column for column in needed if column not in present] if present else []
    for column in missing:
        page.mark("CW303", grid.title, column=column, needed=", ".join(needed))
    for cell in grid.columns:
        if cell.text.lower() not in (*needed, *known):
            page.mark("CW304", cell, column=cell.text, hint=suggestion(cell.text, (*needed, *known)))
    return not missing


def cell_of(row: Row, column: str) -> Line:
    """Return a cell, or an empty one at the row's place where the table has no such column."""
    return row[column] if column in row else next(iter(row.values()), Line(0, 0, ""))._replace(text="")


def number_in(cell: Line, page: Page, empty: Decimal, whole: bool = False) -> Decimal:
    """Return the number in a cell, or `empty` for an empty one."""
    if not cell.text:
        return empty
    if _DECIMAL.fullmatch(cell.text) and not (whole and "." in cell.text):
        return Decimal(cell.text)
    page.mark("CW312", cell, number=cell.text, whole="whole " if whole else "")
    return empty


def yes_in(cell: Line, page: Page) -> bool:
    """Return whether a cell says yes; an empty one says no."""
    if cell.text not in ("", "yes", "no"):
        page.mark("CW313", cell, word=cell.text)
    return cell.text == "yes"


def code_in(cell: Line, page: Page) -> str:
    """Return the one code of a cell."""
    if not _CODE.fullmatch(cell.text):
        page.mark("CW311", cell, code=cell.text)
    return cell.text


def five_digit(codes: Iterable[str]) -> tuple[str, ...]:
    """Return the codes a range may run over, in their order."""
    return tuple(sorted(code for code in codes if _FIVE_DIGITS.fullmatch(code)))


def codes_in(cell: Line, listed: Sequence[str], page: Page) -> tuple[str, ...]:
    """Return the codes of a cell; a range stands for those of `listed`, the document's own Codes table, in between."""
    return tuple(dict.fromkeys(code for part in places(cell) for code in _codes(part, listed, page)))


def _codes(part: Line, listed: Sequence[str], page: Page) -> Sequence[str]:
    first, dash, last = part.text.partition("-")
    if not dash:
        if not _CODE.fullmatch(part.text):
            page.mark("CW311", part, code=part.text)
        return (part.text,)
    found = listed[bisect_left(listed, first) : bisect_right(listed, last)]
    if not (_FIVE_DIGITS.fullmatch(first) and _FIVE_DIGITS.fullmatch(last) and found):
        page.mark("CW310", part, range=part.text)
    return found

"""How wide the columns of a table are, and where their cells break: between words, and only then at a hyphen or underscore.

Widths are counted in places of a terminal: a sign of some scripts takes two of them.
"""

import re
from collections.abc import Sequence

from rich.cells import cell_len, chop_cells

from clausewise.render.rows import Column

GAP = 3  # what parts two columns
CUT_MIN = 12  # a cell that is cut shows at least so much
_PIECE = re.compile(r"[^-_]*[-_]+|[^-_]+")


def widths_of(columns: Sequence[Column], cells: Sequence[Sequence[str]], width: int) -> list[int]:
    """Return the width of each column: as wide as its cells, narrowed where the table would be wider than `width`.

    Columns that wrap give way first, down to their longest word, then those that are cut, and then words break at their hyphens.
    """
    texts = [[column.name, *(row[place] for row in cells)] for place, column in enumerate(columns)]
    widths = [min(max(map(cell_len, text)), column.width_max or width) for column, text in zip(columns, texts, strict=True)]
    spoken = [[word for text in own for word in text.split()] for own in texts]
    words = [max(map(cell_len, own), default=0) for own in spoken]
    pieces = [max((cell_len(piece) for word in own for piece in _pieces(word)), default=0) for own in spoken]
    wraps, cut, room = [one.wraps for one in columns], [one.cut for one in columns], width - GAP * (len(columns) - 1)
    for floors, may in ((words, wraps), ([CUT_MIN] * len(columns), cut), (pieces, wraps)):
        _narrow(widths, floors, may, room)
    return widths


def _narrow(widths: list[int], floors: Sequence[int], may: Sequence[bool], room: int) -> None:
    """Narrow the widest of the columns that may give way, sign by sign, until all fit or none can."""
    while sum(widths) > room:
        able = [place for place, width in enumerate(widths) if may[place] and width > max(floors[place], 1)]
        if not able:
            return
        widths[max(able, key=lambda place: widths[place])] -= 1


def broken(text: str, width: int) -> str:
    """Return a text in lines of at most `width`: broken between words, inside a word at a hyphen or underscore if need be."""
    lines = [""]
    for word in text.split():
        for number, part in enumerate((word,) if cell_len(word) <= width else _parts(word, width)):
            gap = " " if lines[-1] and number == 0 else ""
            if cell_len(lines[-1]) + len(gap) + cell_len(part) > width and lines[-1]:
                lines.append(part)
            else:
                lines[-1] += gap + part
    return "\n".join(lines)


def _parts(word: str, width: int) -> list[str]:
    return [part for piece in _pieces(word) for part in chop_cells(piece, width)]


def _pieces(word: str) -> list[str]:
    return _PIECE.findall(word)

"""New numbers for clauses: a declared mapping, which items, references, quotes, codes and remarks follow.

A number with a point or dash in it (`II.S`) is a number wherever it stands in prose; a bare one (`II`) only where it can mean
nothing else: in front of an item or heading, behind the opening of a quote, behind the word clause, in a column of clauses.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clausewise.policy.grid import cells_of
from clausewise.policy.layout import Layout
from clausewise.policy.source import Line, places

CLAUSE_COLUMNS = ("carried by", "clause")

_NUMBER = re.compile(r"(?<![\w.-])\w+(?:[.-]\w+)*(?![\w-]|\.\w)")
_OPENING = re.compile(r"\s*- \(?|## \(?|[>\s]*\*\*(?:Readings of|Definition of|Note on) ")
_OF_ANOTHER = re.compile(r" of ([\w.-]*\w)")
_WORD = "clause "


@dataclass(frozen=True, slots=True)
class Numbering:
    """Old numbers and their new ones, for all that stands below them as well; `ids` and `document` are those of the text."""

    changes: Mapping[str, str]
    ids: str = ""
    document: str = ""

    def new(self, number: str) -> str:
        """Return the number that a clause has now."""
        above = number
        while above and above not in self.changes:
            above = above[: max(above.rfind("."), above.rfind("-"), 0)]
        return self.changes[above] + number[len(above) :] if above else number

    def old(self, number: str) -> str:
        """Return the number that a clause had before."""
        back = {new: old for old, new in self.changes.items()}
        return Numbering(back).new(number)

    def line(self, text: str, cells: Sequence[Line] = ()) -> str:
        """Return a line of the text with the new numbers; `cells` are those of a table row that list clauses."""
        if not self.changes:
            return text
        opening = _OPENING.match(text)
        plain = {opening.end() if opening else -1, *(part.column - 1 for cell in cells for part in places(cell))}
        return _NUMBER.sub(lambda found: self._told(found, found.start() in plain), text)

    def _told(self, found: re.Match[str], is_plain: bool) -> str:
        before, number = found.string[: found.start()], found[0].removeprefix(self.ids)
        is_reference = before.endswith(_WORD)
        in_test = before.count("`") % 2 == 1
        of_another = _OF_ANOTHER.match(found.string, found.end()) if is_reference else None
        if of_another is not None and of_another[1] != self.document:
            return found[0]
        dotted = not in_test and ("." in number or "-" in number)
        if is_plain or is_reference or dotted:
            return found[0][: len(found[0]) - len(number)] + self.new(number)
        return found[0]


def listed_numbers(layout: Layout) -> Mapping[int, tuple[Line, ...]]:
    """Return by line the cells of tables that list clauses."""
    found: dict[int, tuple[Line, ...]] = {}
    for table in layout.tables:
        columns = [at for at, name in enumerate(table.columns) if name.lower() in CLAUSE_COLUMNS]
        for _, line in table.rows if columns else ():
            cells = cells_of(Line(line, 1, layout.lines[line - 1]))
            found[line] = tuple(cells[at] for at in columns if at < len(cells))
    return found

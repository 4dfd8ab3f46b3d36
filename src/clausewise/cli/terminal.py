"""Printing: rows and tables to a person's terminal, objects to a program, problems to standard error."""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from clausewise.render.problem_lines import printable, problem_lines
from clausewise.render.rows import PLAIN_SIGNS, Cell, Column, Look, Row, wrapped
from clausewise.vocab.problem import Problem

WIDTH_MIN, WIDTH_MAX = 80, 120
ROOMY = 100  # from this width on there is room for what only helps


def print_problems(problems: Iterable[Problem]) -> None:
    """Print problems to standard error, each once."""
    for line in problem_lines(dict.fromkeys(problems)):
        print(line, file=sys.stderr)


def print_lines(lines: Iterable[str]) -> None:
    """Print lines as they are."""
    for line in lines:
        print(line, flush=True)


def write_file(path: Path, text: str) -> tuple[Problem, ...]:
    """Write a file, and return the problem that prevents it, if one does."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as fault:
        help = "Name a file in a folder that you may write to."
        return (Problem("CW711", f"This file cannot be written: {fault.strerror}.", str(path), help=help),)
    return ()


def print_object(value: Any) -> None:
    """Print a value as one line of JSON."""
    print(json.dumps(value, ensure_ascii=not _speaks_unicode(), separators=(", ", ": ")))


class Screen:
    """Standard output for people: colour only where it is wanted, width between 80 and 120."""

    def __init__(self) -> None:
        from rich.console import Console

        self._unicode = _speaks_unicode()
        console = Console(highlight=False, markup=False, emoji=False)
        self.width = min(max(console.width, WIDTH_MIN), WIDTH_MAX) if console.is_terminal else WIDTH_MAX
        self._console = Console(highlight=False, markup=False, emoji=False, width=self.width)

    def rows(self, rows: Iterable[Row]) -> None:
        """Print rows."""
        from rich.text import Text

        for row in rows:
            text = wrapped(row, self.width)
            self._console.print(Text(self._spoken(text), style=row.look.value), soft_wrap=True)

    def line(self, text: str = "", look: Look = Look.PLAIN) -> None:
        """Print one line."""
        self.rows((Row(text, look=look),))

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> None:
        """Print a table; a column that only helps is left out where the terminal is narrow.  Cells are text as it is."""
        from rich import box
        from rich.table import Table
        from rich.text import Text

        from clausewise.render.table_widths import broken, widths_of

        shown = [place for place, column in enumerate(columns) if self.width >= ROOMY or not column.only_helps]
        spoken = [[(self._spoken(printable(row[place][0])), row[place][1]) for place in shown] for row in rows]
        kept = [columns[place] for place in shown]
        widths = widths_of(kept, [[text for text, _ in row] for row in spoken], self.width)
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", show_edge=False)
        for column, width in zip(kept, widths, strict=True):
            table.add_column(column.name, overflow="ellipsis" if column.cut else "fold", no_wrap=True, width=width)
        for row in spoken:
            laid = zip(kept, widths, row, strict=True)
            table.add_row(*(Text(broken(text, width) if one.wraps else text, look.value) for one, width, (text, look) in laid))
        with self._console.capture() as drawn:
            self._console.print(table)
        print("\n".join(line.rstrip() for line in drawn.get().splitlines()))

    def _spoken(self, text: str) -> str:
        return text if self._unicode else text.translate(PLAIN_SIGNS)


def _speaks_unicode() -> bool:
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    try:
        "✓✗·—".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True

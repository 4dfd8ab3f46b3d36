"""Rows of text for a terminal: how deep, which sign before them, how they look.  Pure: whoever prints them knows the terminal."""

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from clausewise.render.problem_lines import printable
from clausewise.vocab.truth import Truth


class Look(Enum):
    """How a row looks where colours are shown; its words say the same, so that colour never speaks alone."""

    PLAIN = ""
    HEAD = "bold"
    MET = "green"
    FAILED = "red"
    OPEN = "yellow"
    QUIET = "dim"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `sign` stands before the text, and the text's further lines are set under its first word."""

    text: str = ""
    indent: int = 0
    sign: str = ""
    look: Look = Look.PLAIN


Cell: TypeAlias = tuple[str, Look]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: whether its cells wrap or are cut, how wide it may grow, and whether a narrow table does without."""

    name: str
    wraps: bool = False
    cut: bool = False
    width_max: int | None = None
    only_helps: bool = False


SIGNS = {Truth.TRUE: "✓", Truth.FALSE: "✗", Truth.UNKNOWN: "?"}
WORDS = {Truth.TRUE: "met", Truth.FALSE: "not met", Truth.UNKNOWN: "unknown"}
LOOKS = {Truth.TRUE: Look.MET, Truth.FALSE: Look.FAILED, Truth.UNKNOWN: Look.OPEN}
PLAIN_SIGNS = str.maketrans({"✓": "+", "✗": "-", "·": "-", "—": "-", "…": "."})  # where a terminal has no others


def wrapped(row: Row, width: int) -> str:
    """Return a row as text at most `width` wide, as far as its words allow."""
    first = " " * row.indent + (f"{row.sign} " if row.sign else "")
    rest = " " * len(first)
    text = printable(row.text)
    lines = textwrap.wrap(text, max(width, len(first) + 20), initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
    return "\n".join(lines) if lines else first.rstrip()


def page(rows: Iterable[Row], width: int) -> str:
    """Return rows as one text."""
    return "\n".join(wrapped(row, width) for row in rows)


def sign_of(truth: Truth, word: str = "") -> str:
    """Return the mark of a truth, in a sign and in words, of one width for all truths."""
    return f"{SIGNS[truth]} {word or WORDS[truth]:<7}"

"""Where a word stands: from the line of an item, quote, step or table row to the column of a word in it.

A criterion knows the line it begins on and no more, so its words are looked for in the text: first between back-quotes, from that
line to the end of what begins there.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from clausewise.vocab.document import PolicyDocument
from clausewise.vocab.problem import Problem

_QUOTED = re.compile(r"`[^`]*`")
_QUOTE_MARK = re.compile(r"\s*(?:>\s*)+")
_LEAD = re.compile(r"\s*(?:>\s*)*(?:[-|#]+\s*)?")


class Place(NamedTuple):
    """A place in a file, counted from 1."""

    file: str
    line: int
    column: int


def at_origin(problems: Iterable[Problem], documents: Iterable[PolicyDocument]) -> tuple[Problem, ...]:
    """Return problems of consolidated texts at the file and line where the text was written, others as they are."""
    by_file = {document.file: document for document in documents if document.origins}
    return tuple(_at_origin(problem, by_file[problem.file]) if problem.file in by_file else problem for problem in problems)


def _at_origin(problem: Problem, document: PolicyDocument) -> Problem:
    origin = document.origin(problem.line or 1)
    column = max(problem.column - origin.moved, 1) if problem.column else 0
    return replace(problem, file=origin.file, line=origin.line if problem.line else 0, column=column)


class Text:
    """The text of some documents, to be searched by file and line."""

    def __init__(self, documents: Iterable[PolicyDocument]) -> None:
        self._lines: Mapping[str, list[str]] = {document.file: document.text.split("\n") for document in documents}

    def place(self, file: str, line: int, word: str = "", after: str = "") -> Place:
        """Return where a word stands in what begins on a line, if it can be where `after` precedes it; else where that begins."""
        return self._found(file, line, word, after) or self._found(file, line, word) or self._start(file, line)

    def sentence(self, file: str, line: int) -> str:
        """Return what begins on a line as one text: an item or quote with the lines that continue it."""
        return " ".join(_QUOTE_MARK.sub("", row).strip() for _, row in self._rows(file, line))

    def count(self, file: str, line: int, word: str) -> int:
        """Return how often a word stands in what begins on a line."""
        return sum(len(_pattern(word).findall(row)) for _, row in self._rows(file, line))

    def _found(self, file: str, line: int, word: str, after: str = "") -> Place | None:
        rows = list(self._rows(file, line)) if word else []
        for spans in (_quoted, _whole):
            for number, row in rows:
                for start, end in spans(row):
                    at = _search(row[start:end], word, after)
                    if at is not None:
                        return Place(file, number, start + at + 1)
        return None

    def _start(self, file: str, line: int) -> Place:
        row = next((row for _, row in self._rows(file, line)), "")
        lead = _LEAD.match(row)
        return Place(file, line, lead.end() + 1 if lead and lead.end() < len(row) else 1)

    def _rows(self, file: str, line: int) -> Iterator[tuple[int, str]]:
        lines = self._lines.get(file, [])
        if not 0 < line <= len(lines):
            return
        first = lines[line - 1]
        yield line, first
        numbered = enumerate(lines[line:], line + 1)
        yield from takewhile(lambda row: not _ends(first.lstrip(), row[1].lstrip()), numbered)


def _ends(first: str, row: str) -> bool:
    """Tell whether a later row no longer belongs to what began with `first`; below a heading stands its table."""
    if first.startswith("#"):
        return row.startswith("#")
    if first.startswith("|") or not row:
        return True
    if first.startswith(">"):
        inner = _QUOTE_MARK.sub("", row)
        return not row.startswith(">") or not inner or inner.startswith(("- ", "**Readings", "**Definition", "**Note"))
    return row.startswith(("- ", "|", ">", "#"))


def _quoted(row: str) -> list[tuple[int, int]]:
    return [found.span() for found in _QUOTED.finditer(row)]


def _whole(row: str) -> list[tuple[int, int]]:
    return [(0, len(row))]


def _search(text: str, word: str, after: str) -> int | None:
    start = 0
    if after:
        before = _pattern(after).search(text)
        if before is None:
            return None
        start = before.end()
    found = _pattern(word).search(text, start)
    return None if found is None else found.start()


@lru_cache(maxsize=4096)
def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.#-]){re.escape(word)}(?![\w-]|\.\w)")

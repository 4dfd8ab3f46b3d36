"""The text of a document as lines with places, and the page on which the reader marks what must be mended."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from clausewise.policy.mistakes import AMENDING, MISTAKES
from clausewise.vocab.criterion import Constant, Criterion
from clausewise.vocab.period import Period
from clausewise.vocab.problem import Problem

LONGEST_LINE = 1_000_000
MOST_PROBLEMS = 1_000
LONGEST_QUOTE = 300  # characters of the document, in a message
UNKNOWN = Constant(None)  # stands where a criterion could not be read

_SPACES_BEFORE_A_SIGN = re.compile(r"\s+(?=[,.;:])")


class Line(NamedTuple):
    """A stretch of one line of the document: its line number, the column of its first character, its text."""

    number: int
    column: int
    text: str

    def part(self, start: int, end: int | None = None) -> "Line":
        """Return the text between two offsets, without the spaces around it, at its own column."""
        text = self.text[start:end]
        bare = text.lstrip()
        return Line(self.number, self.column + start + len(text) - len(bare), bare.rstrip())


@dataclass(frozen=True, slots=True)
class Page:
    """What every part of the reader shares while it reads one document.

    `problems` and `seen` (the clause numbers met so far, with their periods) grow while reading; nothing else changes.
    `conclusions` is the closed list of the kind of document, or of the ladder, being read.
    """

    file: str
    conclusions: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    seen: dict[str, list[Period]] = field(default_factory=dict)

    def mark(self, code: str, at: Line, clause: str = "", /, **written: object) -> None:
        """Note a mistake at the place where `at` begins, with what the author wrote there."""
        if len(self.problems) == MOST_PROBLEMS:
            code, written = "CW105", {"most": MOST_PROBLEMS}
        elif len(self.problems) > MOST_PROBLEMS:
            return
        words = {name: _short(word) for name, word in {"clause": clause, **written}.items()}
        sentence, help = (text.format_map(words) for text in MISTAKES.get(code) or AMENDING[code])
        self.problems.append(Problem(code, sentence, self.file, at.number, at.column, str(words["clause"]), help))

    def apart(self) -> "Page":
        """Return the page with clause numbers of its own: those of a reading repeat the clause it reads."""
        return replace(self, seen={})

    def test(self, at: Line, clause: str = "") -> Criterion:
        """Read a test at its place; one that cannot be read is unknown, and its problems are noted."""
        from clausewise.policy.expression import read_test  # the grammar is loaded by the first test, not by the import

        criterion, problems = read_test(at.text, at.number, at.column, self.file, clause)
        self.problems.extend(problems)
        return UNKNOWN if criterion is None else criterion


def _short(word: object) -> object:
    """Cut what is too long to be quoted in a message."""
    return word[:LONGEST_QUOTE] + "..." if isinstance(word, str) and len(word) > LONGEST_QUOTE else word


def normalised(text: str) -> str:
    """Return the text with every line ending as a newline and without a byte order mark."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def fingerprint_of(text: str) -> str:
    """Return the SHA-256 of a normalised text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def lines_of(text: str, page: Page) -> list[Line]:
    """Return the lines of a normalised text; a tab becomes two spaces, a monstrous line is left out, each a Problem."""
    lines = [Line(number, 1, line) for number, line in enumerate(text.split("\n"), 1)]
    if "\t" in text or any(len(line.text) > LONGEST_LINE for line in lines):
        return [_mended(line, page) for line in lines]
    return lines


def _mended(line: Line, page: Page) -> Line:
    if len(line.text) > LONGEST_LINE:
        page.mark("CW102", line, length=len(line.text))
        return line._replace(text="")
    if "\t" in line.text:
        page.mark("CW103", line.part(line.text.index("\t")))
        return line._replace(text=line.text.replace("\t", "  "))
    return line


class Blocks(NamedTuple):
    """The lines of a section by what they are; an item is its first line as written and the lines that continue it."""

    paragraphs: list[list[Line]]
    items: list[list[Line]]
    tables: list[list[Line]]
    quotes: list[list[Line]]


def blocks_of(lines: Iterable[Line]) -> Blocks:
    """Sort lines into paragraphs, items, tables and quotes; a quote's mark becomes a space: columns stay right."""
    blocks = Blocks([], [], [], [])
    last, dash = blocks.paragraphs, 0
    follows = False
    for line in lines:
        bare = line.text.lstrip()
        indent = len(line.text) - len(bare)
        block = _block(bare, blocks)
        if not bare:
            follows = False
            continue
        if block is blocks.paragraphs and last is blocks.items and indent > dash:
            last[-1].append(line.part(0))
        elif block is last and follows and block is not blocks.items:
            last[-1].append(_unquoted(line) if block is blocks.quotes else line)
        else:
            block.append([_unquoted(line) if block is blocks.quotes else line])
            last, dash = block, indent
        follows = True
    return blocks


def _block(bare: str, blocks: Blocks) -> list[list[Line]]:
    if bare.startswith("- "):
        return blocks.items
    return blocks.tables if bare.startswith("|") else blocks.quotes if bare.startswith(">") else blocks.paragraphs


def _unquoted(line: Line) -> Line:
    return line._replace(text=line.text.replace(">", " ", 1))


def is_marked(lines: Iterable[Line]) -> bool:
    """Tell whether the lines hold bold or back-quotes, which are reserved for the language."""
    return any("`" in line.text or "**" in line.text for line in lines)


def tidy(*texts: str) -> str:
    """Join prose with single spaces, none before a comma, and without the commas and colons around it."""
    joined = " ".join(" ".join(texts).split())
    return _SPACES_BEFORE_A_SIGN.sub("", joined).strip(" ,;:")


def listed(text: str) -> tuple[str, ...]:
    """Return the parts of a comma-separated list, without empty ones."""
    return tuple(part for part in map(str.strip, text.split(",")) if part)


def places(at: Line, separator: str = ",") -> Iterable[Line]:
    """Return the non-empty parts of a separated list, each at its own column."""
    start = 0
    for text in at.text.split(separator):
        part = at.part(start, start + len(text))
        if part.text:
            yield part
        start += len(text) + len(separator)


@lru_cache(maxsize=1024)
def is_close(word: str, known: str) -> bool:
    """Tell whether a word is probably a misspelling of another."""
    from difflib import SequenceMatcher  # only a word that nothing reads pays for it

    return word != known and SequenceMatcher(None, word.lower()[:80], known).ratio() >= 0.75


def suggestion(word: str, known: tuple[str, ...], otherwise: str = "") -> str:
    """Return "did you mean ...?" for a word close to one of the known, else the other help."""
    from difflib import get_close_matches  # only a mistake pays for it

    close = get_close_matches(word.lower()[:80], known, n=1)
    return f"did you mean `{close[0]}`?" if close else otherwise or f"known: {', '.join(known)}"

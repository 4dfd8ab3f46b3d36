"""Read a one-line test, as it stands in back-quotes, into a criterion.

The grammar is test.lark.  Reading goes in three steps, each of which may end in problems: the characters and brackets
are looked over, the grammar is applied, and what it cannot forbid is checked.  Names are not resolved: `scar` may be a
fact or a definition, `hld_score >= 26` a fact's number or a score; whoever links the documents knows.

The parser is loaded when the first test is read, since a document from the cache needs none.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from clausewise.policy import units
from clausewise.policy.expression_checks import UNBUILDABLE, faults_of_parse, faults_of_text
from clausewise.policy.expression_faults import Fault, reserved, stopped
from clausewise.policy.expression_nodes import criterion_of
from clausewise.vocab.criterion import Criterion
from clausewise.vocab.problem import Problem

if TYPE_CHECKING:
    from lark import Lark, Token, Tree
    from lark.lexer import TerminalDef

_END_OF_WORD = r"(?![A-Za-z0-9_.-])"


class _ReservedWord(Exception):
    """A word of the language stands where a fact must; carries its place."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


@dataclass(frozen=True, slots=True)
class _Grammar:
    """The parser, and the words and signs of the language by the grammar's name for each."""

    parser: "Lark"
    words: MappingProxyType[str, str]


def read_test(
    text: str, line: int, column: int, file: str = "", clause: str = ""
) -> tuple[Criterion | None, tuple[Problem, ...]]:
    """Return the criterion of a test, or None where none can be built, and the problems found.

    `line` and `column` are the place of the first character; each problem points at its own.  Never raises on bad text.
    """
    criterion, faults = _read(text)
    return criterion, tuple(_problem(fault, text, line, column, file, clause) for fault in faults)


def reserved_words() -> frozenset[str]:
    """Return the words of the language, which cannot be names of facts."""
    return frozenset(filter(str.isalpha, _grammar().words.values())) | units.calendar_words()


def _read(text: str) -> tuple[Criterion | None, tuple[Fault, ...]]:
    if faults := faults_of_text(text):
        return None, faults
    parse = _parsed(text)
    if isinstance(parse, Fault):
        return None, (parse,)
    faults = faults_of_parse(text, parse)
    buildable = UNBUILDABLE.isdisjoint(fault.code for fault in faults)
    return (criterion_of(parse) if buildable else None), faults


def _parsed(text: str) -> "Tree[Token] | Fault":
    from lark import UnexpectedInput, UnexpectedToken

    grammar = _grammar()
    try:
        return grammar.parser.parse(text)
    except _ReservedWord as found:
        return reserved(text, found.at, grammar.words)
    except UnexpectedInput as found:
        ended = isinstance(found, UnexpectedToken) and found.token.type == "$END"
        at = len(text) if ended else found.pos_in_stream or 0
        possible: set[str] = found.interactive_parser.accepts()  # type: ignore[no-untyped-call]
        return stopped(text, at, possible, grammar.words)


def _problem(fault: Fault, text: str, line: int, column: int, file: str, clause: str) -> Problem:
    before = text[: fault.at]
    on_line = line + before.count("\n")
    at = len(before) - before.rfind("\n") if "\n" in before else column + len(before)
    return Problem(fault.code, fault.message, file, on_line, at, clause, fault.help)


@lru_cache(maxsize=1)
def _grammar() -> _Grammar:
    """Build the parser, once.

    A word of the language is a whole word: without that, `a orb` would be read as `a or b`.  And it is refused as the
    name of a fact wherever it stands, also where the grammar would not mistake it for anything else.
    """
    from lark import Lark
    from lark.lexer import PatternRE, PatternStr

    words: dict[str, str] = {}
    refused = set(units.calendar_words())

    def whole(terminal: "TerminalDef") -> None:
        if not isinstance(terminal.pattern, PatternStr):
            return
        word = words[terminal.name] = terminal.pattern.value
        if word.isalpha():
            refused.add(word)
            terminal.pattern, terminal.priority = PatternRE(word + _END_OF_WORD), 1

    def refuse(name: "Token") -> "Token":
        if name in refused:
            raise _ReservedWord(name.start_pos or 0)
        return name

    source = files("clausewise.policy").joinpath("test.lark").read_text(encoding="utf-8")
    parser = Lark(source, parser="lalr", edit_terminals=whole, lexer_callbacks={"NAME": refuse})
    return _Grammar(parser, MappingProxyType(words))

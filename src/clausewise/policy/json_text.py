"""JSON taken strictly, as RFC 8259 writes it: the same events that the parser of YAML gives, so that one tree is built of both.

What readers of JSON usually let pass is refused here: NaN and Infinity, half of a character (a lone surrogate), a number of
hundreds of digits, anything after the end.  No value is converted: a number keeps the digits it was written with.  Nothing here
calls itself, so that depth costs no stack; how deep is too deep, and a key that stands twice, is told by whoever builds the tree.
"""

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from clausewise.vocab.problem import Problem

if TYPE_CHECKING:
    import yaml

NUMBER_LENGTH_MAX = 100

_TOKEN = re.compile(
    r'[ \t\r\n]*(?:(?P<sign>[\[\]{}:,])|"(?P<text>[^"\\\x00-\x1f]*(?:\\.[^"\\\x00-\x1f]*)*)"'
    r"|(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)|(?P<word>true|false|null))"
)
_BLANKS = re.compile(r"[ \t\r\n]*")
_HALF = re.compile("[\ud800-\udfff]")

# What may come next, by where the reader stands; a sign or the kind of a value.
_VALUE = frozenset(("text", "number", "word", "[", "{"))
_NEXT = {
    "value": _VALUE,
    "first item": _VALUE | {"]"},
    "first key": frozenset(("text", "}")),
    "key": frozenset(("text",)),
    "colon": frozenset((":",)),
    "after item": frozenset((",", "]")),
    "after value": frozenset((",", "}")),
    "end": frozenset[str](),
}
_AFTER = {"[": "after item", "{": "after value", "": "end"}


class NotJson(Exception):
    """A text is not JSON; `problem` says why, and at which line and column."""

    def __init__(self, reason: str, line: int, column: int) -> None:
        super().__init__(reason)
        self.problem = Problem("CW512", f"This is not JSON: {reason}.", "", line, column, help="Mend it here, or just before here.")


def json_events(text: str) -> "Iterator[yaml.Event]":
    """Yield the events of a JSON text, with lines and columns from 0 as the parser of YAML counts them.

    Raises:
        NotJson: while the events are asked for, at the first place that is no JSON.
    """
    reader, state, stack = _Reader(text), "value", [""]
    while state != "end":
        kind, value = reader.token()
        if kind not in _NEXT[state]:
            raise reader.wrong(_reason(kind))
        if state in ("key", "first key") and kind == "text":
            yield reader.scalar(value)
            state = "colon"
        elif kind in ("text", "number", "word"):
            yield reader.scalar(value)
            state = _AFTER[stack[-1]]
        elif kind in "[{":
            yield reader.begin(kind)
            stack.append(kind)
            state = "first item" if kind == "[" else "first key"
        elif kind in "]}":
            yield reader.end(stack.pop())
            state = _AFTER[stack[-1]]
        else:
            state = "value" if kind == ":" or stack[-1] == "[" else "key"
    reader.finish()


def _reason(kind: str) -> str:
    return f"`{kind}` does not belong here" if len(kind) == 1 else f"a {kind} does not belong here"


class _Reader:
    """The place in a text, and the events made there."""

    def __init__(self, text: str) -> None:
        import yaml

        self._yaml: Any = yaml
        self._text = text
        self._at = self._start = self._line = self._line_start = 0

    def token(self) -> tuple[str, str]:
        """Return the kind of the next token, and what a value is."""
        found = _TOKEN.match(self._text, self._at)
        if found is None:
            self._move(self._after_blanks())
            raise self.wrong(self._unknown())
        self._move(found.start(found.lastgroup or 0) - (found.lastgroup == "text"))
        self._at = found.end()
        kind, value = found.lastgroup or "", found[found.lastgroup or 0]
        if kind == "sign":
            return value, ""
        return kind, self._text_of(value) if kind == "text" else self._number(value) if kind == "number" else value

    def _move(self, start: int) -> None:
        passed = self._text.count("\n", self._start, start)
        if passed:
            self._line += passed
            self._line_start = self._text.rfind("\n", self._start, start) + 1
        self._start = start

    def _text_of(self, written: str) -> str:
        value: str = written
        if "\\" in written:
            try:
                value = json.loads(f'"{written}"')
            except ValueError:
                raise self.wrong("a text holds an escape that is none") from None
        if _HALF.search(value):
            raise self.wrong("a text holds half a character, a lone surrogate")
        return value

    def _number(self, written: str) -> str:
        if len(written) > NUMBER_LENGTH_MAX:
            raise self.wrong(f"a number has more than {NUMBER_LENGTH_MAX} digits")
        return written

    def _unknown(self) -> str:
        rest = self._text[self._start : self._start + 9]
        if not rest:
            return "it breaks off"
        if rest.startswith(("NaN", "Infinity", "-Infinity")):
            return "NaN and Infinity are no numbers"
        return "a text does not end" if rest[0] == '"' else "this is no value"

    def wrong(self, reason: str) -> NotJson:
        """Return the fault at the present token."""
        return NotJson(reason, self._line + 1, self._start - self._line_start + 1)

    def finish(self) -> None:
        """Refuse whatever follows the end but blanks."""
        if (end := self._after_blanks()) < len(self._text):
            self._move(end)
            raise self.wrong("something follows after the end")

    def _after_blanks(self) -> int:
        blanks = _BLANKS.match(self._text, self._at)
        assert blanks is not None, "blanks may be none"
        return blanks.end()

    def _mark(self) -> Any:
        return self._yaml.Mark("", self._start, self._line, self._start - self._line_start, None, None)

    def scalar(self, value: str) -> "yaml.Event":
        """Return the event of a value or key."""
        mark = self._mark()
        event: yaml.Event = self._yaml.ScalarEvent(None, None, (True, True), value, mark, mark)
        return event

    def begin(self, sign: str) -> "yaml.Event":
        """Return the event with which a list or mapping begins."""
        mark = self._mark()
        kind = self._yaml.SequenceStartEvent if sign == "[" else self._yaml.MappingStartEvent
        event: yaml.Event = kind(None, None, True, mark, mark)
        return event

    def end(self, sign: str) -> "yaml.Event":
        """Return the event with which a list or mapping ends."""
        event: yaml.Event = (self._yaml.SequenceEndEvent if sign == "[" else self._yaml.MappingEndEvent)()
        return event

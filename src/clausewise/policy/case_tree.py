"""Text with places: YAML (and so JSON) read into a plain tree that remembers line and column.

Every value stays the text that stands in the file.  YAML's own typing is never used: it would turn the code 00100 into
64 and the state NO into false.  What a value means is decided by the declaration of its fact, in `policy.fact_values`.

The tree is built from the parser's events, not from its nodes, so that depth costs no stack and an alias is seen where
it stands.  Whatever is wrong inside a list or mapping is kept with it: one bad case must not silence the others.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from clausewise.policy.json_text import NotJson, json_events
from clausewise.vocab.problem import Level, Problem

DEPTH_MAX = 40
DEPTH_GIVEN_UP = 1000  # the parser's own cost grows with the square of the depth
FILE_BYTES_MAX = 64 * 1024 * 1024
LINE_BYTES_MAX = 1024 * 1024
WORDS_MAX = 60  # characters of a person's words that a message repeats

_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PLAIN = "Write the value out in full, without &anchors, *aliases and !tags."


@dataclass(frozen=True, slots=True)
class Text:
    """One value or key, as written; quotation marks are gone, nothing is converted."""

    text: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Items:
    """A list.  `problems` is all that is wrong anywhere inside it."""

    items: tuple["Node", ...]
    line: int = 0
    column: int = 0
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping in the order of the file; no key stands twice.  `problems` is all that is wrong anywhere inside it."""

    entries: tuple[tuple[Text, "Node"], ...]
    line: int = 0
    column: int = 0
    problems: tuple[Problem, ...] = ()

    def get(self, key: str) -> "Node | None":
        """Return the value of a key, or nothing where it is absent."""
        return next((node for name, node in self.entries if name.text == key), None)


Node: TypeAlias = Text | Items | Fields


def problem_at(node: Node, code: str, message: str, help: str = "", level: Level = Level.ERROR) -> Problem:
    """Return a problem that points at the node; the reader of the case adds the file and the name of the case."""
    return Problem(code, message, "", node.line, node.column, "", help, level)


def quoted(text: str) -> str:
    """Return a person's words in back-quotes, shortened, without anything that could upset a terminal."""
    short = text if len(text) <= WORDS_MAX else text[: WORDS_MAX - 3] + "..."
    return f"`{''.join(sign if sign.isprintable() else '?' for sign in short)}`"


def did_you_mean(word: str, known: Collection[str]) -> str:
    """Return the sentence that names the one or two nearest of the known words, or all when they are few, or nothing."""
    from difflib import get_close_matches

    longer = [other for other in known if len(word) > 2 and other.startswith(word)]
    near = list(dict.fromkeys(get_close_matches(word[:WORDS_MAX], known, n=2, cutoff=0.7) + longer))[:2]
    if near:
        return f"Did you mean {' or '.join(f'`{other}`' for other in near)}?"
    return f"Known here: {', '.join(known)}." if 0 < len(known) <= 30 else ""


def plain(node: Node | None) -> Any:
    """Return the node as plain dictionaries, lists and texts; nothing is an empty dictionary."""
    match node:
        case None:
            return {}
        case Text(text=text):
            return text
        case Items(items=items):
            return [plain(item) for item in items]
        case Fields(entries=entries):
            return {key.text: plain(value) for key, value in entries}


# ---- bytes to tree ---------------------------------------------------------------------------------------------------


def read_tree(data: bytes) -> Node | Problem:
    """Return the tree of a YAML or JSON file, or the problem that keeps it from being read."""
    text = decode(data)
    if isinstance(text, Problem):
        return text
    if text.lstrip()[:1] in ("{", "["):  # YAML takes most JSON, but neither tabs nor the two halves of a character as escapes
        try:
            return _tree(json_events(text))
        except NotJson:
            pass
    return parse(text)


def read_json(data: bytes) -> Node | Problem:
    """Return the tree of a JSON file, or the problem that it is not one; what only YAML allows is not taken.

    A line may be as long as it likes.
    """
    text = decode(data, FILE_BYTES_MAX)
    if isinstance(text, Problem):
        return text
    try:
        return _tree(json_events(text))
    except NotJson as wrong:
        return wrong.problem


def decode(data: bytes, line_bytes_max: int = LINE_BYTES_MAX) -> str | Problem:
    """Return the text of a file, or the problem: too large, a line too long, not UTF-8."""
    if len(data) > FILE_BYTES_MAX:
        return Problem("CW503", "This file is larger than 64 MB.", help="Divide the cases among several files.")
    for number, line in enumerate(data.split(b"\n"), 1) if len(data) > line_bytes_max else ():
        if len(line) > line_bytes_max:
            return Problem("CW503", "This line is longer than 1 MB.", "", number, 1, help="Break it into lines.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        before = data[: wrong.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        message = f"Byte {data[wrong.start]:#04x} is not UTF-8."
        return Problem("CW501", message, "", before.count(b"\n") + 1, column, help="Save the file as UTF-8.")


def parse(text: str, line: int = 1, column: int = 1) -> Node | Problem:
    """Return the tree of one YAML document that begins at the given place, or the problem that it is not one."""
    import yaml

    try:
        moved = "\n" * (line - 1) + " " * (column - 1) + text
        return _tree(yaml.parse(moved, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)))
    except yaml.YAMLError as wrong:
        return _not_yaml(text, wrong)


def _not_yaml(text: str, wrong: Exception) -> Problem:
    mark, reason = getattr(wrong, "problem_mark", None), getattr(wrong, "problem", None) or "it breaks off"
    line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
    if control := _CONTROL.search(text):
        before = text[: control.start()]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        reason = f"character U+{ord(control[0]):04X} is not allowed"
    return Problem("CW502", f"This is not YAML: {reason}.", "", line, column, help="Mend it here, or just before here.")


@dataclass(slots=True)
class _Open:
    """A list or mapping that is still being read; the children of a mapping are keys and values in turn."""

    line: int
    column: int
    children: list[Node]
    problems: list[Problem]


def _tree(events: Iterable[Any]) -> Node | Problem:
    stack = [_Open(0, 0, [], [])]
    for event in events:
        kind = type(event).__name__
        if kind == "ScalarEvent":
            mark = event.start_mark
            stack[-1].children.append(Text(event.value, mark.line + 1, mark.column + 1))
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            stack.append(_Open(event.start_mark.line + 1, event.start_mark.column + 1, [], []))
            if len(stack) > DEPTH_GIVEN_UP:
                return _too_deep(Text("", stack[-1].line, stack[-1].column))
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            _close(stack, mapping=kind == "MappingEndEvent")
        elif kind == "AliasEvent":
            message = f"The alias {quoted('*' + event.anchor)} is not followed."
            stack[-1].children.append(_refuse(event, message, stack[-1]))
        if getattr(event, "tag", None) is not None:
            _refuse(event, f"The tag {quoted(event.tag)} is not followed.", stack[-1])
    return _root(stack[0])


def _refuse(event: Any, message: str, around: _Open) -> Text:
    """Keep the problem with what is around the event, and return the empty text that stands in its place."""
    place = Text("", event.start_mark.line + 1, event.start_mark.column + 1)
    around.problems.append(problem_at(place, "CW507", message, _PLAIN))
    return place


def _root(file: _Open) -> Node | Problem:
    if len(file.children) == 1:
        return file.children[0]
    if not file.children:
        return Problem("CW504", "This file is empty.", help="Write the cases below `clinical:` and `privacy:`.")
    help = "Put all cases into one document, without `---`."
    return problem_at(file.children[1], "CW504", "A second document begins here.", help)


def _too_deep(place: Node) -> Problem:
    return problem_at(place, "CW506", f"This is nested more than {DEPTH_MAX} levels deep.", "Write it flatter.")


def _close(stack: list[_Open], mapping: bool) -> None:
    """Replace the innermost open list or mapping by its node, a child of the one around it."""
    done = stack.pop()
    node: Node
    if len(stack) > DEPTH_MAX:  # kept empty, and told once, so that nothing that walks the tree can run out of stack
        node = Text("", done.line, done.column)
        done.problems = [_too_deep(node)]
    elif mapping:
        node = _fields(done)
    else:
        node = Items(tuple(done.children), done.line, done.column, tuple(done.problems))
    stack[-1].children.append(node)
    stack[-1].problems += done.problems


def _fields(done: _Open) -> Fields:
    entries: dict[str, tuple[Text, Node]] = {}
    for key, value in zip(done.children[::2], done.children[1::2], strict=True):
        if not isinstance(key, Text):
            done.problems.append(problem_at(key, "CW507", "A list or mapping cannot be a key.", "Give it a name."))
        elif key.text in entries:
            first = entries[key.text][0]
            message = f"{quoted(key.text)} stands here again; the first is on line {first.line}."
            done.problems.append(problem_at(key, "CW505", message, "Keep one of the two."))
        else:
            entries[key.text] = (key, value)
    return Fields(tuple(entries.values()), done.line, done.column, tuple(done.problems))

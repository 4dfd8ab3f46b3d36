"""Two revisions line against line: the words people read and the test the program runs, each with what was taken out and put in.

A line is an item of the outline, a reading, a definition or a step of the ladder.  Lines are matched by what they are called and,
for parts without a number, by their place below their clause; a clause that got another number is matched to its old self.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from clausewise.policy.walk import below, parts_of
from clausewise.render.criterion_rows import criterion_words, group_words, period_words
from clausewise.vocab.criterion import Criterion, Item
from clausewise.vocab.document import PolicyDocument, Step
from clausewise.vocab.period import ALWAYS


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a revision: what it is called, how deep it stands, its words, and its test in the words of the language."""

    name: str
    depth: int
    words: str
    test: str


@dataclass(frozen=True, slots=True)
class Redlined:
    """A line as it was and as it is; the one that is not there is None."""

    old: Line | None
    new: Line | None

    @property
    def line(self) -> Line:
        """The line as it is, or was."""
        one = self.new or self.old
        assert one is not None
        return one

    @property
    def changed(self) -> bool:
        """Whether its words, its test or its name changed."""
        return self.old is None or self.new is None or _said(self.old) != _said(self.new)


def redlined(old: PolicyDocument, new: PolicyDocument, names: Mapping[str, str]) -> tuple[Redlined, ...]:
    """Return all lines of two revisions in the order of the new one, what was taken out where it stood; `names`: new by old."""
    before, after = list(lines_of(old)), list(lines_of(new))
    keys = [_key(line, names) for line in before], [_key(line, {}) for line in after]
    found: list[Redlined] = []
    for kind, start, end, first, last in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if kind == "equal":
            found += [Redlined(one, other) for one, other in zip(before[start:end], after[first:last], strict=True)]
        else:
            found += _replaced(before[start:end], after[first:last], names)
    return tuple(found)


def _replaced(before: list[Line], after: list[Line], names: Mapping[str, str]) -> list[Redlined]:
    """Return lines that stand in each other's place: those of one clause together, then what is left on either side."""
    left = list(before)
    found: list[Redlined] = []
    for line in after:
        same = next((one for one in left if names.get(one.name, one.name) == line.name and one.depth == line.depth), None)
        found.append(Redlined(same, line))
        if same is not None:
            left.remove(same)
    return [Redlined(one, None) for one in left] + found


def _key(line: Line, names: Mapping[str, str]) -> tuple[str, str, str]:
    name = names.get(line.name, line.name)
    return (name, "", "") if line.name and not line.name.startswith("- ") else (name, line.words, line.test)


def _said(line: Line) -> tuple[str, str, str]:
    return line.name, line.words, line.test


# ---- the lines of a document -----------------------------------------------------------------------------------------


def lines_of(document: PolicyDocument) -> Iterator[Line]:
    """Yield the lines of a document in the order of its text: outline, readings, definitions, steps."""
    for section in document.sections:
        yield from _item_lines(section, 0)
    for reading in document.readings:
        ratified = ", ratified" if reading.ratified else ""
        test = "as above" if reading.criterion is None else criterion_words(reading.criterion)
        yield Line(f"{reading.clause} ({reading.name}{ratified})", 0, reading.why, test)
    for word in document.definitions:
        yield Line(f"definition of {word.name}", 0, word.prose, "" if word.criterion is None else criterion_words(word.criterion))
    for _, steps in document.steps:
        yield from (Line(step.clause, 0, step.prose, _step_test(step)) for step in steps)


def _item_lines(item: Item, depth: int) -> Iterator[Line]:
    joined = group_words(item.criterion)
    test = joined or criterion_words(item.criterion)
    scope = f"on point when {criterion_words(item.scope)}; " if item.scope is not None else ""
    words = item.prose + (f" -> {item.conclusion} {item.target}".rstrip() if item.conclusion else "")
    words += f" [{period_words(item.period)}]" if item.period != ALWAYS else ""
    yield Line(item.clause if item.numbered else f"- {item.clause}", depth, words, scope + test)
    yield from _lines_below(item.criterion, item.clause, depth + 1)


def _lines_below(criterion: Criterion, clause: str, depth: int) -> Iterator[Line]:
    for part in parts_of(criterion):
        if isinstance(part, Item):
            yield from _item_lines(part, depth)
        elif any(isinstance(node, Item) for node in below(part)):
            yield from _lines_below(part, clause, depth)
        elif group_words(criterion):
            yield Line(f"- {clause}", depth, "", criterion_words(part))


def _step_test(step: Step) -> str:
    test = "else" if step.criterion is None else criterion_words(step.criterion)
    said = f"{step.conclusion} {step.target}".rstrip() + (f" ({step.reason})" if step.reason else "")
    unknown = f", if unknown {step.if_unknown} ({step.if_unknown_reason})" if step.if_unknown else ""
    return f"{said} when {test}{unknown}"


# ---- words within a line ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words: `sign` is "-" for taken out, "+" for put in, and empty for what stayed."""

    sign: str
    text: str


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """Return the runs of words in which two texts agree and differ."""
    before, after = old.split(), new.split()
    found: list[Piece] = []
    for kind, start, end, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Piece("", " ".join(before[start:end])))
            continue
        found += [Piece("-", " ".join(before[start:end]))] if end > start else []
        found += [Piece("+", " ".join(after[first:last]))] if last > first else []
    return tuple(found)

"""The outline: indented items become a tree of branches, and each branch becomes an `Item` with one criterion.

Three steps, each with its own function: `branches_of` reads the indentation, `take_number` the clause number (its
parent's, then `.` or `-` and a label; anything else is prose), and `criterion_of` joins the stretches of a sentence
with the parts below it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from clausewise.policy.frame import read_period
from clausewise.policy.prose import EXCEPTIONS, Sentence, Stretch, read_sentence
from clausewise.policy.source import UNKNOWN, Line, Page
from clausewise.vocab.criterion import (
    AllOf,
    AnyOf,
    AtLeast,
    Criterion,
    ExactlyOne,
    Except,
    IfThen,
    Item,
    Negation,
    SameSide,
    Unless,
)
from clausewise.vocab.period import ALWAYS, Period

DEEPEST = 40
LONGEST_NUMBER = 80

_BRACKETED = re.compile(r"\(([^\s()]{1,80})\)\s+")
_NUMBERED_HEADING = re.compile(r"(?:\(([^\s()]{1,80})\)|(\S{1,80})\.)(?:\s+|$)")
_LABEL = re.compile(r"\w+", re.ASCII)
_OWN_LABEL = re.compile(r"(.+)[.-](?![ivx]+$)[a-z][a-z_]+", re.ASCII)  # a word, not a letter or roman number
_NUMBER = re.compile(r"\w+(?:\.\w+|-[A-Z0-9]\w*)+", re.ASCII)
_FOREIGN_NUMBER = re.compile(r"[A-Z]{1,6}(?:\.\w{1,6})+|[A-Z]\d{1,3}\.[a-z][a-z_]+", re.ASCII)  # not the diagnosis E88.1
_BRACKET = re.compile(r"\s*\[([^\]]*)\]")
_STRAY_BRACKET = re.compile(r"\[(?:from|to|until|source)\s[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Branch:
    """One item as lines of text, the dash taken off, with the items below it."""

    lines: tuple[Line, ...]
    parts: tuple["Branch", ...] = ()


class Above(NamedTuple):
    """Where an item stands: below which clause, and whether on the first level of its list."""

    clause: str = ""
    first: bool = True


class Head(NamedTuple):
    """The beginning of an item: its clause, what stands in square brackets, and the lines that are left."""

    clause: str
    numbered: bool
    period: Period
    source: str
    lines: tuple[Line, ...]


class Part(NamedTuple):
    """An item and the joining word it begins with: a last part may speak of the whole list."""

    opening: str
    item: Item
    at: Line


# ---- indentation ----


def branches_of(items: Sequence[Sequence[Line]], page: Page) -> tuple[Branch, ...]:
    """Return the items as a tree, two spaces a level; an item that skips a level stands below the one before it."""
    waiting: list[list[Branch]] = [[] for _ in range(DEEPEST + 1)]
    for lines, level in reversed(_levelled(items, page)):  # from the end: the parts of an item come before it
        waiting[level].append(Branch(lines, tuple(reversed(waiting[level + 1]))))
        waiting[level + 1].clear()
    return tuple(reversed(waiting[0]))


def _levelled(items: Sequence[Sequence[Line]], page: Page) -> list[tuple[tuple[Line, ...], int]]:
    levelled: list[tuple[tuple[Line, ...], int]] = []
    base, above, too_deep = _indent(items[0][0]) if items else 0, -1, False
    for first, *others in items:
        indent = _indent(first)
        level, odd = divmod(indent - base, 2)
        if level >= DEEPEST and (too_deep or level == above + 1):
            if not too_deep:
                page.mark("CW104", first.part(indent), deepest=DEEPEST)
            too_deep = True
            continue
        if odd or not 0 <= level <= above + 1:
            page.mark("CW122", first.part(indent), most=base + 2 * (above + 1))
            level = min(max(level + odd, 0), above + 1, DEEPEST - 1)
        levelled.append(((first.part(indent + 1), *others), level))
        above, too_deep = level, False
    return levelled


def _indent(line: Line) -> int:
    return len(line.text) - len(line.text.lstrip())


# ---- numbers ----


def take_heading_number(heading: Line) -> tuple[str, Line]:
    """Part `I. Title` or `(B-CLS) Title` into number and title; a heading that begins otherwise has no number."""
    found = _NUMBERED_HEADING.match(heading.text)
    return (found[1] or found[2], heading.part(found.end())) if found else ("", heading)


def take_number(lines: tuple[Line, ...], above: Above, page: Page) -> Head:
    """Part an item into its clause number, the period and source behind it, and its sentence."""
    number, end = _number(lines[0], above, page)
    clause = number or above.clause
    if not clause and above.first:
        page.mark("CW136", lines[0])
    period, source, rest = take_brackets(lines[0].part(end), clause, page)
    if number:
        note_clause(number, period, lines[0], page)
    return Head(clause, bool(number), period, source, (rest, *lines[1:]))


def _number(line: Line, above: Above, page: Page) -> tuple[str, int]:
    word = line.text.split(" ", 1)[0]
    bracketed = _BRACKETED.match(line.text) if above.first else None
    if bracketed:
        return bracketed[1], bracketed.end()
    if _continues(word, above.clause):
        return word, len(word)
    bare = word.strip("().,:;")
    if _continues(bare, above.clause):
        page.mark("CW139", line, bare, word=word, number=bare)
    elif _looks_like_number(word.strip("(),:;"), above.clause):
        page.mark("CW120", line, bare, number=bare, wanted=_wanted(above.clause))
    else:
        return "", 0
    return bare, len(word)


def _wanted(clause: str) -> str:
    return f"`{clause}.` or `{clause}-`, then one label" if clause else "a number in brackets, such as `(A)`"


def _continues(word: str, clause: str) -> bool:
    """Tell whether a word is the clause's number with a label behind it.

    A label the source does not have (`I.A.3.pain`) may be passed over by those below it (`I.A.3.inf`).
    """
    while clause and not word.startswith((clause + ".", clause + "-")):
        own = _OWN_LABEL.fullmatch(clause)
        clause = own[1] if own else ""
    return bool(clause and len(word) <= LONGEST_NUMBER and _LABEL.fullmatch(word, len(clause) + 1))


def _looks_like_number(word: str, clause: str) -> bool:
    """Tell a number out of place from prose: `I.A.4` anywhere, `B-PRIV-5` where the clause above begins with `B`."""
    if _FOREIGN_NUMBER.fullmatch(word) or not clause:
        return bool(_FOREIGN_NUMBER.fullmatch(word))
    root = re.split(r"[.-]", clause, maxsplit=1)[0]
    family = word.startswith((root + ".", root + "-")) and bool(_NUMBER.fullmatch(word))
    return family or word.startswith((clause + ".", clause + "-"))


def take_brackets(line: Line, clause: str, page: Page) -> tuple[Period, str, Line]:
    """Take `[from ...]`, `[to ...]` and `[source ...]` off the beginning of a line."""
    at, source, days = 0, "", []
    while found := _BRACKET.match(line.text, at):
        word, _, rest = found[1].partition(" ")
        if word == "source":
            source = rest.strip()
        elif word in ("from", "to", "until"):
            days.append(found[1])
        else:
            page.mark("CW138", line.part(*found.span()), clause, text=found[1])
        at = found.end()
    check_brackets(line.part(at), clause, page)
    period = read_period(line._replace(text=" ".join(days)), page, clause) if days else ALWAYS
    return period, source, line.part(at)


def check_brackets(line: Line, clause: str, page: Page) -> None:
    """Note a period or source where nothing reads it."""
    if stray := _STRAY_BRACKET.search(line.text):
        page.mark("CW119", line.part(*stray.span()), clause, text=stray[0])


def note_clause(number: str, period: Period, at: Line, page: Page) -> None:
    """Remember a clause number; twice is a problem unless the periods lie apart."""
    periods = page.seen.setdefault(number, [])
    if any(period.overlaps(other) for other in periods):
        page.mark("CW121", at, number, number=number)
    periods.append(period)


# ---- items and criteria ----


def read_part(branch: Branch, above: Above, page: Page) -> Part:
    """Read an item with all that stands below it."""
    head = take_number(branch.lines, above, page)
    sentence = read_sentence(head.lines, head.clause, page)
    item = item_of(head, sentence, read_parts(branch, head.clause, page), page)
    return Part(sentence.opening, item, sentence.at)


def read_parts(branch: Branch, clause: str, page: Page) -> tuple[Part, ...]:
    """Read the items below a branch, as parts of a clause."""
    return tuple(read_part(part, Above(clause, first=False), page) for part in branch.parts)


def item_of(head: Head, sentence: Sentence, parts: Sequence[Part], page: Page, prose: str = "") -> Item:
    """Build the item of a sentence and its parts; `prose` replaces the sentence's own where a heading says it."""
    return Item(
        clause=head.clause,
        prose=prose or sentence.prose,
        criterion=criterion_of(sentence, parts, head.clause, page),
        numbered=head.numbered,
        scope=_joined(sentence.scope, UNKNOWN, head.clause, page) if sentence.scope else None,
        conclusion=sentence.conclusion.words,
        otherwise=sentence.otherwise.words,
        target=sentence.conclusion.target or sentence.otherwise.target,
        period=head.period,
        source=head.source,
        file=page.file,
        line=sentence.at.number,
    )


def criterion_of(sentence: Sentence, parts: Sequence[Part], clause: str, page: Page) -> Criterion:
    """Join the stretches of a sentence with the parts below it into one criterion."""
    if parts and not sentence.group:
        page.mark("CW134", sentence.at, clause)
        return AllOf(tuple(part.item for part in parts))
    if not any(stretch.operands for stretch in sentence.stretches):
        page.mark("CW123", sentence.at, clause)
        return UNKNOWN
    group = _grouped(sentence, parts, clause, page) if sentence.group else UNKNOWN
    return _joined(sentence.stretches, group, clause, page)


def _grouped(sentence: Sentence, parts: Sequence[Part], clause: str, page: Page) -> Criterion:
    """Put the parts under the group word; a last part that begins with an exception speaks of them all."""
    ends_in_exception = bool(parts) and parts[-1].opening in EXCEPTIONS
    members = parts[:-1] if ends_in_exception else parts
    for part in members:
        if part.opening in EXCEPTIONS:
            page.mark("CW149", part.at, clause, word=part.opening)
    if not members:
        page.mark("CW133", sentence.at, clause, word=sentence.group)
        return UNKNOWN
    group = _group(sentence, tuple(part.item for part in members), clause, page)
    if not ends_in_exception:
        return group
    return _waived(parts[-1].opening, group, parts[-1].item)


def _group(sentence: Sentence, items: tuple[Item, ...], clause: str, page: Page) -> Criterion:
    match sentence.group:
        case "all of":
            return AllOf(items)
        case "one of":
            return AnyOf(items)
        case "one of, and others like these":
            return AnyOf(items, open_list=True)
        case "exactly one of":
            return ExactlyOne(items)
        case "none of":
            return Negation(AnyOf(items))
        case "on the same side, all of":
            return SameSide(AllOf(items))
        case "first of":
            page.mark("CW144", sentence.at, clause)
            return AnyOf(items)
        case at_least:
            return _at_least(int(at_least.split()[2]), items, sentence, page, clause)


def _at_least(count: int, items: tuple[Item, ...], sentence: Sentence, page: Page, clause: str) -> Criterion:
    if not 1 <= count <= len(items):
        always = "can never be met" if count else "is always met"
        page.mark("CW129", sentence.at, clause, count=count, parts=len(items), always=always)
    return AtLeast(count, items)


def _waived(word: str, main: Criterion, exception: Criterion) -> Criterion:
    return Unless(main, exception) if word == "unless" else Except(main, exception)


def _joined(stretches: Sequence[Stretch], group: Criterion, clause: str, page: Page) -> Criterion:
    """Join stretches: an exception last, **if** ... **then** before it, and one kind of **and** or **or** within."""
    _check_joiners(stretches, clause, page)
    operands = [_operand(stretch, group, clause, page) for stretch in stretches]
    joiners = [stretch.joiner for stretch in stretches]
    end = next((at for at, joiner in enumerate(joiners) if at and joiner in EXCEPTIONS), len(joiners))
    if joiners[0] == "if" and "then" in joiners[:end]:
        then = joiners.index("then")
        main: Criterion = IfThen(_chain(operands[:then], joiners), _chain(operands[then:end], joiners))
    else:
        main = _chain(operands[:end], joiners)
    return _waived(joiners[end], main, _chain(operands[end:], joiners)) if end < len(joiners) else main


def _chain(operands: Sequence[Criterion], joiners: Sequence[str]) -> Criterion:
    if len(operands) == 1:
        return operands[0]
    return AnyOf(tuple(operands)) if "or" in joiners else AllOf(tuple(operands))


def _operand(stretch: Stretch, group: Criterion, clause: str, page: Page) -> Criterion:
    if stretch.operands > 1:
        page.mark("CW124", stretch.at, clause)
    elif not stretch.operands:
        page.mark("CW125", stretch.at, clause)
        return UNKNOWN
    return stretch.tests[0] if stretch.tests else group


def _check_joiners(stretches: Sequence[Stretch], clause: str, page: Page) -> None:
    """Note joining words that contradict each other or stand in the wrong place."""
    joiners = [stretch.joiner for stretch in stretches]
    inner = joiners[1:]
    if "and" in inner and "or" in inner:
        page.mark("CW127", stretches[1].at, clause)
    exceptions = [at for at, joiner in enumerate(joiners) if joiner in EXCEPTIONS]
    if len(exceptions) > 1 or (exceptions and 0 < exceptions[0] < len(inner)):
        page.mark("CW128", stretches[exceptions[0]].at, clause, word=joiners[exceptions[0]])
    if joiners[0] == "if" and "then" not in joiners:
        page.mark("CW148", stretches[0].at, clause)
    for at, joiner in enumerate(joiners):
        if _is_misplaced(joiner, joiners[:at]):
            page.mark("CW135", stretches[at].at, clause, word=joiner)


def _is_misplaced(joiner: str, before: Sequence[str]) -> bool:
    if joiner in ("if", "when", "on point when"):
        return bool(before)
    if joiner in ("and", "or"):
        return not before
    return joiner == "then" and (before[:1] != ["if"] or "then" in before)

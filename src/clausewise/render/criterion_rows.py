"""A criterion as people read it: each item with its words, its test in the language, and the questions that the test asks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from clausewise.policy.mentions import Sort, mentions
from clausewise.policy.walk import parts_of
from clausewise.render.rows import Look, Row
from clausewise.vocab import criterion as c
from clausewise.vocab.criterion import Criterion, Item
from clausewise.vocab.document import AnswerKind, Default, Definition, FactDeclaration, Score
from clausewise.vocab.period import ALWAYS, Period
from clausewise.vocab.wording import worded

STEP = 2


@dataclass(frozen=True, slots=True)
class OutlinePart:
    """A line of the outline as people read it, with what stands below it.

    `clause` is the number as cited outside, empty for a part without one; `words` its prose, `joint` what joins a bare test to the
    part before it.  `group` joins the `parts` below; a part without parts has its own `test`.
    """

    clause: str = ""
    words: str = ""
    conclusion: str = ""
    period: Period = ALWAYS
    joint: str = ""
    group: str = ""
    scope: Criterion | None = None
    test: Criterion | None = None
    parts: tuple["OutlinePart", ...] = ()
    item: Item | None = None


def outline_part(item: Item, ids: str, on: date | None = None) -> OutlinePart | None:
    """Return an item with all below it, the clause numbers as cited outside; on a day, only what is in force then."""
    if on is not None and not item.period.covers(on):
        return None
    return OutlinePart(
        clause=f"{ids}{item.clause}" if item.numbered else "",
        words=item.prose,
        conclusion=conclusion_words(item),
        period=item.period,
        group=group_words(item.criterion),
        scope=item.scope,
        test=None if _has_items(item.criterion) else item.criterion,
        parts=tuple(_parts_below(item.criterion, ids, on)),
        item=item,
    )


def bare_part(criterion: Criterion, ids: str) -> OutlinePart:
    """Return a criterion that stands by itself, such as that of a reading, as a part without number and prose."""
    if not _has_items(criterion):
        return OutlinePart(test=criterion)
    return OutlinePart(group=group_words(criterion), parts=tuple(_parts_below(criterion, ids, None)))


def _parts_below(criterion: Criterion, ids: str, on: date | None) -> Iterator[OutlinePart]:
    for part in parts_of(criterion) if _has_items(criterion) else ():
        if isinstance(part, Item):
            below = outline_part(part, ids, on)
            if below is not None:
                yield below
        elif isinstance(criterion, c.Unless | c.Except) and part is criterion.main and _has_items(part):
            yield from _parts_below(part, ids, on)  # its group word stands in the head
        elif _has_items(part):
            joint = joint_words(criterion, part)
            yield OutlinePart(joint=joint, group=group_words(part), parts=tuple(_parts_below(part, ids, on)))
        else:
            yield OutlinePart(joint=joint_words(criterion, part), test=part)


def conclusion_words(item: Item) -> str:
    """Return what an item concludes, and what else; nothing where it only states a condition."""
    if not item.conclusion:
        return ""
    return f"{item.conclusion} {item.target}".rstrip() + (f", else {item.otherwise}" if item.otherwise else "")


NO_CHANGES: Mapping[int, str] = MappingProxyType({})


def item_rows(
    item: Item, ids: str, indent: int, on: date | None = None, changes: Mapping[int, str] = NO_CHANGES
) -> Iterator[Row]:
    """Yield an item and all below it, the clause numbers as cited outside; on a day, only what is in force.

    `changes` says by the line of an item what an amendment did to it.
    """
    part = outline_part(item, ids, on)
    if part is not None:
        yield from _part_rows(part, indent, changes)


def _part_rows(part: OutlinePart, indent: int, changes: Mapping[int, str]) -> Iterator[Row]:
    if part.item is None and part.test is not None:
        yield Row(f"{part.joint}{criterion_words(part.test)}", indent, "-", Look.QUIET)
        return
    look = Look.HEAD if part.conclusion else Look.PLAIN
    number = f"{part.clause}  " if part.clause else ""
    yield Row(f"{number}{_head(part)}", indent, "" if part.clause else "-", look)
    if part.item is not None and part.item.line in changes:
        yield Row(changes[part.item.line], indent + 2 * STEP, "~", Look.QUIET)
    if part.scope is not None:
        yield Row(f"on point when {criterion_words(part.scope)}", indent + 2 * STEP, look=Look.QUIET)
    if part.test is not None:
        yield Row(criterion_words(part.test), indent + 2 * STEP, look=Look.QUIET)
    for below in part.parts:
        yield from _part_rows(below, indent + STEP, changes)


def _head(part: OutlinePart) -> str:
    words = part.words
    if part.conclusion:
        words += f" -> {part.conclusion}"
    if part.period != ALWAYS:
        words += f" [{period_words(part.period)}]"
    if part.item is None:
        return f"{part.joint}{part.group}".strip()
    return f"{words}: {part.group}" if words and part.group else words or part.group


def _has_items(criterion: Criterion) -> bool:
    return isinstance(criterion, Item) or any(_has_items(part) for part in parts_of(criterion))


def joint_words(group: Criterion, part: Criterion) -> str:
    """Return the word that joins a second part to the first: unless, except, then."""
    match group:
        case c.Unless(_, waiver) if waiver is part:
            return "unless "
        case c.Except(_, exception) if exception is part:
            return "except "
        case c.IfThen(condition, _) if condition is part:
            return "if "
        case c.Negation():
            return "not "
        case _:
            return ""


def group_words(criterion: Criterion) -> str:
    """Return the words that join the items below: all of, one of, at least 2 of; nothing where there are none."""
    if not _has_items(criterion):
        return ""
    match criterion:
        case c.AllOf():
            return "all of"
        case c.AnyOf(_, open_list):
            return "one of, and others like these" if open_list else "one of"
        case c.AtLeast(count):
            return f"at least {count} of"
        case c.ExactlyOne():
            return "exactly one of"
        case c.Unless(main) | c.Except(main):
            return group_words(main)
        case c.Negation(part):
            return "none of" if isinstance(part, c.AnyOf) else "not"
        case c.SameSide(part):
            return f"on the same side, {group_words(part)}"
        case _:
            return ""


def criterion_words(criterion: Criterion) -> str:
    """Return a criterion on one line, in the words of the language."""
    match criterion:
        case Item(prose=prose, criterion=inner):
            return f"{prose} ({criterion_words(inner)})" if prose else criterion_words(inner)
        case c.AllOf(parts):
            return _joined(" and ", parts)
        case c.AnyOf(parts):
            return _joined(" or ", parts)
        case c.AtLeast(count, parts):
            return f"at least {count} of ({', '.join(map(criterion_words, parts))})"
        case c.ExactlyOne(parts):
            return f"exactly one of ({', '.join(map(criterion_words, parts))})"
        case c.Negation(c.Is(fact, values)) if values != ("yes",):
            return f"{fact} is not {worded(c.Is(fact, values)).removeprefix(f'{fact} is ')}"
        case c.Negation(part):
            return f"not {_bracketed(part)}"
        case c.SameSide(part):
            return f"on the same side: {criterion_words(part)}"
        case c.Unless(main, waiver):
            return f"{criterion_words(main)} unless {criterion_words(waiver)}"
        case c.Except(main, exception):
            return f"{criterion_words(main)} except {criterion_words(exception)}"
        case c.IfThen(condition, demand):
            return f"if {criterion_words(condition)} then {criterion_words(demand)}"
        case _:
            return worded(criterion)


def _joined(word: str, parts: tuple[Criterion, ...]) -> str:
    return word.join(map(_bracketed, parts))


def _bracketed(part: Criterion) -> str:
    words = criterion_words(part)
    return f"({words})" if isinstance(part, c.Group) and not isinstance(part, c.Negation | c.AtLeast) else words


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The facts, defined words and scores of documents that speak together."""

    facts: Mapping[str, FactDeclaration]
    words: Mapping[str, Definition]
    scores: Mapping[str, Score]


def asked_facts(criterion: Criterion, known: Vocabulary) -> list[str]:
    """Return the facts that a criterion asks for, those behind its defined words and its scores included, each once."""
    found: dict[str, None] = {}
    pending, met = [criterion], set[str]()
    while pending:
        for mention in mentions(pending.pop(0)):
            defined, score = known.words.get(mention.name), known.scores.get(mention.name)
            if mention.sort is not Sort.WORD or mention.name in met:
                continue
            met.add(mention.name)
            if mention.name in known.facts:
                found[mention.name] = None
            elif score is not None:
                found |= {item.fact: None for item in score.items if item.fact in known.facts}
            elif defined is not None and defined.criterion is not None:
                pending.append(defined.criterion)
    return list(found)


def fact_rows(fact: FactDeclaration, indent: int) -> Iterator[Row]:
    """Yield a fact as its question, with the answers it may have and where to look."""
    yield Row(f"{fact.question or fact.name}  [{fact.name}]", indent)
    where = f"; look in: {fact.where}" if fact.where else ""
    yield Row(f"{answer_words(fact)}{where}", indent + 2 * STEP, look=Look.QUIET)


def answer_words(fact: FactDeclaration) -> str:
    """Return which answers a fact may have."""
    answer = fact.answer
    if answer.kind is AnswerKind.CHOICE:
        return f"one of {', '.join(answer.values)}"
    if answer.kind is AnswerKind.ANY_OF:
        return f"any of {', '.join(answer.values)}"
    if answer.kind is AnswerKind.GRADE:
        return f"a grade: {' < '.join(answer.values)}"
    if answer.kind is AnswerKind.NUMBER:
        unit = f" in {answer.unit}" if answer.unit else ""
        return f"a number{unit}{', for each side' if answer.each_side else ''}"
    return str(answer.kind.value)


def absence_words(fact: FactDeclaration) -> str:
    """Return what it means that nobody speaks of a fact; what no default covers stays unknown."""
    said = [_default_words(default) for default in fact.defaults]
    settled = bool(fact.defaults) and fact.defaults[-1].when is None
    return "; ".join(said if settled else [*said, "unknown" if not said else "else unknown"])


def _default_words(default: Default) -> str:
    value = default.value if default.test is None else f"yes or no as this holds: {criterion_words(default.test)}"
    return value if default.when is None else f"{value} if {criterion_words(default.when)}"


def period_words(period: Period) -> str:
    """Return a period in words."""
    if period == ALWAYS:
        return "at any time"
    if period.last is None:
        return f"{period.first} onward"
    return f"until {period.last}" if period.first is None else f"{period.first} to {period.last}"

"""A criterion as people read it: each item with its words, its test in the language, and the questions that the test asks."""

from collections.abc import Iterator, Mapping
from datetime import date

from clausewise.policy.mentions import Sort, mentions
from clausewise.policy.walk import parts_of
from clausewise.render.rows import Look, Row
from clausewise.vocab import criterion as c
from clausewise.vocab.criterion import Criterion, Item
from clausewise.vocab.document import AnswerKind, Definition, FactDeclaration
from clausewise.vocab.period import ALWAYS, Period
from clausewise.vocab.wording import worded

STEP = 2


def item_rows(item: Item, ids: str, indent: int, on: date | None = None) -> Iterator[Row]:
    """Yield an item and all below it, the clause numbers as cited outside; on a day, only what is in force."""
    if on is not None and not item.period.covers(on):
        return
    number = f"{ids}{item.clause}  " if item.numbered else ""
    look = Look.HEAD if item.conclusion else Look.PLAIN
    yield Row(f"{number}{_head(item)}", indent, "" if item.numbered else "-", look)
    if item.scope is not None:
        yield Row(f"on point when {criterion_words(item.scope)}", indent + 2 * STEP, look=Look.QUIET)
    yield from _below(item.criterion, ids, indent + STEP, on)


def _head(item: Item) -> str:
    words = item.prose
    if item.conclusion:
        words += f" -> {item.conclusion} {item.target}".rstrip() + (f", else {item.otherwise}" if item.otherwise else "")
    if item.period != ALWAYS:
        words += f" [{period_words(item.period)}]"
    group = group_words(item.criterion)
    return f"{words}: {group}" if words and group else words or group


def _below(criterion: Criterion, ids: str, indent: int, on: date | None) -> Iterator[Row]:
    """Yield what stands below an item: its own test in one row, or its parts."""
    if not _has_items(criterion):
        yield Row(criterion_words(criterion), indent + STEP, look=Look.QUIET)
        return
    for part in parts_of(criterion):
        if isinstance(part, Item):
            yield from item_rows(part, ids, indent, on)
        elif isinstance(criterion, c.Unless | c.Except) and part is criterion.main and _has_items(part):
            yield from _below(part, ids, indent, on)  # its group word stands in the head
        elif _has_items(part):
            yield Row(f"{joint_words(criterion, part)}{group_words(part)}".strip(), indent, "-")
            yield from _below(part, ids, indent + STEP, on)
        else:
            yield Row(f"{joint_words(criterion, part)}{criterion_words(part)}", indent, "-", Look.QUIET)


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


def asked_facts(criterion: Criterion, declared: Mapping[str, FactDeclaration], words: Mapping[str, Definition]) -> list[str]:
    """Return the names of the facts that a criterion asks for, those behind its defined words included, each once."""
    found: dict[str, None] = {}
    pending, met = [criterion], set[str]()
    while pending:
        for mention in mentions(pending.pop(0)):
            defined = words.get(mention.name)
            if mention.sort is not Sort.WORD or mention.name in met:
                continue
            met.add(mention.name)
            if mention.name in declared:
                found[mention.name] = None
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


def period_words(period: Period) -> str:
    """Return a period in words."""
    if period == ALWAYS:
        return "at any time"
    if period.last is None:
        return f"{period.first} onward"
    return f"until {period.last}" if period.first is None else f"{period.first} to {period.last}"

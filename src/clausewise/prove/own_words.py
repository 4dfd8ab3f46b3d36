"""What a clause says by itself, without the numbered parts below it: whether its own line changed, or only what it rests on."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace

from clausewise.policy.mentions import Sort as Named
from clausewise.policy.mentions import mentions
from clausewise.policy.walk import below, is_test, parts_of
from clausewise.vocab import criterion as c
from clausewise.vocab.criterion import Criterion, Item
from clausewise.vocab.document import FactDeclaration, PolicyDocument, Step

Names = Mapping[str, str]  # new names by old ones; what is not in it has kept its name


def own_form(criterion: Criterion | None, names: Names) -> Hashable:
    """Return a criterion without words, order and depth, its numbered parts by their numbers only, names as they are now."""
    match criterion:
        case None:
            return None
        case Item(numbered=True, clause=clause):
            return "clause", names.get(clause, clause)
        case Item(criterion=inner, scope=scope):
            return own_form(inner, names) if scope is None else ("scope", own_form(scope, names), own_form(inner, names))
        case c.AllOf(parts):
            return "all", frozenset(_flat(c.AllOf, parts, names))
        case c.AnyOf(parts):
            return "any", frozenset(_flat(c.AnyOf, parts, names))
        case c.AtLeast(count, parts):
            return "at least", count, frozenset(own_form(part, names) for part in parts)
        case c.ExactlyOne(parts):
            return "exactly one", frozenset(own_form(part, names) for part in parts)
        case c.ClauseMet(clause):
            return replace(criterion, clause=names.get(clause, clause))
        case c.OnPoint(clause):
            return c.OnPoint(names.get(clause, clause))
        case c.Known(fact, clause):
            return c.Known(names.get(fact, fact), names.get(clause, clause))
        case c.Is(fact, ("yes",)):
            return c.Is(names.get(fact, fact), ("yes",))
        case _ if is_test(criterion):
            return criterion
        case _:
            return type(criterion).__name__, tuple(own_form(part, names) for part in parts_of(criterion))  # order matters


def _flat(group: type, parts: tuple[Criterion, ...], names: Names) -> Iterator[Hashable]:
    for part in parts:
        inner = part.criterion if isinstance(part, Item) and not part.numbered and part.scope is None else part
        if isinstance(inner, c.AllOf | c.AnyOf) and isinstance(inner, group):
            yield from _flat(group, inner.parts, names)
        else:
            yield own_form(inner, names)


def line_form(item: Item, names: Names) -> Hashable:
    """Return what an item says on its own lines: its scope question and its test."""
    inner = own_form(item.criterion, names)
    return own_form(item.scope, names), inner


def step_form(step: Step, names: Names) -> Hashable:
    """Return what a step of the ladder says by itself."""
    return own_form(step.criterion, names), step.conclusion, step.reason, step.target, step.if_unknown, step.if_unknown_reason


@dataclass(frozen=True, slots=True)
class Rests:
    """What the words of a clause rest on: clauses (numbered parts included), defined words and facts, sets, tables."""

    clauses: frozenset[str]
    words: frozenset[str]


def rests_on(criteria: Iterator[Criterion]) -> Rests:
    """Return what some criteria name."""
    clauses: set[str] = set()
    words: set[str] = set()
    for criterion in criteria:
        clauses |= {node.clause for node in below(criterion) if isinstance(node, Item) and node.numbered}
        for mention in mentions(criterion):
            named = clauses if mention.sort in (Named.CLAUSE, Named.EVERY_READING, Named.SCOPE) else words
            named |= {mention.name}
    return Rests(frozenset(clauses), frozenset(words))


def changed_words(old: PolicyDocument, new: PolicyDocument, names: Names) -> frozenset[str]:
    """Return the defined words, sets, tables and scores whose own declaration is another one, or that have come or gone."""
    before, after = _declared(old, names), _declared(new, {})
    return frozenset(name for name in {**before, **after} if before.get(name) != after.get(name))


def _declared(document: PolicyDocument, names: Names) -> dict[str, Hashable]:
    found: dict[str, Hashable] = {}
    for word in document.definitions:
        if word.criterion is not None:
            found[names.get(word.name, word.name)] = own_form(word.criterion, names)
    found |= {group.name: (frozenset(group.codes), group.complete) for group in document.sets}
    found |= {table.name: replace(table, file="", line=0) for table in document.tables}
    found |= {score.name: replace(score, file="", line=0) for score in document.scores}
    return found | {fact.name: fact_meaning(fact) for fact in document.facts}


def fact_meaning(fact: FactDeclaration) -> Hashable:
    """Return what a fact means to the program: its answers, and what silence means."""
    return fact.answer, silence_meaning(fact)


def silence_meaning(fact: FactDeclaration) -> Hashable:
    """Return what it means that nobody speaks of a fact, and which answers leave it open."""
    silences = tuple((default.value, *(own_form(one, {}) for one in (default.when, default.test))) for default in fact.defaults)
    return silences, fact.asked_again

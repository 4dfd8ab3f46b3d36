"""Facts that a policy tests and nobody is ever asked for: no step of the ladder rests on what tests them."""

from collections.abc import Iterator

from clausewise.compiler.link import Linked
from clausewise.compiler.lower import concluding
from clausewise.compiler.rests import Point, facts_below, points_of
from clausewise.compiler.words import Words
from clausewise.policy.mentions import Sort, mentions, mentions_of
from clausewise.policy.places import Text
from clausewise.policy.remarks import remark
from clausewise.policy.walk import is_test, nodes, passages
from clausewise.vocab.problem import Problem

_MET = ("specific_path_met", "general_path_met", "further_basis")  # what "as the paths say" and "also supported by" speak of


def never_asked(linked: Linked, words: Words, text: Text) -> Iterator[Problem]:
    """Yield a warning for each fact the policy tests only where the ladder does not look."""
    if not linked.ladder.steps or linked.policy.kind == "ladder":
        return
    asked = facts_below(_roots(linked, words), linked, words)
    told: set[str] = set()
    for passage in passages(linked.policy):
        for node, spot in nodes(passage) if passage.spot.clause else ():  # what absence means is asked with its fact
            for mention in mentions_of(node) if is_test(node) else ():
                name = mention.name
                if mention.sort is Sort.WORD and name in linked.facts and name not in asked | told:
                    told.add(name)
                    at = text.place(spot.file, spot.line, name)
                    yield remark("CW431", at, spot.clause, name=name, ladder=linked.ladder.id, where=_named(spot.clause, words))


def _named(clause: str, words: Words) -> str:
    return f"`{clause}`" if words.is_definition(clause) else f"clause {clause}"


def _roots(linked: Linked, words: Words) -> Iterator[Point]:
    """Yield what is looked at for every line: the steps, the referrals, and whatever laws, contracts and manuals ask."""
    yield from (Point("definition", word) for word in _MET if words.is_definition(word))
    for _, steps in linked.ladder.steps:
        for step in steps:
            if step.criterion is not None:
                yield from points_of(step.criterion, linked, words)
    for item in concluding(linked.policy, ("refer",), linked):
        yield from points_of(item, linked, words)
    for document in (*linked.laws, *linked.foreign.values()):
        if document.kind != "library":
            for passage in passages(document):
                names = (mention.name for mention in mentions(passage.criterion) if mention.sort is Sort.WORD)
                yield from (Point("definition" if words.is_definition(name) else "fact", name) for name in names)

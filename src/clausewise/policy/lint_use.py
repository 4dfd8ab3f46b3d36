"""What is declared and never used, what absence means, and what a ladder or a scope question rests on."""

from collections.abc import Iterator
from dataclasses import replace

from clausewise.policy.expression import reserved_words
from clausewise.policy.library import Library
from clausewise.policy.mentions import Mention, Sort, criteria_word, mentions, mentions_of
from clausewise.policy.nearby import Nearby
from clausewise.policy.places import Place
from clausewise.policy.remarks import remark
from clausewise.policy.source import suggestion
from clausewise.policy.walk import is_test, nodes, passages
from clausewise.vocab.criterion import Item
from clausewise.vocab.document import PolicyDocument
from clausewise.vocab.problem import Level, Problem

# Facts that a frame asks for: plans, lines of business, states, funding; and the day a plan put a policy in force.
_OF_FRAMES = frozenset({"plan", "line_of_business", "state", "state_of_issue", "funding", "plan_effective_date"})
_ASKED_BY_THE_LANGUAGE = "age"  # `age >= 18 years` asks for the fact of that name
_SUPPORTS_TOO = "further_basis"  # a definition that is looked at without being named: what supports a line as well
# Words the program supplies to every ladder.
_SUPPLIED = frozenset({"disposition", "code_malformed", "add_on_alone", "returned_beside", "diagnosis_not_valid"})


def lint_use(beside: Nearby, library: Library) -> Iterator[Problem]:
    """Yield what is to be said of the names in a document and of its frame."""
    yield from _reserved(beside)
    yield from _unused(beside)
    yield from _open_scopes(beside)
    yield from _defaults(beside)
    yield from _unanswered_criteria(beside)
    document = beside.document
    if document.kind == "policy" and not (document.ladder or document.ladder_steps()):
        yield remark("CW449", Place(document.file, 1, 1), document=document.id)
    if document.kind == "ladder" and any(one.ladder == document.id for one in beside.audience):
        yield from _not_needed(beside)


def _reserved(beside: Nearby) -> Iterator[Problem]:
    """Yield an error for each fact, definition or score that is called by a word of the language."""
    document, refused = beside.document, reserved_words()
    named = [("fact", fact.name, fact.line) for fact in document.facts if fact.name != _ASKED_BY_THE_LANGUAGE]
    named += [(what, name, line) for what, name, line in _declared(document) if what in ("definition", "score")]
    for what, name, line in named:
        if name in refused:
            yield remark("CW426", beside.text.place(document.file, line, name), what=what, name=name)


def _unused(beside: Nearby) -> Iterator[Problem]:
    """Yield what nobody uses; of a shared document that is only worth a note, since others may come to use it."""
    document, text = beside.document, beside.text
    used = {mention for one in beside.audience for mention in _mentions(one)}
    words = {name for sort, name, _ in used if sort is Sort.WORD} | {word for one in beside.audience for word in one.needs}
    words |= {*reserved_words(), _SUPPORTS_TOO}  # the former are told of as such
    words |= {item.fact for one in beside.audience for score in one.scores for item in score.items}
    found = [
        remark("CW430", text.place(fact.file, fact.line, fact.name), name=fact.name)
        for fact in document.facts
        if fact.name not in words | _OF_FRAMES
    ]
    for what, name, line in _declared(document):
        sort = {"set": Sort.VALUE_SET, "table": Sort.TABLE}.get(what, Sort.WORD)
        if not (name in words if sort is Sort.WORD else Mention(sort, name) in used):
            found.append(remark("CW432", text.place(document.file, line, name), what=what, name=name))
    shared = document.kind == "library"
    yield from (replace(problem, level=Level.NOTE) if shared else problem for problem in found)


def _mentions(document: PolicyDocument) -> Iterator[Mention]:
    for passage in passages(document):
        yield from mentions(passage.criterion)


def _declared(document: PolicyDocument) -> Iterator[tuple[str, str, int]]:
    yield from (("set", one.name, one.line) for one in document.sets)
    yield from (("definition", one.name, one.line) for one in document.definitions if one.criterion is not None)
    yield from (("table", one.name, one.line) for one in document.tables)
    yield from (("score", one.name, one.line) for one in document.scores)


def _open_scopes(beside: Nearby) -> Iterator[Problem]:
    """Yield a warning for each open set that a scope question rests on."""
    sets = beside.sets()
    for passage in passages(beside.document):
        for node, spot in nodes(passage):
            scope = node.scope if isinstance(node, Item) else None
            for mention in mentions(scope) if scope is not None else ():
                if mention.sort is Sort.VALUE_SET and any(not one.complete for one in sets.get(mention.name, ())):
                    at = beside.text.place(spot.file, spot.line, f"#{mention.name}")
                    yield remark("CW447", at, spot.clause, name=mention.name)


def _defaults(beside: Nearby) -> Iterator[Problem]:
    """Yield one note that lists the facts whose absence means something."""
    facts = [fact for fact in beside.document.facts if fact.defaults]
    if facts:
        count, mean = ("1 fact", "means") if len(facts) == 1 else (f"{len(facts)} facts", "mean")
        at = beside.text.place(facts[0].file, facts[0].line, facts[0].name)
        yield remark("CW448", at, count=count, mean=mean, names=", ".join(fact.name for fact in facts))


def _unanswered_criteria(beside: Nearby) -> Iterator[Problem]:
    """Yield a note for each outside criteria set that no definition answers for."""
    definitions = beside.definitions()
    for passage in passages(beside.document):
        for node, spot in nodes(passage):
            for sort, name, _ in mentions_of(node) if is_test(node) else ():
                word = criteria_word(name)
                if sort is Sort.CRITERIA and word not in definitions:
                    hint = suggestion(word, tuple(sorted(definitions)), f"define `{word}` by a fact to have it asked")
                    yield remark("CW451", beside.text.place(spot.file, spot.line, name), spot.clause, name=name, hint=hint)


def _not_needed(beside: Nearby) -> Iterator[Problem]:
    """Yield a warning for each word of a ladder that it has from nobody: not needed, not its own, not used."""
    ladder = beside.document
    own = {fact.name for one in (ladder, *beside.used) for fact in one.facts} | set(beside.definitions())
    known = own | set(ladder.needs) | _SUPPLIED | {score.name for one in (ladder, *beside.used) for score in one.scores}
    told: set[str] = set()
    for passage in passages(ladder):
        for node, spot in nodes(passage):
            for sort, name, _ in mentions_of(node) if is_test(node) else ():
                if sort is Sort.WORD and name not in known | told:
                    told.add(name)
                    yield remark("CW450", beside.text.place(spot.file, spot.line, name), spot.clause, name=name)



"""The checker: do the documents that speak together mean something, before anybody is judged by them?

`check` looks at linked documents: names, answers, types, units, references, exceptions, coding rules, what the ladder needs.
`check_library` says all there is to say of some documents of a library: what reader, linter and checker found.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from clausewise.compiler.answers import Fault, faults_of_answers
from clausewise.compiler.asked import never_asked
from clausewise.compiler.compile import missing_answers, missing_words
from clausewise.compiler.link import Linked, link
from clausewise.compiler.listed import listed_and_excluded
from clausewise.compiler.measures import faults_of_comparison, faults_of_score
from clausewise.compiler.reachable import unreachable_exceptions
from clausewise.compiler.references import Citable, citable, faults_of_reference, missing_clause
from clausewise.compiler.rests import Point, circles
from clausewise.compiler.shelf import linked_documents
from clausewise.compiler.words import Words, answer_rows, words_of
from clausewise.policy.library import ASSESSOR_KINDS, Library
from clausewise.policy.lint import lint
from clausewise.policy.mentions import Sort, mentions_of
from clausewise.policy.places import Place, Text, at_origin
from clausewise.policy.remarks import in_order, remark
from clausewise.policy.source import suggestion
from clausewise.policy.walk import Placed, Spot, below, is_test, nodes, passages
from clausewise.vocab.criterion import ClauseMet, Compare, OutsideTest, Test
from clausewise.vocab.document import FAMILIES_OF_CODE, PolicyDocument
from clausewise.vocab.problem import Level, Problem

_BROUGHT_ALONG = ("CW432", "CW449")
_WITH_ANSWERS = ("ladder", "policy")  # kinds whose ladder gives its conclusions a code; a notice has words of its own


def check(linked: Linked) -> tuple[Problem, ...]:
    """Return what is wrong with documents that speak together on their day, in the order of files and lines."""
    words, text, to = words_of(linked), Text((*linked.documents(), *linked.foreign.values())), citable(linked)
    documents = (linked.policy,) if linked.ladder is linked.policy else (linked.policy, linked.ladder)
    problems = [problem for document in documents for problem in _tests(document, linked, words, to, text)]
    problems.extend(_scores(linked.policy, words, text))
    problems.extend(_circles(linked, words, text))
    problems.extend(_ladder(linked, text))
    problems.extend(_codes(linked.policy, words, to, text))
    problems.extend(unreachable_exceptions(linked, words, text))
    problems.extend(listed_and_excluded(linked, words, text))
    problems.extend(never_asked(linked, words, text))
    return in_order(at_origin(problems, (*linked.documents(), *linked.foreign.values())))


# ---- tests


def _tests(document: PolicyDocument, linked: Linked, words: Words, to: Citable, text: Text) -> Iterator[Problem]:
    needed = frozenset(linked.ladder.needs) if document is linked.ladder else frozenset()  # missing ones are told once
    for passage in passages(document):
        for placed in nodes(passage):
            if is_test(placed.node):
                yield from _faults_of_test(placed.node, placed.spot, needed, words, to, text)
        for placed in nodes(passage, linked.on):
            yield from _asleep(placed, linked, words, text)


def _faults_of_test(
    test: Test, spot: Spot, needed: frozenset[str], words: Words, to: Citable, text: Text
) -> Iterator[Problem]:
    found = [*faults_of_answers(test, words), *faults_of_reference(test, to)]
    if isinstance(test, Compare):
        found.extend(faults_of_comparison(test, words))
    if isinstance(test, OutsideTest) and f"#{test.subject}" in text.sentence(spot.file, spot.line) and test.subject:
        found.extend(_subject(test.subject, words))
    for fault in found:
        if fault.code != "CW410" or fault.word not in needed:
            yield _problem(fault, spot, text)


def _subject(name: str, words: Words) -> Iterator[Fault]:
    if name not in words.sets:
        yield Fault("CW411", f"#{name}", {"name": name, "hint": suggestion(name, tuple(sorted(words.sets)), "declare it")})


def _problem(fault: Fault, spot: Spot, text: Text) -> Problem:
    return remark(fault.code, text.place(spot.file, spot.line, fault.word, fault.after), spot.clause, **fault.written)


def _asleep(placed: Placed, linked: Linked, words: Words, text: Text) -> Iterator[Problem]:
    """Yield a warning for a set that is not valid on the day, where the clause is in force."""
    for mention in mentions_of(placed.node) if is_test(placed.node) else ():
        if mention.sort is Sort.VALUE_SET and mention.name in words.sets and mention.name not in linked.sets:
            at = text.place(placed.spot.file, placed.spot.line, f"#{mention.name}")
            yield remark("CW424", at, placed.spot.clause, name=mention.name, day=linked.on)


def _scores(document: PolicyDocument, words: Words, text: Text) -> Iterator[Problem]:
    for score in document.scores:
        for fault in faults_of_score(score, words):
            yield _problem(fault, Spot("", document.file, score.line), text)


# ---- structure


def _circles(linked: Linked, words: Words, text: Text) -> Iterator[Problem]:
    for circle in circles(linked, words):
        path = " -> ".join(point.shown for point in (*circle, circle[0]))
        file, line = _origin(circle[0], linked)
        clause = circle[0].name if circle[0].kind == "clause" else ""
        what = f"{circle[0].shown} rests on itself: {path}"
        yield remark("CW401", text.place(file, line), clause, what=what, hint="take one of these steps out")


def _origin(point: Point, linked: Linked) -> tuple[str, int]:
    item, word = linked.clauses.get(point.name), linked.definitions.get(point.name)
    if point.kind == "definition" and word is not None:
        return word.file, word.line
    return (item.file, item.line) if item is not None else (linked.policy.file, 0)


def _ladder(linked: Linked, text: Text) -> Iterator[Problem]:
    """Yield the words that the ladder needs and nobody supplies, and conclusions its table of answers does not hold."""
    ladder = linked.ladder
    if linked.policy is not ladder:
        yield from missing_words(linked)
    if linked.policy.kind == "notice":
        yield from missing_answers(linked)
    if ladder.kind not in _WITH_ANSWERS or not ladder.ladder_steps():
        return
    known = {row.cell("disposition") for row in answer_rows(linked)}
    wanted: dict[str, tuple[str, int]] = {}
    for step in ladder.ladder_steps():
        for conclusion in filter(None, (step.conclusion, step.if_unknown)):
            wanted.setdefault(conclusion, (step.clause, step.line))
    for conclusion, (clause, line) in {"ask": ("", 1), **wanted}.items():
        if conclusion not in known:
            at = text.place(ladder.file, line, conclusion)
            yield remark("CW406", at, clause, conclusion=conclusion, document=ladder.id)


def _codes(policy: PolicyDocument, words: Words, to: Citable, text: Text) -> Iterator[Problem]:
    """Yield what is wrong with the coding tables: clauses, codes and families that do not exist."""
    for row in policy.codes:
        for clause in row.clauses:
            for fault in missing_clause(clause, policy.id, to):
                yield _problem(fault._replace(after=""), Spot(clause, policy.file, row.line), text)
    listed = {row.code for row in policy.codes}
    for table, code, line in _coded(policy) if listed else ():
        if code not in listed:
            yield remark("CW422", text.place(policy.file, line, code), code=code, table=table)
    fact = next((fact for fact in words.facts.values() if any(one.value == FAMILIES_OF_CODE for one in fact.defaults)), None)
    for family_row in policy.families if fact is not None else ():
        for family in family_row.families:
            if fact is not None and family not in fact.answer.values:
                at, hint = text.place(policy.file, family_row.line, family), suggestion(family, fact.answer.values)
                yield remark("CW423", at, family=family, name=fact.name, hint=hint)


def _coded(policy: PolicyDocument) -> Iterator[tuple[str, str, int]]:
    """Yield the codes of the coding tables, each with its table and line."""
    for family in policy.families:
        yield "families", family.code, family.line
    for add_on in policy.add_ons:
        yield from (("add-ons", code, add_on.line) for code in (add_on.code, *add_on.primaries))
    for exclusive in policy.exclusives:
        yield from (("exclusive codes", code, exclusive.line) for code in (exclusive.returned, exclusive.beside))


# ---- a library


def check_library(library: Library, names: Iterable[str], on: date) -> tuple[Problem, ...]:
    """Return all that is to be said of some documents: the reader's problems, the linter's and the checker's.

    Policies and notices are checked with their ladder and whatever speaks with them for services of day `on`, a ladder with
    the first policy that names it, all others with what they use.  Errors of a document that is used are told too.

    Raises:
        KeyError: no document of that id is in the library.
    """
    library = library.as_of(on)
    problems: list[Problem] = []
    for name in names:
        document = replace(library.document(name), id=name)  # a broken front matter may have lost it
        problems.extend((*library.problems(name), *library.missing_uses(name), *at_origin(lint(document, library), (document,))))
        problems.extend(at_origin(_nameless(library, document), (document,)))
        problems.extend(problem for problem in library.twins() if f" {name} is written twice" in problem.message)
        problems.extend(_checked(library, document, on))
    return telling(problems)


def telling(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems in order, without those that a missing ladder brings along: what nothing uses, what names no ladder."""
    found = tuple(problems)
    lost = {problem.file for problem in found if problem.code == "CW405"}
    return in_order([one for one in found if one.file not in lost or one.code not in _BROUGHT_ALONG])


def _checked(library: Library, document: PolicyDocument, on: date) -> Iterator[Problem]:
    if document.kind in ASSESSOR_KINDS and (document.ladder or document.ladder_steps()):
        linked, problems = linked_documents(library, document.id, on)
        yield from problems
        yield from check(linked or _alone(library, document, on))
        return
    if document.kind == "ladder" and (policy := _served(library, document.id)):
        linked, _ = linked_documents(library, policy, on)
        own = {document.file, *(origin.file for origin in document.origins)}
        yield from (one for one in check(linked) if one.file in own) if linked is not None else ()
        return
    for shelf in library.used_by(document.id):
        if shelf.id in library.by_id:
            yield from (problem for problem in library.problems(shelf.id) if problem.level is Level.ERROR)
    yield from check(_alone(library, document, on))


def _nameless(library: Library, document: PolicyDocument) -> Iterator[Problem]:
    """Yield an error for each file that is used and does not say its id, so that nothing of it can be found."""
    for shelf in library.used_by(document.id):
        if not shelf.id:
            yield remark("CW404", Place(document.file, 1, 1), name=document.id, use=shelf.path)


def _served(library: Library, ladder: str) -> str:
    """Return the first policy that names a ladder, or the empty text."""
    shelves = library.of_kind(*ASSESSOR_KINDS)
    return next((shelf.id for shelf in shelves if shelf.frame.get("ladder") == ladder), "")


def _alone(library: Library, document: PolicyDocument, on: date) -> Linked:
    """Link a document with what it uses and what it cites."""
    used = [library.document(shelf.id) for shelf in library.used_by(document.id) if shelf.id in library.by_id]
    tests = (test for passage in passages(document) for test in below(passage.criterion))
    cited = {test.document for test in tests if isinstance(test, ClauseMet | OutsideTest)} - {document.id}
    beside = [library.document(name) for name in sorted(cited & library.by_id.keys())]
    foreign = {other.id: other for other in (*used, *beside)}
    return link(document, document, used, (), on, foreign)

"""PolicyDocument to CompiledPolicy: lower every clause, reading, law and ladder step, and name what each register means."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace

from clausewise.compiler.compiled import (
    EXCLUDING,
    CitedItem,
    CompiledClause,
    CompiledPolicy,
    CompiledReading,
    CompiledStep,
)
from clausewise.compiler.facts_used import rests_on
from clausewise.compiler.link import Linked, clause_items
from clausewise.compiler.lower import COVERING, Lowering, concluding
from clausewise.compiler.program import Builder, Program
from clausewise.vocab.criterion import AllOf, AnyOf, AtLeast, Constant, Criterion, ExactlyOne, Item, Outside, OutsideTest
from clausewise.vocab.determination import DocumentStamp
from clausewise.vocab.document import Origin, PolicyDocument, Reading, Step
from clausewise.vocab.problem import Problem

NOTICE_TABLES = ("events", "accounting", "conditions")
FORBIDDING = ("forbidden by law",)
FORMAT = "clausewise program 3"  # part of every fingerprint: a change of what compiling means changes it


def compile_policy(linked: Linked) -> tuple[CompiledPolicy, tuple[Problem, ...]]:
    """Compile linked documents for their day; problems are circles and references that lead nowhere."""
    builder = Builder()
    lowering = Lowering(linked, builder)
    clauses = [_clause(lowering, item) for item in clause_items(linked.policy, linked.on).values()]
    steps = [step for written in linked.ladder.ladder_steps() for step in _steps(lowering, written)]
    nature = [step for written in linked.ladder.ladder_steps("nature") for step in _steps(lowering, written)]
    laws = [(law.id, lowering.law(law)) for law in linked.laws if concluding(law, COVERING[Outside.LAW_APPLIES], linked)]
    forbidding = [(law.id, lowering.law(law, FORBIDDING)) for law in linked.laws if concluding(law, FORBIDDING, linked)]
    duties = [duty for law in linked.laws for duty in _duties(lowering, law)]
    if (further := lowering.definition("further_basis", linked.policy)) is not None:
        laws.append(("contract", further))  # does not decide, and is shown beside the laws as what supports the line as well
    met = _met(lowering)
    program, numbered = builder.finish(_references(clauses, steps, nature, [*laws, *forbidding, *duties], met))
    compiled = _assemble(linked, lowering, program, _Numbering(numbered), clauses, steps, nature, laws, forbidding, duties)
    return compiled, (*lowering.problems, *missing_words(linked), *missing_answers(linked))


def missing_words(linked: Linked) -> tuple[Problem, ...]:
    """Return a Problem for every word the ladder needs and no document defines: it is never taken for false."""
    known = {**linked.definitions, **linked.facts}
    return tuple(
        Problem(
            "CW402",
            f"the ladder {linked.ladder.id} needs `{word}`, which {linked.policy.id} does not define",
            file=linked.policy.file,
            help=f"add a definition: > **Definition of {word}**: prose `test`",
        )
        for word in linked.ladder.needs
        if word not in known
    )


def missing_answers(linked: Linked) -> tuple[Problem, ...]:
    """Return a Problem for every conclusion of a ladder that its table of answers gives no code; a notice needs no such table."""
    if linked.policy.kind == "notice":
        return _missing_notice_tables(linked)
    tables = (rows for name, rows in linked.ladder.rows if name.startswith("answers"))
    answered = {row.cell("disposition") for rows in tables for row in rows}
    wanted = dict.fromkeys(("ask", *(step.conclusion for step in linked.ladder.ladder_steps())))
    return tuple(
        Problem(
            "CW406",
            f"the ladder {linked.ladder.id} can conclude `{conclusion}`, and its table of answers has no row for it",
            file=linked.ladder.file,
            help="add the row with code, necessity, basis and rank below `## Answers`",
        )
        for conclusion in wanted
        if conclusion not in answered
    )


def _missing_notice_tables(linked: Linked) -> tuple[Problem, ...]:
    headings = [name for name, _ in linked.ladder.rows]
    lacking = [wanted for wanted in NOTICE_TABLES if not any(name.startswith(wanted) for name in headings)]
    return tuple(
        Problem(
            "CW407",
            f"the notice {linked.policy.id} has no table `{wanted}`, so what is logged or accounted for would be guessed",
            file=linked.policy.file,
            help=f"add it below `## {wanted.capitalize()}`",
        )
        for wanted in lacking
    )


class _Numbering:
    """Hands out the final references in the order in which they were listed."""

    def __init__(self, numbered: tuple[int, ...]) -> None:
        self._next = iter(numbered)

    def __call__(self) -> int:
        return next(self._next)


def _references(
    clauses: list[CompiledClause], steps: list[CompiledStep], nature: list[CompiledStep], laws: list[tuple[str, int]], met: int
) -> Iterable[int]:
    for clause in clauses:
        yield clause.ref
        if clause.scope is not None:
            yield clause.scope
        yield from (reading.ref for reading in clause.readings)
    yield from (step.ref for step in (*steps, *nature))
    yield from (ref for _, ref in laws)
    yield met


def _assemble(
    linked: Linked,
    lowering: Lowering,
    program: Program,
    number: "_Numbering",
    clauses: list[CompiledClause],
    steps: list[CompiledStep],
    nature: list[CompiledStep],
    laws: list[tuple[str, int]],
    forbidding: list[tuple[str, int]],
    duties: list[tuple[str, int]],
) -> CompiledPolicy:
    """Put the parts together; the keyword arguments are evaluated in the order of `_references`."""
    policy, ladder = linked.policy, linked.ladder
    return CompiledPolicy(
        clauses=tuple(_renumbered_clause(clause, number) for clause in clauses),
        steps=tuple(_renumbered_step(step, number) for step in steps),
        nature=tuple(_renumbered_step(step, number) for step in nature),
        laws=tuple((law, number()) for law, _ in laws),
        forbidding=tuple((law, number()) for law, _ in forbidding),
        duties=tuple((words, number()) for words, _ in duties),
        met=number(),
        policy=policy.id,
        ladder=ladder.id,
        ids=policy.ids,
        in_force=policy.in_force,
        program=program,
        facts=dict(linked.facts),
        sets=dict(linked.sets),
        scores=dict(linked.scores),
        tables=dict(linked.tables),
        families={row.code: row.families for row in policy.families},
        add_ons=policy.add_ons,
        exclusives=policy.exclusives,
        answers=next((rows for name, rows in ladder.rows if name.startswith("answers")), ()),
        rows=ladder.rows,
        items=_cited_items(lowering),
        atom_facts=tuple(rests_on(test, linked.scores) for test in program.atoms),
        on=linked.on,
        stamps=tuple(stamp(document) for document in (*linked.documents(), *lowering.consulted.values())),
        fingerprint=fingerprint(linked),
    )


def stamp(document: PolicyDocument) -> DocumentStamp:
    """Return what identifies a document on a record."""
    return DocumentStamp(document.id, document.revision, document.fingerprint)


def fingerprint(linked: Linked) -> str:
    """Return the SHA-256 that identifies the documents in force and everything they use, for their day's segment."""
    used = sorted({document.fingerprint for document in (*linked.documents(), *linked.foreign.values())})
    return hashlib.sha256("\n".join((FORMAT, linked.policy.id, *used)).encode()).hexdigest()


def _cited_items(lowering: Lowering) -> tuple[CitedItem, ...]:
    linked = lowering.linked
    documents = {document.file: document for document in (*linked.foreign.values(), *linked.documents())}
    return tuple(cited(item, documents) for item in lowering.items)


def cited(item: Item, documents: Mapping[str, PolicyDocument]) -> CitedItem:
    """Return an item as a proof cites it, with the file and line in which it was written; `documents` are by file."""
    origin = documents[item.file].origin(item.line) if item.file in documents else Origin(item.file, item.line)
    return CitedItem(item.clause, item.prose, joining_word(item.criterion), origin.file, origin.line)


def joining_word(criterion: Criterion) -> str:
    """Return the word of the language that joins the parts of a group, or the empty text."""
    match criterion:
        case AllOf():
            return "all of"
        case AnyOf():
            return "one of"
        case AtLeast(count, _):
            return f"at least {count} of"
        case ExactlyOne():
            return "exactly one of"
        case _:
            return ""


def _duties(lowering: Lowering, law: PolicyDocument) -> Iterable[tuple[str, int]]:
    """Yield the clauses of a law that stand outside any conclusion: what it asks besides coverage, where it reaches the member."""
    for item in law.sections:
        if item.numbered and not item.conclusion and item.period.covers(lowering.linked.on):
            holds = lowering.builder.every((lowering.reach(law), lowering.criterion(item, law)))
            yield f"{law.id}: {item.prose}", holds


def _clause(lowering: Lowering, item: Item) -> CompiledClause:
    policy = lowering.linked.policy
    readings = [_reading(lowering, reading) for reading in lowering.linked.readings.get(item.clause, ())]
    words = inherited_conclusion(policy, item).split(" and ")
    ref, scope = lowering.clause(item.clause, policy), lowering.scope(item.clause, policy)
    why = next((reading.why for reading in lowering.linked.readings.get(item.clause, ()) if reading.why), "")
    is_open = isinstance(item.criterion, AnyOf) and item.criterion.open_list
    excluding = any(word in EXCLUDING for word in words)
    return CompiledClause(item.clause, ref, scope, excluding, tuple(readings), why, item.conclusion, is_open)


def inherited_conclusion(document: PolicyDocument, item: Item) -> str:
    """Return the conclusion an item has or inherits from the section above it."""
    if item.conclusion:
        return item.conclusion
    above = (section for section in document.sections if item.clause.startswith((f"{section.clause}.", f"{section.clause}-")))
    return next((section.conclusion for section in above if section.clause), "")


def _reading(lowering: Lowering, reading: Reading) -> CompiledReading:
    ref = lowering.clause(reading.clause, lowering.linked.policy, reading.name)
    who = reading.ratified
    return CompiledReading(reading.name, ref, f"{who.by} on {who.on}" if who else "", bool(who and who.provisional))


def _steps(lowering: Lowering, step: Step) -> Iterable[CompiledStep]:
    """Return a step compiled; "refer when refers" becomes one step for each referral of the policy, in the order of its text."""
    if step.conclusion == "refer" and step.criterion == OutsideTest(Outside.REFERS):
        for item in concluding(lowering.linked.policy, ("refer",), lowering.linked):
            ref = lowering.criterion(item, lowering.linked.policy)
            yield CompiledStep(step.clause, item.prose, ref, "refer", step.reason, item.target)
        return
    ref = lowering.criterion(Constant(True) if step.criterion is None else step.criterion, _speaker(lowering.linked))
    yield CompiledStep(
        step.clause, step.prose, ref, step.conclusion, step.reason, step.target, step.if_unknown, step.if_unknown_reason
    )


def _speaker(linked: Linked) -> PolicyDocument:
    """Return the document whose words a ladder step uses: the policy's, so that "this policy adopted" means it."""
    return linked.policy


def _met(lowering: Lowering) -> int:
    """Return the reference of "some path of the policy is met": what "as the paths say" speaks of."""
    policy = lowering.linked.policy
    paths = concluding(policy, ("medically necessary",), lowering.linked)
    words = ("specific_path_met", "general_path_met")
    defined = [ref for word in words if (ref := lowering.definition(word, policy)) is not None]
    return lowering.builder.some(defined or [lowering.criterion(item, policy) for item in paths])


def _renumbered_clause(clause: CompiledClause, number: "_Numbering") -> CompiledClause:
    ref = number()
    scope = None if clause.scope is None else number()
    readings = tuple(CompiledReading(r.name, number(), r.ratified_by, r.provisional) for r in clause.readings)
    return replace(clause, ref=ref, scope=scope, readings=readings)


def _renumbered_step(step: CompiledStep, number: "_Numbering") -> CompiledStep:
    return CompiledStep(
        step.clause, step.prose, number(), step.conclusion, step.reason, step.target, step.if_unknown, step.if_unknown_reason
    )

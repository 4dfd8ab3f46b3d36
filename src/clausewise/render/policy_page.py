"""What a page about a policy shows, gathered: the text by sections, each clause with all that belongs to it, the tables."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from clausewise.policy.walk import passages
from clausewise.render.annotated_policy import AnnotatedPolicy, ShownCase, ShownFinding
from clausewise.render.clause_rows import vocabulary
from clausewise.render.criterion_rows import OutlinePart, Vocabulary, period_words
from clausewise.render.outline_parts import numbered_parts, top_parts
from clausewise.render.page_links import Shown, reached_names
from clausewise.render.policy_questions import PolicyQuestion, policy_questions
from clausewise.render.problem_lines import how_many
from clausewise.vocab.determination import ClauseState
from clausewise.vocab.document import (
    CodeRow,
    Definition,
    NumericTable,
    PolicyDocument,
    Reading,
    Row,
    Score,
    Step,
    ValueSet,
)

FRAME = ("revision", "reviewed", "plans", "lines of business", "states", "funding")
LADDERS = {"": "The ladder: what wins over what", "nature": "The ladder of nature: reconstructive or cosmetic"}
CLAUSE_COLUMN = "clause"  # a table of the document with this column says something about clauses


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the document with its prose and the parts of the outline below it."""

    heading: str
    prose: str
    parts: tuple[OutlinePart, ...]
    notes: tuple[str, ...] = ()

    @property
    def headed(self) -> bool:
        """Whether the heading is the first part itself, so that its words need not be said twice."""
        return bool(self.parts) and self.heading.endswith(self.parts[0].words) and bool(self.parts[0].parts)


@dataclass(frozen=True, slots=True)
class ClauseEntry:
    """A clause with all that belongs to it."""

    part: OutlinePart
    above: tuple[OutlinePart, ...]
    findings: tuple[ShownFinding, ...]
    cases: tuple[tuple[str, tuple[ShownCase, ...]], ...]
    questions: tuple[PolicyQuestion, ...]
    codes: tuple[CodeRow, ...]
    readings: tuple[Reading, ...]
    notes: tuple[str, ...]
    evidence: tuple[tuple[tuple[str, str], ...], ...]

    @property
    def clause(self) -> str:
        """The number as cited outside."""
        return self.part.clause

    @property
    def margin(self) -> str:
        """How much there is to say of the clause, for the margin of the text."""
        cases = len({case.number for _, some in self.cases for case in some})
        counts = {
            "finding": len(self.findings),
            "reading": len(self.readings),
            "case": cases,
            "question": len(self.questions),
            "code": len(self.codes),
            "note": len(self.notes),
        }
        said = [how_many(count, noun).replace(" ", "\N{NO-BREAK SPACE}") for noun, count in counts.items() if count]
        return ", ".join(said) or "about this clause"


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """A row of the table of codes with what else the coding tables say of that code."""

    row: CodeRow
    anchor: str
    label: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StepGroup:
    """Steps of a ladder below the same number, with the words that stand beside it."""

    number: str
    words: str
    notes: tuple[str, ...]
    steps: tuple[tuple[Step, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class LadderShown:
    """A ladder: its title, the document it stands in, its steps in their order."""

    title: str
    document: PolicyDocument
    groups: tuple[StepGroup, ...]


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """Everything on the page, in its order."""

    policy: AnnotatedPolicy
    frame: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    entries: Mapping[str, ClauseEntry]
    ladders: tuple[LadderShown, ...]
    words: tuple[Definition, ...]
    codes: tuple[CodeEntry, ...]
    questions: tuple[PolicyQuestion, ...]
    sets: tuple[ValueSet, ...]
    tables: tuple[NumericTable, ...]
    scores: tuple[Score, ...]
    others: tuple[tuple[str, tuple[Row, ...]], ...]
    cases: tuple[tuple[str, tuple[ShownCase, ...]], ...]
    shown: Shown

    @property
    def document(self) -> PolicyDocument:
        """The document the page is about."""
        return self.policy.document

    @property
    def provisional(self) -> int:
        """How many readings were adopted provisionally, and so not by a plan."""
        return sum(bool(one.ratified and one.ratified.provisional) for one in self.document.readings)


def policy_page(policy: AnnotatedPolicy) -> PolicyPage:
    """Gather what a page shows of a policy; the order is that of the documents, so equal policies give equal pages."""
    document, ladder = policy.document, policy.ladder
    known = vocabulary(document, policy.documents)
    tops = top_parts(document, policy.on)
    questions = policy_questions(document, ladder, known, policy.on)
    numbered = dict.fromkeys(part.clause.removeprefix(document.ids) for part, _ in numbered_parts(tops))
    reached = reached_names(
        (one.criterion for source in (document, *((ladder,) if ladder else ())) for one in passages(source)), known
    )
    words = _definitions(document, reached.words, known)
    every = (*policy.documents, document)
    sets = {one.name: one for source in every for one in source.sets if one.name in reached.sets or source is document}
    tables = {one.name: one for source in every for one in source.tables if one.name in reached.tables or source is document}
    scores = {one.name: one for source in every for one in source.scores if one.name in reached.tables or source is document}
    shown = Shown(
        document.ids,
        numbered,
        {question.fact.name for question in questions},
        {word.name for word in words},
        sets,
        {*tables, *scores},
    )
    return PolicyPage(
        policy=policy,
        frame=tuple(_frame(policy)),
        sections=tuple(_sections(document, tops)),
        entries={entry.clause: entry for entry in _entries(policy, tops, questions)},
        ladders=tuple(_ladders(ladder)),
        words=words,
        codes=tuple(_codes(policy)),
        questions=questions,
        sets=tuple(sets.values()),
        tables=tuple(tables.values()),
        scores=tuple(scores.values()),
        others=document.rows,
        cases=tuple((file, tuple(cases)) for file, cases in groupby(policy.cases, lambda case: case.file)),
        shown=shown,
    )


def _definitions(document: PolicyDocument, reached: Iterable[str], known: Vocabulary) -> tuple[Definition, ...]:
    """Return the document's own words, glosses included, then those of others that it or its ladder speaks of."""
    own = {word.name: word for word in document.definitions}
    return tuple({**own, **{name: known.words[name] for name in reached if name not in own}}.values())


def _frame(policy: AnnotatedPolicy) -> Iterator[tuple[str, str]]:
    document, frame = policy.document, dict(policy.document.frame)
    yield "document", document.id
    yield "kind", document.kind
    yield "in force", period_words(document.in_force)
    yield from ((key, frame[key]) for key in FRAME if frame.get(key))
    if policy.ladder is not None and policy.ladder is not document:
        yield "ladder", policy.ladder.id
    yield "source", frame.get("source", "") or "not named"
    yield "status", frame.get("status", "") or "the document does not say how far it was checked against its source"
    yield "fingerprint", document.fingerprint


# ---- the text --------------------------------------------------------------------------------------------------------


def _sections(document: PolicyDocument, tops: tuple[OutlinePart, ...]) -> Iterator[Section]:
    """Yield the top parts by the heading they stand under, and before them what the document says of itself."""
    prose = dict(document.prose)
    if prose.get(""):
        yield Section("", prose[""], ())
    headings = [(found.start(), found[1].strip()) for found in re.finditer(r"^## +(.+)$", document.text, re.MULTILINE)]
    for heading, parts in groupby(tops, lambda part: _heading(part.clause.removeprefix(document.ids), document.text, headings)):
        below = tuple(parts)
        number = heading.partition(" ")[0].rstrip(".")
        beside = "" if below[0].clause == f"{document.ids}{number}" else number  # a heading that is a clause has them there
        yield Section(heading, prose.get(heading, ""), below, notes_on(beside, document))


def _heading(number: str, text: str, headings: list[tuple[int, str]]) -> str:
    """Return the heading above the line of a clause; the reader keeps only headings that are clauses themselves."""
    line = re.search(rf"^(?:#+ +|- \(?){re.escape(number)}(?![\w-])(?!\.\w)", text, re.MULTILINE)
    above = [heading for place, heading in headings if line is not None and place <= line.start()]
    return above[-1] if above else ""


# ---- the clauses -----------------------------------------------------------------------------------------------------


def _entries(
    policy: AnnotatedPolicy, tops: tuple[OutlinePart, ...], questions: tuple[PolicyQuestion, ...]
) -> Iterator[ClauseEntry]:
    document = policy.document
    evidence = [row for _, rows in document.rows for row in rows if row.cell(CLAUSE_COLUMN)]
    for part, above in numbered_parts(tops):
        number = part.clause.removeprefix(document.ids)
        yield ClauseEntry(
            part=part,
            above=above,
            findings=tuple(one for one in policy.findings or () if one.clause in (number, part.clause)),
            cases=tuple(_cases_of(part.clause, policy.cases)),
            questions=tuple(question for question in questions if part.clause in question.clauses),
            codes=tuple(row for row in document.codes if number in row.clauses),
            readings=tuple(reading for reading in document.readings if reading.clause == number),
            notes=notes_on(number, document),
            evidence=tuple(_cells(row) for row in evidence if number in re.split(r",\s*", row.cell(CLAUSE_COLUMN))),
        )


def notes_on(number: str, document: PolicyDocument) -> tuple[str, ...]:
    """Return the remarks of a document on a clause, a step or a heading, by its number."""
    return tuple(note.text for note in document.notes if note.clause == number)


def _cells(row: Row) -> tuple[tuple[str, str], ...]:
    return tuple((column, text) for column, text in row.cells if column != CLAUSE_COLUMN and text)


def _cases_of(clause: str, cases: tuple[ShownCase, ...]) -> Iterator[tuple[str, tuple[ShownCase, ...]]]:
    """Yield the cases that name a clause, by the state they expect it in."""
    for state in ClauseState:
        found = tuple(case for case in cases if (clause, state) in case.states)
        if found:
            yield state_words(state), found


def state_words(state: ClauseState) -> str:
    """Return the state of a clause in words."""
    return state.value.replace("_", " ")


# ---- ladder and codes ------------------------------------------------------------------------------------------------


def _ladders(ladder: PolicyDocument | None) -> Iterator[LadderShown]:
    for name, steps in ladder.steps if ladder else ():
        assert ladder is not None
        groups = groupby(steps, lambda step: step.clause.rpartition(".")[0])
        shown = tuple(_group(number, tuple(some), ladder) for number, some in groups)
        yield LadderShown(LADDERS.get(name, name), ladder, shown)


def _group(number: str, steps: tuple[Step, ...], ladder: PolicyDocument) -> StepGroup:
    noted = tuple((step, notes_on(step.clause, ladder)) for step in steps)
    return StepGroup(number, _stem(number, ladder.text), notes_on(number, ladder), noted)


def _stem(number: str, text: str) -> str:
    """Return the words beside the number of a group of steps; the reader keeps only the steps below it."""
    found = re.search(rf"^- \(?{re.escape(number)}\)? (.+?)[:,]? \*\*first of\*\*", text, re.MULTILINE) if number else None
    return found[1] if found else ""


def _codes(policy: AnnotatedPolicy) -> Iterator[CodeEntry]:
    document = policy.document
    families = {row.code: f"family: {', '.join(row.families)}" for row in document.families}
    met: Counter[str] = Counter()  # a source may print a code twice
    for row in document.codes:
        met[row.code] += 1
        anchor = f"code-{row.code}" if met[row.code] == 1 else f"code-{row.code}-{met[row.code]}"
        rules = [families[row.code]] if row.code in families else []
        rules += [f"add-on to {' or '.join(one.primaries)}" for one in document.add_ons if one.code == row.code]
        for one in document.exclusives:
            if one.returned == row.code:
                rules.append(f"returned when {one.beside} stands beside it{' on the same side' if one.same_side else ''}")
        rules += [row.note] if row.note else []
        yield CodeEntry(row, anchor, policy.labels.get(row.code, row.label), tuple(dict.fromkeys(rules)))

"""A policy with all that is known about it: what a page shows beside its text."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from clausewise.policy.case_file import CaseFile, name_of, words
from clausewise.policy.case_tree import Fields, Items, Node
from clausewise.vocab.determination import ClauseState
from clausewise.vocab.document import PolicyDocument


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """What a proof of the policy found, ready to be shown.

    `kind` is the kind of finding in words; `clause` the clause it speaks of, with or without the document's prefix, or empty;
    `level` error, warning or note; `sentence` what was found; `witness` a case that shows it.  A finding that was looked at and
    accepted says by whom and because of what.
    """

    kind: str
    clause: str
    level: str
    sentence: str
    witness: str = ""
    accepted_by: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A golden case beside the policy: what it expects of the whole, and in which states it names which clauses."""

    number: int
    name: str
    narrative: str
    file: str
    outcomes: tuple[str, ...]
    states: tuple[tuple[str, ClauseState], ...]


@dataclass(frozen=True, slots=True)
class AnnotatedPolicy:
    """A document, its ladder, the documents whose words it uses, its golden cases, and what was proved of it.

    `findings` None says that nobody has tried to prove it yet.  `on` shows only what is in force that day.  `labels` are the
    site's own words for codes.
    """

    document: PolicyDocument
    ladder: PolicyDocument | None = None
    documents: tuple[PolicyDocument, ...] = ()
    cases: tuple[ShownCase, ...] = ()
    cases_beside: int = 0
    findings: tuple[ShownFinding, ...] | None = None
    on: date | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


def shown_cases(files: Iterable[CaseFile], clauses: Collection[str]) -> Iterator[ShownCase]:
    """Yield the cases that expect a state of one of the clauses, numbered from 1 in the order of the files."""
    number = 0
    for file in files:
        for place, case in enumerate((*file.clinical, *file.privacy), 1):
            expected = tuple(_expected(case))
            states = tuple(dict.fromkeys(state for one in expected for state in _states(one, clauses)))
            if states:
                number += 1
                outcomes = tuple(dict.fromkeys(outcome for one in expected for outcome in _outcomes(one)))
                yield ShownCase(number, name_of(case, place), words(case.get("narrative")), file.file, outcomes, states)


def _expected(case: Fields) -> Iterator[Fields]:
    """Yield what is expected of the case as a whole, then of each line."""
    lines = case.get("lines")
    for part in (case, *(lines.items if isinstance(lines, Items) else ())):
        expect = part.get("expect") if isinstance(part, Fields) else None
        if isinstance(expect, Fields):
            yield expect


def _outcomes(expect: Fields) -> Iterator[str]:
    yield from (text for key in ("disposition", "decision") if (text := words(expect.get(key))))


def _states(expect: Fields, clauses: Collection[str]) -> Iterator[tuple[str, ClauseState]]:
    known = {state.value: state for state in ClauseState}
    for clause, state in _pairs(expect.get("clauses")):
        if clause in clauses and state in known:
            yield clause, known[state]


def _pairs(node: Node | None) -> Iterator[tuple[str, str]]:
    if isinstance(node, Fields):
        yield from ((key.text, words(value)) for key, value in node.entries)

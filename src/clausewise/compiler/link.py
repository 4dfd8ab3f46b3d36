"""Which documents speak together, and what their words mean.

A policy never governs alone: its shared facts and sets, its ladder and the laws in force stand beside it.  `link` gathers their
declarations for one date of service into one vocabulary.  Periods on sets, clauses and documents are settled here, so that
nothing after it asks what day it is.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from clausewise.policy.walk import parts_of
from clausewise.vocab.criterion import Criterion, Item
from clausewise.vocab.document import (
    Definition,
    FactDeclaration,
    Implication,
    NumericTable,
    PolicyDocument,
    Reading,
    Score,
    ValueSet,
)


@dataclass(frozen=True, slots=True)
class Linked:
    """Documents that govern together on a day, and the names they declare.

    `policy` is the document under evaluation, `ladder` the one that turns its findings into a disposition, `laws` those that
    may command coverage.  `clauses` are the policy's own, by number; `foreign` holds every other document known, by id.
    """

    policy: PolicyDocument
    ladder: PolicyDocument
    laws: tuple[PolicyDocument, ...]
    shared: tuple[PolicyDocument, ...]
    on: date
    facts: Mapping[str, FactDeclaration]
    implications: tuple[Implication, ...]
    sets: Mapping[str, ValueSet]
    definitions: Mapping[str, Definition]
    scores: Mapping[str, Score]
    tables: Mapping[str, NumericTable]
    clauses: Mapping[str, Item]
    readings: Mapping[str, tuple[Reading, ...]]
    foreign: Mapping[str, PolicyDocument]

    def documents(self) -> tuple[PolicyDocument, ...]:
        """Return the documents whose criteria or declarations an answer rests on, the policy first."""
        ladder = () if self.ladder is self.policy else (self.ladder,)
        return (self.policy, *ladder, *self.laws, *self.shared)


def link(
    policy: PolicyDocument,
    ladder: PolicyDocument,
    shared: Iterable[PolicyDocument],
    laws: Iterable[PolicyDocument],
    on: date,
    foreign: Mapping[str, PolicyDocument] | None = None,
) -> Linked:
    """Gather what the documents declare for services of day `on`; the policy's own words win over shared ones."""
    in_reach = tuple(law for law in laws if law.in_force.covers(on))
    beside = tuple(shared)
    others = (foreign or {}).values()
    sources = (*others, *in_reach, *beside, ladder, policy)
    return Linked(
        policy=policy,
        ladder=ladder,
        laws=in_reach,
        shared=beside,
        on=on,
        facts={fact.name: fact for source in sources for fact in source.facts},
        implications=tuple(row for source in sources for row in source.implications),
        sets={group.name: group for source in sources for group in source.sets if group.period.covers(on)},
        definitions={word.name: word for source in sources for word in source.definitions if word.criterion is not None},
        scores={score.name: score for source in sources for score in source.scores},
        tables={table.name: table for source in sources for table in source.tables},
        clauses=clause_items(policy, on),
        readings=_readings(policy),
        foreign=foreign or MappingProxyType({}),
    )


def clause_items(document: PolicyDocument, on: date) -> Mapping[str, Item]:
    """Return the numbered items of a document that are in force on a day, by clause number, in the order of the text."""
    return {item.clause: item for item in walk_items(document.sections, on) if item.numbered}


def walk_items(nodes: Iterable[Criterion], on: date | None = None) -> Iterator[Item]:
    """Return the items of an outline in the order of the text, those outside their period on `on` left out with all below."""
    found: list[Item] = []
    _gather(nodes, on, found)
    return iter(found)


def _gather(nodes: Iterable[Criterion], on: date | None, found: list[Item]) -> None:
    for node in nodes:
        if isinstance(node, Item):
            if on is not None and not node.period.covers(on):
                continue
            found.append(node)
        if parts := parts_of(node):
            _gather(parts, on, found)


def _readings(document: PolicyDocument) -> Mapping[str, tuple[Reading, ...]]:
    grouped: dict[str, tuple[Reading, ...]] = {}
    for reading in document.readings:
        grouped[reading.clause] = (*grouped.get(reading.clause, ()), reading)
    return grouped

"""What is known of a fact on a line, in words for a proof: the question, the answer, and on whose word it stands."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from clausewise.vocab.determination import View
from clausewise.vocab.document import FactDeclaration
from clausewise.vocab.proof import Proof
from clausewise.vocab.request import (
    AuthorizationRequest,
    Course,
    DatedEvent,
    Evidence,
    FactValue,
    Held,
    Measured,
    ServiceLine,
    Sided,
)
from clausewise.vocab.truth import Truth, negation

NOT_SAID = "nobody says"
UNKNOWN = "unknown"
DERIVED = "worked out from the request"
ANSWERS = {Truth.TRUE: "yes", Truth.FALSE: "no", Truth.UNKNOWN: UNKNOWN}


@dataclass(frozen=True, slots=True)
class FactSaid:
    """A fact as a proof shows it: its question, its value in words, where that comes from, and every statement about it."""

    fact: str
    question: str
    value: str
    source: str
    history: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """All that is known of one line's facts."""

    given: Mapping[str, FactValue]
    assumed: Mapping[str, str]
    declared: Mapping[str, FactDeclaration]
    evidence: tuple[Evidence, ...] = ()
    worked_out: Mapping[str, str] = field(default_factory=dict)  # what is known besides yes or no, by fact
    assumed_because: str = "not said, so assumed or worked out"

    def said(self, fact: str, test: Proof | None = None) -> FactSaid:
        """Return what is known of a fact; one that is worked out from the request is as the `test` that asks it came out."""
        declared = self.declared.get(fact)
        question = declared.question if declared else ""
        history = tuple(evidence for evidence in self.evidence if evidence.fact == fact)
        if fact in self.given:
            return FactSaid(fact, question, value_words(self.given[fact]), "" if history else "the request", history)
        if fact in self.assumed:
            return FactSaid(fact, question, self.assumed[fact], self.assumed_because, history)
        if declared:
            return FactSaid(fact, question, UNKNOWN, NOT_SAID, history)
        return FactSaid(fact, question, self._worked_out(fact, test), DERIVED, history)

    def _worked_out(self, fact: str, test: Proof | None) -> str:
        truth = Truth.UNKNOWN if test is None else _truth_of(fact, test)
        if truth is Truth.TRUE and fact in self.worked_out:
            return f"{ANSWERS[truth]}, {self.worked_out[fact]}"
        return ANSWERS[truth]


def _truth_of(fact: str, test: Proof) -> Truth:
    """Return whether a fact holds, by a test that asks for nothing else; by any other test it is not known."""
    if test.text == f"not ({fact})":
        return negation(test.truth)
    return test.truth if test.text == fact else Truth.UNKNOWN


def known_facts(
    request: AuthorizationRequest, line: ServiceLine, view: View, declared: Mapping[str, FactDeclaration]
) -> KnownFacts:
    """Return what is known of a line: what the request says, the line's own word winning, and what was assumed for a view."""
    assumed = dict(text.split(" = ", 1) for text in view.assumptions if " = " in text)
    diagnoses = request.diagnoses if line.diagnoses is None else line.diagnoses
    stale = [diagnosis for diagnosis in diagnoses if re.search(rf"(?<!\w){re.escape(diagnosis)}(?!\w)", view.reason.text)]
    worked_out = {"diagnosis_not_valid": ", ".join(stale)} if stale else {}
    return KnownFacts({**request.facts, **line.facts}, assumed, declared, request.evidence, worked_out)


def statement(evidence: Evidence) -> str:
    """Return who said what, when, in which document; and why it no longer counts, if it does not."""
    who = f"{evidence.said_by} " if evidence.said_by else ""
    when = f"on {evidence.on.isoformat()} " if evidence.on else ""
    where = f"in {evidence.document}" if evidence.document else ""
    source = f"{who}{when}{where}".strip() or "the request"
    void = f"; no longer counts: {evidence.withdrawn}" if evidence.withdrawn else ""
    return f"{value_words(evidence.value)}, says {source}{void}"


def value_words(value: FactValue) -> str:
    """Return a value as people write it."""
    match value:
        case None:
            return UNKNOWN
        case bool():
            return "yes" if value else "no"
        case Measured(number, unit):
            return f"{number} {unit}".strip()
        case Sided(left, right):
            return f"left {UNKNOWN if left is None else left}, right {UNKNOWN if right is None else right}"
        case Held(holds, since):
            return ("yes" if holds else "no") + (f", since {since}" if since else "")
        case tuple():
            return ", ".join(_part_words(part) for part in value) or "none"
        case _:
            return str(value)


def _part_words(part: str | DatedEvent | Course) -> str:
    match part:
        case DatedEvent(on):
            return str(on or "on an unknown day")
        case Course(start, until, result):
            span = f"{start or 'unknown'} to {until or 'now'}"
            return f"{span} ({result})" if result else span
        case _:
            return part

"""A determination as the JSON object that the page on case files fixes: its keys in that order, further ones only after them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from clausewise.decide.determine import rollup
from clausewise.decide.record import TEMPLATE, truth_word
from clausewise.render.known import FactSaid, KnownFacts, value_words
from clausewise.render.problem_lines import plain_problem
from clausewise.vocab.determination import Determination, DocumentStamp, Question, ReadingTruth, StepMark, View
from clausewise.vocab.proof import Proof
from clausewise.vocab.request import Evidence


def line_object(
    determination: Determination,
    questions: Sequence[Question] | None = None,
    known: KnownFacts | None = None,
) -> dict[str, Any]:
    """Return the object of one line.

    Args:
        questions: the missing facts as questions, where they were asked for.
        known: what is known of the line's facts, where the proof was asked for.
    """
    view = determination.view
    clinic = view if determination.assessor == "clinic" else determination.other
    fixed: dict[str, Any] = {
        "case": determination.case,
        "line": determination.line,
        "code": determination.code,
        "nature": view.nature.value,
        "necessity": view.necessity.value,
        "basis": view.basis.value,
        "disposition": view.disposition.value,
        "reason": {"code": view.reason.code, "text": view.reason.text},
        "clauses": plain_clauses(view),
        "missing": list(view.missing),
        "settles": list(view.settles),
        "next_question": plain_question(determination.next_question),
        "readings": plain_readings(view.readings),
        "steps": [plain_step(step) for step in view.steps],
        "assumptions": list(view.assumptions),
        "problems": [plain_problem(problem) for problem in determination.problems],
        "assessor": determination.assessor,
        "clinic": None if clinic is None else _clinic(clinic),
        "sentences": {"template": TEMPLATE, "text": list(determination.sentences)},
        "documents": plain_documents(determination.documents),
        "fingerprint": determination.fingerprint,
    }
    return fixed | _further(determination, questions, known)


def _further(
    determination: Determination, questions: Sequence[Question] | None, known: KnownFacts | None
) -> dict[str, Any]:
    further: dict[str, Any] = {
        "target": determination.view.target,
        "also_supported_by": list(determination.also_supported_by),
    }
    if questions is not None:
        further["questions"] = [plain_question(question) for question in questions]
    if known is not None:
        other = determination.other
        further["proof"] = plain_proof(determination.view.proof, known)
        further["other_proof"] = None if other is None else plain_proof(other.proof, known)
    return further


def rollup_object(case: str, determinations: Iterable[Determination]) -> dict[str, str]:
    """Return the object of a case: derived from its lines, never stored."""
    return {"case": case, "rollup": rollup([one.view.disposition for one in determinations])}


def _clinic(view: View) -> dict[str, Any]:
    return {
        "nature": view.nature.value,
        "necessity": view.necessity.value,
        "basis": view.basis.value,
        "disposition": view.disposition.value,
        "clauses": plain_clauses(view),
    }


def plain_clauses(view: View) -> dict[str, str]:
    """Return the state of each clause by its id."""
    return {clause: state.value for clause, state in view.clauses.items()}


def plain_question(question: Question | None) -> dict[str, Any] | None:
    """Return a question as plain values."""
    if question is None:
        return None
    return {
        "fact": question.fact,
        "text": question.text,
        "answers": list(question.answers),
        "where": question.where,
        "clause": question.clause,
    }


def plain_readings(readings: Iterable[ReadingTruth]) -> dict[str, dict[str, Any]]:
    """Return, by clause and reading, how the reading came out, whether it is the ratified one, and by whom."""
    found: dict[str, dict[str, Any]] = {}
    for reading in readings:
        found.setdefault(reading.clause, {})[reading.name] = {
            "truth": truth_word(reading.truth),
            "ratified": bool(reading.ratified_by),
            "ratified_by": reading.ratified_by,
            "provisional": reading.provisional,
        }
    return found


def plain_step(step: StepMark) -> dict[str, Any]:
    """Return the mark of a ladder step as plain values."""
    return {
        "step": step.clause,
        "truth": truth_word(step.truth),
        "conclusion": step.conclusion,
        "reason": step.reason,
        "decided": step.decided,
    }


def plain_documents(documents: Iterable[DocumentStamp]) -> list[dict[str, str]]:
    """Return the documents in force as plain values."""
    return [
        {"policy": stamp.policy, "revision": stamp.revision, "fingerprint": stamp.fingerprint} for stamp in documents
    ]


def plain_proof(proof: Proof | None, known: KnownFacts) -> dict[str, Any] | None:
    """Return a proof as plain values: each node a clause, a group or a test, and what is known of a test's facts."""
    if proof is None:
        return None
    return {
        "clause": proof.clause,
        "truth": truth_word(proof.truth),
        "text": proof.text,
        "word": proof.word,
        "facts": [_plain_fact(known.said(fact, proof)) for fact in proof.facts],
        "parts": [plain_proof(part, known) for part in proof.parts],
    }


def _plain_fact(said: FactSaid) -> Mapping[str, Any]:
    return {"fact": said.fact, "value": said.value, "from": said.source, "evidence": [_plain_evidence(one) for one in said.history]}


def _plain_evidence(evidence: Evidence) -> Mapping[str, Any]:
    return {
        "value": value_words(evidence.value),
        "said_by": evidence.said_by,
        "on": evidence.on.isoformat() if evidence.on else None,
        "document": evidence.document,
        "withdrawn": evidence.withdrawn,
    }

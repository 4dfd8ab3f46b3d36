"""What a determination says to people and to the ledger: assumptions, the next question, sentences, the fingerprint."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.papers import WHERE, paper_question
from clausewise.decide.findings import Findings
from clausewise.vocab.determination import Basis, Determination, Disposition, Question, View
from clausewise.vocab.document import AnswerKind
from clausewise.vocab.request import ServiceLine
from clausewise.vocab.truth import Truth

TEMPLATE = "1"  # the version of the sentences; the record itself does not depend on it


def assumptions(assumed: Mapping[str, str], untold: tuple[str, ...]) -> tuple[str, ...]:
    """Return the defaults that were used, as `name = value` by name, and the diagnoses whose validity is not known."""
    validity = (f"{diagnosis} is taken as valid: no table of codes reaches the date of service" for diagnosis in untold)
    return (*(f"{name} = {value}" for name, value in sorted(assumed.items())), *validity)


def next_question(findings: Findings, view: View, policy: CompiledPolicy) -> Question | None:
    """Return the cheapest question of the smallest settling set, or None where nothing is missing."""
    names = view.settles or view.missing
    if not names:
        return None
    costs = {name: policy.facts[name].cost if name in policy.facts else 1 for name in names}
    return question(min(names, key=lambda name: (costs[name], name)), policy)


def question(name: str, policy: CompiledPolicy) -> Question:
    """Return a fact as the question a person is asked, with the first clause whose tests rest on it."""
    fact = policy.facts.get(name)
    if fact is None:
        papers = paper_question(name, policy.program.atoms)
        where = WHERE if papers else ""
        return Question(name, papers or f"How does this come out: {name}?", (), where, asking_clause(name, policy))
    answers = ("yes", "no") if fact.answer.kind is AnswerKind.YES_NO else fact.answer.values
    return Question(name, fact.question, answers, fact.where, asking_clause(name, policy))


def asking_clause(name: str, policy: CompiledPolicy) -> str:
    """Return the narrowest clause that rests on a fact (the fewest registers below it), else the first ladder step that does."""
    atoms = {number for number, names in enumerate(policy.atom_facts) if name in names}
    supports = ((policy.program.supports((clause.ref,)), clause.clause) for clause in policy.clauses)
    found = [(len(registers), clause) for registers, clause in supports if atoms & set(registers)]
    if found:
        return policy.ids + min(found)[1]
    steps = (step.clause for step in policy.steps if atoms & set(policy.program.supports((step.ref,))))
    return next(steps, "")


def sentences(line: ServiceLine, assessor: str, view: View, other: View | None, laws: tuple[str, ...]) -> tuple[str, ...]:
    """Return the answer in sentences for people: what happens, why, what is missing, what it rests on."""
    said = [f"{line.code}: {SAYINGS[view.disposition]}: {view.reason.text}."]
    if view.concluded:
        said.append(f"What the policy says of it: {'; '.join(view.concluded)}.")
    if view.target:
        said.append(f"It goes to {view.target}.")
    if view.missing:
        said.append(f"What can still change this: {', '.join(view.missing)}.")
    if view.settles:
        said.append(f"These answers could settle it: {', '.join(view.settles)}.")
    said.extend(_readings(view))
    said.extend(support_sentences(laws, view.basis))
    if other is not None:
        said.append(beside(assessor, view, other))
    if assessor == "clinic":
        said.append("This is the clinic's estimate, not a decision of a payer.")
    return tuple(said)


def support_sentences(supported: Iterable[str], basis: Basis) -> tuple[str, ...]:
    """Say which laws command coverage of a line, whether they decide it or support it, and that the contract's words cover it."""
    named = tuple(supported)
    laws = ", ".join(name for name in named if name != "contract")
    beside = "" if basis is Basis.MANDATE else "also "
    said = [f"Coverage is {beside}commanded by {laws} (texts not yet checked against the official ones)."] if laws else []
    if "contract" in named:
        said.append("The contract's words on reconstructive services cover it as well.")
    return tuple(said)


SAYINGS = {
    Disposition.APPROVE_MN: "approved, medically necessary",
    Disposition.APPROVE_MANDATE: "approved, because a law commands coverage",
    Disposition.APPROVE_BENEFIT: "approved, because the contract covers it",
    Disposition.NOT_COVERED_BENEFIT: "the contract does not cover it, which says nothing about necessity",
    Disposition.PROPOSE_NOT_MN: "criteria not met, proposed to a physician, who decides",
    Disposition.PROPOSE_COSMETIC: "cosmetic, proposed to a physician, who decides",
    Disposition.PEND_INFO: "waits for information",
    Disposition.PHYSICIAN_REVIEW: "goes to a physician",
    Disposition.REFER_OTHER_POLICY: "governed by another policy",
    Disposition.GOVERNED_BY_MEDICAID_MANUAL: "governed by the state Medicaid manual",
    Disposition.NOT_GOVERNED: "not governed by this policy",
    Disposition.CODING_RETURN: "returned to be coded anew, which is no refusal",
}


def _readings(view: View) -> list[str]:
    """Say on which readings the answer rests, where a clause on point has more than one."""
    said = []
    for reading in view.readings:
        state = view.clauses.get(reading.clause)
        if reading.ratified_by and state is not None and state.value not in ("not_on_point", "not_fired", "not_met"):
            who = reading.ratified_by + (", provisionally and not by the plan" if reading.provisional else "")
            said.append(f"{reading.clause} is read as \"{reading.name}\", adopted by {who}.")
    return said


def beside(assessor: str, view: View, other: View) -> str:
    """Say in one sentence how the two assessors' views compare, and why they differ if they do."""
    second = "clinic" if assessor == "plan" else "plan"
    if (view.nature, view.necessity, view.disposition) == (other.nature, other.necessity, other.disposition):
        return f"The {second} comes to the same view."
    differing = [
        f"{word} {mine.value} against {theirs.value}"
        for word, mine, theirs in (
            ("nature", view.nature, other.nature),
            ("necessity", view.necessity, other.necessity),
            ("disposition", view.disposition, other.disposition),
        )
        if mine is not theirs
    ]
    return f"The {second} differs ({'; '.join(differing)}), because there {other.reason.text}."


def canonical(record: Determination) -> dict[str, Any]:
    """Return the part of a record that replays byte for byte: answers, states, missing, steps, fingerprints; no sentences."""
    return {
        "case": record.case,
        "line": record.line,
        "code": record.code,
        "assessor": record.assessor,
        "view": plain_view(record.view),
        "other": None if record.other is None else plain_view(record.other),
        "also_supported_by": list(record.also_supported_by),
        "documents": [[stamp.policy, stamp.revision, stamp.fingerprint] for stamp in record.documents],
    }


def plain_view(view: View) -> dict[str, Any]:
    """Return a view as plain values, in a fixed order."""
    return {
        "nature": view.nature.value,
        "necessity": view.necessity.value,
        "basis": view.basis.value,
        "disposition": view.disposition.value,
        "reason": view.reason.code,
        "target": view.target,
        "clauses": {clause: state.value for clause, state in view.clauses.items()},
        "missing": list(view.missing),
        "settles": list(view.settles),
        "readings": [[reading.clause, reading.name, truth_word(reading.truth)] for reading in view.readings],
        "steps": [[mark.clause, truth_word(mark.truth), mark.decided] for mark in view.steps],
        "assumptions": list(view.assumptions),
        "bits": [format(rail, "x") for rail in view.bits],
    }


def truth_word(truth: Truth) -> str:
    """Return a truth as the output writes it."""
    return ("false", "unknown", "true")[truth]


def fingerprint_of(record: Determination) -> str:
    """Return the SHA-256 of the canonical record."""
    text = json.dumps(canonical(record), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()



"""A case as the interface and its page show it: where it stands, its clocks, its history, and the last answers with their proof."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from clausewise.decide.record import question
from clausewise.payer.case_clocks import Done
from clausewise.payer.frame import framed_in
from clausewise.payer.runs import Remade, Run
from clausewise.payer.stages import Stage, stage_of
from clausewise.render.deadline_rows import deadlines_object, utc_text
from clausewise.render.determination_json import line_object
from clausewise.render.known import KnownFacts, known_facts
from clausewise.render.problem_lines import plain_problem
from clausewise.store.file_listing import FILED
from clausewise.store.looks import Look, view_case
from clausewise.vocab.clock import Deadlines
from clausewise.vocab.determination import Determination, Question, View
from clausewise.vocab.history import CaseAct, CaseHistory, NotDone
from clausewise.vocab.problem import Problem
from clausewise.vocab.request import AuthorizationRequest
from clausewise.wiring.serving import clocks_of, documents, remade

RUNS_MAX = 32  # made again and kept in memory; one of 20 lines takes about a megabyte


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line as it was determined last: the record, the words for its code, what is missing as questions, what is known."""

    record: Determination
    label: str
    questions: tuple[Question, ...]
    known: KnownFacts
    other_known: KnownFacts | None


@dataclass(frozen=True, slots=True)
class ShownCase:
    """A case with its history, where it stands, its clocks, and the lines of its last determination.

    `differs` names in what a determination made again differs from the one that was kept; it is empty.
    """

    history: CaseHistory
    stage: Stage
    deadlines: Deadlines | Problem | None
    determined: CaseAct | None
    lines: tuple[ShownLine, ...]
    differs: str


def show_case(look: Look) -> ShownCase | NotDone:
    """Return a case as it is shown to somebody at an instant; that they looked is in the log then."""
    found = view_case(look)
    if isinstance(found, NotDone):
        return found
    history = found.history
    stage = stage_of(history.kinds)
    assert stage is not None, "only acts that are allowed are written"
    again = tuple(_again(look.tenant, run) for run in found.runs)
    acts = [Done(act.kind, act.at) for act in history.acts]
    return ShownCase(
        history=history,
        stage=stage,
        deadlines=clocks_of(framed_in(again[0].request), acts, look.at) if again else None,
        determined=next((act for act in history.acts if act.sequence == found.sequence), None),
        lines=tuple(sorted((line for one in again for line in one.lines), key=lambda line: line.record.line)),
        differs="; ".join(one.difference for one in again if one.difference),
    )


@dataclass(frozen=True, slots=True)
class _Again:
    """A run made again: its request, its lines as they are shown, and in what it differs from the one that was kept."""

    request: AuthorizationRequest
    lines: tuple[ShownLine, ...]
    difference: str


@lru_cache(RUNS_MAX)
def _again(tenant: UUID, run: Run) -> _Again:
    """Make a run again.  What comes out depends on nothing else, so whoever reads a case again does not wait for it again."""
    one = remade(tenant, run)
    return _Again(one.request, tuple(_lines(one)), one.replay.difference)


def _lines(one: Remade) -> Iterator[ShownLine]:
    for number in one.run.lines:
        record = one.replay.records[number - 1]
        policy = one.assessors.clinic if record.assessor == "clinic" else one.assessors.plan
        yield ShownLine(
            record=record,
            label=documents().label(one.run.policy, record.code),
            questions=tuple(question(name, policy) for name in record.view.missing) if policy else (),
            known=_known(one, record, record.view),
            other_known=_known(one, record, record.other) if record.other else None,
        )


def _known(one: Remade, record: Determination, view: View) -> KnownFacts:
    return known_facts(one.request, one.request.lines[record.line - 1], view, one.facts())


# ---- as plain values -------------------------------------------------------------------------------------------------


def case_object(shown: ShownCase) -> dict[str, Any]:
    """Return a case as plain values."""
    history = shown.history
    return {
        "id": str(history.case),
        "stage": shown.stage.value,
        "version": history.version,
        "received_at": utc_text(history.acts[0].at),
        "clocks": clocks_object(history.case, shown.deadlines),
        "determination": _determination(shown),
        "history": [act_object(act) for act in history.acts],
    }


def clocks_object(case: UUID, found: Deadlines | Problem | None) -> dict[str, Any] | None:
    """Return the clocks of a case as plain values; where they cannot be told, the problem alone."""
    if isinstance(found, Problem):
        return {"case": str(case), "governing": None, "clocks": [], "problems": [plain_problem(found)]}
    return None if found is None else deadlines_object(str(case), found)


def _determination(shown: ShownCase) -> dict[str, Any] | None:
    act = shown.determined
    if act is None:
        return None
    lines = [line_object(line.record, line.questions, line.known) | {"label": line.label} for line in shown.lines]
    return {"sequence": act.sequence, "at": utc_text(act.at), "lines": lines}


def act_object(act: CaseAct) -> dict[str, Any]:
    """Return an act as plain values; of texts only names, lengths and SHA-256 are told, of files what was left out."""
    said: dict[str, Any] = json.loads(act.content)
    if act.kind in FILED:
        said = {"files": [_file(path, one) for path, one in said["files"].items()]}
    return {"sequence": act.sequence, "act": act.kind.value, "at": utc_text(act.at), "actor": str(act.actor), "content": said}


def _file(path: str, one: dict[str, Any]) -> dict[str, Any]:
    if "file" in one:
        return {"path": path, **one}
    size = len(one["text"].encode()) if "text" in one else len(one["base64"]) * 3 // 4 - one["base64"].count("=")
    return {"path": path, "bytes": size, "sha256": one["sha256"]}

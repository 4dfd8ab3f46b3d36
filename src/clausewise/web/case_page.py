"""What the page of a case says, prepared for its template."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString

from clausewise.accounts.models import Account
from clausewise.decide.record import SAYINGS, beside
from clausewise.ledger.leaf import PROGRAM
from clausewise.payer.wall_time import local_of
from clausewise.render.deadline_rows import COLUMNS, deadline_cells, deadline_rows, local_words
from clausewise.render.known import KnownFacts
from clausewise.render.problem_lines import how_many
from clausewise.render.proof_tree import ToldNode, told_proof
from clausewise.render.question_rows import set_words
from clausewise.render.rows import Look, Row
from clausewise.render.why_rows import TITLES, deciding_words, look_of, reading_rows, step_rows, words
from clausewise.store.file_listing import ListedFile
from clausewise.vocab.clock import Deadlines
from clausewise.vocab.determination import Disposition, Question, View
from clausewise.vocab.history import ActKind, CaseAct
from clausewise.vocab.problem import Problem
from clausewise.web.case_files import scan_words
from clausewise.web.case_shown import ShownCase, ShownLine, act_object
from clausewise.web.templatetags.clausewise import LOOK_SIGNS, badge

SHORT = 8  # signs of an id that people compare


@dataclass(frozen=True, slots=True)
class PageView:
    """One assessor's view of a line: the four answers, why, the proof, what it rests on."""

    title: str
    disposition: SafeString
    saying: str
    answers: tuple[tuple[str, str], ...]
    deciding: str
    proof: ToldNode | None
    readings: tuple[Row, ...]
    steps: tuple[Row, ...]
    assumptions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageQuestion:
    """A missing fact; `settles` marks one of the smallest set that could settle the line."""

    asked: Question
    settles: bool


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of the page."""

    shown: ShownLine
    view: PageView
    other: PageView | None
    beside: str
    questions: tuple[PageQuestion, ...]
    open_words: str


@dataclass(frozen=True, slots=True)
class PageAct:
    """An act in the history: what was done, by whom, when by the plan's clock and in Universal Time, and what it says."""

    sequence: int
    what: str
    who: str
    local: str
    utc: datetime
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageFile:
    """A file of the case, and in words what is known of it from the scanner."""

    listed: ListedFile
    scan: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """The page of a case."""

    short: str
    shown: ShownCase
    stage: str
    zone: str
    due: str
    clock_columns: tuple[str, ...]
    clocks: tuple[tuple[tuple[str, Look], ...], ...]
    clock_rows: tuple[Row, ...]
    clock_problem: Problem | None
    lines: tuple[PageLine, ...]
    files: tuple[PageFile, ...]
    acts: tuple[PageAct, ...]


def case_page(shown: ShownCase, files: tuple[ListedFile, ...]) -> CasePage:
    """Return what the page of a case with these files says."""
    found = shown.deadlines if isinstance(shown.deadlines, Deadlines) else None
    zone = found.zone if found else ZoneInfo("UTC")
    due = found.governing if found else None
    return CasePage(
        short=str(shown.history.case)[:SHORT],
        shown=shown,
        stage=words(shown.stage.value),
        zone=zone.key,
        due=f"{local_words(due.due_local)}, by {due.rule.name}" if due else "",
        clock_columns=tuple(column.name for column in COLUMNS),
        clocks=tuple(deadline_cells(one, found) for one in found.clocks) if found else (),
        clock_rows=tuple(deadline_rows(found)) if found else (),
        clock_problem=shown.deadlines if isinstance(shown.deadlines, Problem) else None,
        lines=tuple(_line(line) for line in shown.lines),
        files=tuple(PageFile(one, scan_words(one.scan)) for one in files),
        acts=tuple(_acts(shown.history.acts, zone)),
    )


# ---- lines -----------------------------------------------------------------------------------------------------------


def _line(line: ShownLine) -> PageLine:
    record = line.record
    second = "clinic" if record.assessor == "plan" else "plan"
    other = _view(TITLES[second], record.other, line.other_known) if record.other and line.other_known else None
    marked = [PageQuestion(asked, asked.fact in record.view.settles) for asked in line.questions]
    settling = sum(one.settles for one in marked)
    return PageLine(
        shown=line,
        view=_view(TITLES[record.assessor], record.view, line.known),
        other=other,
        beside=beside(record.assessor, record.view, record.other) if record.other else "",
        questions=tuple(sorted(marked, key=lambda one: not one.settles)),
        open_words=f"{how_many(len(marked), 'answer')} can still change this.{set_words(settling, len(marked) - settling)}",
    )


def _view(title: str, view: View, known: KnownFacts) -> PageView:
    decided = next((step for step in view.steps if step.decided), None)
    return PageView(
        title=title,
        disposition=disposition_badge(view.disposition, view.target),
        saying=SAYINGS[view.disposition],
        answers=(
            ("Nature", words(view.nature.value)),
            ("Necessity", words(view.necessity.value)),
            ("Basis", words(view.basis.value)),
            ("Disposition", words(view.disposition.value)),
        ),
        deciding=deciding_words(decided, view) if decided else "",
        proof=told_proof(view.proof, known, view.clauses) if view.proof else None,
        readings=tuple(reading_rows(view)),
        steps=tuple(step_rows(view.steps)),
        assumptions=view.assumptions,
    )


def disposition_badge(disposition: Disposition, target: str = "") -> SafeString:
    """Return a disposition as every page shows it: a sign and its word."""
    how = look_of(disposition)
    return badge(LOOK_SIGNS.get(how, "•"), disposition.value + (f" to {target}" if target else ""), how)


# ---- history ---------------------------------------------------------------------------------------------------------


def _acts(acts: tuple[CaseAct, ...], zone: ZoneInfo) -> Iterator[PageAct]:
    names = _names(acts)
    for act in acts:
        local = local_words(local_of(act.at.replace(microsecond=0), zone))
        who = names.get(act.actor, str(act.actor)[:SHORT])
        yield PageAct(act.sequence, words(act.kind.value), who, local, act.at.astimezone(UTC), tuple(_says(act)))


def _names(acts: tuple[CaseAct, ...]) -> dict[Any, str]:
    rows = Account.objects.filter(id__in={act.actor for act in acts})
    return {PROGRAM: "the program", **{row.id: row.get_full_name() or row.get_username() for row in rows}}


def _says(act: CaseAct) -> Iterator[str]:
    """Yield what an act says, as short sentences."""
    if act.kind is ActKind.DETERMINED:
        for line in json.loads(act.content)["lines"]:
            yield f"line {line['line']}: {line['disposition']}"
        return
    for name, value in act_object(act)["content"].items():
        if name == "files":
            yield from map(_sent, value)
        elif name == "lines":
            yield from (_decided(line) for line in value)
        else:
            told = "none" if value in (None, "") else value
            yield f"{words(name)}: {', '.join(map(str, told)) if isinstance(told, list) else told}"


def _sent(one: dict[str, Any]) -> str:
    if "file" not in one:
        return f"{one['path']}, {one['bytes']} bytes, SHA-256 {one['sha256'][:16]}..."
    removed = ", ".join(f"{what} {count}" for what, count in sorted(one["removed"].items()))
    return f"{one['path']}, {one['kind']}; left out: {removed or 'nothing'}"


def _decided(line: dict[str, Any]) -> str:
    first = f"line {line['line']}: {line['result']} by clause {line['clause']}"
    if "clinician" not in line:
        return first
    by = line["clinician"]
    return f"{first}, {words(line['reason'])}: {line['rationale']} ({by['name']}, licence {by['licence']} {by['state']})"

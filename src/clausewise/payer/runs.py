"""One run of the program over a submission: the answers, and for each policy what replays it.

A run is kept with the fingerprint of the library it was made by.  With that library's texts it can be made again on any day and
by any later release that still understands them; the record must come out equal.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.shelf import CompiledLibrary
from clausewise.decide.determine import Assessors
from clausewise.decide.replay import Replay, keep, kept_request, replay
from clausewise.payer.judging import JudgedCase, Setting, Wish, determine_by_policy, routed_cases, valid_on
from clausewise.payer.submission import Submission, source_of
from clausewise.vocab.determination import Determination, Disposition
from clausewise.vocab.document import FactDeclaration
from clausewise.vocab.problem import Problem, fault_problem
from clausewise.vocab.request import AuthorizationRequest

LINES_MAX = 200  # each is determined with all the others in view: the work grows faster than their number


@dataclass(frozen=True, slots=True)
class Run:
    """One policy's determination of a whole request; `lines` are those it governs, `clinic` the view beside it, if any.

    `kept` is the canonical JSON of `decide.replay.keep`; `library` the fingerprint of the library that decided.
    """

    policy: str
    clinic: str
    lines: tuple[int, ...]
    kept: str
    library: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A submission judged: the request, a record for each line, and the runs that made them."""

    request: AuthorizationRequest
    records: tuple[Determination, ...]
    runs: tuple[Run, ...]

    @property
    def waits(self) -> bool:
        """Whether a line waits for information."""
        return any(record.view.disposition is Disposition.PEND_INFO for record in self.records)


def judge(submission: Submission, setting: Setting, now: datetime, name: str = "") -> Judged | tuple[Problem, ...]:
    """Judge a submission by the library in force, or return what keeps it from being judged.  `name` stands in messages."""
    cases = list(routed_cases(source_of(submission, name), setting, Wish()))
    problems = tuple(problem for case in cases for problem in case.problems)
    if len(cases) != 1 or cases[0].request is None:
        return problems or (_not_one(name),)
    if (lines := len(cases[0].request.lines)) > LINES_MAX:
        return (_too_many(lines, name),)
    return _run(cases[0], setting, now)


def _not_one(name: str) -> Problem:
    return Problem("CW854", "A submission is one clinical case.", name, help="Send each case by itself.")


def _too_many(lines: int, name: str) -> Problem:
    message = f"A submission has at most {LINES_MAX} service lines; this one has {lines}."
    return Problem("CW854", message, name, help="Divide it among several requests.")


def _run(case: JudgedCase, setting: Setting, now: datetime) -> Judged | tuple[Problem, ...]:
    assert case.request is not None and case.governing is not None
    request, governing = case.request, case.governing
    try:
        by_policy = determine_by_policy(request, governing, now)
    except Exception as fault:  # as on the command line: a fault of ours in one case is told, and kept from the others
        return (fault_problem(fault, f"decide case {request.case}"),)
    plan = [policy.policy for policy in governing.plan]
    clinic = governing.clinic.policy if governing.clinic else ""
    runs = (
        Run(name, clinic, _lines_of(name, plan), keep(request, records, now), setting.library.fingerprint)
        for name, records in by_policy.items()
    )
    return Judged(request, tuple(by_policy[name][number] for number, name in enumerate(plan)), tuple(runs))


def _lines_of(policy: str, plan: list[str]) -> tuple[int, ...]:
    return tuple(number for number, name in enumerate(plan, 1) if name == policy)


@dataclass(frozen=True, slots=True)
class Remade:
    """A run made again: what came out, the request it is about, and the policies that decided."""

    run: Run
    replay: Replay
    request: AuthorizationRequest
    assessors: Assessors

    def facts(self) -> dict[str, FactDeclaration]:
        """Return every fact that one of the policies asks for; of two that share a name the plan's."""
        policies = (policy for policy in (self.assessors.clinic, self.assessors.plan) if policy)
        return {name: fact for policy in policies for name, fact in policy.facts.items()}


def replay_run(run: Run, compiled: CompiledLibrary) -> Replay:
    """Make a run again with the library it was made by; see `remake_run`."""
    return remake_run(run, compiled).replay


def remake_run(run: Run, compiled: CompiledLibrary) -> Remade:
    """Make a run again with the library it was made by, and return all that its proof is told from.

    Raises:
        ValueError: the library does not hold the policy on that day any more, or the run was kept in another form.
    """
    request = kept_request(run.kept)
    plan = _compiled(compiled, run.policy, request)
    assessors = Assessors(plan, _compiled(compiled, run.clinic, request) if run.clinic else None)
    return Remade(run, replay(run.kept, lambda _: assessors, valid_on), request, assessors)


def _compiled(compiled: CompiledLibrary, name: str, request: AuthorizationRequest) -> CompiledPolicy:
    policy = compiled.policy(name, request.service_date)
    if not isinstance(policy, CompiledPolicy):
        raise ValueError(f"the library of that day does not compile {name} any more")
    return policy


def answer(judged: Judged) -> dict[str, Any]:
    """Return the answers as plain values: what happens to each line, why, what is missing, and the record's fingerprint."""
    return {"case": judged.request.case, "lines": [_line(record) for record in judged.records]}


def _line(record: Determination) -> dict[str, Any]:
    view = record.view
    return {
        "line": record.line,
        "code": record.code,
        "disposition": view.disposition.value,
        "nature": view.nature.value,
        "necessity": view.necessity.value,
        "basis": view.basis.value,
        "reason": view.reason.code,
        "target": view.target,
        "missing": list(view.missing),
        "settles": list(view.settles),
        "fingerprint": record.fingerprint,
    }



"""Golden cases in memory, and how what comes out differs from what they expect.

A key of `expect` that the output has too is compared with it; all else in `expect` is for people.  `clauses`, `assumptions`,
`conditions`, `documents` and a case's own `missing` name only part of the output; a line's `missing`, `settles` and
`also_supported_by` name all of it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeAlias

from clausewise.clinic.disclosure import decide_privacy
from clausewise.clinic.intake import read_privacy_requests
from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.shelf import Refused
from clausewise.decide.determine import Assessors, determine, rollup
from clausewise.payer.intake import read_requests
from clausewise.policy.case_file import CaseFile, read_cases
from clausewise.policy.code_tables import Validity, diagnosis_validity
from clausewise.vocab.determination import ClauseState, Determination, View
from clausewise.vocab.document import FactDeclaration
from clausewise.vocab.problem import Problem
from clausewise.vocab.request import AuthorizationRequest, PrivacyRequest

NOW = datetime(2026, 11, 21, tzinfo=UTC)
PLAN_POLICY, CLINIC_POLICY = "AR.CP.MP.31", "CLINIC.CR"
STATES = frozenset(state.value for state in ClauseState)
Lookup: TypeAlias = Callable[[str, date], CompiledPolicy | Refused]


@dataclass(frozen=True, slots=True)
class GoldenFile:
    """A file of golden cases, the policy its requests are judged by, and whether it lies outside the repository."""

    path: str
    policy: str
    cases: CaseFile
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Golden:
    """One golden case, read and ready to be judged; a clinical case or a privacy case."""

    name: str
    policy: str
    request: AuthorizationRequest | PrivacyRequest
    shared: bool = False


def golden_file(path: Path, name: str, policy: str, shared: bool = False) -> GoldenFile:
    """Read a file of cases.

    Raises:
        ValueError: the file cannot be read as cases.
    """
    cases, problems = read_cases(path.read_bytes(), name)
    if problems:
        raise ValueError("\n".join(f"{name}:{problem.line}: {problem.message}" for problem in problems))
    return GoldenFile(name, policy, cases, shared)


def goldens_of(
    file: GoldenFile, facts: Mapping[str, FactDeclaration], plans: frozenset[str]
) -> tuple[tuple[Golden, ...], tuple[Problem, ...]]:
    """Return the cases of a file that can be read with the facts declared, and the problems of the others."""
    clinical, unread = read_requests(file.cases, facts, plans)
    private, misread = read_privacy_requests(file.cases, facts) if file.cases.privacy else ((), ())
    requests: Sequence[AuthorizationRequest | PrivacyRequest] = (*clinical, *private)
    found = tuple(Golden(f"{file.path}: {request.case}", file.policy, request, file.shared) for request in requests)
    return found, (*unread, *misread)


def differences(golden: Golden, policy: Lookup) -> Iterator[str]:
    """Yield every way in which a case comes out otherwise than it expects; none if it comes out as expected."""
    request = golden.request
    if isinstance(request, PrivacyRequest):
        yield from _privacy_differences(request, policy(golden.policy, date(2026, 1, 1)))
        return
    first = CLINIC_POLICY if request.assessor == "clinic" else golden.policy
    names = {"clinic" if request.assessor == "clinic" else "plan": first}
    if any("clinic" in expect for expect in request.line_expectations):
        names = {"plan": golden.policy, "clinic": CLINIC_POLICY}
    compiled = {assessor: policy(name, request.service_date) for assessor, name in names.items()}
    refused = [one for one in compiled.values() if isinstance(one, Refused)]
    if refused:
        yield f"refused: {refused[0].problems[0].message}"
        return
    ready = {assessor: one for assessor, one in compiled.items() if isinstance(one, CompiledPolicy)}
    records = determine(request, Assessors(ready.get("plan"), ready.get("clinic")), NOW, valid_on)
    yield from _case_differences(request, records)


def valid_on(code: str, on: date) -> bool | None:
    """Return whether a diagnosis is valid and billable on a day, or None where the table does not know the day."""
    validity = diagnosis_validity(code, on)
    return None if validity is Validity.NOT_KNOWN else validity is Validity.VALID


# ---- clinical cases ----


def _case_differences(request: AuthorizationRequest, records: Sequence[Determination]) -> Iterator[str]:
    expect = request.expect
    allowed = expect.get("alternative", {}).get("dispositions", ()) if expect.get("confidence") == "arguable" else ()
    arguable = False
    for record, wanted in zip(records, request.line_expectations, strict=True):
        if record.view.disposition.value != wanted.get("disposition") and record.view.disposition.value in allowed:
            arguable = True
        else:
            yield from (f"line {record.line} {said}" for said in _line_differences(record, wanted))
    if arguable:
        return
    rolled = rollup([record.view.disposition for record in records])
    if "rollup" in expect and expect["rollup"] != rolled:
        yield f"rollup {rolled}, expected {expect['rollup']}"
    missing = {name for record in records for name in record.view.missing}
    if not set(expect.get("missing", ())) <= missing:
        yield f"missing {sorted(missing)}, expected at least {expect['missing']}"


def _line_differences(record: Determination, wanted: Mapping[str, Any]) -> Iterator[str]:
    yield from _view_differences(record.view, wanted)
    question = record.next_question.fact if record.next_question else ""
    yield from _unequal(wanted, "next_question", question)
    yield from _unequal(wanted, "also_supported_by", list(record.also_supported_by))
    stamps = [{"policy": stamp.policy, "revision": stamp.revision} for stamp in record.documents]
    yield from _lacking(wanted, "documents", stamps)
    yield from _lacking(wanted, "problems", [problem.code for problem in record.problems])
    if "clinic" in wanted and record.other is not None:
        yield from (f"clinic {said}" for said in _view_differences(record.other, wanted["clinic"]))


def _view_differences(view: View, wanted: Mapping[str, Any]) -> Iterator[str]:
    yield from _unequal(wanted, "disposition", view.disposition.value)
    yield from _unequal(wanted, "nature", view.nature.value)
    yield from _unequal(wanted.get("reason", {}), "code", view.reason.code)
    yield from _unequal(wanted, "necessity", view.necessity.value)
    yield from _unequal(wanted, "basis", view.basis.value)
    yield from _unequal(wanted, "target", view.target)
    yield from _clause_differences(wanted, {clause: state.value for clause, state in view.clauses.items()})
    yield from _unequal(wanted, "missing", sorted(view.missing), sorted)
    yield from _unequal(wanted, "settles", sorted(view.settles), sorted)
    yield from _lacking(wanted, "assumptions", view.assumptions)


def _clause_differences(wanted: Mapping[str, Any], states: Mapping[str, str]) -> Iterator[str]:
    for clause, state in (wanted.get("clauses") or {}).items():
        if state in STATES and states.get(clause) != state:  # another word is a remark for people
            yield f"{clause} {states.get(clause)}, expected {state}"


def _unequal(wanted: Mapping[str, Any], key: str, found: Any, order: Callable[[Any], Any] = lambda value: value) -> Iterator[str]:
    if key in wanted and order(wanted[key]) != found:
        yield f"{key} {found}, expected {wanted[key]}"


def _lacking(wanted: Mapping[str, Any], key: str, found: Sequence[Any]) -> Iterator[str]:
    lacking = [one for one in wanted.get(key) or () if one not in found]
    if lacking:
        yield f"{key} {list(found)}, expected also {lacking}"


# ---- privacy cases ----


def _privacy_differences(request: PrivacyRequest, notice: CompiledPolicy | Refused) -> Iterator[str]:
    if isinstance(notice, Refused):
        yield f"refused: {notice.problems[0].message}"
        return
    expect, decided = request.expect, decide_privacy(request, notice)
    if expect.get("confidence") == "arguable" and decided.decision.value in expect.get("alternative", {}).get("decisions", ()):
        return
    yield from _unequal(expect, "decision", decided.decision.value)
    yield from _unequal(expect, "event", decided.event)
    if expect.get("confidence") == "certain":
        yield from _unequal(expect, "reason_code", decided.reason_code)
    yield from _unequal(expect, "include_in_accounting_of_disclosures", str(decided.accounted).lower())
    yield from _clause_differences(expect, {clause: state.value for clause, state in decided.clauses.items()})
    yield from _lacking(expect, "conditions", decided.conditions)
    yield from _lacking(expect, "missing", decided.missing)

"""From what was read to determinations: each case by the policies that govern its lines, problems beside the answers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from typing import Protocol

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.route import clinic_policy, route, routes_of
from clausewise.compiler.shelf import CompiledLibrary, Refused
from clausewise.decide.determine import Assessors, determine
from clausewise.payer.intake import read_request_directory, read_requests
from clausewise.policy.case_file import CaseFile, Source, read_cases, renumbered, words
from clausewise.policy.case_tree import Fields, Items, Node, did_you_mean, plain, quoted
from clausewise.policy.fact_values import UNKNOWN, read_day
from clausewise.policy.library import ASSESSOR_KINDS, Library, plans_of
from clausewise.vocab.determination import Determination
from clausewise.vocab.document import FactDeclaration
from clausewise.vocab.problem import Problem, fault_problem
from clausewise.vocab.request import AuthorizationRequest

ANY_DAY = date(2025, 10, 1)  # what a case without a day of service is read by; it is not decided


class Setting(Protocol):
    """What judging stands on: the documents, compiled on demand, and the instant."""

    @property
    def library(self) -> Library:
        """The documents."""

    @property
    def compiled(self) -> CompiledLibrary:
        """The same, compiled when first asked for."""

    @property
    def now(self) -> datetime:
        """The instant of judging."""

    def path_of(self, file: str) -> str:
        """Return where a document lies, as a message names it."""


@dataclass(frozen=True, slots=True)
class Governing:
    """The policies of a case: by line number the plan's, and the clinic's; each compiled for the day of service."""

    plan: tuple[CompiledPolicy, ...]
    clinic: CompiledPolicy | None

    def facts(self) -> Mapping[str, FactDeclaration]:
        """Return every fact that one of the policies asks for; of two that share a name the plan's."""
        policies = (*((self.clinic,) if self.clinic else ()), *reversed(self.plan))
        return {name: fact for policy in policies for name, fact in policy.facts.items()}


@dataclass(frozen=True, slots=True)
class JudgedCase:
    """A case read and judged: the request unless it cannot be read, one determination for each line, and what is wrong.

    `refused` tells that a policy, not the case, kept it from being judged.
    """

    case: str
    request: AuthorizationRequest | None
    determinations: tuple[Determination, ...] = ()
    governing: Governing | None = None
    problems: tuple[Problem, ...] = ()
    refused: bool = False
    expect: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person at the prompt asks for beyond the case itself: another assessor, another policy."""

    assessor: str = ""
    policy: str = ""


def unknown_policy(setting: Setting, policy: str, kinds: tuple[str, ...] = ASSESSOR_KINDS) -> tuple[Problem, ...]:
    """Return the problem of a policy that the library does not have, if it does not."""
    known = [shelf.id for shelf in setting.library.of_kind(*kinds)]
    if policy in known:
        return ()
    return (Problem("CW705", f"{quoted(policy)} is no {_kinds_words(kinds)} of this library.", help=did_you_mean(policy, known)),)


def _kinds_words(kinds: tuple[str, ...]) -> str:
    return " or ".join(kinds) if len(kinds) <= 2 else "document"


def judged_cases(source: Source, setting: Setting, wish: Wish) -> Iterator[JudgedCase]:
    """Yield the clinical cases of a source, judged; what is wrong with the whole comes first, as a case without a name."""
    return (_judge(case, setting) for case in routed_cases(source, setting, wish))


def routed_cases(source: Source, setting: Setting, wish: Wish) -> Iterator[JudgedCase]:
    """Yield the clinical cases of a source with the policies that govern them, read and not yet determined."""
    if source.files is not None:
        yield _routed_directory(source, setting, wish)
        return
    case_file, problems = read_cases(source.content, source.name)
    if problems:
        yield JudgedCase("", None, problems=problems)
    yield from (_routed_fields(fields, case_file, number, setting, wish) for number, fields in enumerate(case_file.clinical, 1))


def _routed_fields(fields: Fields, case_file: CaseFile, number: int, setting: Setting, wish: Wish) -> JudgedCase:
    name, expect = words(fields.get("id")) or f"number {number}", plain(fields.get("expect"))
    governing = _governing(fields, setting, wish)
    if isinstance(governing, JudgedCase):
        return replace(governing, case=name, expect=expect)
    one = CaseFile(case_file.file, clinical=(fields,))
    requests, problems = read_requests(one, governing.facts(), plans_of(setting.library.shelves()))
    routed = _routed(name, requests, problems, governing, wish)
    return replace(routed, expect=expect, problems=renumbered(routed.problems, number))


def _routed_directory(source: Source, setting: Setting, wish: Wish) -> JudgedCase:
    assert source.files is not None
    case_file, _ = read_cases(source.files.get("case.yaml", b""), "case.yaml")
    fields = next(iter(case_file.clinical), Fields(()))
    governing = _governing(fields, setting, wish)
    name, expect = words(fields.get("id")) or source.name, plain(fields.get("expect"))
    if isinstance(governing, JudgedCase):
        return replace(governing, case=name, expect=expect)
    requests, problems = read_request_directory(source.files, governing.facts(), plans_of(setting.library.shelves()))
    requests = tuple(replace(request, problems=_below(source, request.problems)) for request in requests)
    return replace(_routed(name, requests, _below(source, problems), governing, wish), expect=expect)


def _below(source: Source, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems with their files named from where the person stands."""
    return tuple(
        replace(problem, file=f"{source.name.rstrip('/')}/{problem.file}" if problem.file else source.name)
        for problem in problems
    )


def _routed(
    name: str, requests: tuple[AuthorizationRequest, ...], problems: tuple[Problem, ...], governing: Governing, wish: Wish
) -> JudgedCase:
    if not requests:
        return JudgedCase(name, None, (), governing, problems)
    request = replace(requests[0], assessor=wish.assessor or requests[0].assessor)
    return JudgedCase(name, request, (), governing, problems)


def _judge(case: JudgedCase, setting: Setting) -> JudgedCase:
    if case.request is None or case.governing is None:
        return case
    try:
        determinations = determine_lines(case.request, case.governing, setting)
    except Exception as fault:  # a fault of ours in one case must not silence the others
        return replace(case, problems=(*case.problems, fault_problem(fault, f"decide case {case.case}")))
    return replace(case, determinations=determinations)


def determine_lines(request: AuthorizationRequest, governing: Governing, setting: Setting) -> tuple[Determination, ...]:
    """Determine each line by the policy that governs it, the whole request in view, in the order of the lines."""
    by_policy = determine_by_policy(request, governing, setting.now)
    return tuple(by_policy[policy.policy][number] for number, policy in enumerate(governing.plan))


def determine_by_policy(
    request: AuthorizationRequest, governing: Governing, now: datetime
) -> dict[str, tuple[Determination, ...]]:
    """Determine the whole request once by each policy that governs one of its lines."""
    policies = {policy.policy: policy for policy in governing.plan}
    return {name: determine(request, Assessors(policy, governing.clinic), now, valid_on) for name, policy in policies.items()}


@cache
def valid_on(diagnosis: str, on: date) -> bool | None:
    """Return whether a diagnosis code is valid and billable on a day; None where the tables do not reach that day."""
    from clausewise.policy.code_tables import Validity, diagnosis_validity, is_diagnosis_shaped

    if not is_diagnosis_shaped(diagnosis):
        return False
    validity = diagnosis_validity(diagnosis, on)
    return None if validity is Validity.NOT_KNOWN else validity is Validity.VALID


# ---- which policies govern -------------------------------------------------------------------------------------------


def _governing(fields: Fields, setting: Setting, wish: Wish) -> Governing | JudgedCase:
    """Return the policies of a case by what it says of plan, day and codes, before its facts are read."""
    plan, on = _said(fields, "plan"), read_day(_said(fields, "service_date")) or ANY_DAY
    known_plan = None if plan in ("", UNKNOWN) else plan
    routed = [wish.policy or route(setting.library, known_plan, code, on) for code in _codes(fields)]
    names = routed or [wish.policy or routes_of(setting.library).otherwise]
    clinic = clinic_policy(setting.library)
    compiled = {name: setting.compiled.policy(name, on) for name in (*names, clinic) if name}
    refused = [one for one in compiled.values() if isinstance(one, Refused)]
    if refused or not all(names):
        return JudgedCase("", None, problems=_refusals(refused, setting), refused=True)
    policies = {name: one for name, one in compiled.items() if isinstance(one, CompiledPolicy)}
    return Governing(tuple(policies[name] for name in names), policies.get(clinic))


def _refusals(refused: Iterable[Refused], setting: Setting) -> tuple[Problem, ...]:
    found = (problem for one in refused for problem in one.problems)
    return tuple(replace(problem, file=setting.path_of(problem.file)) for problem in found)


def _said(fields: Fields, name: str) -> str:
    inside = fields.get("facts")
    return words(fields.get(name)) or words(inside.get(name) if isinstance(inside, Fields) else None)


def _codes(fields: Fields) -> list[str]:
    lines: Node | None = fields.get("lines")
    items = lines.items if isinstance(lines, Items) else ()
    return [words(item.get("code")) if isinstance(item, Fields) else "" for item in items]


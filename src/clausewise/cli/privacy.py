"""`clausewise privacy decide`: acts upon health information, decided by the clinic's notice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from clausewise.cli.terminal import Screen, print_object, print_problems
from clausewise.clinic.disclosure import decide_privacy
from clausewise.clinic.intake import read_privacy_requests
from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.shelf import Refused
from clausewise.policy.case_file import CaseFile, Source, read_cases, renumbered, words
from clausewise.policy.case_tree import plain
from clausewise.render.privacy_rows import (
    COLUMNS,
    condition_rows,
    decision_cells,
    decision_object,
    known_of,
    reason_rows,
)
from clausewise.vocab.privacy import PrivacyDecision
from clausewise.vocab.problem import Problem, fault_problem
from clausewise.vocab.request import PrivacyRequest
from clausewise.wiring.setting import Setting
from clausewise.wiring.sources import read_source

EXIT_REFUSED, EXIT_UNREADABLE = 1, 2


@dataclass(frozen=True, slots=True)
class DecidedCase:
    """A privacy case read and decided: the request and the decision, or the problems that prevent them."""

    case: str
    request: PrivacyRequest | None = None
    decision: PrivacyDecision | None = None
    problems: tuple[Problem, ...] = ()
    expect: dict[str, object] = field(default_factory=dict)

LAST_DAY = date(9999, 12, 30)  # whatever is in force onward is in force then


def notice_of(setting: Setting) -> CompiledPolicy | tuple[Problem, ...]:
    """Return the clinic's notice as last written, or why it cannot be used.

    A privacy case carries no date, and the same case must give the same bytes on every day, so the clock is not asked.
    """
    notices = setting.library.of_kind("notice")
    if not notices:
        return (Problem("CW705", "There is no notice in this library.", help="Add a document of kind notice."),)
    compiled = setting.compiled.policy(notices[0].id, LAST_DAY)
    if isinstance(compiled, Refused):
        return tuple(replace(problem, file=setting.path_of(problem.file)) for problem in compiled.problems)
    return compiled


def decided_cases(source: Source, notice: CompiledPolicy) -> Iterator[DecidedCase]:
    """Yield the privacy cases of a source, decided; what is wrong with the file comes first, as a case without a name."""
    if source.files is not None:
        problem = Problem("CW702", "This is a folder, not a file.", source.name, help="Name a file of privacy cases.")
        yield DecidedCase("", problems=(problem,))
        return
    case_file, problems = read_cases(source.content, source.name)
    if problems:
        yield DecidedCase("", problems=problems)
    for number, fields in enumerate(case_file.privacy, 1):
        name, expect = words(fields.get("id")) or f"number {number}", plain(fields.get("expect"))
        requests, found = read_privacy_requests(CaseFile(source.name, privacy=(fields,)), notice.facts)
        if requests:
            yield replace(_decided(requests[0], notice), problems=found, expect=expect)
        else:
            yield DecidedCase(name, problems=renumbered(found, number), expect=expect)


def _decided(request: PrivacyRequest, notice: CompiledPolicy) -> DecidedCase:
    try:
        return DecidedCase(request.case, request, decide_privacy(request, notice))
    except Exception as fault:  # a fault of ours in one case must not silence the others
        return DecidedCase(request.case, request, None, (fault_problem(fault, f"decide case {request.case}"),))


def decide_files(files: Sequence[str], setting: Setting, as_json: bool, why: bool) -> int:
    """Decide every privacy case of the files and print the decisions; return the exit status."""
    print_problems(setting.problems)
    if not setting.library.shelves():
        return EXIT_UNREADABLE
    notice = notice_of(setting)
    if not isinstance(notice, CompiledPolicy):
        print_problems(notice)
        return EXIT_REFUSED
    status = 0
    decided: list[DecidedCase] = []
    for file in files:
        cases, found = _read(file, notice)
        decided.extend(case for case in cases if case.decision)
        status = max(status, found)
    if as_json:
        _print_objects(decided, notice, why)
    elif decided:
        _print_text(decided, notice, why)
    return status


def _read(file: str, notice: CompiledPolicy) -> tuple[list[DecidedCase], int]:
    """Return the cases of a file with the exit status they give, and print what is wrong."""
    source = read_source(file)
    if isinstance(source, tuple):
        print_problems(source)
        return [], EXIT_UNREADABLE
    cases = list(decided_cases(source, notice))
    if not cases:
        help = "Clinical cases are decided by `clausewise determine`."
        print_problems((Problem("CW710", "This file holds no privacy cases.", source.name, help=help),))
    print_problems(problem for case in cases for problem in case.problems)
    return cases, 0 if cases and all(case.decision for case in cases) else EXIT_UNREADABLE


def _print_objects(cases: Sequence[DecidedCase], notice: CompiledPolicy, why: bool) -> None:
    for case in cases:
        assert case.request is not None and case.decision is not None
        print_object(decision_object(case.decision, known_of(case.request, dict(notice.facts)) if why else None))


def _print_text(cases: Sequence[DecidedCase], notice: CompiledPolicy, why: bool) -> None:
    screen = Screen()
    pairs = [(case.request, case.decision) for case in cases if case.request and case.decision]
    screen.table(COLUMNS, (decision_cells(request, decision) for request, decision in pairs))
    if any(decision.conditions for _, decision in pairs):
        screen.line()
        screen.line("On these conditions:")
    for _, decision in pairs:
        screen.rows(condition_rows(decision))
    for request, decision in pairs if why else ():
        screen.line()
        screen.rows(reason_rows(request, decision, known_of(request, dict(notice.facts))))

"""`clausewise test`: what the cases expect, held against what comes out, and which clauses they cover."""

from collections.abc import Iterator, Sequence

from clausewise.cli.privacy import DecidedCase, decided_cases, notice_of
from clausewise.cli.terminal import Screen, print_object, print_problems
from clausewise.clinic import expectations as privacy
from clausewise.compiler.compiled import CompiledPolicy
from clausewise.payer import expectations as clinical
from clausewise.payer.judging import JudgedCase, Wish, judged_cases
from clausewise.policy.case_file import Source
from clausewise.render.coverage import Coverages
from clausewise.render.report_rows import FileReport, coverage_objects, file_object, report_rows
from clausewise.vocab.determination import View
from clausewise.vocab.problem import Problem
from clausewise.wiring.places import examples_folder, shown_path
from clausewise.wiring.setting import Setting
from clausewise.wiring.sources import read_source

EXIT_FAILED, EXIT_UNREADABLE = 1, 2
HISTORIES = "histories"  # of the examples, those that are no cases
BUNDLED = ("cases.yaml", "cases/*.yaml")  # beside a policy, one file or one for each clause


def run_expectations(files: Sequence[str], setting: Setting, as_json: bool, strict: bool) -> int:
    """Compare every case of the files, or of all bundled ones, with what it expects; print the report, return the status."""
    print_problems(setting.problems)
    if not setting.library.shelves():
        return EXIT_UNREADABLE
    notice, coverages = notice_of(setting), Coverages()
    if not isinstance(notice, CompiledPolicy):
        print_problems(notice)
    reports = [
        _report(file, setting, notice if isinstance(notice, CompiledPolicy) else None, coverages, strict or not files)
        for file in files or bundled_files(setting)
    ]
    if as_json:
        for report in reports:
            print_object(file_object(report))
        for covered in coverage_objects(coverages.by_document):
            print_object(covered)
    else:
        Screen().rows(report_rows(reports, coverages.by_document))
    failed = any(report.failures for report in reports) or not isinstance(notice, CompiledPolicy)
    return EXIT_UNREADABLE if any(report.unreadable for report in reports) else EXIT_FAILED if failed else 0


def bundled_files(setting: Setting) -> tuple[str, ...]:
    """Return every file of cases beside the documents, and every worked example."""
    beside = [shown_path(path) for path in sorted(path for pattern in BUNDLED for path in setting.folder.rglob(pattern))]
    examples = examples_folder()
    if examples is None:
        return tuple(beside)
    folders = [path.parent for path in sorted(examples.rglob("case.yaml"))]
    others = [*folders, examples / HISTORIES]
    files = [path for path in sorted(examples.rglob("*.yaml")) if not any(path.is_relative_to(folder) for folder in others)]
    return (*beside, *(shown_path(path) for path in (*files, *folders)))


def _report(
    file: str, setting: Setting, notice: CompiledPolicy | None, coverages: Coverages, strict: bool
) -> FileReport:
    report, source = FileReport(file), read_source(file)
    if isinstance(source, tuple):
        print_problems(source)
        report.unreadable += 1
        return report
    for case in judged_cases(source, setting, Wish()):
        _clinical(case, report, coverages, strict)
    for decided in _privacy_cases(source, notice):
        _privacy(decided, notice, report, coverages, strict)
    if not report.cases and not report.unreadable:
        print_problems((Problem("CW710", "This file holds no cases.", source.name, help="Look at the page on case files."),))
        report.unreadable += 1
    return report


def _privacy_cases(source: Source, notice: CompiledPolicy | None) -> Iterator[DecidedCase]:
    """Yield the privacy cases of a source; the problems of the file itself were told with the clinical ones."""
    if notice is not None and source.files is None:
        yield from (case for case in decided_cases(source, notice) if case.case)


def _clinical(case: JudgedCase, report: FileReport, coverages: Coverages, strict: bool) -> None:
    told = clinical.compare_problem(case.case, case.expect, (*case.problems, *_line_problems(case)))
    if told is None and (case.request is None or not case.determinations):
        print_problems(case.problems)
        report.unreadable += 1
        return
    if told is None:
        assert case.request is not None
        told = clinical.compare(case.request, case.determinations, strict)
    for one in case.determinations:
        for policy, view in _views(case, one.line - 1):
            coverages.add(policy, view.clauses, view.steps)
    report.count(case.case, [mismatch.sentence() for mismatch in told.mismatches], bool(told.alternatives))


def _line_problems(case: JudgedCase) -> Iterator[Problem]:
    return (problem for one in case.determinations for problem in one.problems)


def _views(case: JudgedCase, number: int) -> Iterator[tuple[CompiledPolicy, View]]:
    """Yield both assessors' views of a line, each with the policy behind it."""
    one, governing = case.determinations[number], case.governing
    assert governing is not None
    plan, clinic = (one.view, one.other) if one.assessor == "plan" else (one.other, one.view)
    if plan is not None:
        yield governing.plan[number], plan
    if clinic is not None and governing.clinic is not None:
        yield governing.clinic, clinic


def _privacy(
    case: DecidedCase, notice: CompiledPolicy | None, report: FileReport, coverages: Coverages, strict: bool
) -> None:
    told = clinical.compare_problem(case.case, case.expect, case.problems)
    if told is not None:
        report.count(case.case, [mismatch.sentence() for mismatch in told.mismatches], False)
    elif case.request is None or case.decision is None:
        print_problems(case.problems)
        report.unreadable += 1
    else:
        found = privacy.compare(case.request, case.decision, strict)
        report.count(case.case, [mismatch.sentence() for mismatch in found.mismatches], found.alternative)
    if notice is not None and case.decision is not None:
        coverages.add(notice, case.decision.clauses, case.decision.steps)

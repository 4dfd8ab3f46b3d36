"""What a run of the expectations came to: files, failures as sentences, and the clauses that no case reaches."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clausewise.render.coverage import Coverage
from clausewise.render.problem_lines import how_many
from clausewise.render.rows import SIGNS, WORDS, Look, Row
from clausewise.vocab.truth import Truth

ORDER = (Truth.TRUE, Truth.FALSE, Truth.UNKNOWN)


@dataclass(slots=True)
class FileReport:
    """What the cases of one file came to."""

    file: str
    cases: int = 0
    expected: int = 0
    alternatives: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    unreadable: int = 0

    def count(self, case: str, failures: Sequence[str], alternative: bool) -> None:
        """Take note of one case."""
        self.cases += 1
        self.failures.extend(failures)
        if alternative and not failures:
            self.alternatives.append(case)
        self.expected += not failures and not alternative


def report_rows(reports: Sequence[FileReport], coverages: Mapping[str, Coverage]) -> Iterator[Row]:
    """Yield the report of a run."""
    for report in reports:
        yield from _file_rows(report)
    yield Row()
    if coverages:
        yield from coverage_rows(coverages)
        yield Row()
    yield _verdict(reports)


def _file_rows(report: FileReport) -> Iterator[Row]:
    good = not report.failures and not report.unreadable
    sign, look = (SIGNS[Truth.TRUE], Look.MET) if good else (SIGNS[Truth.FALSE], Look.FAILED)
    parts = [how_many(report.cases, "case"), f"{report.expected} as expected"] if report.cases else []
    if report.alternatives:
        parts.append(f"{len(report.alternatives)} as an allowed alternative ({', '.join(report.alternatives)})")
    if report.cases - report.expected - len(report.alternatives):
        parts.append(f"{report.cases - report.expected - len(report.alternatives)} otherwise")
    if report.unreadable:
        parts.append(f"{report.unreadable} not read" if report.cases or report.unreadable > 1 else "not read")
    yield Row(f"{report.file}: {', '.join(parts)}", sign=sign, look=look)
    yield from (Row(failure, 2, look=Look.FAILED) for failure in report.failures)


def coverage_rows(coverages: Mapping[str, Coverage]) -> Iterator[Row]:
    """Yield, for each document, how many clauses were seen in each state they can have, and those that were not."""
    yield Row("Clauses seen in each state that they can have", look=Look.HEAD)
    for document, coverage in sorted(coverages.items()):
        yield Row(f"{document}: {', '.join(_share(coverage, truth) for truth in ORDER)}", 2)
        for truth in ORDER:
            if lacking := coverage.lacking(truth):
                yield Row(f"never {WORDS[truth]}: {', '.join(lacking)}", 4, look=Look.OPEN)
        if undecided := coverage.undecided_steps():
            decided = len(coverage.steps) - len(undecided)
            yield Row(f"{decided} of {len(coverage.steps)} steps of its ladder decided a line; not {', '.join(undecided)}", 4)


def _share(coverage: Coverage, truth: Truth) -> str:
    possible = coverage.reachable(truth)
    return f"{possible - len(coverage.lacking(truth))} of {possible} {WORDS[truth]}"


def _verdict(reports: Sequence[FileReport]) -> Row:
    failed = sum(report.cases - report.expected - len(report.alternatives) for report in reports)
    unreadable, cases = sum(report.unreadable for report in reports), sum(report.cases for report in reports)
    rest = f"; {unreadable} could not be read" if unreadable else ""
    if not cases:
        return Row(f"No case was compared{rest}.", look=Look.FAILED)
    if failed or unreadable:
        return Row(f"Of {how_many(cases, 'case')}, {failed or 'none'} came out otherwise{rest}.", look=Look.FAILED)
    return Row(f"All {how_many(cases, 'case')} came out as expected or as an alternative that they allow.", look=Look.MET)


def file_object(report: FileReport) -> dict[str, Any]:
    """Return what one file came to as plain values."""
    return {
        "file": report.file,
        "cases": report.cases,
        "as_expected": report.expected,
        "alternatives": report.alternatives,
        "failures": report.failures,
        "unreadable": report.unreadable,
    }


def coverage_objects(coverages: Mapping[str, Coverage]) -> Iterator[dict[str, Any]]:
    """Yield the coverage of each document as plain values."""
    for document, coverage in sorted(coverages.items()):
        yield {
            "document": document,
            "clauses": len(coverage.possible),
            "never": {WORDS[truth]: list(coverage.lacking(truth)) for truth in ORDER},
            "steps": len(coverage.steps),
            "never_decided": list(coverage.undecided_steps()),
        }

"""What a proof found, for people, for machines and for SARIF."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from clausewise.prove.accepted import Acceptance
from clausewise.prove.finding import Finding, Shown
from clausewise.render.case_text import case_object, file_text, plain_value, privacy_object
from clausewise.render.problem_lines import INDENT, printable
from clausewise.vocab.problem import Problem

NAME_MAX = 80


def finding_lines(finding: Finding, accepted: Acceptance | None, why: bool) -> tuple[str, ...]:
    """Return a finding as lines: where, how bad, which kind, what; below it the case that shows it, and who accepted it."""
    where = ":".join(str(part) for part in (finding.file, finding.line) if part)
    lines = [f"{where}: {finding.level.value} {finding.kind.value}: {finding.sentence}"]
    if finding.shown is not None and why:
        lines.append(f"{INDENT}shown by: {said(finding.shown)}")
    if accepted is not None and why:
        lines.append(f"{INDENT}accepted by {accepted.by} on {accepted.on}: {accepted.why}")
    if why:
        lines.append(f"{INDENT}key: {finding.key}")
    return tuple(printable(line) for line in lines)


def said(shown: Shown) -> str:
    """Return a case in one line: the code, what it says, and what came out."""
    request = shown.request
    codes = " and ".join(line.code for line in request.lines if line.code)
    words = [*([codes] if codes else []), *(f"{name} = {_word(plain_value(value))}" for name, value in request.facts.items())]
    ends = ", ".join(f"{outcome} by {policy}" for policy, outcome in shown.outcomes.items())
    open_ones = f" (taking {', '.join(shown.unanswerable)} to hold)" if shown.unanswerable else ""
    return f"{', '.join(words) or 'a line that says nothing'}: {ends}{open_ones}"


def _word(value: object) -> str:
    return "yes" if value is True else "no" if value is False else str(value)


def finding_object(policy: str, finding: Finding, accepted: Acceptance | None, is_notice: bool) -> dict[str, Any]:
    """Return a finding as plain values."""
    shown = finding.shown
    return {
        "policy": policy,
        "kind": finding.kind.value,
        "key": finding.key,
        "level": finding.level.value,
        "clauses": list(finding.clauses),
        "sentence": finding.sentence,
        "file": finding.file,
        "line": finding.line,
        "case": None if shown is None else case_of(shown, is_notice),
        "outcomes": {} if shown is None else dict(shown.outcomes),
        "unanswerable": [] if shown is None else list(shown.unanswerable),
        "accepted": None if accepted is None else {"by": accepted.by, "on": accepted.on, "why": accepted.why},
    }


def case_of(shown: Shown, is_notice: bool) -> Mapping[str, object]:
    """Return the case that shows a finding as plain values."""
    return privacy_object(shown.request) if is_notice else case_object(shown.request)


def case_files(findings: Iterable[Finding], is_notice: bool) -> Mapping[str, str]:
    """Return a case file for each finding that a case shows, by its name."""
    files: dict[str, str] = {}
    for finding in findings:
        if finding.shown is not None:
            stem = name = file_name(finding.key)
            number = 2
            while f"{name}.yaml" in files:
                name, number = f"{stem}-{number}", number + 1
            sort = "privacy" if is_notice else "clinical"
            case = {"narrative": finding.sentence, **case_of(finding.shown, is_notice)}
            files[f"{name}.yaml"] = file_text([{"id": case["id"], **case}], sort)
    return files


def file_name(key: str) -> str:
    """Return a key as the name of a file, without its ending."""
    return re.sub(r"[^\w.]+", "-", key, flags=re.ASCII).strip("-.")[:NAME_MAX]


def as_problem(finding: Finding) -> Problem:
    """Return a finding as a problem, for writers that know problems: its kind is the rule."""
    rule = f"prove-{finding.kind.value.replace(' ', '-')}"
    return Problem(rule, finding.sentence, finding.file, finding.line, clause=", ".join(finding.clauses), level=finding.level)

"""Findings that somebody has accepted: a list beside the policy, with who, when and why.

A finding that needs a decision (an error or a warning) and is not on the list is new; an entry of the list that is no longer found
is gone, and says so, so that the list never claims more than the policy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from clausewise.prove.finding import Finding, Kind
from clausewise.vocab.problem import Level, Problem

FILE = "findings.yaml"
MOST = 10  # entries named in one problem
HELP = "Write `policy`, `by`, `date` and `findings`, each with `key` and `why`; `clausewise policy prove` prints the keys."


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A finding of a policy that somebody has accepted."""

    policy: str
    key: str
    by: str
    on: str
    why: str


@dataclass(frozen=True, slots=True)
class Judged:
    """The findings of a policy held against what was accepted: which are new, and which accepted ones are not found any more."""

    accepted: Mapping[str, Acceptance]
    new: tuple[Finding, ...]
    gone: tuple[Acceptance, ...]


def read_accepted(content: bytes, file: str) -> tuple[tuple[Acceptance, ...], tuple[Problem, ...]]:
    """Read a list of accepted findings; an entry that lacks something is a Problem, and the others are kept."""
    try:
        groups = yaml.safe_load(content.decode("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        line = fault.problem_mark.line + 1 if isinstance(fault, yaml.MarkedYAMLError) and fault.problem_mark else 0
        return (), (Problem("CW716", "This list of accepted findings cannot be read.", file, line, help=HELP),)
    if not isinstance(groups, list):
        return (), (Problem("CW716", "This list of accepted findings cannot be read.", file, help=HELP),)
    found: list[Acceptance] = []
    problems: list[Problem] = []
    for number, group in enumerate(groups, 1):
        entries = _entries(group)
        found += [entry for entry in entries if _is_whole(entry)]
        if lacking := [str(place) for place, entry in enumerate(entries, 1) if not _is_whole(entry)]:
            said = f"Not every entry of list {number} says what was accepted, by whom, when and why: {', '.join(lacking[:MOST])}."
            problems.append(Problem("CW717", said, file, help=HELP))
    return tuple(found), tuple(problems)


def _is_whole(entry: Acceptance) -> bool:
    return all((entry.policy, entry.key, entry.by, entry.on, entry.why))


def _entries(group: Any) -> list[Acceptance]:
    fields = group if isinstance(group, dict) else {}
    entries = fields.get("findings")
    own = [entry if isinstance(entry, dict) else {} for entry in entries] if isinstance(entries, list) and entries else [{}]
    return [
        Acceptance(*(str(said or "").strip() for said in (
            fields.get("policy"), entry.get("key"), fields.get("by"), fields.get("date"), entry.get("why"))))
        for entry in own
    ]  # fmt: skip


def needs_acceptance(finding: Finding) -> bool:
    """Tell whether somebody has to accept a finding: notes only tell, and what was not decided cannot be accepted."""
    return finding.level is not Level.NOTE and finding.kind is not Kind.NOT_DECIDED


def judged(policy: str, findings: Sequence[Finding], accepted: Sequence[Acceptance], is_complete: bool = True) -> Judged:
    """Hold the findings of a policy against the list; where something was not decided, no entry is said to be gone."""
    own = {one.key: one for one in accepted if one.policy == policy}
    found = {finding.key for finding in findings}
    new = tuple(finding for finding in findings if needs_acceptance(finding) and finding.key not in own)
    return Judged(own, new, tuple(one for key, one in own.items() if key not in found) if is_complete else ())

"""What reading a file or directory of cases tells a person, as text for a golden comparison."""

from collections.abc import Iterable
from pathlib import Path

from clausewise.clinic.intake import read_privacy_requests
from clausewise.payer.intake import read_request_directory, read_requests
from clausewise.policy.case_file import read_cases
from clausewise.vocab.problem import Problem
from clausewise.vocab.request import AuthorizationRequest
from tests.unit.payer.declared import FACTS, PLANS


def told(path: Path) -> str:
    """Return every problem of a file or directory and, at the end, the names of the cases that could be read."""
    return told_of_directory(path) if path.is_dir() else told_of_file(path)


def told_of_file(path: Path) -> str:
    """Return what is told of a case file."""
    case_file, unread = read_cases(path.read_bytes(), path.name)
    requests, problems = read_requests(case_file, FACTS, PLANS)
    private, others = read_privacy_requests(case_file, FACTS)
    names = [request.case for request in requests] + [request.case for request in private]
    return _text((*unread, *problems, *others, *_carried(requests)), names)


def told_of_directory(path: Path) -> str:
    """Return what is told of the directory of a request."""
    files = {file.relative_to(path).as_posix(): file.read_bytes() for file in path.rglob("*") if file.is_file()}
    requests, problems = read_request_directory(files, FACTS, PLANS)
    return _text((*problems, *_carried(requests)), [request.case for request in requests])


def _carried(requests: Iterable[AuthorizationRequest]) -> list[Problem]:
    in_lines = (problem for request in requests for line in request.lines for problem in line.problems)
    return [*(problem for request in requests for problem in request.problems), *in_lines]


def _text(problems: Iterable[Problem], names: list[str]) -> str:
    rows = [f"{p.file}:{p.line}:{p.column}: {p.level.value} {p.code} {p.message}\n    {p.help}\n" for p in problems]
    return "".join(rows) + f"read: {', '.join(names) or 'nothing'}\n"

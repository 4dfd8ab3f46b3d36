"""What was sent in for a case, exactly as it came, and what was added since.

A submission is a case file or a request directory, by path and bytes.  Evidence is added to it: documents (to a directory),
or a file `answers.yaml` whose `facts` take the place of what the case said before.  Nothing that was sent is ever changed:
the request is read anew from all of it.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from clausewise.payer.intake import BESIDE_FACTS
from clausewise.policy.case_file import Shape, Source, misfits, read_cases
from clausewise.policy.case_tree import Fields, plain, read_tree
from clausewise.vocab.problem import Problem

CASE, ANSWERS = "case.yaml", "answers.yaml"
BYTES_MAX = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Submission:
    """The files of a request by path; `folder` tells whether it is a directory, whose documents are complete."""

    files: Mapping[str, bytes]
    folder: bool


def submission_of(source: Source) -> Submission | Problem:
    """Return what a person sent as a submission, or the problem that it is too large or no directory of a request."""
    files = {CASE: source.content} if source.files is None else dict(source.files)
    if sum(map(len, files.values())) > BYTES_MAX:
        return Problem("CW854", "This request is larger than 8 MB.", source.name, help="Send large documents one by one.")
    return Submission(files, source.files is not None)


def with_evidence(submission: Submission, evidence: Iterable[Mapping[str, bytes]]) -> Submission | tuple[Problem, ...]:
    """Return the submission with evidence added in order, or what keeps it from being added."""
    for files in evidence:
        added = _added(submission, files)
        if not isinstance(added, Submission):
            return added
        submission = added
    return submission


def _added(submission: Submission, files: Mapping[str, bytes]) -> Submission | tuple[Problem, ...]:
    papers = {path: content for path, content in files.items() if path != ANSWERS}
    if papers and not submission.folder:
        help = "Send the answers as `answers.yaml`, or the case anew as a directory with its documents."
        return (Problem("CW855", "This case was sent without documents, so none can be added to it.", min(papers), help=help),)
    if taken := sorted(papers.keys() & submission.files.keys()):
        help = "What was sent is never replaced: give the document another name."
        return (Problem("CW855", "A document of this name was sent before.", taken[0], help=help),)
    answered = _answered(submission, files[ANSWERS]) if ANSWERS in files else submission
    return replace(answered, files={**answered.files, **papers}) if isinstance(answered, Submission) else answered


def _answered(submission: Submission, answers: bytes) -> Submission | tuple[Problem, ...]:
    given = read_tree(answers)
    if isinstance(given, Problem):
        return (replace(given, file=ANSWERS),)
    if not isinstance(given, Fields):
        return (Problem("CW855", "These are no answers.", ANSWERS, 1, 1, help="Write `facts:`, and below it the answers."),)
    wrong = [*given.problems, *misfits(given, {"facts": Shape.FIELDS}, "a file of answers", ("facts",))]
    if wrong:
        return tuple(replace(problem, file=ANSWERS) for problem in wrong)
    path = next(path for path in submission.files if path.rpartition("/")[2] == CASE)
    case_file, _ = read_cases(submission.files[path], CASE)
    case = plain(case_file.clinical[0])
    answered = plain(given.get("facts"))
    kept = {name: value for name, value in case.items() if name not in BESIDE_FACTS or name not in answered}
    merged = kept | {"facts": {**(case.get("facts") or {}), **answered}}
    return replace(submission, files={**submission.files, path: json.dumps(merged, ensure_ascii=False).encode()})


def source_of(submission: Submission, name: str) -> Source:
    """Return the submission as the readers of requests take it; `name` is what messages call it."""
    return Source(name, files=submission.files) if submission.folder else Source(name, submission.files[CASE])


# ---- as plain values -------------------------------------------------------------------------------------------------


def plain_files(files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return files as JSON can hold them: text as text, anything else in base64, each with its SHA-256."""
    return {path: _plain_file(content) for path, content in sorted(files.items())}


def _plain_file(content: bytes) -> dict[str, str]:
    digest = hashlib.sha256(content).hexdigest()
    if is_text(content):
        return {"sha256": digest, "text": content.decode()}
    return {"base64": base64.b64encode(content).decode(), "sha256": digest}


def is_text(content: bytes) -> bool:
    """Tell whether bytes are text that a database keeps as such: UTF-8, and no NUL, which PostgreSQL does not keep."""
    try:
        return "\0" not in content.decode()
    except UnicodeDecodeError:
        return False


def read_files(plain: Mapping[str, Mapping[str, Any]]) -> dict[str, bytes]:
    """Return the files that `plain_files` made plain; one that is kept elsewhere (`file`) has no content here."""
    return {path: _content(one) for path, one in plain.items()}


def _content(one: Mapping[str, Any]) -> bytes:
    if "file" in one:
        return b""
    return str(one["text"]).encode() if "text" in one else base64.b64decode(one["base64"], validate=True)


def canonical(value: Any) -> str:
    """Return a plain value as canonical JSON: keys in order, no spaces."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

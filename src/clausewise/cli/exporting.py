"""`clausewise policy export`: one document as a page, as its text, or as a form of its questions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from clausewise.cli.checking import newest_day
from clausewise.cli.documents import KINDS
from clausewise.cli.expectations import BUNDLED
from clausewise.cli.terminal import print_problems, write_file
from clausewise.compiler.link import clause_items
from clausewise.compiler.shelf import Refused
from clausewise.payer.judging import unknown_policy
from clausewise.policy.case_file import CaseFile, read_cases
from clausewise.policy.library import ASSESSOR_KINDS, EVERYWHERE, Shelf
from clausewise.render.annotated_policy import AnnotatedPolicy, ShownFinding, shown_cases
from clausewise.render.markdown import without_html
from clausewise.vocab.document import PolicyDocument
from clausewise.vocab.problem import Problem, has_errors
from clausewise.wiring.places import shown_path
from clausewise.wiring.setting import Setting
from clausewise.wiring.sources import read_file

EXIT_ERRORS, EXIT_UNREADABLE = 1, 2
SECONDS = 10.0  # that the prover has for one question


def export(name: str, to: str, file: Path | None, on: date | None, setting: Setting, as_json: bool) -> int:
    """Write a document in the form asked for, to a file or to standard output; return the exit status.

    A policy with errors is not exported: its problems are told instead.
    """
    unknown = unknown_policy(setting, name, KINDS)
    if unknown:
        print_problems((*setting.problems, *unknown))
        return EXIT_UNREADABLE
    setting = replace(setting, library=setting.library.as_of(on or date.max))
    refused = _errors_of(setting.library.by_id[name], on, setting)
    if refused:
        print_problems((*setting.problems, *refused))
        return EXIT_ERRORS
    text, unread = _text(name, to, on, setting, as_json)
    unwritten = () if file is None else write_file(file, text)  # before anything is printed: a reader may go away
    problems = (*setting.problems, *unread, *unwritten)
    print_problems(problems)
    if file is None:
        print(text, end="")
    return EXIT_UNREADABLE if has_errors(problems) else 0


def _errors_of(shelf: Shelf, on: date | None, setting: Setting) -> tuple[Problem, ...]:
    """Return what keeps a document from being used on a day, else on the newest on which all speak together."""
    if shelf.kind in ASSESSOR_KINDS:
        compiled = setting.compiled.policy(shelf.id, on or newest_day(shelf, setting))
        found = compiled.problems if isinstance(compiled, Refused) else ()
    else:
        found = setting.library.problems(shelf.id)
        found = found if has_errors(found) else ()
    return tuple(replace(problem, file=setting.path_of(problem.file)) for problem in found)


def _text(name: str, to: str, on: date | None, setting: Setting, as_json: bool) -> tuple[str, tuple[Problem, ...]]:
    """Return the document in the form asked for, and what could not be read for it."""
    document = setting.library.document(name)
    if to == "markdown":
        return without_html(document.text), ()
    documents = documents_beside(name, setting)
    if to == "questions":
        return _questions(document, documents, on, as_json), ()
    from clausewise.render.html_page import html_page

    findings, unaccepted = shown_findings(name, setting)
    policy, unread = annotated(document, documents, on, setting, findings)
    return html_page(policy), (*unaccepted, *unread)


def shown_findings(name: str, setting: Setting) -> tuple[tuple[ShownFinding, ...] | None, tuple[Problem, ...]]:
    """Return what is proved of a document, as a page shows it; None for one that decides nothing."""
    from clausewise.cli.proving import proved
    from clausewise.render.finding_rows import said

    found, unread = proved(name, setting, SECONDS)
    if found is None:
        return None, unread
    shown: list[ShownFinding] = []
    for one in found.report.findings:
        accepted = found.judged.accepted.get(one.key)
        shown.append(
            ShownFinding(
                kind=one.kind.value,
                clause=one.clauses[0] if one.clauses else "",
                level=one.level.value,
                sentence=one.sentence,
                witness="" if one.shown is None else said(one.shown),
                accepted_by="" if accepted is None else f"{accepted.by} on {accepted.on}",
                because="" if accepted is None else accepted.why,
            )
        )
    return tuple(shown), unread


def documents_beside(name: str, setting: Setting) -> tuple[PolicyDocument, ...]:
    """Return a document's ladder and all whose words it or its ladder uses, and itself last.

    Laws, contracts and manuals speak beside every policy and are none of its words.
    """
    library = setting.library
    shelves = [shelf for shelf in library.together(name) if shelf.id == name or shelf.kind not in EVERYWHERE]
    return tuple(library.document(shelf.id) for shelf in shelves if shelf.id in library.by_id)


def _ladder(document: PolicyDocument, documents: Sequence[PolicyDocument]) -> PolicyDocument | None:
    if document.steps:
        return document
    return next((one for one in documents if one.id == document.ladder), None)


def _questions(document: PolicyDocument, documents: Sequence[PolicyDocument], on: date | None, as_json: bool) -> str:
    import json

    from clausewise.render.policy_questions import question_form, question_object, questions_of

    questions = questions_of(document, _ladder(document, documents), documents, on)
    if not as_json:
        return question_form(document, questions, on)
    return "".join(f"{json.dumps(question_object(question), ensure_ascii=False)}\n" for question in questions)


def annotated(
    document: PolicyDocument,
    documents: tuple[PolicyDocument, ...],
    on: date | None,
    setting: Setting,
    findings: tuple[ShownFinding, ...] | None,
) -> tuple[AnnotatedPolicy, tuple[Problem, ...]]:
    """Return a document with its golden cases and what was proved of it, and the problems of files that cannot be read.

    `findings` None says that nobody has tried to prove it.
    """
    files, unread = cases_beside(setting.folder / document.file)
    clauses = {f"{document.ids}{number}" for number in clause_items(document, on or date.max)}
    policy = AnnotatedPolicy(
        document=document,
        ladder=_ladder(document, documents),
        documents=documents,
        cases=tuple(shown_cases(files, clauses)),
        cases_beside=sum(len(file.clinical) + len(file.privacy) for file in files),
        findings=findings,
        on=on,
        labels=setting.labels,
    )
    return policy, unread


def cases_beside(document: Path) -> tuple[tuple[CaseFile, ...], tuple[Problem, ...]]:
    """Return the files of cases beside a document, and the problems of those that cannot be read."""
    files: list[CaseFile] = []
    unread: list[Problem] = []
    for path in sorted(path for pattern in BUNDLED for path in document.parent.glob(pattern)):
        content = read_file(path)
        found, problems = (CaseFile(""), (content,)) if isinstance(content, Problem) else read_cases(content, shown_path(path))
        files.append(found)
        unread.extend(problems)
    return tuple(files), tuple(unread)

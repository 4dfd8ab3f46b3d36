"""`clausewise policy prove`: gaps, contradictions, idle clauses and the like, each with a case that shows it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

from clausewise.cli.checking import newest_day
from clausewise.cli.terminal import print_lines, print_object, print_problems, write_file
from clausewise.clinic.disclosure import decide_privacy
from clausewise.compiler.shelf import Refused, linked_documents
from clausewise.payer.judging import unknown_policy
from clausewise.policy.library import ASSESSOR_KINDS
from clausewise.prove.accepted import FILE, Acceptance, Judged, judged, read_accepted
from clausewise.prove.beside import shared_codes
from clausewise.prove.finding import Finding
from clausewise.prove.report import Report, prove, prove_beside
from clausewise.prove.showing import NotShown, Replay, by_determination
from clausewise.prove.subject import Subject, subject_of
from clausewise.prove.witness import Witness
from clausewise.render.finding_rows import as_problem, case_files, finding_lines, finding_object
from clausewise.render.problem_lines import how_many
from clausewise.render.sarif import sarif
from clausewise.vocab.problem import Level, Problem, has_errors
from clausewise.vocab.request import PrivacyRequest
from clausewise.wiring.setting import Setting
from clausewise.wiring.sources import read_file

EXIT_NEW, EXIT_UNREADABLE, EXIT_NOT_DECIDED = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person at the prompt asks for: the policies, one to hold beside them, and what to write."""

    names: tuple[str, ...] = ()
    beside: str = ""
    seconds: float = 10.0
    cases: Path | None = None
    sarif: Path | None = None
    as_json: bool = False
    short: bool = False


@dataclass(frozen=True, slots=True)
class Proved:
    """The report of a policy, or of two beside each other, held against what was accepted."""

    report: Report
    judged: Judged
    is_notice: bool


def prove_policies(wanted: Wanted, setting: Setting) -> int:
    """Prove the policies named, or all of the library; print what was found, return the exit status."""
    names = wanted.names or tuple(shelf.id for shelf in setting.library.of_kind(*ASSESSOR_KINDS, "notice"))
    unknown = [one for name in (*names, *([wanted.beside] if wanted.beside else []))
               for one in unknown_policy(setting, name, (*ASSESSOR_KINDS, "notice"))]  # fmt: skip
    print_problems((*setting.problems, *unknown))
    if unknown or has_errors(setting.problems):
        return EXIT_UNREADABLE
    subjects, refusals = _subjects(dict.fromkeys((*names, *([wanted.beside] if wanted.beside else []))), setting)
    accepted, unread = read_acceptances(setting)
    print_problems((*refusals, *unread))
    proved = [_placed(one, setting) for one in _all(wanted, names, subjects, accepted)]
    unwritten = _write(proved, wanted)
    print_problems(unwritten)
    _print(proved, wanted)
    if unread or unwritten:
        return EXIT_UNREADABLE
    if refusals or any(one.judged.new or one.judged.gone for one in proved):
        return EXIT_NEW
    return 0 if all(one.report.is_complete for one in proved) else EXIT_NOT_DECIDED


# ---- what is proved ----


def _subjects(names: Iterable[str], setting: Setting) -> tuple[dict[str, Subject], tuple[Problem, ...]]:
    subjects: dict[str, Subject] = {}
    problems: list[Problem] = []
    for name in names:
        found = subject(name, setting)
        if isinstance(found, Refused):
            problems += [replace(one, file=setting.path_of(one.file)) for one in found.problems if one.level is Level.ERROR]
        else:
            subjects[name] = found
    return subjects, tuple(problems)


def subject(name: str, setting: Setting) -> Subject | Refused:
    """Return a policy of the library with all its parts, for the first day on which all that concerns it is in force."""
    day = newest_day(setting.library.by_id[name], setting)
    linked, problems = linked_documents(setting.library.as_of(day), name, day)
    return Refused(name, problems) if linked is None or has_errors(problems) else subject_of(linked)


def read_acceptances(setting: Setting) -> tuple[tuple[Acceptance, ...], tuple[Problem, ...]]:
    """Return every finding that was accepted beside a document of the library."""
    accepted: list[Acceptance] = []
    problems: list[Problem] = []
    for path in sorted(setting.folder.rglob(FILE)):
        content = read_file(path)
        if isinstance(content, Problem):
            problems.append(content)
            continue
        entries, faults = read_accepted(content, setting.path_of(path.relative_to(setting.folder).as_posix()))
        accepted += entries
        problems += faults
    return tuple(accepted), tuple(problems)


def _all(
    wanted: Wanted, names: Sequence[str], subjects: Mapping[str, Subject], accepted: Sequence[Acceptance]
) -> Iterator[Proved]:
    """Prove each policy by itself, then those beside each other that are asked for, or that list a code in common."""
    for name in names:
        if name in subjects and name != wanted.beside:
            one = subjects[name]
            report = prove(one, wanted.seconds, _replay(one))
            yield Proved(report, judged(name, report.findings, accepted, report.is_complete), _is_notice(one))
    for first, second in _pairs(wanted, names, subjects, {one.policy for one in accepted}):
        report = prove_beside(first, second, wanted.seconds)
        yield Proved(report, judged(report.policy, report.findings, accepted, report.is_complete), False)


def _pairs(
    wanted: Wanted, names: Sequence[str], subjects: Mapping[str, Subject], accepted: Collection[str]
) -> Iterator[tuple[Subject, Subject]]:
    """Yield the policies to be held beside each other, each pair in the order of their ids: it has one list of acceptances.

    Of a whole library these are all pairs that list a code in common, and those of which something was accepted.
    """
    if wanted.beside in subjects:
        pairs = [(name, wanted.beside) for name in names if name in subjects and name != wanted.beside]
    elif not wanted.names:
        policies = [one.policy.policy for one in subjects.values() if not _is_notice(one) and not one.document.amendments]
        pairs = [
            pair
            for pair in combinations(policies, 2)
            if " beside ".join(sorted(pair)) in accepted or shared_codes(*(subjects[name] for name in pair))
        ]
    else:
        pairs = []
    for pair in pairs:
        first, second = sorted(pair)
        yield subjects[first], subjects[second]


def _is_notice(subject: Subject) -> bool:
    return subject.document.kind == "notice"


def _replay(subject: Subject) -> Replay:
    return _by_notice if _is_notice(subject) else by_determination


def _by_notice(witness: Witness, which: int) -> str:
    """Replay a witness through the notice; the steps of the decision must come out as they were found."""
    findings = witness.findings[which]
    facts = {name: value for name, value in witness.facts.items() if name not in ("actor", "action")}
    actor, action = (str(witness.facts.get(name) or "unknown") for name in ("actor", "action"))
    decision = decide_privacy(PrivacyRequest(witness.request.case, actor, action, facts), findings.context.policy)
    truths = [findings.truth(step.ref) for step in findings.context.policy.steps]
    if [mark.truth for mark in decision.steps] != truths:
        raise NotShown(f"{witness.request.case} is decided by other steps than it was found with")
    return decision.decision.value


def proved(name: str, setting: Setting, seconds: float) -> tuple[Proved | None, tuple[Problem, ...]]:
    """Return what is proved of one policy by itself, or None for a document that decides nothing, and what cannot be read."""
    one = subject(name, setting) if setting.library.by_id[name].kind in (*ASSESSOR_KINDS, "notice") else None
    if one is None or isinstance(one, Refused):
        return None, ()
    accepted, unread = read_acceptances(setting)
    report = prove(one, seconds, _replay(one))
    return Proved(report, judged(name, report.findings, accepted, report.is_complete), _is_notice(one)), unread


# ---- what is said of it ----


def _placed(proved: Proved, setting: Setting) -> Proved:
    """Return a report with its files named as a person at this prompt would write them."""

    def here(finding: Finding) -> Finding:
        return replace(finding, file=setting.path_of(finding.file))

    report = replace(proved.report, findings=tuple(here(one) for one in proved.report.findings))
    new = tuple(here(one) for one in proved.judged.new)
    return replace(proved, report=report, judged=replace(proved.judged, new=new))


def _write(proved: Sequence[Proved], wanted: Wanted) -> tuple[Problem, ...]:
    problems: list[Problem] = []
    if wanted.sarif is not None:
        import json

        from clausewise import __version__

        log = sarif([as_problem(finding) for one in proved for finding in one.report.findings], __version__)
        problems += write_file(wanted.sarif, json.dumps(log, indent=2, ensure_ascii=False) + "\n")
    for one in proved if wanted.cases is not None else ():
        assert wanted.cases is not None
        folder = wanted.cases / one.report.policy.replace(" ", "-")
        problems += _made(folder)
        for name, text in case_files(one.report.findings, one.is_notice).items():
            problems += write_file(folder / name, text) if not problems else ()
    return tuple(problems)


def _made(folder: Path) -> tuple[Problem, ...]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        help = "Name a folder that you may write to."
        return (Problem("CW711", f"This folder cannot be made: {fault.strerror}.", str(folder), help=help),)
    return ()


def _print(proved: Sequence[Proved], wanted: Wanted) -> None:
    for one in proved:
        if wanted.as_json:
            _print_objects(one)
        else:
            _print_text(one, wanted.short)


def _print_objects(one: Proved) -> None:
    for finding in one.report.findings:
        print_object(finding_object(one.report.policy, finding, one.judged.accepted.get(finding.key), one.is_notice))
    for gone in one.judged.gone:
        print_object({"policy": gone.policy, "key": gone.key, "gone": True, "by": gone.by, "on": gone.on, "why": gone.why})


def _print_text(one: Proved, short: bool) -> None:
    new = {finding.key for finding in one.judged.new}
    for finding in one.report.findings:
        if not short or finding.key in new:
            print_lines(finding_lines(finding, one.judged.accepted.get(finding.key), not short))
    for gone in one.judged.gone:
        print_lines((f"accepted by {gone.by} on {gone.on} and no longer found: {gone.key}",))
    print_lines((_summary(one),))


def _summary(one: Proved) -> str:
    found = how_many(len(one.report.findings), "finding")
    taken = sum(finding.key in one.judged.accepted for finding in one.report.findings)
    open_ones = "" if one.report.is_complete else "; not everything was decided in its time"
    gone = f", {len(one.judged.gone)} accepted and no longer found" if one.judged.gone else ""
    return f"{one.report.policy}: {found}, {taken or 'none'} accepted, {len(one.judged.new) or 'none'} new{gone}{open_ones}"

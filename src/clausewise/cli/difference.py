"""`clausewise policy diff`: two revisions compared by what they mean, in the terminal, as JSON or as a page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from clausewise.cli.privacy import DecidedCase, decided_cases
from clausewise.cli.revisions import Revision, revisions
from clausewise.cli.terminal import Screen, print_object, print_problems, write_file
from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.shelf import CompiledLibrary, Refused
from clausewise.payer.judging import JudgedCase, Wish, judged_cases
from clausewise.policy.case_file import Source
from clausewise.prove.change import Affected, Cases, Difference, Sort
from clausewise.prove.diff import difference
from clausewise.render.diff_json import difference_object
from clausewise.render.diff_rows import CASES, REDLINE, case_cells, case_rows, difference_rows, redline_cells
from clausewise.render.redline import Redlined, redlined
from clausewise.render.rows import Look
from clausewise.vocab.period import ALWAYS
from clausewise.vocab.problem import Problem, has_errors
from clausewise.wiring.sources import read_source

EXIT_CHANGED, EXIT_UNREADABLE = 1, 2


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person at the prompt asks for: the day, a case file, and how the answer is to be given."""

    as_of: date | None = None
    cases: str = ""
    as_json: bool = False
    html: Path | None = None
    seconds: float = 10.0


def compare(specs: tuple[str, str], wanted: Wanted, policies: Path | None) -> int:
    """Compare two revisions; return 0 where no meaning changed, 1 where some did, 2 where something could not be read."""
    sides = revisions(specs, wanted.as_of, policies)
    problems = tuple(problem for side in sides for problem in (*side.problems, *side.refused))
    print_problems(problems)
    if any(side.compiled is None for side in sides):
        return EXIT_UNREADABLE
    found = difference(sides[0].side(), sides[1].side(), wanted.seconds)
    cases, faults = _cases(wanted.cases, sides, found) if wanted.cases else (None, ())
    print_problems(faults)
    lines = _redline(sides, found)
    if wanted.html is not None:
        from clausewise.render.diff_page import difference_page

        unwritten = write_file(wanted.html, difference_page(found, lines, cases))
        print_problems(unwritten)
        faults = (*faults, *unwritten)
    if wanted.as_json:
        print_object(difference_object(found, cases))
    elif wanted.html is None:
        _print_text(found, lines, cases)
    return EXIT_UNREADABLE if has_errors(faults) else EXIT_CHANGED if found.changes_meaning else 0


def _redline(sides: tuple[Revision, Revision], found: Difference) -> tuple[Redlined, ...]:
    old, new = (side.document for side in sides)
    return redlined(old, new, found.renumbered) if found.related else ()


def _print_text(found: Difference, lines: tuple[Redlined, ...], cases: Cases | None) -> None:
    screen = Screen()
    screen.rows(difference_rows(found))
    if any(line.changed for line in lines):
        screen.line()
        screen.line("Redline", Look.HEAD)
        screen.table(REDLINE, redline_cells(lines))
    if cases is not None:
        screen.rows(case_rows(cases))
        if cases.affected:
            screen.table(CASES, case_cells(cases))


# ---- a case file -----------------------------------------------------------------------------------------------------


class AsIfInForce(CompiledLibrary):
    """A library in which one policy governs on every day, as compiled for the comparison: last year's cases meet next year's
    text."""

    def __init__(self, revision: Revision) -> None:
        super().__init__(revision.setting.library)
        self._revision = revision

    def policy(self, name: str, on: date) -> CompiledPolicy | Refused:
        """Return the revision as compared, and every other policy as of the day."""
        compiled = self._revision.compiled
        if name != self._revision.name or compiled is None:
            return super().policy(name, on)
        return replace(compiled, in_force=ALWAYS)


def _cases(name: str, sides: tuple[Revision, Revision], found: Difference) -> tuple[Cases | None, tuple[Problem, ...]]:
    """Return who is affected in a case file, and what is wrong with it."""
    source = read_source(name)
    if isinstance(source, tuple):
        return None, source
    old, new = (_decided(source, side) for side in sides)
    problems = tuple(dict.fromkeys(problem for one in (*old, *new) for problem in one.problems))
    before = {(one.case, one.line): one for one in old if one.disposition}
    after = {(one.case, one.line): one for one in new if one.disposition}
    shared = [key for key in before if key in after]
    if not shared and not problems:
        help = "Name a file with cases of the kind these documents decide."
        problems = (Problem("CW710", "This file holds no case that both can decide.", source.name, help=help),)
    flipped = tuple(
        Affected(
            *key, before[key].code, (before[key].disposition, after[key].disposition), _by_way_of(before[key], after[key], found)
        )
        for key in shared
        if before[key].disposition != after[key].disposition
    )
    return Cases(source.name, len(shared), flipped), problems


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a case, or one act, as one policy decides it; without a disposition it could not be read."""

    case: str
    line: int = 0
    code: str = ""
    disposition: str = ""
    clauses: Mapping[str, str] | None = None
    problems: tuple[Problem, ...] = ()


def _decided(source: Source, side: Revision) -> list[_Line]:
    assert side.compiled is not None
    if not side.compiled.answers:
        return [_act(case) for case in decided_cases(source, side.compiled)]
    setting = replace(side.setting, compiled=AsIfInForce(side))
    judged = judged_cases(source, setting, Wish("plan", side.name))
    return [line for case in judged for line in _lines(case, side.compiled.ids)]


def _lines(case: JudgedCase, ids: str) -> Iterator[_Line]:
    if not case.determinations:
        yield _Line(case.case, problems=case.problems)
    for one in case.determinations:
        states = {name.removeprefix(ids): state.value for name, state in one.view.clauses.items()}
        problems = (*case.problems, *one.problems) if one.line == 1 else one.problems
        disposition = f"{one.view.disposition.value} {one.view.target}".rstrip()
        yield _Line(case.case, one.line, one.code, disposition, states, problems)


def _act(case: DecidedCase) -> _Line:
    if case.decision is None:
        return _Line(case.case, problems=case.problems)
    states = {name: state.value for name, state in case.decision.clauses.items()}
    return _Line(case.case, 0, "", case.decision.decision.value, states, case.problems)


def _by_way_of(before: _Line, after: _Line, found: Difference) -> tuple[str, ...]:
    """Return the clauses that changed by themselves and come out otherwise in a case."""
    own = (change for change in found.changes if change.sort is Sort.CLAUSE and change.changes_meaning and not change.follows)
    states = before.clauses or {}, after.clauses or {}
    return tuple(change.name for change in own if states[0].get(change.old) != states[1].get(change.new))

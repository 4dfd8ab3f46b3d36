"""`clausewise determine` and `clausewise demo`: requests in, determined lines out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from clausewise.cli.terminal import Screen, print_object, print_problems
from clausewise.compiler.route import clinic_policy
from clausewise.decide.record import question
from clausewise.payer.judging import JudgedCase, Wish, judged_cases, unknown_policy
from clausewise.render.determination_json import line_object, rollup_object
from clausewise.render.known import KnownFacts, known_facts
from clausewise.render.line_table import COLUMNS, legend_rows, line_cells, rollup_rows
from clausewise.render.question_rows import question_rows
from clausewise.render.rows import Look, Row
from clausewise.render.why_rows import why_rows
from clausewise.vocab.determination import Determination, Disposition, Question, View
from clausewise.vocab.problem import Problem
from clausewise.wiring.setting import Setting
from clausewise.wiring.sources import read_source

EXIT_REFUSED, EXIT_UNREADABLE = 1, 2


class Verdict:
    """The exit status a command comes to: the worst of what it met."""

    def __init__(self) -> None:
        self.status = 0

    def met(self, case: JudgedCase) -> None:
        """Take note of a case."""
        if case.request is None or not case.determinations:
            self.status = max(self.status, EXIT_REFUSED if case.refused else EXIT_UNREADABLE)


def determine_files(
    files: Sequence[str], setting: Setting, wish: Wish, as_json: bool, why: bool, missing: bool
) -> int:
    """Determine every case of the files and print the answers; return the exit status."""
    faults = _unknown_wish(setting, wish)
    print_problems((*setting.problems, *faults))
    if faults or not setting.library.shelves():
        return EXIT_UNREADABLE
    verdict = Verdict()
    cases = _cases(files, setting, wish, verdict)
    if as_json:
        for case in cases:
            _print_objects(case, why, missing)
    else:
        _print_text(list(cases), setting, why, missing)
    return verdict.status


def _unknown_wish(setting: Setting, wish: Wish) -> tuple[Problem, ...]:
    policy = unknown_policy(setting, wish.policy, ("policy",)) if wish.policy else ()
    return policy + (unknown_policy(setting, clinic_policy(setting.library), ("policy",)) if wish.assessor == "clinic" else ())


def _cases(files: Sequence[str], setting: Setting, wish: Wish, verdict: Verdict) -> Iterator[JudgedCase]:
    """Yield the cases that could be judged, and print what is wrong with the others as it is met."""
    for file in files:
        source = read_source(file)
        if isinstance(source, tuple):
            print_problems(source)
            verdict.status = EXIT_UNREADABLE
            continue
        found = 0
        for case in judged_cases(source, setting, wish):
            found += 1
            print_problems(case.problems)
            verdict.met(case)
            if case.determinations:
                yield case
        if not found:
            help = "Privacy cases are decided by `clausewise privacy decide`."
            print_problems((Problem("CW710", "This file holds no clinical cases.", source.name, help=help),))
            verdict.status = EXIT_UNREADABLE


# ---- as objects ------------------------------------------------------------------------------------------------------


def _print_objects(case: JudgedCase, why: bool, missing: bool) -> None:
    assert case.request is not None
    for one in case.determinations:
        questions = _questions(case, one) if missing else None
        print_object(line_object(one, questions, _known(case, one, one.view) if why else None))
    print_object(rollup_object(case.case, case.determinations))


def _questions(case: JudgedCase, one: Determination) -> tuple[Question, ...]:
    """Return the missing facts of a line as questions, asked by the policy of its assessor."""
    assert case.governing is not None
    policy = case.governing.clinic if one.assessor == "clinic" else case.governing.plan[one.line - 1]
    return tuple(question(name, policy) for name in one.view.missing) if policy else ()


def _known(case: JudgedCase, one: Determination, view: View) -> KnownFacts:
    assert case.request is not None and case.governing is not None
    return known_facts(case.request, case.request.lines[one.line - 1], view, case.governing.facts())


# ---- as text ---------------------------------------------------------------------------------------------------------


def _print_text(cases: Sequence[JudgedCase], setting: Setting, why: bool, missing: bool) -> None:
    if not cases:
        return
    screen = Screen()
    print_table(cases, setting, screen)
    for case in cases:
        print_problems(_of_line(problem, one) for one in case.determinations for problem in one.problems)
        if why:
            print_why(case, setting, screen)
        if missing:
            _print_missing(case, setting, screen)


def _of_line(problem: Problem, one: Determination) -> Problem:
    """Return a problem of a line with case and line before the sentence, unless it names its case itself."""
    if problem.message.startswith("Case "):
        return problem
    return replace(problem, message=f"Case {one.case}, line {one.line}: {problem.message}")


def print_table(cases: Sequence[JudgedCase], setting: Setting, screen: Screen) -> None:
    """Print the table of all lines, the meaning of the dispositions in it, and the rollup of each case."""
    lines = [(case, one) for case in cases for one in case.determinations]
    screen.table(COLUMNS, (line_cells(one, _label(case, one, setting)) for case, one in lines))
    screen.line()
    screen.rows(legend_rows(one.view.disposition for _, one in lines))
    screen.line()
    screen.rows(rollup_rows((case.case, case.determinations) for case in cases))


def print_why(case: JudgedCase, setting: Setting, screen: Screen) -> None:
    """Print why each line of a case came out as it did."""
    for one in case.determinations:
        other = None if one.other is None else _known(case, one, one.other)
        screen.line()
        screen.rows(why_rows(one, _label(case, one, setting), _known(case, one, one.view), other))


def _print_missing(case: JudgedCase, setting: Setting, screen: Screen) -> None:
    for one in case.determinations:
        screen.line()
        screen.rows(question_rows(one, _label(case, one, setting), _questions(case, one)))


def _label(case: JudgedCase, one: Determination, setting: Setting) -> str:
    assert case.governing is not None
    return setting.label(case.governing.plan[one.line - 1].policy, one.code)


# ---- the demonstration -----------------------------------------------------------------------------------------------

DEMO_CASES = "ar.cp.mp.31/cases"  # one file for each clause
SHOWN_OF_EACH = 3


def demonstrate(setting: Setting) -> int:
    """Decide the bundled cases of the plan's policy: a table of their lines, then one of them with its full proof."""
    print_problems(setting.problems)
    verdict = Verdict()
    files = sorted((setting.folder / DEMO_CASES).glob("*.yaml"))
    by_file = [list(_cases((str(file),), setting, Wish(), verdict)) for file in files]
    cases = [case for found in by_file for case in found]
    if not cases:
        print_problems((Problem("CW701", "There are no cases to show.", str(setting.folder / DEMO_CASES)),))
        return verdict.status or EXIT_UNREADABLE
    screen = Screen()
    short = [[case for case in found if len(case.determinations) == 1] for found in by_file]
    shown = [case for found in short for case in found[:SHOWN_OF_EACH]]
    head = f"{len(cases)} made-up cases of {DEMO_CASES} were decided by the bundled documents; some of each file:"
    screen.rows((Row(head, look=Look.HEAD), Row()))
    print_table(shown, setting, screen)
    screen.rows((Row(), Row("One of them in full: why it comes out so", look=Look.HEAD)))
    print_why(_telling(cases), setting, screen)
    screen.rows((Row(), *_next_rows()))
    return verdict.status


def _telling(cases: Iterable[JudgedCase]) -> JudgedCase:
    """Return a case whose proof shows much: approved by criteria, with readings, the clinic seeing it otherwise; else the first."""
    found = list(cases)
    approved = [case for case in found if len(case.determinations) == 1 and _shows_much(case.determinations[0])]
    return (approved or found)[0]


def _shows_much(one: Determination) -> bool:
    differs = one.other is not None and one.other.disposition is not one.view.disposition
    return one.view.disposition is Disposition.APPROVE_MN and differs


def _next_rows() -> tuple[Row, ...]:
    return (
        Row("Try next:", look=Look.HEAD),
        Row("clausewise determine YOUR-CASE.yaml --why --missing", 2),
        Row("clausewise explain I.A.3", 2),
        Row("clausewise policy check", 2),
    )

"""`clausewise deadlines`: the clocks of one case, from a file of its history."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from clausewise.cli.terminal import Screen, print_object, print_problems
from clausewise.payer.clock_book import clock_documents
from clausewise.payer.deadlines import clocks_of, deadlines
from clausewise.payer.history import read_history
from clausewise.policy.case_file import Source
from clausewise.render.deadline_rows import COLUMNS, deadline_cells, deadline_rows, deadlines_object
from clausewise.vocab.clock import Deadlines
from clausewise.vocab.document import PolicyDocument
from clausewise.vocab.problem import Problem, has_errors
from clausewise.wiring.setting import Setting
from clausewise.wiring.sources import read_source

EXIT_REFUSED, EXIT_UNREADABLE = 1, 2


def print_deadlines(file: str, now: datetime | None, setting: Setting, as_json: bool) -> int:
    """Print where the clocks of a history stand at an instant (now, if none is given); return the exit status."""
    documents, wrong = clock_documents(setting)
    print_problems((*setting.problems, *wrong))
    if has_errors(setting.problems) or not documents:
        return EXIT_UNREADABLE
    if has_errors(wrong):
        return EXIT_REFUSED
    source = read_source(file)
    if isinstance(source, Source) and source.files is not None:
        source = (Problem("CW702", "This is a folder, not a file.", source.name, help="Name the file of one history."),)
    if not isinstance(source, Source):
        print_problems(source)
        return EXIT_UNREADABLE
    return _print(source, documents, now or setting.now, as_json)


def _print(source: Source, documents: Sequence[PolicyDocument], now: datetime, as_json: bool) -> int:
    plan_zones = {row.plan: row.zone for document in documents for row in document.zones}
    history, problems = read_history(source.content, source.name, plan_zones)
    print_problems(problems)
    if history is None:
        return EXIT_UNREADABLE
    rules = [rule for document in documents for rule in document.clocks]
    holidays = tuple(holiday for document in documents for holiday in document.holidays)
    applicable = clocks_of(rules, history.frame, history.events, history.zone)
    found = deadlines(history.events, applicable, history.zone, holidays, now)
    found = replace(found, problems=tuple(replace(problem, file=source.name) for problem in found.problems))
    print_problems(found.problems)
    if as_json:
        print_object(deadlines_object(history.case, found))
    else:
        _print_text(history.case, found)
    return 0


def _print_text(case: str, found: Deadlines) -> None:
    screen = Screen()
    screen.line(f"{case}, at {found.at:%Y-%m-%d %H:%M} Universal Time")
    screen.line()
    if found.clocks:
        screen.table(COLUMNS, (deadline_cells(one, found) for one in found.clocks))
        screen.line()
    screen.rows(deadline_rows(found))

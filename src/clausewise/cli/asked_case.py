"""The case of an interview as the plain tree of its file: where it begins, how an answer gets into it, and where it is kept.

Only what somebody answered stands in it ("not known yet" is an answer).  Which facts were asked for stands beside it, line by line,
so that whoever goes on stands where the interview stopped, with what was known at its beginning told apart from what was answered.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clausewise.cli.terminal import Screen, print_problems, write_file
from clausewise.payer.judging import JudgedCase, Wish, judged_cases
from clausewise.policy.case_file import Source, read_cases
from clausewise.policy.case_tree import did_you_mean, plain, quoted
from clausewise.policy.fact_values import UNKNOWN
from clausewise.render.case_text import file_text
from clausewise.render.rows import Look
from clausewise.vocab.problem import Problem
from clausewise.wiring.setting import Setting
from clausewise.wiring.sources import read_source

EXIT_REFUSED, EXIT_UNREADABLE, EXIT_INTERRUPTED = 1, 2, 130
NOT_KNOWN, BACK, STOP = ("", "?", UNKNOWN), "back", "stop"

Case = dict[str, Any]  # a case as its file says it
Asked = tuple[tuple[str, ...], ...]  # by line: the facts that were asked for


@dataclass(frozen=True, slots=True)
class Begun:
    """The case to begin with, what was asked of it in earlier sittings, and whether what is wrong with it was told already."""

    case: Case
    asked: Asked = ()
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """What an interview is held with: the documents, how the case is judged, the screen, and where the case is kept."""

    setting: Setting
    wish: Wish
    screen: Screen
    name: str
    save: Path | None

    def judged(self, case: Case) -> JudgedCase:
        """Return the case read and judged as `determine` does it; it is nowhere in a file, so its problems have no lines."""
        judged = next(iter(judged_cases(Source(self.name, file_text([case]).encode()), self.setting, self.wish)))
        return replace(judged, problems=tuple(replace(problem, line=0, column=0) for problem in judged.problems))

    def keep(self, case: Case, asked: Asked) -> tuple[Problem, ...]:
        """Write the case where it is to be kept, whole or not at all."""
        return _replaced(self.save, file_text([case], asked=asked)) if self.save is not None else ()


def unkept(save: Path | None) -> tuple[Problem, ...]:
    """Return why nothing could be kept at a place; what lies there stays as it is."""
    if save is None:
        return ()
    if save.is_dir():
        return (Problem("CW702", "This is a folder, not a file.", str(save), help="Name a file in it, such as `case.yaml`."),)
    beside = _beside(save)
    problems = write_file(beside, "")
    if not problems:
        beside.unlink()
    return tuple(replace(problem, file=str(save)) for problem in problems)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


def _replaced(path: Path, text: str) -> tuple[Problem, ...]:
    beside = _beside(path)
    problems = write_file(beside, text)
    if not problems:
        beside.replace(path)
    return tuple(replace(problem, file=str(path)) for problem in problems)


# ---- answers ---------------------------------------------------------------------------------------------------------


def with_answer(case: Case, number: int, fact: str, answer: Any) -> Case:
    """Return the case with an answer, in the line's own facts where the line has its own word on it."""
    lines = [dict(line) for line in case["lines"]]
    own = lines[number - 1].get("facts") or {}
    if fact in own:
        lines[number - 1]["facts"] = {**own, fact: answer}
        return {**case, "lines": lines}
    if fact in case:
        return {**case, fact: answer}
    return {**case, "facts": {**(case.get("facts") or {}), fact: answer}}


def answer_in(case: Case, number: int, fact: str) -> Any:
    """Return what the case says of a fact, for a line; None where it says nothing."""
    own, shared = case["lines"][number - 1].get("facts") or {}, case.get("facts") or {}
    return own.get(fact, case.get(fact, shared.get(fact)))


def without_answers(case: Case, number: int, facts: Sequence[str]) -> Case:
    """Return the case as it was before some facts were answered for a line."""

    def before(said: Mapping[str, Any]) -> Case:
        return {name: answer for name, answer in said.items() if name not in facts}

    lines = [dict(line) for line in case["lines"]]
    if own := lines[number - 1].get("facts"):
        lines[number - 1]["facts"] = before(own)
    return {**before(case), "lines": lines, "facts": before(case.get("facts") or {})}


# ---- the case to begin with ------------------------------------------------------------------------------------------


def begun(case: str, codes: Sequence[str], setting: Setting, wish: Wish, code: Callable[[], str]) -> Begun | int:
    """Return the case to begin with, or the exit status where there is none.

    It is that of a file with further lines for the codes, or a new one of today.  A code that nobody has named is asked for.
    """
    today = {"id": "interview", "service_date": setting.now.date().isoformat(), "facts": {}}
    found = _read_case(case, setting, wish) if case else Begun(today)
    if isinstance(found, int):
        return found
    lines = [dict(line) for line in (*(found.case.get("lines") or ()), *({"code": one} for one in codes))] or [{}]
    for line in lines:
        if line.get("code") in (None, *NOT_KNOWN):
            line["code"] = code()
    if not all(line["code"] for line in lines):
        return _refused((_without_code(wish.policy),))
    return replace(found, case={**found.case, "lines": lines})


def _without_code(policy: str) -> Problem:
    where = f"`clausewise policy show {policy}`" if policy else "`clausewise policy show` with the policy's id"
    help = f"{where} lists the codes with their words; when the code is known, begin again with --code CODE."
    return Problem("CW719", "Nothing can be decided without a procedure code: which clauses apply follows from it.", help=help)


def _read_case(name: str, setting: Setting, wish: Wish) -> Begun | int:
    source = read_source(name)
    if isinstance(source, tuple):
        return _refused(source)
    if source.files is not None:
        help = "Name its `case.yaml`, or another case file."
        return _refused((Problem("CW702", "This is a folder, not a file.", source.name, help=help),))
    file, problems = read_cases(source.content, source.name)
    if problems:
        return _refused(problems)
    if len(file.clinical) != 1:
        message = f"An interview is about one clinical case; here are {len(file.clinical)}."
        return _refused((Problem("CW712", message, source.name, help="Put the case that is asked about into a file of its own."),))
    tree = plain(file.clinical[0])
    if not tree.get("lines"):
        return Begun(tree)  # it is read once the code is known
    judged = next(iter(judged_cases(source, setting, wish)))
    print_problems(judged.problems)  # here they have their lines in the file
    if judged.request is None:
        return EXIT_REFUSED if judged.refused else EXIT_UNREADABLE
    return Begun(tree, file.asked, is_told=True)


def _refused(problems: Sequence[Problem]) -> int:
    print_problems(problems)
    return EXIT_UNREADABLE


def unlisted(code: str, policy: str, known: Sequence[str]) -> Iterator[Problem]:
    """Yield the problem of a code that no clause of a policy carries."""
    if known and code not in known:
        help = did_you_mean(code, known) or f"`clausewise policy show {policy}` lists its codes; a case file may have any."
        yield Problem("CW713", f"No clause of {policy} carries the code {quoted(code)}.", help=help)


def asked_code(policy: str, known: Sequence[str], screen: Screen) -> str:
    """Ask for the code until one is named that the policy lists; the empty text where it is not known yet."""
    while True:
        screen.line(f"Which procedure code is asked for, under {policy}?", Look.HEAD)
        screen.line("  Type the code; Enter or ? if it is not known yet.", Look.QUIET)
        typed = typed_line()
        if typed is None or typed in (*NOT_KNOWN, BACK, STOP):
            return ""
        problems = tuple(unlisted(typed, policy, known))
        if not problems:
            return typed
        print_problems(problems)


def typed_line() -> str | None:
    """Return what the person types, None where there is no more to read."""
    print("> ", end="", flush=True)
    typed = sys.stdin.readline()
    if not sys.stdin.isatty():
        print(typed.rstrip("\n"))  # what is piped in is seen, as it is at a keyboard
    return typed.strip() if typed else None

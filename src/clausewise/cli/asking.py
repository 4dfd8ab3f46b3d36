"""`clausewise ask`: an interview in the terminal, one question after another, until no answer can change the outcome.

The case is kept as the plain tree of its file.  Every answer goes into that tree as it was typed, and the whole case is read anew,
as `determine` would read it, before the answer counts.  So what is saved is always a case that can be read, and the end is exactly
what `determine` says of it.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from clausewise.ask.interview import AskedFact, Asking, Interview, opened
from clausewise.cli.determine import print_table
from clausewise.cli.terminal import Screen, print_problems, write_file
from clausewise.compiler.route import listed_codes
from clausewise.payer.judging import JudgedCase, Wish, judged_cases, unknown_policy, valid_on
from clausewise.policy.case_file import Source, read_cases
from clausewise.policy.case_tree import Items, Node, Text, did_you_mean, parse, plain, quoted
from clausewise.policy.fact_values import UNKNOWN, read_value
from clausewise.render.asking_rows import asking_rows, left_rows, over_rows
from clausewise.render.rows import Look, Row
from clausewise.vocab.document import AnswerKind, FactDeclaration
from clausewise.vocab.problem import Problem
from clausewise.wiring.setting import Setting
from clausewise.wiring.sources import read_source

EXIT_REFUSED, EXIT_UNREADABLE, EXIT_INTERRUPTED = 1, 2, 130
NOT_KNOWN, BACK, STOP = ("", "?", UNKNOWN), "back", "stop"
SHORT = {"y": "yes", "n": "no"}
HOW = "Type an answer; Enter or ? if it is not known yet; back; stop."

Case = dict[str, Any]  # a case as its file says it


@dataclass(frozen=True, slots=True)
class Desk:
    """What an interview is held with: the documents, how the case is judged, the screen, and where the case is kept."""

    setting: Setting
    wish: Wish
    screen: Screen
    name: str
    save: Path | None

    def judged(self, case: Case) -> JudgedCase:
        """Return the case read and judged as `determine` does it."""
        text = as_text(case).encode()
        return next(iter(judged_cases(Source(self.name, text), self.setting, self.wish)))

    def keep(self, case: Case) -> tuple[Problem, ...]:
        """Write the case where it is to be kept, whole or not at all."""
        if self.save is None:
            return ()
        beside = self.save.with_name(f".{self.save.name}.part")
        problems = write_file(beside, as_text(case))
        if not problems:
            beside.replace(self.save)
        return problems


@dataclass(frozen=True, slots=True)
class Moment:
    """Where an interview stands: the case so far, the line that is asked about, and how many questions were asked."""

    case: Case
    interview: Interview
    asked: int


class Stopped(Exception):
    """The person stopped, or the answers ended."""


def as_text(case: Case) -> str:
    """Return a case as the text of a case file."""
    return yaml.safe_dump({"clinical": [case]}, sort_keys=False, allow_unicode=True, width=120)


def hold_interview(policy: str, case: str, codes: Sequence[str], save: Path | None, setting: Setting) -> int:
    """Ask what can still matter for every line of a case, then print its determination; return the exit status."""
    screen = Screen()
    faults = setting.problems + unknown_policy(setting, policy, ("policy",))
    known = () if faults else tuple(listed_codes(setting.library.by_id[policy].content))
    faults += tuple(problem for code in codes for problem in _unlisted(code, policy, known))
    begun = () if faults else _begun(case, codes or (() if case else (_code(policy, known, screen),)), setting)
    if isinstance(begun, tuple):
        print_problems((*faults, *begun))
        return EXIT_UNREADABLE
    clinic = setting.library.by_id[policy].frame.get("assessor") == "clinic"
    desk = Desk(setting, Wish("clinic") if clinic else Wish(policy=policy), screen, case or "interview", save)
    judged = desk.judged(begun)
    print_problems(judged.problems)
    print_problems(dict.fromkeys(problem for one in judged.determinations for problem in one.problems))
    if judged.request is None:
        return EXIT_REFUSED if judged.refused else EXIT_UNREADABLE
    return _hold(begun, judged, desk)


def _hold(case: Case, judged: JudgedCase, desk: Desk) -> int:
    status = 0
    history: list[Moment] = []
    assert judged.request is not None
    desk.screen.rows((Row(HOW, look=Look.QUIET), Row()))
    for line in judged.request.lines:
        try:
            case = _line(case, line.number, desk, history)
        except Stopped:
            case = history[-1].case if history else case
            break
        except KeyboardInterrupt:
            case = history[-1].case if history else case
            status = EXIT_INTERRUPTED
            desk.screen.line()
            break
    return _end(case, desk) or status


def _end(case: Case, desk: Desk) -> int:
    """Print what the case comes to, and where it is kept."""
    judged = desk.judged(case)
    desk.screen.line()
    print_table([judged], desk.setting, desk.screen)
    problems = desk.keep(case)
    print_problems(problems)
    if desk.save is not None and not problems:
        how = f"Kept in {desk.save}; go on with --case {desk.save}, or decide it with `clausewise determine`."
        desk.screen.rows((Row(), Row(how)))
    return EXIT_UNREADABLE if problems else 0


# ---- one line --------------------------------------------------------------------------------------------------------


def _line(case: Case, number: int, desk: Desk, history: list[Moment]) -> Case:
    """Ask what matters for a line and return the case with the answers; `history` takes the moments to go back to."""
    moment = _started(case, number, desk, history[-1].asked if history else 0)
    history.append(moment)
    while True:
        policy = moment.interview.policy
        asking = moment.interview.next()
        title = _title(moment.interview, desk)
        if asking.is_over:
            desk.screen.rows((*over_rows(asking, policy, title), Row()))
            return moment.case
        desk.screen.rows(asking_rows(asking, moment.asked, policy, title))
        after = _answered(moment, asking, desk)
        if after is None and len(history) > 1 and history[-2].interview.number == number:
            history.pop()
            moment = history[-1]
        elif after is not None:
            moment = after
            history.append(moment)
        print_problems(desk.keep(moment.case))


def _started(case: Case, number: int, desk: Desk, asked: int) -> Moment:
    """Return the beginning of a line's interview, with the facts that its code raises said to be unknown."""
    judged = desk.judged(case)
    assert judged.request is not None and judged.governing is not None
    clinic = judged.governing.clinic if desk.wish.assessor == "clinic" else None
    policy = clinic or judged.governing.plan[number - 1]
    before = judged.request
    request = opened(before, before.lines[number - 1], policy)
    for name in request.facts.keys() - before.facts.keys():
        case = _with(case, number, name, UNKNOWN)
    return Moment(case, Interview(request, number, policy, valid_on), asked)


def _answered(moment: Moment, asking: Asking, desk: Desk) -> Moment | None:
    """Return the moment after the person's answer, asked again until it can be read; None means to go back."""
    question = asking.questions[0]
    fact = moment.interview.policy.facts[question.fact]
    while True:
        typed = _typed(asking, question, desk.screen)
        if typed == BACK:
            return None
        node = _node(typed, fact)
        value = node if isinstance(node, Problem) else read_value(node, fact)
        if isinstance(node, Problem) or isinstance(value, Problem):
            print_problems(replace(one, line=0, column=0) for one in (node, value) if isinstance(one, Problem))
            continue
        case = _with(moment.case, moment.interview.number, fact.name, plain(node))
        judged = desk.judged(case)
        if judged.request is not None:
            return Moment(case, moment.interview.answered(fact.name, value), moment.asked + 1)
        print_problems(replace(problem, line=0, column=0) for problem in judged.problems)


def _node(typed: str, fact: FactDeclaration) -> Node | Problem:
    """Return what was typed as a case file would hold it: y and n in full, a number as the answer that has it."""
    if typed in NOT_KNOWN:
        return Text(UNKNOWN)
    if fact.answer.kind is AnswerKind.TEXT:
        return Text(typed)
    written = SHORT.get(typed.lower(), typed)
    chosen = _numbered(fact)
    if written in chosen and written not in fact.answer.values:
        return Text(chosen[written])
    node = parse(written)
    if fact.answer.kind is AnswerKind.ANY_OF and isinstance(node, Items):
        return replace(node, items=tuple(_picked(item, chosen) for item in node.items))
    return node


def _picked(item: Node, chosen: Mapping[str, str]) -> Node:
    return replace(item, text=chosen.get(item.text, item.text)) if isinstance(item, Text) else item


def _numbered(fact: FactDeclaration) -> Mapping[str, str]:
    return {str(number): word for number, word in enumerate(fact.answer.values, 1)}


def _typed(asking: Asking, question: AskedFact, screen: Screen) -> str:
    """Return what the person types.

    Raises:
        Stopped: they stop, or there is no more to read.
    """
    print("> ", end="", flush=True)
    typed = sys.stdin.readline()
    if not sys.stdin.isatty():
        print(typed.rstrip("\n"))  # what is piped in is seen, as it is at a keyboard
    if not typed or typed.strip() == STOP:
        screen.rows(left_rows(asking, question))
        raise Stopped
    return typed.strip()


def _with(case: Case, number: int, fact: str, answer: Any) -> Case:
    """Return the case with an answer, in the line's own facts where the line has its own word on it."""
    lines = [dict(line) for line in case["lines"]]
    own = lines[number - 1].get("facts") or {}
    if fact in own:
        lines[number - 1]["facts"] = {**own, fact: answer}
        return {**case, "lines": lines}
    if fact in case:
        return {**case, fact: answer}
    return {**case, "facts": {**(case.get("facts") or {}), fact: answer}}


def _title(interview: Interview, desk: Desk) -> str:
    line, policy = interview.line, interview.policy
    return f"Line {line.number}: {line.code} {desk.setting.label(policy.policy, line.code)}".rstrip()


# ---- the case to begin with ------------------------------------------------------------------------------------------


def _begun(case: str, codes: Sequence[str], setting: Setting) -> Case | tuple[Problem, ...]:
    """Return the case to begin with: that of a file with further lines for the codes, or a new one of today."""
    lines = [{"code": code} for code in codes]
    if not case:
        return {"id": "interview", "service_date": setting.now.date().isoformat(), "facts": {}, "lines": lines}
    found = _read_case(case)
    return {**found, "lines": [*found["lines"], *lines]} if isinstance(found, dict) else found


def _read_case(name: str) -> Case | tuple[Problem, ...]:
    source = read_source(name)
    if isinstance(source, tuple):
        return source
    if source.files is not None:
        return (Problem("CW702", "This is a folder, not a file.", source.name, help="Name its `case.yaml`, or another case file."),)
    file, problems = read_cases(source.content, source.name)
    if problems:
        return problems
    if len(file.clinical) != 1:
        help = "Put the case that is asked about into a file of its own."
        message = f"An interview is about one clinical case; here are {len(file.clinical)}."
        return (Problem("CW712", message, source.name, help=help),)
    tree = plain(file.clinical[0])
    judgeable = isinstance(tree.get("lines"), list) and all(isinstance(line, dict) for line in tree["lines"])
    mapped = isinstance(tree.get("facts") or {}, dict)
    return tree if judgeable and mapped and not file.clinical[0].problems else _unfit(source)


def _unfit(source: Source) -> tuple[Problem, ...]:
    help = "`clausewise determine` says what is wrong with it."
    return (Problem("CW712", "This case cannot be read, so nothing can be asked about it.", source.name, help=help),)


def _unlisted(code: str, policy: str, known: Sequence[str]) -> Iterator[Problem]:
    if known and code not in known:
        help = did_you_mean(code, known) or f"`clausewise policy show {policy}` lists its codes; a case file may have any."
        yield Problem("CW713", f"No clause of {policy} carries the code {quoted(code)}.", help=help)


def _code(policy: str, known: Sequence[str], screen: Screen) -> str:
    """Ask for the code until one is named that the policy lists; the empty text where there is no more to read."""
    while True:
        screen.line(f"Which procedure code is asked for, under {policy}?", Look.HEAD)
        print("> ", end="", flush=True)
        typed = sys.stdin.readline()
        problems = tuple(_unlisted(typed.strip(), policy, known))
        if not typed or not problems:
            return typed.strip()
        print_problems(problems)



"""`clausewise ask`: an interview in the terminal, one question after another, until no answer can change the outcome.

The case is kept as the plain tree of its file.  Every answer goes into that tree as it was typed, and the whole case is read anew,
as `determine` would read it, before the answer counts.  So what is saved is always a case that can be read, and the end is exactly
what `determine` says of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from clausewise.ask.interview import AskedFact, Asking, Interview, interview_about
from clausewise.cli.asked_case import (
    BACK,
    EXIT_INTERRUPTED,
    EXIT_REFUSED,
    EXIT_UNREADABLE,
    NOT_KNOWN,
    STOP,
    Asked,
    Begun,
    Case,
    Desk,
    answer_in,
    asked_code,
    begun,
    typed_line,
    unkept,
    unlisted,
    with_answer,
    without_answers,
)
from clausewise.cli.determine import print_table
from clausewise.cli.terminal import Screen, print_problems
from clausewise.compiler.route import listed_codes
from clausewise.payer.judging import JudgedCase, Wish, unknown_policy, valid_on
from clausewise.policy.case_tree import Items, Node, Text, parse, plain
from clausewise.policy.fact_values import UNKNOWN, read_value
from clausewise.render.asking_rows import asking_rows, left_rows, over_rows
from clausewise.render.rows import Look, Row
from clausewise.vocab.document import AnswerKind, FactDeclaration
from clausewise.vocab.problem import Problem
from clausewise.wiring.setting import Setting

SHORT = {"y": "yes", "n": "no"}
HOW = "Type an answer; Enter or ? if it is not known yet; back; stop."


@dataclass(frozen=True, slots=True)
class Moment:
    """Where an interview stands: the case so far, the line that is asked about, and the facts asked for, by line."""

    case: Case
    interview: Interview
    asked: Asked

    @property
    def count(self) -> int:
        """How many questions were asked."""
        return sum(map(len, self.asked))


class Stopped(Exception):
    """The person stopped, or the answers ended."""


def hold_interview(policy: str, case: str, codes: Sequence[str], save: Path | None, setting: Setting) -> int:
    """Ask what can still matter for every line of a case, then print its determination; return the exit status."""
    screen = Screen()
    faults = setting.problems + unknown_policy(setting, policy, ("policy",))
    known = () if faults else tuple(listed_codes(setting.library.by_id[policy].content))
    faults += tuple(problem for code in codes for problem in unlisted(code, policy, known)) + unkept(save)
    if faults:
        print_problems(faults)
        return EXIT_UNREADABLE
    clinic = setting.library.by_id[policy].frame.get("assessor") == "clinic"
    wish = Wish("clinic") if clinic else Wish(policy=policy)
    found = begun(case, codes, setting, wish, lambda: asked_code(policy, known, screen))
    return found if isinstance(found, int) else _begin(found, Desk(setting, wish, screen, case or "interview", save))


def _begin(found: Begun, desk: Desk) -> int:
    judged = desk.judged(found.case)
    print_problems(() if found.is_told and judged.request is not None else judged.problems)
    print_problems(dict.fromkeys(problem for one in judged.determinations for problem in one.problems))
    if judged.request is None:
        return EXIT_REFUSED if judged.refused else EXIT_UNREADABLE
    return _hold(found.case, found.asked, judged, desk)


def _hold(case: Case, asked: Asked, judged: JudgedCase, desk: Desk) -> int:
    status = 0
    assert judged.request is not None
    before = asked + ((),) * (len(judged.request.lines) - len(asked))
    history: list[Moment] = []
    desk.screen.rows((Row(HOW, look=Look.QUIET), Row()))
    for line in judged.request.lines:
        try:
            case, before = _line(case, line.number, before, desk, history)
        except Stopped:
            break
        except KeyboardInterrupt:
            status = EXIT_INTERRUPTED
            desk.screen.line()
            break
    last = history[-1] if history else None
    return _end(last.case if last else case, last.asked if last else before, desk) or status


def _end(case: Case, asked: Asked, desk: Desk) -> int:
    """Print what the case comes to, and where it is kept."""
    judged = desk.judged(case)
    desk.screen.line()
    print_table([judged], desk.setting, desk.screen)
    problems = desk.keep(case, asked)
    print_problems(problems)
    if desk.save is not None and not problems:
        how = f"Kept in {desk.save}; go on with --case {desk.save}, or decide it with `clausewise determine`."
        desk.screen.rows((Row(), Row(how)))
    return EXIT_UNREADABLE if problems else 0


# ---- one line --------------------------------------------------------------------------------------------------------


def _line(case: Case, number: int, asked: Asked, desk: Desk, history: list[Moment]) -> tuple[Case, Asked]:
    """Ask what matters for a line; return the case with the answers; `history` takes the moments to go back to."""
    history += _taken_up(case, number, asked, desk)
    while True:
        moment = history[-1]
        policy = moment.interview.policy
        asking = moment.interview.next()
        title = _title(moment.interview, desk)
        if asking.is_over:
            desk.screen.rows((*over_rows(asking, policy, title), Row()))
            return moment.case, moment.asked
        desk.screen.rows(asking_rows(asking, moment.count, policy, title))
        after = _answered(moment, asking, desk)
        if after is not None:
            history.append(after)
        elif len(history) > 1 and history[-2].interview.number == number:
            history.pop()
        print_problems(desk.keep(history[-1].case, history[-1].asked))


def _taken_up(case: Case, number: int, asked: Asked, desk: Desk) -> list[Moment]:
    """Return the moments of a line's interview up to now: its beginning, and one for each answer that an earlier sitting got.

    What nobody knew then is asked again.
    """
    request = desk.judged(case).request
    assert request is not None
    values = {**request.facts, **request.lines[number - 1].facts}
    known = [fact for fact in asked[number - 1] if values.get(fact) is not None]
    before = (*asked[: number - 1], (), *asked[number:])
    moments = [_started(without_answers(case, number, known), number, before, known, desk)]
    for fact in known:
        last = moments[-1]
        answered = with_answer(last.case, number, fact, answer_in(case, number, fact))
        moments.append(_after(last, fact, answered, last.interview.answered(fact, values[fact])))
    return moments


def _after(moment: Moment, fact: str, case: Case, interview: Interview) -> Moment:
    number = interview.number
    own = tuple(dict.fromkeys((*moment.asked[number - 1], fact)))
    return Moment(case, interview, (*moment.asked[: number - 1], own, *moment.asked[number:]))


def _started(case: Case, number: int, asked: Asked, again: Sequence[str], desk: Desk) -> Moment:
    """Return the beginning of a line's interview: open is what its code raises, and what was asked for in earlier sittings."""
    judged = desk.judged(case)
    assert judged.request is not None and judged.governing is not None
    clinic = judged.governing.clinic if desk.wish.assessor == "clinic" else None
    policy = clinic or judged.governing.plan[number - 1]
    found = interview_about(judged.request, number, policy, valid_on)
    facts = found.request.facts
    open_again = [name for name in again if name not in facts and name in policy.facts and policy.facts[name].defaults]
    request = replace(found.request, facts={**facts, **dict.fromkeys(open_again)})
    return Moment(case, replace(found, request=request, unsaid=found.unsaid | set(open_again)), asked)


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
        case = with_answer(moment.case, moment.interview.number, fact.name, plain(node))
        judged = desk.judged(case)
        if judged.request is not None:
            return _after(moment, fact.name, case, moment.interview.answered(fact.name, value))
        print_problems(judged.problems)


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
    typed = typed_line()
    if typed is None or typed == STOP:
        screen.rows(left_rows(asking, question))
        raise Stopped
    return typed


def _title(interview: Interview, desk: Desk) -> str:
    line, policy = interview.line, interview.policy
    return f"Line {line.number}: {line.code} {desk.setting.label(policy.policy, line.code)}".rstrip()

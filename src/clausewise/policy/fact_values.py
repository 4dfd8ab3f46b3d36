"""From text to typed values: what an answer in a case file means, by the declaration of its fact.

`unknown` is allowed for every fact and becomes None.  An answer that does not fit its declaration is a problem, never a
guess.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from clausewise.policy.case_tree import Fields, Items, Node, Text, did_you_mean, problem_at, quoted
from clausewise.policy.units import convert, is_known
from clausewise.vocab.document import AnswerKind, FactDeclaration
from clausewise.vocab.problem import Problem
from clausewise.vocab.request import Course, DatedEvent, FactValue, Held, Measured, Sided

UNKNOWN = "unknown"
EMPTY = ("", "~", "null")
NONE_GIVEN = ("none", "never")  # for lists: known to be empty
NO_NAMES = frozenset(
    ("no", "No", "yes", "Yes", "true", "True", "false", "False", "null", "Null", "None", "NONE", "n/a", "N/A", "~")
)  # for texts: no name of anything
YES_NO = {"true": True, "yes": True, "false": False, "no": False}
_SAME_ANSWER = {"true": "yes", "yes": "true", "false": "no", "no": "false"}

_UNIT = r"sq +[a-z]+|%|[A-Za-z][A-Za-z0-9]*(?:/[A-Za-z0-9]+)*"
_NUMBER = re.compile(rf"([+-]?[0-9]{{1,15}}(?:\.[0-9]{{1,15}})?)(?: *({_UNIT}))?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY_HELP = "Write year, month and day, such as 2026-03-16"
NEVER_UNKNOWN = ("service_date",)  # a case without it is not decided

Answered: TypeAlias = FactValue | Problem


def read_values(
    entries: Iterable[tuple[Text, Node]], declared: Mapping[str, FactDeclaration]
) -> tuple[dict[str, FactValue], list[Problem]]:
    """Return the typed value of each fact given, and what is wrong with the others.  `unknown` is None."""
    values: dict[str, FactValue] = {}
    problems: list[Problem] = []
    for key, node in entries:
        value = _read_entry(key, node, declared)
        if isinstance(value, Problem):
            problems.append(value)
        elif key.text in values:
            problems.append(problem_at(key, "CW608", f"`{key.text}` is given twice.", "Keep one of the two."))
        else:
            values[key.text] = value
    return values, problems


def _read_entry(key: Text, node: Node, declared: Mapping[str, FactDeclaration]) -> Answered:
    if key.text in declared:
        return read_value(node, declared[key.text])
    suggestion = did_you_mean(key.text, declared)
    source = "Facts are declared under `## Facts` of the documents."
    return problem_at(key, "CW601", f"{quoted(key.text)} is not a known fact.", f"{suggestion} {source}".strip())


def read_value(node: Node, fact: FactDeclaration) -> Answered:
    """Return the typed answer to a fact, None for unknown, or the problem that it does not fit the declaration."""
    if isinstance(node, Text):
        if node.text.strip().lower() == UNKNOWN:
            return None
        if node.text.strip().lower() in EMPTY:
            help = "Write `unknown` if it is not known, or leave it out."
            return problem_at(node, "CW606", f"`{fact.name}` has no answer.", help)
    return _READERS[fact.answer.kind](node, fact)


def read_day(text: str) -> date | None:
    """Return the day written as year, month and day, or nothing where there is no such day."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _unfit(node: Node, fact: FactDeclaration, expected: str) -> Problem:
    return problem_at(node, "CW603", f"`{fact.name}` {_shown(node)}, which does not fit.", f"{expected}, or `unknown`.")


def _shown(node: Node) -> str:
    match node:
        case Text(text=text):
            return f"is {quoted(text)}"
        case Items():
            return "is a list"
        case Fields():
            return "is a mapping"


# ---- one reader for each kind of answer ------------------------------------------------------------------------------


def _yes_no(node: Node, fact: FactDeclaration) -> Answered:
    answer = YES_NO.get(node.text.lower()) if isinstance(node, Text) else None
    return _unfit(node, fact, "Write yes or no") if answer is None else answer


def _held(node: Node, fact: FactDeclaration) -> Answered:
    expected = "Write yes, no, or `{holds: yes, since: 2025-01-01}`"
    if not isinstance(node, Fields):
        holds = _yes_no(node, fact)
        return Held(holds) if isinstance(holds, bool) else _unfit(node, fact, expected)
    parts = _parts(node, fact, ("holds", "since"), expected)
    if isinstance(parts, Problem):
        return parts
    since = _day(parts["since"], fact) if "since" in parts else None
    holds = _yes_no_unknown(parts["holds"], fact) if "holds" in parts else _unfit(node, fact, expected)
    if isinstance(since, Problem) or isinstance(holds, Problem):
        return since if isinstance(since, Problem) else holds
    return None if holds is None else Held(bool(holds), since)


def _yes_no_unknown(node: Node, fact: FactDeclaration) -> Answered:
    return None if _is_unknown(node) else _yes_no(node, fact)


def _choice(node: Node, fact: FactDeclaration) -> Answered:
    values = fact.answer.values
    if not isinstance(node, Text):
        return _unfit(node, fact, f"Write one of {', '.join(values)}")
    same = _SAME_ANSWER.get(node.text.lower(), "")
    answer = next((text for text in (node.text, same) if text in values), None)
    if answer is not None:
        return answer
    help = did_you_mean(node.text, (*values, UNKNOWN))
    return problem_at(node, "CW602", f"`{fact.name}` {_shown(node)}, which is not one of its answers.", help)


def _any_of(node: Node, fact: FactDeclaration) -> Answered:
    if isinstance(node, Text) and node.text.lower() in NONE_GIVEN and node.text not in fact.answer.values:
        return ()
    items = _listed(node)
    if any(_is_unknown(item) for item in items):
        return _unfit(node, fact, "Name the answers that are known")
    answers = [_choice(item, fact) for item in items]
    wrong = next((answer for answer in answers if isinstance(answer, Problem)), None)
    return wrong or tuple(answer for answer in answers if isinstance(answer, str))


def _number(node: Node, fact: FactDeclaration) -> Answered:
    if fact.answer.each_side:
        return _sided(node, fact)
    return _amount(node, fact)


def _amount(node: Node, fact: FactDeclaration) -> Decimal | Measured | Problem:
    unit = fact.answer.unit
    written = _NUMBER.fullmatch(node.text.strip()) if isinstance(node, Text) else None
    if written is None or not (written[2] in (None, unit) or is_known(written[2])):
        return _unfit(node, fact, f"Write a number{f' in {unit}' if unit else ''}")
    number, given = Decimal(written[1]), written[2]
    if given and convert(number, given, unit) is None:
        help = f"Write it in {unit}, or in a unit that converts to it." if unit else "Write the number alone."
        return problem_at(
            node, "CW607", f"`{fact.name}` is given in {quoted(given)}, which it is not measured in.", help
        )
    return Measured(number, given) if given else number


def _sided(node: Node, fact: FactDeclaration) -> Answered:
    expected = "Write both sides, such as `{left: 500, right: unknown}`"
    if not isinstance(node, Fields):
        return _unfit(node, fact, expected)
    parts = _parts(node, fact, ("left", "right"), expected)
    if isinstance(parts, Problem):
        return parts
    sides = {side: _side(part, fact) for side, part in parts.items()}
    wrong = next((amount for amount in sides.values() if isinstance(amount, Problem)), None)
    left, right = sides.get("left"), sides.get("right")
    return wrong or Sided(left if isinstance(left, Decimal) else None, right if isinstance(right, Decimal) else None)


def _side(node: Node, fact: FactDeclaration) -> Decimal | Problem | None:
    amount = None if _is_unknown(node) else _amount(node, fact)
    if not isinstance(amount, Measured):
        return amount
    return convert(amount.number, amount.unit, fact.answer.unit)


def _date(node: Node, fact: FactDeclaration) -> Answered:
    return _day(node, fact)


def _day(node: Node, fact: FactDeclaration) -> date | Problem | None:
    if _is_unknown(node):
        return None
    day = read_day(node.text.strip()) if isinstance(node, Text) else None
    help = f"{_DAY_HELP}." if fact.name in NEVER_UNKNOWN else f"{_DAY_HELP}, or `unknown`."
    return day or problem_at(node, "CW605", f"`{fact.name}` {_shown(node)}, which is no date.", help)


def _events(node: Node, fact: FactDeclaration) -> Answered:
    if _says_none(node):
        return ()
    days = [_event_day(item, fact) for item in _listed(node)]
    wrong = next((day for day in days if isinstance(day, Problem)), None)
    return wrong or tuple(DatedEvent(day) for day in days if not isinstance(day, Problem))


def _event_day(node: Node, fact: FactDeclaration) -> date | Problem | None:
    if not isinstance(node, Fields):
        return _day(node, fact)
    parts = _parts(node, fact, ("on",), "Write dates, or `{on: 2026-03-16}`")
    return parts if isinstance(parts, Problem) else _day(parts["on"], fact)


def _courses(node: Node, fact: FactDeclaration) -> Answered:
    if _says_none(node):
        return ()
    courses = [_course(item, fact) for item in _listed(node)]
    wrong = next((course for course in courses if isinstance(course, Problem)), None)
    return wrong or tuple(course for course in courses if isinstance(course, Course))


def _course(node: Node, fact: FactDeclaration) -> Course | Problem:
    expected = "Write each course as `{from: 2025-01-01, to: 2025-06-30, result: failed}`; one that goes on has no `to`"
    parts = _parts(node, fact, ("from", "to", "result"), expected)
    if isinstance(parts, Problem):
        return parts
    start = _day(parts["from"], fact) if "from" in parts else None
    until = _day(parts["to"], fact) if "to" in parts else None
    if isinstance(start, Problem):
        return start
    if isinstance(until, Problem):
        return until
    if "to" in parts and until is None:  # None would mean that it goes on
        help = "Write the last day known, or leave `to` out."
        return problem_at(parts["to"], "CW605", f"`{fact.name}` ended on an unknown day.", help)
    if start and until and until < start:
        help = "Exchange `from` and `to`, or mend one."
        return problem_at(node, "CW609", f"`{fact.name}` ends before it begins.", help)
    result = parts.get("result", Text(""))
    if not isinstance(result, Text):
        return _unfit(result, fact, "Write `result` as one word")
    return Course(start, until, "" if _is_unknown(result) else result.text.strip())


def _documents(node: Node, fact: FactDeclaration) -> Answered:
    help = f"List the papers under the case's own key `documents`, each with `type: {fact.name}`."
    return problem_at(node, "CW603", f"`{fact.name}` asks for documents.", help)


def _text(node: Node, fact: FactDeclaration) -> Answered:
    """Return a text; a yes or no, and other ways to say none, would be taken for the name of a law, an exclusion or a drug."""
    if not isinstance(node, Text):
        return _unfit(node, fact, "Write one line of text")
    return _unfit(node, fact, "Write the name itself, or `none`") if node.text.strip() in NO_NAMES else node.text.strip()


_READERS: dict[AnswerKind, Callable[[Node, FactDeclaration], Answered]] = {
    AnswerKind.YES_NO: _yes_no,
    AnswerKind.YES_NO_SINCE: _held,
    AnswerKind.CHOICE: _choice,
    AnswerKind.ANY_OF: _any_of,
    AnswerKind.GRADE: _choice,
    AnswerKind.NUMBER: _number,
    AnswerKind.DATE: _date,
    AnswerKind.EVENTS: _events,
    AnswerKind.COURSES: _courses,
    AnswerKind.DOCUMENTS: _documents,
    AnswerKind.TEXT: _text,
}


# ---- pieces of answers -----------------------------------------------------------------------------------------------


def _parts(node: Node, fact: FactDeclaration, names: tuple[str, ...], expected: str) -> dict[str, Node] | Problem:
    """Return the parts of an answer by name; at least one, and none but the named ones."""
    parts = {key.text: value for key, value in node.entries} if isinstance(node, Fields) else {}
    return parts if parts and parts.keys() <= set(names) else _unfit(node, fact, expected)


def _listed(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, Items) else (node,)


def _is_unknown(node: Node) -> bool:
    return isinstance(node, Text) and node.text.strip().lower() == UNKNOWN


def _says_none(node: Node) -> bool:
    return isinstance(node, Text) and node.text.strip().lower() in NONE_GIVEN

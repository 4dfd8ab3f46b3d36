"""The history of a case as a file: who the member is to the law, by which wall clock the plan counts, and what happened when."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from clausewise.payer.intake import STATES
from clausewise.payer.wall_time import zone_named, zone_names
from clausewise.policy.case_file import Shape, misfits, words
from clausewise.policy.case_tree import Fields, Items, Node, Text, did_you_mean, problem_at, quoted, read_tree
from clausewise.policy.clock_tables import FUNDING, REVIEWS, URGENCY
from clausewise.policy.fact_values import read_values
from clausewise.vocab.clock import CaseEvent, CaseFrame
from clausewise.vocab.document import LINES_OF_BUSINESS, Answer, AnswerKind, FactDeclaration
from clausewise.vocab.history import ActKind
from clausewise.vocab.problem import Problem

FRAME_WORDS = {
    "line_of_business": LINES_OF_BUSINESS,
    "state": STATES,
    "state_of_issue": STATES,
    "funding": FUNDING,
    "urgency": URGENCY,
    "review_type": REVIEWS,
}
HISTORY_KEYS = {"case": Shape.TEXT, "plan": Shape.TEXT, "zone": Shape.TEXT, "events": Shape.LIST}
HISTORY_KEYS |= dict.fromkeys(FRAME_WORDS, Shape.TEXT)
EVENT_KEYS = {"event": Shape.TEXT, "at": Shape.TEXT, "note": Shape.TEXT}
EVENTS = {
    kind.value.replace("_", " "): kind
    for kind in (
        *(ActKind.RECEIVED, ActKind.COMPLETED, ActKind.ASKED, ActKind.EVIDENCE_ATTACHED, ActKind.EXTENDED, ActKind.DETERMINED),
        *(ActKind.REVIEWED, ActKind.DECIDED, ActKind.NOTIFIED, ActKind.APPEALED, ActKind.REOPENED, ActKind.CLOSED),
        ActKind.WITHDRAWN,
    )
} | {"information received": ActKind.EVIDENCE_ATTACHED}
YEARS = range(1970, 2200)  # what lies outside is a slip of the pen, and the calendar ends somewhere

_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})")
_BEGIN = "Begin with `case:`, and list the `events:`."
_INSTANT_HELP = "Write day, time and offset from Universal Time, such as 2026-03-06T16:30:00-06:00."


@dataclass(frozen=True, slots=True)
class History:
    """One case as a file tells it; the events in the order in which they were recorded."""

    case: str
    frame: CaseFrame
    zone: ZoneInfo
    events: tuple[CaseEvent, ...]


def read_history(
    data: bytes, file: str, plan_zones: Mapping[str, str]
) -> tuple[History | None, tuple[Problem, ...]]:
    """Return the history in a file, or none and everything that must be mended in it.

    Args:
        plan_zones: the time zone of each plan that the documents know; a `zone` in the file wins over it.
    """
    root = read_tree(data)
    if isinstance(root, Problem):
        return None, (replace(root, file=file, help=_BEGIN if root.code == "CW504" else root.help),)
    if not isinstance(root, Fields):
        problem = problem_at(root, "CW504", "This file holds no history.", _BEGIN)
        return None, (replace(problem, file=file),)
    problems = [*root.problems, *misfits(root, HISTORY_KEYS, "a history", required=("case", "events"))]
    frame, unread = _frame(root)
    zone = _zone(root, plan_zones)
    events = [_event(node) for node in _items(root.get("events"))]
    problems += [*unread, *([zone] if isinstance(zone, Problem) else [])]
    problems += [problem for event in events if isinstance(event, list) for problem in event]
    if problems or isinstance(zone, Problem):
        return None, tuple(replace(problem, file=file) for problem in problems)
    read = tuple(event for event in events if isinstance(event, CaseEvent))
    return History(words(root.get("case")), frame, zone, read), ()


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Items) else ()


def _frame(root: Fields) -> tuple[CaseFrame, list[Problem]]:
    declared = {name: FactDeclaration(name, "", Answer(AnswerKind.CHOICE, values)) for name, values in FRAME_WORDS.items()}
    given = ((key, node) for key, node in root.entries if key.text in declared)
    values, problems = read_values(given, declared)
    known = {name: "unknown" if value is None else str(value) for name, value in values.items()}
    return CaseFrame(**known), problems


def _zone(root: Fields, plan_zones: Mapping[str, str]) -> ZoneInfo | Problem:
    plan, written = words(root.get("plan")), words(root.get("zone"))
    at = root.get("zone") or root.get("plan") or root
    name = written or plan_zones.get(plan, "")
    if not name:
        what = f"No document gives the time zone of the plan {quoted(plan)}." if plan else "The time zone of the plan is not given."
        return problem_at(at, "CW632", what, "Write `zone: America/Chicago`, or name the plan's zone below `## Time zones`.")
    help = f"{did_you_mean(name, sorted(zone_names()))} A zone has a name such as America/Chicago.".strip()
    return zone_named(name) or problem_at(at, "CW632", f"{quoted(name)} is not a time zone.", help)


def _event(node: Node) -> CaseEvent | list[Problem]:
    if not isinstance(node, Fields):
        help = "Write `- {event: received, at: 2026-03-06T16:30:00-06:00}`."
        return [problem_at(node, "CW631", "This item of the list is not an event.", help)]
    problems = misfits(node, EVENT_KEYS, "an event", required=("event", "at"))
    name, at = words(node.get("event")).replace("_", " "), node.get("at")
    if name and name not in EVENTS:
        at_name = node.get("event") or node
        problems.append(problem_at(at_name, "CW631", f"{quoted(name)} is no event of a case.", did_you_mean(name, EVENTS)))
    instant = read_offset_instant(words(at))
    if instant is None and isinstance(at, Text) and words(at):
        problems.append(problem_at(at, "CW630", f"{quoted(at.text)} is no instant with its offset.", _INSTANT_HELP))
    return problems if problems or instant is None else CaseEvent(EVENTS[name], instant, node.line)


def read_offset_instant(text: str) -> datetime | None:
    """Return the instant written, in Universal Time; nothing where it has no offset, or lies outside 1970 to 2199."""
    try:
        instant = datetime.fromisoformat(text) if _INSTANT.fullmatch(text) else None
        return instant.astimezone(UTC) if instant and instant.year in YEARS else None
    except (ValueError, OverflowError):
        return None

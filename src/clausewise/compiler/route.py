"""Which policy governs a line: the adopted one whose table of codes lists the code, else the plan's general policy.

Only the table of codes is looked at, and as text: a line can be routed before any document is read.  The first look-up of a plan
makes one table of the codes that its policies list; each later one is a look-up in it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import itemgetter
from types import MappingProxyType

from clausewise.policy.library import Library, Shelf
from clausewise.vocab.period import ALWAYS, Period

_CODES = re.compile(r"^## Codes[ \t]*\r?\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_BAR = re.compile(r"(?<!\\)\|")

Candidates = tuple[tuple[Period, str], ...]


@dataclass(frozen=True, slots=True)
class Routes:
    """The policies that each plan adopts; the general ones by plan; and what stands where no plan is known.

    That last one says `general: yes`: a line is judged by it where no adopted policy speaks of it, and its ladder says so.
    """

    adopted: Mapping[str, tuple[Shelf, ...]]
    general: Mapping[str, Candidates]
    otherwise: str


def route(library: Library, plan: str | None, code: str, on: date) -> str:
    """Return the id of the policy that governs a code for a plan's members on a day, or the empty text in an empty library.

    Of several policies that list the code, the one in force that day with the latest start governs; where none is in force the
    first still answers, and its ladder says that it does not govern.  Cost: one look-up, after the first of a plan.
    """
    standing = library.as_of(on)
    routes = routes_of(standing)
    if plan is None:
        return routes.otherwise
    candidates = listing(standing, plan).get(code) or routes.general.get(plan)
    if not candidates:
        return routes.otherwise
    for period, policy in candidates:
        if period.covers(on):
            return policy
    return candidates[0][1]


@lru_cache(maxsize=8)
def routes_of(library: Library) -> Routes:
    """Return the routes of a library, made once."""
    policies = [shelf for shelf in library.of_kind("policy") if shelf.frame.get("assessor") != "clinic"]
    adopted: dict[str, tuple[Shelf, ...]] = {}
    for shelf in policies:
        for plan in shelf.plans:
            adopted[plan] = (*adopted.get(plan, ()), shelf)
    own = [shelf for shelf in policies if shelf.files[0].id == shelf.id]  # not those made from another by an amendment
    general_ones = {shelf.id for shelf in own if shelf.frame.get("general") == "yes"}
    otherwise = min(general_ones or {shelf.id for shelf in policies}, default="")
    general = MappingProxyType({plan: _general(shelves) for plan, shelves in adopted.items()})
    return Routes(MappingProxyType(adopted), general, otherwise)


@lru_cache(maxsize=64)
def listing(library: Library, plan: str) -> Mapping[str, Candidates]:
    """Return by code the policies of a plan that list it, the later start first; made when the plan is first asked for."""
    found: dict[str, Candidates] = {}
    for shelf in routes_of(library).adopted.get(plan, ()):
        candidate = ((period_of(shelf), shelf.id),)
        for code in listed_codes(library.content(shelf)):
            found[code] = _by_start(found[code] + candidate) if code in found else candidate
    return MappingProxyType(found)


def clinic_policy(library: Library) -> str:
    """Return the id of the policy by which the clinic estimates (`assessor: clinic`), or the empty text."""
    return min((shelf.id for shelf in library.of_kind("policy") if shelf.frame.get("assessor") == "clinic"), default="")


def _by_start(candidates: Candidates) -> Candidates:
    """Return the candidates with the later start first."""
    return tuple(sorted(candidates, key=lambda one: one[0].first or date.min, reverse=True))


def _general(shelves: tuple[Shelf, ...]) -> Candidates:
    """Return a plan's general policy: the general one of all, if adopted, or the only one that is; else none."""
    own = [shelf for shelf in shelves if shelf.frame.get("general") == "yes"] or list(shelves)
    return tuple((period_of(shelf), shelf.id) for shelf in own) if len(own) == 1 else ()


def period_of(shelf: Shelf) -> Period:
    """Return the time a document is in force; one whose days are not in the calendar is never refused here, but by the reader."""
    try:
        return shelf.period
    except ValueError:
        return ALWAYS


@lru_cache(maxsize=64)
def listed_codes(content: bytes) -> Mapping[str, str]:
    """Return the codes that a document's table of codes lists, each with the document's own short label."""
    text = content.decode("utf-8", "replace")
    return {code: label for section in _CODES.findall(text) for code, label in _rows(section)}


def _rows(section: str) -> list[tuple[str, str]]:
    header, _, *rows = [*(line for line in section.splitlines() if line.lstrip().startswith("|")), "", ""]
    columns = [cell.strip().lower() for cell in _BAR.split(header)]
    if "code" not in columns or "label" not in columns:
        return []
    pick = itemgetter(columns.index("code"), columns.index("label"))
    cells = (_BAR.split(row) for row in rows)
    found = (pick(row) for row in cells if len(row) >= len(columns))
    return [(code.strip(), label.strip().replace("\\|", "|")) for code, label in found]

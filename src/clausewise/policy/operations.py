"""The operations of an amendment, each a heading with what stands below it.

    ## Delete I.A.4          ## Replace II.R            ## Add II.V after II.U      ## Renumber II.S to II.R2
    ## Delete note on I      ## Replace note on I       ## Add note on II.D         ## Readings of I.A.3
    ## Delete row G0429 of families                     ## Replace rows of codes    ## Add rows to facts

A heading that is no operation adds what stands below it: the rows of a table, quotes, or a section of its own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from clausewise.policy.grid import cells_of
from clausewise.policy.layout import items_of
from clausewise.policy.read import Section, sections_of
from clausewise.policy.source import Line, Page, is_close, is_marked, listed


class Verb(Enum):
    """What an operation does; `PUT` replaces what is there and else adds, and `SECTION` is a heading that is no operation."""

    DELETE = "delete"
    REPLACE = "replace"
    ADD = "add"
    PUT = "put"
    RENUMBER = "renumber"
    SECTION = "section"


class Target(Enum):
    """What an operation takes hold of; quotes by the words that open them."""

    CLAUSE = "clause"
    READINGS = "Readings of"
    DEFINITION = "Definition of"
    NOTE = "Note on"
    ROW = "row"


QUOTES = (Target.READINGS, Target.DEFINITION, Target.NOTE)


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """An operation: what it does to what, where an addition goes (`place` before, after or end of `anchor`), and its section.

    `name` is a clause, a defined word or a table; `keys` are the rows of the table that are named; `new` is a new number.
    """

    verb: Verb
    target: Target
    name: str
    section: Section
    anchor: str = ""
    place: str = "end"
    keys: tuple[str, ...] = ()
    new: str = ""

    @property
    def heading(self) -> Line:
        """The heading it is written in."""
        return self.section.heading

    @property
    def words(self) -> str:
        """The operation as written."""
        return self.heading.text

    @property
    def is_of_clause(self) -> bool:
        """Whether it deletes or replaces a clause with all that stands below it."""
        return self.target is Target.CLAUSE and self.verb in (Verb.DELETE, Verb.REPLACE)


_QUOTE = r"(?P<quote>note|readings?|definition) (?:on|of) (?P<name>\S+)"
_ROWS = r"rows?(?: (?P<keys>\S.*?))? (?:of|to|from|in) (?:the )?(?:table (?:of )?)?(?P<table>\S.*)"
_CLAUSE = r"(?:clause )?\(?(?P<clause>[^\s()]+)\)?"
_PLACE = rf"(?: (?P<place>after|before|at the end of|below|in) {_CLAUSE.replace('clause>', 'anchor>')})?"
_VERBS = {"delete": Verb.DELETE, "replace": Verb.REPLACE, "add": Verb.ADD, "insert": Verb.ADD, "renumber": Verb.RENUMBER}
_TARGETS = {"note": Target.NOTE, "reading": Target.READINGS, "readings": Target.READINGS, "definition": Target.DEFINITION}
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?:(?P<verb>delete|replace|add|insert) )?{_QUOTE}",
        rf"(?P<verb>delete|replace|add|insert) {_ROWS}",
        rf"(?P<verb>delete|replace) {_CLAUSE}",
        rf"(?P<verb>add|insert) {_CLAUSE}{_PLACE}",
        rf"(?P<verb>renumber) {_CLAUSE} to \(?(?P<new>[^\s()]+)\)?",
    )
)
_KNOWN = (*_VERBS, "readings", "note", "definition", "remove", "amend", "change", "rename")
_EXAMPLES = (
    "write `Delete I.A.4`, `Replace II.R`, `Add II.V after II.U`, `Replace note on I`, `Readings of I.A.3`, "
    "`Delete row G0429 of families` or `Renumber II.S to II.R2`"
)


def read_operations(body: Sequence[Line], page: Page) -> tuple[Operation, ...]:
    """Return the operations of an amendment in their order; a heading that nobody could carry out is noted and left out."""
    _, (before, *sections) = sections_of(body)
    _check_nothing(before, page)
    found = [one for section in sections if (one := _operation(section, page)) is not None]
    return tuple(one for one in found if _has_body(one, page))


def _check_nothing(before: Section, page: Page) -> None:
    """Note clauses, quotes and tables above the first heading: they would belong to no operation."""
    blocks = before.blocks
    for block in (*blocks.items, *blocks.quotes, *blocks.tables):
        page.mark("CW164", block[0].part(0), heading=block[0].text.strip()[:40], hint=_EXAMPLES)
        return


def _operation(section: Section, page: Page) -> Operation | None:
    words = " ".join(section.heading.text.split())
    for form in _FORMS:
        if found := form.fullmatch(words):
            return _of_form(found, section)
    first = words.partition(" ")[0].lower()
    blocks = section.blocks
    adds = blocks.tables or blocks.quotes or (section.number and section.is_outline)
    if first in _KNOWN or any(is_close(first, verb) for verb in _VERBS) or not adds:
        page.mark("CW164", section.heading, heading=words, hint=_EXAMPLES)
        return None
    return Operation(Verb.SECTION, Target.CLAUSE if section.number else Target.ROW, section.number or words, section)


def _of_form(found: re.Match[str], section: Section) -> Operation:
    part = found.groupdict()
    verb = _VERBS[part["verb"].lower()] if part.get("verb") else Verb.PUT
    if part.get("quote"):
        return Operation(verb, _TARGETS[part["quote"].lower()], part["name"], section)
    if part.get("table"):
        return Operation(verb, Target.ROW, part["table"].lower(), section, keys=listed(part["keys"] or ""))
    place = (part.get("place") or "").lower()
    return Operation(
        verb,
        Target.CLAUSE,
        part["clause"],
        section,
        anchor=part.get("anchor") or "",
        place=place if place in ("after", "before") else "end",
        new=part.get("new") or "",
    )


# ---- what stands below -------------------------------------------------------------------------------------------------

_WANTED = {
    Target.CLAUSE: "the clause, as `- NUMBER prose`",
    Target.ROW: "a table with the rows",
    Target.READINGS: "the readings, as `> **Readings of ...**`",
    Target.DEFINITION: "the definition, as `> **Definition of ...**`",
    Target.NOTE: "the note, as `> **Note on ...**`",
}
_SENTENCE = "a sentence of the language"


def _has_body(one: Operation, page: Page) -> bool:
    """Tell whether below an operation stands what it wants, and note what is missing or of another sort."""
    blocks = one.section.blocks
    found = {
        _SENTENCE: [lines for lines in blocks.paragraphs if is_marked(lines)],  # others are remarks
        "an item": blocks.items,
        "a table": blocks.tables,
        "a quote": blocks.quotes,
    }
    if one.verb is Verb.SECTION:
        return True
    if one.verb in (Verb.DELETE, Verb.RENUMBER):
        strange = [what for what, lines in found.items() if lines]
        return _is_fit(one, "nothing", strange, page)
    wanted = {Target.CLAUSE: ("an item", "a quote", _SENTENCE), Target.ROW: ("a table",)}.get(one.target, ("a quote",))
    if not any(found[what] for what in wanted):
        strange = [what for what, lines in found.items() if lines]
        if not strange:
            page.mark("CW168", one.heading, operation=one.words, wanted=_WANTED[one.target])
            return False
        return _is_fit(one, _WANTED[one.target], strange, page)
    return _is_fit(one, _WANTED[one.target], [what for what, lines in found.items() if lines and what not in wanted], page)


def _is_fit(one: Operation, wanted: str, strange: Sequence[str], page: Page) -> bool:
    if strange:
        hint = "put it below a heading of its own"
        page.mark("CW169", one.heading, operation=one.words, wanted=wanted, found=" and ".join(strange), hint=hint)
    return not strange


def numbers_below(one: Operation) -> tuple[str, ...]:
    """Return the numbers of the clauses on the first level below an operation, as written."""
    return tuple(number for number, _ in items_of(one.section))


# ---- two that get in each other's way ----------------------------------------------------------------------------------


def same_hold(one: Operation, other: Operation) -> bool:
    """Tell whether two operations name the same thing, whatever is below it."""
    if one.target is not other.target or one.name != other.name or Verb.SECTION in (one.verb, other.verb):
        return False
    if one.target is Target.NOTE and Verb.ADD in (one.verb, other.verb):
        return False
    if one.target is Target.ROW:
        return bool(set(row_keys(one)) & set(row_keys(other)))
    verbs = (one.verb, other.verb)
    return verbs.count(Verb.RENUMBER) != 1 or Verb.DELETE in verbs


def row_keys(one: Operation) -> tuple[str, ...]:
    """Return the rows an operation takes hold of: those it names, and those of the table below it."""
    return (*one.keys, *dict.fromkeys(_first_cells(one)))


def _first_cells(one: Operation) -> Iterator[str]:
    for table in one.section.blocks.tables:
        yield from (cells_of(row)[0].text for row in table[2:])

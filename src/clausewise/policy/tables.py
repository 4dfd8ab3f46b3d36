"""The tables of a document, each by its heading: facts, sets, codes, families, coding rules, numbers and scores."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Protocol, TypeVar

from clausewise.policy.clock_tables import (
    CLOCK_COLUMNS,
    HOLIDAY_COLUMNS,
    ZONE_COLUMNS,
    calendars_in,
    read_clock,
    read_holiday,
    read_zone,
)
from clausewise.policy.fact_table import read_fact, read_implication
from clausewise.policy.frame import read_period
from clausewise.policy.grid import Grid, Row, cell_of, check_columns, code_in, codes_in, five_digit, number_in, read_grid, yes_in
from clausewise.policy.source import Line, Page, is_close, listed, places, suggestion
from clausewise.vocab import document
from clausewise.vocab.clock import ClockRule, Holiday, PlanZone
from clausewise.vocab.document import (
    AddOn,
    CodeRow,
    Exclusive,
    FactDeclaration,
    FamilyRow,
    Implication,
    NumericTable,
    Score,
    ScoreItem,
    ValueSet,
)
from clausewise.vocab.period import Period


class Named(Protocol):
    """Whatever a table declares under a name."""

    @property
    def name(self) -> str:
        """The name tests use."""

    @property
    def line(self) -> int:
        """Where it is declared."""


Declared = TypeVar("Declared", bound=Named)

# heading: the columns a table must have, and those it may have
COLUMNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "facts": (("fact", "question", "answer"), ("if absent", "where to look", "cost", "asked again if")),
    "implications": (("if", "then"), ("because",)),
    "sets": (("set", "codes"), ("system", "complete", "valid")),
    "codes": (("code", "label"), ("system", "carried by", "note")),
    "families": (("code", "family"), ()),
    "add-ons": (("add-on", "primaries"), ()),
    "exclusive": (("returned", "beside"), ("same side",)),
    "score": (("item", "points", "for"), ("less", "at most", "not with")),
    "clocks": CLOCK_COLUMNS,
    "holidays": HOLIDAY_COLUMNS,
    "time zones": ZONE_COLUMNS,
}
SHOWN_TOO = ("clocks", "holidays", "time zones")  # read, and kept as they stand for whoever shows the document
BETWEEN = ("linear between rows", "row below")
OUTSIDE = ("nothing outside", "last row beyond")

_TITLE = re.compile(r"(?P<name>[^(]*)(?:\((?P<options>.*)\))?\s*")
_ROUNDED = re.compile(r"\S+ rounded to the nearest")
_POINTS = re.compile(r"(?P<number>\S+)(?: per (?P<unit>\S+))?")


@dataclass(frozen=True, slots=True)
class Tables:
    """All that the tables of a document declare, in its order; `rows` are those shown as they stand."""

    facts: tuple[FactDeclaration, ...]
    implications: tuple[Implication, ...]
    sets: tuple[ValueSet, ...]
    codes: tuple[CodeRow, ...]
    families: tuple[FamilyRow, ...]
    add_ons: tuple[AddOn, ...]
    exclusives: tuple[Exclusive, ...]
    tables: tuple[NumericTable, ...]
    scores: tuple[Score, ...]
    clocks: tuple[ClockRule, ...]
    holidays: tuple[Holiday, ...]
    zones: tuple[PlanZone, ...]
    rows: tuple[tuple[str, tuple[document.Row, ...]], ...]


def read_tables(tables: Iterable[tuple[Line, Sequence[Line]]], page: Page) -> Tables:
    """Read tables, each given with the title of the heading it stands below."""
    grids: dict[str, list[Grid]] = {}
    for title, lines in tables:
        grid = read_grid(title, lines, page)
        kind = _kind(grid)
        if not kind:
            _check_heading(grid, page)
        grids.setdefault(kind, []).append(grid)

    def rows(kind: str) -> list[Row]:
        return [row for grid in grids.get(kind, ()) if check_columns(grid, *COLUMNS[kind], page) for row in grid.rows]

    codes = tuple(_code_row(row, page) for row in rows("codes"))
    known = five_digit(row.code for row in codes)
    holidays = rows("holidays")
    calendars = calendars_in(holidays)
    return Tables(
        facts=_once([read_fact(row, page) for row in rows("facts")], "fact", None, page),
        implications=tuple(read_implication(row, page) for row in rows("implications")),
        sets=_once([_value_set(row, known, page) for row in rows("sets")], "set", lambda one: one.period, page),
        codes=codes,
        families=tuple(family for row in rows("families") for family in _families(row, known, page)),
        add_ons=tuple(_add_on(row, known, page) for row in rows("add-ons")),
        exclusives=tuple(_exclusive(row, page) for row in rows("exclusive")),
        tables=_once([_numeric_table(grid, page) for grid in grids.get("table", ())], "table", None, page),
        scores=_once([_score(grid, page) for grid in grids.get("score", ())], "score", None, page),
        clocks=_once([read_clock(row, calendars, page) for row in rows("clocks")], "clock", lambda one: one.period, page),
        holidays=tuple(read_holiday(row, page) for row in holidays),
        zones=tuple(read_zone(row, page) for row in rows("time zones")),
        rows=tuple((_heading(grid), _plain_rows(grid)) for kind in ("", *SHOWN_TOO) for grid in grids.get(kind, ())),
    )


def _kind(grid: Grid) -> str:
    """Return the name under which a heading's tables are read; a `Table` without units or options is a plain one."""
    name, options = _title(grid)
    word = name.lower().partition(" ")[0] if name.lower().startswith(("families", "table ", "score ")) else name.lower()
    if word == "table":
        return word if any(" in " in one.text or one.text in BETWEEN + OUTSIDE for one in options) else ""
    return word if word in COLUMNS else ""


def _check_heading(grid: Grid, page: Page) -> None:
    """Mark a table that nobody reads because its heading is misspelt: it has all columns of a table that the language reads."""
    columns = {column.text.lower() for column in grid.columns}
    name = _title(grid)[0].lower()
    meant = [kind for kind, (needed, others) in COLUMNS.items() if set(needed) <= columns <= {*needed, *others}]
    if not meant and not columns & {"disposition", "part"}:
        meant = [kind for kind in COLUMNS if is_close(name, kind)]
    if meant:
        page.mark("CW319", grid.title, heading=grid.title.text, known=meant[0].capitalize())


def table_name(title: Line) -> str:
    """Return the name of the tables below a heading, in small letters and without what stands in brackets behind it."""
    name = _parted(title)[0].lower()
    return "families" if name.startswith("families") else name


def _title(grid: Grid) -> tuple[str, list[Line]]:
    return _parted(grid.title)


def _parted(title: Line) -> tuple[str, list[Line]]:
    """Part a heading into its name and what stands in brackets behind it."""
    found = _TITLE.match(title.text)
    assert found is not None  # every part of it may be empty
    options = list(places(title.part(*found.span("options")))) if found["options"] else []
    return found["name"].strip(), options


def _heading(grid: Grid) -> str:
    return _title(grid)[0].lower() if grid.title.text.lower().startswith("table ") else grid.title.text.lower()


def _plain_rows(grid: Grid) -> tuple[document.Row, ...]:
    return tuple(
        document.Row(tuple((column, cell.text) for column, cell in row.items()), next(iter(row.values())).number)
        for row in grid.rows
        if row
    )


def _once(
    found: Sequence[Declared], what: str, period: Callable[[Declared], Period] | None, page: Page
) -> tuple[Declared, ...]:
    """Note names declared twice, for sets only where the periods overlap; the first declaration stands."""
    kept: list[Declared] = []
    by_name: dict[str, list[Declared]] = {}
    for one in found:
        others = by_name.setdefault(one.name, [])
        if others and (period is None or any(period(one).overlaps(period(other)) for other in others)):
            page.mark("CW306", Line(one.line, 1, ""), what=what, name=one.name, line=others[0].line)
        else:
            others.append(one)
            kept.append(one)
    return tuple(kept)


# ---- codes and sets ----


def _code_row(row: Row, page: Page) -> CodeRow:
    code = cell_of(row, "code")
    return CodeRow(
        code=code_in(code, page),
        system=cell_of(row, "system").text or "CPT",
        label=cell_of(row, "label").text,
        clauses=listed(cell_of(row, "carried by").text),
        note=cell_of(row, "note").text,
        line=code.number,
    )


def _value_set(row: Row, known: Sequence[str], page: Page) -> ValueSet:
    name = cell_of(row, "set")
    return ValueSet(
        name=name.text,
        system=cell_of(row, "system").text,
        codes=codes_in(cell_of(row, "codes"), known, page),
        complete=yes_in(cell_of(row, "complete"), page),
        period=read_period(cell_of(row, "valid"), page),
        file=page.file,
        line=name.number,
    )


def _families(row: Row, known: Sequence[str], page: Page) -> Iterator[FamilyRow]:
    cell = cell_of(row, "code")
    families = listed(cell_of(row, "family").text)
    return (FamilyRow(code, families, cell.number) for code in codes_in(cell, known, page))


def _add_on(row: Row, known: Sequence[str], page: Page) -> AddOn:
    code = cell_of(row, "add-on")
    return AddOn(code_in(code, page), codes_in(cell_of(row, "primaries"), known, page), code.number)


def _exclusive(row: Row, page: Page) -> Exclusive:
    returned = cell_of(row, "returned")
    beside, same_side = code_in(cell_of(row, "beside"), page), yes_in(cell_of(row, "same side"), page)
    return Exclusive(code_in(returned, page), beside, same_side, returned.number)


# ---- numbers ----


def _numeric_table(grid: Grid, page: Page) -> NumericTable:
    """Read `## Table NAME (KEY in UNIT, linear between rows, nothing outside)`: a column a key, one for the result."""
    title, options = _title(grid)
    chosen = [one.text for one in options if one.text in BETWEEN + OUTSIDE]
    keys = [one.text.partition(" in ") for one in options if one.text not in chosen]
    names = tuple(name for name, _, _ in keys)
    if tuple(column.text for column in grid.columns[:-1]) != names or not 1 <= len(names) <= 2:
        page.mark("CW315", grid.title, keys=", ".join(names) or "none", options=", ".join(BETWEEN + OUTSIDE))
    rows = [tuple(number_in(cell, page, Decimal(0)) for cell in row.values()) for row in grid.rows]
    for row, (before, after) in zip(grid.rows[1:], pairwise(rows), strict=True):
        if after[:-1] <= before[:-1]:
            page.mark("CW316", cell_of(row, names[0] if names else ""))
    return NumericTable(
        name=title.partition(" ")[2].strip(),
        keys=names,
        key_units=tuple(unit.strip() for _, _, unit in keys),
        unit=grid.columns[-1].text if grid.columns else "",
        linear=BETWEEN[0] in chosen,
        beyond=OUTSIDE[1] in chosen,
        rows=tuple(rows),
        file=page.file,
        line=grid.title.number,
    )


def _score(grid: Grid, page: Page) -> Score:
    """Read `## Score NAME (points add up, mm rounded to the nearest)`."""
    title, options = _title(grid)
    rounded = next((one.text for one in options if _ROUNDED.fullmatch(one.text)), "")
    for one in options:
        if one.text not in ("points add up", rounded):
            page.mark("CW318", one, option=one.text)
    rows = grid.rows if check_columns(grid, *COLUMNS["score"], page) else ()
    items = tuple(_score_item(row, page) for row in rows)
    for row in rows:
        beside, names = cell_of(row, "not with"), tuple(item.name for item in items)
        if beside.text and beside.text not in names:
            page.mark("CW317", beside, item=beside.text, hint=suggestion(beside.text, names))
    return Score(title.partition(" ")[2].strip(), items, rounded, page.file, grid.title.number)


def _score_item(row: Row, page: Page) -> ScoreItem:
    points, less, most = cell_of(row, "points"), cell_of(row, "less"), cell_of(row, "at most")
    found = _POINTS.fullmatch(points.text)
    per = (found["unit"] or "") if found else ""
    threshold = less._replace(text=less.text.removesuffix(" " + per)) if per else less
    return ScoreItem(
        name=cell_of(row, "item").text,
        points=number_in(points._replace(text=found["number"]) if found else points, page, Decimal(0)),
        per=per,
        fact=cell_of(row, "for").text,
        less=number_in(threshold, page, Decimal(0)),
        most=number_in(most, page, Decimal(0)) if most.text else None,
        not_with=cell_of(row, "not with").text,
    )

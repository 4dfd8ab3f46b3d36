"""A text while an amendment is worked into it: which of its lines go, which come, and at the end the lines that come out.

Lines of the base are named by their number there.  Nothing is moved while operations are carried out, so their order does not
matter but for two additions at one place, which stand in the order in which they are written.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from clausewise.policy.grid import cells_of
from clausewise.policy.layout import Clause, Layout, Table, items_of, layout_of
from clausewise.policy.operations import QUOTES, Operation, Target, Verb, row_keys
from clausewise.policy.quotes import Opening, openings_of
from clausewise.policy.renumber import Numbering, listed_numbers
from clausewise.policy.source import Line, Page, is_marked, listed, suggestion
from clausewise.policy.tables import table_name


class Written(NamedTuple):
    """A line of a text, the file and line it was written in, and how many columns further right it stands now."""

    text: str
    file: str
    line: int
    moved: int = 0


class Draft:
    """The lines of a base text, and what operations do to them."""

    def __init__(
        self, base: Sequence[Written], layout: Layout, numbering: Numbering, own: Sequence[Line], page: Page
    ) -> None:
        """`layout` is that of the base, `own` are the lines of the amendment, and its page takes what must be mended."""
        self._base, self._layout, self._numbering, self._own, self._page = base, layout, numbering, own, page
        self._taken = {numbering.new(number) for number in layout.clauses}  # a number that goes is not given again
        self._removed: set[int] = set()
        self._rewritten: dict[int, str] = {}
        self._before: dict[int, list[Written]] = {}
        self._instead: dict[int, list[Written]] = {}
        self._after: dict[int, list[tuple[int, list[Written]]]] = {}
        self._quoted: dict[tuple[str, str], Operation] = {}
        self._over: list[Operation] = []  # operations that take clauses away

    def apply(self, operation: Operation) -> None:
        """Work an operation into the text; one that cannot be carried out is noted on the page."""
        if operation.verb is Verb.SECTION:
            self._add_section(operation)
        elif operation.target is Target.ROW:
            self._change_rows(operation)
        elif operation.target in QUOTES:
            self._change_quotes(operation)
        elif operation.verb is Verb.ADD:
            self._add_clause(operation)
        elif operation.name not in self._layout.clauses:
            self._not_found(operation, f"clause {operation.name}", tuple(self._layout.clauses))
        elif operation.verb is Verb.DELETE:
            self._removed |= self._layout.lines_of_clause(operation.name)
            self._over.append(operation)
        elif operation.verb is Verb.REPLACE:
            self._replace_clause(operation)

    def _add_after(self, line: int, lines: list[Written], depth: int = -1) -> None:
        self._after.setdefault(line, []).append((depth, lines))

    def _not_found(self, operation: Operation, what: str, known: tuple[str, ...]) -> None:
        hint = suggestion(operation.name, known, "name it as it stands in the text that is amended")
        self._page.mark("CW165", operation.heading, operation.name, operation=operation.words, what=what, hint=hint)

    def _is_taken(self, operation: Operation, number: str, hint: str) -> None:
        self._page.mark("CW166", operation.heading, operation.name, operation=operation.words, number=number, hint=hint)

    def _misfit(self, operation: Operation, wanted: str, found: str, hint: str) -> None:
        written = {"operation": operation.words, "wanted": wanted, "found": found, "hint": hint}
        self._page.mark("CW169", operation.heading, operation.name, **written)

    # ---- clauses

    def _replace_clause(self, operation: Operation) -> None:
        first, *others = self._layout.clauses[operation.name]
        sentence = [lines for lines in operation.section.blocks.paragraphs if is_marked(lines)]
        if first.heading:
            lines = self._written(chain.from_iterable(sentence + operation.section.blocks.items))
            self._removed |= {line for line in first.lines if line != first.heading}
            self._add_after(first.heading, [self._blank(), *self._spaced(lines)])
        elif self._begins_with(operation, self._numbering.new(operation.name)):
            self._removed |= set(chain(first.lines, *(other.lines for other in others)))
            self._instead.setdefault(first.lines[0], []).extend(self._items(operation, first.indent))
        else:
            return
        self._over.append(operation)
        self._put_quotes(operation, first.ends)

    def _spaced(self, lines: Sequence[Written]) -> Iterator[Written]:
        """Yield the lines of a section with an empty one between its sentence and its list."""
        for number, line in enumerate(lines):
            if number and line.text.startswith("- ") and not lines[number - 1].text.lstrip().startswith("- "):
                yield self._blank()
            yield line

    def _add_clause(self, operation: Operation) -> None:
        if operation.name in self._taken:
            hint = f"give another number, or write `Replace {operation.name}`"
            self._is_taken(operation, operation.name, hint)
            return
        place = self._place(operation)
        if place is None or not self._begins_with(operation, operation.name):
            return
        at, indent = place
        lines = self._items(operation, indent)
        self._taken.add(operation.name)
        if operation.place == "before":
            self._before.setdefault(at.lines[0], []).extend(lines)
        else:
            self._add_after(at.lines[-1], lines, indent)
        self._put_quotes(operation, at.ends)

    def _place(self, operation: Operation) -> tuple[Clause, int] | None:
        """Return the clause beside which, or at whose end, a clause is added, and how far it is indented there."""
        clauses, anchor = self._layout.clauses, operation.anchor
        above = operation.name
        while not anchor and above:
            above = above[: max(above.rfind("."), above.rfind("-"), 0)]
            anchor = above if above in clauses else ""
        if anchor not in clauses:
            self._not_found(operation, f"clause {anchor}" if anchor else "place for it", tuple(clauses))
            return None
        at = clauses[anchor][-1 if operation.place == "after" else 0]
        if operation.place != "end":
            return at, at.indent
        return at, 0 if at.heading else at.indent + 2

    def _begins_with(self, operation: Operation, number: str) -> bool:
        """Tell whether what stands below an operation is the clause that it speaks of, once or for several periods."""
        found = dict.fromkeys(first for first, _ in items_of(operation.section))
        sentence = any(map(is_marked, operation.section.blocks.paragraphs))
        if list(found) == [number] and not sentence:
            return True
        strange = [f"clause {one}" for one in found if one != number] + (["a sentence"] if sentence else [])
        hint = f"begin it with `- {number} `, and give every other clause an operation of its own"
        self._misfit(operation, f"clause {number}", " and ".join(strange) or "none", hint)
        return False

    def _items(self, operation: Operation, indent: int) -> list[Written]:
        """Return the items below an operation, indented as the list they come to stand in."""
        items = operation.section.blocks.items
        own = len(items[0][0].text) - len(items[0][0].text.lstrip()) if items else 0
        return self._written(chain.from_iterable(items), indent - own)

    def _written(self, lines: Iterable[Line], moved: int = 0) -> list[Written]:
        return [self._line(line, moved) for line in lines]

    def _line(self, line: Line, moved: int) -> Written:
        whole = self._own[line.number - 1].text  # lines that continue an item have lost what stands before them
        kept = whole[min(-moved, len(whole) - len(whole.lstrip())) :] if moved < 0 else " " * moved + whole
        return Written(kept, self._page.file, line.number, len(kept) - len(whole))

    def _blank(self) -> Written:
        return Written("", self._page.file, 0)

    # ---- quotes

    def _change_quotes(self, operation: Operation) -> None:
        old = self._quotes(operation.target.value, operation.name)
        what = f"{operation.target.value.lower()} {operation.name}"
        if operation.verb in (Verb.DELETE, Verb.REPLACE) and not old:
            known = tuple(quote.name for quote in self._layout.quotes if quote.opening == operation.target.value)
            self._not_found(operation, what.replace(" on ", " on clause ").replace("s of", "s of clause"), known)
            return
        if operation.verb is Verb.ADD and old and operation.target is not Target.NOTE:
            self._is_taken(operation, what, f"write `Replace {what}`")
            return
        below = [one for quote in operation.section.blocks.quotes for one in openings_of(quote)]
        name = self._numbering.new(operation.name)
        strange = [f"`{one.words} {one.name}`" for one in below if (one.words, one.name) != (operation.target.value, name)]
        if strange or not (below or operation.verb is Verb.DELETE):
            wanted = f"`{operation.target.value} {name}`"
            self._misfit(operation, wanted, " and ".join(strange) or "none", "give every other quote an operation of its own")
            return
        if operation.verb in (Verb.DELETE, Verb.REPLACE):
            self._removed |= old
        self._put_quotes(operation, self._end_of(operation.name))

    def _quotes(self, opening: str, name: str) -> set[int]:
        found = (quote for quote in self._layout.quotes if (quote.opening, quote.name) == (opening, name))
        return {line for quote in found for line in quote.lines}

    def _end_of(self, name: str) -> int:
        """Return the last line of the section in which a clause stands; of a defined word that of the last quote."""
        if name in self._layout.clauses:
            return self._layout.clauses[name][0].ends
        return max((line for quote in self._layout.quotes for line in quote.lines), default=len(self._base))

    def _put_quotes(self, operation: Operation, end: int) -> None:
        """Put the quotes below an operation in the place of those of the same name, and new ones at the end of a section."""
        for quote in operation.section.blocks.quotes:
            for one in openings_of(quote):
                self._put_quote(one, operation, end)

    def _put_quote(self, one: Opening, operation: Operation, end: int) -> None:
        name, is_note = self._numbering.old(one.name), one.words == Target.NOTE.value
        key = one.words, one.name
        if not is_note and self._quoted.setdefault(key, operation) is not operation:
            self._page.mark("CW167", operation.heading, operation=operation.words, other=self._quoted[key].words)
            return
        replaces = not is_note or (operation.verb is Verb.REPLACE and operation.target is Target.NOTE)
        old = self._quotes(one.words, name) if replaces else set()
        self._removed |= old
        lines = [self._blank(), *self._written(one.lines), self._blank()]
        if old:
            self._instead.setdefault(min(old), []).extend(lines)
        else:
            self._add_after(end, lines)

    # ---- tables

    def _change_rows(self, operation: Operation) -> None:
        table = self._layout.table(operation.name)
        if table is None:
            known = tuple(dict.fromkeys(one.name for one in self._layout.tables))
            self._not_found(operation, f"table {operation.name}", known)
            return
        present = {key: [line for other, line in table.rows if other == key] for key, _ in table.rows}
        keys = operation.keys if operation.verb is Verb.DELETE else tuple(dict.fromkeys(row_keys(operation)))
        if operation.verb is Verb.ADD:
            self._add_rows(operation, operation.section.blocks.tables, table)
            return
        for key in (operation.keys or keys):
            if key not in present:
                self._not_found(operation, f"row {key} of the table {table.name}", tuple(present))
                return
        lines = [line for key in (operation.keys or keys) for line in present[key]]
        self._removed |= set(lines)
        for rows in operation.section.blocks.tables if operation.verb is Verb.REPLACE else ():
            self._instead.setdefault(min(lines), []).extend(self._rows(operation, rows, table))

    def _add_rows(self, operation: Operation, tables: Iterable[Sequence[Line]], table: Table) -> None:
        for rows in tables:
            known = {key for key, _ in table.rows} if table.name != "sets" else set()  # a set may have a row for each period
            twice = [key for row in rows[2:] if (key := cells_of(row)[0].text) in known]
            if twice:
                hint = f"write `Replace rows of {table.name}`, or give another name"
                self._is_taken(operation, ", ".join(twice), hint)
                return
            self._add_after(table.ends, list(self._rows(operation, rows, table)))

    def _rows(self, operation: Operation, rows: Sequence[Line], table: Table) -> Iterator[Written]:
        """Yield rows with their cells in the order of the table's columns; a column it does not have is noted."""
        columns = [cell.text.lower() for cell in cells_of(rows[0])]
        known = [column.lower() for column in table.columns]
        if strange := [column for column in columns if column not in known]:
            wanted = f"the columns {', '.join(known)}"
            self._misfit(operation, wanted, f"a column {strange[0]}", "name the columns as the table does")
            return
        for row in rows[2:]:
            if columns == known:
                yield self._line(row, 0)
                continue
            cells = dict(zip(columns, (cell.text for cell in cells_of(row)), strict=False))
            yield Written(f"| {' | '.join(cells.get(column, '') for column in known)} |", self._page.file, row.number)

    # ---- sections

    def _add_section(self, operation: Operation) -> None:
        """Add a heading that is no operation: rows and quotes where their like stand, clauses as a section of their own."""
        section = operation.section
        if section.number in self._taken and section.number:
            self._is_taken(operation, section.number, f"write `Replace {section.number}`, or add its clauses one by one")
        elif section.blocks.items or section.number:
            ends = [clause.ends for found in self._layout.clauses.values() for clause in found]
            blocks = section.blocks
            whole = [*blocks.paragraphs, *blocks.items, *blocks.tables]
            self._add_whole(section.heading, whole, max(ends, default=len(self._base)))
            self._put_quotes(operation, max(ends, default=len(self._base)))
        else:
            self._put_quotes(operation, self._end_of(""))
            for rows in section.blocks.tables:
                table = self._layout.table(table_name(section.heading))
                if table is not None:
                    self._add_rows(operation, (rows,), table)
                else:
                    self._add_whole(section.heading, [rows], len(self._base))

    def _add_whole(self, heading: Line, blocks: Iterable[Sequence[Line]], at: int) -> None:
        lines = [self._blank(), Written(f"## {heading.text}", self._page.file, heading.number), self._blank()]
        for block in sorted(blocks, key=lambda one: one[0].number):
            is_item = block[0].text.lstrip().startswith("- ")
            lines += [*self._written(block), *(() if is_item else (self._blank(),))]
        self._add_after(at, lines)

    # ---- what comes out

    def finish(self, front: int) -> tuple[tuple[Written, ...], dict[str, Operation], dict[Operation, list[str]]]:
        """Return the lines below the front matter, of `front` lines, the clauses taken away, and codes left without a clause.

        Readings, definitions and notes go with the clause they are of; the number of a clause that goes is taken out of the rows
        of codes that list it.
        """
        there = layout_of("\n".join(line.text for line in self._render())).clauses
        taken = {
            number: operation
            for operation in self._over
            for number in sorted(self._layout.below(operation.name))
            if self._numbering.new(number) not in there
        }
        for quote in self._layout.quotes:
            if quote.name in taken:
                self._removed |= set(quote.lines)
        uncarried = self._take_out(taken)
        lines = list(_with_single_blanks(self._render()[front:]))
        while lines and not lines[-1].text.strip():
            lines.pop()
        return (*lines, self._blank()), taken, uncarried

    def _take_out(self, taken: dict[str, Operation]) -> dict[Operation, list[str]]:
        """Take clauses out of the cells that list them; return the codes that have none left, by operation."""
        left: dict[Operation, list[str]] = {}
        codes = {line: code for table in self._layout.tables if table.name == "codes" for code, line in table.rows}
        for line, cells in listed_numbers(self._layout).items():
            for cell in cells if line in codes and line not in self._removed else ():
                numbers = listed(cell.text)
                kept = [number for number in numbers if number not in taken]
                if len(kept) < len(numbers):
                    text, start = self._layout.lines[line - 1], cell.column - 1
                    self._rewritten[line] = f"{text[:start]}{', '.join(kept)}{text[start + len(cell.text) :]}"
                if numbers and not kept:
                    left.setdefault(taken[numbers[-1]], []).append(codes[line])
        return left

    def _render(self) -> list[Written]:
        cells = listed_numbers(self._layout) if self._numbering.changes else {}
        lines: list[Written] = []
        for number, line in enumerate(self._base, 1):
            lines += self._before.get(number, ())
            if number in self._instead:
                lines += self._instead[number]
            elif number not in self._removed:
                text = self._rewritten.get(number, line.text)
                lines.append(line._replace(text=self._numbering.line(text, cells.get(number, ()))))
            inner_first = sorted(self._after.get(number, ()), key=lambda added: -added[0])
            lines += chain.from_iterable(added for _, added in inner_first)
        return lines


def _with_single_blanks(lines: Sequence[Written]) -> Iterator[Written]:
    """Yield lines with no more than one empty line between others."""
    before = "---"
    for line in lines:
        if line.text.strip() or before.strip():
            yield line
        before = line.text

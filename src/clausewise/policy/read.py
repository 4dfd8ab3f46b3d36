"""From the text of an authored document to a `PolicyDocument` and everything that must be mended in it.

The text is cut at its headings into sections, each section into paragraphs, items, tables and quotes.  Items below a
numbered heading are clauses, those of a ladder steps; all else is prose or a table.  Readings come last, when the
clauses they read are known.  Bad content never raises: what can be built is built, the rest is told as Problems.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise

from clausewise.policy.frame import read_frame
from clausewise.policy.ladder import read_steps
from clausewise.policy.mistakes import MISTAKES
from clausewise.policy.outline import (
    Above,
    Head,
    branches_of,
    check_brackets,
    item_of,
    note_clause,
    read_part,
    take_brackets,
    take_heading_number,
)
from clausewise.policy.prose import ALL_CONCLUSIONS, CONCLUSIONS, EXCEPTIONS, read_sentence
from clausewise.policy.quotes import Quotes, read_quotes
from clausewise.policy.source import Blocks, Line, Page, blocks_of, fingerprint_of, is_marked, lines_of, normalised
from clausewise.policy.tables import read_tables
from clausewise.vocab.criterion import Item
from clausewise.vocab.document import FactDeclaration, PolicyDocument, Step
from clausewise.vocab.problem import Problem

_LADDERS = {"ladder": "", "nature": "nature"}


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its number taken off, and what stands below it."""

    heading: Line
    number: str
    title: Line
    blocks: Blocks

    @property
    def is_outline(self) -> bool:
        """Whether the items are clauses; below a heading without number a plain list is prose."""
        marked = is_marked(chain.from_iterable(self.blocks.items)) or any(
            first.text.startswith("- (") for first, *_ in self.blocks.items
        )
        return marked or bool(self.number and (self.blocks.items or any(map(is_marked, self.blocks.paragraphs))))


def read_bytes(data: bytes, file: str = "") -> tuple[PolicyDocument, tuple[Problem, ...]]:
    """Read a document from the bytes of a file; bytes that are not UTF-8 are a Problem and become marks of doubt."""
    try:
        return read(data.decode("utf-8"), file)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        place = before.count("\n") + 1, len(before) - before.rfind("\n")
        problem = Problem("CW101", MISTAKES["CW101"].sentence, file, *place, help=MISTAKES["CW101"].help)
        document, problems = read(data.decode("utf-8", "replace"), file)
        return document, (problem, *problems)


def read(text: str, file: str = "") -> tuple[PolicyDocument, tuple[Problem, ...]]:
    """Read a document: what could be built of it, and what must be mended, in the order of the text."""
    page, text = Page(file), normalised(text)
    frame, body = read_frame(lines_of(text, page), page)
    kind = frame.text("kind")
    page = replace(page, conclusions=CONCLUSIONS.get(kind, ALL_CONCLUSIONS))
    if amended := next((value for key, value in frame.entries if key == "amends"), None):
        page.mark("CW106", amended, base=amended.text.partition("@")[0].strip())
        body = ()
    title, sections = sections_of(body)
    outlined = [section for section in sections if section.is_outline]
    steps = tuple(_ladders(outlined, kind, page))
    clauses = tuple(item for one in outlined if _ladder_of(one, kind) is None for item in _clauses(one, page))
    tables = read_tables(((one.title, table) for one in sections for table in one.blocks.tables), page)
    quotes = read_quotes(chain.from_iterable(one.blocks.quotes for one in sections), page)
    _check_names(quotes, tables.facts, page)
    document = PolicyDocument(
        id=frame.text("document"),
        kind=kind,
        title=frame.text("title") or title,
        revision=frame.text("revision"),
        in_force=frame.period(page),
        plans=frame.list("plans"),
        lines_of_business=frame.lines_of_business(),
        states=frame.list("states"),
        funding=frame.list("funding"),
        ids=frame.text("ids"),
        uses=frame.list("uses"),
        ladder=frame.text("ladder"),
        needs=frame.list("needs"),
        frame=tuple((key, value.text) for key, value in frame.entries),
        sections=clauses,
        steps=steps,
        readings=quotes.readings,
        definitions=quotes.definitions,
        notes=quotes.notes,
        facts=tables.facts,
        implications=tables.implications,
        sets=tables.sets,
        codes=tables.codes,
        families=tables.families,
        add_ons=tables.add_ons,
        exclusives=tables.exclusives,
        tables=tables.tables,
        scores=tables.scores,
        clocks=tables.clocks,
        holidays=tables.holidays,
        zones=tables.zones,
        rows=tables.rows,
        prose=tuple(_prose(sections, kind, page)),
        file=file,
        fingerprint=fingerprint_of(text),
        text=text,
    )
    return document, tuple(sorted(page.problems, key=lambda problem: (problem.line, problem.column)))


# ---- sections ----


def sections_of(body: Sequence[Line]) -> tuple[str, list[Section]]:
    """Cut a body at its headings, and return its title; what stands before the first heading is a section without title."""
    starts = [at for at, line in enumerate(body) if line.text.startswith("## ")]
    top = body[: starts[0]] if starts else body
    title = next((line.text[2:].strip() for line in top if line.text.startswith("# ")), "")
    nowhere = Line(0, 0, "")
    first = Section(nowhere, "", nowhere, blocks_of(line for line in top if not line.text.startswith("# ")))
    bounds = pairwise([*starts, len(body)])
    return title, [first, *(_section(body[start], body[start + 1 : end]) for start, end in bounds)]


def _section(line: Line, lines: Sequence[Line]) -> Section:
    heading = line.part(3)
    number, title = take_heading_number(heading)
    return Section(heading, number, title, blocks_of(lines))


def _clauses(section: Section, page: Page) -> tuple[Item, ...]:
    """Return the section as one item, where its paragraph says how its parts join; else its items, each for itself."""
    sentences = [paragraph for paragraph in section.blocks.paragraphs if is_marked(paragraph)]
    if section.number and sentences:
        return (_section_item(section, sentences[0], page),)
    check_brackets(section.title, section.number, page)
    parts = [read_part(branch, Above(section.number), page) for branch in branches_of(section.blocks.items, page)]
    for part in parts:
        if part.opening in EXCEPTIONS:
            page.mark("CW149", part.at, part.item.clause, word=part.opening)
    return tuple(part.item for part in parts)


def _section_item(section: Section, lines: Sequence[Line], page: Page) -> Item:
    """Build the item of a section; in a heading, period and source may stand behind the title as well."""
    brackets, title = _title_apart(section.title)
    period, source, rest = take_brackets(brackets, section.number, page)
    note_clause(section.number, period, section.heading, page)
    parts = [read_part(branch, Above(section.number), page) for branch in branches_of(section.blocks.items, page)]
    sentence = read_sentence(lines, section.number, page)
    head = Head(section.number, True, period, source, tuple(lines))
    return item_of(head, sentence, parts, page, prose=title.text or rest.text)


def _title_apart(title: Line) -> tuple[Line, Line]:
    """Part a title into what holds its brackets and the words before them, which are none if the brackets come first."""
    behind = title.text.find(" [") if title.text.endswith("]") and not title.text.startswith("[") else -1
    return (title.part(behind), title.part(0, behind)) if behind > 0 else (title, title.part(0, 0))


def _ladders(sections: Sequence[Section], kind: str, page: Page) -> Iterator[tuple[str, tuple[Step, ...]]]:
    for name in ("", "nature"):
        words = CONCLUSIONS[name or "ladder"]
        own = replace(page, conclusions=words + CONCLUSIONS["notice"] if not name and kind == "notice" else words)
        lists = [
            (Above(section.number), branches_of(section.blocks.items, own))
            for section in sections
            if _ladder_of(section, kind) == name
        ]
        steps = read_steps(lists, own)
        if steps:
            yield name, steps


def _ladder_of(section: Section, kind: str) -> str | None:
    """Return the name of the ladder a section belongs to, or None."""
    return _LADDERS.get(section.title.text.lower(), "" if kind == "ladder" else None)


def _prose(sections: Sequence[Section], kind: str, page: Page) -> Iterator[tuple[str, str]]:
    """Yield the headings whose text is no criterion, with that text; marks of the language in it would be lost."""
    for section in sections:
        takes_sentence = section.is_outline and section.number and _ladder_of(section, kind) is None
        marked = [paragraph for paragraph in section.blocks.paragraphs if is_marked(paragraph)]
        for paragraph in marked[1:] if takes_sentence else marked:
            page.mark("CW137", paragraph[0], section.number)
        plain = [paragraph for paragraph in section.blocks.paragraphs if not is_marked(paragraph)]
        blocks = plain if section.is_outline else sorted(plain + section.blocks.items)
        text = "\n".join(line.text for block in blocks for line in block)
        if text or (section.heading.text and not section.is_outline and not section.blocks.tables):
            yield section.heading.text, text


def _check_names(quotes: Quotes, facts: Sequence[FactDeclaration], page: Page) -> None:
    """Note a word that is both a fact and defined by a test."""
    declared = {fact.name for fact in facts}
    for definition in quotes.definitions:
        if definition.criterion is not None and definition.name in declared:
            page.mark("CW154", Line(definition.line, 1, ""), name=definition.name)

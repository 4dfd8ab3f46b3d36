"""One consolidated text from a text and an amendment, each of its lines with the file and line it was written in.

Consolidating is done on the text: the operations of the amendment take lines out of the base and put lines in, and what comes out
is read by the one reader.  So the consolidated text reads, prints and compiles like any other, and whatever is found in it is
told where its author wrote it.  Headings name clauses by the numbers of the base; what stands below them has the numbers of the
result.  Nothing here reads a disk or a clock.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from clausewise.policy.amended_frame import Entry, merged_frame
from clausewise.policy.draft import Draft, Written
from clausewise.policy.frame import Frame, read_frame
from clausewise.policy.layout import Layout, layout_of
from clausewise.policy.operations import Operation, Target, Verb, read_operations, same_hold
from clausewise.policy.places import Place, at_origin
from clausewise.policy.read import read
from clausewise.policy.remarks import remark
from clausewise.policy.renumber import Numbering
from clausewise.policy.source import Page, lines_of, normalised
from clausewise.vocab.document import Amendment, Origin, PolicyDocument
from clausewise.vocab.problem import Problem

CONSOLIDATED = " (consolidated)"  # behind the path of a text that is no file


@dataclass(frozen=True, slots=True)
class Consolidated:
    """A text with the origin of each line: front matter by key, the body, and the amendments it has taken in.

    `place` is the path from whose folder the paths under `uses:` are counted.
    """

    frame: Mapping[str, Entry]
    body: tuple[Written, ...]
    place: str
    amendments: tuple[Amendment, ...] = ()

    @property
    def lines(self) -> tuple[Written, ...]:
        """All lines of the text, the front matter first."""
        nowhere = next(iter(self.frame.values()), Entry("", self.place, 1))
        fence = Written("---", nowhere.file, 1)
        entries = (Written(f"{key}: {entry.value}", entry.file, entry.line) for key, entry in self.frame.items())
        return (fence, *entries, fence, *self.body)

    @property
    def text(self) -> str:
        """The text, as `read` takes it."""
        return "\n".join(line.text for line in self.lines)


def as_written(text: str, path: str) -> Consolidated:
    """Return a text without amendments; every line comes from its own file."""
    page = Page(path)
    frame, body = read_frame(lines_of(normalised(text), page), page)
    return Consolidated(_entries(frame, path), tuple(Written(line.text, path, line.number) for line in body), path)


def consolidate(base: Consolidated, text: str, path: str) -> tuple[Consolidated, tuple[Problem, ...]]:
    """Return the text that comes out when an amendment is applied to a base, and what must be mended in the amendment.

    An operation that cannot be carried out is told and left out; the others are carried out.  The front matter of the amendment
    stands over that of the base.
    """
    page = Page(path)
    lines = lines_of(normalised(text), page)
    frame, body = read_frame(lines, page)
    layout = layout_of(base.text)
    operations = _apart(read_operations(body, page), layout, page)
    merged, place = merged_frame(base.frame, base.place, _entries(frame, path), path)
    numbering = _numbering(operations, layout, merged, page)
    draft = Draft(base.lines, layout, numbering, lines, page)
    for operation in operations:
        draft.apply(operation)
    body_lines, taken, uncarried = draft.finish(len(base.frame) + 2)
    record = Amendment(
        document=merged["document"].value if "document" in merged else "",
        file=path,
        in_force=frame.period(Page(path)),
        because=frame.text("because"),
        operations=tuple(operation.words for operation in operations if operation.verb is not Verb.SECTION),
        taken_away=tuple((clause, operation.words) for clause, operation in taken.items()),
        renumbered=tuple((old, new) for old in layout.clauses if (new := numbering.new(old)) != old and old not in taken),
    )
    warnings = (_left_without(operation, codes, path) for operation, codes in uncarried.items())
    done = Consolidated(merged, body_lines, place, (*base.amendments, record))
    return done, tuple(sorted((*page.problems, *warnings), key=lambda problem: (problem.line, problem.column)))


def document_of(text: Consolidated, fingerprint: str) -> tuple[PolicyDocument, tuple[Problem, ...]]:
    """Read a consolidated text; its problems are told where they were written."""
    document, problems = read(text.text, text.place + CONSOLIDATED)
    origins = tuple(Origin(line.file, line.line, line.moved) for line in text.lines)
    document = replace(document, amendments=text.amendments, origins=origins, fingerprint=fingerprint)
    return document, at_origin(problems, (document,))


# ---- which operations can be carried out -------------------------------------------------------------------------------


def _apart(operations: tuple[Operation, ...], layout: Layout, page: Page) -> tuple[Operation, ...]:
    """Return the operations that do not get in each other's way; of two that do the later is told and left out."""
    refused: set[int] = set()
    for (_, one), (number, other) in combinations(enumerate(operations), 2):
        if number not in refused and (same_hold(one, other) or _within(one, other, layout) or _within(other, one, layout)):
            page.mark("CW167", other.heading, other.name, operation=other.words, other=one.words)
            refused.add(number)
    return tuple(one for number, one in enumerate(operations) if number not in refused)


def _within(outer: Operation, inner: Operation, layout: Layout) -> bool:
    """Tell whether an operation takes hold of something that another takes away with the clause it stands in."""
    if not outer.is_of_clause or inner is outer:
        return False
    below = layout.below(outer.name)
    gone = below if outer.verb is Verb.DELETE else below - {outer.name}
    if inner.target is Target.CLAUSE and inner.verb is not Verb.ADD:
        return inner.verb is not Verb.SECTION and inner.name in gone
    if inner.target is Target.CLAUSE:
        return inner.anchor in gone
    return outer.verb is Verb.DELETE and inner.target in (Target.READINGS, Target.NOTE) and inner.name in gone


def _numbering(operations: Iterable[Operation], layout: Layout, frame: Mapping[str, Entry], page: Page) -> Numbering:
    """Return the declared new numbers, without those that name no clause, move one, or are taken."""
    changes = {one.name: one.new for one in operations if one.verb is Verb.RENUMBER}
    whole = Numbering(changes)
    good: dict[str, str] = {}
    for one in (one for one in operations if one.verb is Verb.RENUMBER and one.name in layout.clauses):
        above, wanted = _above(one.new), whole.new(_above(one.name))
        if above != wanted:
            page.mark("CW170", one.heading, one.name, operation=one.words, above=wanted or one.name)
        elif one.new in good.values() or (one.new in layout.clauses and one.new not in changes):
            hint = "give it a number that no clause has; two that change places each need a line"
            page.mark("CW166", one.heading, one.name, operation=one.words, number=one.new, hint=hint)
        else:
            good[one.name] = one.new
    ids, document = (frame[key].value if key in frame else "" for key in ("ids", "document"))
    return Numbering(good, ids, document)


def _above(number: str) -> str:
    return number[: max(number.rfind("."), number.rfind("-"), 0)]


def _left_without(operation: Operation, codes: Iterable[str], path: str) -> Problem:
    at = Place(path, operation.heading.number, operation.heading.column)
    return remark("CW453", at, operation.name, operation=operation.words, codes=", ".join(dict.fromkeys(codes)))


def _entries(frame: Frame, path: str) -> dict[str, Entry]:
    return {key: Entry(value.text, path, value.number) for key, value in frame.entries}

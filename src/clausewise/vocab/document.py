"""An authored document as read: its frame, its outline, and the tables that belong to it.

Kinds: policy, law, benefit, manual, notice, ladder, and `library` for shared facts and sets.  Nothing here is compiled:
`compiler.link` turns documents that govern together into one program.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

from clausewise.vocab.clock import ClockRule, Holiday, PlanZone
from clausewise.vocab.criterion import Criterion, Item
from clausewise.vocab.period import ALWAYS, Period


class AnswerKind(Enum):
    """The closed list of answer types a fact may have."""

    YES_NO = "yes or no"
    YES_NO_SINCE = "yes or no, since"
    CHOICE = "choice"
    ANY_OF = "any of"
    GRADE = "grade"
    NUMBER = "number"
    DATE = "date"
    EVENTS = "dated events"
    COURSES = "courses (from, to, result)"
    DOCUMENTS = "documents"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Answer:
    """The type of a fact: its kind, its values (choice, any of, grade in rising order) and its unit (number)."""

    kind: AnswerKind
    values: tuple[str, ...] = ()
    unit: str = ""
    each_side: bool = False


LINES_OF_BUSINESS = ("commercial", "marketplace", "medicaid", "medicare_advantage")
FAMILIES_OF_CODE = "families of the code"  # a default read from the Families table
AS_DOCUMENT_SAYS = "as the document says"  # a default read from the document's own frame


@dataclass(frozen=True, slots=True)
class Default:
    """What an absent fact means: `value` when `when` holds (always, if None); a test as value makes it yes or no.

    Two values stand for something looked up: FAMILIES_OF_CODE and AS_DOCUMENT_SAYS.
    """

    value: str  # "" when `test` gives the value
    when: Criterion | None = None
    test: Criterion | None = None


@dataclass(frozen=True, slots=True)
class FactDeclaration:
    """One row of the Facts table.

    `defaults` are tried in order; when none applies an absent fact is unknown.  `asked_again` lists answers that still leave the
    question open, because the person can supply what is missing (records not sent, a contract that is silent).
    """

    name: str
    question: str
    answer: Answer
    defaults: tuple[Default, ...] = ()
    asked_again: tuple[str, ...] = ()
    where: str = ""
    cost: int = 1
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class ValueSet:
    """One row of the Sets table: codes as text; not `complete` means that an outsider is unknown, not excluded."""

    name: str
    system: str
    codes: tuple[str, ...]
    complete: bool = False
    period: Period = ALWAYS
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One row of the Codes table: our own short label, the clauses that can carry the code, and a note."""

    code: str
    system: str
    label: str
    clauses: tuple[str, ...] = ()
    note: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """A code and the families it belongs to (closed: what is on point)."""

    code: str
    families: tuple[str, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class AddOn:
    """An add-on code and the primaries one of which must be on the same request."""

    code: str
    primaries: tuple[str, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Exclusive:
    """A code that is returned when another stands beside it (on the same side, if `same_side`)."""

    returned: str
    beside: str
    same_side: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class NumericTable:
    """A numeric table with one or two keys; `rows` are (key values..., result) in rising order of keys."""

    name: str
    keys: tuple[str, ...]
    key_units: tuple[str, ...]
    unit: str
    linear: bool  # linear between rows, else the row below
    beyond: bool  # the last row holds beyond it, else nothing is said outside
    rows: tuple[tuple[Decimal, ...], ...]
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class ScoreItem:
    """Points for a fact: fixed for a yes, or per unit of a number less a threshold, capped, not counted beside another."""

    name: str
    points: Decimal
    per: str  # unit, or empty for fixed points
    fact: str
    less: Decimal = Decimal(0)
    most: Decimal | None = None
    not_with: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """A score: items whose points add up; `rounded` says how measured units are rounded."""

    name: str
    items: tuple[ScoreItem, ...]
    rounded: str = ""
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Implication:
    """What follows from the questions' meaning: where `condition` holds, `consequence` does; each is one test or its negation."""

    condition: Criterion
    consequence: Criterion
    because: str = ""
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Ratification:
    """Who adopted a reading, when, and whether provisionally (by this package rather than by the plan)."""

    by: str
    on: str
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A named way to read a clause; `criterion` None means "as above"; at most one reading of a clause is ratified."""

    clause: str
    name: str
    criterion: Criterion | None
    ratified: Ratification | None = None
    why: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Definition:
    """A word with a meaning; with a criterion it is a named fact, else a gloss."""

    name: str
    prose: str
    criterion: Criterion | None = None
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on a clause, for people."""

    clause: str
    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a ladder: the conclusion it gives when its test holds.

    `if_unknown` is a conclusion of its own for an unknown test (a notice holds), else empty.  `target` names what a referral
    goes to; a `criterion` of None is the "else" at the end.
    """

    clause: str
    prose: str
    conclusion: str
    criterion: Criterion | None
    reason: str = ""
    target: str = ""
    if_unknown: str = ""
    if_unknown_reason: str = ""
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A row of any other table, as cells by column name; ladders and notices keep such tables (`## Answers`, `## Events`)."""

    cells: tuple[tuple[str, str], ...]
    line: int = 0

    def cell(self, column: str) -> str:
        """Return the text of a column, or the empty text."""
        return next((text for name, text in self.cells if name == column), "")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a line of a consolidated text was written; `moved` is by how many columns it stands further right now."""

    file: str
    line: int
    moved: int = 0


@dataclass(frozen=True, slots=True)
class Amendment:
    """An amendment that a text has taken in: its operations as written, and what they did to the numbers of the text before.

    `taken_away` are the clauses that are no longer there, each with its operation; `renumbered` are (old, new), parts included.
    """

    document: str
    file: str
    in_force: Period
    because: str
    operations: tuple[str, ...] = ()
    taken_away: tuple[tuple[str, str], ...] = ()
    renumbered: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """One authored document, read and not yet compiled.

    `frame` is the front matter as written.  `sections` are the outline's top items.  `steps` are those of a ladder or notice,
    by name of the ladder: "" is the main one, "nature" the second.  `fingerprint` is the SHA-256 of the text; with amendments
    it covers the text they amend and each of them.  Lines of all that is in a document count in its own `text`: `origin` tells
    where a line was written.
    """

    id: str
    kind: str
    title: str = ""
    revision: str = ""
    in_force: Period = ALWAYS
    plans: tuple[str, ...] = ()
    lines_of_business: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    funding: tuple[str, ...] = ()
    ids: str = ""
    uses: tuple[str, ...] = ()
    ladder: str = ""
    needs: tuple[str, ...] = ()
    frame: tuple[tuple[str, str], ...] = ()
    sections: tuple[Item, ...] = ()
    steps: tuple[tuple[str, tuple[Step, ...]], ...] = ()
    readings: tuple[Reading, ...] = ()
    definitions: tuple[Definition, ...] = ()
    notes: tuple[Note, ...] = ()
    facts: tuple[FactDeclaration, ...] = ()
    implications: tuple[Implication, ...] = ()
    sets: tuple[ValueSet, ...] = ()
    codes: tuple[CodeRow, ...] = ()
    families: tuple[FamilyRow, ...] = ()
    add_ons: tuple[AddOn, ...] = ()
    exclusives: tuple[Exclusive, ...] = ()
    tables: tuple[NumericTable, ...] = ()
    scores: tuple[Score, ...] = ()
    clocks: tuple[ClockRule, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    zones: tuple[PlanZone, ...] = ()
    rows: tuple[tuple[str, tuple[Row, ...]], ...] = ()
    prose: tuple[tuple[str, str], ...] = field(default=())  # headings without criteria: (heading, text)
    file: str = ""
    fingerprint: str = ""
    text: str = ""
    amendments: tuple[Amendment, ...] = ()
    origins: tuple[Origin, ...] = ()  # one for each line of a consolidated text, else none

    @property
    def renumbered(self) -> tuple[tuple[str, str], ...]:
        """The clauses that have another number than in the text before all amendments, as (old, new)."""
        pairs: dict[str, str] = {}
        for amendment in self.amendments:
            step = dict(amendment.renumbered)
            later = {old: step.pop(new, new) for old, new in pairs.items()}
            pairs = later | step
        return tuple(pairs.items())

    def origin(self, line: int) -> Origin:
        """Return where a line of the text was written: file and line there."""
        return self.origins[line - 1] if 0 < line <= len(self.origins) else Origin(self.file, line)

    def ladder_steps(self, name: str = "") -> tuple[Step, ...]:
        """Return the steps of the named ladder, or none."""
        return next((steps for ladder, steps in self.steps if ladder == name), ())

    def table_rows(self, name: str) -> tuple[Row, ...]:
        """Return the rows of a table the language does not interpret, by its heading in lower case."""
        return next((rows for heading, rows in self.rows if heading == name), ())

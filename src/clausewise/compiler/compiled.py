"""A policy made ready to decide: one program, and what each of its registers means to people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from clausewise.compiler.program import Program
from clausewise.vocab.determination import DocumentStamp
from clausewise.vocab.document import AddOn, Exclusive, FactDeclaration, NumericTable, Row, Score, ValueSet
from clausewise.vocab.period import Period

EXCLUDING = frozenset({"not medically necessary", "investigational", "excluded", "forbidden by law", "denied"})


@dataclass(frozen=True, slots=True)
class CitedItem:
    """An item of an outline as a proof cites it: its clause with its document's prefix, our words, how its parts join."""

    clause: str
    prose: str
    word: str = ""
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class CompiledReading:
    """A named reading of a clause: its reference, and who ratified it ("" if nobody)."""

    name: str
    ref: int
    ratified_by: str = ""
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class CompiledClause:
    """A clause: its reference, that of its scope question (None: always on point), and its readings.

    `excluding` clauses are said to fire, others to be met.  `conclusion` is what the clause itself says follows; an `is_open` list
    names some of its members only.
    """

    clause: str
    ref: int
    scope: int | None
    excluding: bool
    readings: tuple[CompiledReading, ...] = ()
    why: str = ""  # what makes the words ambiguous
    conclusion: str = ""
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class CompiledStep:
    """A step of a ladder: the reference of its test and the outcome it gives, or gives when the test is unknown."""

    clause: str
    prose: str
    ref: int
    conclusion: str
    reason: str = ""
    target: str = ""
    if_unknown: str = ""
    if_unknown_reason: str = ""


@dataclass(frozen=True, slots=True)
class CompiledPolicy:
    """Everything one case needs: immutable, and determined by the documents' text and the day alone.

    `laws` and `forbidding` are references of what may command or forbid coverage, laws by id and "contract"; `duties` of clauses
    of a law that conclude nothing and are to be remembered where they hold, by their words.  `met` is true when some path of the
    policy is met.  `atom_facts` are the facts each atom rests on; `items` are what the program's "cite" operations cite.
    `fingerprint` covers every document and the day's segment.
    """

    policy: str
    ladder: str
    ids: str
    in_force: Period
    program: Program
    clauses: tuple[CompiledClause, ...]
    steps: tuple[CompiledStep, ...]
    nature: tuple[CompiledStep, ...]
    laws: tuple[tuple[str, int], ...]
    forbidding: tuple[tuple[str, int], ...]
    duties: tuple[tuple[str, int], ...]
    met: int
    facts: Mapping[str, FactDeclaration]
    sets: Mapping[str, ValueSet]
    scores: Mapping[str, Score]
    tables: Mapping[str, NumericTable]
    families: Mapping[str, tuple[str, ...]]
    add_ons: tuple[AddOn, ...]
    exclusives: tuple[Exclusive, ...]
    answers: tuple[Row, ...]
    rows: tuple[tuple[str, tuple[Row, ...]], ...]
    items: tuple[CitedItem, ...]
    atom_facts: tuple[tuple[str, ...], ...]
    on: date
    stamps: tuple[DocumentStamp, ...]
    fingerprint: str

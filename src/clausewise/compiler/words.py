"""What the names in a test mean where documents speak together."""

from collections.abc import Mapping
from dataclasses import dataclass

from clausewise.compiler.link import Linked
from clausewise.policy.source import suggestion
from clausewise.vocab.document import Answer, AnswerKind, Definition, FactDeclaration, NumericTable, Row, Score, ValueSet

CODING_FACTS = ("code_malformed", "add_on_alone", "returned_beside", "diagnosis_not_valid")  # worked out from the request
DISPOSITION = "disposition"  # known once the ladder has decided: the nature ladder may ask for it

# The formulas a policy may name, and the unit of what each computes.
FORMULA_UNITS: Mapping[str, str] = {"DuBois": "m2", "Mosteller": "m2", "Haycock": "m2", "BMI": "kg/m2"}


@dataclass(frozen=True, slots=True)
class Words:
    """The names that a test may hold: what is declared, and what the program itself supplies.

    `sets` holds every set of a name, those of other periods too; `needed` are words a ladder asks its policies for.
    """

    facts: Mapping[str, FactDeclaration]
    definitions: Mapping[str, Definition]
    scores: Mapping[str, Score]
    tables: Mapping[str, NumericTable]
    sets: Mapping[str, tuple[ValueSet, ...]]
    needed: frozenset[str] = frozenset()

    def is_known(self, name: str) -> bool:
        """Tell whether a bare word means anything."""
        return name in self.facts or self.is_definition(name) or name in self.scores

    def is_definition(self, name: str) -> bool:
        """Tell whether a word is defined by a test, here or by every policy that a ladder serves."""
        return name in self.definitions or name in self.needed

    def hint(self, name: str) -> str:
        """Return the known word that an unknown one most resembles, as advice."""
        known = (*self.facts, *self.definitions, *self.scores)
        return suggestion(name, tuple(sorted(known)), "declare it, or define it")


def words_of(linked: Linked) -> Words:
    """Return the words of linked documents; a ladder that stands alone may use what it needs."""
    documents = (*linked.documents(), *linked.foreign.values())
    sets: dict[str, tuple[ValueSet, ...]] = {}
    for document in documents:
        for one in document.sets:
            sets[one.name] = (*sets.get(one.name, ()), one)
    alone = linked.policy.kind == "ladder"
    return Words(
        facts={**linked.facts, **{fact.name: fact for fact in _supplied(linked)}},
        definitions=linked.definitions,
        scores=linked.scores,
        tables=linked.tables,
        sets=sets,
        needed=frozenset(linked.ladder.needs) - frozenset(linked.facts) if alone else frozenset(),
    )


def _supplied(linked: Linked) -> list[FactDeclaration]:
    """Return the facts that the program supplies, as if they were declared."""
    codes = tuple(filter(None, (row.cell("code") for row in answer_rows(linked))))
    disposition = Answer(AnswerKind.CHOICE, codes) if codes else Answer(AnswerKind.TEXT)
    coding = [FactDeclaration(name, "", Answer(AnswerKind.YES_NO)) for name in CODING_FACTS]
    return [*coding, FactDeclaration(DISPOSITION, "", disposition)]


def answer_rows(linked: Linked) -> tuple[Row, ...]:
    """Return the rows of the ladder's table of answers."""
    return next((rows for name, rows in linked.ladder.rows if name.startswith("answers")), ())

"""From criteria to the program: every clause, reading, definition and ladder step becomes a reference to a register.

Clauses and definitions are lowered when first needed and remembered, so they may be written in any order and cite each other; a
circle is a Problem.  Words are resolved here: a bare name is a fact, a definition or a score, in that order of search: definition,
score, fact.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import assert_never

from clausewise.compiler.link import Linked, walk_items
from clausewise.compiler.program import Builder
from clausewise.vocab.criterion import (
    AllOf,
    AnyOf,
    AtLeast,
    ClauseMet,
    Compare,
    Constant,
    Criterion,
    Difference,
    ExactlyOne,
    Except,
    FactNumber,
    Grade,
    IfThen,
    Is,
    Item,
    Known,
    Negation,
    OnPoint,
    Outside,
    OutsideTest,
    Quantity,
    Raised,
    SameSide,
    ScoreTotal,
    Side,
    Test,
    Unless,
    Unread,
)
from clausewise.vocab.document import PolicyDocument
from clausewise.vocab.problem import Problem

COVERING = {
    Outside.POLICY_MET: ("medically necessary",),
    Outside.LAW_APPLIES: ("covered by law",),
    Outside.MANUAL_COVERS: ("covered",),
    Outside.MANUAL_EXCLUDES: ("excluded",),
    Outside.BENEFIT_COVERS: ("covered",),
    Outside.BENEFIT_EXCLUDES: ("excluded",),
    Outside.BENEFIT_LIMITS: ("limited",),
}


class Lowering:
    """Lowers the criteria of linked documents into one builder; `problems` collects circles and references that lead nowhere."""

    def __init__(self, linked: Linked, builder: Builder) -> None:
        self.linked = linked
        self.builder = builder
        self.problems: list[Problem] = []
        self.items: list[Item] = []
        self.consulted: dict[str, PolicyDocument] = {}  # other documents whose conclusions were asked for
        self._remembered: dict[tuple[str, str, str], int] = {}
        self._under_way: list[tuple[str, str, str]] = []
        self._items = {document.id: {item.clause: item for item in walk_items(document.sections, linked.on) if item.numbered}
                       for document in (*linked.documents(), *linked.foreign.values())}

    # ---- clauses, readings, definitions

    def clause(self, clause: str, document: PolicyDocument, reading: str = "") -> int:
        """Return the reference of a clause (under a named reading, or as ratified), its scope question included."""
        item = self._items.get(document.id, {}).get(clause)
        if item is None and any(clause == other.clause for other in walk_items(document.sections) if other.numbered):
            return self._constant(False)  # not in force on the day: as if it were not written, so it is not met
        if item is None:
            return self._nowhere(f"clause {clause} of {document.id} does not exist", clause, document)
        return self._once((document.id, clause, reading), lambda: self._scoped(item, document, reading))

    def scope(self, clause: str, document: PolicyDocument) -> int | None:
        """Return the reference of a clause's scope question, or None where it has none."""
        item = self._items.get(document.id, {}).get(clause)
        return None if item is None or item.scope is None else self.criterion(item.scope, document)

    def any_reading(self, clause: str, document: PolicyDocument) -> int:
        """Return the reference of "met under some reading"."""
        names = [reading.name for reading in document.readings if reading.clause == clause]
        return self.builder.some(self.clause(clause, document, name) for name in names or [""])

    def _scoped(self, item: Item, document: PolicyDocument, reading: str) -> int:
        return self._cited(item, self._reading(item, document, reading), document)

    def _cited(self, item: Item, core: int, document: PolicyDocument) -> int:
        """Return the reference of an item whose core is lowered: in scope and met, and to be cited as this item."""
        ref = core if item.scope is None else self.builder.every((self.criterion(item.scope, document), core))
        self.items.append(replace(item, clause=document.ids + item.clause) if item.clause else item)
        return self.builder.cite(len(self.items) - 1, ref)

    def _reading(self, item: Item, document: PolicyDocument, name: str) -> int:
        """Return the clause under a reading; with none asked for, the ratified one, or all of them where none is ratified."""
        readings = [reading for reading in document.readings if reading.clause == item.clause]
        chosen = [r for r in readings if r.name == name] if name else [r for r in readings if r.ratified] or readings
        if not chosen:
            return self.criterion(item.criterion, document)
        return self.builder.every(self.criterion(item.criterion if r.criterion is None else r.criterion, document) for r in chosen)

    def definition(self, name: str, document: PolicyDocument) -> int | None:
        """Return the reference of a defined word, the document's own definition first, or None for a word nobody defines."""
        own = next((word for word in document.definitions if word.name == name and word.criterion is not None), None)
        word = own or self.linked.definitions.get(name)
        if word is None or word.criterion is None:
            return None
        criterion = word.criterion
        return self._once((document.id, "definition", name), lambda: self.criterion(criterion, document))

    def _once(self, key: tuple[str, str, str], lower: Callable[[], int]) -> int:
        if key in self._remembered:
            return self._remembered[key]
        if key in self._under_way:
            path = " -> ".join(name or kind for _, kind, name in self._under_way)
            return self._nowhere(f"{key[1]} {key[2]} rests on itself ({path})".replace("  ", " "), key[1], None)
        self._under_way.append(key)
        self._remembered[key] = lower()
        self._under_way.pop()
        return self._remembered[key]

    def _nowhere(self, message: str, clause: str, document: PolicyDocument | None) -> int:
        file = "" if document is None else document.file
        self.problems.append(Problem("CW401", message, file=file, clause=clause, help="point at a clause that exists, or add it"))
        return self.builder.atom(Unread(message))

    # ---- criteria

    def criterion(self, node: Criterion, document: PolicyDocument) -> int:
        """Return the reference of a criterion of a document."""
        match node:
            case Item():
                return self._item(node, document)
            case AllOf(parts):
                return self.builder.every(self._parts(parts, document))
            case AnyOf(parts):
                return self.builder.some(self._parts(parts, document))
            case AtLeast(count, parts):
                return self.builder.at_least(count, self._parts(parts, document))
            case ExactlyOne(parts):
                refs = self._parts(parts, document)
                return self.builder.every((self.builder.some(refs), ~self.builder.at_least(2, refs)))
            case Negation(part):
                return ~self.criterion(part, document)
            case SameSide(part):
                return self.builder.some(self.criterion(on_side(part, side), document) for side in (Side.LEFT, Side.RIGHT))
            case Unless(main, waiver):
                return self.builder.some((self.criterion(main, document), self.criterion(waiver, document)))
            case Except(main, exception):
                return self.builder.every((self.criterion(main, document), ~self.criterion(exception, document)))
            case IfThen(condition, demand):
                return self.builder.some((~self.criterion(condition, document), self.criterion(demand, document)))
            case _:
                return self._test(node, document)

    def _parts(self, parts: Iterable[Criterion], document: PolicyDocument) -> tuple[int, ...]:
        """Return the references of the parts in force; an item outside its period is as if it were not written."""
        in_force = (part for part in parts if not (isinstance(part, Item) and not part.period.covers(self.linked.on)))
        return tuple(self.criterion(part, document) for part in in_force)

    def _item(self, item: Item, document: PolicyDocument) -> int:
        if item.numbered and item is self._items.get(document.id, {}).get(item.clause):
            return self.clause(item.clause, document)
        return self._cited(item, self.criterion(item.criterion, document), document)

    # ---- tests

    def _test(self, test: Test, document: PolicyDocument) -> int:
        match test:
            case Constant(holds):
                return self.builder.atom(Unread("unknown")) if holds is None else self._constant(holds)
            case Is(fact, ("yes",)) if (ref := self.definition(fact, document)) is not None:
                return ref
            case ClauseMet():
                return self._clause_test(test, document)
            case OnPoint(clause):
                scope = self.scope(clause, document)
                return self._constant(True) if scope is None else scope
            case Known(fact, "") if (ref := self.definition(fact, document)) is not None:
                return self.builder.about("known", ref)
            case Known("", clause):
                return self.builder.about("known", self.clause(clause, document))
            case Compare(left, relation, right):
                return self.builder.atom(Compare(self._quantity(left), relation, self._quantity(right)))
            case OutsideTest():
                return self._outside(test, document)
            case _:
                return self.builder.atom(test)

    def _constant(self, holds: bool) -> int:
        return self.builder.every(()) if holds else self.builder.some(())

    def _clause_test(self, test: ClauseMet, document: PolicyDocument) -> int:
        target = self.linked.foreign.get(test.document) if test.document and test.document != document.id else document
        if target is None:
            return self.builder.atom(test)  # another policy's clause that is not modelled: unknown until someone answers
        self._consult(target)
        ref = self.any_reading(test.clause, target) if test.any_reading else self.clause(test.clause, target)
        return self.builder.about("may", ref) if test.may else ref

    def _quantity(self, quantity: Quantity) -> Quantity:
        if isinstance(quantity, FactNumber) and quantity.fact in self.linked.scores:
            return ScoreTotal(quantity.fact)
        if isinstance(quantity, Grade) and quantity.name in self.linked.facts:
            return FactNumber(quantity.name)
        return quantity

    def _outside(self, test: OutsideTest, document: PolicyDocument) -> int:
        match test.asks:
            case Outside.ADOPTED:
                return self._constant(True) if "any" in document.plans else self.builder.atom(Is("plan", document.plans))
            case Outside.IN_FORCE | Outside.PRIMARY_WORSE:
                return self.builder.atom(OutsideTest(test.asks, document.id))
            case Outside.REFERS:
                return self.builder.some(self.criterion(item, document) for item in concluding(document, ("refer",), self.linked))
            case Outside.ANY_LAW_APPLIES:
                return self.builder.some(self.law(law) for law in self.linked.laws)
            case Outside.LAW_APPLIES:
                found = [law for law in self.linked.laws if law.id == test.document]
                return self.builder.some(self.law(law) for law in found)
            case Outside.CRITERIA_MET:
                ref = self.definition(test.document.replace("-", "_").lower(), document)  # an answered criteria set is a definition
                return self.builder.atom(test) if ref is None else ref
            case Outside.MANUAL_SILENT | Outside.BENEFIT_SILENT:
                return self._silent(test)
            case (Outside.POLICY_MET | Outside.MANUAL_COVERS | Outside.MANUAL_EXCLUDES | Outside.BENEFIT_COVERS
                  | Outside.BENEFIT_EXCLUDES | Outside.BENEFIT_LIMITS):
                return self._foreign(test)
            case asks:
                assert_never(asks)

    def _foreign(self, test: OutsideTest) -> int:
        """Ask another document for its conclusion; one that is not modelled is unknown until someone answers."""
        speaking = self._speaking(test)
        if not speaking:
            return self.builder.atom(test)
        items = ((item, document) for document in speaking for item in concluding(document, COVERING[test.asks], self.linked))
        return self.builder.some(
            self.builder.every((self.reach(document), self.criterion(item, document)))
            for item, document in items
            if speaks_of(item, test.subject)
        )

    def _speaking(self, test: OutsideTest) -> list[PolicyDocument]:
        if test.document:
            named = [self.linked.foreign[test.document]] if test.document in self.linked.foreign else []
        else:
            named = [document for document in self.linked.foreign.values() if document.kind == "benefit"]
        speaking = [document for document in named if document.in_force.covers(self.linked.on)]
        for document in speaking:
            self._consult(document)
        return speaking

    def _consult(self, document: PolicyDocument) -> None:
        if document.id not in {known.id for known in self.linked.documents()}:
            self.consulted[document.id] = document

    def _silent(self, test: OutsideTest) -> int:
        manual = test.asks is Outside.MANUAL_SILENT
        asks = (Outside.MANUAL_COVERS, Outside.MANUAL_EXCLUDES) if manual else (
            Outside.BENEFIT_COVERS, Outside.BENEFIT_EXCLUDES, Outside.BENEFIT_LIMITS)
        return self.builder.every(~self._foreign(replace(test, asks=kind)) for kind in asks)

    # ---- laws

    def law(self, law: PolicyDocument, conclusions: tuple[str, ...] = COVERING[Outside.LAW_APPLIES]) -> int:
        """Return the reference of "this law reaches the member and commands (or forbids) coverage of the line"."""
        items = concluding(law, conclusions, self.linked)
        return self.builder.every((self.reach(law), self.builder.some(self.criterion(item, law) for item in items)))

    def reach(self, document: PolicyDocument) -> int:
        """Return the reference of "the document reaches this member": plan, line of business, state of issue, funding."""
        return self.builder.every(self.criterion(condition, document) for condition in reach_criteria(document))


def reach_criteria(document: PolicyDocument) -> tuple[Criterion, ...]:
    """Return what a document's frame demands of the request: the state of issue counts, else the state of the member."""
    conditions: list[Criterion] = []
    if document.plans and "any" not in document.plans:
        conditions.append(Is("plan", document.plans))
    if document.lines_of_business:
        conditions.append(Is("line_of_business", document.lines_of_business))
    if document.states:
        issued, lives = Is("state_of_issue", document.states), Is("state", document.states)
        raised = Raised("state_of_issue")
        conditions.append(AnyOf((AllOf((raised, issued)), AllOf((Negation(raised), lives)))))
    if document.funding:
        conditions.append(Is("funding", document.funding))
    return tuple(conditions)


def concluding(document: PolicyDocument, conclusions: tuple[str, ...], linked: Linked) -> tuple[Item, ...]:
    """Return the items of a document that carry one of the conclusions, in the order of the text."""
    items = walk_items(document.sections, linked.on)
    return tuple(item for item in items if any(word in item.conclusion.split(" and ") for word in conclusions))


def speaks_of(item: Item, subject: str) -> bool:
    """Tell whether an item of a contract or manual is about a subject: its label, or a set that it tests; no subject is any."""
    return not subject or item.clause == subject or f"'{subject}'" in repr(item.criterion)


def on_side(node: Criterion, side: Side) -> Criterion:
    """Return the criterion with every number that is read on the treated side read on a given side."""
    match node:
        case Compare(left, relation, right):
            return Compare(_quantity_on(left, side), relation, _quantity_on(right, side))
        case Item():
            return replace(node, criterion=on_side(node.criterion, side), numbered=False)
        case AllOf(parts) | AnyOf(parts) | AtLeast(_, parts) | ExactlyOne(parts):
            return replace(node, parts=tuple(on_side(part, side) for part in parts))
        case Negation(part):
            return Negation(on_side(part, side))
        case Unless(main, waiver):
            return Unless(on_side(main, side), on_side(waiver, side))
        case Except(main, exception):
            return Except(on_side(main, side), on_side(exception, side))
        case IfThen(condition, demand):
            return IfThen(on_side(condition, side), on_side(demand, side))
        case _:
            return node


def _quantity_on(quantity: Quantity, side: Side) -> Quantity:
    if isinstance(quantity, FactNumber | Difference) and quantity.side is Side.TREATED:
        return replace(quantity, side=side)
    return quantity

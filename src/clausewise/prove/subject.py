"""What is proved: a policy with its documents, and every part of its text that can be true or false, with its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from clausewise.compiler.check import check
from clausewise.compiler.compile import compile_parts
from clausewise.compiler.compiled import CompiledClause, CompiledPolicy, CompiledStep
from clausewise.compiler.link import Linked
from clausewise.compiler.shelf import Refused
from clausewise.policy.walk import Placed, Spot, is_test, parts_of, passages
from clausewise.vocab.criterion import Criterion, Item, SameSide
from clausewise.vocab.document import CodeRow, PolicyDocument, Reading
from clausewise.vocab.problem import has_errors
from clausewise.vocab.wording import worded

CODING = frozenset({"code_malformed", "add_on_alone", "returned_beside", "diagnosis_not_valid"})  # worked out, never answered


@dataclass(frozen=True, slots=True)
class Part:
    """A node of the policy's text: its criterion, its reference, where it stands, and the numbers of the nodes right below it.

    `named` tells that the node is a line of the outline or the criterion of a reading or a definition.
    """

    node: Criterion
    ref: int
    spot: Spot
    below: tuple[int, ...]
    named: bool


@dataclass(frozen=True)
class Subject:
    """A policy (or notice) compiled with all its parts, on a day."""

    linked: Linked
    policy: CompiledPolicy
    parts: tuple[Part, ...]

    @property
    def document(self) -> PolicyDocument:
        """The document under proof."""
        return self.linked.policy

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes the document lists, each once."""
        return tuple(dict.fromkeys(row.code for row in self.document.codes))

    @cached_property
    def code_rows(self) -> Mapping[str, CodeRow]:
        """The first row of each code."""
        return {row.code: row for row in reversed(self.document.codes)}

    @cached_property
    def clauses(self) -> Mapping[str, CompiledClause]:
        """The clauses by number."""
        return {clause.clause: clause for clause in self.policy.clauses}

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """The numbered items by number, in the order of the text."""
        return dict(self.linked.clauses)

    @cached_property
    def cites(self) -> Mapping[tuple[str, int, str], tuple[int, ...]]:
        """The registers that cite a line of the outline, by file, line and clause: one text can be read in several places.

        The clause is without the document's prefix; file and line are those in which it was written.
        """
        found: dict[tuple[str, int, str], list[int]] = {}
        atoms = len(self.policy.program.atoms)
        for number, operation in enumerate(self.policy.program.operations):
            if operation.kind == "cite":
                item = self.policy.items[operation.number]
                place = item.file, item.line, item.clause.removeprefix(self.document.ids)
                found.setdefault(place, []).append(atoms + number)
        return {place: tuple(registers) for place, registers in found.items()}

    def registers(self, spot: Spot) -> tuple[int, ...]:
        """Return the registers that cite the line of a spot."""
        return self.cites.get((*self.written(spot), spot.clause), ())

    def written(self, spot: Spot) -> tuple[str, int]:
        """Return the file and line in which something of the document was written, which an amendment may have done."""
        if spot.file != self.document.file:
            return spot.file, spot.line
        origin = self.document.origin(spot.line)
        return origin.file, origin.line

    def spot(self, clause: str) -> Spot:
        """Return where a clause stands."""
        item = self.items[clause]
        return Spot(clause, item.file or self.document.file, item.line)

    def step_spot(self, step: CompiledStep) -> Spot:
        """Return where a step of the ladder stands."""
        ladder = self.linked.ladder
        found = next((one for one in ladder.ladder_steps() if one.clause == step.clause), None)
        return Spot(step.clause, (found.file if found else "") or ladder.file, found.line if found else 0)

    def children(self, clause: str) -> tuple[str, ...]:
        """Return the clauses whose next numbered clause above is this one."""
        return tuple(other for other in self.items if self.parent(other) == clause)

    def parent(self, clause: str) -> str:
        """Return the clause right above another in the outline, or the empty text."""
        above = (other for other in self.items if other != clause and clause.startswith((f"{other}.", f"{other}-")))
        return max(above, key=len, default="")

    def facts_of(self, ref: int) -> frozenset[str]:
        """Return the facts that a reference rests on."""
        program = self.policy.program
        registers = program.supports((ref,))
        return frozenset(name for one in registers if one < len(program.atoms) for name in self.policy.atom_facts[one])

    def words(self, part: Part) -> str:
        """Return a node in words: its clause, or its test."""
        if isinstance(part.node, Item):
            return self.name(part.spot) if part.node.numbered else f"{self.name(part.spot)} ({part.node.prose})"
        return f"`{worded(part.node)}`" if is_test(part.node) else self._group(part)

    def _group(self, part: Part) -> str:
        if part.named and (reading := self.reading(part.spot)):
            return f"the reading *{reading.name}* of {reading.clause}"
        return f"the definition of {part.spot.clause}" if part.named else f"a part of {self.name(part.spot)}"

    def reading(self, spot: Spot) -> Reading | None:
        """Return the reading that begins on the line of a spot, if one does."""
        file = self.document.file
        return next((one for one in self.document.readings if (one.line, file) == (spot.line, spot.file)), None)

    def is_ratified(self, spot: Spot) -> bool:
        """Tell whether what stands on a line counts: it is no reading that nobody ratified."""
        reading = self.reading(spot)
        return reading is None or reading.ratified is not None

    def name(self, spot: Spot) -> str:
        """Return a clause as it is cited."""
        return spot.clause or "the document"


def subject_of(linked: Linked) -> Subject | Refused:
    """Compile linked documents with every part of the policy's text, or say why they cannot be used."""
    placed, below, named = _placed(linked)
    policy, refs, problems = compile_parts(linked, [one.node for one in placed])
    found = (*problems, *check(linked))
    if has_errors(found):
        return Refused(linked.policy.id, tuple(found))
    parts = (Part(one.node, ref, one.spot, under, own) for one, ref, under, own in zip(placed, refs, below, named, strict=True))
    return Subject(linked, policy, tuple(parts))


def _placed(linked: Linked) -> tuple[list[Placed], list[tuple[int, ...]], list[bool]]:
    """Return every node of the policy's outline, readings and definitions, with the numbers of those right below."""
    placed: list[Placed] = []
    below: list[tuple[int, ...]] = []
    named: list[bool] = []

    def walk(node: Criterion, spot: Spot, own: bool) -> int:
        if isinstance(node, Item):
            spot, own = Spot(node.clause, node.file or spot.file, node.line or spot.line), True
        number = len(placed)
        placed.append(Placed(node, spot))
        below.append(())
        named.append(own)
        parts = () if isinstance(node, SameSide) else parts_of(node)
        in_force = [part for part in parts if not (isinstance(part, Item) and not part.period.covers(linked.on))]
        below[number] = tuple(walk(part, spot, False) for part in in_force)
        return number

    for passage in passages(linked.policy):
        is_gone = isinstance(passage.criterion, Item) and not passage.criterion.period.covers(linked.on)
        if passage.spot.clause and not is_gone and not _is_step(passage.spot.line, linked):
            walk(passage.criterion, passage.spot, True)
    return placed, below, named


def _is_step(line: int, linked: Linked) -> bool:
    return any(step.line == line for _, steps in linked.policy.steps for step in steps)

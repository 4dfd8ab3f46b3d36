"""What every kind of proof starts from: the policy, the cases asked of it, and the words that name its paths and exclusions."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from clausewise.decide.line_answers import ANY_CODE, CODE
from clausewise.decide.space import space_of
from clausewise.policy.walk import Spot
from clausewise.prove.abreast import Case
from clausewise.prove.finding import Finding, Kind
from clausewise.prove.inquiry import Inquiry
from clausewise.prove.rails import Claim, Rail, Reader, decided_by, outcome_differs, settled
from clausewise.prove.showing import Draft
from clausewise.prove.subject import CODING, Part, Subject
from clausewise.vocab.criterion import AllOf, AnyOf, ClauseMet, Constant, Item, Known, Raised
from clausewise.vocab.problem import Level
from clausewise.vocab.request import FactValue

NECESSARY = "medically necessary"


def remembered(claim: Claim) -> Claim:
    """Return a claim that each reader works out once."""
    known: dict[Reader, Rail] = {}

    def once(reader: Reader) -> Rail:
        if reader not in known:
            known[reader] = reader.named(claim(reader))
        return known[reader]

    return once


@dataclass(frozen=True)
class Study:
    """A policy under proof, with the inquiry into its cases.  `others` opens the space again with facts stated beforehand."""

    subject: Subject
    inquiry: Inquiry

    def draft(
        self, kind: Kind, key: str, clauses: Iterable[str], sentence: str, level: Level, spot: Spot, claim: Claim, case: Case
    ) -> Draft:
        """Return a finding with the case that shows it."""
        return Draft(self.found(kind, key, clauses, sentence, level, spot), claim, case)

    def found(self, kind: Kind, key: str, clauses: Iterable[str], sentence: str, level: Level, spot: Spot) -> Finding:
        """Return a finding that no case can show, since it says that there is none."""
        file, line = self.subject.written(spot)
        return Finding(kind, f"{kind.value}: {key}", tuple(dict.fromkeys(clauses)), sentence, level, file, line)

    # ---- the parts of the policy ----

    @cached_property
    def named(self) -> tuple[int, ...]:
        """The numbers of the parts that are lines of the outline, readings or definitions, and that a case can decide."""
        return tuple(
            number for number, part in enumerate(self.subject.parts)
            if part.named and self.is_answerable(part) and not self.only_cites(part)
        )  # fmt: skip

    def is_answerable(self, part: Part) -> bool:
        """Tell whether answers decide a part: it is no constant, and not worked out from the request's coding alone."""
        node = part.node.criterion if isinstance(part.node, Item) else part.node
        facts = self.subject.facts_of(part.ref)
        return not isinstance(node, Constant) and not (facts and facts <= CODING)

    def only_cites(self, part: Part) -> bool:
        """Tell whether a part says no more than another clause, of which whatever is found is told."""
        node = part.node.criterion if isinstance(part.node, Item) else part.node
        return isinstance(node, ClauseMet)

    def asks_what_is_known(self, ref: int) -> bool:
        """Tell whether a reference speaks of what is known at the moment, so that in fully answered cases it says little."""
        program = self.subject.policy.program
        return any(
            program.operations[one - len(program.atoms)].kind == "known" if one >= len(program.atoms)
            else isinstance(program.atoms[one], Known | Raised)
            for one in program.supports((ref,))
        )  # fmt: skip

    def within(self, number: int) -> Iterator[int]:
        """Yield the numbers of the parts below another."""
        for below in self.subject.parts[number].below:
            yield below
            yield from self.within(below)

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """The clauses that the ladder asks for by themselves, in the order of the text."""
        policy = self.subject.policy
        own = {one: clause for clause in self.subject.items for one in self.subject.registers(self.subject.spot(clause))}
        found: set[str] = set()
        seen: set[int] = set()
        pending = [step.ref for step in policy.steps]
        while pending:
            ref = pending.pop()
            register = ref if ref >= 0 else ~ref
            if register in seen:
                continue
            seen.add(register)
            if register in own:
                found.add(own[register])
            elif register >= len(policy.program.atoms):
                pending.extend(policy.program.operations[register - len(policy.program.atoms)].refs)
        return tuple(clause for clause in self.subject.items if clause in found)

    @cached_property
    def exclusions(self) -> tuple[str, ...]:
        """The excluding clauses that the ladder asks for."""
        return tuple(clause for clause in self.asked if self.subject.clauses[clause].excluding)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The clauses that the ladder asks for and one of which is enough for necessity."""
        return tuple(clause for clause in self.asked if not self.subject.clauses[clause].excluding and self._is_path(clause))

    def _is_path(self, clause: str) -> bool:
        """Tell whether a clause is a choice that leads to necessity, rather than something every path needs besides."""
        while clause:
            item = self.subject.items[clause]
            if NECESSARY in item.conclusion.split(" and "):
                return True
            parent = self.subject.parent(clause)
            above = self.subject.items.get(parent)
            if above is not None and isinstance(above.criterion, AllOf) and not isinstance(item.criterion, AnyOf):
                return False
            clause = parent
        return False

    # ---- changes ----

    @cached_property
    def steps(self) -> tuple[Claim, ...]:
        """For each step of the ladder the claim that it decides."""
        return tuple(remembered(decided_by(at)) for at in range(len(self.subject.policy.steps)))

    @cached_property
    def supports(self) -> tuple[tuple[int, ...], ...]:
        """For each step of the ladder the registers it rests on."""
        return tuple(self.subject.policy.program.supports((step.ref,)) for step in self.subject.policy.steps)

    def below(self, clause: str) -> frozenset[int]:
        """Return the registers that cite a clause or one below it."""
        under = [other for other in self.subject.items if other == clause or other.startswith((f"{clause}.", f"{clause}-"))]
        return frozenset(one for other in under for one in self.subject.registers(self.subject.spot(other)))

    def matter(self, clause: str) -> Claim:
        """Claim that it changes the outcome whether a clause holds, under whichever reading."""
        if clause not in self._matter:
            self._matter[clause] = self.matters(self.subject.registers(self.subject.spot(clause)))
        return self._matter[clause]

    @cached_property
    def _matter(self) -> dict[str, Claim]:
        return {}

    def matters(self, registers: tuple[int, ...]) -> Claim:
        """Claim that the outcome changes when some registers are taken as true, or as false, whatever they are."""
        true, false = outcome_differs(settled(registers, True)), outcome_differs(settled(registers, False))
        return remembered(lambda reader: reader.some((true(reader), false(reader))))

    # ---- facts that follow from the code, and may be stated all the same ----

    @cached_property
    def by_code(self) -> frozenset[str]:
        """The facts that follow from the code where the request does not state them."""
        question = next((question for question in self.inquiry.space.questions if CODE in question.names), None)
        if question is None:
            return frozenset()
        said = {name for answer in question.answers for name in answer.facts}
        return frozenset(name for name in question.names if name not in (*said, CODE))

    @cached_property
    def stated(self) -> Inquiry:
        """An inquiry into lines that state the facts which otherwise follow from the code."""
        policy = self.subject.policy
        code = next((code for code in self.subject.codes if code not in policy.families), ANY_CODE)
        return Inquiry(space_of((policy,), (code,), stated=self.by_code), self.inquiry.seconds)


Prove = Callable[[Study], Iterator[Draft | Finding]]


def with_facts(draft: Draft, facts: Mapping[str, FactValue]) -> Draft:
    """Return a draft whose case says some facts besides."""
    return replace(draft, stated={**draft.stated, **facts})

"""What is the same in several programs by its build: found without a search, so that only what really differs is handed to Z3.

Two tests are the same where every answer makes both come out alike; so `4 cm` and `40 mm` are one test, and a set that has grown
is another.  A test that no answer decides, or that is on some numbers because it compares what is computed, is the same only as
itself.  Two registers are the same where their operations join the same parts, in whatever order and depth, and an "any" is read
as a negated "all", so that De Morgan's laws need no proof.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.program import Operation
from clausewise.decide.space import Space, members
from clausewise.prove.tried import is_tried
from clausewise.vocab import criterion as c
from clausewise.vocab.criterion import Test

ALWAYS, NEVER = 0, ~0  # the forms of what is true, and false, in every case


def declared_meaning(test: Test, names: tuple[str, ...], policy: CompiledPolicy) -> Hashable:
    """Return a test with all that its document declares of the names in it, wording and places left out."""
    facts = (policy.facts[name] for name in names if name in policy.facts)
    kept = tuple(repr(replace(fact, question="", where="", cost=1, file="", line=0)) for fact in facts)
    spoken = repr(test)
    sets = tuple((name, group.codes, group.complete) for name, group in policy.sets.items() if f"'{name}'" in spoken)
    scores = tuple((name, score.items, score.rounded) for name, score in policy.scores.items() if f"'{name}'" in spoken)
    said = ((name, table) for name, table in policy.tables.items() if f"'{name}'" in spoken)
    tables = tuple((name, tuple(sorted(table.rows)), table.linear, table.beyond) for name, table in said)
    return test, kept, sets, scores, tables


def twins(space: Space) -> Mapping[int, int]:
    """Return for every test that is left open by the space the first that means the same: one question, however often it is put."""
    first: dict[Hashable, int] = {}
    return {bit: first.setdefault(declared_meaning(*owner), bit) for bit, owner in _owners(space) if space.loose >> bit & 1}


def _owners(space: Space) -> Iterator[tuple[int, tuple[Test, tuple[str, ...], CompiledPolicy]]]:
    for policy, offset in zip(space.policies, space.offsets, strict=True):
        for number, test in enumerate(policy.program.atoms):
            yield offset + number, (test, policy.atom_facts[number], policy)


class Alike:
    """The forms of the registers of the policies of a space: registers of one form mean the same in every case."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._numbers: dict[Hashable, int] = {}
        self._forms = [self._of_program(policy, offset) for policy, offset in zip(space.policies, space.offsets, strict=True)]

    def form(self, ref: int, which: int) -> int:
        """Return the form of a reference; that of its negation is `~form`."""
        return self._forms[which][ref] if ref >= 0 else ~self._forms[which][~ref]

    def _of_program(self, policy: CompiledPolicy, offset: int) -> list[int]:
        program = policy.program
        forms = [self._tests[offset + number] for number in range(len(program.atoms))]
        for operation in program.operations:
            forms.append(self._of_operation(operation, [forms[ref] if ref >= 0 else ~forms[~ref] for ref in operation.refs]))
        return forms

    def _of_operation(self, operation: Operation, parts: list[int]) -> int:
        match operation.kind:
            case "all":
                return self._every(parts)
            case "any":
                return ~self._every([~part for part in parts])
            case "atleast":
                return self._counted(operation.number, sorted(parts))
            case "may" | "known":
                return (
                    ALWAYS if parts[0] in (ALWAYS, NEVER) and operation.kind == "known" else self._number(operation.kind, parts[0])
                )
            case _:
                return parts[0]

    def _every(self, parts: list[int]) -> int:
        flat = {one for part in parts for one in self._conjuncts.get(part, (part,))} - {ALWAYS}
        if NEVER in flat:
            return NEVER
        if len(flat) <= 1:
            return next(iter(flat), ALWAYS)
        form = self._number("all", tuple(sorted(flat)))
        self._conjuncts[form] = tuple(sorted(flat))
        return form

    def _counted(self, least: int, parts: list[int]) -> int:
        """Return "at least so many of", or its mirror image (too many fail), whichever has the lower parts."""
        mirrored = len(parts) - least + 1, sorted(~part for part in parts)
        if (mirrored[1], mirrored[0]) < (parts, least):
            return ~self._number("atleast", mirrored[0], tuple(mirrored[1]))
        return self._number("atleast", least, tuple(parts))

    def _number(self, *key: Hashable) -> int:
        return self._numbers.setdefault(key, len(self._numbers) + 1)

    @cached_property
    def _conjuncts(self) -> dict[int, tuple[int, ...]]:
        return {}

    # ---- tests ----

    @cached_property
    def _tests(self) -> Mapping[int, int]:
        forms: dict[int, int] = {}
        columns = self._columns()
        for bit, (test, names, policy) in _owners(self._space):
            if bit in columns:
                own = declared_meaning(test, names, policy) if is_tried(test) else test.by if isinstance(test, c.Judged) else None
                forms[bit] = self._of_column(columns[bit], own)
            elif self._space.loose >> bit & 1:
                forms[bit] = self._number("open", declared_meaning(test, names, policy))
            else:
                true, false = (rail >> bit & 1 for rail in self._space.fixed)
                forms[bit] = ALWAYS if true else NEVER if false else self._number("unread", test)
        return forms

    def _columns(self) -> Mapping[int, tuple[int, int, int, int]]:
        """Return for every test its question, the answers that make it true and false as bits, and all answers."""
        found: dict[int, tuple[int, int, int, int]] = {}
        for number, question in enumerate(self._space.questions):
            for bit in members(question.tests):
                true = sum(1 << place for place, answer in enumerate(question.answers) if answer.true >> bit & 1)
                false = sum(1 << place for place, answer in enumerate(question.answers) if answer.false >> bit & 1)
                found[bit] = number, true, false, (1 << len(question.answers)) - 1
        return found

    def _of_column(self, column: tuple[int, int, int, int], own: Hashable) -> int:
        """Return the form of a test by the answers that make it true and false; `own` is what else it must agree in."""
        number, true, false, every = column
        if own is None and every in (true, false):
            return ALWAYS if true == every else NEVER
        if true < false and own is None:
            return ~self._number("test", number, false, true, None)
        return self._number("test", number, true, false, own)

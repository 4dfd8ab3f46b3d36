"""How large a part of all cases changes its disposition: counted exactly on decision diagrams, or else drawn at random and said so.

Every combination of answers that the tests of the two policies can tell apart counts once.  That is a measure of the texts and not
of patients: nobody knows how often each combination comes, and combinations that contradict a declared implication count too.

Why this way: the number of combinations is astronomical, but what the ladders make of them is a small diagram, one for each class
of codes that no test tells apart.  `nodes` bounds the work over all classes; past it, cases are drawn, thousands at a time, as the
bits of long integers.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from math import prod

from clausewise.compiler.program import Operation
from clausewise.decide.diagram import FALSE, TRUE, Diagrams, TooLarge
from clausewise.decide.space import Space, members
from clausewise.prove.alike import Alike, twins
from clausewise.prove.change import Share
from clausewise.prove.classes import Classes, answers_by_code, classes_of, code_question
from clausewise.prove.draw import Draw
from clausewise.prove.lanes import Rails, turned
from clausewise.prove.outcomes import step_dispositions

NODES = 60_000
JOINING = ("all", "any", "atleast")
SAMPLE = 4_096


def counted_share(space: Space, alike: Alike, codes: Sequence[str], nodes: int = NODES, sample: int = SAMPLE) -> Share:
    """Return the share of cases whose disposition differs between the first two policies of a space, for some of its codes.

    `alike` says which of their registers mean the same, so that no diagram is built twice.
    """
    try:
        return _Count(space, alike, codes, nodes).share()
    except TooLarge:
        return Draw(space, codes, sample).share(nodes)


class _Count:
    """The diagrams of both ladders over the questions that matter to them."""

    def __init__(self, space: Space, alike: Alike, codes: Sequence[str], nodes: int) -> None:
        self._space = space
        self._codes = codes
        self._by_code = code_question(space)
        self._supports = [policy.program.supports(step.ref for step in policy.steps) for policy in space.policies]
        self._asked = _bits(space)
        self._variables = self._ordered()
        self._store = Diagrams([len(variable.classes) for variable in self._variables], nodes)
        self._alike = alike
        self._shared: dict[int, Rails] = {}
        self._turned: dict[int, int] = {TRUE: FALSE, FALSE: TRUE}  # diagrams by what is false where they are true

    def share(self) -> Share:
        """Return the share, each code counting alike."""
        total = prod(sum(variable.weights) for variable in self._variables)
        counted: dict[tuple[int, int], int] = {}
        by_code: dict[str, Fraction] = {}
        for code, answers in answers_by_code(self._space, self._codes).items():
            classes = [(answer.true & self._asked, answer.false & self._asked) for answer in answers] or [(0, 0)]
            for fixed in classes:
                if fixed not in counted:
                    counted[fixed] = self._store.count(self._differs(fixed), [variable.weights for variable in self._variables])
            by_code[code] = Fraction(sum(counted[fixed] for fixed in classes), total * len(classes))
        whole = sum(by_code.values(), Fraction(0)) / len(by_code)
        return Share(
            by_code, whole, total * sum(len(answers) or 1 for answers in answers_by_code(self._space, self._codes).values())
        )

    def _ordered(self) -> list[Classes]:
        """Return the questions that matter, those that are asked first on top."""
        found: dict[int, Classes] = {}
        first = {bit: number for number, bit in enumerate(_in_order(self._space))}
        for question in self._space.questions:
            tests = question.tests & self._asked
            if tests and question is not self._by_code:
                found[min(first[bit] for bit in members(tests))] = classes_of(question, tests)
        loose = self._space.loose & self._asked
        for bit in {twins(self._space)[bit] for bit in members(loose)}:
            found[first.get(bit, bit + len(first))] = Classes(((1 << bit, 0), (0, 1 << bit)), (1, 1))
        return [found[place] for place in sorted(found)]

    def _differs(self, fixed: tuple[int, int]) -> int:
        """Return the diagram of "the dispositions differ" where the code makes some tests true and others false."""
        known = dict(self._shared)
        rails = [self._rails(which, fixed, known) for which in (0, 1)]
        old, new = (self._given(which, rails[which]) for which in (0, 1))
        parts = [self._unlike(old.get(own, FALSE), new.get(own, FALSE)) for own in {**old, **new}]
        return self._store.some(parts)

    def _unlike(self, one: int, other: int) -> int:
        return FALSE if one == other else self._store.choose(one, self._not(other), other)

    def _not(self, diagram: int) -> int:
        return self._store.choose(diagram, FALSE, TRUE)

    def _given(self, which: int, rails: Mapping[int, Rails]) -> dict[str, int]:
        """Return for each disposition the diagram of the cases to which the ladder gives it for certain."""
        policy = self._space.policies[which]
        steps = [(own, *turned(rails, step.ref)) for own, step in zip(step_dispositions(policy), policy.steps, strict=True)]
        if all(self._not(true) == false for _, true, false in steps):
            return self._first_true(steps)
        found: dict[str, int] = {}
        open_to = {own: TRUE for own, _, _ in steps}  # every step of another disposition has failed so far
        for own, true, false in steps:
            found[own] = self._store.some((found.get(own, FALSE), self._store.every((open_to[own], true))))
            open_to = {other: left if other == own else self._store.every((left, false)) for other, left in open_to.items()}
        return found

    def _first_true(self, steps: Sequence[tuple[str, int, int]]) -> dict[str, int]:
        """Return the same where every step is true or false: then the first true one decides."""
        found: dict[str, int] = {}
        reached = TRUE
        for own, true, false in steps:
            found[own] = self._store.some((found.get(own, FALSE), self._store.every((reached, true))))
            reached = self._store.every((reached, false))
        return found

    def _rails(self, which: int, fixed: tuple[int, int], known: dict[int, Rails]) -> Mapping[int, Rails]:
        """Return the rails of every register that the ladder rests on; `known` are those of forms met before under this code.

        Those that no code touches are kept for all codes.
        """
        program, offset = self._space.policies[which].program, self._space.offsets[which]
        found: dict[int, Rails] = {}
        for register in self._supports[which]:
            form = self._alike.form(register, which)
            if form in known:
                found[register] = known[form]
                continue
            if register < len(program.atoms):
                found[register] = self._test(offset + register, fixed)
            else:
                operation = program.operations[register - len(program.atoms)]
                found[register] = self._operation(operation, [turned(found, ref) for ref in operation.refs])
            known[form] = found[register]
            known[~form] = found[register][::-1]
            if register not in self._touched[which]:
                self._shared |= {form: known[form], ~form: known[~form]}
        return found

    def _test(self, bit: int, fixed: tuple[int, int]) -> Rails:
        if bit in self._place:
            return self._place[bit]
        if self._space.loose >> bit & 1:
            return self._place[twins(self._space)[bit]]
        true, false = ((rail | own) >> bit & 1 for rail, own in zip(self._space.fixed, fixed, strict=True))
        return true, false

    @cached_property
    def _place(self) -> Mapping[int, Rails]:
        """The rails of each test that a variable decides."""
        found: dict[int, Rails] = {}
        for number, variable in enumerate(self._variables):
            for bit in members(variable.tests):
                true = self._store.variable(number, [bool(one >> bit & 1) for one, _ in variable.classes])
                false = self._store.variable(number, [bool(one >> bit & 1) for _, one in variable.classes])
                found[bit] = true, false
                if variable.is_exact(bit):
                    self._turned |= {true: false, false: true}
        return found

    @cached_property
    def _touched(self) -> Sequence[frozenset[int]]:
        """The registers that rest on the code, for each policy."""
        asked = self._by_code.tests if self._by_code is not None else 0
        return [frozenset(_resting_on(self._space, which, asked)) for which in (0, 1)]

    def _operation(self, operation: Operation, parts: Sequence[Rails]) -> Rails:
        if operation.kind in JOINING and all(self._turned.get(true) == false for true, false in parts):
            return self._two_valued(operation, [true for true, _ in parts])
        trues, falses = [true for true, _ in parts], [false for _, false in parts]
        match operation.kind:
            case "all":
                return self._store.every(trues), self._store.some(falses)
            case "any":
                return self._store.some(trues), self._store.every(falses)
            case "atleast":
                least = operation.number
                return self._store.at_least(least, trues), self._store.at_least(len(parts) - least + 1, falses)
            case "may":
                return self._not(falses[0]), falses[0]
            case "known":
                known = self._store.some((trues[0], falses[0]))
                return known, self._not(known)
            case _:
                return parts[0]

    def _two_valued(self, operation: Operation, parts: Sequence[int]) -> Rails:
        """Return the rails of an operation none of whose parts is ever unknown: one is the other, turned round."""
        join = {"all": self._store.every, "any": self._store.some}.get(operation.kind)
        true = join(parts) if join is not None else self._store.at_least(operation.number, parts)
        false = self._turned.get(true)
        if false is None:
            false = self._not(true)
            self._turned |= {true: false, false: true}
        return true, false


def _bits(space: Space) -> int:
    return sum(1 << bit for bit in _in_order(space))


def _in_order(space: Space) -> list[int]:
    """Return the tests that the ladders rest on, in the order in which their steps come to them."""
    found: dict[int, None] = {}
    for policy, offset in zip(space.policies, space.offsets, strict=True):
        for step in policy.steps:
            for register in policy.program.supports((step.ref,)):
                if register < len(policy.program.atoms):
                    found.setdefault(offset + register)
    return list(found)


def _resting_on(space: Space, which: int, tests: int) -> Iterable[int]:
    program, offset = space.policies[which].program, space.offsets[which]
    touched = {number for number in range(len(program.atoms)) if tests >> (offset + number) & 1}
    for number, operation in enumerate(program.operations, len(program.atoms)):
        if any((ref if ref >= 0 else ~ref) in touched for ref in operation.refs):
            touched.add(number)
    return touched

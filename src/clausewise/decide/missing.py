"""What is missing: every fact that can still change the outcome, and one smallest set of facts that would settle it.

The ladder is turned into a decision diagram over the facts that are unknown (and those whose answer leaves the question open, as
when records were not sent).  Answers that no test can tell apart are one class.  A test that rests on several facts, or on dates,
is a variable of its own for all its unknown facts.  Tests of what is known ("may be met", "known") speak of the moment; in a
completion everything is known.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from clausewise.compiler.compiled import CompiledStep
from clausewise.compiler.program import Operation
from clausewise.decide.atoms import truth_of_test
from clausewise.decide.context import LineContext
from clausewise.decide.diagram import FALSE, FIRST_OUTCOME, TRUE, Diagrams, TooLarge
from clausewise.decide.ladder import Outcome, outcome_of
from clausewise.decide.quantities import facts_read
from clausewise.vocab.criterion import Compare, FactIn, FactNumber, Includes, Is, Known, Literal, Test
from clausewise.vocab.document import AnswerKind, FactDeclaration
from clausewise.vocab.request import FactValue
from clausewise.vocab.truth import Truth

OTHER = "another answer"


@dataclass(frozen=True, slots=True)
class Missing:
    """What can still change the outcome (`facts`), what would settle it, and the one outcome left, if only one is.

    `exact` is False where the diagram outgrew its limit and `facts` may name too many.
    """

    facts: tuple[str, ...]
    settles: tuple[str, ...]
    only: Outcome | None
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its program state: the context with defaults filled, and the truth of every register."""

    context: LineContext
    truths: Sequence[Truth]


def missing(line: Line, steps: Sequence[CompiledStep], open_facts: frozenset[str], waiting: Outcome) -> Missing:
    """Return what is missing for the outcome of `steps`; `open_facts` are known facts whose answer may still be supplied."""
    try:
        return _Completions(line, open_facts).missing(steps, waiting)
    except (TooLarge, RecursionError):
        names = _unknown_facts(line, (step.ref for step in steps)) | open_facts
        return Missing(tuple(sorted(names)), (), None, exact=False)


def supporting_facts(line: Line, ref: int) -> frozenset[str]:
    """Return the unknown facts that can change the truth of one reference."""
    try:
        return _Completions(line, frozenset()).supporting(ref)
    except (TooLarge, RecursionError):
        return _unknown_facts(line, (ref,))


def _unknown_facts(line: Line, refs: Iterable[int]) -> frozenset[str]:
    policy = line.context.policy
    atoms = (register for register in policy.program.supports(refs) if register < len(policy.program.atoms))
    unknown = (register for register in atoms if line.truths[register] is Truth.UNKNOWN)
    return frozenset(name for atom in unknown for name in policy.atom_facts[atom] if line.context.facts.get(name) is None)


class _Completions:
    """The diagrams of one line: variables, and the diagram of each register as it is needed."""

    def __init__(self, line: Line, open_facts: frozenset[str]) -> None:
        self._line = line
        self._policy = line.context.policy
        self._open = open_facts
        self._atoms: dict[int, int] = {}
        self._registers: dict[int, int] = {}
        self._variables: dict[str, int] = {}
        self._facts: list[tuple[str, ...]] = []
        self._answers: list[list[tuple[bool, ...]]] = []
        self._columns: dict[str, dict[int, int]] = {}
        self._classes: list[int] = []
        self.diagrams = Diagrams(self._classes)

    def missing(self, steps: Sequence[CompiledStep], waiting: Outcome) -> Missing:
        outcomes = list(dict.fromkeys((waiting, *(outcome_of(step) for step in steps))))
        root = FIRST_OUTCOME
        for step in reversed(steps):
            root = self.diagrams.choose(self.register(step.ref), FIRST_OUTCOME + outcomes.index(outcome_of(step)), root)
        facts = {name for variable in self.diagrams.support(root) for name in self._facts[variable]}
        ends = self.diagrams.terminals(root)
        only = outcomes[ends.pop() - FIRST_OUTCOME] if len(ends) == 1 else None
        settles = self.diagrams.cheapest(root, FIRST_OUTCOME + outcomes.index(waiting), self._prices())
        return Missing(tuple(sorted(facts)), settles, only)

    def supporting(self, ref: int) -> frozenset[str]:
        root = self.register(ref)
        return frozenset(name for variable in self.diagrams.support(root) for name in self._facts[variable])

    def register(self, ref: int) -> int:
        """Return the diagram of a reference."""
        if ref < 0:
            return self.diagrams.choose(self.register(~ref), FALSE, TRUE)
        if ref not in self._registers:
            atoms = len(self._policy.program.atoms)
            self._registers[ref] = self._atom(ref) if ref < atoms else self._operation(self._policy.program.operations[ref - atoms])
        return self._registers[ref]

    def _operation(self, operation: Operation) -> int:
        match operation.kind:
            case "all":
                return self.diagrams.every([self.register(ref) for ref in operation.refs])
            case "any":
                return self.diagrams.some([self.register(ref) for ref in operation.refs])
            case "atleast":
                return self.diagrams.at_least(operation.number, [self.register(ref) for ref in operation.refs])
            case "known":
                return TRUE
            case _:
                return self.register(operation.refs[0])

    def _atom(self, register: int) -> int:
        test = self._policy.program.atoms[register]
        names = facts_read(test, self._policy.atom_facts[register], self._line.context)
        free = tuple(name for name in names if self._is_free(name))
        if isinstance(test, Known):
            return TRUE
        truth = self._line.truths[register]
        if truth is not Truth.UNKNOWN and not any(name in self._open for name in names):
            return TRUE if truth is Truth.TRUE else FALSE
        if len(free) == 1 and (declaration := self._policy.facts.get(free[0])) is not None:
            answers = self._domain(declaration)
            if answers:
                return self._column(free[0], answers, test)
        return self._own_variable(register, free or names or (f"test {register}",))

    def _is_free(self, name: str) -> bool:
        return self._line.context.facts.get(name) is None or name in self._open

    def _column(self, name: str, answers: Sequence[FactValue], test: Test) -> int:
        """Return the diagram of a test that one unknown fact decides, by the classes of its answers."""
        variable = self._variables.get(name)
        if variable is None:
            variable = self._variables[name] = self._new_variable((name,), self._class_count(name, answers))
        context = self._line.context
        members = self._columns[name]
        truths = [False] * self._classes[variable]
        for number, answer in enumerate(answers):
            truth = truth_of_test(test, context.with_facts({**context.facts, name: answer}))
            truths[members[number]] = truth is Truth.TRUE
        return self.diagrams.variable(variable, truths)

    def _class_count(self, name: str, answers: Sequence[FactValue]) -> int:
        """Group the answers that no test of the program tells apart; return how many groups there are."""
        tests = self._tests(name)
        context = self._line.context
        groups: dict[tuple[Truth, ...], int] = {}
        members: dict[int, int] = {}
        for number, answer in enumerate(answers):
            filled = context.with_facts({**context.facts, name: answer})
            seen = tuple(truth_of_test(test, filled) for test in tests)
            members[number] = groups.setdefault(seen, len(groups))
        self._columns[name] = members
        return len(groups)

    def _own_variable(self, register: int, names: tuple[str, ...]) -> int:
        if register not in self._atoms:
            self._atoms[register] = self._new_variable(names, 2)
        return self.diagrams.variable(self._atoms[register], (False, True))

    def _new_variable(self, names: tuple[str, ...], classes: int) -> int:
        self._facts.append(names)
        self._classes.append(classes)
        return len(self._classes) - 1

    def _prices(self) -> list[tuple[tuple[str, int], ...]]:
        facts: Mapping[str, FactDeclaration] = self._policy.facts
        return [tuple((name, facts[name].cost if name in facts else 1) for name in names) for names in self._facts]

    def _domain(self, fact: FactDeclaration) -> list[FactValue]:
        """Return the answers a fact may have, representatives standing in for numbers and free text; none if there is no end."""
        match fact.answer.kind:
            case AnswerKind.YES_NO:
                return [True, False]
            case AnswerKind.CHOICE | AnswerKind.GRADE:
                return list(fact.answer.values)
            case AnswerKind.TEXT:
                return [*self._words(fact.name), OTHER]
            case AnswerKind.NUMBER if not fact.answer.each_side:
                return list(self._numbers(fact.name))
            case _:
                return []

    def _tests(self, name: str) -> list[Test]:
        """Return the tests that rest on a fact."""
        policy = self._policy
        return [test for test, names in zip(policy.program.atoms, policy.atom_facts, strict=True) if name in names]

    def _words(self, name: str) -> list[str]:
        """Return the words that some test asks of a text."""
        words: dict[str, None] = {}
        for test in self._tests(name):
            if isinstance(test, Is | Includes):
                words.update(dict.fromkeys(test.values))
            if isinstance(test, FactIn) and test.value_set in self._policy.sets:
                words.update(dict.fromkeys(self._policy.sets[test.value_set].codes))
        return list(words)

    def _numbers(self, name: str) -> list[Decimal]:
        """Return numbers below, at and above every threshold that some test compares a fact with, in the fact's own unit."""
        points: set[Decimal] = set()
        for test in self._tests(name):
            if not isinstance(test, Compare):
                continue
            if not isinstance(test.right, Literal) or (not isinstance(test.left, FactNumber) and name != "age"):
                return []
            points |= {test.right.number - 1, test.right.number, test.right.number + 1}
        return sorted(points)



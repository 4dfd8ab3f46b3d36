"""What is left of a policy for one line: its conditions as decision diagrams over the facts that are not known.

The ladder is turned into a decision diagram over the facts that are unknown (and those whose answer leaves the question open, as
when records were not sent).  Answers that no test can tell apart are one class.  A test that rests on several unknown facts is a
variable of its own for all of them, and so is one of a fact without end to its answers: there the diagram may hold too much, never
too little.  Tests of what is known ("may be met", "known") speak of the moment; in a completion everything is known.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clausewise.compiler.compiled import CompiledStep
from clausewise.compiler.program import Operation
from clausewise.decide.answers import MANY, answers_of
from clausewise.decide.atoms import truth_of_test
from clausewise.decide.context import LineContext
from clausewise.decide.diagram import FALSE, FIRST_OUTCOME, TRUE, Diagrams
from clausewise.decide.ladder import Outcome, outcome_of
from clausewise.decide.quantities import facts_read
from clausewise.vocab.criterion import (
    Compare,
    FactNumber,
    HeldFor,
    Is,
    Known,
    Literal,
    LongAgo,
    Reached,
    Recent,
    Test,
)
from clausewise.vocab.document import AnswerKind, FactDeclaration
from clausewise.vocab.request import FactValue
from clausewise.vocab.truth import Truth

CLASSES_MAX = 64  # a fact with more classes of answers is taken test by test


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its program state: the context with defaults filled, and the truth of every register."""

    context: LineContext
    truths: Sequence[Truth]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A variable of the diagrams: the facts behind it and, by class, some answers that stand for all of the class.

    Without answers it is one test that rests on all the facts: class 0 is false, class 1 is true.
    """

    facts: tuple[str, ...]
    answers: tuple[tuple[FactValue, ...], ...] = ()

    @property
    def classes(self) -> int:
        """How many classes of answers it has."""
        return len(self.answers) or 2


class Residual:
    """The diagrams of one line: what is unknown, and the diagram of each register as it is needed."""

    def __init__(self, line: Line, open_facts: frozenset[str] = frozenset(), order: Iterable[str] = ()) -> None:
        """`open_facts` are known facts whose answer may still be supplied; facts named by `order` stand on top, in that order."""
        self._line = line
        self._policy = line.context.policy
        self._open = open_facts
        self._registers: dict[int, int] = {}
        self._variables: dict[str, int | None] = {}
        self._own: dict[int, int] = {}
        self._alone: dict[str, list[int]] = {}
        self._signatures: dict[int, dict[tuple[Truth, ...], int]] = {}
        self._classes: list[int] = []
        self.unknowns: list[Unknown] = []
        self.diagrams = Diagrams(self._classes)
        atoms = zip(self._policy.program.atoms, self._policy.atom_facts, strict=True)
        self._names = [facts_read(test, names, line.context) for test, names in atoms]
        rested_on = {name for names in self._names for name in names}
        for name in order:
            if name in rested_on and self._is_free(name):
                self._variable_of(name)

    def ladder(self, steps: Sequence[CompiledStep], waiting: Outcome) -> tuple[int, tuple[Outcome, ...]]:
        """Return the diagram of where a ladder ends, and the outcomes that its terminals stand for, from FIRST_OUTCOME on."""
        outcomes = tuple(dict.fromkeys((waiting, *(outcome_of(step) for step in steps))))
        root = FIRST_OUTCOME
        for step in reversed(steps):
            root = self.diagrams.choose(self.register(step.ref), FIRST_OUTCOME + outcomes.index(outcome_of(step)), root)
        return root, outcomes

    def register(self, ref: int) -> int:
        """Return the diagram of a reference."""
        if ref < 0:
            return self.diagrams.choose(self.register(~ref), FALSE, TRUE)
        if ref not in self._registers:
            atoms = len(self._policy.program.atoms)
            self._registers[ref] = self._atom(ref) if ref < atoms else self._operation(self._policy.program.operations[ref - atoms])
        return self._registers[ref]

    def facts_below(self, root: int) -> frozenset[str]:
        """Return the facts that matter in a diagram."""
        return frozenset(name for variable in self.diagrams.support(root) for name in self.unknowns[variable].facts)

    def prices(self, unknown: Unknown) -> tuple[tuple[str, int], ...]:
        """Return the facts behind a variable with what it costs to find each out."""
        facts = self._policy.facts
        return tuple((name, facts[name].cost if name in facts else 1) for name in unknown.facts)

    def class_of(self, variable: int, answer: FactValue) -> int | None:
        """Return the class of an answer to the one fact behind a variable, or None where none of the classes is like it."""
        (name,) = self.unknowns[variable].facts
        return self._signatures.get(variable, {}).get(self._signature(name, answer))

    # ---- building ----

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
        if isinstance(self._policy.program.atoms[register], Known):
            return TRUE
        names = self._names[register]
        truth = self._line.truths[register]
        if truth is not Truth.UNKNOWN and not any(name in self._open for name in names):
            return TRUE if truth is Truth.TRUE else FALSE
        free = tuple(name for name in names if self._is_free(name))
        variable = self._variable_of(free[0]) if len(free) == 1 else None
        if variable is None:
            return self._own_variable(register, free or names or (f"test {register}",))
        column = self._tests(free[0]).index(register)
        signatures = self._signatures[variable]
        return self.diagrams.variable(variable, [signature[column] is Truth.TRUE for signature in signatures])

    def _is_free(self, name: str) -> bool:
        return self._line.context.facts.get(name) is None or name in self._open

    def _variable_of(self, name: str) -> int | None:
        """Return the variable of a fact with a few classes of answers, or None."""
        if name not in self._variables:
            classes = self._classes_of(name)
            self._variables[name] = self._new_variable(Unknown((name,), tuple(map(tuple, classes.values())))) if classes else None
            variable = self._variables[name]
            if variable is not None:
                self._signatures[variable] = {signature: number for number, signature in enumerate(classes)}
        return self._variables[name]

    def _classes_of(self, name: str) -> dict[tuple[Truth, ...], list[FactValue]]:
        """Group the answers to a fact that no test tells apart; nothing where its answers have no end, or are too many."""
        declaration = self._policy.facts.get(name)
        tests = [self._policy.program.atoms[register] for register in self._tests(name)]
        if declaration is None or not _few_stand_for_all(declaration, tests):
            return {}
        classes: dict[tuple[Truth, ...], list[FactValue]] = {}
        for answer in answers_of(declaration, tests, self._line.context):
            classes.setdefault(self._signature(name, answer), []).append(answer)
        return classes if len(classes) <= CLASSES_MAX else {}

    def _signature(self, name: str, answer: FactValue) -> tuple[Truth, ...]:
        """Return how the tests that rest on nothing else unknown come out for an answer."""
        context = self._line.context
        filled = context.with_facts({**context.facts, name: answer})
        return tuple(truth_of_test(self._policy.program.atoms[register], filled) for register in self._tests(name))

    def _tests(self, name: str) -> list[int]:
        """Return the tests that rest on a fact and on no other that is unknown."""
        if name not in self._alone:
            self._alone[name] = [
                register
                for register, names in enumerate(self._names)
                if name in names and not any(other != name and self._is_free(other) for other in names)
            ]
        return self._alone[name]

    def _own_variable(self, register: int, names: tuple[str, ...]) -> int:
        if register not in self._own:
            self._own[register] = self._new_variable(Unknown(names))
        return self.diagrams.variable(self._own[register], (False, True))

    def _new_variable(self, unknown: Unknown) -> int:
        self.unknowns.append(unknown)
        self._classes.append(unknown.classes)
        return len(self._classes) - 1


def _few_stand_for_all(fact: FactDeclaration, tests: Sequence[Test]) -> bool:
    """Tell whether a few answers are sure to show every way in which the tests of a fact can come out.

    Lists of events and courses have no end; of numbers and days the tests must show the points at which they change their mind.
    """
    match fact.answer.kind:
        case AnswerKind.ANY_OF:
            return len(fact.answer.values) <= MANY
        case AnswerKind.NUMBER:
            return all(_is_threshold(test, fact.name) for test in tests)
        case AnswerKind.DATE | AnswerKind.YES_NO_SINCE:
            return all(isinstance(test, Is | HeldFor | LongAgo | Recent | Reached) for test in tests)
        case AnswerKind.EVENTS | AnswerKind.COURSES | AnswerKind.DOCUMENTS:
            return False
        case _:
            return True


def _is_threshold(test: Test, name: str) -> bool:
    if isinstance(test, Reached):
        return name == "age"
    return isinstance(test, Compare) and isinstance(test.right, Literal) and (isinstance(test.left, FactNumber) or name == "age")

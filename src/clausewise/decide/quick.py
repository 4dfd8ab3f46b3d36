"""The ladder of a policy for one line from the plain facts, in a few microseconds: outcome and proof, no record.

`determine` is the main job; this is the same ladder over the same program for those who want nothing but the outcome and its
reasons, of many lines.  A function is written for each code and frame when first needed, and one for each step that must be
proved; that takes some milliseconds, so whoever has few lines asks `determine`.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.decide.ladder import Climb, Outcome, outcome_of
from clausewise.decide.reads import ABSENT, Reads, reads_of
from clausewise.decide.specialise import Step, write
from clausewise.vocab.criterion import Raised
from clausewise.vocab.document import Default
from clausewise.vocab.request import FactValue

FRAME = (
    "plan",
    "line_of_business",
    "state",
    "state_of_issue",
    "funding",
    "code_malformed",
    "add_on_alone",
    "returned_beside",
    "diagnosis_not_valid",
)  # what every request has
FRAMES_MAX = 2_000
NONE_HOLDS = -1

Function = Callable[[Callable[..., Any]], Any]


class Quick(NamedTuple):
    """How the ladder was climbed, and the minimal proof of the step at which it ended: see `specialise.write`."""

    climb: Climb
    proof: Any = None


class _Framed(NamedTuple):
    """What is written for one code and frame: how atoms are read, the ladder, and by number the proofs of steps."""

    reads: Reads
    ladder: Function
    provers: dict[int, Function]


class QuickLadder:
    """The ladder of one compiled policy; `waiting` is the outcome of a ladder that has to wait."""

    def __init__(self, policy: CompiledPolicy, waiting: Outcome) -> None:
        self._policy = policy
        self._waiting = waiting
        self._steps = [Step(step.ref, number) for number, step in enumerate(policy.steps)]
        self._outcomes = [outcome_of(step) for step in policy.steps]
        self._climbs = {number: Climb(outcome, number, False, number) for number, outcome in enumerate(self._outcomes)}
        self._framed: dict[tuple[object, ...], _Framed] = {}
        self._frame_facts = (*FRAME, *seldom_raised(policy))

    def decide(self, code: str, facts: Mapping[str, FactValue]) -> Climb:
        """Climb the ladder for a line; `facts` are what the request says, the coding facts and the date of service."""
        number, _, passed = self._frame(code, facts).ladder(facts.get)
        return self._waits(number, passed) if passed or number < 0 else self._climbs[number]

    def decide_and_prove(self, code: str, facts: Mapping[str, FactValue]) -> Quick:
        """Climb the ladder, and prove why it ended where it did."""
        framed = self._frame(code, facts)
        number, _, passed = framed.ladder(facts.get)
        climb = self._waits(number, passed) if passed or number < 0 else self._climbs[number]
        prover = framed.provers.get(climb.step) or self._prover(framed, climb.step)
        proofs = prover(facts.get)[1]
        return Quick(climb, proofs[-1] if proofs else None)

    def _frame(self, code: str, facts: Mapping[str, FactValue]) -> _Framed:
        get = facts.get
        key = (code, *[get(name, ABSENT) for name in self._frame_facts])
        return self._framed.get(key) or self._written(key)

    def _waits(self, number: int, passed: tuple[tuple[int, None], ...]) -> Climb:
        """Return the climb of a ladder with unknown steps on the way: they matter where they would say otherwise."""
        last = len(self._outcomes) - 1
        differing = [one for one, _ in passed if number < 0 or self._outcomes[one] != self._outcomes[number]]
        if not differing:
            return self._climbs[number] if number >= 0 else Climb(self._waiting, last, True, last)
        step = self._policy.steps[differing[0]]
        own = Outcome(step.if_unknown, step.if_unknown_reason) if step.if_unknown else self._waiting
        return Climb(own, differing[0], True, number if number >= 0 else last)

    def _written(self, key: tuple[object, ...]) -> _Framed:
        reads = reads_of(self._policy, str(key[0]), dict(zip(self._frame_facts, key[1:], strict=True)))
        ladder = write(self._policy.program, reads.known, self._steps, NONE_HOLDS, reads=reads.expressions)
        if len(self._framed) >= FRAMES_MAX:
            self._framed.clear()
        self._framed[key] = _Framed(reads, ladder.function(**reads.called), {})
        return self._framed[key]

    def _prover(self, framed: _Framed, number: int) -> Function:
        """Write the function that proves a step that is true or unknown."""
        reads, step = framed.reads, Step(self._policy.steps[number].ref, when_true=True, when_unknown="unknown")
        proved = write(self._policy.program, reads.known, [step], False, reads=reads.expressions, label=_register)
        framed.provers[number] = proved.function(**reads.called)
        return framed.provers[number]


def seldom_raised(policy: CompiledPolicy) -> tuple[str, ...]:
    """Return the facts that most lines do not raise: absence has one declared meaning, or a test asks whether they were raised.

    With the code they make up what a function is written for, so that it need not look at them again.
    """
    asked = {test.fact for test in policy.program.atoms if isinstance(test, Raised)}
    tested = {name for names in policy.atom_facts for name in names}
    return tuple(
        name
        for name, fact in sorted(policy.facts.items())
        if name in tested and name not in FRAME and (name in asked or (len(fact.defaults) == 1 and _is_constant(fact.defaults[0])))
    )


def _is_constant(default: Default) -> bool:
    return default.when is None and default.test is None


def _register(register: int, item: int) -> tuple[int, int]:
    """Name a node of a proof by its register and the number of the item cited above it."""
    return register, item

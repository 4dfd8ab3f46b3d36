"""Policies as Z3 reads them.

Every answer to every question of the space is a Boolean, and each question has exactly one answer.  A test is true for the answers
that make it true and false for those that make it false; a register of the program follows by the two rails of `compiler.program`,
so that Z3 and the evaluator cannot mean different things.  A case that Z3 finds is a choice of answers, and answers are things a
case can say: see `witness`.

Why this way: numbers, dates and ages would need arithmetic and calendars in Z3's language, written a second time.  The space has
already cut them at every threshold, with the engine's own tests, so that only Booleans are left, which is also the fastest form.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import z3

from clausewise.decide.ladder import Outcome, outcome_of
from clausewise.decide.space import Answer, Space
from clausewise.prove.alike import Alike, twins

Claim: TypeAlias = z3.BoolRef


@dataclass(frozen=True, slots=True)
class NotDecided:
    """Z3 ran out of its time limit: nothing is known, and nothing may be claimed."""

    seconds: float

    def sentence(self) -> str:
        """Return what a report says of it."""
        return f"not decided in {self.seconds:g} s"


Found: TypeAlias = tuple[Answer, ...] | NotDecided | None  # answers of a case, nothing known, or proof that there is none


class Encoding:
    """Some policies over one space, and a solver that knows what answers there are.

    References are those of the policies' programs; `which` numbers the policies as the space does.
    """

    def __init__(self, space: Space, seconds: float = 10.0, alike: Alike | None = None) -> None:
        """`alike` says which registers mean the same: those are written once, whichever policy they belong to."""
        self.space = space
        self._alike = alike
        self._seconds = seconds
        self._context = z3.Context()
        self.solver = z3.SolverFor("QF_FD", ctx=self._context)
        self.solver.set("timeout", max(1, int(seconds * 1000)))
        self._true, self._false = z3.BoolVal(True, self._context), z3.BoolVal(False, self._context)
        self._answers = [self._claims_of(number, len(question.answers)) for number, question in enumerate(space.questions)]
        self._tests: dict[int, tuple[Claim, Claim]] = {}
        self._registers: dict[tuple[int, int], tuple[Claim, Claim]] = {}

    def _claims_of(self, number: int, answers: int) -> list[Claim]:
        """Return a claim for each answer to a question, of which exactly one holds; of two, one is that the other does not."""
        claims = [z3.Bool(f"q{number}a{place}", self._context) for place in range(answers)]
        if answers == 2:
            return [claims[0], z3.Not(claims[0])]
        self.solver.add(z3.PbEq([(claim, 1) for claim in claims], 1))
        return claims

    # ---- claims ----

    def holds(self, ref: int, which: int = 0) -> Claim:
        """Return the claim that a reference is known to be true."""
        return self._rails(ref, which)[0]

    def fails(self, ref: int, which: int = 0) -> Claim:
        """Return the claim that a reference is known to be false."""
        return self._rails(ref, which)[1]

    def every(self, claims: Iterable[Claim]) -> Claim:
        """Return the claim that all of some claims hold."""
        parts = list(claims)
        return parts[0] if len(parts) == 1 else z3.And(parts) if parts else self._true

    def some(self, claims: Iterable[Claim]) -> Claim:
        """Return the claim that one of some claims holds."""
        parts = list(claims)
        return parts[0] if len(parts) == 1 else z3.Or(parts) if parts else self._false

    def no(self, claim: Claim) -> Claim:
        """Return the claim that a claim does not hold."""
        return z3.Not(claim)

    def code(self, code: str) -> Claim:
        """Return the claim that the line asks for a code."""
        return self.some(
            self._answers[number][place]
            for number, question in enumerate(self.space.questions)
            for place, answer in enumerate(question.answers)
            if answer.line.get("code") == code
        )

    def decides(self, step: int, which: int = 0) -> Claim:
        """Return the claim that a step of the ladder is the first whose test is true, and that all above it are false."""
        steps = self.space.policies[which].steps
        return self.every([self.holds(steps[step].ref, which), *(self.fails(above.ref, which) for above in steps[:step])])

    def comes_out(self, outcome: Outcome, which: int = 0) -> Claim:
        """Return the claim that the ladder gives an outcome."""
        steps = self.space.policies[which].steps
        return self.some(self.decides(number, which) for number, step in enumerate(steps) if outcome_of(step) == outcome)

    # ---- asking ----

    def possible(self, *claims: Claim) -> bool | NotDecided:
        """Return whether there is a case for which all claims hold."""
        result = self.solver.check(*claims)
        return NotDecided(self._seconds) if result == z3.unknown else result == z3.sat

    def find(self, *claims: Claim) -> Found:
        """Return the answers of a case for which all claims hold, None if there is none, or that it was not decided in time."""
        found = self.possible(*claims)
        if isinstance(found, NotDecided):
            return found
        return self._chosen(self.solver.model()) if found else None

    def _chosen(self, model: z3.ModelRef) -> tuple[Answer, ...]:
        """Return the answers a model takes.  Z3's own functions are called, since its Python objects would take most of the
        time."""
        context = self._context.ref()

        def is_taken(claim: Claim) -> bool:
            if not z3.is_const(claim):
                return False  # the second of two answers: taken where the first is not
            value = z3.Z3_model_get_const_interp(context, model.model, z3.Z3_get_app_decl(context, claim.ast))
            return bool(value) and z3.Z3_get_bool_value(context, value) == z3.Z3_L_TRUE

        return tuple(
            next((answer for answer, own in zip(question.answers, claims, strict=True) if is_taken(own)), question.answers[-1])
            for question, claims in zip(self.space.questions, self._answers, strict=True)
        )

    # ---- rails ----

    def _rails(self, ref: int, which: int) -> tuple[Claim, Claim]:
        if ref < 0:
            true, false = self._rails(~ref, which)
            return false, true
        key = self._key(ref, which)
        if key not in self._registers:
            for register in self.space.policies[which].program.supports((ref,)):
                own = self._key(register, which)
                if own not in self._registers:
                    true, false = self._register(register, which)
                    self._registers[own] = true, false
                    self._registers[own[0], ~own[1]] = false, true
        return self._registers[key]

    def _key(self, ref: int, which: int) -> tuple[int, int]:
        """Return under what a register is known: by its form, or by its policy and number."""
        return (which, ref) if self._alike is None else (-1, self._alike.form(ref, which))

    def _register(self, register: int, which: int) -> tuple[Claim, Claim]:
        """Return the two rails of a register whose parts have theirs; each operation gets names, so that none is written twice."""
        program = self.space.policies[which].program
        if register < len(program.atoms):
            return self._test(self.space.offsets[which] + register)
        operation = program.operations[register - len(program.atoms)]
        parts = [self._rails(ref, which) for ref in operation.refs]
        trues, falses = [true for true, _ in parts], [false for _, false in parts]
        number, known = operation.number, all(_always_known(pair) for pair in parts)
        match operation.kind:
            case "all":
                return self._both_rails(self.every(trues), lambda: self.some(falses), known)
            case "any":
                return self._both_rails(self.some(trues), lambda: self.every(falses), known)
            case "atleast":
                return self._both_rails(self._count(trues, number), lambda: self._count(falses, len(parts) - number + 1), known)
            case "may":
                return z3.Not(falses[0]), falses[0]
            case "known":
                settled = self.named(z3.Or(trues[0], falses[0]))
                return settled, z3.Not(settled)
            case _:
                return parts[0]

    def _both_rails(self, true: Claim, false: Callable[[], Claim], known: bool) -> tuple[Claim, Claim]:
        """Return both rails of an operation; where all its parts are known in every case, one is the other's negation."""
        held = self.named(true)
        return held, z3.Not(held) if known else self.named(false())

    def _count(self, claims: Sequence[Claim], least: int) -> Claim:
        return z3.PbGe([(claim, 1) for claim in claims], least) if least > 0 else self._true

    def named(self, claim: Claim) -> Claim:
        """Return a Boolean that stands for a claim, which keeps what rests on it short."""
        if z3.is_const(claim) or z3.is_not(claim):
            return claim
        name = z3.FreshBool("r", self._context)
        self.solver.add(name == claim)
        return name

    def _test(self, bit: int) -> tuple[Claim, Claim]:
        if bit not in self._tests:
            self._tests[bit] = self._new_test(bit)
        return self._tests[bit]

    def _new_test(self, bit: int) -> tuple[Claim, Claim]:
        if bit in self._asked_in:
            number = self._asked_in[bit]
            question, claims = self.space.questions[number], self._answers[number]
            pairs = list(zip(question.answers, claims, strict=True))
            true = self.named(self.some(claim for answer, claim in pairs if answer.true >> bit & 1))
            if all((answer.true | answer.false) >> bit & 1 for answer in question.answers):
                return true, z3.Not(true)
            return true, self.named(self.some(claim for answer, claim in pairs if answer.false >> bit & 1))
        if self.space.loose >> bit & 1:
            free = z3.Bool(f"t{self._twins[bit]}", self._context)
            return free, z3.Not(free)
        true, false = (self._true if rail >> bit & 1 else self._false for rail in self.space.fixed)
        return true, false

    @cached_property
    def _twins(self) -> Mapping[int, int]:
        """The first test of the same meaning, for each that belongs to no question: two policies may ask the same."""
        return twins(self.space)

    @cached_property
    def _asked_in(self) -> dict[int, int]:
        """The number of the question that decides a test."""
        return {
            bit: number
            for number, question in enumerate(self.space.questions)
            for bit in range(question.tests.bit_length())
            if question.tests >> bit & 1
        }


def _always_known(rails: tuple[Claim, Claim]) -> bool:
    """Tell whether one rail is written as the other's negation."""
    true, false = rails
    return bool((z3.is_not(false) and false.arg(0).eq(true)) or (z3.is_not(true) and true.arg(0).eq(false)))

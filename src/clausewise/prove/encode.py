"""Policies as Z3 reads them.

Every answer to every question of the space is a Boolean, and each question has exactly one answer.  A test is true for the answers
that make it true and false for those that make it false; a register of the program follows by the two rails of `compiler.program`,
so that Z3 and the evaluator cannot mean different things.  A case that Z3 finds is a choice of answers, and answers are things a
case can say: see `witness`.

Why this way: numbers, dates and ages would need arithmetic and calendars in Z3's language, written a second time.  The space has
already cut them at every threshold, with the engine's own tests, so that only Booleans are left, which is also the fastest form.
"""

import ctypes
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import z3

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.program import Operation
from clausewise.decide.ladder import Outcome, outcome_of
from clausewise.decide.space import Answer, Space, members
from clausewise.prove.abreast import Sayings
from clausewise.prove.alike import Alike, twins
from clausewise.vocab.request import FactValue

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
        self._seconds, self._sayings = seconds, Sayings(space)
        self._context = z3.Context()
        self.solver = z3.SolverFor("QF_FD", ctx=self._context)
        self.solver.set("timeout", max(1, int(seconds * 1000)))
        self._sort = z3.BoolSort(self._context)
        self._true, self._false = z3.BoolVal(True, self._context), z3.BoolVal(False, self._context)
        self._answers = [self._choices(number, len(question.answers)) for number, question in enumerate(space.questions)]
        self._last = [0] * len(self._answers)
        self._declared_in: dict[int, list[z3.FuncDecl]] = {}
        for answers in self._answers:
            if len(answers) != 2:
                self._assert(self._one_of(answers))
        self._tests: dict[int, tuple[Claim, Claim]] = {}
        self._registers: dict[tuple[int, int], tuple[Claim, Claim]] = {}
        for pair in space.implied:
            first, second = (self._test(bit) if bit >= 0 else self._test(~bit)[::-1] for bit in pair)
            self.solver.add(z3.Or(z3.Not(first[0]), z3.Not(second[1])))

    def _choices(self, number: int, count: int) -> list[Claim]:
        """Return a Boolean for each answer of a question; of two answers one is what the other is not."""
        first = self._bool(f"q{number}a0")
        return [first, z3.Not(first)] if count == 2 else [first, *(self._bool(f"q{number}a{at}") for at in range(1, count))]

    # ---- Z3's own calls, where its Python layer takes longer to look at what it is given than Z3 to do what it is asked

    def _bool(self, name: str) -> Claim:
        context = self._context.ref()
        symbol = z3.Z3_mk_string_symbol(context, name)
        return z3.BoolRef(z3.Z3_mk_const(context, symbol, self._sort.ast), self._context)

    def _one_of(self, claims: Sequence[Claim]) -> Claim:
        count = len(claims)
        own, once = (z3.Ast * count)(*(claim.as_ast() for claim in claims)), (ctypes.c_int * count)(*[1] * count)
        return z3.BoolRef(z3.Z3_mk_pbeq(self._context.ref(), count, own, once, 1), self._context)

    def _assert(self, claim: Claim) -> None:
        z3.Z3_solver_assert(self._context.ref(), self.solver.solver, claim.as_ast())

    # ---- claims ----

    def holds(self, ref: int, which: int = 0) -> Claim:
        """Return the claim that a reference is known to be true."""
        return self.rails(ref, which)[0]

    def fails(self, ref: int, which: int = 0) -> Claim:
        """Return the claim that a reference is known to be false."""
        return self.rails(ref, which)[1]

    def every(self, claims: Iterable[Claim]) -> Claim:
        """Return the claim that all of some claims hold."""
        return self._joined(z3.Z3_mk_and, list(claims), self._true)

    def some(self, claims: Iterable[Claim]) -> Claim:
        """Return the claim that one of some claims holds."""
        return self._joined(z3.Z3_mk_or, list(claims), self._false)

    def _joined(self, make: Callable[..., object], parts: Sequence[Claim], of_nothing: Claim) -> Claim:
        """Join Booleans by Z3's own call: `z3.And` looks at every part first, which takes longer than to ask about them."""
        if len(parts) <= 1:
            return parts[0] if parts else of_nothing
        own = (z3.Ast * len(parts))(*(part.as_ast() for part in parts))
        return z3.BoolRef(make(self._context.ref(), len(parts), own), self._context)

    def no(self, claim: Claim) -> Claim:
        """Return the claim that a claim does not hold."""
        return z3.Not(claim)

    def code(self, code: str) -> Claim:
        """Return the claim that the line asks for a code."""
        return self._gives(self._sayings.code(code))

    def says(self, name: str, value: FactValue) -> Claim:
        """Return the claim that a fact is answered so."""
        return self._gives(self._sayings.fact(name, value))

    def _gives(self, where: tuple[int, tuple[int, ...]] | None) -> Claim:
        return self.some(self._answers[where[0]][place] for place in where[1]) if where else self._false

    def policy(self, which: int = 0) -> CompiledPolicy:
        """Return one of the policies."""
        return self.space.policies[which]

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

    def loosely(self) -> int:
        """Return which loose tests are true in the case found last, as bits."""
        model = self.solver.model()
        return sum(1 << bit for bit, (true, _) in self._tests.items() if self.space.loose >> bit & 1 and self._is_true(model, true))

    def find(self, *claims: Claim) -> Found:
        """Return the answers of a case for which all claims hold, None if there is none, or that it was not decided in time."""
        found = self.possible(*claims)
        if isinstance(found, NotDecided):
            return found
        return self._chosen(self.solver.model()) if found else None

    def _chosen(self, model: z3.ModelRef) -> tuple[Answer, ...]:
        """Return the answers of a model; the one before is looked at first, since Z3 changes as little as it can."""
        self._last = [self._taken(model, number, last) for number, last in enumerate(self._last)]
        return tuple(question.answers[place] for question, place in zip(self.space.questions, self._last, strict=True))

    def _taken(self, model: z3.ModelRef, number: int, last: int) -> int:
        claims = self._answers[number]
        if number not in self._declared_in:
            self._declared_in[number] = [own.decl().ast for own in (claims[:1] if len(claims) == 2 else claims)]
        declared = self._declared_in[number]
        if len(claims) == 2:
            return 0 if self._holds_in(model, declared[0]) else 1
        if self._holds_in(model, declared[last]):
            return last
        return next((place for place, own in enumerate(declared) if self._holds_in(model, own)), 0)

    def _is_true(self, model: z3.ModelRef, own: Claim) -> bool:
        return self._holds_in(model, own.decl().ast)

    def _holds_in(self, model: z3.ModelRef, declared: z3.FuncDecl) -> bool:
        """Tell whether a Boolean is true in a model: asked of Z3 itself, for to go through a model takes 100 times as long."""
        value = z3.Z3_model_get_const_interp(self._context.ref(), model.model, declared)
        return bool(value) and z3.Z3_get_bool_value(self._context.ref(), value) == z3.Z3_L_TRUE

    # ---- rails ----

    def rails(self, ref: int, which: int = 0) -> tuple[Claim, Claim]:
        """Return the claims that a reference is known to be true, and known to be false."""
        if ref < 0:
            true, false = self.rails(~ref, which)
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
        """Return the two rails of a register whose parts have theirs."""
        program = self.space.policies[which].program
        if register < len(program.atoms):
            return self._test(self.space.offsets[which] + register)
        operation = program.operations[register - len(program.atoms)]
        return self.operate(operation, [self.rails(ref, which) for ref in operation.refs])

    def operate(self, operation: Operation, parts: Sequence[tuple[Claim, Claim]]) -> tuple[Claim, Claim]:
        """Return the rails of an operation whose parts have theirs; they get names, so that none is written twice."""
        trues, falses = [true for true, _ in parts], [false for _, false in parts]
        match operation.kind:
            case "all":
                return self.named(self.every(trues)), self.named(self.some(falses))
            case "any":
                return self.named(self.some(trues)), self.named(self.every(falses))
            case "atleast":
                return self.named(self._count(trues, operation.number)), self.named(
                    self._count(falses, len(parts) - operation.number + 1)
                )
            case "may":
                return z3.Not(falses[0]), falses[0]
            case "known":
                known = self.named(z3.Or(trues[0], falses[0]))
                return known, z3.Not(known)
            case _:
                return parts[0]

    def _count(self, claims: Sequence[Claim], least: int) -> Claim:
        return z3.PbGe([(claim, 1) for claim in claims], least) if least > 0 else self._true

    def named(self, claim: Claim) -> Claim:
        """Return a Boolean that stands for a claim, which keeps what rests on it short."""
        if z3.is_const(claim) or (z3.is_not(claim) and z3.is_const(claim.arg(0))):
            return claim
        context = self._context.ref()
        name = z3.BoolRef(z3.Z3_mk_fresh_const(context, "r", self._sort.ast), self._context)
        self._assert(z3.BoolRef(z3.Z3_mk_eq(context, name.as_ast(), claim.as_ast()), self._context))
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
            for bit in members(question.tests)
        }

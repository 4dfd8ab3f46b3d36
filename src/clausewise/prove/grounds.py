"""The smallest case that shows something: facts are left out as long as what is claimed can still be seen.

First everything goes that is no ground: a true "any" rests on one part that is true, a false "all" on one that is false, everything
else on all its parts.  Then every fact that is left is tried, all at once (`lanes`), until none can be missed, and every diagnosis.
That another case might do with fewer is possible; of this one nothing can be left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.program import Operation
from clausewise.decide.atoms import truth_of_test
from clausewise.decide.coding import coding_facts
from clausewise.decide.context import LineContext, fill_defaults, line_context
from clausewise.decide.space import Answer, Space, members
from clausewise.decide.table_answers import stated_keys
from clausewise.prove.lanes import Rails, evaluated, turned
from clausewise.prove.witness import Witness, look, request_of
from clausewise.vocab.criterion import Known, Raised
from clausewise.vocab.request import AuthorizationRequest
from clausewise.vocab.truth import Truth

Wanted = tuple[tuple[int, int, Truth], ...]  # policy, reference, and the truth it has to have


class Shrink:
    """The answers of one case, and what it has to show."""

    def __init__(self, space: Space, answers: Sequence[Answer], wanted: Wanted) -> None:
        self._space = space
        self._wanted = wanted
        self._request = request_of(space, answers)
        self._supports = [
            policy.program.supports(ref for own, ref, _ in wanted if own == which) for which, policy in enumerate(space.policies)
        ]
        true = false = 0
        for answer in answers:
            true, false = true | answer.true, false | answer.false
        self._found: dict[tuple[int, int, frozenset[str]], Mapping[int, Truth]] = {}
        self._bits = true | space.fixed[0], false | space.fixed[1]

    def smallest(self) -> Witness | None:
        """Return the smallest case of those answers that shows it, or None where the case itself does not."""
        kept = self._without({name: value for name, value in self._request.facts.items() if name in self._grounds})
        for request in (self._trimmed(kept), kept, self._request):
            if self._shows(witness := look(request, self._space.policies)):
                return self._with_fewer_diagnoses(witness)
        return None

    def _shows(self, witness: Witness) -> bool:
        return all(witness.findings[which].truth(ref) is truth for which, ref, truth in self._wanted)

    def _with_fewer_diagnoses(self, witness: Witness) -> Witness:
        """Return a witness of which no diagnosis can be missed."""
        for diagnosis in witness.request.diagnoses:
            fewer = tuple(one for one in witness.request.diagnoses if one != diagnosis)
            shorter = look(replace(witness.request, diagnoses=fewer), self._space.policies)
            witness = shorter if self._shows(shorter) else witness
        return witness

    def _without(self, facts: Mapping[str, object]) -> AuthorizationRequest:
        return replace(self._request, facts=facts)  # type: ignore[arg-type]  # some of the request's own facts

    # ---- grounds ----

    @cached_property
    def _truths(self) -> Sequence[Mapping[int, Rails]]:
        """The rails of every register that is needed, in the one case."""
        numbered = enumerate(self._space.policies)
        return [evaluated(one.program, self._tests(which, one), self._supports[which], 1) for which, one in numbered]

    def _tests(self, which: int, policy: CompiledPolicy) -> dict[int, Rails]:
        offset, (true, false) = self._space.offsets[which], self._bits
        own = (register for register in self._supports[which] if register < len(policy.program.atoms))
        return {number: (true >> (offset + number) & 1, false >> (offset + number) & 1) for number in own}

    @cached_property
    def _grounds(self) -> set[str]:
        """The names of facts from which what is wanted follows."""
        names: set[str] = set()
        for which, policy in enumerate(self._space.policies):
            for register in self._resting(which, policy):
                test = policy.program.atoms[register]
                names |= {*policy.atom_facts[register], *stated_keys(test)}
                names |= {test.fact} if isinstance(test, Known | Raised) else set()
        return names

    def _resting(self, which: int, policy: CompiledPolicy) -> Iterable[int]:
        tests, seen = len(policy.program.atoms), set[int]()
        pending = [ref if ref >= 0 else ~ref for own, ref, _ in self._wanted if own == which]
        while pending:
            register = pending.pop()
            if register in seen:
                continue
            seen.add(register)
            if register < tests:
                yield register
                continue
            operation = policy.program.operations[register - tests]
            pending += [ref if ref >= 0 else ~ref for ref in _needed(operation, self._truths[which], seen)]

    # ---- one by one ----

    def _trimmed(self, request: AuthorizationRequest) -> AuthorizationRequest:
        """Return a request without the facts that can be missed: the last ones of those left out together as far as that goes."""
        names = list(request.facts)
        while names and (free := self._free(names)):
            count = len(free)
            while count > 1 and not self._can_miss(names, free[-count:]):
                count //= 2
            names = [name for name in names if name not in free[-count:]]
        return self._without({name: value for name, value in request.facts.items() if name in names})

    def _can_miss(self, names: Sequence[str], left_out: Sequence[str]) -> bool:
        kept = [name for name in names if name not in left_out]
        return self._shown(kept, ()) != 0

    def _free(self, names: Sequence[str]) -> list[str]:
        """Return the facts each of which can be left out by itself."""
        shown = self._shown(names, names)
        return [name for lane, name in enumerate(names, 1) if shown >> lane & 1] if shown & 1 else []

    def _shown(self, names: Sequence[str], tried: Sequence[str]) -> int:
        """Return in which lanes all that is wanted is shown: 0 with all of some facts, k without the k-th that is tried."""
        every = shown = (1 << (len(tried) + 1)) - 1
        for which, policy in enumerate(self._space.policies):
            rails = evaluated(policy.program, self._varied(which, frozenset(names), tried, every), self._supports[which], every)
            for own, ref, truth in self._wanted:
                if own == which:
                    true, false = turned(rails, ref)
                    shown &= true if truth is Truth.TRUE else false if truth is Truth.FALSE else every ^ true ^ false
        return shown

    def _varied(self, which: int, kept: frozenset[str], tried: Sequence[str], every: int) -> dict[int, Rails]:
        """Return the rails of the tests that are needed, in each lane."""
        truths = dict(self._first[which])
        for group in {self._group_of_name[name] for name in self._grounds_given - kept}:
            truths |= self._in_group(which, group, kept)
        rails = {number: [every * (truth is Truth.TRUE), every * (truth is Truth.FALSE)] for number, truth in truths.items()}
        for lane, name in enumerate(tried, 1):
            for number, truth in self._in_group(which, self._group_of_name.get(name, -1), kept - {name}).items():
                for rail, value in ((0, Truth.TRUE), (1, Truth.FALSE)):
                    rails[number][rail] = rails[number][rail] & ~(1 << lane) | (truth is value) << lane
        return {number: (true, false) for number, (true, false) in rails.items()}

    @cached_property
    def _grounds_given(self) -> frozenset[str]:
        return frozenset(self._grounds & set(self._request.facts) & set(self._group_of_name))

    @cached_property
    def _first(self) -> Sequence[Mapping[int, Truth]]:
        """How every test that is needed comes out with all grounds and nothing else, for each policy."""
        kept = self._grounds_given
        return [
            {number: truth for group in self._tests_of[which] for number, truth in self._in_group(which, group, kept).items()}
            for which in range(len(self._space.policies))
        ]

    def _in_group(self, which: int, group: int, kept: frozenset[str]) -> Mapping[int, Truth]:
        """Return how the tests of one question come out if only some facts are given; no other question's facts matter to them."""
        names = self._names_of[group] & kept if group >= 0 else frozenset[str]()
        key = which, group, names
        if key not in self._found and len(names) == 1 and names == self._names_of[group]:
            return {number: Truth(1 + true - false) for number, (true, false) in self._given_in(which, group).items()}
        if key not in self._found:
            self._found[key] = self._said(which, names, self._tests_of[which].get(group, ()))
        return self._found[key]

    def _given_in(self, which: int, group: int) -> Mapping[int, Rails]:
        """Return the rails of the tests of one question as its answer has them."""
        offset, (true, false) = self._space.offsets[which], self._bits
        numbers = self._tests_of[which].get(group, ())
        return {number: (true >> (offset + number) & 1, false >> (offset + number) & 1) for number in numbers}

    def _said(self, which: int, names: frozenset[str], numbers: Sequence[int]) -> dict[int, Truth]:
        """Return how some tests come out if only some facts are given, what is not said filled in as declared."""
        policy, silent = self._space.policies[which], self._silent[which]
        given = silent
        if names:
            facts = {name: value for name, value in self._request.facts.items() if name in names}
            given = replace(silent, facts={**silent.facts, **facts}, raised=frozenset(facts))
        wanted = frozenset(name for number in numbers for name in policy.atom_facts[number])
        filled = given.with_facts(fill_defaults(given, wanted).facts) if wanted else given
        return {number: truth_of_test(policy.program.atoms[number], filled) for number in numbers}

    @cached_property
    def _silent(self) -> Sequence[LineContext]:
        """The line under each policy with nothing said of it but its code and what comes with that."""
        request = self._without({})
        line = request.lines[0]
        contexts = [line_context(request, line, policy) for policy in self._space.policies]
        return [one.with_facts(coding_facts(request, line, one.policy, valid_on=lambda diagnosis, on: None)) for one in contexts]

    @cached_property
    def _tests_of(self) -> Sequence[Mapping[int, Sequence[int]]]:
        """The tests that are needed by the question they belong to (-1: none), for each policy."""
        found: list[dict[int, list[int]]] = []
        for which, policy in enumerate(self._space.policies):
            groups: dict[int, list[int]] = {}
            for register in self._supports[which]:
                if register < len(policy.program.atoms):
                    groups.setdefault(self._group_of_test.get(self._space.offsets[which] + register, -1), []).append(register)
            found.append(groups)
        return found

    @cached_property
    def _group_of_test(self) -> Mapping[int, int]:
        return {bit: number for number, question in enumerate(self._space.questions) for bit in members(question.tests)}

    @cached_property
    def _names_of(self) -> Sequence[frozenset[str]]:
        return [frozenset(question.names) for question in self._space.questions]

    @cached_property
    def _group_of_name(self) -> Mapping[str, int]:
        return {name: number for number, question in enumerate(self._space.questions) for name in question.names}


def _needed(operation: Operation, rails: Mapping[int, Rails], seen: set[int]) -> Sequence[int]:
    """Return the parts that settle an operation, those already looked into first."""
    refs = sorted(operation.refs, key=lambda ref: (ref if ref >= 0 else ~ref) not in seen)
    rail = {"any": 0, "all": 1}.get(operation.kind)
    settling = [ref for ref in refs if rail is not None and turned(rails, ref)[rail]]
    return settling[:1] or refs

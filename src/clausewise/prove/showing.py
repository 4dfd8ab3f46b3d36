"""From a case found to a case to show: as little said as can be, replayed, and the claim read off the replay again.

All cases of a report are shrunk together, side by side (`abreast`): question by question it is tried whether a case still shows its
claim when it is silent on it.  What silence means can rest on other answers, so questions that others look at come first.  The
result is then checked on the request itself, by the engine; should the two ever differ, the case is shrunk one fact at a time.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.decide.atoms import truth_of_test
from clausewise.decide.context import LineContext, default_value
from clausewise.decide.line_answers import CODE
from clausewise.decide.space import Answer, Question, Space, frame_of
from clausewise.policy.mentions import mentions
from clausewise.policy.walk import below, default_criteria
from clausewise.prove.abreast import Case, Lanes, lanes_of
from clausewise.prove.finding import Finding, Shown
from clausewise.prove.rails import Claim, Rails
from clausewise.prove.witness import Witness, look, replayed, request_of, smallest
from clausewise.vocab.criterion import CodeIn, CodeIs, Criterion
from clausewise.vocab.request import FactValue
from clausewise.vocab.truth import Truth
from clausewise.vocab.wording import worded

Replay = Callable[[Witness, int], str]  # decides a witness by one of its policies, and returns what came out in a word


class NotShown(Exception):
    """A case does not show what was claimed of it: a fault of this program, never of a policy."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A finding, the claim it makes of a case, and the case as it was found.

    `stated` are facts that the case says besides the answers of its space; one that is None it says to be unknown.
    """

    finding: Finding
    claim: Claim
    case: Case
    stated: Mapping[str, FactValue] = field(default_factory=dict)
    space: Space | None = None  # where the case is from, if not from the space under proof


def by_determination(witness: Witness, which: int) -> str:
    """Replay a witness through `determine`; the record must rest on the same tests as the witness."""
    record = replayed(witness, which)
    if record.view.bits != witness.findings[which].bits:
        raise NotShown(f"{witness.request.case} is determined by other tests than it was found with")
    return record.view.disposition.value


class Single(Lanes):
    """One replayed case as a reader of claims; `loose` are tests that no case can answer and that are taken to be true."""

    def __init__(self, space: Space, witness: Witness, loose: int = 0) -> None:
        tests: dict[int, tuple[int, int]] = {}
        for findings, offset, policy in zip(witness.findings, space.offsets, space.policies, strict=True):
            for bit in range(len(policy.program.atoms)):
                true, false = findings.bits[0] >> bit & 1, findings.bits[1] >> bit & 1
                free = not (true or false) and space.loose >> (offset + bit) & 1
                tests[offset + bit] = (loose >> (offset + bit) & 1, ~loose >> (offset + bit) & 1) if free else (true, false)
        super().__init__(space, 1, (), tests)
        self._witness = witness
        self._is_settled = not loose

    def rails(self, ref: int, which: int = 0) -> Rails:
        """Return whether a reference is true, and whether it is false, as the engine found it."""
        if not self._is_settled:
            return super().rails(ref, which)
        truth = self._witness.findings[which].truth(ref)
        return int(truth is Truth.TRUE), int(truth is Truth.FALSE)

    def code(self, code: str) -> int:
        """Return whether the line asks for a code."""
        return int(self._witness.request.lines[0].code == code)

    def says(self, name: str, value: FactValue) -> int:
        """Return whether a fact is answered so, be it by its declared default."""
        return int(any(findings.context.facts.get(name) == value for findings in self._witness.findings))


def drawn(space: Space, drafts: Sequence[Draft], replay: Replay) -> tuple[Finding, ...]:
    """Return the findings of some drafts with their cases, shrunk and replayed.

    Raises:
        NotShown: a case does not show its claim.
    """
    kept = _shrunk(space, drafts)
    return tuple(_finished(space, draft, said, replay) for draft, said in zip(drafts, kept, strict=True))


def _finished(space: Space, draft: Draft, said: frozenset[int], replay: Replay) -> Finding:
    answers = [question.answers[at] for question, at in zip(space.questions, draft.case.places, strict=True)]
    short = [answer if number in said else _silenced(answer) for number, answer in enumerate(answers)]
    witness = _witness(space, short, draft)
    if _shows(space, witness, draft):
        witness = _without_single_facts(space, witness, draft, said)
    else:
        witness = _witness(space, answers, draft)
        found = smallest(witness, lambda one: _shows(space, one, draft))
        if found is None:
            raise NotShown(f"{draft.finding.key}: the case does not show it")
        witness = found
    return replace(draft.finding, shown=_replayed(space, witness, draft, replay))


def _witness(space: Space, answers: Iterable[Answer], draft: Draft) -> Witness:
    request = request_of(space, answers)
    return look(replace(request, case=draft.finding.key, facts={**request.facts, **draft.stated}), space.policies)


def _replayed(space: Space, witness: Witness, draft: Draft, replay: Replay) -> Shown:
    outcomes = {policy.policy: replay(witness, which) for which, policy in enumerate(space.policies)}
    loose = () if draft.claim(Single(space, witness)) else tuple(_unanswerable(space, draft.case))
    return Shown(witness.request, outcomes, loose)


def _unanswerable(space: Space, case: Case) -> Iterator[str]:
    for policy, offset in zip(space.policies, space.offsets, strict=True):
        for bit, test in enumerate(policy.program.atoms):
            if case.loose >> (offset + bit) & 1:
                yield worded(test)


def _shows(space: Space, witness: Witness, draft: Draft) -> bool:
    says_it = all(name in witness.facts for name in draft.stated)
    return says_it and bool(draft.claim(Single(space, witness, draft.case.loose)))


def _silenced(answer: Answer) -> Answer:
    """Return an answer that says nothing, but keeps what a line cannot be without."""
    kept = {field: value for field, value in answer.line.items() if field == CODE}
    return replace(answer, facts={}, line=kept)


def _without_single_facts(space: Space, witness: Witness, draft: Draft, said: frozenset[int]) -> Witness:
    """Leave out single facts of questions that ask for several."""
    names = [name for number in said for name in space.questions[number].names if len(space.questions[number].names) > 1]
    for name in [name for name in names if name in witness.facts and name not in draft.stated]:
        facts = {other: value for other, value in witness.facts.items() if other != name}
        shorter = look(replace(witness.request, facts=facts), space.policies)
        witness = shorter if _shows(space, shorter, draft) else witness
    return witness


# ---- all cases side by side -------------------------------------------------------------------------------------------


def _shrunk(space: Space, drafts: Sequence[Draft]) -> list[frozenset[int]]:
    """Return for each draft the numbers of the questions its case has to answer."""
    if not drafts:
        return []
    side = _Sides(space, [draft.case for draft in drafts])
    for number in side.order:
        tried = side.silent(number)
        lanes = side.lanes(tried)
        still = [lane for lane, draft in enumerate(drafts) if draft.claim(lanes) >> lane & 1]
        side.keep(number, tried, still)
    return [frozenset(side.said[lane]) for lane in range(len(drafts))]


class _Sides:
    """Cases side by side, each with what it says and what its tests make of that."""

    def __init__(self, space: Space, cases: Sequence[Case]) -> None:
        self.space, self.cases = space, cases
        self.said = [set(range(len(space.questions))) for _ in cases]
        self._silence = _Silence(space)
        self.order = self._silence.order
        self._tests = dict(lanes_of(space, cases).tests)

    def silent(self, number: int) -> dict[int, tuple[int, int]]:
        """Return what the tests of a question are in each case when it is silent there."""
        groups: dict[tuple[int, int], int] = {}
        for lane in range(len(self.cases)):
            bits = self._silence.bits(number, self._facts(lane, number), self._code(lane))
            groups[bits] = groups.get(bits, 0) | 1 << lane
        tests, columns = self.space.questions[number].tests, dict[int, tuple[int, int]]()
        for bit in (bit for bit in range(tests.bit_length()) if tests >> bit & 1):
            rails = [sum(lanes for bits, lanes in groups.items() if bits[side] >> bit & 1) for side in (0, 1)]
            columns[bit] = rails[0], rails[1]
        return columns

    def _facts(self, lane: int, number: int) -> Mapping[str, FactValue]:
        """Return what a case says on the facts that the meaning of silence rests on."""
        wanted = self._silence.rests_on[number]
        found: dict[str, FactValue] = {}
        for other in wanted & self.said[lane] - {number}:
            found |= self.space.questions[other].answers[self.cases[lane].places[other]].facts
        return found

    def _code(self, lane: int) -> str:
        if self._silence.code_question is None:
            return ""
        answer = self.space.questions[self._silence.code_question].answers[self.cases[lane].places[self._silence.code_question]]
        return str(answer.line.get(CODE, ""))

    def lanes(self, tried: Mapping[int, tuple[int, int]]) -> Lanes:
        """Return all cases as they are when some tests come out otherwise."""
        return _Shrinking(self, {**self._tests, **tried})

    def keep(self, number: int, tried: Mapping[int, tuple[int, int]], still: Sequence[int]) -> None:
        """Keep the silence of the cases that still show their claims."""
        silent = sum(1 << lane for lane in still)
        for bit, rails in tried.items():
            true, false = (old & ~silent | new & silent for old, new in zip(self._tests[bit], rails, strict=True))
            self._tests[bit] = true, false
        for lane in still:
            self.said[lane].discard(number)


class _Shrinking(Lanes):
    """The cases of a shrinking round as a reader of claims."""

    def __init__(self, sides: _Sides, tests: Mapping[int, tuple[int, int]]) -> None:
        super().__init__(sides.space, len(sides.cases), (), tests)
        self._sides = sides

    def _gives(self, where: tuple[int, tuple[int, ...]] | None) -> int:
        cases = enumerate(self._sides.cases)
        return sum((case.places[where[0]] in where[1]) << lane for lane, case in cases) if where else 0


class _Silence:
    """What tests make of a case that is silent on a question."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._tests = {offset + bit: (test, policy) for policy, offset in zip(space.policies, space.offsets, strict=True)
                       for bit, test in enumerate(policy.program.atoms)}  # fmt: skip
        asked = {name: number for number, question in enumerate(space.questions) for name in question.names}
        self.code_question = asked.get(CODE)
        self.rests_on = [self._mentioned(question, asked) - {number} for number, question in enumerate(space.questions)]
        looked_at = frozenset(other for wanted in self.rests_on for other in wanted)
        numbers = [number for number in reversed(range(len(space.questions))) if number != self.code_question]
        self.order = [one for one in numbers if one in looked_at] + [one for one in numbers if one not in looked_at]
        self._known: dict[object, tuple[int, int]] = {}

    def _mentioned(self, question: Question, asked: Mapping[str, int]) -> frozenset[int]:
        names = (one.name for criterion in self._defaults(question) for one in mentions(criterion))
        return frozenset(asked[name] for name in names if name in asked)

    def _defaults(self, question: Question) -> Iterator[Criterion]:
        for policy in self._space.policies:
            for name in question.names:
                if name in policy.facts:
                    yield from default_criteria(policy.facts[name])

    def bits(self, number: int, facts: Mapping[str, FactValue], code: str) -> tuple[int, int]:
        """Return the tests that are true and false for a line of some code that says some facts and is silent on the question."""
        tests = (node for one in self._defaults(self._space.questions[number]) for node in below(one))
        by_code = any(isinstance(node, CodeIn | CodeIs) for node in tests)
        key = number, tuple(sorted(facts.items(), key=str)), code if by_code else ""
        if key not in self._known:
            self._known[key] = self._work_out(number, facts, code)
        return self._known[key]

    def _work_out(self, number: int, facts: Mapping[str, FactValue], code: str) -> tuple[int, int]:
        question = self._space.questions[number]
        true = false = 0
        for bit in (bit for bit in self._tests if question.tests >> bit & 1):
            test, policy = self._tests[bit]
            truth = truth_of_test(test, self._context(question, policy, facts, code))
            true, false = true | ((truth is Truth.TRUE) << bit), false | ((truth is Truth.FALSE) << bit)
        return true, false

    def _context(
        self, question: Question, policy: CompiledPolicy, facts: Mapping[str, FactValue], code: str
    ) -> LineContext:
        known = replace(frame_of(policy, facts), code=code, documents=None)
        silent = {name: default_value(policy.facts[name], known) for name in question.names if name in policy.facts}
        return known.with_facts({**facts, **silent})

"""Every case a policy can be asked about, as far as its tests can tell cases apart: questions, each with a few answers.

A question is one fact, or several that some test reads together; also the code of the line, its diagnoses, its papers and the other
lines of the request.  An answer stands for all that no test tells from it (codes alone are kept apart), and is something a case can
really say, so that whatever is found out about answers can be shown as a case.  Facts that follow from the code are part of the
question which code it is.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate, chain, islice, product

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.facts_used import rests_on
from clausewise.decide.answers import answers_of
from clausewise.decide.atoms import truth_of_test
from clausewise.decide.context import LineContext, Sides, default_value
from clausewise.decide.line_answers import CODE, LINE_NAMES, OF_THE_LINE, line_answers
from clausewise.decide.table_answers import TableAnswers, stated_keys
from clausewise.policy.mentions import mentions
from clausewise.policy.walk import below, default_criteria, is_test
from clausewise.vocab.criterion import (
    ClauseMet,
    Compare,
    Constant,
    Criterion,
    FactNumber,
    HeldFor,
    Includes,
    Is,
    Judged,
    Known,
    Literal,
    LongAgo,
    Negation,
    OutsideTest,
    Raised,
    Recent,
    Test,
    Unread,
)
from clausewise.vocab.document import FAMILIES_OF_CODE
from clausewise.vocab.request import FactValue
from clausewise.vocab.truth import Truth

CODING = frozenset({"code_malformed", "add_on_alone", "returned_beside", "diagnosis_not_valid"})
VAGUE = (Unread, Judged, OutsideTest, ClauseMet)  # tests that no fact of the request answers
LIMIT = 20_000  # combined answers of one question; past it the facts are taken one by one and what they share is left open

Said = Mapping[str, FactValue]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: what the request says (`facts`; what it is silent on is absent), and the tests it makes true and false, as bits.

    `line` replaces fields of the line's context, such as its code.
    """

    facts: Said
    line: Mapping[str, object]
    true: int
    false: int


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked at once: the names of facts (and of CODE and its like), the tests it decides as bits, and its answers."""

    names: tuple[str, ...]
    tests: int
    answers: tuple[Answer, ...]

    @property
    def is_exact(self) -> bool:
        """Whether every answer decides every test."""
        return all(answer.true | answer.false == self.tests for answer in self.answers)


@dataclass(frozen=True, slots=True)
class Space:
    """The questions of some policies that are asked about one line together.

    The tests of all programs are numbered through, those of policy k from `offsets[k]` on, and after them those of implications.
    Bits are tests: `fixed` ones are true (false) whatever is answered; `loose` ones belong to questions with too many answers to go
    through, or are nobody's to answer (a part that cannot be read, a criteria set elsewhere), so any mixture is possible.
    `implied` are pairs of bits, `~bit` for a negation: where the first holds, the second does.
    """

    policies: tuple[CompiledPolicy, ...]
    offsets: tuple[int, ...]
    questions: tuple[Question, ...]
    fixed: tuple[int, int]
    loose: int
    implied: tuple[tuple[int, int], ...] = ()

    @property
    def on(self) -> date:
        """The day of service of every case."""
        return self.policies[0].on


def space_of(
    policies: Sequence[CompiledPolicy],
    codes: Sequence[str],
    given: Said | None = None,
    stated: Collection[str] = (),
    undecided: bool = False,
) -> Space:
    """Return the space of fully answered cases of one line, for any of some codes, on the day of the policies.

    Args:
        given: facts that are fixed.
        stated: facts that would follow from the code, and that the line states itself.
        undecided: whether answers count too that leave some test undecided though others decide it (a table that says nothing
            there), and tables are gone through row by row; else a question has such answers only where it has no others.
    """
    return _Survey(policies, tuple(codes), dict(given or {}), frozenset(stated), undecided).space()


def frame_of(policy: CompiledPolicy, given: Said) -> LineContext:
    """Return a line on the policy's day of which nothing is known but what is given."""
    return LineContext(
        code="", facts=given, raised=frozenset(given), modifiers=(), sides=Sides(True, True, False), diagnoses=(),
        service_date=policy.on, request_date=policy.on, birth_date=None, documents=(), others=(), policy=policy,
    )  # fmt: skip


class _Survey:
    """Finds the questions of some policies."""

    def __init__(
        self,
        policies: Sequence[CompiledPolicy],
        codes: tuple[str, ...],
        given: dict[str, FactValue],
        stated: frozenset[str],
        undecided: bool,
    ) -> None:
        self._policies = tuple(policies)
        self._undecided = undecided
        self._codes = codes
        self._given = given
        self._frames = [frame_of(policy, given) for policy in policies]
        owned = [(policy, number) for policy in policies for number in range(len(policy.program.atoms))]
        self._tests = [policy.program.atoms[number] for policy, number in owned]
        self._facts_of = [policy.atom_facts[number] for policy, number in owned]
        self._frame_of = [frame for frame in self._frames for _ in frame.policy.program.atoms]
        self._implied = self._implications()
        self._first: dict[int, int] = {}
        self._declared = {name for policy in policies for name in policy.facts}
        self._raised = {test.fact for test in self._tests if isinstance(test, Raised)}
        self._by_code = {
            name for policy in policies for name, fact in policy.facts.items()
            if name not in stated and any(default.value == FAMILIES_OF_CODE for default in fact.defaults)
        }  # fmt: skip

    def space(self) -> Space:
        self._first = dict(self._repeated())
        names = [self._names(number) for number in range(len(self._tests))]
        silences = [one for name in sorted(self._raised) for one in self._silences(name)]
        questions: list[Question] = []
        loose = 0
        groups = _joined(names, silences)
        place = {name: at for at, group in enumerate(groups) for name in group}
        mine_of: list[list[int]] = [[] for _ in groups]
        for number, own in enumerate(names):
            if own:
                mine_of[place[own[0]]].append(number)
        for group, mine in zip(groups, mine_of, strict=True):
            question = self._question(tuple(sorted(group)), mine)
            questions += [question] if question is not None else []
            loose |= 0 if question is not None else _bits(mine)
        nameless = [number for number, own in enumerate(names) if not own]
        settled = self._truths(nameless, self._given, {}, dict.fromkeys(CODING, False))
        sizes = [len(policy.program.atoms) for policy in self._policies]
        loose |= _bits(number for number in nameless if isinstance(self._tests[number], VAGUE)) & ~(settled[0] | settled[1])
        return Space(self._policies, tuple(accumulate([0, *sizes[:-1]])), tuple(questions), settled, loose, self._implied)

    def _repeated(self) -> Iterator[tuple[int, int]]:
        """Yield the tests that another policy asks alike of facts declared with the same answers, with the first of them."""
        known: dict[Hashable, int] = {}
        for number, (test, names, frame) in enumerate(zip(self._tests, self._facts_of, self._frame_of, strict=True)):
            if _reads_only_facts(test) and not any(self._depends(name, frame) for name in names):
                key = test, frame.service_date, tuple(frame.policy.facts[name].answer for name in names)
                first = known.setdefault(key, number)
                if first != number:
                    yield number, first

    def _depends(self, name: str, frame: LineContext) -> bool:
        """Tell whether a name means more to a policy than the answer to a fact."""
        policy = frame.policy
        return name not in policy.facts or name in policy.scores or name in self._raised or name in self._by_code

    def _implications(self) -> tuple[tuple[int, int], ...]:
        """Number the tests of implications between facts that some test asks for, and return the pairs that bind each other."""
        asked = {name for names in self._facts_of for name in names}
        pairs: dict[tuple[int, int], None] = {}
        for frame in self._frames:
            for row in frame.policy.implications:
                sides = [_plain(side) for side in (row.condition, row.consequence)]
                names = [rests_on(test, frame.policy.scores) for test, _ in sides]
                if all(name in asked for one in names for name in one):
                    bits = [self._numbered(test, frame, facts) for (test, _), facts in zip(sides, names, strict=True)]
                    first, second = (bit if holds else ~bit for bit, (_, holds) in zip(bits, sides, strict=True))
                    pairs[first, second] = None
        return tuple(pairs)

    def _numbered(self, test: Test, frame: LineContext, facts: tuple[str, ...]) -> int:
        known = zip(self._tests, self._frame_of, strict=True)
        number = next((at for at, (own, whose) in enumerate(known) if own == test and whose is frame), len(self._tests))
        if number == len(self._tests):
            self._tests.append(test)
            self._frame_of.append(frame)
            self._facts_of.append(facts)
        return number

    def _names(self, number: int) -> tuple[str, ...]:
        """Return what a test asks about; nothing where what is given has settled it."""
        test = self._tests[number]
        asked = set(self._facts_of[number])
        asked |= {test.fact} if isinstance(test, Raised | Known) and test.fact else set()
        asked |= {OF_THE_LINE[type(test)]} if type(test) in OF_THE_LINE else set()
        asked |= {CODE} if asked & self._by_code else set()
        asked |= set(stated_keys(test)) if self._undecided else set()
        return tuple(sorted(name for name in asked if name in LINE_NAMES or (name in self._declared and name not in self._given)))

    def _silences(self, name: str) -> Iterator[tuple[str, ...]]:
        """Yield a fact with whatever says what silence on it means, for each policy that declares it."""
        for fact in (policy.facts[name] for policy in self._policies if name in policy.facts and name not in self._given):
            criteria = tuple(default_criteria(fact))
            spoken = {one.name for criterion in criteria for one in mentions(criterion)} & self._declared - set(self._given)
            of_the_line = (OF_THE_LINE.get(type(node)) for criterion in criteria for node in below(criterion))
            yield (name, *sorted({*spoken, *(one for one in of_the_line if one is not None)}))

    def _silent_tests(self) -> Iterator[tuple[Test, CompiledPolicy]]:
        """Yield the tests that say what silence means, with their policies, for facts that are tested for being spoken of."""
        for policy in self._policies:
            for fact in (policy.facts[name] for name in sorted(self._raised - set(self._given)) if name in policy.facts):
                nodes = (node for criterion in default_criteria(fact) for node in below(criterion))
                yield from ((node, policy) for node in nodes if is_test(node))

    # ---- one question ----

    def _question(self, group: tuple[str, ...], numbers: Sequence[int]) -> Question | None:
        """Return the question of a group of names, or None where it has too many answers to go through."""
        combined = list(islice(self._combined(group, numbers), LIMIT + 1))
        if len(combined) > LIMIT:
            return None
        found: dict[tuple[object, int, int], Answer] = {}
        for parts in combined:
            facts = {name: value for part in parts for name, value in part.facts.items()}
            line = {field: value for part in parts for field, value in part.line.items()}
            answer = Answer(facts, line, *self._truths(numbers, {**self._given, **facts}, line, {}))
            found.setdefault((line.get(CODE), answer.true, answer.false), answer)
        settled = _bits(numbers)
        if self._undecided:
            return Question(group, settled, tuple(found.values()))
        exact = [one for one in found.values() if one.true | one.false == settled]
        silent = [one for one in found.values() if one.true | one.false != settled and self._raised & set(group) - set(one.facts)]
        return Question(group, settled, tuple([*exact, *silent] or found.values()))

    def _combined(self, group: tuple[str, ...], numbers: Sequence[int]) -> Iterator[tuple["_Part", ...]]:
        """Yield what the answers of a group of names are put together from."""
        tables = TableAnswers([(self._tests[number], self._frame_of[number]) for number in numbers if self._undecided])
        choices = {name: self._choices(name, numbers) for name in group}
        if not tables:
            yield from product(*choices.values())
            return
        for keys in tables.read_by():
            said = {name: value for name, value in keys.items() if name in choices and value is not None}
            others = (self._number_parts(tables, name, keys) or own for name, own in choices.items() if name not in keys)
            yield from product([_Part(said, {})], *others)

    def _number_parts(self, tables: TableAnswers, name: str, keys: Said) -> list["_Part"]:
        """Return the numbers that matter of a fact that is compared with what tables say for some keys."""
        silent = [_Part({}, {})] if name in self._raised else []
        numbers = [_Part({name: value}, {}) for value in tables.numbers(name, keys)]
        return [*numbers, *silent] if numbers else []

    def _truths(self, numbers: Iterable[int], said: Said, line: Mapping[str, object], also: Said) -> tuple[int, int]:
        """Return which of some tests are true and which are false, as bits, for what a request says."""
        contexts: dict[int, LineContext] = {}
        true = false = 0
        for number in numbers:
            if (first := self._first.get(number)) is not None:  # of the same group, and so worked out before
                true, false = true | (true >> first & 1) << number, false | (false >> first & 1) << number
                continue
            frame = self._frame_of[number]
            if id(frame) not in contexts:
                contexts[id(frame)] = self._context(frame, said, line, also)
            truth = truth_of_test(self._tests[number], contexts[id(frame)])
            true, false = true | ((truth is Truth.TRUE) << number), false | ((truth is Truth.FALSE) << number)
        return true, false

    def _context(self, frame: LineContext, said: Said, line: Mapping[str, object], also: Said) -> LineContext:
        known = replace(frame, facts={**said, **also}, raised=frozenset(said), **line)  # type: ignore[arg-type]  # fields by name
        silent = sorted(name for name in (self._raised | self._by_code) - set(said) if name in frame.policy.facts)
        defaults = {name: default_value(frame.policy.facts[name], known) for name in silent}
        return known.with_facts({**known.facts, **defaults}) if silent else known

    def _choices(self, name: str, numbers: Sequence[int]) -> list["_Part"]:
        tests = [self._tests[number] for number in numbers]
        if name in LINE_NAMES:
            asked = [(self._tests[number], self._frame_of[number].policy) for number in numbers]
            fields = line_answers(name, self._codes, (*asked, *self._silent_tests()))
            return [_Part({}, field) for field in islice(fields, LIMIT + 1)]
        if name in self._by_code:
            return [_Part({}, {})]
        frames = [frame for frame in self._frames if name in frame.policy.facts]
        values = dict.fromkeys(value for frame in frames for value in answers_of(frame.policy.facts[name], tests, frame))
        silent = [_Part({}, {})] if name in self._raised else []
        return [_Part({name: value}, {}) for value in values] + silent


def _reads_only_facts(test: Test) -> bool:
    """Tell whether a test comes out by the answers to its facts and the day alone, whatever else a policy declares."""
    if isinstance(test, Compare):
        return isinstance(test.left, FactNumber) and isinstance(test.right, Literal)
    return isinstance(test, Is | Includes | HeldFor | LongAgo | Recent)


def _plain(side: Criterion) -> tuple[Test, bool]:
    """Return one side of an implication as a test, and whether it must hold or fail."""
    part, holds = (side.part, False) if isinstance(side, Negation) else (side, True)
    return (part, holds) if is_test(part) else (Constant(None), holds)


def members(bits: int) -> Iterator[int]:
    """Yield the places of the bits that are set, in rising order."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def _bits(numbers: Iterable[int]) -> int:
    return sum(1 << number for number in numbers)


@dataclass(frozen=True, slots=True)
class _Part:
    """One of the values that an answer is put together from."""

    facts: Said
    line: Mapping[str, object]


def _joined(names: Iterable[tuple[str, ...]], silences: Iterable[tuple[str, ...]]) -> list[set[str]]:
    """Return the names in groups: those that some test, or the meaning of some silence, speaks of together."""
    group_of: dict[str, set[str]] = {}
    for together in (set(one) for one in chain(names, silences) if one):
        joined = together.union(*(group_of.get(name, ()) for name in together))
        group_of.update(dict.fromkeys(joined, joined))
    return sorted({id(group): group for group in group_of.values()}.values(), key=min)

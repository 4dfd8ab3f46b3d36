"""Two policies in one space of cases: how one register stands to another, shown by cases that both policies decide."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.decide.space import Answer, Space, space_of
from clausewise.prove.alike import Alike, declared_meaning
from clausewise.prove.change import Example, Way
from clausewise.prove.encode import Claim, Encoding, NotDecided
from clausewise.prove.grounds import Shrink, Wanted
from clausewise.prove.lanes import Rails, evaluated, turned
from clausewise.prove.outcomes import (
    approvals,
    climbed_disposition,
    concludes,
    deciding_step,
    differ,
    disposition,
    step_dispositions,
)
from clausewise.prove.tried import is_tried, tried_in
from clausewise.prove.witness import Witness, judged
from clausewise.vocab import criterion as c
from clausewise.vocab.truth import Truth
from clausewise.vocab.wording import worded

OLD, NEW = 0, 1
SHOWN_NOWHERE = "a case that shows it cannot be put together: some question has too many answers"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a register of the new policy stands to one of the old, with the cases that show it; see `change.Change`."""

    way: Way
    gained: Example | None = None
    lost: Example | None = None
    doubtful: Example | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Ask:
    """Two references that are compared, the tests that are left unknown meanwhile, and the codes a case is sought for first."""

    masked: int
    old: int | None
    new: int | None
    codes: tuple[str, ...]


class Joint:
    """Two policies, all cases that their tests can tell apart, and Z3 over them."""

    def __init__(
        self, old: CompiledPolicy, new: CompiledPolicy, codes: Sequence[str], seconds: float, unlisted: Sequence[str] = ()
    ) -> None:
        """`unlisted` codes count as well, and a case is sought for one of `codes` before it is for one of them."""
        self.policies = old, new
        self.space = space_of((old, new), (*codes, *unlisted) or ("",), undecided=True)
        self._listed = tuple(codes) if unlisted else ()
        self._seconds = seconds
        self.alike = Alike(self.space)
        self._encodings: dict[int, Encoding] = {}
        self._differ: dict[int, Claim] = {}
        self._asked: list[tuple[Sequence[Answer] | None, Mapping[int, Rails]]] = [(None, {}), (None, {})]
        self._concluded: dict[tuple[int, int], dict[str, Claim]] = {}

    def form(self, ref: int | None, which: int) -> int | None:
        """Return what a reference means, as a number that is the same for the same meaning; see `alike`."""
        return None if ref is None else self.alike.form(ref, which)

    def same(self, old: int, new: int) -> bool:
        """Tell whether two references are built alike, and so mean the same."""
        return self.form(old, OLD) == self.form(new, NEW)

    def encoding(self, masked: int = 0) -> Encoding:
        """Return the policies as Z3 reads them; the tests in `masked` (bits) are left unknown."""
        if masked not in self._encodings:
            space = _masked(self.space, masked) if masked else self.space
            self._encodings[masked] = Encoding(space, self._seconds, self.alike)
        return self._encodings[masked]

    def listed(self, masked: int = 0) -> list[Claim]:
        """Return what a case should claim, where it can, so that it is for a listed code; nothing where all codes are listed."""
        encoding = self.encoding(masked)
        return [encoding.some(encoding.code(code) for code in self._listed)] if self._listed else []

    def differ(self, masked: int = 0) -> Claim:
        """Return the claim that the dispositions differ."""
        if masked not in self._differ:
            self._differ[masked] = differ(self.encoding(masked), self.concluded(OLD, masked), self.concluded(NEW, masked))
        return self._differ[masked]

    def approves(self, masked: int = 0) -> Claim:
        """Return the claim that one of the two policies approves on a criterion."""
        encoding = self.encoding(masked)
        return encoding.some(
            claim
            for which in (OLD, NEW)
            for own, claim in self.concluded(which, masked).items()
            if own in approvals(self.policies[which])
        )

    def concluded(self, which: int, masked: int = 0) -> dict[str, Claim]:
        """Return for each disposition of a policy the claim that it is given; see `outcomes.concludes`."""
        if (masked, which) not in self._concluded:
            self._concluded[masked, which] = concludes(self.encoding(masked), which)
        return self._concluded[masked, which]

    # ---- one register and another ----

    def stands(self, old: int | None, new: int | None, codes: Sequence[str] = (), shown: bool = True) -> Standing:
        """Return how the new reference stands to the old; None is one that is not there, which holds in no case.

        Args:
            codes: those for which a case is sought first, as the likeliest to be asked for.
            shown: whether cases are wanted; without them the direction alone is proved, which is faster.
        """
        if old is not None and new is not None and self.same(old, new):
            return Standing(Way.EQUAL)
        judged, unread = self._one_sided(old, new)
        encoding = self.encoding(_bits(judged))
        if not shown and old is not None and new is not None and not judged and not unread and not self.space.loose:
            return self._direction(old, new)
        ask = _Ask(_bits(judged), old, new, tuple(codes))
        gained = self._shown(ask, _claims(encoding, (old, OLD), (new, NEW)), (Truth.FALSE, Truth.TRUE))
        lost = self._shown(ask, _claims(encoding, (new, NEW), (old, OLD)), (Truth.TRUE, Truth.FALSE))
        if isinstance(gained, NotDecided) or isinstance(lost, NotDecided):
            return Standing(Way.NOT_DECIDED, why=NotDecided(self._seconds).sentence())
        if old is None or new is None:
            return Standing(Way.NEW if old is None else Way.DELETED, gained, lost)
        if gained is not None or lost is not None:
            way = Way.BOTH if gained is not None and lost is not None else Way.WIDER if gained is not None else Way.NARROWER
            return Standing(way, gained, lost, why=_resting({**judged, **unread}, self._tried(old, new)))
        return self._otherwise(ask, {**judged, **unread})

    def _direction(self, old: int, new: int) -> Standing:
        """Return how two references stand, without cases."""
        encoding = self.encoding()
        gained = encoding.possible(encoding.fails(old, OLD), encoding.holds(new, NEW))
        lost = encoding.possible(encoding.holds(old, OLD), encoding.fails(new, NEW))
        if isinstance(gained, NotDecided) or isinstance(lost, NotDecided):
            return Standing(Way.NOT_DECIDED, why=NotDecided(self._seconds).sentence())
        if gained or lost:
            return Standing(Way.BOTH if gained and lost else Way.WIDER if gained else Way.NARROWER)
        return self._otherwise(_Ask(0, old, new, ()), {})

    def _tried(self, old: int, new: int) -> list[c.Test]:
        """Return the tests that one of two references rests on and that are only tried at some values."""
        return [test for ref, policy in zip((old, new), self.policies, strict=True) for test in tried_in(policy, (ref,)).values()]

    def _otherwise(self, ask: "_Ask", one_sided: dict[int, c.Test]) -> Standing:
        """Return the standing of two references that no case tells apart for certain: equal, or not to be decided."""
        encoding, old, new = self.encoding(), ask.old, ask.new
        assert old is not None and new is not None
        rails = [encoding.holds(old, OLD), encoding.fails(old, OLD), encoding.holds(new, NEW), encoding.fails(new, NEW)]
        unlike = [encoding.every([rails[one], encoding.no(rails[other])]) for one, other in ((0, 2), (2, 0), (1, 3), (3, 1))]
        differ = encoding.some(unlike)
        found = encoding.find(differ)
        if isinstance(found, NotDecided):
            return Standing(Way.NOT_DECIDED, why=found.sentence())
        if found is not None:
            shown = self._doubtful(ask, differ, found)
            why = _resting(one_sided, self._tried(old, new) if one_sided else ())
            return Standing(Way.UNDECIDABLE, doubtful=shown, why=why or (SHOWN_NOWHERE if shown is None else ""))
        if any(not isinstance(test, c.Judged) for test in one_sided.values()):
            return Standing(Way.UNDECIDABLE, why=_resting(one_sided))
        return Standing(Way.EQUAL)

    def _doubtful(self, ask: "_Ask", differ: Claim, found: Sequence[Answer]) -> Example | None:
        """Return a case that one of two references leaves open and the other decides, one whose disposition changes if there is
        one."""
        encoding = self.encoding()
        for further in self._preferences(replace(ask, masked=0)):
            better = encoding.find(differ, *further)
            decided = None if isinstance(better, NotDecided) else better
            shown = None if decided is None else self.flip(decided, self._as_they_come_out(ask, decided))
            if shown is not None:
                return shown
        return self.example(found, self._as_they_come_out(ask, found))

    def _as_they_come_out(self, ask: "_Ask", answers: Sequence[Answer]) -> Wanted:
        """Return that both references are as some answers make them."""
        refs = ((OLD, ask.old), (NEW, ask.new))
        return tuple((which, ref, self.truths(answers, which, [ref])[0]) for which, ref in refs if ref is not None)

    def _shown(self, ask: "_Ask", claims: Sequence[Claim], truths: tuple[Truth, Truth]) -> Example | NotDecided | None:
        """Return a case for which the claims hold, one whose disposition changes if there is one."""
        encoding = self.encoding(ask.masked)
        found = encoding.find(*claims) if claims else None
        if found is None or isinstance(found, NotDecided):
            return found
        wanted = tuple((which, ref, truths[which]) for which, ref in ((OLD, ask.old), (NEW, ask.new)) if ref is not None)
        for further in self._preferences(ask):
            better = encoding.find(*claims, *further)
            if better is not None and not isinstance(better, NotDecided) and (shown := self.flip(better, wanted)) is not None:
                return shown
        listed = encoding.find(*claims, *self.listed(ask.masked)) if self._listed else None
        return self.example(found if listed is None or isinstance(listed, NotDecided) else listed, wanted)

    def _preferences(self, ask: "_Ask") -> Iterator[list[Claim]]:
        """Yield what a case should show besides, the best first: an approval that comes or goes, for a code that is likely."""
        approving, listed = [self.differ(ask.masked), self.approves(ask.masked)], self.listed(ask.masked)
        if ask.codes:
            encoding = self.encoding(ask.masked)
            yield [*approving, encoding.some(encoding.code(code) for code in ask.codes)]
        for preferred in (approving, approving[:1]):
            yield from [[*preferred, *listed]] if listed else []
            yield preferred

    def _one_sided(self, old: int | None, new: int | None) -> tuple[dict[int, c.Test], dict[int, c.Test]]:
        """Return the judged tests that only one of two references rests on, and those that are unread or only tried, by their
        bits."""
        if old is None or new is None:
            return {}, {}
        tests = [list(self._left_open(ref, which)) for ref, which in ((old, OLD), (new, NEW))]
        common = {key for _, key, _ in tests[OLD]} & {key for _, key, _ in tests[NEW]}
        alone = {bit: test for one in tests for bit, key, test in one if key not in common}
        judged: dict[int, c.Test] = {bit: test for bit, test in alone.items() if isinstance(test, c.Judged)}
        return judged, {bit: test for bit, test in alone.items() if bit not in judged}

    def _left_open(self, ref: int, which: int) -> Iterator[tuple[int, Hashable, c.Test]]:
        """Yield the tests whose answers do not tell all: where they stand, what they must agree in to be the same, and what they
        are."""
        policy, offset = self.policies[which], self.space.offsets[which]
        rests = frozenset(policy.program.supports((ref,))) if self._open_tests[which] else frozenset[int]()
        for number, meaning in self._open_tests[which].items():
            if number in rests:
                yield offset + number, meaning, policy.program.atoms[number]

    @cached_property
    def _open_tests(self) -> Sequence[Mapping[int, Hashable]]:
        """The tests of each policy whose answers do not tell all, with what they must agree in to be the same."""
        return [
            {
                number: declared_meaning(test, policy.atom_facts[number], policy)
                for number, test in enumerate(policy.program.atoms)
                if isinstance(test, c.Judged | c.Unread) or is_tried(test)
            }
            for policy in self.policies
        ]

    # ---- cases ----

    def example(self, answers: Sequence[Answer], wanted: Wanted) -> Example | None:
        """Return the smallest case that shows something, determined by both policies, or None where the case does not show it."""
        small = Shrink(self.space, answers, wanted).smallest()
        if small is None:
            return None
        steps = deciding_step(small, OLD), deciding_step(small, NEW)
        return Example(small, (_determined(small, OLD), _determined(small, NEW)), steps, tuple(answers))

    def flip(self, answers: Sequence[Answer], wanted: Wanted = ()) -> Example | None:
        """Return the smallest case that shows something and is decided as some answers are, by both policies, or None."""
        shown = self.example(answers, (*wanted, *self._deciding(answers, OLD), *self._deciding(answers, NEW)))
        return shown if shown is not None and shown.flips else None

    def decided_at(self, answers: Sequence[Answer], which: int) -> int | None:
        """Return the number of the step that decides some answers for certain, or None where they leave it open."""
        policy, truths = self.policies[which], self._step_truths(answers, which)
        given = step_dispositions(policy)
        for number, truth in enumerate(truths):
            if truth is Truth.TRUE:
                open_above = [above for above in range(number) if truths[above] is Truth.UNKNOWN and given[above] != given[number]]
                return None if open_above else number
        return None

    def _deciding(self, answers: Sequence[Answer], which: int) -> Wanted:
        """Return what makes some answers come out as they do: the step that decides, and no step above it."""
        steps, truths = self.policies[which].steps, self._step_truths(answers, which)
        number = self.decided_at(answers, which)
        end = len(steps) if number is None else number + 1
        return tuple((which, step.ref, truth) for step, truth in zip(steps[:end], truths[:end], strict=True))

    def _step_truths(self, answers: Sequence[Answer], which: int) -> list[Truth]:
        """Return the truths of a ladder's steps, for answers."""
        return self.truths(answers, which, [step.ref for step in self.policies[which].steps])

    def truths(self, answers: Sequence[Answer], which: int, refs: Sequence[int]) -> list[Truth]:
        """Return the truths of some references of a policy, for answers."""
        rails = self._rails(answers, which)
        return [Truth(1 + true - false) for true, false in (turned(rails, ref) for ref in refs)]

    def _rails(self, answers: Sequence[Answer], which: int) -> Mapping[int, Rails]:
        """Return the rails of every register of a policy; those of the answers asked about last are kept."""
        if self._asked[which][0] is not answers:
            true, false = self.space.fixed
            for answer in answers:
                true, false = true | answer.true, false | answer.false
            program, offset = self.policies[which].program, self.space.offsets[which]
            count = len(program.atoms)
            tests = {number: (true >> (offset + number) & 1, false >> (offset + number) & 1) for number in range(count)}
            self._asked[which] = answers, evaluated(program, tests, range(count, count + len(program.operations)), 1)
        return self._asked[which][1]


def _determined(witness: Witness, which: int) -> str:
    """Return the disposition that is printed of a witness; a notice decides acts and not lines, by the same ladder."""
    policy = witness.findings[which].context.policy
    return disposition(policy, judged(witness, which)) if policy.answers else climbed_disposition(witness, which)


def _claims(encoding: Encoding, fails: tuple[int | None, int], holds: tuple[int | None, int]) -> list[Claim]:
    """Return the claims "fails here, holds there"; what is not there fails anyhow and holds nowhere."""
    if holds[0] is None:
        return []
    failing = [] if fails[0] is None else [encoding.fails(fails[0], fails[1])]
    return [encoding.holds(holds[0], holds[1]), *failing]


def _masked(space: Space, masked: int) -> Space:
    """Return a space in which some tests are decided by no answer."""
    questions = tuple(
        replace(
            question,
            tests=question.tests & ~masked,
            answers=tuple(replace(answer, true=answer.true & ~masked, false=answer.false & ~masked) for answer in question.answers),
        )
        for question in space.questions
    )
    return replace(space, questions=questions, loose=space.loose & ~masked)


def _bits(tests: dict[int, c.Test]) -> int:
    return sum(1 << bit for bit in tests)


def _resting(one_sided: dict[int, c.Test], tried: Iterable[c.Test] = ()) -> str:
    """Return in words what only one of the two rests on and leaves to a person, or leaves unread, and what either computes."""
    left = _words(test for test in one_sided.values() if not is_tried(test))
    computed = _words(test for test in (*one_sided.values(), *tried) if is_tried(test))
    said = [f"only one of the two rests on {left}"] if left else []
    return "; ".join([*said, *([f"only some values of what is computed in {computed} were tried"] if computed else [])])


def _words(tests: Iterable[c.Test]) -> str:
    return " and ".join(f"`{one}`" for one in sorted({worded(test) for test in tests}))

"""Whose disposition changes: classes of cases by the change that each rests on, and the codes that lose or gain a route.

A case rests on a change if it would come out as before were that clause (reading, step) as true as it was: so a clause that
happens to differ in it and that nothing follows from is never named.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clausewise.compiler.program import operate, truth_of
from clausewise.decide.determine import ASK
from clausewise.decide.ladder import climb, outcome_of
from clausewise.decide.space import Answer
from clausewise.prove.change import Change, Example, Flip, Routes, Sort
from clausewise.prove.encode import Claim, NotDecided
from clausewise.prove.joint import NEW, OLD, Joint
from clausewise.prove.outcomes import approvals, climbed_disposition, disposition, waiting
from clausewise.prove.witness import Witness
from clausewise.vocab.truth import Truth

FLIPS = 200
ORDER = (Sort.STEP, Sort.SCOPE, Sort.READING, Sort.CLAUSE)  # the last of those that a case rests on is named


@dataclass(frozen=True, slots=True)
class Rested:
    """A change with the references that stand for it in both policies; None where one does not have it."""

    change: Change
    refs: tuple[int | None, int | None]

    @property
    def rank(self) -> tuple[int, int, str]:
        """What is named goes by: clauses before steps, and the deepest."""
        return ORDER.index(self.change.sort), self.change.name.count("."), self.change.name


@dataclass(frozen=True, slots=True)
class Flips:
    """The classes that were found, whether there are more than are listed, and whether time ran out over them."""

    listed: tuple[Flip, ...] = ()
    cut: bool = False
    not_decided: bool = False


class _Classes:
    """The classes of cases found so far, each once."""

    def __init__(self) -> None:
        self.flips: list[Flip] = []
        self._seen: set[tuple[str, ...]] = set()

    def add(self, example: Example | None, on: Rested | None) -> None:
        """Keep an example, unless its class was met before."""
        name = "" if on is None else on.change.name
        if example is not None and (key := (*example.dispositions, *example.steps, name)) not in self._seen:
            self._seen.add(key)
            self.flips.append(Flip(example, name))


class OutcomeChanges:
    """The cases that two policies decide otherwise; `changed` are the changes of meaning that stand for themselves."""

    def __init__(self, joint: Joint, changed: Sequence[Rested]) -> None:
        self._joint = joint
        self._changed = sorted(changed, key=lambda one: one.rank)

    def flips(self) -> Flips:
        """Return the classes of cases whose disposition changes."""
        encoding, classes, listed = self._joint.encoding(), _Classes(), self._joint.listed()
        claims = [self._joint.differ()]
        for example in self._shown_already():
            on = self._rests_on(example)
            claims.append(self._other_class(example.answers, on))
            classes.add(example, on)
        for _ in range(2 * FLIPS):
            answers = encoding.find(*claims, *listed)
            if answers is None and listed:  # what is left is seen in codes alone that neither policy lists
                listed, answers = [], encoding.find(*claims)
            if isinstance(answers, NotDecided):
                return Flips(tuple(classes.flips), not_decided=True)
            if answers is None:
                return Flips(tuple(classes.flips))
            if len(classes.flips) >= FLIPS:
                break
            shown = self._joint.flip(answers)
            on = None if shown is None else self._rests_on(shown)
            claims.append(self._other_class(answers, on))
            classes.add(shown, on)
        return Flips(tuple(classes.flips), cut=True)

    def _shown_already(self) -> Iterator[Example]:
        """Yield the examples of changed clauses whose disposition changes: their classes need not be sought again."""
        for one in self._changed:
            examples = (one.change.gained, one.change.lost)
            if one.change.sort is Sort.CLAUSE:
                yield from (example for example in examples if example is not None and example.flips)

    # ---- what a case rests on ----

    def _rests_on(self, example: Example) -> Rested | None:
        """Return the change by which a case comes out otherwise: one of the fewest without which it would not."""
        witness = example.witness
        apart = [one for one in self._changed if _truth(witness, one, OLD) is not _truth(witness, one, NEW)]
        for one in apart if len(apart) > 1 and self._undone(witness, apart) else ():
            fewer = [other for other in apart if other is not one]
            apart = fewer if fewer and self._undone(witness, fewer) else apart
        at_step = (one for one in self._changed if one.change.sort is Sort.STEP and one.change.name in example.steps)
        return apart[-1] if apart else next(at_step, None)

    def _undone(self, witness: Witness, changed: Sequence[Rested]) -> bool:
        """Tell whether a witness comes out the same under both once some changes are undone in one of them."""
        given = [climbed_disposition(witness, which) for which in (OLD, NEW)]
        return self._with(witness, NEW, changed) == given[OLD] or self._with(witness, OLD, changed) == given[NEW]

    def _with(self, witness: Witness, which: int, changed: Sequence[Rested]) -> str:
        """Return the disposition that a policy gives a witness if some clauses are as true as the other policy has them."""
        policy, findings = self._joint.policies[which], witness.findings[which]
        settled = {ref: _truth(witness, one, 1 - which) for one in changed if (ref := one.refs[which]) is not None}
        forced = {(ref if ref >= 0 else ~ref): (truth if ref >= 0 else Truth(2 - truth)) for ref, truth in settled.items()}
        truths = [forced.get(register, findings.truths[register]) for register in range(len(policy.program.atoms))]
        for register, operation in enumerate(policy.program.operations, len(policy.program.atoms)):
            parts = [truth_of(ref, truths) for ref in operation.refs]
            truths.append(forced[register] if register in forced else operate(operation, parts))
        outcome = climb(policy.steps, [truth_of(step.ref, truths) for step in policy.steps], ASK).outcome
        return waiting(policy) if outcome == ASK else disposition(policy, outcome)

    # ---- classes, as claims ----

    def _other_class(self, answers: Sequence[Answer], on: Rested | None) -> Claim:
        encoding = self._joint.encoding()
        return encoding.no(encoding.every(self._class_of(answers, on)))

    def _class_of(self, answers: Sequence[Answer], on: Rested | None) -> Iterator[Claim]:
        """Yield the claims that a case is decided by the same two steps, and by way of the same change."""
        encoding = self._joint.encoding()
        for which in (OLD, NEW):
            yield from self._climbs_alike(answers, which)
            ref = None if on is None else on.refs[which]
            if ref is not None:
                holds = self._joint.truths(answers, which, [ref])[0] is Truth.TRUE
                yield encoding.holds(ref, which) if holds else encoding.no(encoding.holds(ref, which))
        if on is None or on.change.sort is Sort.STEP:
            yield from self._alike_here(answers)

    def _climbs_alike(self, answers: Sequence[Answer], which: int) -> Iterator[Claim]:
        """Yield that a ladder is climbed as with some answers: decided by the same step, or waiting at the same."""
        encoding, steps = self._joint.encoding(), self._joint.policies[which].steps
        truths = self._joint.truths(answers, which, [step.ref for step in steps])
        found = climb(steps, truths, ASK)
        decides = truths[found.stop] is Truth.TRUE
        if decides:
            yield encoding.holds(steps[found.stop].ref, which)
        for number, step in enumerate(steps[: found.stop + (not decides)]):
            yield encoding.no(encoding.holds(step.ref, which))
            if found.waits and number == found.step:
                yield encoding.no(encoding.fails(step.ref, which))
            elif not (found.waits and number > found.step):
                matters = not decides or outcome_of(step) != outcome_of(steps[found.stop])
                yield from [encoding.fails(step.ref, which)] if matters else []

    def _alike_here(self, answers: Sequence[Answer]) -> Iterator[Claim]:
        """Yield that the clauses on which both agree agree: a class without a clause of its own holds none that rests on one."""
        encoding = self._joint.encoding()
        for one in self._changed:
            old, new = one.refs
            if one.change.sort is Sort.CLAUSE and old is not None and new is not None:
                truths = [self._joint.truths(answers, which, [ref])[0] for which, ref in ((OLD, old), (NEW, new))]
                if truths[OLD] is truths[NEW]:
                    yield encoding.no(encoding.every([encoding.holds(old, OLD), encoding.no(encoding.holds(new, NEW))]))
                    yield encoding.no(encoding.every([encoding.holds(new, NEW), encoding.no(encoding.holds(old, OLD))]))


def _truth(witness: Witness, one: Rested, which: int) -> Truth:
    """Return how a clause comes out under one policy; what it does not have holds nowhere."""
    ref = one.refs[which]
    return Truth.FALSE if ref is None else witness.findings[which].truth(ref)


# ---- codes ----


class RouteChanges:
    """The codes that lose or gain a way to be approved.

    `carriers` are the clauses that carry a code by the tables of codes of both documents, with their references in both policies.
    """

    def __init__(self, joint: Joint, codes: Sequence[str], carriers: Sequence[tuple[str, tuple[int | None, int | None]]]) -> None:
        self._joint, self._codes, self._carriers = joint, codes, carriers

    def routes(self) -> Routes:
        """Return the codes that lose, or gain, every approval on a criterion, or every clause that can carry them."""
        lost, gained, late = list[str](), list[str](), list[str]()
        encoding, approving = self._joint.encoding(), [self._approving(which) for which in (OLD, NEW)]
        for code in self._codes:
            before, after = (encoding.possible(claim, encoding.code(code)) for claim in approving)
            if isinstance(before, NotDecided) or isinstance(after, NotDecided):
                late.append(code)
            elif before is not after:
                (lost if before else gained).append(code)
        alone = self._without_carrier(OLD), self._without_carrier(NEW)
        stranded = tuple(code for code in self._codes if code in alone[NEW] - alone[OLD])
        carried = tuple(code for code in self._codes if code in alone[OLD] - alone[NEW])
        return Routes(tuple(lost), tuple(gained), stranded, carried, tuple(late))

    def _approving(self, which: int) -> Claim:
        encoding, wanted = self._joint.encoding(), approvals(self._joint.policies[which])
        return encoding.named(encoding.some(claim for own, claim in self._joint.concluded(which).items() if own in wanted))

    def _without_carrier(self, which: int) -> frozenset[str]:
        """Return the codes none of whose carrying clauses can be met by a policy."""
        encoding = self._joint.encoding()
        refs = dict.fromkeys(ref for _, both in self._carriers if (ref := both[which]) is not None)
        met: dict[int | None, bool] = {ref: encoding.possible(encoding.holds(ref, which)) is not False for ref in refs}
        carried = {code for code, both in self._carriers if met.get(both[which])}
        return frozenset(code for code, _ in self._carriers) - carried

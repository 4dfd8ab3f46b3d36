"""Asking whether some case makes a claim true: first of the cases known already, then of Z3."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias, TypeVar

from clausewise.decide.space import Space
from clausewise.prove.abreast import Case, Chance, Lanes, Sayings, lanes_of, neighbours
from clausewise.prove.encode import Encoding, NotDecided
from clausewise.prove.rails import Claim, both, decided_by, either

TOGETHER = 24  # cases found one by one are looked up as soon as there are so many more
Name = TypeVar("Name", str, int)
Other = TypeVar("Other", str, int)
Ask: TypeAlias = Case | NotDecided | None


class Inquiry:
    """A space, Z3's reading of it, and every case found so far.

    `undecided` counts the claims that Z3 did not decide in its time: whoever reports must say so.
    """

    def __init__(self, space: Space, seconds: float = 10.0) -> None:
        self.space, self.seconds = space, seconds
        self.encoding = Encoding(space, seconds)
        self.undecided = 0
        self._near: Lanes | None = None
        self._sayings = Sayings(space)
        self._found = lanes_of(space, [], self._sayings)
        self._cases: list[Case] = []
        self._chance = Chance("cases near those found")

    def warm(self, claims: Sequence[Claim]) -> None:
        """Learn cases to begin with: one for each step that can decide and for each claim, and many near those."""
        steps = [decided_by(at, which) for which, policy in enumerate(self.space.policies) for at in range(len(policy.steps))]
        for claim in (*steps, *claims):
            self.find(claim)
        if self._cases:
            self._near = neighbours(self.space, self._cases, self._cases, self._chance, self._sayings)

    @property
    def batches(self) -> Sequence[Lanes]:
        """The cases known: the many near the first ones, and those found one by one."""
        return (self._found,) if self._near is None else (self._near, self._found)

    def find(self, claim: Claim) -> Ask:
        """Return a case for which a claim holds, None if it is proved that there is none, or that time ran out."""
        return self.look_up(claim) or self._ask(claim)

    def look_up(self, claim: Claim) -> Case | None:
        """Return a case known already for which a claim holds."""
        for lanes in self.batches:
            shown = claim(lanes) & lanes.sound()
            if shown:
                return lanes.case((shown & -shown).bit_length() - 1)
        return None

    def never(self, claim: Claim) -> bool:
        """Return whether it is proved that no case makes a claim true."""
        return self.find(claim) is None

    def ever(self, claim: Claim) -> bool:
        """Return whether some case makes a claim true."""
        return isinstance(self.find(claim), Case)

    def together(self, claim: Claim, options: Mapping[Name, Claim]) -> tuple[Name, ...]:
        """Return the names of the claims that hold together with a claim in some case, each in its own, in their order."""
        return self.together_each({0: (claim, options)})[0]

    def together_each(
        self, asked: Mapping[Other, tuple[Claim, Mapping[Name, Claim]]]
    ) -> Mapping[Other, tuple[Name, ...]]:
        """Return for each of some claims the names of the options that can hold together with it.

        All are asked of Z3 at once, so that its one "no" at the end answers for all.
        """
        found: dict[Other, set[Name]] = {one: set() for one in asked}
        for lanes in self.batches:
            _note(found, lanes, asked)
        while left := {one: _left(options, found[one]) for one, (_, options) in asked.items() if len(found[one]) < len(options)}:
            case = self._ask(either(*(both(asked[one][0], either(*options)) for one, options in left.items())))
            if not isinstance(case, Case):
                break
            near = neighbours(self.space, [case], self._cases, self._chance, self._sayings)
            _note(found, near, {one: asked[one] for one in left})
        return {one: tuple(name for name in options if name in found[one]) for one, (_, options) in asked.items()}

    def _ask(self, claim: Claim) -> Ask:
        answers = self.encoding.find(claim(self.encoding))
        if isinstance(answers, NotDecided):
            self.undecided += 1
        if answers is None or isinstance(answers, NotDecided):
            return answers
        pairs = zip(self.space.questions, answers, strict=True)
        places = tuple(next(at for at, one in enumerate(question.answers) if one is answer) for question, answer in pairs)
        case = Case(places, self.encoding.loosely() if self.space.loose else 0)
        self._cases.append(case)
        if len(self._cases) % TOGETHER == 0:
            self._found = lanes_of(self.space, self._cases, self._sayings)
        return case


def _note(
    found: Mapping[Other, set[Name]], lanes: Lanes, asked: Mapping[Other, tuple[Claim, Mapping[Name, Claim]]]
) -> None:
    """Add what some cases show."""
    sound = lanes.sound()
    for one, (claim, options) in asked.items():
        if shown := claim(lanes) & sound:
            found[one].update(name for name, option in options.items() if name not in found[one] and shown & option(lanes))


def _left(options: Mapping[Name, Claim], found: set[Name]) -> list[Claim]:
    return [option for name, option in options.items() if name not in found]

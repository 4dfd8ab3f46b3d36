"""Climbing a ladder: the first step whose test is true decides, and an unknown step waits only where it would matter.

A step that is unknown makes the line pend unless every step that could still decide gives the same outcome; so the steps are
climbed on until one is true, and what the unknown ones on the way would have said is compared with what that one says.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from clausewise.compiler.compiled import CompiledStep
from clausewise.vocab.determination import StepMark
from clausewise.vocab.truth import Truth


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a ladder concludes: a conclusion of its closed list, a reason code, and the target of a referral."""

    conclusion: str
    reason: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class Climb:
    """The outcome, the step that decided (or the first that has to wait), and whether it waits for something unknown.

    `stop` is the step below which nothing was looked at: the first true one, or the last.
    """

    outcome: Outcome
    step: int
    waits: bool
    stop: int


def outcome_of(step: CompiledStep) -> Outcome:
    """Return what a step concludes when its test is true."""
    return Outcome(step.conclusion, step.reason, step.target)


def climb(steps: Sequence[CompiledStep], truths: Sequence[Truth], waiting: Outcome) -> Climb:
    """Climb the steps with the truths of their tests; `waiting` is the outcome of a ladder that has to wait."""
    doubtful: list[int] = []
    for number, (step, truth) in enumerate(zip(steps, truths, strict=True)):
        if truth is Truth.FALSE:
            continue
        if truth is Truth.UNKNOWN:
            doubtful.append(number)
            continue
        decided = outcome_of(step)
        differing = [earlier for earlier in doubtful if outcome_of(steps[earlier]) != decided]
        return _wait(steps, differing[0], waiting, number) if differing else Climb(decided, number, False, number)
    last = len(steps) - 1
    return _wait(steps, doubtful[0], waiting, last) if doubtful else Climb(waiting, last, True, last)


def _wait(steps: Sequence[CompiledStep], number: int, waiting: Outcome, stop: int) -> Climb:
    step = steps[number]
    own = Outcome(step.if_unknown, step.if_unknown_reason) if step.if_unknown else waiting
    return Climb(own, number, True, stop)


def marks(steps: Sequence[CompiledStep], truths: Sequence[Truth], decided: int) -> tuple[StepMark, ...]:
    """Return the mark of every step: each was looked at, one decided."""
    return tuple(
        StepMark(step.clause, truth, step.conclusion, step.reason, number == decided)
        for number, (step, truth) in enumerate(zip(steps, truths, strict=True))
    )

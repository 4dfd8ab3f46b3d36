"""Three-valued truth: unknown is a value of its own, never a kind of no."""

from collections.abc import Iterable
from enum import IntEnum


class Truth(IntEnum):
    """Kleene truth.  AND is min, OR is max, NOT is 2 - x.

        and | F U T      or | F U T      not |
        F   | F F F      F  | F U T      F   | T
        U   | F U U      U  | U U T      U   | U
        T   | F U T      T  | T T T      T   | F

    at least k of n is the k-th largest:
        k=2 of (TRUE, UNKNOWN, FALSE) -> UNKNOWN      # a second yes is still possible
        k=2 of (TRUE, FALSE, FALSE)   -> FALSE        # it is not
    """

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2


def both(truths: Iterable[Truth]) -> Truth:
    """Return the conjunction; of nothing it is TRUE."""
    return min(truths, default=Truth.TRUE)


def either(truths: Iterable[Truth]) -> Truth:
    """Return the disjunction; of nothing it is FALSE."""
    return max(truths, default=Truth.FALSE)


def negation(truth: Truth) -> Truth:
    """Return TRUE for FALSE, FALSE for TRUE and UNKNOWN for UNKNOWN."""
    return Truth(2 - truth)


def at_least(count: int, truths: Iterable[Truth]) -> Truth:
    """Return whether `count` or more of the truths hold: the count-th largest of them."""
    ordered = sorted(truths, reverse=True)
    if count <= 0:
        return Truth.TRUE
    return ordered[count - 1] if count <= len(ordered) else Truth.FALSE


def known(holds: bool) -> Truth:
    """Return the truth of something that is known to hold or known not to."""
    return Truth.TRUE if holds else Truth.FALSE

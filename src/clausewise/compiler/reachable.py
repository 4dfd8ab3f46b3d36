"""Exceptions that cannot matter: they point at a clause that is never met there, or exclude what they except from."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from clausewise.compiler.demands import Scene, demands, together
from clausewise.compiler.link import Linked
from clausewise.compiler.words import Words
from clausewise.policy.periods import common_days
from clausewise.policy.places import Text
from clausewise.policy.remarks import remark
from clausewise.policy.walk import Spot, below, parts_of, passages
from clausewise.vocab.criterion import AllOf, ClauseMet, Criterion, Except, Item, Unless
from clausewise.vocab.period import Period
from clausewise.vocab.problem import Problem

_NOTHING = "nothing meets it"


class _Exception(NamedTuple):
    """An exception with what must hold where it stands: the scopes above it and, for **except**, what it excepts from."""

    criterion: Criterion
    beside: Criterion
    period: Period
    spot: Spot


def unreachable_exceptions(linked: Linked, words: Words, text: Text) -> Iterator[Problem]:
    """Yield a problem for each exception of the policy that can never apply."""
    scene, periods = Scene(linked, words), _periods(linked)
    for passage in passages(linked.policy):
        for one in _exceptions(passage.criterion, passage.spot, AllOf(()), linked.policy.in_force):
            yield from _faults(one, scene, periods, text)


def _exceptions(node: Criterion, spot: Spot, beside: Criterion, period: Period) -> Iterator[_Exception]:
    if isinstance(node, Item):
        spot = Spot(node.clause, node.file or spot.file, node.line or spot.line)
        period = common_days(period, node.period) or period
        beside = beside if node.scope is None else AllOf((beside, node.scope))
    if isinstance(node, Except):
        yield _Exception(node.exception, AllOf((beside, node.main)), period, _inner(node.exception, spot))
    elif isinstance(node, Unless):
        yield _Exception(node.waiver, beside, period, _inner(node.waiver, spot))
    for part in parts_of(node):
        yield from _exceptions(part, spot, beside, period)


def _inner(exception: Criterion, spot: Spot) -> Spot:
    """Return where an exception stands: on its own line, if it is an item."""
    return Spot(exception.clause, exception.file, exception.line) if isinstance(exception, Item) else spot


def _faults(one: _Exception, scene: Scene, periods: Mapping[str, list[Period]], text: Text) -> Iterator[Problem]:
    """Yield an error for each clause it points at in vain, else a warning if no case can meet it."""
    beside, alone = demands(one.beside, scene), demands(one.criterion, scene)
    if beside is None:
        return  # the clause itself can never be met, and that is not the fault of its exception
    found = [(test, _why_not(test, one, scene, periods)) for test in below(one.criterion) if isinstance(test, ClauseMet)]
    for test, why in found:
        if why:
            at = text.place(one.spot.file, one.spot.line, test.clause, "clause")
            yield remark("CW419", at, one.spot.clause, name=test.clause, why=why)
    if not any(why for _, why in found) and together((beside, alone)) is None:
        why = _NOTHING if alone is None else "whatever meets it does not meet what it speaks of"
        yield remark("CW446", text.place(one.spot.file, one.spot.line), one.spot.clause, why=why)


def _why_not(test: ClauseMet, one: _Exception, scene: Scene, periods: Mapping[str, list[Period]]) -> str:
    if test.document or test.clause not in periods:
        return ""
    if not any(period.overlaps(one.period) for period in periods[test.clause]):
        return "they are never in force together"
    alone = demands(test, scene)
    if alone is None:
        return _NOTHING
    if together((demands(one.beside, scene), alone)) is None:
        return "whatever meets it is not on point here"
    return ""


def _periods(linked: Linked) -> Mapping[str, list[Period]]:
    """Return when each clause of the policy is in force, the items above it and the document included."""
    periods: dict[str, list[Period]] = {}

    def note(node: Criterion, above: Period | None) -> None:
        if isinstance(node, Item):
            above = None if above is None else common_days(above, node.period)
            if node.numbered:
                periods.setdefault(node.clause, []).extend([] if above is None else [above])
        for part in parts_of(node):
            note(part, above)

    for item in linked.policy.sections:
        note(item, linked.policy.in_force)
    return periods

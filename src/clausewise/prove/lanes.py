"""Many cases through one program at once: a truth is two long integers, one bit for each case in which it is known to be so."""

from collections.abc import Iterable, Mapping, Sequence

from clausewise.compiler.program import Operation, Program

Rails = tuple[int, int]  # known true, known false: bits of cases here, diagrams of cases elsewhere


def evaluated(program: Program, tests: Mapping[int, Rails], registers: Iterable[int], every: int) -> Mapping[int, Rails]:
    """Return the rails of some registers (in rising order, with all that they rest on); `every` has the bits of all cases.

    Cost: one operation on integers for each part of each register.
    """
    rails: dict[int, Rails] = dict(tests)
    atoms = len(program.atoms)
    for register in registers:
        if register >= atoms:
            operation = program.operations[register - atoms]
            parts = [rails[ref] if ref >= 0 else rails[~ref][::-1] for ref in operation.refs]
            rails[register] = parts[0] if operation.kind == "cite" else operated(operation, parts, every)
    return rails


def turned(rails: Mapping[int, Rails], ref: int) -> Rails:
    """Return the rails of a reference: those of a negation change places."""
    return rails[ref] if ref >= 0 else (rails[~ref][1], rails[~ref][0])


def operated(operation: Operation, parts: Sequence[Rails], every: int) -> Rails:
    """Return the rails of an operation whose parts have theirs."""
    match operation.kind:
        case "all":
            return _in_all((true for true, _ in parts), every), _in_some(false for _, false in parts)
        case "any":
            return _in_some(true for true, _ in parts), _in_all((false for _, false in parts), every)
        case "atleast":
            trues, falses = [true for true, _ in parts], [false for _, false in parts]
            return _at_least(operation.number, trues, every), _at_least(len(parts) - operation.number + 1, falses, every)
        case "may":
            return every ^ parts[0][1], parts[0][1]
        case "known":
            known = parts[0][0] | parts[0][1]
            return known, every ^ known
        case _:
            return parts[0]


def _in_all(rails: Iterable[int], every: int) -> int:
    for rail in rails:
        every &= rail
    return every


def _in_some(rails: Iterable[int]) -> int:
    some = 0
    for rail in rails:
        some |= rail
    return some


def _at_least(least: int, rails: Sequence[int], every: int) -> int:
    """Return the cases in which at least so many of some rails are set."""
    reached = [every] + [0] * least
    for rail in rails:
        reached = [every] + [reached[number] | (reached[number - 1] & rail) for number in range(1, least + 1)]
    return reached[least]

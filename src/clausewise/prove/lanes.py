"""Many cases through one program at once: a truth is two long integers, one bit for each case in which it is known to be so."""

from collections.abc import Iterable, Mapping, Sequence

from clausewise.compiler.program import Operation, Program

Rails = tuple[int, int]  # known true, known false: bits of cases here, diagrams of cases elsewhere


def evaluated(program: Program, tests: Mapping[int, Rails], registers: Iterable[int], every: int) -> Mapping[int, Rails]:
    """Return the rails of some registers (in rising order, with all that they rest on); `every` has the bits of all cases.

    Cost: one operation on integers for each part of each register.
    """
    rails: dict[int, Rails] = dict(tests)
    for register in registers:
        if register >= len(program.atoms):
            operation = program.operations[register - len(program.atoms)]
            rails[register] = operated(operation, [turned(rails, ref) for ref in operation.refs], every)
    return rails


def turned(rails: Mapping[int, Rails], ref: int) -> Rails:
    """Return the rails of a reference: those of a negation change places."""
    return rails[ref] if ref >= 0 else (rails[~ref][1], rails[~ref][0])


def operated(operation: Operation, parts: Sequence[Rails], every: int) -> Rails:
    """Return the rails of an operation whose parts have theirs."""
    trues, falses = [true for true, _ in parts], [false for _, false in parts]
    match operation.kind:
        case "all":
            return _at_least(len(parts), trues, every), _at_least(1, falses, every)
        case "any":
            return _at_least(1, trues, every), _at_least(len(parts), falses, every)
        case "atleast":
            return _at_least(operation.number, trues, every), _at_least(len(parts) - operation.number + 1, falses, every)
        case "may":
            return every ^ falses[0], falses[0]
        case "known":
            known = trues[0] | falses[0]
            return known, every ^ known
        case _:
            return parts[0]


def _at_least(least: int, rails: Sequence[int], every: int) -> int:
    """Return the cases in which at least so many of some rails are set."""
    if least == len(rails):
        for rail in rails:
            every &= rail
        return every
    if least == 1:
        some = 0
        for rail in rails:
            some |= rail
        return some
    reached = [every] + [0] * least
    for rail in rails:
        reached = [every] + [reached[number] | (reached[number - 1] & rail) for number in range(1, least + 1)]
    return reached[least]

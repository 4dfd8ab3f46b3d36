"""Facts given against facts derived, and against what the documents ask for: the given one counts, and what differs is said."""

from clausewise.decide.context import LineContext, completed_years, default_value, shown
from clausewise.vocab.criterion import Is
from clausewise.vocab.document import FAMILIES_OF_CODE, FactDeclaration
from clausewise.vocab.problem import Level, Problem
from clausewise.vocab.request import FactValue


def contradictions(context: LineContext) -> tuple[Problem, ...]:
    """Return a warning for every given fact that differs from what its code, documents or birth date say."""
    return tuple(
        Problem(
            "CW613",
            f"{name} is given as {shown(given)}, but the request itself says {shown(derived)}; the given answer counts",
            help="Correct whichever is wrong.",
            level=Level.WARNING,
        )
        for name, declaration in sorted(context.policy.facts.items())
        if name in context.raised and (given := context.facts.get(name)) is not None
        and (derived := derived_value(declaration, context)) is not None
        and not agrees(given, derived)
    )


def near_misses(context: LineContext) -> tuple[Problem, ...]:
    """Return a warning for every text that would be what some test asks for, were it not for capital letters."""
    asked = [(test.fact, word) for test in context.policy.program.atoms if isinstance(test, Is) for word in test.values]
    return tuple(
        Problem(
            "CW614",
            f"{name} is given as {given}, and the documents ask for {word}; capital letters count, so the two are not the same",
            help=f"Write `{word}` if that is meant.",
            level=Level.WARNING,
        )
        for name, word in dict.fromkeys(asked)
        if isinstance(given := context.facts.get(name), str) and given != word and given.casefold() == word.casefold()
    )


def derived_value(fact: FactDeclaration, context: LineContext) -> FactValue:
    """Return what the code, the documents or the birth date say of a fact, or None where they say nothing."""
    if fact.name == "age" and context.birth_date is not None:
        return completed_years(context.birth_date, context.service_date)
    worked_out = any(default.test is not None or default.value == FAMILIES_OF_CODE for default in fact.defaults)
    derived = default_value(fact, context) if worked_out else None
    return None if derived == ("none",) else derived


def agrees(given: FactValue, derived: FactValue) -> bool:
    """Tell whether a given answer fits a derived one; of a code's several families any will do."""
    return str(given) in derived if isinstance(derived, tuple) else shown(given) == shown(derived)

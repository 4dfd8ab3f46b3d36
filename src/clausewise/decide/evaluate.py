"""The reference evaluator: the truth of a criterion tree for one line, read straight off the tree.

It is short enough to be checked by eye and slow enough not to be used for deciding: it serves defaults, conformance and as the
oracle to which the program and every back end are compared.
"""


from clausewise.compiler.lower import on_side
from clausewise.decide.atoms import truth_of_test
from clausewise.decide.context import LineContext
from clausewise.vocab.criterion import (
    AllOf,
    AnyOf,
    AtLeast,
    Criterion,
    ExactlyOne,
    Except,
    IfThen,
    Item,
    Negation,
    SameSide,
    Side,
    Unless,
)
from clausewise.vocab.truth import Truth, at_least, both, either, negation


def truth_of_criterion(criterion: Criterion, context: LineContext) -> Truth:
    """Return the truth of a criterion that cites no other clause; defaults must be filled in before."""
    match criterion:
        case Item(_, _, inner, _, scope):
            parts = (inner,) if scope is None else (scope, inner)
            return both(truth_of_criterion(part, context) for part in parts)
        case AllOf(parts):
            return both(truth_of_criterion(part, context) for part in parts)
        case AnyOf(parts):
            return either(truth_of_criterion(part, context) for part in parts)
        case AtLeast(count, parts):
            return at_least(count, (truth_of_criterion(part, context) for part in parts))
        case ExactlyOne(parts):
            truths = [truth_of_criterion(part, context) for part in parts]
            return both((either(truths), negation(at_least(2, truths))))
        case Negation(part):
            return negation(truth_of_criterion(part, context))
        case SameSide(part):
            return either(truth_of_criterion(on_side(part, side), context) for side in (Side.LEFT, Side.RIGHT))
        case Unless(main, waiver):
            return either((truth_of_criterion(main, context), truth_of_criterion(waiver, context)))
        case Except(main, exception):
            return both((truth_of_criterion(main, context), negation(truth_of_criterion(exception, context))))
        case IfThen(condition, demand):
            return either((negation(truth_of_criterion(condition, context)), truth_of_criterion(demand, context)))
        case _:
            return truth_of_test(criterion, context)

"""One service line seen by the tests: what is known of it, with absent facts given the meaning their document declares."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.vocab.document import AS_DOCUMENT_SAYS, FAMILIES_OF_CODE, AnswerKind, FactDeclaration
from clausewise.vocab.request import AuthorizationRequest, Documentation, FactValue, ServiceLine
from clausewise.vocab.truth import Truth


@dataclass(frozen=True, slots=True)
class Sides:
    """The sides of the body a line treats; a line that does not say may treat either."""

    left: bool
    right: bool
    said: bool = True

    def meets(self, other: "Sides") -> bool:
        """Tell whether two lines can treat the same side: one side and both sides meet."""
        return (self.left and other.left) or (self.right and other.right)


@dataclass(frozen=True, slots=True)
class LineContext:
    """A service line with its case, ready for `atoms.truth_of_test`.

    `facts` are the request's, the line's own winning, absent ones not yet filled; `raised` names what the request spoke of.
    `others` are the other lines of the request with their sides.  Units as declared.
    """

    code: str
    facts: Mapping[str, FactValue]
    raised: frozenset[str]
    modifiers: tuple[str, ...]
    sides: Sides
    diagnoses: tuple[str, ...]
    service_date: date
    request_date: date
    birth_date: date | None
    documents: tuple[Documentation, ...] | None
    others: tuple[tuple[str, Sides], ...]
    policy: CompiledPolicy

    def with_facts(self, facts: Mapping[str, FactValue]) -> "LineContext":
        """Return the same line with other facts."""
        return replace(self, facts=facts)


def line_context(request: AuthorizationRequest, line: ServiceLine, policy: CompiledPolicy) -> LineContext:
    """Return the context of one line of a request under a policy."""
    received = request.received_at.date() if request.received_at else request.service_date
    facts = {**request.facts, **line.facts}
    return LineContext(
        code=line.code,
        facts=facts,
        raised=frozenset(facts),
        modifiers=line.modifiers,
        sides=sides_of(line.modifiers),
        diagnoses=request.diagnoses if line.diagnoses is None else line.diagnoses,
        service_date=request.service_date,
        request_date=received,
        birth_date=request.birth_date,
        documents=request.documents,
        others=tuple((other.code, sides_of(other.modifiers)) for other in request.lines if other.number != line.number),
        policy=policy,
    )


def sides_of(modifiers: tuple[str, ...]) -> Sides:
    """Return the sides that modifiers name: LT, RT, 50 is both; without one the line may treat either."""
    if "50" in modifiers or not {"LT", "RT"} & set(modifiers):
        return Sides(True, True, "50" in modifiers)
    return Sides("LT" in modifiers, "RT" in modifiers)


@dataclass(frozen=True, slots=True)
class Filled:
    """The facts with declared defaults filled in, and the defaults that were used, as `name = value`."""

    facts: Mapping[str, FactValue]
    assumed: Mapping[str, str]


def fill_defaults(context: LineContext, wanted: frozenset[str]) -> Filled:
    """Give every wanted fact that is absent the value its declaration says; an absent fact without one is unknown."""
    facts: dict[str, FactValue] = dict(context.facts)
    assumed: dict[str, str] = {}
    for name in sorted(wanted):
        if name in context.facts or name not in context.policy.facts:
            continue
        value = default_value(context.policy.facts[name], context)
        facts[name] = value
        if value is not None:
            assumed[name] = shown(value)
    if "age" in wanted and "age" not in context.facts and context.birth_date is not None:
        facts["age"] = completed_years(context.birth_date, context.service_date)
    return Filled(facts, assumed)


def default_value(fact: FactDeclaration, context: LineContext) -> FactValue:
    """Return what the absence of a fact means for this line, or None for unknown."""
    from clausewise.decide.evaluate import truth_of_criterion  # the two modules need each other only here

    for default in fact.defaults:
        if default.test is not None:
            truth = truth_of_criterion(default.test, context)
            return None if truth is Truth.UNKNOWN else truth is Truth.TRUE
        holds = Truth.TRUE if default.when is None else truth_of_criterion(default.when, context)
        if holds is Truth.UNKNOWN:
            return None
        if holds is Truth.TRUE:
            return declared(default.value, fact, context)
    return None


def declared(text: str, fact: FactDeclaration, context: LineContext) -> FactValue:
    """Return the value a default names, as the fact's answer type has it."""
    if text == FAMILIES_OF_CODE:
        return context.policy.families.get(context.code, ("none",))
    if text == AS_DOCUMENT_SAYS:
        return context.policy.in_force.first
    if text in ("yes", "no") and not fact.answer.values:
        return text == "yes"
    if fact.answer.kind is AnswerKind.DATE:
        return date.fromisoformat(text)
    return Decimal(text) if fact.answer.kind is AnswerKind.NUMBER and text != "none" else text


def shown(value: FactValue) -> str:
    """Return a value as people write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return " or ".join(str(part) for part in value) or "none"
    return "unknown" if value is None else str(value)


def completed_years(born: date, on: date) -> int:
    """Return completed years: the birthday of 29 February is 1 March in a common year."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))

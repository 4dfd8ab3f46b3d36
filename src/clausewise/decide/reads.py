"""How a specialised function reads its atoms: for each test an expression over `get`, that of a plain mapping of facts.

What the code and the frame settle is a truth and no expression.  Any other answer is looked up in a table of truths
made for the test, `r3[get("cause", r4)]`, where `r4` is what the absence of the fact means; a given "unknown" (None)
stays unknown.  Two keys stand beside the facts: `service_date`, and `documents` where the request lists them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, TypeAlias

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.decide.context import LineContext, fill_defaults
from clausewise.decide.evaluate import truth_of_criterion
from clausewise.vocab.criterion import (
    CodeIn,
    CodeIs,
    Constant,
    Criterion,
    DocumentProvided,
    FactIn,
    Is,
    Judged,
    Known,
    Outside,
    OutsideTest,
    Raised,
    Unread,
)
from clausewise.vocab.document import AS_DOCUMENT_SAYS, FAMILIES_OF_CODE, AnswerKind, Default, FactDeclaration
from clausewise.vocab.request import Documentation, FactValue

Settled: TypeAlias = bool | None
Documents: TypeAlias = tuple[Documentation, ...] | None
ABSENT = object()
NO_FAMILY = ("none",)
LINE = "line"  # the key under which the facts hold a function that returns the context of their line
PLAIN_ANSWERS = (AnswerKind.YES_NO, AnswerKind.CHOICE, AnswerKind.TEXT)


class Fixed(NamedTuple):
    """A value that is the same for every line the function is written for."""

    value: FactValue


@dataclass(frozen=True, slots=True)
class Reads:
    """The atoms that are settled, an expression for each atom, and what the expressions call."""

    known: Mapping[int, bool]
    expressions: tuple[str, ...]
    called: Mapping[str, object]


class Answers(dict[FactValue, Settled]):
    """Whether an answer is one of `values`: for the answers foreseen by look-up, for any other as `Is` has it."""

    def __init__(self, values: tuple[str, ...], foreseen: tuple[str, ...]) -> None:
        super().__init__({None: None, True: "yes" in values, False: "no" in values})
        self.update((word, word in values) for word in (*foreseen, *values))
        self._values = values

    def __missing__(self, answer: FactValue) -> Settled:
        """Return the truth for an answer that was not foreseen; of several families any counts."""
        parts = answer if isinstance(answer, tuple) else (str(answer),)
        return any(part in self._values for part in parts)


@dataclass(frozen=True, slots=True)
class _Reader:
    policy: CompiledPolicy
    code: str
    frame: Mapping[str, FactValue | object]
    filled: frozenset[str]  # the facts whose defaults count
    called: dict[str, object] = field(default_factory=dict)

    def name(self, value: object) -> str:
        """Return a new name under which an expression finds a value."""
        name = f"r{len(self.called)}"
        self.called[name] = value
        return name

    def source(self, value: "str | Fixed") -> str:
        """Return the expression of a value."""
        if isinstance(value, str):
            return value
        return repr(value.value) if value.value is None or isinstance(value.value, bool) else self.name(value.value)


def reads_of(policy: CompiledPolicy, code: str, frame: Mapping[str, FactValue | object]) -> Reads:
    """Return how the atoms of a policy are read for a code; `frame` are facts known beforehand, ABSENT where not given.

    A test that needs more than a look at answers is left to `atoms`, on the line's context: see `LINE`.
    """
    filled = frozenset(name for names in policy.atom_facts for name in names)
    reader = _Reader(policy, code, frame, filled)
    truths = [_read(reader, test, True) for test in policy.program.atoms]
    known = {atom: truth for atom, truth in enumerate(truths) if isinstance(truth, bool)}
    return Reads(known, tuple(truth if isinstance(truth, str) else repr(truth) for truth in truths), reader.called)


def _read(reader: _Reader, test: Criterion, defaults: bool) -> str | Settled:
    """Return the truth of a test where it is settled, else the expression that reads it."""
    match test:
        case CodeIs(codes):
            return reader.code in codes
        case CodeIn(name):
            return _member(reader, name, reader.code)
        case Constant(holds):
            return holds
        case Unread():
            return None
        case Is(fact, values):
            return _answered(reader, fact, values, defaults)
        case Judged(fact, _):
            return _answered(reader, fact, ("yes",), defaults)
        case Known(fact, _):
            value = _value(reader, fact, defaults)
            return value.value is not None if isinstance(value, Fixed) else f"({value} is not None)"
        case Raised(fact) if fact in reader.frame:
            return reader.frame[fact] is not ABSENT
        case Raised(fact):
            return f"(get({reader.name(fact)}, {(absent := reader.name(ABSENT))}) is not {absent})"
        case FactIn(fact, name):
            return _listed(reader, fact, name, defaults)
        case OutsideTest(asks, _, _):
            return _in_force(reader) if asks is Outside.IN_FORCE else None
        case DocumentProvided(kind, attributes, None):
            return f'{reader.name(_provided(kind, attributes))}(get("documents"))'
        case _:
            return _looked_up(reader, test, defaults)


def _looked_up(reader: _Reader, test: Criterion, defaults: bool) -> str:
    """Return the expression that has the test decided on the context of the line."""
    wanted = reader.filled if defaults else frozenset[str]()

    def truth(line: Callable[[], LineContext]) -> Settled:
        context = line()
        ready = context.with_facts(fill_defaults(context, wanted).facts)
        return (False, None, True)[truth_of_criterion(test, ready)]

    return f'{reader.name(truth)}(get("{LINE}"))'


def _member(reader: _Reader, name: str, code: str) -> Settled:
    group = reader.policy.sets.get(name)
    return None if group is None else True if code in group.codes else False if group.complete else None


def _listed(reader: _Reader, fact: str, name: str, defaults: bool) -> str | Settled:
    value = _value(reader, fact, defaults)
    if isinstance(value, Fixed):
        return None if value.value is None else _member(reader, name, str(value.value))

    def member(answer: FactValue) -> Settled:
        return None if answer is None else _member(reader, name, str(answer))

    return f"{reader.name(member)}({value})"


def _answered(reader: _Reader, fact: str, values: tuple[str, ...], defaults: bool) -> str | Settled:
    declared = reader.policy.facts.get(fact)
    kind = AnswerKind.TEXT if declared is None else declared.answer.kind
    if kind not in PLAIN_ANSWERS:
        return _looked_up(reader, Is(fact, values), defaults)
    value = _value(reader, fact, defaults)
    answers = Answers(values, declared.answer.values if declared else ())
    if isinstance(value, Fixed):
        return answers[value.value]
    return value if kind is AnswerKind.YES_NO and values == ("yes",) else f"{reader.name(answers)}[{value}]"


def _value(reader: _Reader, fact: str, defaults: bool) -> str | Fixed:
    """Return a fact's value, or the expression of it; its declared default stands in where it is absent."""
    given = reader.frame.get(fact, ABSENT)
    if given is not ABSENT:
        return Fixed(given)  # type: ignore[arg-type]
    declared = reader.policy.facts.get(fact) if defaults and fact in reader.filled else None
    default = Fixed(None) if declared is None else _default(reader, declared, declared.defaults)
    if fact in reader.frame:
        return default
    name = reader.name(fact)
    return f"get({name})" if default == Fixed(None) else f"get({name}, {reader.source(default)})"


def _default(reader: _Reader, fact: FactDeclaration, defaults: tuple[Default, ...]) -> str | Fixed:
    """Return what the absence of a fact means: the first default that applies, else unknown."""
    if not defaults:
        return Fixed(None)
    first = defaults[0]
    if first.test is not None:
        truth = _read(reader, first.test, False)
        return truth if isinstance(truth, str) else Fixed(truth)
    value = Fixed(_declared(reader, first.value, fact))
    holds = True if first.when is None else _read(reader, first.when, False)
    if isinstance(holds, str):
        otherwise = reader.source(_default(reader, fact, defaults[1:]))
        return f"({reader.source(value)} if (d := {holds}) else {otherwise} if d is False else None)"
    return value if holds else _default(reader, fact, defaults[1:]) if holds is False else Fixed(None)


def _declared(reader: _Reader, text: str, fact: FactDeclaration) -> FactValue:
    """Return the value a default names; see `context.declared`."""
    if text == FAMILIES_OF_CODE:
        return reader.policy.families.get(reader.code, NO_FAMILY)
    if text == AS_DOCUMENT_SAYS:
        return reader.policy.in_force.first
    if text in ("yes", "no") and not fact.answer.values:
        return text == "yes"
    return int(text) if text.isdigit() else text


def _in_force(reader: _Reader) -> str:
    period = reader.policy.in_force

    def in_force(day: date, effective: FactValue | object) -> Settled:
        if not period.covers(day):
            return False
        since = period.first if effective is ABSENT else effective
        return (True if effective is ABSENT else None) if since is None else str(since) <= day.isoformat()

    return f'{reader.name(in_force)}(get("service_date"), get("plan_effective_date", {reader.name(ABSENT)}))'


def _provided(kind: str, attributes: tuple[tuple[str, str], ...]) -> Callable[[Documents], Settled]:
    def provided(documents: Documents) -> Settled:
        if documents is None:
            return None
        return any(d.kind == kind and all(a in d.attributes for a in attributes) for d in documents)

    return provided

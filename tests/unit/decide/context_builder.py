"""Service lines under small invented policies, for tests of single conditions."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import cache

from clausewise.compiler.compile import compile_policy
from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.link import Linked, link
from clausewise.decide.context import LineContext, fill_defaults, line_context
from clausewise.policy.read import read
from clausewise.vocab.document import PolicyDocument, Row
from clausewise.vocab.request import AuthorizationRequest, Documentation, FactValue, ServiceLine

SERVICE_DATE = date(2026, 3, 16)
FRAME = "---\ndocument: TEST.1\nkind: policy\nin force: 2026-01-01 to 2026-12-31\nplans: qualchoice, ambetter_ar\n---\n"
COLUMNS = "| fact | question | answer | if absent |\n|---|---|---|---|\n"
LADDER = PolicyDocument("NO-STEPS", "ladder", rows=(("answers", (Row((("disposition", "ask"),)),)),))


def facts_table(**answers: str) -> str:
    """Return a Facts table: each fact with its answer as the language writes it, and after a `/` what absence means."""
    rows = ((name, *map(str.strip, answer.partition("/")[::2])) for name, answer in answers.items())
    return f"\n## Facts\n{COLUMNS}" + "".join(f"| {name} | ? | {answer} | {absent} |\n" for name, answer, absent in rows)


@cache
def linked(text: str, beside: tuple[str, ...] = (), on: date = SERVICE_DATE) -> Linked:
    """Return a policy of this text, and the documents of these texts beside it: laws as laws, others as foreign."""
    policy, *others = [_sound(one) for one in (FRAME + text, *beside)]
    laws = [one for one in others if one.kind == "law"]
    foreign = {one.id: one for one in others if one.kind != "law"}
    return link(policy, LADDER, (), laws, on, foreign)


def _sound(text: str) -> PolicyDocument:
    document, problems = read(text, "test.md")
    assert not problems, problems
    return document


@cache
def compiled(text: str, beside: tuple[str, ...] = (), on: date = SERVICE_DATE) -> CompiledPolicy:
    """Return the policy of a text compiled."""
    result, problems = compile_policy(linked(text, beside, on))
    assert not problems, problems
    return result


def line(
    policy: CompiledPolicy | str,
    facts: Mapping[str, FactValue] | None = None,
    *,
    code: str = "19318",
    modifiers: Sequence[str] = (),
    diagnoses: Sequence[str] = (),
    service_date: date = SERVICE_DATE,
    request_date: date | None = None,
    birth_date: date | None = None,
    documents: Sequence[Documentation] | None = None,
    others: Sequence[tuple[str, Sequence[str]]] = (),
) -> LineContext:
    """Return a service line under a policy with absent facts given their declared meaning; it is requested the same day."""
    lines = [ServiceLine(1, code, tuple(modifiers))]
    lines += [ServiceLine(number, other, tuple(marks)) for number, (other, marks) in enumerate(others, 2)]
    request = AuthorizationRequest(
        case="invented",
        service_date=service_date,
        lines=tuple(lines),
        facts=facts or {},
        diagnoses=tuple(diagnoses),
        birth_date=birth_date,
        received_at=datetime.combine(request_date, time(9), UTC) if request_date else None,
        documents=None if documents is None else tuple(documents),
    )
    context = line_context(request, lines[0], compiled(policy) if isinstance(policy, str) else policy)
    filled = fill_defaults(context, frozenset(context.policy.facts) | {"age"})
    return context.with_facts(filled.facts)

"""A case that shows what was found: an ordinary request, as small as it can be, replayed before anybody is shown it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.decide.coding import coding_facts
from clausewise.decide.context import line_context
from clausewise.decide.determine import ASK, Assessors, determine, judge_request
from clausewise.decide.findings import Findings, climbed, find
from clausewise.decide.ladder import Climb, Outcome
from clausewise.decide.space import Answer, Space, frame_of
from clausewise.vocab.determination import Determination
from clausewise.vocab.request import AuthorizationRequest, FactValue, ServiceLine


@dataclass(frozen=True, slots=True)
class Witness:
    """A case of one line (and those that it needs beside it), with what each policy of the space finds for that line."""

    request: AuthorizationRequest
    findings: tuple[Findings, ...]
    climbs: tuple[Climb, ...]

    @property
    def facts(self) -> Mapping[str, FactValue]:
        """What the case says."""
        return self.request.facts


Shows = Callable[[Witness], bool]


def witness_of(space: Space, answers: Iterable[Answer]) -> Witness:
    """Return the case that some answers make."""
    return look(request_of(space, answers), space.policies)


def look(request: AuthorizationRequest, policies: Sequence[CompiledPolicy]) -> Witness:
    """Return a request with what each policy finds for its first line."""
    line = request.lines[0]
    findings = tuple(
        find(line_context(request, line, policy), coding_facts(request, line, policy, valid_on=_valid)) for policy in policies
    )
    climbs = tuple(climbed(one, policy.steps, ASK) for one, policy in zip(findings, policies, strict=True))
    return Witness(request, findings, climbs)


def smallest(witness: Witness, shows: Shows) -> Witness | None:
    """Return a witness that says as little as it can and still shows the same, or None if it does not show it at all.

    Facts are left out one by one, the last ones of the policy first; no one of those that stay can be missed.
    """
    if not shows(witness):
        return None
    policies = [one.context.policy for one in witness.findings]
    for name in reversed(list(witness.facts)):
        facts = {other: value for other, value in witness.facts.items() if other != name}
        shorter = look(replace(witness.request, facts=facts), policies)
        witness = shorter if shows(shorter) else witness
    return witness


def replayed(witness: Witness, which: int = 0) -> Determination:
    """Return the determination of the witness by one of its policies: what `determine` prints of it."""
    policy = witness.findings[which].context.policy
    now = datetime.combine(witness.request.service_date, time(), UTC)
    return determine(witness.request, Assessors(policy, None), now, _valid)[0]


def judged(witness: Witness, which: int = 0) -> Outcome:
    """Return the outcome that one of its policies gives the witness: what `determine` puts on record, without the record."""
    return judge_request(witness.request, witness.findings[which].context.policy, _valid)[0].outcome


def request_of(space: Space, answers: Iterable[Answer]) -> AuthorizationRequest:
    """Return the request that some answers make, with the primary line that an add-on cannot be without."""
    facts: dict[str, FactValue] = {}
    fields: dict[str, object] = {}
    for answer in answers:
        facts.update(answer.facts)
        fields.update(answer.line)
    line = replace(frame_of(space.policies[0], {}), **{"documents": None, **fields})  # type: ignore[arg-type]  # fields by name
    beside = [code for code, _ in line.others] or _primary(space.policies, line.code)
    codes = [line.code, *beside]
    return AuthorizationRequest(
        case="witness",
        service_date=space.on,
        facts=facts,
        diagnoses=line.diagnoses,
        documents=line.documents,
        lines=tuple(
            ServiceLine(number=number, code=code, modifiers=line.modifiers if number == 1 else ())
            for number, code in enumerate(codes, 1)
        ),
    )


def _primary(policies: Sequence[CompiledPolicy], code: str) -> list[str]:
    return [row.primaries[0] for policy in policies for row in policy.add_ons if row.code == code and row.primaries][:1]


def _valid(diagnosis: str, on: object) -> bool | None:
    """A witness names diagnoses of the policy's own sets; whether they can be billed that day is another question."""
    return None

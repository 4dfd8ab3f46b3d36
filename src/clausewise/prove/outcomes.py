"""What the ladders of two policies conclude: dispositions as claims for Z3, and the classes of cases whose disposition changes."""

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.decide.determine import ASK
from clausewise.decide.ladder import Outcome, outcome_of
from clausewise.prove.encode import Claim, Encoding
from clausewise.prove.witness import Witness

HELD = Outcome("held")


def disposition(policy: CompiledPolicy, outcome: Outcome) -> str:
    """Return the disposition of an outcome as records have it, with what a referral goes to; a notice's decision in its own
    word."""
    row = next((row for row in policy.answers if row.cell("disposition") == outcome.conclusion), None)
    code = row.cell("code") if row is not None else outcome.conclusion
    return f"{code} {outcome.target}".rstrip()


def waiting(policy: CompiledPolicy) -> str:
    """Return the disposition of a line that has to wait."""
    return disposition(policy, ASK if policy.answers else HELD)


def step_dispositions(policy: CompiledPolicy) -> list[str]:
    """Return the disposition that each step of the ladder gives."""
    return [disposition(policy, outcome_of(step)) for step in policy.steps]


def approvals(policy: CompiledPolicy) -> frozenset[str]:
    """Return the dispositions that approve on a criterion of the policy."""
    return frozenset(row.cell("code") for row in policy.answers if row.cell("basis") == "criterion")


def climbed_disposition(witness: Witness, which: int) -> str:
    """Return the disposition that a policy gives a witness."""
    policy, climb = witness.findings[which].context.policy, witness.climbs[which]
    return waiting(policy) if climb.outcome == ASK else disposition(policy, climb.outcome)


def deciding_step(witness: Witness, which: int) -> str:
    """Return the clause of the step that decides a witness, or at which it waits."""
    policy, climb = witness.findings[which].context.policy, witness.climbs[which]
    return policy.steps[climb.step].clause


def concludes(encoding: Encoding, which: int) -> dict[str, Claim]:
    """Return for each disposition the claim that the ladder gives it, and gives it for certain."""
    steps = encoding.space.policies[which].steps
    given = step_dispositions(encoding.space.policies[which])
    held: dict[str, list[Claim]] = {}
    for number, own in enumerate(given):
        others = [encoding.fails(steps[above].ref, which) for above in range(number) if given[above] != own]
        held.setdefault(own, []).append(encoding.every([encoding.holds(steps[number].ref, which), *others]))
    return {own: encoding.named(encoding.some(claims)) for own, claims in held.items()}


def differ(encoding: Encoding, old: dict[str, Claim], new: dict[str, Claim]) -> Claim:
    """Return the claim that the two policies give different dispositions; one that waits gives none of its ladder's."""
    parts = []
    for own in {**old, **new}:
        before, after = old.get(own, encoding.some(())), new.get(own, encoding.some(()))
        parts += [encoding.every([before, encoding.no(after)]), encoding.every([after, encoding.no(before)])]
    return encoding.named(encoding.some(parts))

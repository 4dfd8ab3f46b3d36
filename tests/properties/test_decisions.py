"""What must hold of every decision, whatever the request: promises 1, 4 and 5, tried on random requests."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import combinations, product

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.decide.coding import coding_facts
from clausewise.decide.context import line_context, shown
from clausewise.decide.determine import ASK, Assessors, Judged, determine, judge
from clausewise.decide.findings import climbed, find
from clausewise.decide.ladder import Outcome
from clausewise.vocab.determination import Disposition
from clausewise.vocab.request import FactValue
from tests.properties.strategies import answers, asked, codes, compiled, completions, request, situations

POLICIES = ("AR.CP.MP.31", "CLINIC.CR")
MANY_DISCARDED = settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
pytestmark = pytest.mark.slow


def nothing_known(diagnosis: str, on: object) -> None:
    """Say of every diagnosis that its validity is not known."""


def judged(policy: CompiledPolicy, code: str, facts: Mapping[str, FactValue]) -> Judged:
    """Judge one line."""
    drawn = request(code, facts)
    return judge(drawn, drawn.lines[0], policy, nothing_known)


def outcome(policy: CompiledPolicy, code: str, facts: Mapping[str, FactValue]) -> Outcome:
    """Climb the ladder once, without asking what is missing."""
    drawn = request(code, facts)
    context = line_context(drawn, drawn.lines[0], policy)
    return climbed(find(context, coding_facts(drawn, drawn.lines[0], policy, nothing_known)), policy.steps, ASK).outcome


def supplied(policy: CompiledPolicy, name: str) -> list[FactValue]:
    """Return the answers that close a question; those that leave it open are left out."""
    fact = policy.facts[name]
    return [value for value in answers(policy, name) if shown(value) not in fact.asked_again]


@pytest.mark.parametrize("name", POLICIES)
@MANY_DISCARDED
@given(data=st.data())
def test_a_learnt_fact_never_flips_a_settled_answer(name: str, data: st.DataObject) -> None:
    """A line for which nothing is missing keeps its outcome, whatever else is learnt."""
    policy = compiled(name)
    code, facts = data.draw(situations(name))
    before = judged(policy, code, facts)
    hidden = [fact for fact, value in facts.items() if value is None]
    assume(not before.missing and hidden)
    learnt = data.draw(st.sampled_from(hidden))
    value = data.draw(st.sampled_from(answers(policy, learnt)))
    assert before.outcome == judged(policy, code, {**facts, learnt: value}).outcome


@pytest.mark.parametrize("name", POLICIES)
@MANY_DISCARDED
@given(data=st.data())
def test_a_line_waits_only_for_something_missing_and_that_settles_it(name: str, data: st.DataObject) -> None:
    """A line that pends names what is missing; with every missing fact supplied it pends no more."""
    policy = compiled(name)
    code, facts = data.draw(situations(name))
    before = judged(policy, code, facts)
    assume(before.outcome == ASK)
    assert before.missing
    answered = {fact: data.draw(st.sampled_from(supplied(policy, fact))) for fact in before.missing}
    after = judged(policy, code, {**facts, **answered})
    assert not after.missing or after.outcome != ASK


@pytest.mark.parametrize("name", POLICIES)
@MANY_DISCARDED
@given(data=st.data())
def test_the_missing_set_is_exact(name: str, data: st.DataObject) -> None:
    """A fact is missing if and only if some completion of the others makes it change the outcome (brute force)."""
    policy = compiled(name)
    code, facts = data.draw(situations(name, unknown_at_most=5))
    facts |= {fact: False for fact in facts if policy.facts[fact].asked_again and facts[fact] is None}
    found = judged(policy, code, facts)
    hidden = [fact for fact, value in facts.items() if value is None]
    every = completions(policy, facts)
    assume(found.outcome == ASK and 1 < len(every) <= 400 and not set(found.missing) - set(hidden))
    outcomes = {tuple(str(one[fact]) for fact in hidden): outcome(policy, code, one) for one in every}
    for position, fact in enumerate(hidden):
        groups: dict[tuple[str, ...], set[Outcome]] = {}
        for answer, result in outcomes.items():
            groups.setdefault((*answer[:position], *answer[position + 1 :]), set()).add(result)
        assert (fact in found.missing) == any(len(group) > 1 for group in groups.values()), fact


@pytest.mark.parametrize("name", POLICIES)
@MANY_DISCARDED
@given(data=st.data())
def test_the_settling_set_is_smallest(name: str, data: st.DataObject) -> None:
    """Some answers to the settling facts leave one outcome; no smaller set of facts can do that (brute force)."""
    policy = compiled(name)
    code, facts = data.draw(situations(name, unknown_at_most=4))
    found = judged(policy, code, facts)
    hidden = [fact for fact, value in facts.items() if value is None]
    every = completions(policy, facts)
    assume(found.outcome == ASK and found.settles and 1 < len(every) <= 300 and set(found.missing) <= set(hidden))
    outcomes = [(one, outcome(policy, code, one)) for one in every]

    def can_settle(chosen: tuple[str, ...]) -> bool:
        for picked in product(*(answers(policy, fact) for fact in chosen)):
            left = {result for one, result in outcomes if all(one[f] == v for f, v in zip(chosen, picked, strict=True))}
            if len(left) == 1 and ASK not in left:
                return True
        return False

    assert can_settle(found.settles)
    assert not any(can_settle(chosen) for size in range(len(found.settles)) for chosen in combinations(hidden, size))


@given(data=st.data())
def test_a_determination_replays_to_the_same_record(data: st.DataObject) -> None:
    """The same request gives the same record at another instant, and no disposition is a denial."""
    plan, clinic = compiled("AR.CP.MP.31"), compiled("CLINIC.CR")
    code = data.draw(codes(plan))
    given_facts = data.draw(st.sets(st.sampled_from(asked(plan)), max_size=20))
    facts = {name: data.draw(st.sampled_from([None, *answers(plan, name)])) for name in sorted(given_facts)}
    drawn = request(code, facts)
    first = determine(drawn, Assessors(plan, clinic), datetime(2026, 1, 1, tzinfo=UTC), nothing_known)
    second = determine(drawn, Assessors(plan, clinic), datetime(2027, 1, 1, tzinfo=UTC), nothing_known)
    assert first == second
    assert all("DEN" not in disposition.name for disposition in Disposition)

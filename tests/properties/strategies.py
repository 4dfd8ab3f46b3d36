"""Random requests against the bundled policies: any code, any answers within the declared domains, some of them unknown."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from itertools import product
from pathlib import Path

from hypothesis import strategies as st

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.shelf import CompiledLibrary, Refused
from clausewise.policy.library import Library
from clausewise.vocab.criterion import FactIn, Is
from clausewise.vocab.document import AnswerKind
from clausewise.vocab.request import AuthorizationRequest, FactValue, ServiceLine

ROOT = Path(__file__).resolve().parents[2]
SERVICE_DATE = date(2026, 3, 16)
FRAME: Mapping[str, FactValue] = {"plan": "qualchoice", "line_of_business": "commercial", "state": "AR", "funding": "insured"}


@lru_cache
def library() -> Library:
    """Return the bundled documents."""
    policies = ROOT / "policies"
    return Library({path.relative_to(policies).as_posix(): path.read_bytes() for path in policies.rglob("*.md")})


@lru_cache
def compiled(name: str) -> CompiledPolicy:
    """Return a bundled policy compiled for the service date of these tests."""
    policy = CompiledLibrary(library()).policy(name, SERVICE_DATE)
    assert not isinstance(policy, Refused), policy.problems
    return policy


QUIET: Mapping[str, FactValue] = {
    "gender_dysphoria": False,
    "out_of_scope": False,
    "benefit_exclusion": "none",
    "benefit_cosmetic": "none",
    "benefit_skin_tags": "no_restriction",
    "drug": "none",
    "service_description": "something",
    "structure": "abnormal",
    "other_policy_likely": "none",
}  # answers that let a line through to the criteria; drawn more often than others


def answers(policy: CompiledPolicy, name: str) -> list[FactValue]:
    """Return the answers a fact may have; of free text every word that some test asks for and one more, of numbers some."""
    fact = policy.facts[name]
    match fact.answer.kind:
        case AnswerKind.YES_NO:
            return [True, False]
        case AnswerKind.CHOICE:
            return list(fact.answer.values)
        case AnswerKind.NUMBER:
            return [0, 1, 17, 18, 19, 40]
        case AnswerKind.TEXT:
            tests = [test for test in policy.program.atoms if isinstance(test, Is) and test.fact == name]
            sets = [test.value_set for test in policy.program.atoms if isinstance(test, FactIn) and test.fact == name]
            words = {value for test in tests for value in test.values} | {code for one in sets for code in policy.sets[one].codes}
            return [*sorted(words), "something else"]
        case _:
            return []


def asked(policy: CompiledPolicy) -> list[str]:
    """Return the facts that the policy's program rests on and a request may give."""
    names = {name for names in policy.atom_facts for name in names if name in policy.facts}
    return sorted(name for name in names if answers(policy, name) and name not in FRAME)


def codes(policy: CompiledPolicy) -> st.SearchStrategy[str]:
    """Draw a code: any that the policy names, or one that it does not list."""
    known = sorted({*policy.families, *(code for group in policy.sets.values() for code in group.codes if len(code) == 5)})
    return st.sampled_from([*known, "11402", "15823", "17380", "21235"])


@st.composite
def situations(draw: st.DrawFn, name: str, unknown_at_most: int = 40) -> tuple[str, dict[str, FactValue]]:
    """Draw a code and an answer for every fact, some given as unknown, so that nothing rests on what absence means."""
    policy = compiled(name)
    weighed = {fact: [*[QUIET.get(fact)] * 20 * (fact in QUIET), *answers(policy, fact)] for fact in asked(policy)}
    facts = {fact: draw(st.sampled_from(choices)) for fact, choices in weighed.items()}
    hidden = draw(st.sets(st.sampled_from(sorted(facts)), min_size=1, max_size=unknown_at_most))
    return draw(codes(policy)), {name: None if name in hidden else value for name, value in facts.items()}


def request(code: str, facts: Mapping[str, FactValue], assessor: str = "plan") -> AuthorizationRequest:
    """Return a request of one line with these facts and a usual frame."""
    return AuthorizationRequest("drawn", SERVICE_DATE, (ServiceLine(1, code),), {**FRAME, **facts}, assessor=assessor)


def completions(policy: CompiledPolicy, facts: Mapping[str, FactValue]) -> list[dict[str, FactValue]]:
    """Return every way to answer the unknown facts."""
    hidden = [name for name, value in facts.items() if value is None]
    choices = product(*(answers(policy, name) for name in hidden))
    return [{**facts, **dict(zip(hidden, choice, strict=True))} for choice in choices]

"""Compiled policies on demand: cache, segments, refusals, and bytes that cannot do harm."""

import pickle
from datetime import date

import pytest

from clausewise.compiler.cache import Spoiled, freeze, thaw
from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.shelf import CompiledLibrary, Refused
from clausewise.policy.library import Library

ON = date(2026, 3, 16)
LADDER = """---
document: L.ONE
kind: ladder
---
# Ladder
- (S1) it is met: **approve** **when** `it_is_met`
- (S2) else: **ask** **when** `always`

## Answers
| disposition | code | necessity | basis | rank |
|---|---|---|---|---|
| approve | APPROVE_MN | necessary | criterion | 1 |
| ask | PEND_INFO | undetermined | undetermined | 2 |
"""
POLICY = """---
document: P.ONE
kind: policy
in force: 2026-01-01 onward
plans: any
ladder: L.ONE
---
# One
## I. Only
A service is **medically necessary** when **all of**:
- I.A it hurts `pain`
- I.B [from 2026-06-01] it was tried `tried`

> **Definition of it_is_met**: the section. `clause I`

## Facts
| fact | question | answer | if absent |
|---|---|---|---|
| pain | Does it hurt? | yes or no | unknown |
| tried | Was it tried? | yes or no | unknown |
"""


NEEDING = "kind: ladder\nneeds: it_is_met"


def shelf(policy: str = POLICY, ladder: str = LADDER, cache: dict[str, bytes] | None = None) -> CompiledLibrary:
    """Return a library of one policy and its ladder."""
    return CompiledLibrary(Library({"p/policy.md": policy.encode(), "l/ladder.md": ladder.encode()}), cache)


def compiled(of: CompiledLibrary, on: date = ON) -> CompiledPolicy:
    """Return the policy, which must not be refused."""
    policy = of.policy("P.ONE", on)
    assert isinstance(policy, CompiledPolicy), policy
    return policy


def test_a_clause_outside_its_period_is_not_written() -> None:
    """Before June the second criterion is not there; from June on it is."""
    clauses = [{clause.clause for clause in compiled(shelf(), on).clauses} for on in (date(2026, 5, 31), date(2026, 6, 1))]
    assert [{"I", "I.A"}, {"I", "I.A", "I.B"}] == clauses


def test_between_two_changes_one_compiled_policy_serves() -> None:
    """Two days of one segment share an object and a place in the cache; another segment has its own."""
    cache: dict[str, bytes] = {}
    of = shelf(cache=cache)
    assert compiled(of, date(2026, 2, 1)) is compiled(of, date(2026, 5, 1))
    compiled(of, date(2026, 7, 1))
    assert 2 == len(cache)


def test_the_cache_gives_the_same_policy() -> None:
    """What comes from the cache equals what was compiled; changed text has another name there."""
    cache: dict[str, bytes] = {}
    first = compiled(shelf(cache=cache))
    assert first == compiled(shelf(cache=cache))
    compiled(shelf(POLICY.replace("it hurts", "it aches"), cache=cache))
    assert 2 == len(cache)


def test_a_change_elsewhere_in_a_library_takes_nobodys_place_in_the_cache() -> None:
    """An amendment of another document adds a day on which something changes; the days of this one keep their own programs."""
    amended = "---\ndocument: P.TWO\namends: P.TWO @ 1\nin force: 2025-05-01 onward\nbecause: a test\n---\n\n## Delete I.A\n"
    other = POLICY.replace("P.ONE", "P.TWO").replace("kind: policy", "kind: policy\nrevision: 1")
    texts = {"p/policy.md": POLICY, "l/ladder.md": LADDER, "q/policy.md": other, "q/later.md": amended}
    cache: dict[str, bytes] = {}
    beside = CompiledLibrary(Library({path: text.encode() for path, text in texts.items()}), cache)
    assert {"I", "I.A"} == {clause.clause for clause in compiled(beside, date(2026, 3, 1)).clauses}
    assert {"I", "I.A", "I.B"} == {clause.clause for clause in compiled(shelf(cache=cache), date(2026, 6, 1)).clauses}


def test_damaged_bytes_are_compiled_anew() -> None:
    """A spoiled entry is not an error: the policy is compiled and the entry written over."""
    cache: dict[str, bytes] = {}
    first = compiled(shelf(cache=cache))
    (name,) = cache
    cache[name] = b"spoiled"
    assert first == compiled(shelf(cache=cache))
    assert first == thaw(cache[name])


class Harm:
    """Something that would run a command when unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        """Name a function that must never be called."""
        import os

        return os.system, ("true",)


@pytest.mark.parametrize("content", [b"", b"\x80\x05", pickle.dumps(Harm()), pickle.dumps({"a": 1})])
def test_bytes_that_are_no_policy_are_refused(content: bytes) -> None:
    """Nothing but Clausewise's own records comes out of a cache, and nothing is run."""
    with pytest.raises(Spoiled):
        thaw(content)


def test_frozen_bytes_are_the_same_each_time() -> None:
    """The same policy gives the same bytes."""
    assert freeze(compiled(shelf())) == freeze(compiled(shelf()))


@pytest.mark.parametrize(
    ("policy", "ladder", "code"),
    [
        (POLICY.replace("Definition of it_is", "Definition of it_was"), LADDER.replace("kind: ladder", NEEDING), "CW402"),
        (POLICY.replace("ladder: L.ONE", "ladder: L.TWO"), LADDER, "CW405"),
        (POLICY.replace("`clause I`", "`clause II`"), LADDER, "CW401"),
        (POLICY.replace("ladder: L.ONE", "ladder: L.ONE\nuses: gone.md"), LADDER, "CW404"),
        (POLICY, LADDER.replace("| ask | PEND_INFO", "| wait | PEND_INFO"), "CW406"),
        (POLICY.replace("`pain`", "`pain"), LADDER, "CW131"),
    ],
)
def test_a_policy_with_errors_is_refused_with_its_problems(policy: str, ladder: str, code: str) -> None:
    """A policy that cannot be trusted is not used; what to mend is said."""
    refused = shelf(policy, ladder).policy("P.ONE", ON)
    assert isinstance(refused, Refused)
    assert code in {problem.code for problem in refused.problems}


def test_a_circle_of_definitions_is_a_problem() -> None:
    """Two words that rest on each other are named."""
    circle = POLICY + "\n> **Definition of this_word**: a word. `that_word`\n\n> **Definition of that_word**: a word. `this_word`\n"
    refused = shelf(circle.replace("`clause I`", "`this_word`")).policy("P.ONE", ON)
    assert isinstance(refused, Refused)
    assert any("rests on itself" in problem.message for problem in refused.problems)


def test_a_used_file_without_an_id_is_a_problem() -> None:
    """A shared file that lost its id refuses the policy that uses it, and does not stop the program."""
    policy = POLICY.replace("ladder: L.ONE", "ladder: L.ONE\nuses: shared.md")
    files = {"p/policy.md": policy, "l/ladder.md": LADDER, "p/shared.md": "---\nkind: library\n---\n"}
    refused = CompiledLibrary(Library({path: text.encode() for path, text in files.items()})).policy("P.ONE", ON)
    assert isinstance(refused, Refused)
    assert "CW404" in {problem.code for problem in refused.problems}

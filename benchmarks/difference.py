"""How long the semantic difference of two revisions takes, and whether it is right: made-up policies of 40 to 200 facts.

Each policy is an outline of clauses over its own facts (yes or no, choices, numbers with thresholds), made by a seeded generator;
the revision changes one clause: an item dropped, all and any swapped, a threshold shifted, a negation.  Z3 is loaded and both
revisions are compiled before the clock starts.  Nothing is timed before it was checked: random cases are decided by both revisions
with the ordinary evaluator, and every clause that comes out otherwise must be reported with that direction; every example is
replayed.

    python -m benchmarks.difference [--json] [--pairs N]
"""

import argparse
import gc
import json
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from benchmarks.timing import machine
from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.shelf import CompiledLibrary
from clausewise.policy.library import Library
from clausewise.prove.change import Difference, Sort, Way
from clausewise.prove.diff import Side, difference
from clausewise.prove.joint import Joint
from clausewise.prove.witness import witness_of
from clausewise.vocab.truth import Truth

ON = date(2026, 3, 16)
SIZES = (40, 80, 120, 200)
CASES = 40
ROUNDS = 3  # of which the fastest counts, since a busy machine only ever adds
GOAL_MS = 100
LADDER = """---
document: LADDER.MADE
kind: ladder
title: made up for a measurement
in force: 2025-01-01 onward
needs: criteria_met, excluded
---

## Ladder

- (M1) an exclusion fires: **propose not necessary** (other) **when** `excluded`
- (M2) the criteria are met: **approve** (other) **when** `criteria_met`
- (M3) a criterion fails: **propose not necessary** (other) **when** `always`

## Nature

- (MN) the policy does not say: **indeterminate** **when** `always`

## Answers

| disposition | code | necessity | basis | rank |
|---|---|---|---|---|
| approve | APPROVE_MN | necessary | criterion | 1 |
| ask | PEND_INFO | undetermined | undetermined | 2 |
| propose not necessary | PROPOSE_NOT_MN | not_necessary_proposed | none | 4 |
"""


@dataclass(slots=True)
class Node:
    """A clause of a made-up outline: a group of clauses, or a test."""

    number: str
    word: str = ""
    test: str = ""
    below: list["Node"] | None = None

    def lines(self, depth: int) -> Iterator[str]:
        """Yield the outline."""
        indent = "  " * depth
        if self.below is None:
            yield f"{indent}- {self.number} a condition `{self.test}`"
            return
        yield f"{indent}- {self.number} some conditions, **{self.word}**"
        for node in self.below:
            yield from node.lines(depth + 1)


def made_up(facts: int, seed: int) -> tuple[Node, Node, str]:
    """Return the criteria and the exclusions of a made-up policy, and its table of facts."""
    chance = Random(seed)
    names = [f"fact_{number}" for number in range(facts)]
    kinds = {name: chance.choice(("yes or no", "yes or no", "a, b, c", "number in mm")) for name in names}
    rows = "\n".join(f"| {name} | Is {name} so? | {kind} | unknown | | chart | 1 |" for name, kind in kinds.items())
    cut = facts * 4 // 5
    tests = [_test(name, kinds[name], chance) for name in names]
    return _tree("I.A", tests[:cut], chance), _tree("II.A", tests[cut:], chance), rows


def _test(name: str, kind: str, chance: Random) -> str:
    if kind == "yes or no":
        return chance.choice((name, name, f"not {name}"))
    return f"{name} is one of (a, b)" if kind == "a, b, c" else f"{name} >= {chance.randint(2, 9)} mm"


def _tree(number: str, tests: list[str], chance: Random) -> Node:
    if len(tests) == 1:
        return Node(number, test=tests[0])
    count = min(len(tests), chance.randint(2, 5))
    cuts = sorted(chance.sample(range(1, len(tests)), count - 1))
    parts = [tests[start:end] for start, end in zip([0, *cuts], [*cuts, len(tests)], strict=True)]
    below = [_tree(f"{number}.{place}", part, chance) for place, part in enumerate(parts, 1)]
    word = chance.choice(("all of", "one of", f"at least {chance.randint(1, len(below))} of"))
    return Node(number, word, "", below)


def changed(root: Node, chance: Random) -> str:
    """Change one clause of an outline in place, and return its number."""
    node = chance.choice(list(_all(root)))
    if node.below is None:
        node.test = _shifted(node.test, chance)
    elif len(node.below) > 2 and chance.random() < 0.5:
        node.below.pop()
    else:
        node.word = "one of" if node.word == "all of" else "all of"
    return node.number


def _shifted(test: str, chance: Random) -> str:
    name, relation, rest = test.partition(" >= ")
    if relation:
        return f"{name} >= {int(rest.split()[0]) + 1} mm"
    if " is one of " in test:
        return test.replace("(a, b)", "(a, c)")
    return test.removeprefix("not ") if test.startswith("not ") else f"not {test}"


def _all(node: Node) -> Iterator[Node]:
    yield node
    for below in node.below or ():
        yield from _all(below)


def document(criteria: Node, exclusions: Node, rows: str) -> str:
    """Return a made-up policy as it is written."""
    outline = "\n".join(criteria.lines(0))
    excluded = "\n".join(exclusions.lines(0))
    return f"""---
document: MADE.UP
kind: policy
title: made up for a measurement
in force: 2025-01-01 onward
plans: any
ladder: LADDER.MADE
---

## I. Criteria

It is **medically necessary** when **all of**:

{outline}

## II. Exclusions

It is **not medically necessary** when **one of**:

{excluded}

> **Definition of criteria_met**: the criteria. `clause I`

> **Definition of excluded**: the exclusions. `clause II`

## Facts

| fact | question | answer | if absent | asked again if | where to look | cost |
|---|---|---|---|---|---|---|
{rows}

## Codes

| code | system | label | carried by | note |
|---|---|---|---|---|
| 11400 | CPT | a code | I | |
"""


def side(text: str) -> Side:
    """Return a made-up policy, compiled."""
    library = Library({"ladder.md": LADDER.encode(), "policy.md": text.encode()})
    policy = CompiledLibrary(library).policy("MADE.UP", ON)
    if not isinstance(policy, CompiledPolicy):
        sys.exit(f"a made-up policy does not compile: {policy.problems[:3]}")
    return Side(library.document("MADE.UP"), policy)


def pair(facts: int, seed: int) -> tuple[Side, Side, str]:
    """Return two revisions, and the clause that was changed."""
    criteria, exclusions, rows = made_up(facts, seed)
    old = document(criteria, exclusions, rows)
    chance = Random(seed + 1)
    clause = changed(chance.choice((criteria, criteria, exclusions)), chance)
    return side(old), side(document(criteria, exclusions, rows)), clause


def faults(old: Side, new: Side, found: Difference, seed: int) -> list[str]:
    """Return in what a difference contradicts random cases, or its own examples."""
    ways = {change.name: change for change in found.changes if change.sort is Sort.CLAUSE}
    joint, chance, told = Joint(old.policy, new.policy, found.codes, 1), Random(seed), list[str]()
    refs = [{clause.clause: clause.ref for clause in one.policy.clauses} for one in (old, new)]
    for _ in range(CASES):
        witness = witness_of(joint.space, [chance.choice(question.answers) for question in joint.space.questions])
        for name in set(refs[0]) & set(refs[1]):
            before, after = (witness.findings[which].truth(refs[which][name]) for which in (0, 1))
            allowed = (Way.WIDER, Way.BOTH) if after is Truth.TRUE else (Way.NARROWER, Way.BOTH)
            if before != after and (name not in ways or ways[name].way not in allowed):
                told.append(f"{name} goes {before.name} -> {after.name} and was said to be {ways.get(name)}")
    for change in ways.values():
        for example, truths in ((change.gained, (Truth.FALSE, Truth.TRUE)), (change.lost, (Truth.TRUE, Truth.FALSE))):
            if example is not None and change.old and change.new:
                shown = tuple(one.truth(refs[which][change.name]) for which, one in enumerate(example.witness.findings))
                told += [f"the example of {change.name} shows {shown}"] if shown != truths else []
    return told


@dataclass(frozen=True, slots=True)
class Figure:
    """What was found for one size."""

    facts: int
    pairs: int
    median_ms: float
    p95_ms: float
    most_ms: float
    counted: int


def measured(facts: int, pairs: int) -> Figure:
    """Check, then time, the difference of so many pairs of revisions; leave with status 1 where one is wrong."""
    taken, counted = [], 0
    for seed in range(pairs):
        old, new, clause = pair(facts, 1_000 * facts + 2 * seed)
        found = difference(old, new)
        if wrong := faults(old, new, found, seed):
            sys.exit(f"{facts} facts, seed {seed}, changed {clause}: {wrong[0]}")
        gc.collect()
        taken.append(min(_timed(old, new) for _ in range(ROUNDS)))
        counted += found.share is not None and not found.share.sampled
    taken.sort()
    return Figure(facts, pairs, statistics.median(taken), taken[int(len(taken) * 0.95)], taken[-1], counted)


def _timed(old: Side, new: Side) -> float:
    began = time.perf_counter()
    difference(old, new)
    return (time.perf_counter() - began) * 1000


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what was found for each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--pairs", type=int, default=40)
    options = parser.parse_args(arguments)
    figures = [measured(facts, options.pairs) for facts in SIZES]
    if options.json:
        print(json.dumps([{name: getattr(figure, name) for name in Figure.__slots__} for figure in figures]))
        return 0
    print(f"{machine()}\n{options.pairs} pairs of made-up revisions for each size, one clause changed; every result checked\n")
    print("| facts | median ms | 95 of 100 within | most | share counted exactly |\n|---|---|---|---|---|")
    for one in figures:
        print(f"| {one.facts} | {one.median_ms:.0f} | {one.p95_ms:.0f} | {one.most_ms:.0f} | {one.counted} of {one.pairs} |")
    print(f"\nGoal: a median under {GOAL_MS} ms at 200 facts.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

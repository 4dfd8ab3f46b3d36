"""What a line may say beside facts: its code, its diagnoses, its modifiers, the papers that came with it, the other lines.

An answer stands for all that no test tells from it.  Of codes in sets that is every code which the same sets hold, over all sets
that the policies ask about: so a code that one revision of a set holds and another does not has an answer of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from types import MappingProxyType

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.decide.context import Sides, sides_of
from clausewise.policy.walk import below, default_criteria
from clausewise.vocab.criterion import (
    CodeIn,
    CodeIs,
    DiagnosisIn,
    DocumentProvided,
    LineRequested,
    ModifierIs,
    Raised,
    Test,
)
from clausewise.vocab.document import FAMILIES_OF_CODE
from clausewise.vocab.request import Documentation

CODE, DIAGNOSES, MODIFIERS, PAPERS, OTHERS = "code", "diagnoses", "modifiers", "papers", "other lines"
OF_THE_LINE = MappingProxyType({
    CodeIn: CODE, CodeIs: CODE, DiagnosisIn: DIAGNOSES, ModifierIs: MODIFIERS, DocumentProvided: PAPERS, LineRequested: OTHERS
})  # fmt: skip
LINE_NAMES = frozenset(OF_THE_LINE.values())
ANY_CODE = "99199"  # of no family: the line of a policy that lists no codes
SOME_DIAGNOSES = ("R69", *(f"Z{number:02}" for number in range(100)))  # of which the first in no set is taken for one in none

Asked = Sequence[tuple[Test, CompiledPolicy]]  # tests, each with the policy whose sets and days they mean
Field = Mapping[str, object]  # a field of the line's context, by its name
Holding = tuple[int, int]  # bits: the sets that surely hold a code, and those that may


def line_answers(name: str, codes: Sequence[str], asked: Asked) -> Iterator[Field]:
    """Yield what a line may say under one of the LINE_NAMES, as far as some tests tell it apart, the shortest first."""
    match name:
        case "code":
            yield from ({"code": code} for code in codes)
        case "diagnoses":
            yield from ({"diagnoses": chosen} for chosen in _diagnoses(asked))
        case "modifiers":
            wanted = sorted({test.modifier for test, _ in asked if isinstance(test, ModifierIs)})
            yield from ({"modifiers": chosen, "sides": sides_of(chosen)} for chosen in [(), *((one,) for one in wanted)])
        case "papers":
            yield from _papers(asked)
        case _:
            others = sorted({code for test, _ in asked if isinstance(test, LineRequested) for code in test.codes})
            yield {"others": ()}
            yield from ({"others": ((code, Sides(True, True, False)),)} for code in others)


def _papers(asked: Asked) -> Iterator[Field]:
    wanted = [(test, policy) for test, policy in asked if isinstance(test, DocumentProvided)]
    papers = dict.fromkeys(Documentation(test.kind, policy.on, test.attributes) for test, policy in wanted)
    for size in range(len(papers) + 1):
        yield from ({"documents": chosen} for chosen in combinations(papers, size))


# ---- codes in sets ----


class _Sets:
    """The different sets that some tests ask about."""

    def __init__(self, asked: Asked, kind: type[CodeIn] | type[DiagnosisIn]) -> None:
        named = [(test.value_set, policy.sets) for test, policy in asked if isinstance(test, kind)]
        found = [sets[name] for name, sets in named if name in sets]
        self._groups = list(dict.fromkeys((frozenset(group.codes), group.complete) for group in found))
        self.codes = tuple(dict.fromkeys(code for group in found for code in group.codes))

    def holding(self, code: str) -> Holding:
        """Return which of the sets hold a code; one that is not complete may hold any."""
        sure = sum(1 << place for place, (codes, _) in enumerate(self._groups) if code in codes)
        return sure, sum(1 << place for place, (_, complete) in enumerate(self._groups) if not complete) & ~sure


def _diagnoses(asked: Asked) -> Iterator[tuple[str, ...]]:
    """Yield the fewest diagnoses for every way in which some tests of them can come out together."""
    sets = _Sets(asked, DiagnosisIn)
    outside = next((code for code in SOME_DIAGNOSES if code not in sets.codes), "")
    alike: dict[Holding, str] = {}
    for code in (*sets.codes, outside):
        alike.setdefault(sets.holding(code), code)
    seen: set[Holding] = {(0, 0)}
    level: list[tuple[Holding, tuple[str, ...]]] = [((0, 0), ())]
    while level:
        yield from (chosen for _, chosen in level)
        further = []
        for (sure, perhaps), chosen in level:
            for (also, may), code in alike.items():
                held = sure | also, (perhaps | may) & ~(sure | also)
                if held not in seen:
                    seen.add(held)
                    further.append((held, (*chosen, code)))
        level = further


def codes_told_apart(policies: Sequence[CompiledPolicy], listed: Sequence[str]) -> tuple[str, ...]:
    """Return the codes that policies list, and after them one of every other sort that their tests of the line's code tell apart.

    Codes are of one sort if the same sets and tests hold them and they are of the same families; also a code that nothing holds is
    one, if none of those listed is.
    """
    asked = [(test, policy) for policy in policies for test in _code_tests(policy)]
    if not asked:
        return tuple(listed)
    sets, named = _Sets(asked, CodeIn), dict.fromkeys(test.codes for test, _ in asked if isinstance(test, CodeIs))

    def sort(code: str) -> tuple[Holding, tuple[bool, ...]]:
        return sets.holding(code), tuple(code in codes for codes in named)

    found = {(sort(code), _families(code, policies)): code for code in reversed(listed)}
    for code in (*sets.codes, *(code for codes in named for code in codes)):
        found.setdefault((sort(code), _families(code, policies)), code)
    outside = [] if sort(ANY_CODE) in {holding for holding, _ in found} else [ANY_CODE]
    return tuple(dict.fromkeys((*listed, *found.values(), *outside)))


def _families(code: str, policies: Sequence[CompiledPolicy]) -> tuple[tuple[str, ...], ...]:
    return tuple(policy.families.get(code, ()) for policy in policies)


def _code_tests(policy: CompiledPolicy) -> Iterator[Test]:
    """Yield the tests of the line's code that a policy makes, those included that say what silence means where that is asked."""
    yield from (test for test in policy.program.atoms if isinstance(test, CodeIn | CodeIs))
    raised = {test.fact for test in policy.program.atoms if isinstance(test, Raised)}
    for name, fact in policy.facts.items():
        if name in raised or any(default.value == FAMILIES_OF_CODE for default in fact.defaults):
            nodes = (node for criterion in default_criteria(fact) for node in below(criterion))
            yield from (node for node in nodes if isinstance(node, CodeIn | CodeIs))

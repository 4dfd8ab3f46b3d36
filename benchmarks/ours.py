"""Clausewise in the race: the race policy as a program, specialised for each code and line of business."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from benchmarks.race_files import NOT_MET, OUTCOMES, ROOTS, UNDECIDED, Case, Node, Race
from benchmarks.timing import InProcess
from clausewise.compiler.program import Builder, Program
from clausewise.decide.specialise import Step, write
from clausewise.vocab.criterion import CodeIn, Is, Test

DECISION, WITH_PROOF = "clausewise", "clausewise with minimal proof"
LINE_OF_BUSINESS = "line_of_business"


def clausewise(race: Race) -> tuple[InProcess, InProcess]:
    """Return our engine, deciding alone and with its minimal proof."""
    return (
        InProcess(DECISION, _decider(race, prove=False), _outcome, race.cases),
        InProcess(WITH_PROOF, _decider(race, prove=True), _outcome, race.cases),
    )


def _outcome(answer: tuple[Any, ...]) -> int:
    return int(answer[0])


def _decider(race: Race, prove: bool) -> Callable[[Case], Any]:
    functions = specialised(race, prove)

    def decide(case: Case) -> Any:
        return functions[case["line_of_business"]][case["code"]](case["facts"].get)

    return decide


def specialised(race: Race, prove: bool) -> Mapping[str, Mapping[str, Callable[..., Any]]]:
    """Return the function for each line of business and code; those that nothing tells apart share one."""
    program, steps, clauses = lowered(race)
    names = [_name(test) for test in program.atoms]
    called = {f"n{atom}": name for atom, name in enumerate(names)}
    reads = [f"get({name})" for name in called]
    written: dict[tuple[tuple[int, bool], ...], Callable[..., Any]] = {}

    def label(register: int, item: int) -> Hashable:
        clause = clauses[item] if item >= 0 else ""
        return (names[register], clause) if register < len(names) else clause

    def function(line: str, code: str) -> Callable[..., Any]:
        settled = ((atom, _settled(race, test, line, code)) for atom, test in enumerate(program.atoms))
        known = tuple((atom, holds) for atom, holds in settled if holds is not None)
        if known not in written:
            text = write(program, dict(known), steps, NOT_MET, reads=reads, label=label if prove else None, every_step=True)
            written[known] = text.function(**called)
        return written[known]

    return {line: {code: function(line, code) for code in race.codes} for line in race.lines_of_business}


def lowered(race: Race) -> tuple[Program, list[Step], list[str]]:
    """Return the race policy as a program, the three roots as steps, and the clauses that it cites by number."""
    builder, clauses = Builder(), list[str]()
    refs = [_lower(race.roots[root], builder, clauses) for root in ROOTS]
    program, roots = builder.finish(refs)
    return program, [Step(ref, OUTCOMES[root], UNDECIDED) for ref, root in zip(roots, ROOTS, strict=True)], clauses


def _lower(node: Node, builder: Builder, clauses: list[str]) -> int:
    ref = _lower_bare(node, builder, clauses)
    if "clause" not in node:
        return ref
    if node["clause"] not in clauses:
        clauses.append(node["clause"])
    return builder.cite(clauses.index(node["clause"]), ref)


def _lower_bare(node: Node, builder: Builder, clauses: list[str]) -> int:
    match node:
        case {"fact": name}:
            return builder.atom(Is(name, ("yes",)))
        case {"code in": name}:
            return builder.atom(CodeIn(name))
        case {"line_of_business": name}:
            return builder.atom(Is(LINE_OF_BUSINESS, (name,)))
        case {"not": part}:
            return ~_lower(part, builder, clauses)
        case {"all": parts}:
            return builder.every([_lower(part, builder, clauses) for part in parts])
        case {"any": parts}:
            return builder.some([_lower(part, builder, clauses) for part in parts])
        case _:
            raise ValueError(f"the race policy has a node of another kind: {dict(node)}")


def _name(test: Test) -> str:
    match test:
        case CodeIn(name):
            return name
        case Is(fact, ("yes",)):
            return fact
        case Is(_, (value,)):
            return value
        case _:
            raise ValueError(f"the race policy has no test like {test}")


def _settled(race: Race, test: Test, line: str, code: str) -> bool | None:
    match test:
        case CodeIn(name):
            return code in race.value_sets[name]
        case Is(fact, (value,)) if fact == LINE_OF_BUSINESS:
            return line == value
        case _:
            return None

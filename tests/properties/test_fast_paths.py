"""The fast ways decide as the slow ones: written functions as the program evaluated register by register, with minimal proofs."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausewise.compiler.program import Operation, Program, evaluate, truth_of
from clausewise.decide import specialise
from clausewise.decide.coding import coding_facts
from clausewise.decide.context import line_context
from clausewise.decide.determine import ASK
from clausewise.decide.expressions import GROUPS, parts_wanted, settled_truth
from clausewise.decide.findings import climbed, find
from clausewise.decide.quick import QuickLadder
from clausewise.decide.reads import LINE
from clausewise.decide.specialise import Step, settle, write
from clausewise.vocab.criterion import Is
from clausewise.vocab.request import AuthorizationRequest
from clausewise.vocab.truth import Truth
from tests.properties.strategies import compiled, request, situations

pytestmark = pytest.mark.slow
Proof = tuple[Any, ...]
Drawn = tuple[Program, list[int], dict[int, bool], dict[str, bool]]


@st.composite
def drawn_programs(draw: st.DrawFn) -> Drawn:
    """Draw a program of every kind of operation, roots, atoms that are settled before, and facts of which some are absent."""
    atoms, operations = draw(st.integers(1, 7)), list[Operation]()
    for _ in range(draw(st.integers(1, 30))):
        registers = st.integers(max(0, atoms + len(operations) - 8), atoms + len(operations) - 1)
        refs = st.builds(lambda register, negated: ~register if negated else register, registers, st.booleans())
        kind = draw(st.sampled_from([*GROUPS, "all", "any", "cite", "may", "known"]))
        parts = tuple(draw(st.lists(refs, min_size=1, max_size=4 if kind in GROUPS else 1)))
        operations.append(Operation(kind, parts, draw(st.integers(1, len(parts))) if kind == "atleast" else len(operations)))
    program = Program(tuple(Is(f"a{atom}", ("yes",)) for atom in range(atoms)), tuple(operations))
    roots = draw(st.lists(st.integers(-(atoms + len(operations)), atoms + len(operations) - 1), min_size=1, max_size=6))
    known = draw(st.dictionaries(st.integers(0, atoms - 1), st.booleans(), max_size=2))
    facts = draw(st.dictionaries(st.sampled_from([f"a{atom}" for atom in range(atoms)]), st.booleans()))
    return program, roots, known, facts


def truths_of(program: Program, known: Mapping[int, bool], facts: Mapping[str, bool]) -> list[Truth]:
    """Evaluate every register the slow way."""
    answers = [known.get(atom, facts.get(f"a{atom}")) for atom in range(len(program.atoms))]
    bits = [sum(1 << atom for atom, answer in enumerate(answers) if answer is wanted) for wanted in (True, False)]
    return evaluate(program, *bits)


def register_of(register: int, item: int) -> int:
    """Name a node of a proof by its register."""
    return register


@pytest.mark.parametrize("written_out", [0, 8, 1000], ids=["all kept", "usual", "all written out"])
@settings(max_examples=300)
@given(drawn=drawn_programs())
def test_a_written_function_decides_and_proves_as_the_program_does(written_out: int, drawn: Drawn) -> None:
    """Answer, proofs and what was passed over are those of the register-wise evaluation, however much is computed once."""
    program, roots, known, facts = drawn
    steps = [Step(root, number, f"unknown {number}" if number == 2 else None) for number, root in enumerate(roots)]
    reads = [f"get('a{atom}')" for atom in range(len(program.atoms))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(specialise, "LEAVES_WRITTEN_TWICE", written_out)
        function = write(program, known, steps, "none", reads=reads, label=register_of, every_step=True).function()
        bare = write(program, known, steps, "none", reads=reads).function()
    expected = expected_answer(program, steps, truths_of(program, known, facts), settle(program, known))
    assert expected == function(facts.get)
    assert (expected[0], tuple((number, None) for number, _ in expected[2])) == bare(facts.get)[::2]


def expected_answer(program: Program, steps: Sequence[Step], truths: Sequence[Truth], settled: Sequence[bool | None]) -> Proof:
    """Look at the steps with all truths at hand."""
    proofs, passed = list[Proof](), list[Proof]()
    for number, step in enumerate(steps):
        proofs.append(proof_of(program, step.ref, truths, settled))
        truth = truth_of(step.ref, truths)
        if truth is Truth.TRUE or (truth is Truth.UNKNOWN and step.when_unknown is not None):
            return (step.when_true if truth is Truth.TRUE else step.when_unknown), tuple(proofs), tuple(passed)
        if truth is Truth.UNKNOWN:
            passed.append((number, proofs[-1]))
    return "none", tuple(proofs), tuple(passed)


def proof_of(program: Program, ref: int, truths: Sequence[Truth], settled: Sequence[bool | None]) -> Proof:
    """Return the minimal proof of a register, read off the truths."""
    register = ref if ref >= 0 else ~ref
    operation = operation_of(program, register)
    if operation is not None and operation.kind == "cite" and operation_of(program, operation.refs[0], GROUPS):
        below = operation.refs[0]
        register_below = below if below >= 0 else ~below
        return register, int(truths[register]), parts_of(program, register_below, truths, settled)
    return register, int(truths[register]), parts_of(program, register, truths, settled)


def operation_of(program: Program, ref: int, kinds: tuple[str, ...] = (*GROUPS, "cite")) -> Operation | None:
    """Return the operation of a ref if it is of one of the kinds."""
    at = (ref if ref >= 0 else ~ref) - len(program.atoms)
    return program.operations[at] if at >= 0 and program.operations[at].kind in kinds else None


def parts_of(program: Program, register: int, truths: Sequence[Truth], settled: Sequence[bool | None]) -> tuple[Proof, ...]:
    """Return the proofs of the parts that make an operation what it is: settled ones first where not all are needed."""
    operation = operation_of(program, register)
    if operation is None:
        return ()
    truth = truths[register]
    if operation.kind == "cite" or truth is Truth.UNKNOWN:
        chosen = [ref for ref in operation.refs if operation.kind == "cite" or truth_of(ref, truths) is Truth.UNKNOWN]
        return tuple(proof_of(program, ref, truths, settled) for ref in chosen)
    wanted = parts_wanted(operation, truth is Truth.TRUE)
    agreeing = [ref for ref in operation.refs if truth_of(ref, truths) is truth]
    fixed = [ref for ref in agreeing if settled_truth(settled, ref) is not None][:wanted]
    live = [ref for ref in agreeing if settled_truth(settled, ref) is None]
    open_parts = sum(settled_truth(settled, ref) is None for ref in operation.refs)
    if settled[register] is None and wanted - len(fixed) == open_parts:
        return tuple(proof_of(program, ref, truths, settled) for ref in agreeing)
    chosen = fixed if settled[register] is not None else [*fixed, *live[: wanted - len(fixed)]]
    return tuple(proof_of(program, ref, truths, settled) for ref in chosen)


@pytest.mark.parametrize("name", ["AR.CP.MP.31"])
@given(data=st.data())
def test_the_quick_ladder_ends_where_the_ladder_ends(name: str, data: st.DataObject) -> None:
    """Outcome, step and waiting are the same, whether a fact is answered, given as unknown, or absent; and there is a proof."""
    policy = compiled(name)
    code, facts = data.draw(situations(name))
    absent = data.draw(st.sets(st.sampled_from(sorted(facts))))
    drawn = request(code, {fact: value for fact, value in facts.items() if fact not in absent})
    expected = climbed(find(line_context(drawn, drawn.lines[0], policy), coding(drawn, name)), policy.steps, ASK)
    quick = ladder_of(name).decide_and_prove(code, plain(drawn, name))
    assert expected == quick.climb == ladder_of(name).decide(code, plain(drawn, name))
    assert quick.proof is not None or expected.waits


LADDERS: dict[str, QuickLadder] = {}


def ladder_of(name: str) -> QuickLadder:
    """Return the quick ladder of a policy, made once."""
    return LADDERS.setdefault(name, QuickLadder(compiled(name), ASK))


def coding(drawn: AuthorizationRequest, name: str) -> dict[str, bool]:
    """Return the coding facts of the one line of a request."""
    return coding_facts(drawn, drawn.lines[0], compiled(name), lambda diagnosis, on: None)


def plain(drawn: AuthorizationRequest, name: str) -> dict[str, Any]:
    """Return everything the quick ladder reads of a request's one line, in one mapping."""
    facts = {**drawn.facts, **coding(drawn, name)}
    context = line_context(drawn, drawn.lines[0], compiled(name)).with_facts(facts)
    return {**facts, "service_date": drawn.service_date, LINE: lambda: context}

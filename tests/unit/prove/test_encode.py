"""What Z3 finds is what the engine finds: a model is a case, and the case shows the claim."""

import pytest

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.program import truth_of
from clausewise.decide.space import space_of
from clausewise.prove.encode import Encoding, NotDecided
from clausewise.prove.witness import look, replayed, smallest, witness_of
from clausewise.vocab.truth import Truth
from tests.unit.decide.spaces import bundled, library

NAMES = ["AR.CP.MP.31", "CLINIC.CR", "EXAMPLE.RM", "EXAMPLE.VF", "NCD.250.5"]


def encoded(name: str) -> tuple[CompiledPolicy, Encoding]:
    """A bundled policy as Z3 reads it, over its own codes."""
    policy = bundled(name)
    codes = [row.code for row in library().library.document(name).codes]
    return policy, Encoding(space_of((policy,), codes or ["15830"]))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_model_of_a_clause_shows_it_met_and_failed(name):
    """For each clause that can hold, and fail, the case Z3 finds makes the engine find the same."""
    policy, encoding = encoded(name)
    for clause in policy.clauses:
        for claim, truth in ((encoding.holds(clause.ref), Truth.TRUE), (encoding.fails(clause.ref), Truth.FALSE)):
            found = encoding.find(claim)
            if found is not None:
                assert not isinstance(found, NotDecided)
                assert truth is witness_of(encoding.space, found).findings[0].truth(clause.ref), clause.clause


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_step_that_can_decide_does_so_on_replay(name):
    """The case Z3 finds for a step of the ladder is decided by that step when it is determined."""
    policy, encoding = encoded(name)
    for number in range(len(policy.steps)):
        found = encoding.find(encoding.decides(number))
        if found is not None:
            assert not isinstance(found, NotDecided)
            witness = witness_of(encoding.space, found)
            assert number == witness.climbs[0].step, policy.steps[number].clause
            decided = [mark for mark in replayed(witness).view.steps if mark.decided]
            assert policy.steps[number].clause == decided[0].clause


def test_all_registers_agree_with_the_evaluator():
    """In one model, every register of the program has the truth that the evaluator gives it."""
    policy, encoding = encoded("AR.CP.MP.31")
    found = encoding.find(encoding.holds(next(clause.ref for clause in policy.clauses if clause.clause == "I.A.3")))
    assert found is not None and not isinstance(found, NotDecided)
    findings = witness_of(encoding.space, found).findings[0]
    registers = range(len(policy.program.atoms) + len(policy.program.operations))
    claims = []
    for register in registers:
        truth = truth_of(register, findings.truths)
        rail = encoding.holds(register) if truth is Truth.TRUE else encoding.fails(register)
        claims += [rail] if truth is not Truth.UNKNOWN else []
    assert encoding.find(encoding.every(claims), encoding.code(findings.context.code)) is not None


def test_the_smallest_witness_cannot_miss_a_fact():
    """Each fact that is left is needed: without it the clause no longer holds."""
    policy, encoding = encoded("AR.CP.MP.31")
    ref = next(clause.ref for clause in policy.clauses if clause.clause == "I.A.3")
    found = encoding.find(encoding.holds(ref))
    assert found is not None and not isinstance(found, NotDecided)
    witness = smallest(witness_of(encoding.space, found), lambda one: one.findings[0].truth(ref) is Truth.TRUE)
    assert witness is not None
    assert set(witness.facts) <= {"scar", "scar_pain_unresponsive", "functional_impairment", "scar_recurrent_infection",
                                  "scar_unstable", "scar_friable"}  # fmt: skip
    for name in witness.facts:
        request = witness.request
        shorter = {other: value for other, value in request.facts.items() if other != name}
        again = look(type(request)(request.case, request.service_date, request.lines, shorter), (policy,))
        assert again.findings[0].truth(ref) is not Truth.TRUE


def test_running_out_of_time_says_so():
    """A limit that is too short is told in seconds; it is no finding, and no proof either."""
    assert "not decided in 2 s" == NotDecided(2).sentence()

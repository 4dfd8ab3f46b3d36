"""A proof as an indented tree: what had to hold, how it came out, the clause it rests on, and who said so."""

from collections.abc import Iterator, Mapping

from clausewise.render.known import FactSaid, KnownFacts, statement
from clausewise.render.proof_tree import ToldNode, told_proof
from clausewise.render.rows import LOOKS, Look, Row, sign_of
from clausewise.vocab.determination import ClauseState
from clausewise.vocab.proof import Proof
from clausewise.vocab.truth import Truth

STEP = 2
NO_SIGN = " " * len(sign_of(Truth.TRUE))


def proof_rows(
    proof: Proof, known: KnownFacts, clauses: Mapping[str, ClauseState], indent: int = 0
) -> Iterator[Row]:
    """Yield the rows of a proof; a fact that was told once in it is not told again."""
    yield from _rows(told_proof(proof, known, clauses), indent)


def _rows(node: ToldNode, indent: int) -> Iterator[Row]:
    yield Row(node.words, indent, sign_of(node.truth, node.state), LOOKS[node.truth])
    for said in node.facts:
        yield Row(fact_words(said), indent + STEP, NO_SIGN, Look.QUIET)
        yield from (Row(statement(evidence), indent + 2 * STEP, NO_SIGN, Look.QUIET) for evidence in said.history)
    for part in node.parts:
        yield from _rows(part, indent + STEP)


def fact_words(said: FactSaid) -> str:
    """Return a fact as a question with its answer, and where that comes from."""
    answer = f"{said.question} {said.value}" if said.question else f"{said.fact}: {said.value}"
    return f"{answer} ({said.source})" if said.source else answer

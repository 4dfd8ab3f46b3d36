"""A proof as an indented tree: what had to hold, how it came out, the clause it rests on, and who said so."""

from collections.abc import Iterator, Mapping

from clausewise.render.known import FactSaid, KnownFacts, statement
from clausewise.render.rows import LOOKS, Look, Row, sign_of
from clausewise.vocab.determination import ClauseState
from clausewise.vocab.proof import Proof
from clausewise.vocab.truth import Truth

FIRING = {ClauseState.FIRED: "fires", ClauseState.NOT_FIRED: "does not fire"}
STEP = 2


def proof_rows(
    proof: Proof, known: KnownFacts, clauses: Mapping[str, ClauseState], indent: int = 0
) -> Iterator[Row]:
    """Yield the rows of a proof; a fact that was told once in it is not told again."""
    yield from _Told(known, clauses).rows(proof, indent)


class _Told:
    """One telling of a proof: what is known, and which facts were told already."""

    def __init__(self, known: KnownFacts, clauses: Mapping[str, ClauseState]) -> None:
        self._known = known
        self._clauses = clauses
        self._told: set[str] = set()

    def rows(self, proof: Proof, indent: int, above: str = "") -> Iterator[Row]:
        """Yield a node and all below it; a part without a number of its own is not given that of the clause above again."""
        node, parts = _merged(proof)
        if not node.clause and not node.text and len(parts) == 1 and node.word != "not":
            yield from self.rows(parts[0], indent, above)
            return
        yield Row(_words(node, parts, above), indent, self._sign(node), LOOKS[node.truth])
        for fact in node.facts:
            yield from self._fact(fact, node, indent + STEP)
        for part in _flat(node, parts):
            yield from self.rows(part, indent + STEP, node.clause or above)

    def _sign(self, node: Proof) -> str:
        state = self._clauses.get(node.clause)
        return sign_of(node.truth, FIRING.get(state, "") if state else "")

    def _fact(self, fact: str, test: Proof, indent: int) -> Iterator[Row]:
        if fact in self._told:
            return
        self._told.add(fact)
        said = self._known.said(fact, test)
        yield Row(_fact_words(said), indent, " " * len(sign_of(Truth.TRUE)), Look.QUIET)
        for evidence in said.history:
            yield Row(statement(evidence), indent + STEP, " " * len(sign_of(Truth.TRUE)), Look.QUIET)


def _merged(proof: Proof) -> tuple[Proof, tuple[Proof, ...]]:
    """Return a node with a group directly below it made one with it, and the parts that are left to tell."""
    parts = proof.parts
    if proof.word == "not" and len(parts) == 1 and not parts[0].parts and parts[0].text:
        inner = parts[0]
        return Proof(inner.clause, proof.truth, f"not ({inner.text})", (), inner.facts), ()
    if (proof.clause or proof.text) and len(parts) == 1 and not parts[0].clause and not parts[0].text:
        inner = parts[0]
        if inner.word and inner.word != "not":
            return Proof(proof.clause, proof.truth, proof.text, inner.parts, proof.facts, inner.word), inner.parts
    return proof, parts


def _flat(node: Proof, parts: tuple[Proof, ...]) -> tuple[Proof, ...]:
    """Return the parts with nameless groups of the node's own kind opened: all of (a, all of (b, c)) is all of (a, b, c)."""
    flat: list[Proof] = []
    for part in parts:
        same = not part.clause and not part.text and part.word == node.word in ("all of", "one of")
        flat.extend(_flat(part, part.parts) if same and part.truth is node.truth else (part,))
    return tuple(flat)


def _words(node: Proof, parts: tuple[Proof, ...], above: str) -> str:
    group = f"{node.word}:" if node.word and (len(parts) > 1 or node.word == "not" or not node.text) else ""
    numbered = node.clause and (node.clause != above or not node.text)
    words = f"{node.clause}  {node.text}" if numbered else node.text
    if not words:
        return group or "it holds without more"
    return f"{words.rstrip(' ,:')}, {group}" if group else words


def _fact_words(said: FactSaid) -> str:
    answer = f"{said.question} {said.value}" if said.question else f"{said.fact}: {said.value}"
    return f"{answer} ({said.source})" if said.source else answer

"""A proof as it is told to people: what had to hold, how it came out, the clause it rests on, and who said so.

Of a proof only the telling differs from the tree of reasons: groups without a name are joined to what is above them, and a fact
that was told once is not told again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from clausewise.render.known import FactSaid, KnownFacts
from clausewise.vocab.determination import ClauseState
from clausewise.vocab.proof import Proof
from clausewise.vocab.truth import Truth

FIRING = {ClauseState.FIRED: "fires", ClauseState.NOT_FIRED: "does not fire"}


@dataclass(frozen=True, slots=True)
class ToldNode:
    """One node: its clause unless that was told just above, its text, how its parts are joined, and how it came out.

    `state` is the word for an exclusion that fires or does not; elsewhere it is empty.
    """

    truth: Truth
    state: str
    clause: str
    text: str
    group: str
    facts: tuple[FactSaid, ...]
    parts: tuple["ToldNode", ...]

    @property
    def words(self) -> str:
        """The node in one line."""
        words = f"{self.clause}  {self.text}" if self.clause else self.text
        if not words:
            return self.group or "it holds without more"
        return f"{words.rstrip(' ,:')}, {self.group}" if self.group else words


def told_proof(proof: Proof, known: KnownFacts, clauses: Mapping[str, ClauseState]) -> ToldNode:
    """Return a proof as it is told; `clauses` are the states of the assessor's clauses."""
    return _Teller(known, clauses).tell(proof)


class _Teller:
    """One telling of a proof: what is known, and which facts were told already."""

    def __init__(self, known: KnownFacts, clauses: Mapping[str, ClauseState]) -> None:
        self._known = known
        self._clauses = clauses
        self._told: set[str] = set()

    def tell(self, proof: Proof, above: str = "") -> ToldNode:
        """Return a node and all below it; a part without a number of its own is not given that of the clause above again."""
        node, parts = _merged(proof)
        if not node.clause and not node.text and len(parts) == 1 and node.word != "not":
            return self.tell(parts[0], above)
        state = self._clauses.get(node.clause)
        numbered = bool(node.clause) and (node.clause != above or not node.text)
        return ToldNode(
            truth=node.truth,
            state=FIRING.get(state, "") if state else "",
            clause=node.clause if numbered else "",
            text=node.text,
            group=f"{node.word}:" if node.word and (len(parts) > 1 or node.word == "not" or not node.text) else "",
            facts=tuple(self._facts(node)),
            parts=tuple(self.tell(part, node.clause or above) for part in _flat(node, parts)),
        )

    def _facts(self, test: Proof) -> list[FactSaid]:
        new = [fact for fact in dict.fromkeys(test.facts) if fact not in self._told]
        self._told.update(new)
        return [self._known.said(fact, test) for fact in new]


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

"""The tree of reasons: each node a clause or a test, how it came out, and for a fact what is known on whose word."""

from dataclasses import dataclass

from clausewise.vocab.truth import Truth


@dataclass(frozen=True, slots=True)
class Proof:
    """A minimal reason: only the parts that force the truth of the whole.

    `clause` is the clause cited; `text` its prose, or the test in words; `facts` the names of the facts a leaf rests on.
    """

    clause: str
    truth: Truth
    text: str = ""
    parts: tuple["Proof", ...] = ()
    facts: tuple[str, ...] = ()
    word: str = ""  # the connecting word of a group: "all of", "one of", ...

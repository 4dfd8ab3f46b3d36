"""A log's verification and its proofs, for people as lines and for programs as plain values."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from clausewise.ledger.checkpoint import PublicKey
from clausewise.ledger.tree import root
from clausewise.ledger.verify import Verification
from clausewise.render.problem_lines import how_many, plain_problem

WIDTH = 64


def verification_lines(found: Verification, origin: str, outside: int, keys: Sequence[PublicKey]) -> Iterator[str]:
    """Yield what the verification of a log came to; `outside` counts the checkpoints that came from elsewhere."""
    reached, finding = found.reached, found.finding
    if finding is not None and finding.unvouched:
        yield f"The log {origin} cannot be vouched for from entry {finding.first} on."
        return
    if finding is not None:
        exact = finding.first == finding.last
        where = f"is {finding.first}" if exact else f"is one of {finding.first} to {finding.last}"
        yield f"The log {origin} is not whole: the first bad entry {where}."
        return
    yield f"The log {origin} is whole: {'1 entry' if reached.size == 1 else f'{reached.size} entries'}."
    yield f"  root  {root(reached.frontier).hex()}"
    if reached.at:
        yield f"  last  {reached.at.decode()}"
    yield from (f"  {line}" for line in _vouching(found, outside, keys))


def _vouching(found: Verification, outside: int, keys: Sequence[PublicKey]) -> Iterator[str]:
    reached = found.reached
    if reached.agreed:
        signed = (
            f"signed by {' or '.join(f'{key.name} {key.id.hex()}' for key in keys)}"
            if keys
            else "whose signatures were not looked at: name the --key"
        )
        after = reached.size - reached.vouched
        rest = f"they cover the first {reached.vouched} entries; {after} after them rest on this copy alone"
        yield f"{how_many(reached.agreed, 'checkpoint')} agreed, {signed};"
        yield f"{rest}." if after else "all entries are covered."
    if not outside:
        yield "No checkpoint from elsewhere was named: a log that somebody cut or rewrote whole would look the same."


def verification_object(found: Verification, origin: str, outside: int, keys: Sequence[PublicKey]) -> dict[str, Any]:
    """Return the verification of a log as plain values."""
    reached, finding = found.reached, found.finding
    return {
        "origin": origin,
        "whole": finding is None,
        "entries": reached.size,
        "root": root(reached.frontier).hex(),
        "first_bad": None if finding is None else [finding.first, finding.last],
        "problem": None if finding is None else plain_problem(finding.problem),
        "checkpoints": {
            "outside": outside,
            "agreed": reached.agreed,
            "entries": reached.vouched,
            "keys": [str(key) for key in keys],
        },
        "clock_went_back": reached.back,
    }


def inclusion_lines(shown: Mapping[str, Any]) -> Iterator[str]:
    """Yield the proof that an entry stands in a log."""
    yield f"Entry {shown['index']} of the first {shown['size']} of {shown['origin']}:"
    leaf = shown["leaf"]
    yield from (f"  {leaf[start : start + WIDTH]}" for start in range(0, len(leaf), WIDTH))
    yield "stands under the root"
    yield f"  {shown['root']}"
    yield from _beside(shown["proof"])


def consistency_lines(shown: Mapping[str, Any]) -> Iterator[str]:
    """Yield the proof that one log is the beginning of another."""
    first, second = shown["first"], shown["second"]
    yield f"The first {first['size']} entries of {shown['origin']}, root"
    yield f"  {first['root']}"
    yield f"are the beginning of the first {second['size']}, root"
    yield f"  {second['root']}"
    yield from _beside(shown["proof"])


def _beside(proof: list[str]) -> Iterator[str]:
    if proof:
        yield "by these hashes"
        yield from (f"  {digest}" for digest in proof)

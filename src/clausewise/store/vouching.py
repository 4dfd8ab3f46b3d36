"""Whether the history is what the log vouches for: every act in its place, with the content that opens its commitment.

The walk over the log (`ledger.verify`) shows that no entry was changed; this shows the same of the acts, which lie in other
tables.  The n-th entry about an act of a case belongs to the n-th act of that case.  An act whose salt was destroyed cannot be
compared any more; it is counted.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias
from uuid import UUID

from clausewise.ledger.commitments import Recorded, opens
from clausewise.ledger.leaf import Entry, read_leaf
from clausewise.store.ledger import DatabaseLedger
from clausewise.store.models import Act, Case, DeterminationRun, Opening
from clausewise.store.writing import LEDGER_ACTS, vouched_bytes
from clausewise.vocab.history import ActKind
from clausewise.vocab.problem import Problem

AT_ONCE = 300
OF_ACTS = {told: kind for kind, told in LEDGER_ACTS.items()}
Place: TypeAlias = tuple[UUID, int]  # a case, and the number of an act in it


@dataclass(frozen=True, slots=True)
class Vouched:
    """How many acts agree with the log, how many of them can no longer be compared, and the first that does not agree."""

    acts: int
    mute: int
    problem: Problem | None


def compare() -> Vouched:
    """Compare every act with its entry, in the order of the log; within a transaction of somebody who sees all tenants."""
    counted, mute = Counter[UUID](), 0
    entries = _numbered(counted)
    while block := list(islice(entries, AT_ONCE)):
        try:
            salts, acts, runs = _salts([number for number, _, _ in block]), _acts_of(block), _runs_of(block)
        except (ValueError, TypeError):
            return Vouched(counted.total(), mute, _unreadable(block[0][0], block[-1][0]))
        for number, place, entry in block:
            if not _agrees(acts.get(place, ()), runs[place], entry, salts.get(number)):
                return Vouched(counted.total(), mute, _other(place, number))
            mute += bool(entry.commitments) and number not in salts
    return Vouched(counted.total(), mute, _beyond(counted))


def _numbered(counted: Counter[UUID]) -> Iterator[tuple[int, Place, Entry]]:
    """Yield the entries about acts of cases, each with the place of its act; and count them by case."""
    for stored in DatabaseLedger().entries():
        entry = read_leaf(stored.leaf)
        if entry is not None and entry.act in OF_ACTS and entry.case is not None:
            counted[entry.case] += 1
            yield stored.number, (entry.case, counted[entry.case]), entry


def _salts(numbers: Sequence[int]) -> dict[int, bytes]:
    rows = Opening._base_manager.filter(entry_id__in=numbers).exclude(what=Recorded.FILE).values_list("entry_id", "salt")
    return {number: bytes(salt) for number, salt in rows}


def _acts_of(block: Sequence[tuple[int, Place, Entry]]) -> dict[Place, tuple[object, ...]]:
    """Return of the acts of the cases in question kind, actor, instant, tenant and content."""
    rows = Act._base_manager.filter(case_id__in={case for _, (case, _), _ in block})
    told = rows.values_list("case_id", "sequence", "kind", "actor", "at", "tenant_id", "content")
    return {(case, sequence): tuple(said) for case, sequence, *said in told}


def _runs_of(block: Sequence[tuple[int, Place, Entry]]) -> defaultdict[Place, list[str]]:
    found = defaultdict[Place, list[str]](list)
    cases = {case for _, (case, _), entry in block if OF_ACTS[entry.act] is ActKind.DETERMINED}
    rows = DeterminationRun._base_manager.filter(case_id__in=cases).order_by("id")
    for case, sequence, kept in rows.values_list("case_id", "sequence", "kept"):
        found[case, sequence].append(kept)
    return found


def _agrees(act: tuple[object, ...], runs: Sequence[str], entry: Entry, salt: bytes | None) -> bool:
    """Tell whether an act is the one of its entry.  Files beside it are sealed: their own keys tell whether they were changed."""
    if act[:-1] != (OF_ACTS[entry.act].value, entry.actor, entry.at, entry.tenant):
        return False
    if not entry.commitments:
        return act[-1] == "{}" and not runs  # what nothing vouches for says nothing
    said = (commitment for commitment in entry.commitments if commitment.what is not Recorded.FILE)
    return salt is None or all(opens(one, salt, vouched_bytes(str(act[-1]), runs)) for one in said)


def _other(place: Place, number: int) -> Problem:
    case, sequence = place
    message = f"Act {sequence} of case {case} is not the one that entry {number} of the log vouches for."
    return Problem("CW868", message, help="It was changed or taken away: compare it with a backup from before.")


def _unreadable(first: int, last: int) -> Problem:
    message = f"An act of one of the cases that entries {first} to {last} of the log are about cannot be read."
    return Problem("CW868", message, help="It was changed: compare these cases with a backup from before.")


def _beyond(counted: Counter[UUID]) -> Problem | None:
    """Return the problem of acts that no entry vouches for, or of a case that counts another number of acts."""
    versions = dict(Case._base_manager.order_by("id").values_list("id", "version"))
    acts = Counter(Act._base_manager.values_list("case_id", flat=True).iterator())
    if versions == acts == counted:
        return None
    case = next(id for id in (*versions, *acts, *counted) if not versions.get(id) == acts[id] == counted[id])
    message = f"Case {case} has {acts[case]} acts and counts {versions.get(case, 0)}; the log vouches for {counted[case]}."
    return Problem("CW868", message, help="Acts were put in or taken away: compare with a backup from before.")

"""Walking a log from its first entry and telling the first bad one, and why.

Each entry has to bear the number it stands at, fit its leaf hash, follow the one before by its link, and be an entry by its
form.  At each checkpoint the root of the tree so far has to be the signed one; at the end the head has to fit.  The walk
stops at the first fault.

What a fault tells depends on how much the forger wrote anew.  Rows changed, taken out, put in or exchanged: the entry is
named exactly.  One row with its own hashes recomputed: one of two neighbours.  Everything after it recomputed, as a forger
with this program can do: only a checkpoint outside shows it, and the first bad entry lies between the last checkpoint that
still agrees and the first that does not. After the last outside checkpoint nothing can be shown at all; hence checkpoints are
frequent.

Memory: one block of entries, whatever the length of the log.  A block is first looked at as a whole, check by check, which takes
half as long as entry by entry; a block in which anything is amiss is walked entry by entry, to the first bad one.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice

from clausewise.ledger.checkpoint import PublicKey, SignedCheckpoint, is_signed
from clausewise.ledger.export import Record, Unreadable
from clausewise.ledger.leaf import LEAF, in_order, read_instant
from clausewise.ledger.log import FIRST_LINK, LINK_PREFIX, Head, Stored, link_of
from clausewise.ledger.tree import LEAF_PREFIX, NO_LEAVES, Frontier, extend, root
from clausewise.vocab.problem import Level, Problem

BLOCK = 256  # entries that fit the processor's cache: larger blocks take a tenth longer
# An act bears the instant at which it was begun and gets its number when its turn comes, so acts of several workers may lie in
# another order than their instants: by as long as one judges and waits.  More than this is a clock that was set back.
OUT_OF_TURN = timedelta(seconds=60)
_OVER = Unreadable(0, "")  # the records ended without a head
_RESTORE = "Keep this copy as it is, tell whoever answers for security, and compare it with a backup from before."
_OUTSIDE = "Compare with a copy from before; the checkpoint was signed over another log than this."


@dataclass(frozen=True, slots=True)
class Finding:
    """The first fault of a log: the first bad entry is one of `first` to `last`, which are equal where it is known exactly."""

    first: int
    last: int
    problem: Problem

    @property
    def unvouched(self) -> bool:
        """Whether the log may be whole and it is the checkpoint that cannot be trusted: another key's, or another log's."""
        return self.problem.code in ("CW810", "CW811")


@dataclass(frozen=True, slots=True)
class Reached:
    """How far the walk has come: what the entries so far amount to, and what was noticed.

    `at` is the latest instant since the clock was last set back, as its text.  `vouched` entries are covered by a checkpoint that
    agrees, `agreed` counts those checkpoints.  `back` counts how often an entry was dated before that by more than OUT_OF_TURN,
    the first time at `back_first`.
    """

    frontier: Frontier = NO_LEAVES
    link: bytes = FIRST_LINK
    at: bytes = b""
    vouched: int = 0
    agreed: int = 0
    back: int = 0
    back_first: int = -1

    @property
    def size(self) -> int:
        """How many entries were sound."""
        return self.frontier.size


@dataclass(frozen=True, slots=True)
class Verification:
    """What the walk found: how far it came, and the first fault, if there is one."""

    reached: Reached
    finding: Finding | None

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What is no fault of the log and still worth a look: a clock that went backwards."""
        if not self.reached.back:
            return ()
        times = "" if self.reached.back == 1 else f"; this happened {self.reached.back} times"
        message = f"Entry {self.reached.back_first} is dated before what it follows: the clock was set back{times}."
        help = "The order of the entries is sure, the instants are as good as the clock was. Look at how its time is set."
        return (Problem("CW812", message, help=help, level=Level.NOTE),)


def verify(
    records: Iterable[Record],
    outside: Sequence[SignedCheckpoint] = (),
    keys: Sequence[PublicKey] = (),
    origin: str = "",
    so_far: Reached = Reached(),
) -> Verification:
    """Walk a log to its end or to its first fault.

    Args:
        records: entries as they lie there, each checkpoint kept beside them after the last entry it counts, the head last.
        outside: checkpoints kept elsewhere, in any order.
        keys: every checkpoint must bear a signature of one of them; without any, no signature is judged.
        origin: which log every checkpoint must be of; empty for any.
        so_far: where an earlier walk ended; `records` then begin after it, and smaller checkpoints are not looked at.

    Cost: about 4 hashes for each entry, and memory for one block.
    """
    lying, reached = _Lying(records), so_far
    later = (note for note in outside if note.checkpoint.size >= so_far.size)
    waiting = sorted(later, key=lambda note: note.checkpoint.size, reverse=True)
    while True:
        here = _at(waiting, reached.size)
        vouched = _vouched(here, reached, keys, origin) if here else reached
        if isinstance(vouched, Finding):
            return Verification(reached, vouched)
        stop = min(vouched.size + BLOCK, waiting[-1].checkpoint.size if waiting else vouched.size + BLOCK)
        reached, ended = _walk(lying, vouched, stop)
        if isinstance(ended, SignedCheckpoint) and ended.checkpoint.size == reached.size:
            waiting.append(ended)
        elif ended is not None:
            return _last(ended, lying, reached, waiting, keys, origin)


def _at(waiting: list[SignedCheckpoint], size: int) -> list[SignedCheckpoint]:
    """Take from the checkpoints, which lie the largest first, those over this many entries."""
    found = []
    while waiting and waiting[-1].checkpoint.size == size:
        found.append(waiting.pop())
    return found


class _Lying:
    """The records that were not walked yet, the next ones looked at ahead."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._ahead: list[Record] = []
        self._rest = iter(records)

    def next(self) -> Record:
        """Take the next record; `_OVER` after the last."""
        return self._ahead.pop(0) if self._ahead else next(self._rest, _OVER)

    def entries(self, most: int) -> list[Stored]:
        """Take up to so many entries, as far as nothing else lies between them."""
        self._ahead += islice(self._rest, max(most - len(self._ahead), 0))
        taken: list[Stored] = []
        for record in islice(self._ahead, most):
            if type(record) is not Stored:
                break
            taken.append(record)
        del self._ahead[: len(taken)]
        return taken

    def put_back(self, records: Sequence[Record]) -> None:
        """Let records lie in front of the others again."""
        self._ahead[:0] = records


def _walk(lying: _Lying, reached: Reached, stop: int) -> tuple[Reached, Record | None]:
    """Go on to `stop` entries, or to what is no sound entry in its place; return how far, and that record, else None."""
    while reached.size < stop:
        entries = lying.entries(stop - reached.size)
        if not entries:
            return reached, lying.next()
        walked = _block(entries, reached)
        if walked is None:
            reached, bad = _one_by_one(entries, reached)
            lying.put_back(entries[bad + 1 :])
            return reached, entries[bad]
        reached = walked
    return reached, None


def _block(entries: Sequence[Stored], reached: Reached) -> Reached | None:
    """Return how far the walk has come after some entries, or None where one of them is not sound.

    Each link is computed from the stored one before it, which is sound as its own was found equal.
    """
    sha256, size = hashlib.sha256, reached.size
    numbers, leaves, hashes, links = zip(*entries, strict=True)
    forms = [form for form in map(LEAF.fullmatch, leaves) if form]
    several = [form["commitments"] for form in forms if b"," in form["commitments"]]
    digests = [sha256(LEAF_PREFIX + leaf).digest() for leaf in leaves]
    before = (reached.link, *links[:-1])
    following = [sha256(LINK_PREFIX + link + digest).digest() for link, digest in zip(before, digests, strict=True)]
    stand = numbers == tuple(range(size, size + len(entries)))
    formed = len(forms) == len(entries) and all(map(in_order, several))
    if not stand or digests != list(hashes) or following != list(links) or not formed:
        return None
    dated = _dated(reached, [form["at"] for form in forms])
    return replace(dated, frontier=extend(reached.frontier, digests), link=links[-1])


def _one_by_one(entries: Sequence[Stored], reached: Reached) -> tuple[Reached, int]:
    """Return how far the walk comes in entries of which one is not sound, and the place of that among them."""
    for place, entry in enumerate(entries):
        walked = _block((entry,), reached)
        if walked is None:
            return reached, place
        reached = walked
    raise AssertionError("a block that is not sound has an entry that is not")


def _dated(reached: Reached, instants: Sequence[bytes]) -> Reached:
    """Return how far the walk has come with the instants of the next entries looked at."""
    at, back, back_first = reached.at, reached.back, reached.back_first
    for number, instant in enumerate(instants, reached.size):
        if instant >= at:
            at = instant
        elif _set_back(at, instant):
            at, back, back_first = instant, back + 1, number if back_first < 0 else back_first
    return replace(reached, at=at, back=back, back_first=back_first)


def _set_back(before: bytes, at: bytes) -> bool:
    try:
        return read_instant(before.decode()) - read_instant(at.decode()) > OUT_OF_TURN
    except ValueError:  # an instant that no calendar has
        return True


# ---- checkpoints -----------------------------------------------------------------------------------------------------


def _vouched(here: Sequence[SignedCheckpoint], reached: Reached, keys: Sequence[PublicKey], origin: str) -> Reached | Finding:
    """Compare the checkpoints over just these entries with their root."""
    size, found = reached.size, root(reached.frontier)
    for note in here:
        refused = _refused(note, keys, origin)
        if refused is not None:
            return Finding(reached.vouched, max(size - 1, reached.vouched), refused)
    wrong = sum(note.checkpoint.root != found for note in here)
    if wrong:
        twice = reached.vouched == size > 0  # another checkpoint over as many entries agreed before
        return _parted(size, 0 if twice else reached.vouched, forked=twice or wrong < len(here))
    return replace(reached, vouched=size, agreed=reached.agreed + len(here))


def _refused(note: SignedCheckpoint, keys: Sequence[PublicKey], origin: str) -> Problem | None:
    size = note.checkpoint.size
    if origin and note.checkpoint.origin != origin:
        message = f"The checkpoint over {size} entries is of another log, `{note.checkpoint.origin}`, not of `{origin}`."
        return Problem("CW811", message, help="Name the checkpoints of this log.")
    if keys and not any(is_signed(note, key) for key in keys):
        known = " or ".join(f"`{key.name}` {key.id.hex()}" for key in keys)
        message = f"The checkpoint over {size} entries is not signed by the key {known}."
        return Problem(
            "CW810", message, help="Name the public keys of this log, old ones too; if you did, somebody else signed it."
        )
    return None


def _parted(size: int, vouched: int, forked: bool) -> Finding:
    where = f"the first changed entry is one of {vouched} to {size - 1}" if size else "no entry comes before it"
    if forked:
        message = f"Two checkpoints over {size} entries were signed with different roots: the log was forked; {where}."
        return Finding(vouched, max(size - 1, vouched), Problem("CW809", message, help=_OUTSIDE))
    message = f"The log is not the one that was signed at {size} entries: rewritten, or rolled back and gone on with; {where}."
    return Finding(vouched, max(size - 1, vouched), Problem("CW808", message, help=_OUTSIDE))


# ---- what ended the walk ---------------------------------------------------------------------------------------------


def _last(
    ended: Record,
    lying: _Lying,
    reached: Reached,
    waiting: Sequence[SignedCheckpoint],
    keys: Sequence[PublicKey],
    origin: str,
) -> Verification:
    finding: Finding | None
    match ended:
        case Stored():
            finding = _bad_entry(ended, lying.next(), reached)
        case SignedCheckpoint():
            finding = _misplaced(ended, reached)
        case Head():
            finding = _bad_head(ended, lying.next(), reached) or _cut(waiting, reached, keys, origin)
        case Unreadable():
            where = f"line {ended.line} " if ended.line else ""
            finding = _cut_off(reached) if ended is _OVER else _no_entry(reached, where + ended.why)
    return Verification(reached, finding)


def _bad_entry(entry: Stored, after: Record, reached: Reached) -> Finding:
    """Say what is wrong with an entry; the one after it tells whether it was put in."""
    size = reached.size
    if entry.number > size:
        return _found("CW802", size, f"Entry {size} is missing: entry {entry.number} stands in its place.")
    if entry.number == size - 1:
        message = f"Entry {entry.number} stands there twice: one of the two was put in."
        return Finding(size - 1, size, Problem("CW803", message, help=_RESTORE))
    if entry.number < size:
        return _found("CW803", size, f"Where entry {size} should stand, entry {entry.number} stands a second time.")
    digest = hashlib.sha256(LEAF_PREFIX + entry.leaf).digest()
    if isinstance(after, Stored) and after.link == link_of(reached.link, after.hash):
        return _found("CW803", size, f"Entry {size} was put in: the entry after it follows the one before it.")
    if digest != entry.hash:
        return _found("CW801", size, f"Entry {size} was changed: its content does not fit its hash.")
    if link_of(reached.link, digest) != entry.link:
        return _follows_not(size)
    return _no_entry(reached, "what it holds is not of the form of an entry")


def _follows_not(size: int) -> Finding:
    if size == 0:
        return _found("CW803", 0, "Entry 0 is not the one the log began with.")
    message = (
        f"Entry {size} does not follow entry {size - 1}: entries were taken out or changed places here, "
        f"or entry {size - 1} was written anew with its hashes."
    )
    return Finding(size - 1, size, Problem("CW803", message, help=_RESTORE))


def _found(code: str, entry: int, message: str) -> Finding:
    return Finding(entry, entry, Problem(code, message, help=_RESTORE))


def _no_entry(reached: Reached, why: str) -> Finding:
    return _found("CW804", reached.size, f"Entry {reached.size} cannot be read: {why}.")


def _misplaced(note: SignedCheckpoint, reached: Reached) -> Finding:
    counted, size = note.checkpoint.size, reached.size
    if counted > size:
        message = f"Entry {size} is missing: the checkpoint that stands here counts {counted} entries."
        return Finding(size, counted - 1, Problem("CW802", message, help=_RESTORE))
    message = f"A checkpoint over {counted} entries stands after entry {size - 1}: it was moved, or entries were."
    return Finding(reached.vouched, max(size - 1, reached.vouched), Problem("CW808", message, help=_OUTSIDE))


def _cut_off(reached: Reached) -> Finding:
    message = f"The log is cut off after {reached.size} entries: its last line, the head, is missing."
    return _found("CW805", reached.size, message)


def _bad_head(head: Head, after: Record, reached: Reached) -> Finding | None:
    counted, size = head.frontier.size, reached.size
    if counted > size:
        message = f"Entry {size} is missing: the head counts {counted} entries, and {size} are there."
        return Finding(size, counted - 1, Problem("CW805", message, help=_RESTORE))
    if counted < size:
        message = f"Entry {counted} is one too many: the head counts {counted} entries, and {size} are there."
        return Finding(counted, size - 1, Problem("CW806", message, help=_RESTORE))
    if head != Head(reached.frontier, reached.link):
        message = f"The head does not fit the {size} entries before it: it was changed, or the last entry was."
        return Finding(reached.vouched, max(size - 1, reached.vouched), Problem("CW806", message, help=_RESTORE))
    if after is not _OVER:
        return _found("CW806", size, f"After the head, which counts {size} entries, something else stands.")
    return None


def _cut(waiting: Sequence[SignedCheckpoint], reached: Reached, keys: Sequence[PublicKey], origin: str) -> Finding | None:
    """Say whether a checkpoint counts more entries than there are.

    Whoever cut the end and made the head fit may have written others in its place, so nothing after the last checkpoint that
    agrees is certain.
    """
    if not waiting:
        return None
    note, size = waiting[-1], reached.size
    refused = _refused(note, keys, origin)
    signed = note.checkpoint.size
    alone = f"; entries from {reached.vouched} on rest on this copy alone" if reached.vouched < size else ""
    message = f"Entry {size} is missing: {signed} entries were signed, and {size} are there. The log was cut or rolled back{alone}."
    return Finding(reached.vouched, signed - 1, refused or Problem("CW807", message, help=_OUTSIDE))

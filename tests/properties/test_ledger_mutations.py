"""A log tampered with in a thousand ways: each is found, and the first bad entry is named, by two verifiers that share no code.

A forger works at one of three depths: on rows alone; on rows, and the hashes of the row changed; or on everything, as somebody can
who owns the database and has this program.  The outside checkpoints are beyond reach, and the forger has not the key.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from clausewise.ledger.checkpoint import SignedCheckpoint
from clausewise.ledger.export import Record, export_lines, read_header, read_records
from clausewise.ledger.leaf import leaf_bytes
from clausewise.ledger.log import Head, Stored, link_of
from clausewise.ledger.tree import leaf_hash
from clausewise.ledger.verify import Finding, verify
from tools import verify_ledger as offline
from tools.sample_ledger import BEGINNING, KEY, ORIGIN, SampleLog, logged, sample_entries, sample_log

SIZE, EVERY, MUTATIONS = 90, 16, 1_000
SIGNED = SIZE // EVERY * EVERY
SOUND = sample_log(SIZE, seed=7, every=EVERY)
STRANGE = tuple(leaf_bytes(entry) for entry in sample_entries(2 * SIZE, seed=8))


@dataclass(frozen=True)
class Forgery:
    """A log tampered with, the first entry that is not as it was, and how far from it the verifier may name one."""

    entries: tuple[Stored, ...]
    first: int
    notes: tuple[SignedCheckpoint, ...] = SOUND.notes
    head: Head = SOUND.head
    within: int = 0

    def lines(self) -> list[bytes]:
        """The export of the log as it is now."""
        return [line.encode() for line in export_lines(ORIGIN, self.entries, self.notes, self.head)]


def renumbered(rows: list[Stored]) -> tuple[Stored, ...]:
    """Rows that bear the numbers at which they stand."""
    return tuple(row._replace(number=number) for number, row in enumerate(rows))


def anew(leaves: list[bytes], first: int) -> Forgery:
    """A log in which everything was computed anew; the checkpoints inside that would tell are thrown away."""
    forged: SampleLog = logged(leaves)
    kept = tuple(note for note in SOUND.notes if note.checkpoint.size <= first)
    return Forgery(forged.entries, first, kept, forged.head, within=EVERY)


def leaves_of(rows: list[Stored]) -> list[bytes]:
    """The leaves of some rows."""
    return [row.leaf for row in rows]


def strange(chance: random.Random) -> bytes:
    """A leaf that is well formed and was never entered."""
    return chance.choice(STRANGE)


def edited_leaf(leaf: bytes, chance: random.Random) -> bytes:
    """A leaf with one of its signs exchanged for another of its kind."""
    while True:
        place = chance.randrange(len(leaf))
        kind = next((kind for kind in (b"0123456789", b"abcdef", b"ghijklmnopqrstuvwxyz") if leaf[place] in kind), b"")
        if kind and (sign := chance.choice(kind)) != leaf[place]:
            return leaf[:place] + bytes([sign]) + leaf[place + 1 :]


def noticed_within(place: int) -> int:
    """A row with its own hashes is noticed at the next row, or, where a checkpoint comes before that, by the checkpoint alone."""
    return EVERY if (place + 1) % EVERY == 0 else 1


def edit(rows: list[Stored], chance: random.Random) -> Forgery:
    """One field of one row is another: content, hash, link or number; or content with its hashes; or all after it too."""
    place = chance.randrange(SIGNED)
    row, leaf = rows[place], edited_leaf(rows[place].leaf, chance)
    depth = chance.choice(("leaf", "hash", "link", "number", "row", "all"))
    if depth == "all":
        return anew([*leaves_of(rows[:place]), strange(chance), *leaves_of(rows[place + 1 :])], place)
    before = rows[place - 1].link if place else bytes(32)
    changed = {
        "leaf": row._replace(leaf=leaf),
        "hash": row._replace(hash=chance.randbytes(32)),
        "link": row._replace(link=chance.randbytes(32)),
        "number": row._replace(number=chance.choice([number for number in range(2 * SIZE) if number != place])),
        "row": row._replace(leaf=leaf, hash=leaf_hash(leaf), link=link_of(before, leaf_hash(leaf))),
    }[depth]
    within = {"link": 1, "number": 1, "row": noticed_within(place)}.get(depth, 0)
    return Forgery((*rows[:place], changed, *rows[place + 1 :]), place, within=within)


def delete(rows: list[Stored], chance: random.Random) -> Forgery:
    """One row or several are gone, and those after them bear their own numbers, or new ones, or new hashes too."""
    place = chance.randrange(SIGNED)
    left = rows[:place] + rows[place + chance.choice((1, 1, 2, 5)) :]
    depth = chance.choice(("rows", "numbers", "all"))
    if depth == "all":
        return anew(leaves_of(left), place)
    return Forgery(tuple(left), place) if depth == "rows" else Forgery(renumbered(left), place, within=1)


def insert(rows: list[Stored], chance: random.Random) -> Forgery:
    """A row is put in: a strange one, or an old one once more, with whatever hashes the forger has."""
    place = chance.randrange(SIGNED)
    leaf, before = strange(chance), rows[place - 1].link if place else bytes(32)
    depth = chance.choice(("bare", "hashed", "again", "all"))
    if depth == "all":
        return anew([*leaves_of(rows[:place]), leaf, *leaves_of(rows[place:])], place)
    put_in = {
        "bare": Stored(place, leaf, leaf_hash(leaf), chance.randbytes(32)),
        "hashed": Stored(place, leaf, leaf_hash(leaf), link_of(before, leaf_hash(leaf))),
        "again": rows[chance.randrange(SIZE)],
    }[depth]
    forged = [*rows[:place], put_in, *rows[place:]]
    first = place + 1 if put_in == rows[place] else place
    within = noticed_within(place) if depth == "hashed" else 1
    return Forgery(renumbered(forged) if chance.random() < 0.5 else tuple(forged), first, within=within)


def swap(rows: list[Stored], chance: random.Random) -> Forgery:
    """Two rows, or what they hold, change places."""
    one, other = sorted(chance.sample(range(SIGNED), 2))
    exchanged = list(rows)
    exchanged[one], exchanged[other] = rows[other], rows[one]
    depth = chance.choice(("rows", "numbers", "leaves", "all"))
    if depth == "all":
        return anew(leaves_of(exchanged), one)
    if depth == "leaves":
        exchanged = list(rows)
        exchanged[one] = rows[one]._replace(leaf=rows[other].leaf, hash=rows[other].hash)
        exchanged[other] = rows[other]._replace(leaf=rows[one].leaf, hash=rows[one].hash)
        return Forgery(tuple(exchanged), one, within=1)
    return Forgery(tuple(exchanged), one) if depth == "rows" else Forgery(renumbered(exchanged), one, within=1)


def truncate(rows: list[Stored], chance: random.Random) -> Forgery:
    """The end is gone; the head still counts it, or was made anew for what is left."""
    place = chance.randrange(SIGNED)
    if chance.random() < 0.5:
        return Forgery(tuple(rows[:place]), place, within=SIZE)
    cut = anew(leaves_of(rows[:place]), place)
    return Forgery(cut.entries, place, cut.notes, cut.head, within=SIZE)


def append(rows: list[Stored], chance: random.Random) -> Forgery:
    """Rows follow the last one with all their hashes right, past the program, so that the head does not count them."""
    longer = logged([*leaves_of(rows), *STRANGE[: chance.randrange(1, 5)]])
    return Forgery(longer.entries, SIZE, within=5)


def roll_back(rows: list[Stored], chance: random.Random) -> Forgery:
    """The log is as it was at an earlier time, and goes on from there with other entries, past where it was."""
    place = chance.randrange(SIGNED)
    return anew([*leaves_of(rows[:place]), *STRANGE[: SIZE - place + chance.randrange(9)]], place)


def cut_and_fill(rows: list[Stored], chance: random.Random) -> Forgery:
    """The end is gone and other entries stand in its place, fewer than were signed."""
    place = chance.randrange(SIGNED - 1)
    return anew([*leaves_of(rows[:place]), *STRANGE[: chance.randrange(1, SIGNED - place)]], place)


def fork(rows: list[Stored], chance: random.Random) -> Forgery:
    """Another log that parts from this one, and whose checkpoints are signed by the same key: its holder shows two faces."""
    place = chance.randrange(SIGNED)
    other = logged([*leaves_of(rows[:place]), *STRANGE[: SIZE - place]], EVERY)
    return Forgery(other.entries, place, other.notes, other.head, within=EVERY)


MANNERS: tuple[Callable[[list[Stored], random.Random], Forgery], ...] = (
    edit,
    delete,
    insert,
    swap,
    append,
    truncate,
    roll_back,
    cut_and_fill,
    fork,
)


def judged(lines: list[bytes], signed: bool = False) -> Finding | None:
    """What `audit verify` finds, with the checkpoints that were kept outside."""
    assert ORIGIN == read_header(lines[0])
    return verify(read_records(lines[1:]), SOUND.notes, (KEY.public,) if signed else (), ORIGIN).finding


def judged_offline(lines: list[bytes]) -> tuple[int, int] | None:
    """What the verifier without the package finds."""
    notes = [offline.read_notes(note.written())[0] for note in SOUND.notes]
    verdict = offline.verify(iter(lines), notes, None)
    return None if verdict.whole else (verdict.first, verdict.last)


def test_the_sound_log_is_whole():
    """Without tampering neither verifier finds anything."""
    lines = Forgery(SOUND.entries, 0).lines()
    assert judged(lines, signed=True) is None
    assert judged_offline(lines) is None


@pytest.mark.slow
@pytest.mark.parametrize("manner", MANNERS, ids=lambda manner: manner.__name__)
def test_every_forgery_is_found_and_placed(manner):
    """Of the thousand forgeries all are found; the first bad entry is among those named, and no more are named than must be."""
    count = MUTATIONS // len(MANNERS) + 1
    for seed in range(count):
        forgery = manner(list(SOUND.entries), random.Random(f"{manner.__name__} {seed}"))
        lines = forgery.lines()
        finding = judged(lines)
        assert finding is not None, (seed, forgery.first)
        assert finding.first <= forgery.first <= finding.last, (seed, forgery.first, finding)
        assert finding.last - finding.first <= forgery.within, (seed, forgery.first, finding)
        assert (finding.first, finding.last) == judged_offline(lines), (seed, finding)


def test_another_key_is_found():
    """A log whose checkpoints another key signed does not pass with the key that people have; with both keys it does."""
    lines = Forgery(SOUND.entries, 0).lines()
    stranger = type(KEY)(KEY.name, bytes(32)).public
    finding = verify(read_records(lines[1:]), (), (stranger,), ORIGIN).finding
    assert finding is not None and "CW810" == finding.problem.code
    assert verify(read_records(lines[1:]), (), (stranger, KEY.public), ORIGIN).finding is None


@pytest.mark.slow
def test_no_byte_of_an_export_can_be_changed():
    """Wherever a byte of an export is another, it is found, with the same entries named by both verifiers."""
    small = sample_log(6, seed=9, every=4)
    whole = "".join(small.lines()).encode()
    notes = [offline.read_notes(note.written())[0] for note in small.notes]
    for seed in range(1000):
        chance = random.Random(seed)
        place = chance.randrange(len(whole))
        changed = whole[:place] + bytes([(whole[place] + chance.randrange(1, 256)) % 256]) + whole[place + 1 :]
        lines = re.findall(rb"[^\n]*\n|[^\n]+", changed)
        origin = read_header(lines[0])
        if origin is None:
            with pytest.raises(ValueError):
                offline.verify(iter(lines), notes, str(KEY.public))
            continue
        finding = verify(read_records(lines[1:]), small.notes, (KEY.public,), origin).finding
        verdict = offline.verify(iter(lines), notes, str(KEY.public))
        assert finding is not None, seed
        assert (finding.first, finding.last) == (verdict.first, verdict.last), (seed, finding, verdict)


@pytest.mark.slow
def test_an_entry_that_fits_the_pattern_is_one_when_it_is_parsed():
    """The offline verifier's pattern of an entry takes just those lines that are canonical JSON and have the parts of an entry."""
    lines, taken, left = Forgery(SOUND.entries, 0).lines(), 0, 0
    entries = [line for line in lines if line.startswith(b'{"hash"')]
    for seed in range(3_000):
        chance = random.Random(seed)
        line, count = chance.choice(entries), chance.randrange(3)
        for _ in range(count):
            place = chance.randrange(len(line))
            put = chance.choice((bytes([line[place - 1]]), chance.choice(b"09afz_-,:{}\"\\ \n").to_bytes(), b""))
            line = line[:place] + put + line[place + 1 :]
        found = offline.ENTRY.fullmatch(line)
        value = offline.parsed(line)
        parsed = value is not None and offline.is_entry(value) and offline.is_leaf(value["leaf"])
        assert parsed == (found is not None and offline.in_order(found[4])), (seed, line)
        taken, left = taken + parsed, left + (not parsed)
    assert taken > 500 and left > 500


@pytest.mark.parametrize("words", [("request", "letter"), ("letter", "letter")], ids="-".join)
def test_commitments_out_of_order_are_found(words):
    """An entry whose commitments stand in another order than that of their words, or twice, is none, however well it is hashed."""
    said = ",".join(f'"{word}":"{"ab" * 32}"' for word in words).encode()
    leaves = leaves_of(list(SOUND.entries))
    leaves[5] = re.sub(rb'"commitments":\{[^}]*', b'"commitments":{' + said, leaves[5])
    forged = logged(leaves)
    lines = [line.encode() for line in export_lines(ORIGIN, forged.entries, (), forged.head)]
    finding, verdict = verify(read_records(lines[1:])).finding, offline.verify(iter(lines), [], None)
    assert finding is not None and "CW804" == finding.problem.code
    assert (5, 5) == (finding.first, finding.last) == (verdict.first, verdict.last)


@pytest.mark.parametrize("manner", MANNERS, ids=lambda manner: manner.__name__)
def test_the_finding_does_not_depend_on_how_entries_are_taken_together(manner, monkeypatch):
    """Walked one by one, by sevens or at once, the same fault is told of the same entries."""
    for seed in range(10):
        lines, found = manner(list(SOUND.entries), random.Random(f"{manner.__name__} {seed}")).lines(), set()
        for together in (1, 7, 1_000):
            monkeypatch.setattr("clausewise.ledger.verify.BLOCK", together)
            found.add(judged(lines))
        assert len(found) == 1 and None not in found, (seed, found)


def test_what_no_log_can_show():
    """What came after the last outside checkpoint can be cut or written anew whole without a trace: checkpoints are the bound."""
    leaves = leaves_of(list(SOUND.entries))
    for forged in (logged(leaves[:SIGNED]), logged([*leaves[:SIGNED], *STRANGE[:5]])):
        assert judged(Forgery(forged.entries, 0, SOUND.notes, forged.head).lines(), signed=True) is None


def test_a_clock_that_goes_back_is_told_and_is_no_fault():
    """A clock that was set back an hour is one note, with the number of the first entry; the log is whole all the same."""
    found = verify(with_clocks([0, 1, 2, 3 - 3600, 4 - 3600, 5 - 3600]))
    assert found.finding is None
    [note] = found.notes
    assert ("CW812", 1) == (note.code, found.reached.back)
    assert "Entry 3 is dated before" in note.message


def test_acts_of_several_workers_may_lie_out_of_turn():
    """An entry up to a minute older than those before it waited for its turn; a clock that creeps back further is told."""
    assert () == verify(with_clocks([0, 50, 20, 100, 41, 101])).notes
    assert verify(with_clocks([0, 50, 20, 100, 39, 101])).notes
    assert 1 == verify(with_clocks([100, 70, 40, 39])).reached.back


def with_clocks(seconds: list[int]) -> list[Record]:
    """A log whose entries bear these instants, in seconds."""
    entries = sample_entries(len(seconds), seed=3)
    dated = (replace(entry, at=BEGINNING + timedelta(seconds=at)) for entry, at in zip(entries, seconds, strict=True))
    return list(read_records([line.encode() for line in logged(leaf_bytes(entry) for entry in dated).lines()[1:]]))

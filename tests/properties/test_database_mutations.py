"""The file of a database tampered with in a thousand ways, past the program and its triggers: each is found and placed.

A forger opens the SQLite file with any tool, takes the triggers away, and changes the log, or the acts that it vouches for; or puts
an older copy of the file in its place.  The outside checkpoints are beyond reach, and the forger has not the key.
"""

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from clausewise.ledger.checkpoint import SignedCheckpoint
from clausewise.ledger.log import Stored, link_of
from clausewise.ledger.tree import leaf_hash
from clausewise.vocab.problem import Problem
from clausewise.wiring.checkpoints import Beside, read_signed
from clausewise.wiring.setting import open_setting
from tests.properties.test_ledger_mutations import STRANGE, edited_leaf
from tests.soak import places
from tests.soak.life import Here, live
from tests.unit.store import databases
from tools.sample_ledger import KEY, logged

LIVES, MUTATIONS = 8, 1_000
ACT = "kind, actor, at, content, schema, case_id, tenant_id"


@dataclass(frozen=True)
class Sound:
    """A database as it grew, life by life: copies of its file, the size of its log at each, and what was signed elsewhere."""

    settings: dict[str, Any]
    tenant: UUID
    copies: tuple[Path, ...]
    sizes: tuple[int, ...]
    notes: tuple[SignedCheckpoint, ...]
    rows: tuple[Stored, ...]

    @property
    def signed(self) -> int:
        """How many entries the last outside checkpoint covers."""
        return self.sizes[-2]

    def widest(self, place: int) -> int:
        """The number of entries between the two checkpoints around an entry."""
        return next(after - before for before, after in zip((0, *self.sizes), self.sizes, strict=False) if place < after)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sound]:
    """Eight lives of cases; after each but the last the log was signed to a second place."""
    folder = tmp_path_factory.mktemp("sound")
    with places.sqlite(folder) as place:
        place.use()
        yield grown(folder, dict(place.app))


def grown(folder: Path, settings: dict[str, Any]) -> Sound:
    """Live, sign, copy, one life after the other."""
    from clausewise.store.ledger import DatabaseLedger
    from clausewise.wiring.vouching import Signed, sign_log

    output, setting, tenant = folder / "outside.txt", open_setting(cache=False), places.new_tenant()
    copies, sizes = [], []
    for number in range(LIVES):
        live(Here(tenant, setting), str(number), lambda *_: None)
        if number < LIVES - 1:
            assert isinstance(sign_log(KEY, output), Signed)
        rows = tuple(DatabaseLedger().entries())
        places.leave()
        copies.append(folder / f"copy-{number}.sqlite3")
        shutil.copy(settings["NAME"], copies[-1])
        sizes.append(len(rows))
    for copy in copies:
        without_triggers(copy)
    outside = read_signed(output)
    assert isinstance(outside, Beside)
    return Sound(settings, tenant, tuple(copies), tuple(sizes), outside.notes, rows)


def without_triggers(file: Path) -> None:
    """Take the triggers away, and let entries bear any number."""
    with sqlite3.connect(file) as opened:
        for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            opened.execute(f"DROP TRIGGER {name}")
    opened.close()


@contextmanager
def forging(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection of somebody who changes the file by hand."""
    opened = sqlite3.connect(file)
    opened.execute("PRAGMA synchronous=OFF")
    yield opened
    opened.commit()
    opened.close()


@dataclass(frozen=True)
class Tampered:
    """What was done: the first entry that is not as it was, how far from it one may be named; or that only acts were changed."""

    first: int
    within: int = 0
    acts: bool = False


def rewrite(file: sqlite3.Connection, leaves: list[bytes], first: int, wide: int) -> Tampered:
    """Write the whole log anew, with all its hashes and its head, and throw away the checkpoints inside that would tell."""
    forged = logged(leaves)
    file.execute("DELETE FROM store_ledgerentry")
    tenant = file.execute("SELECT id FROM store_tenant").fetchone()[0]
    rows = [(one.number, one.leaf, one.hash, one.link, tenant) for one in forged.entries]
    file.executemany("INSERT INTO store_ledgerentry (number, leaf, hash, link, tenant_id) VALUES (?, ?, ?, ?, ?)", rows)
    head = (len(rows), b"".join(forged.head.frontier.peaks), forged.head.link)
    file.execute("UPDATE store_ledgerhead SET size = ?, peaks = ?, link = ?", head)
    file.execute("DELETE FROM store_checkpoint WHERE size > ?", (first,))
    return Tampered(first, wide)


def edit(file: sqlite3.Connection, sound: Sound, chance: random.Random) -> Tampered:
    """A part of a row is another, of another type, or gone; or the row is written anew with its hashes; or all after it too."""
    place = chance.randrange(sound.signed)
    row, depth = sound.rows[place], chance.choice(("leaf", "part", "type", "row", "all"))
    leaf = edited_leaf(row.leaf, chance)
    if depth == "all":
        leaves = [one.leaf for one in sound.rows]
        return rewrite(file, [*leaves[:place], chance.choice(STRANGE), *leaves[place + 1 :]], place, sound.widest(place))
    if depth == "row":
        link = link_of(sound.rows[place - 1].link if place else bytes(32), leaf_hash(leaf))
        changed = (leaf, leaf_hash(leaf), link, place)
        file.execute("UPDATE store_ledgerentry SET leaf = ?, hash = ?, link = ? WHERE number = ?", changed)
        return Tampered(place, sound.widest(place))
    column = "leaf" if depth == "leaf" else chance.choice(("leaf", "hash", "link"))
    value = {"leaf": leaf, "part": chance.randbytes(32), "type": chance.choice(("text", "", 7, 1.5, b""))}[depth]
    file.execute(f"UPDATE store_ledgerentry SET {column} = ? WHERE number = ?", (value, place))
    return Tampered(place, 1)


def delete(file: sqlite3.Connection, sound: Sound, chance: random.Random) -> Tampered:
    """Entries are gone; the others bear their numbers, or new ones, or new hashes too."""
    place, gone = chance.randrange(sound.signed - 5), chance.choice((1, 1, 2, 5))
    depth = chance.choice(("rows", "numbers", "all"))
    if depth == "all":
        leaves = [one.leaf for one in sound.rows]
        return rewrite(file, leaves[:place] + leaves[place + gone :], place, sound.widest(place))
    file.execute("DELETE FROM store_ledgerentry WHERE number >= ? AND number < ?", (place, place + gone))
    if depth == "numbers":
        for number in range(place + gone, len(sound.rows)):
            file.execute("UPDATE store_ledgerentry SET number = ? WHERE number = ?", (number - gone, number))
    return Tampered(place, 1)


def insert(file: sqlite3.Connection, sound: Sound, chance: random.Random) -> Tampered:
    """An entry is put in, the later ones moved on; with all hashes anew, its own, or none that fit; or it has no number."""
    place, leaf = chance.randrange(sound.signed), chance.choice(STRANGE)
    depth = chance.choice(("all", "hashed", "bare", "no number"))
    if depth == "all":
        leaves = [one.leaf for one in sound.rows]
        return rewrite(file, [*leaves[:place], leaf, *leaves[place:]], place, sound.widest(place))
    before = sound.rows[place - 1].link if place else bytes(32)
    link = link_of(before, leaf_hash(leaf)) if depth == "hashed" else chance.randbytes(32)
    number: object = place
    if depth == "no number":
        number, place = chance.choice(("x", -1)), len(sound.rows)
        place = 0 if number == -1 else place
    else:
        for moved in reversed(range(place, len(sound.rows))):
            file.execute("UPDATE store_ledgerentry SET number = ? WHERE number = ?", (moved + 1, moved))
    tenant = file.execute("SELECT id FROM store_tenant").fetchone()[0]
    row = (number, leaf, leaf_hash(leaf), link, tenant)
    file.execute("INSERT INTO store_ledgerentry (number, leaf, hash, link, tenant_id) VALUES (?, ?, ?, ?, ?)", row)
    return Tampered(place, sound.widest(place) if depth == "hashed" else 1)


def swap(file: sqlite3.Connection, sound: Sound, chance: random.Random) -> Tampered:
    """Two entries, or what they hold, change places; or all is computed anew after that."""
    one, other = sorted(chance.sample(range(sound.signed), 2))
    if chance.random() < 0.3:
        leaves = [row.leaf for row in sound.rows]
        leaves[one], leaves[other] = leaves[other], leaves[one]
        return rewrite(file, leaves, one, sound.widest(one))
    if chance.random() < 0.5:
        for before, after in ((one, -1), (other, one), (-1, other)):
            file.execute("UPDATE store_ledgerentry SET number = ? WHERE number = ?", (after, before))
    else:
        for place, row in ((one, sound.rows[other]), (other, sound.rows[one])):
            file.execute("UPDATE store_ledgerentry SET leaf = ?, hash = ? WHERE number = ?", (row.leaf, row.hash, place))
    return Tampered(one, 1)


def truncate(file: sqlite3.Connection, sound: Sound, chance: random.Random) -> Tampered:
    """The end of the log is gone, with the head made anew for what is left, or as it was, or with no head at all."""
    place, depth = chance.randrange(sound.signed), chance.choice(("head anew", "head left", "no head"))
    if depth == "head anew":
        return rewrite(file, [one.leaf for one in sound.rows[:place]], place, len(sound.rows))
    file.execute("DELETE FROM store_ledgerentry WHERE number >= ?", (place,))
    if depth == "no head":
        file.execute("DELETE FROM store_ledgerhead")
    return Tampered(place, len(sound.rows))


def change_acts(file: sqlite3.Connection, sound: Sound, chance: random.Random) -> Tampered:
    """The log is left as it is, and an act, a run or a case is changed, taken away, put in or exchanged."""
    ids = [id for (id,) in file.execute("SELECT id FROM store_act ORDER BY id")]
    one, other = chance.sample(ids, 2)
    runs = [id for (id,) in file.execute("SELECT id FROM store_determinationrun ORDER BY id")]
    changes: list[tuple[str, tuple[object, ...]]] = [
        ("UPDATE store_act SET content = replace(content, '}', ',\"x\":1}') || ' ' WHERE id = ?", (one,)),
        ("UPDATE store_act SET content = 'no JSON' WHERE id = ?", (one,)),
        ("UPDATE store_act SET at = '2026-01-01 00:00:00' WHERE id = ?", (one,)),
        ("UPDATE store_act SET at = 'no instant' WHERE id = ?", (one,)),
        ("UPDATE store_act SET actor = '00000000000000000000000000000007' WHERE id = ?", (one,)),
        ("UPDATE store_act SET kind = 'withdrawn' WHERE id = ?", (one,)),
        ("UPDATE store_act SET sequence = sequence + 100 WHERE id = ?", (one,)),
        ("DELETE FROM store_act WHERE id = ?", (one,)),
        ("UPDATE store_act SET sequence = 99, case_id = (SELECT case_id FROM store_act WHERE id = ?) WHERE id = ?", (other, one)),
        (f"INSERT INTO store_act ({ACT}, sequence) SELECT {ACT}, 99 FROM store_act WHERE id = ?", (one,)),
        ("UPDATE store_case SET version = version + 1 WHERE id = (SELECT case_id FROM store_act WHERE id = ?)", (one,)),
        ("UPDATE store_determinationrun SET kept = kept || ' ' WHERE id = ?", (chance.choice(runs),)),
        ("DELETE FROM store_determinationrun WHERE id = ?", (chance.choice(runs),)),
    ]
    assert file.execute(*chance.choice(changes)).rowcount
    return Tampered(0, acts=True)


MANNERS: tuple[Callable[[sqlite3.Connection, Sound, random.Random], Tampered], ...] = (
    edit,
    delete,
    insert,
    swap,
    truncate,
    change_acts,
)


def judge(file: Path, sound: Sound, tampered: Tampered) -> None:
    """What `audit verify --history` finds in a file must be what was done to it."""
    from clausewise.wiring.vouching import compare_history, verify_log

    databases.use({**sound.settings, "NAME": str(file)})
    try:
        found = verify_log(Beside(sound.notes, (KEY.public,)))
        assert not isinstance(found, Problem), found
        if tampered.acts:
            assert found.finding is None
            compared = compare_history()
            assert not isinstance(compared, Problem) and compared.problem is not None
            assert "CW868" == compared.problem.code
        else:
            assert found.finding is not None
            assert found.finding.first <= tampered.first <= found.finding.last, (tampered, found.finding)
            assert found.finding.last - found.finding.first <= tampered.within, (tampered, found.finding)
    finally:
        places.leave()


@pytest.mark.slow
def test_the_sound_file_is_whole(sound, tmp_path):
    """Before anything is done to it, log and history of the file are whole; an entry put in later is then the only difference."""
    from clausewise.wiring.vouching import compare_history, verify_log

    databases.use({**sound.settings, "NAME": str(shutil.copy(sound.copies[-1], tmp_path))})
    found, compared = verify_log(Beside(sound.notes, (KEY.public,))), compare_history()
    assert not isinstance(found, Problem) and found.finding is None
    assert not isinstance(compared, Problem) and compared.problem is None
    assert (sound.sizes[-1], sound.sizes[-1], 0) == (found.reached.size, compared.acts, compared.mute)
    places.leave()


@pytest.mark.slow
@pytest.mark.parametrize("manner", MANNERS, ids=lambda manner: manner.__name__)
def test_every_change_of_the_file_is_found_and_placed(manner, sound, tmp_path):
    """Of the thousand all are found, and the first bad entry is among those named, of which there are no more than must be."""
    for seed in range(MUTATIONS // (len(MANNERS) + 1) + 1):
        file = tmp_path / "forged.sqlite3"
        shutil.copy(sound.copies[-1], file)
        with forging(file) as opened:
            tampered = manner(opened, sound, random.Random(f"{manner.__name__} {seed}"))
        judge(file, sound, tampered)


@pytest.mark.slow
def test_an_older_file_in_its_place_is_found(sound, tmp_path):
    """A copy of the file from before, as it was or gone on with by the program itself, parts from what was signed since."""
    setting = open_setting(cache=False)
    for seed in range(MUTATIONS // (len(MANNERS) + 1) + 1):
        chance = random.Random(f"roll back {seed}")
        number = chance.randrange(LIVES - 2)
        file = tmp_path / "forged.sqlite3"
        shutil.copy(sound.copies[number], file)
        size = sound.sizes[number]
        if chance.random() < 0.5:
            size = chance.randrange(size)
            leaves = [one.leaf for one in sound.rows[:size]]
            with forging(file) as opened:
                rewrite(opened, [*leaves, *chance.sample(STRANGE, chance.randrange(60))], size, 0)
        if size == sound.sizes[number] and seed % 10 == 0:
            go_on(file, sound, setting, f"other-{seed}", lives=chance.randrange(1, 3))
        judge(file, sound, Tampered(size, len(sound.rows)))


def go_on(file: Path, sound: Sound, setting: Any, name: str, lives: int) -> None:
    """Let the program itself live other lives on a copy: a fork."""
    databases.use({**sound.settings, "NAME": str(file)})
    for number in range(lives):
        live(Here(sound.tenant, setting), f"{name}-{number}", lambda *_: None)
    places.leave()


@pytest.mark.slow
def test_a_fork_signed_by_the_same_key_is_found(sound, tmp_path):
    """Two databases that part from one copy, each signed by the true key: either is found by what was signed over the other."""
    from clausewise.wiring.vouching import Signed, sign_log

    setting = open_setting(cache=False)
    for seed in range(20):
        number = random.Random(f"fork {seed}").randrange(LIVES - 2)
        file = tmp_path / "fork.sqlite3"
        shutil.copy(sound.copies[number], file)
        go_on(file, sound, setting, f"fork-{seed}", lives=1)
        databases.use({**sound.settings, "NAME": str(file)})
        assert isinstance(sign_log(KEY, tmp_path / f"other-{seed}.txt"), Signed)
        places.leave()
        judge(file, sound, Tampered(sound.sizes[number], len(sound.rows)))

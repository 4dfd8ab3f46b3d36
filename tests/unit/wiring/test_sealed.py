"""A sealed file opens as it was written, or not at all."""

import io
import random
import re
from pathlib import Path

import pytest

from clausewise.vocab.problem import Problem
from clausewise.wiring import sealed
from clausewise.wiring.archive import Archive, Manifest, write_manifest, written_part
from clausewise.wiring.sealed import HEAD_BYTES, TAG_BYTES, Sealer, Unopened, make_key, opened, read_key

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
CHUNK = 64


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of a few bytes, so that a short content has several."""
    monkeypatch.setattr(sealed, "CHUNK_BYTES", CHUNK)


def seal(content: bytes, key: bytes = KEY, seed: int = 1) -> bytes:
    """A content as a sealed file."""
    target = io.BytesIO()
    sealer = Sealer(target, key, random.Random(seed).randbytes)
    for start in range(0, len(content), 50):
        sealer.write(content[start : start + 50])
    sealer.close()
    return target.getvalue()


def unseal(file: bytes, key: bytes = KEY) -> bytes:
    """The content of a sealed file."""
    return b"".join(opened(io.BytesIO(file), key, "b.cw"))


def refused(file: bytes, key: bytes = KEY) -> str:
    """The code for which a file does not open."""
    with pytest.raises(Unopened) as found:
        unseal(file, key)
    return found.value.problem.code


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK, 5 * CHUNK + 7])
def test_what_was_sealed_opens(length):
    """Contents of every length around the chunks come out as they went in, and are not to be read in between."""
    content = random.Random(0).randbytes(length)
    file = seal(content)
    assert content == unseal(file)
    assert length < 8 or content[:8] not in file


def test_every_change_is_found():
    """Each byte changed, each cut, each chunk taken out, doubled or exchanged, each piece of another file: it does not open."""
    content = random.Random(0).randbytes(5 * CHUNK)
    file, other = seal(content), seal(content, seed=2)
    codes = set()
    for place in range(len(file)):
        codes.add(refused(file[:place] + bytes([file[place] ^ 1]) + file[place + 1 :]))
        codes.add(refused(file[:place]))
    size = CHUNK + TAG_BYTES
    chunks = [file[start : start + size] for start in range(HEAD_BYTES, len(file), size)]
    for number in range(len(chunks) - 1):
        swapped = [*chunks[:number], chunks[number + 1], chunks[number], *chunks[number + 2 :]]
        for forged in (swapped, chunks[:number] + chunks[number + 1 :], [*chunks[:number], chunks[number], *chunks[number:]]):
            assert "CW903" == refused(file[:HEAD_BYTES] + b"".join(forged))
    assert "CW903" == refused(other[:HEAD_BYTES] + file[HEAD_BYTES:])
    assert "CW903" == refused(file + b"x")
    assert {"CW901", "CW902", "CW903"} == codes


def test_another_key_is_told_before_anything_is_read():
    """A backup names its key, so that a wrong one is told as such."""
    assert "CW902" == refused(seal(b"content"), OTHER)


def test_two_files_of_one_content_have_nothing_in_common():
    """The salt makes each file another, so that nobody sees that nothing changed."""
    one, two = seal(b"x" * 200, seed=1), seal(b"x" * 200, seed=2)
    assert one[HEAD_BYTES:] != two[HEAD_BYTES:]


def test_a_key_file_is_for_its_owner_and_is_never_overwritten(tmp_path):
    """The key is made with mode 600; a file in its place stays; one that others can read or that holds no key is refused."""
    file = tmp_path / "key"
    assert make_key(file, lambda n: KEY[:n]) is None
    assert (KEY, "0o600") == (read_key(file), oct(file.stat().st_mode & 0o777))
    assert "CW904" == code(make_key(file, lambda n: OTHER[:n]))
    assert "CW711" == code(make_key(tmp_path / "no" / "key", lambda n: KEY[:n]))
    file.chmod(0o644)
    assert "CW841" == code(read_key(file))
    file.chmod(0o600)
    file.write_text("6Zq1vN0tYc8pLr3WbKd5XmHs7JfUg2Ea6Zq1")
    assert "CW905" == code(read_key(file))


def code(found: object) -> str:
    """The code of a problem."""
    assert isinstance(found, Problem)
    return found.code


def archived(parts: dict[str, list[bytes]], told: dict[str, tuple[str, int]] | None = None) -> bytes:
    """Parts as an archive."""
    target: list[bytes] = []
    found = {name: written_part(target.append, name, blocks) for name, blocks in parts.items()}
    write_manifest(target.append, Manifest("sqlite", "1", "2026-03-16", 3, "00", {"store": ["0001"]}, told or found))
    return b"".join(target)


def test_an_archive_gives_back_its_parts_and_fits_its_manifest():
    """Parts come out as they went in, whatever the pieces in which the file is read; left parts are checked all the same."""
    parts = {"database": [b"a" * 100, b"", b"b"], "files/1": [], "files/2": [b"\n{}"]}
    content = archived(parts)
    for step in (1, 7, 1000):
        archive = Archive(iter([content[start : start + step] for start in range(0, len(content), step)]), "b.cw")
        assert {name: b"".join(blocks) for name, blocks in parts.items()} == {name: b"".join(one) for name, one in archive.parts()}
        assert 3 == archive.manifest.entries
    unread = Archive(iter([content]), "b.cw")
    assert ["database", "files/1", "files/2"] == [name for name, _ in unread.parts()]


def test_an_archive_that_does_not_fit_its_manifest_is_refused():
    """Parts that the manifest does not name, another form, something after the end, an end too early."""
    content = archived({"database": [b"a"]})
    forged = [
        archived({"database": [b"a"]}, {"database": ("00", 1)}),
        content.replace(b'"form":1', b'"form":9'),
        content + b"x",
        content[:-20],
        content[:30],
        b"[]\n",
        b"",
    ]
    for one in forged:
        with pytest.raises(Unopened) as found:
            list(Archive(iter([one]), "b.cw").parts())
        assert re.fullmatch("CW90[13]", found.value.problem.code)


def test_the_page_names_the_file_as_it_begins(tmp_path):
    """The head says what the file is, for whoever finds it later."""
    file: Path = tmp_path / "b.cw"
    file.write_bytes(seal(b""))
    assert file.read_bytes().startswith(b"clausewise-sealed-1\n")

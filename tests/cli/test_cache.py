"""The cache of compiled policies: a convenience that never fails a command and trusts nobody else."""

import os
import stat
from datetime import date

import pytest

from clausewise.compiler.cache import freeze
from clausewise.wiring.cache_folder import CacheFolder, open_cache, program_mark
from tests.cli.cases import case_file, scar
from tests.cli.running import run

NAME, OTHER = "0123456789abcdef-1", "0123456789abcdef-2"


def test_what_is_compiled_is_kept_for_its_user_alone(tmp_path, monkeypatch):
    """The folder is made with no rights for others, and holds whole entries only."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert 0 == run("determine", case_file(tmp_path, scar())).status
    folder = tmp_path / "cache" / "clausewise"
    assert 0o700 == stat.S_IMODE(folder.stat().st_mode)
    assert 2 == len(CacheFolder(folder)) == len(list(folder.iterdir()))


def test_a_spoilt_entry_is_compiled_anew(tmp_path, monkeypatch):
    """Whatever stands in the cache, the answer is the same."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cases = case_file(tmp_path, scar())
    first = run("determine", cases, "--json")
    for entry in (tmp_path / "clausewise").iterdir():
        entry.write_bytes(b"spoilt")
    assert first == run("determine", cases, "--json")


def test_a_folder_that_others_can_write_to_is_not_used(tmp_path):
    """It is refused with a warning, and so is a file or a link in its place."""
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    cache, (problem,) = open_cache(folder)
    assert ("CW707", {}) == (problem.code, cache)
    (tmp_path / "target").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "target")
    (tmp_path / "file").write_text("")
    for name in ("link", "file"):
        assert ["CW707"] == [one.code for one in open_cache(tmp_path / name)[1]]


def test_without_a_home_everything_is_kept_in_memory(tmp_path):
    """A home that is missing or cannot be made costs time and nothing else."""
    (tmp_path / "file").write_text("")
    assert ({}, ()) == open_cache(None)
    assert ({}, ()) == open_cache(tmp_path / "file" / "cache" / "clausewise")


def test_a_folder_that_cannot_be_written_to_is_a_cache_that_forgets(tmp_path):
    """Entries are lost without a word."""
    cache = CacheFolder(tmp_path / "gone")
    cache[NAME] = b"content"
    assert NAME not in cache
    assert 0 == len(cache)


def test_an_entry_is_found_again_and_can_be_dropped(tmp_path):
    """The mapping keeps what it is given, under names of its own kind only."""
    cache = CacheFolder(tmp_path)
    cache[NAME], cache[OTHER] = b"one", b"two"
    assert [NAME, OTHER] == sorted(cache)
    assert b"two" == cache[OTHER]
    del cache[OTHER]
    assert [NAME] == list(cache)
    with pytest.raises(KeyError):
        cache["../elsewhere"]


def test_old_entries_make_room(tmp_path, monkeypatch):
    """Once there are too many the older half goes."""
    monkeypatch.setattr("clausewise.wiring.cache_folder.ENTRIES_MAX", 4)
    cache = CacheFolder(tmp_path)
    for number in range(5):
        cache[f"0123456789abcdef-{number}"] = b""
        os.utime(tmp_path / f"{program_mark()}0123456789abcdef-{number}", (number, number)) if number < 4 else None
    assert {f"0123456789abcdef-{number}" for number in (2, 3, 4)} == set(cache)


def test_compiled_policies_fit_the_names(tmp_path):
    """A policy goes in and comes out under the name that the library of compiled policies gives it."""
    from clausewise.compiler.compiled import CompiledPolicy
    from clausewise.compiler.shelf import CompiledLibrary
    from clausewise.wiring.setting import open_setting

    cache = CacheFolder(tmp_path)
    library = open_setting(cache=False).library
    first = CompiledLibrary(library, cache).policy("CLINIC.CR", date(2026, 3, 16))
    assert isinstance(first, CompiledPolicy)
    assert [freeze(first)] == list(cache.values())

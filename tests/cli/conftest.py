"""Every command test has a cache of its own, so that no test depends on what another left behind."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def session_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for what the tests compile: the documents are the same for all of them."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def own_cache(session_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the tests out of the cache of whoever runs them, and out of that person's settings."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(session_cache))
    for name in ("CLAUSEWISE_POLICIES", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)

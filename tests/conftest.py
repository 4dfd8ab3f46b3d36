"""What all tests share: where the shared cases lie, and how many random cases are tried."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]

# A busy machine makes single examples slow without anything being wrong, so no example has a time limit.
# In CI the same examples are tried each time, so that a change is judged by itself; the search goes on everywhere else.
settings.register_profile("daily", deadline=None, max_examples=100, derandomize="CI" in os.environ)
settings.register_profile("soak", deadline=None, max_examples=2_000)
settings.load_profile("daily")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared cases beside the checkout; a test that needs it is skipped where there is none."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the shared cases are not here: no folder `shared` beside the checkout")
    return folder

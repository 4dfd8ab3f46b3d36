"""The bundled cases meet every clause of both source documents in every state it can have."""

from functools import cache
from typing import Any

import pytest

from tests.cli.running import run

pytestmark = pytest.mark.slow


@cache
def coverage() -> dict[str, dict[str, Any]]:
    """Return the coverage of each document by the bundled cases, as `clausewise test --json` prints it."""
    printed = run("test", "--json").objects
    return {row["document"]: row for row in printed if "never" in row}


@pytest.mark.parametrize("document", ["AR.CP.MP.31", "CLINIC.CR", "CLINIC.NOTICE"])
def test_every_clause_is_seen_in_every_state_and_every_step_decides(document):
    """No clause of the document is left out in a state that it can have, and no step of its ladder never decides."""
    row = coverage()[document]
    assert row["clauses"] > 10
    assert {"met": [], "not met": [], "unknown": []} == row["never"]
    assert [] == row["never_decided"]

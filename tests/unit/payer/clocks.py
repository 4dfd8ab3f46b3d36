"""What the tests of clocks share: the bundled rules, a zone by its name, an end that must be there."""

from datetime import datetime
from zoneinfo import ZoneInfo

from clausewise.payer.wall_time import zone_named
from clausewise.policy.read import read_bytes
from clausewise.vocab.clock import Deadline
from tests.conftest import ROOT

BUNDLED, PROBLEMS = read_bytes((ROOT / "policies" / "law" / "clocks.md").read_bytes(), "clocks.md")


def zone(name: str) -> ZoneInfo:
    """A zone that there is."""
    found = zone_named(name)
    assert found is not None, name
    return found


def due(clock: Deadline) -> datetime:
    """The end of a clock that has started."""
    assert clock.due_at is not None, clock
    return clock.due_at

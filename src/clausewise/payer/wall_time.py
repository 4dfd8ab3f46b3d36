"""The wall clock of a plan: from instants to local time and back, by the time zones of the pinned package `tzdata`.

The zones of the machine are never asked: the same history must give the same deadlines everywhere.
"""

from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

SECOND = timedelta(seconds=1)


@cache
def zone_names() -> frozenset[str]:
    """Return the name of every time zone there is."""
    return frozenset(resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


@cache
def zone_named(name: str) -> ZoneInfo | None:
    """Return the time zone of a name such as America/Chicago, or nothing where there is none."""
    if name not in zone_names():
        return None
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def wall_of(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return what the wall clock shows at an instant, without its zone."""
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def local_of(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return an instant by the wall clock with the offset and the letters it has then, such as -05:00 and CDT.

    The offset is fixed, so that the result equals the instant: one with its zone is never equal in an hour that comes twice.
    """
    local = instant.astimezone(zone)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta(), local.tzname() or zone.key), fold=0)


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant (UTC) at which the wall clock shows `wall` or, where it skips that time, goes past it.

    An hour that comes twice is thus read as the first of the two, and an hour that is skipped as its beginning: neither ever
    lengthens a deadline, and a later wall time never comes before an earlier one.
    """
    before = wall.replace(tzinfo=zone, fold=0)
    found = before.astimezone(UTC)
    if wall_of(found, zone) == wall:
        return found
    return _change(wall.replace(tzinfo=zone, fold=1).astimezone(UTC), found, zone)


def latest_wall(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return the latest time that the wall clock has shown up to an instant: in an hour that comes again it stands still."""
    local = instant.astimezone(zone)
    if not local.fold:
        return wall_of(instant, zone)
    first = local.replace(fold=0).astimezone(UTC)
    return wall_of(first, zone) + (_change(first, instant, zone) - first)


def _change(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant between two at which the offset of a zone changes, found by halving to the second."""
    before = early.astimezone(zone).utcoffset()
    while late - early > SECOND:
        middle = early + (late - early) // SECOND // 2 * SECOND
        early, late = (middle, late) if middle.astimezone(zone).utcoffset() == before else (early, middle)
    return late.replace(microsecond=0)

"""What two periods have in common."""

from clausewise.vocab.period import Period


def common_days(one: Period, other: Period) -> Period | None:
    """Return the days that lie in both periods, or None where there are none."""
    if not one.overlaps(other):
        return None
    firsts = [day for day in (one.first, other.first) if day is not None]
    lasts = [day for day in (one.last, other.last) if day is not None]
    return Period(max(firsts, default=None), min(lasts, default=None))

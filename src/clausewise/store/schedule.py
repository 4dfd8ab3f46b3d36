"""When a job that recurs is due: decided from the last slot and the instant alone.

Time is cut into slots of the job's period, counted from 1970; a slot is run once, when it has begun.  Of slots that went by while
nobody worked only the last is run.  After a clock was set back the job waits until it shows the next slot, but no longer than one
period or `SKEW`: if it went back further, the job begins anew from the slot it shows now and keeps its rhythm.  Less than that is
how far the clocks of two machines may differ.
"""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SKEW = timedelta(minutes=2)


def slot_of(every: timedelta, now: datetime) -> datetime:
    """Return the beginning of the slot that an instant lies in."""
    return EPOCH + (now - EPOCH) // every * every


def due_slot(every: timedelta, last: datetime | None, now: datetime) -> datetime | None:
    """Return the slot that is to be run at an instant, or None where that was done.

    Args:
        every: the period of the job.
        last: the slot that was run last, None for a job that never was.
    """
    slot = slot_of(every, now)
    if last is None or slot > last or last - slot > max(every, SKEW):
        return slot
    return None

"""A stretch of calendar days, both ends included as a policy states them."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last day, both included; `None` leaves that end open."""

    first: date | None = None
    last: date | None = None

    def covers(self, day: date) -> bool:
        """Tell whether `day` lies within the period."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def overlaps(self, other: "Period") -> bool:
        """Tell whether some day lies in both periods."""
        starts_before_end = self.first is None or other.last is None or self.first <= other.last
        return starts_before_end and (other.first is None or self.last is None or other.first <= self.last)


ALWAYS = Period()

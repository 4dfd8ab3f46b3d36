"""Time: the calendar at its edges, ages that are half known, and answers nobody expects."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.decide.happenings import Happening, age_amount, month_earlier, month_later, truth_of_happening
from clausewise.vocab.criterion import Counted, CourseLasted, Duration, HeldFor, LongAgo, Moment, Reached, Recent
from clausewise.vocab.request import Course, DatedEvent, FactValue, Held, Measured, Sided
from clausewise.vocab.truth import Truth
from tests.unit.decide.context_builder import SERVICE_DATE, line

MONTH, YEAR = Duration(1, "months"), Duration(1, "years")
TESTS: tuple[Happening, ...] = (
    HeldFor("fact", YEAR),
    CourseLasted("fact", YEAR),
    LongAgo("fact", YEAR),
    Recent("fact", YEAR),
    Recent("fact", YEAR, before_request=True),
    Counted("fact", "at least", 2, YEAR),
    Counted("fact", "at most", 2, None),
    Reached((Moment("fact", YEAR),)),
)


@pytest.mark.parametrize(
    ("day", "duration", "expected"),
    [
        (date(2026, 3, 31), MONTH, date(2026, 2, 28)),
        (date(2024, 3, 31), MONTH, date(2024, 2, 29)),
        (date(2026, 5, 31), MONTH, date(2026, 4, 30)),
        (date(2024, 2, 29), YEAR, date(2023, 2, 28)),
        (date(2024, 2, 29), Duration(4, "years"), date(2020, 2, 29)),
        (date(2000, 2, 29), Duration(100, "years"), date(1900, 2, 28)),
        (date(2026, 1, 15), MONTH, date(2025, 12, 15)),
        (date(2026, 3, 16), Duration(18, "months"), date(2024, 9, 16)),
        (date(2026, 3, 1), Duration(1, "days"), date(2026, 2, 28)),
        (date(2024, 3, 14), Duration(2, "weeks"), date(2024, 2, 29)),
        (date(2026, 3, 16), Duration(24, "hours"), date(2026, 3, 15)),
        (date(2026, 3, 16), Duration(25, "hours"), date(2026, 3, 14)),
        (date(2026, 3, 16), Duration(0, "months"), date(2026, 3, 16)),
        (date(1, 2, 15), MONTH, date(1, 1, 15)),
        (date(1, 1, 15), MONTH, date.min),
        (date(2026, 3, 16), Duration(9999, "years"), date.min),
        (date(1, 1, 31), Duration(9999, "weeks"), date.min),
    ],
)
def test_calendar_goes_back(day, duration, expected):
    """A duration before a day lies in the right month, on its last day where the month is too short."""
    assert expected == month_earlier(day, duration)


@pytest.mark.parametrize(
    ("day", "duration", "expected"),
    [
        (date(2026, 1, 31), MONTH, date(2026, 2, 28)),
        (date(2024, 1, 31), MONTH, date(2024, 2, 29)),
        (date(2024, 2, 29), YEAR, date(2025, 2, 28)),
        (date(2025, 12, 31), MONTH, date(2026, 1, 31)),
        (date(2024, 2, 28), Duration(1, "days"), date(2024, 2, 29)),
        (date(9999, 11, 5), MONTH, date(9999, 12, 5)),
        (date(9999, 12, 5), MONTH, date.max),
        (date(2026, 3, 16), Duration(9999, "years"), date.max),
        (date(9999, 12, 31), Duration(1, "days"), date.max),
    ],
)
def test_calendar_goes_forward(day, duration, expected):
    """A duration after a day lies in the right month, on its last day where the month is too short."""
    assert expected == month_later(day, duration)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.integers(0, 600))
def test_months_are_counted_whole(day, count):
    """So many months back is so many months by the calendar, on the same day of the month or the last one."""
    earlier = month_earlier(day, Duration(count, "months"))
    assert count == (day.year - earlier.year) * 12 + day.month - earlier.month
    assert earlier.day == day.day or (earlier.day < day.day and (earlier + timedelta(days=1)).day == 1)


@given(st.dates(date(2020, 1, 1), SERVICE_DATE))
def test_within_and_long_ago_meet_in_one_day(day):
    """A past event is within a year or at least a year ago, and both only on the very day."""
    context = line("", {"fact": (DatedEvent(day),)})
    within = truth_of_happening(Recent("fact", YEAR), context)
    ago = truth_of_happening(LongAgo("fact", YEAR), context)
    assert Truth.TRUE in (within, ago)
    assert (within is ago) == (day == date(2025, 3, 16))


# ---- ages


@pytest.mark.parametrize(
    ("unit", "born", "on", "expected"),
    [
        ("years", date(2008, 2, 29), date(2026, 2, 28), 17),
        ("years", date(2008, 2, 29), date(2026, 3, 1), 18),
        ("years", date(2008, 2, 29), date(2028, 2, 29), 20),
        ("months", date(2025, 8, 31), date(2026, 2, 28), 5),
        ("months", date(2025, 8, 31), date(2026, 3, 1), 6),
        ("months", date(2025, 9, 16), date(2026, 3, 15), 5),
        ("months", date(2025, 9, 16), date(2026, 3, 16), 6),
        ("weeks", date(2026, 3, 2), date(2026, 3, 16), 2),
        ("weeks", date(2026, 3, 3), date(2026, 3, 16), 1),
        ("days", date(2026, 3, 16), date(2026, 3, 16), 0),
    ],
)
def test_age_is_counted_from_birth(unit, born, on, expected):
    """Completed units run from birthday to birthday; one that a month lacks is the first day of the next."""
    age = age_amount(line("", birth_date=born, service_date=on), unit, on)
    assert age is not None
    assert (expected, expected, unit) == (age.low, age.high, age.unit)


@pytest.mark.parametrize(
    ("value", "unit", "low", "high"),
    [
        (1, "months", 12, 23),
        (0, "months", 0, 11),
        (Decimal("17.9"), "years", 17, 17),
        (Measured(Decimal(30), "months"), "years", 2, 2),
        (Measured(Decimal(5), "months"), "months", 5, 5),
        (Measured(Decimal(1), "weeks"), "days", 7, 13),
        (1, "days", 365, 731),
        (Measured(Decimal(400), "days"), "years", 1, 1),
        (Measured(Decimal(365), "days"), "years", 0, 1),
    ],
)
def test_age_without_birth_date_is_a_range(value, unit, low, high):
    """An age told in one unit leaves in another the range it can be."""
    age = age_amount(line("", {"age": value}), unit, SERVICE_DATE)
    assert age is not None
    assert (low, high) == (age.low, age.high)


@given(st.dates(date(1950, 1, 1), SERVICE_DATE), st.sampled_from(("days", "weeks", "months")))
def test_range_of_an_age_holds_the_true_one(born, unit):
    """Whatever the date of birth, the range that the completed years leave holds the age counted from it."""
    exact = age_amount(line("", birth_date=born), unit, SERVICE_DATE)
    years = age_amount(line("", birth_date=born), "years", SERVICE_DATE)
    assert exact is not None and years is not None
    told = age_amount(line("", {"age": int(years.low)}), unit, SERVICE_DATE)
    assert told is not None
    assert told.low <= exact.low <= told.high


@pytest.mark.parametrize("value", [-1, "old", True, Decimal("NaN"), Measured(Decimal(3), "cm"), Held(True)])
def test_odd_age_is_unknown(value):
    """What is no age tells nothing of the age."""
    assert age_amount(line("", {"age": value}), "years", SERVICE_DATE) is None


# ---- odd answers


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "yes",
        "2020-01-01",
        5,
        Decimal("NaN"),
        Measured(Decimal(5), "months"),
        Sided(Decimal(1), None),
        ("trauma",),
        (DatedEvent(None),) * 3,
        (Course(None),),
        (Course(date(2025, 5, 1), date(2020, 5, 1)),),
    ],
)
def test_odd_answers_are_unknown(test: Happening, value: FactValue):
    """An answer of another type, or without a day that can be, leaves every test of time open."""
    assert Truth.UNKNOWN is truth_of_happening(test, line("", {"fact": value}))


def test_moment_of_a_day_counts_as_the_day():
    """A day given with an hour is that day."""
    event = DatedEvent(datetime(2025, 3, 16, 23, 59))
    assert Truth.TRUE is truth_of_happening(Recent("fact", YEAR), line("", {"fact": (event,)}))


@pytest.mark.parametrize("test", TESTS)
def test_first_day_of_the_calendar_is_survived(test: Happening):
    """No window reaches before the calendar."""
    context = line("", {"fact": (DatedEvent(date.min),)}, service_date=date.min)
    assert truth_of_happening(test, context) in Truth


@given(
    st.lists(st.sampled_from([None, date(2026, 1, 1), date(2024, 1, 1), date(2026, 5, 1)]), max_size=3),
    st.sampled_from([test for test in TESTS if isinstance(test, Recent | Counted | LongAgo | Reached)]),
    st.dates(date(2023, 1, 1), date(2026, 12, 31)),
)
def test_learning_a_day_never_changes_what_is_known(days, test, learnt):
    """A truth that is known while a day is not stays the same, whatever the day turns out to be."""
    before = truth_of_happening(test, line("", {"fact": tuple(map(DatedEvent, days))}))
    after = truth_of_happening(test, line("", {"fact": tuple(DatedEvent(learnt if day is None else day) for day in days)}))
    assert before in (Truth.UNKNOWN, after)

"""Every bundled clock, by hand: whom it reaches, when it ends, and when it ends if papers are asked for and it is extended."""

from datetime import UTC, datetime, timedelta

import pytest

from clausewise.payer.deadlines import clocks_for, clocks_of, deadlines
from clausewise.vocab.clock import CaseEvent, CaseFrame
from clausewise.vocab.history import ActKind
from clausewise.vocab.truth import Truth
from tests.unit.payer.clocks import BUNDLED, due, zone

CHICAGO = zone("America/Chicago")
FRIDAY, FRIDAY_BEFORE = "2026-06-26", "2025-06-27"  # at ten in the morning, in summer time

# clock, received on, line of business, urgency, review, its end, its end when asked an hour later and extended another hour later
BY_HAND = [
    ("CMS-EXPEDITED", FRIDAY, "medicare_advantage", "expedited", "prospective", "06-29 10:00", "07-13 10:00"),
    ("CMS-STANDARD", FRIDAY, "medicaid", "standard", "concurrent", "07-03 10:00", "07-17 10:00"),
    ("CMS-EXPEDITED-OLD", FRIDAY_BEFORE, "medicaid", "expedited", "prospective", "06-30 10:00", "07-14 10:00"),
    ("CMS-STANDARD-OLD", FRIDAY_BEFORE, "medicare_advantage", "standard", "prospective", "07-11 10:00", "07-25 10:00"),
    ("AR-URGENT", FRIDAY, "commercial", "expedited", "prospective", "06-29 10:00", "06-29 10:00"),
    ("AR-STANDARD", FRIDAY, "marketplace", "standard", "concurrent", "06-30 10:00", "06-30 10:00"),
    ("CLAIMS-URGENT", FRIDAY, "commercial", "expedited", "prospective", "06-29 10:00", "06-30 11:00"),
    ("CLAIMS-CONCURRENT", FRIDAY, "marketplace", "expedited", "concurrent", "06-27 10:00", "06-27 10:00"),
    ("CLAIMS-PRE-SERVICE", FRIDAY, "commercial", "standard", "prospective", "07-11 10:00", "09-09 10:00"),
    ("CLAIMS-POST-SERVICE", FRIDAY, "marketplace", "standard", "retrospective", "07-26 10:00", "09-24 10:00"),
    ("APPEAL-URGENT", FRIDAY, "commercial", "expedited", "prospective", "06-29 10:00", "06-29 10:00"),
    ("APPEAL-STANDARD", FRIDAY, "marketplace", "standard", "prospective", "07-26 10:00", "07-26 10:00"),
]


def ends(received: datetime, frame: CaseFrame, *events: tuple[ActKind, int]) -> dict[str, str]:
    """The end of each clock that is known to apply, on the wall: a request complete and appealed at once, and so many hours on."""
    at_once = [CaseEvent(kind, received) for kind in (ActKind.RECEIVED, ActKind.COMPLETED, ActKind.APPEALED)]
    history = [*at_once, *(CaseEvent(kind, received + timedelta(hours=hours)) for kind, hours in events)]
    rules = [(rule, truth) for rule, truth in clocks_of(BUNDLED.clocks, frame, history, CHICAGO) if truth is Truth.TRUE]
    found = deadlines(history, rules, CHICAGO, BUNDLED.holidays, received).clocks
    return {one.rule.name: f"{due(one).astimezone(CHICAGO):%m-%d %H:%M}" for one in found}


@pytest.mark.parametrize(
    ("name", "day", "line", "urgency", "review", "plain", "lengthened"), BY_HAND, ids=[row[0] for row in BY_HAND]
)
def test_a_bundled_clock_ends_as_worked_out_by_hand(
    name: str, day: str, line: str, urgency: str, review: str, plain: str, lengthened: str
):
    """Each row reaches whom it should, and nothing but its own waits and extensions lengthens it."""
    received = datetime.fromisoformat(f"{day}T15:00").replace(tzinfo=UTC)
    frame = CaseFrame(line, "AR", "AR", "insured", urgency, review)
    assert plain == ends(received, frame)[name]
    assert lengthened == ends(received, frame, (ActKind.ASKED, 1), (ActKind.EXTENDED, 2))[name]


def test_every_bundled_clock_has_been_worked_out():
    """A row that is added or taken away is noticed."""
    assert [row[0] for row in BY_HAND] == [rule.name for rule in BUNDLED.clocks]


@pytest.mark.parametrize(
    ("day", "one", "two"),
    [
        ("2026-07-02", "07-06 10:00", "07-07 10:00"),  # Independence Day, kept on Friday by both calendars
        ("2026-06-18", "06-19 10:00", "06-22 10:00"),  # Juneteenth, which the calendar of the state is not known to keep
    ],
)
def test_the_clocks_of_arkansas_leave_out_what_both_calendars_keep(day: str, one: str, two: str):
    """A holiday of one calendar alone is counted: no doubt adds a day."""
    received = datetime.fromisoformat(f"{day}T15:00").replace(tzinfo=UTC)
    urgent, standard = (CaseFrame("commercial", "AR", "AR", "insured", word, "prospective") for word in ("expedited", "standard"))
    assert (one, two) == (ends(received, urgent)["AR-URGENT"], ends(received, standard)["AR-STANDARD"])


@pytest.mark.parametrize("frame", [{"funding": "self_funded"}, {"state_of_issue": "TX"}, {"line_of_business": "medicaid"}])
def test_the_clocks_of_arkansas_reach_insured_members_there_and_nobody_else(frame: dict[str, str]):
    """A plan that bears its own risk, a contract of another state and Medicaid are outside."""
    known = {"line_of_business": "commercial", "state_of_issue": "AR", "funding": "insured", "urgency": "standard"}
    found = clocks_for(BUNDLED.clocks, CaseFrame(**{**known, "review_type": "prospective", **frame}), datetime(2026, 6, 26).date())
    assert found and not [rule.name for rule, _ in found if rule.name.startswith("AR-")]


@pytest.mark.parametrize("plan", ["qualchoice", "ambetter_ar", "ar_total_care", "example_plan"])
def test_the_plans_of_arkansas_count_on_the_clock_of_chicago(plan: str):
    """Each plan that the documents know has its zone."""
    assert {"America/Chicago"} == {row.zone for row in BUNDLED.zones if row.plan == plan}

"""A kept determination replays to an equal record, and a changed document is named."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from clausewise.decide.determine import Assessors, determine
from clausewise.decide.replay import keep, replay
from clausewise.vocab.request import Course, DatedEvent, Documentation, Evidence, FactValue, Held, Measured, ServiceLine, Sided
from tests.properties.strategies import compiled, request

NOW = datetime(2026, 3, 1, 10, 30, tzinfo=UTC)
EVERY_KIND: Mapping[str, FactValue] = {
    "scar": True,
    "cause": "trauma",
    "age": 40,
    "plan_effective_date": date(2025, 10, 1),
    "structure": None,
    "width": Measured(Decimal("4.5"), "cm"),
    "weights": Sided(Decimal(500), None),
    "pain": Held(True, date(2025, 1, 1)),
    "infections": (DatedEvent(date(2026, 1, 2)), DatedEvent(None)),
    "therapy": (Course(date(2025, 1, 1), None, "failed"),),
    "answers": ("a", "b"),
}


def nothing_known(diagnosis: str, on: date) -> None:
    """Say of every diagnosis that its validity is not known."""


def test_a_kept_determination_replays_to_an_equal_record() -> None:
    """Facts of every kind, evidence and documents survive; the records are equal and no difference is named."""
    assessors = Assessors(compiled("AR.CP.MP.31"), compiled("CLINIC.CR"))
    asked = replace(
        request("11402", EVERY_KIND),
        evidence=(Evidence("scar", True, "Dr Example", date(2026, 1, 5), "note.md"),),
        documents=(Documentation("photograph", date(2026, 1, 6), (("view", "frontal"),)),),
        lines=(ServiceLine(1, "11402", ("LT",)), ServiceLine(2, "15772", facts={"cause": "illness"})),
    )
    records = determine(asked, assessors, NOW, nothing_known)
    again = replay(keep(asked, records, NOW), lambda _: assessors, nothing_known)
    assert records == again.records
    assert "" == again.difference


def test_other_documents_are_named() -> None:
    """With another policy in force the replay says that the documents differ."""
    both = Assessors(compiled("AR.CP.MP.31"), compiled("CLINIC.CR"))
    asked = request("11402", {"scar": True})
    kept = keep(asked, determine(asked, both, NOW, nothing_known), NOW)
    again = replay(kept, lambda _: Assessors(None, compiled("CLINIC.CR")), nothing_known)
    assert "the documents in force are not those of that day" == again.difference


def test_a_tampered_bit_is_named() -> None:
    """A kept record whose bits were changed comes out otherwise."""
    both = Assessors(compiled("AR.CP.MP.31"), compiled("CLINIC.CR"))
    asked = request("11402", {"scar": True})
    records = determine(asked, both, NOW, nothing_known)
    first = replace(records[0], view=replace(records[0].view, bits=(1, 0)))
    again = replay(keep(asked, (first,), NOW), lambda _: both, nothing_known)
    assert "line 1 comes out otherwise" == again.difference


def test_another_format_is_refused() -> None:
    """Text of another format is refused in words."""
    with pytest.raises(ValueError, match="format 9"):
        replay('{"format": 9}', lambda _: Assessors(None, None), nothing_known)

"""What an entry may hold, and its bytes there and back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID, uuid3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.ledger.commitments import Commitment, Recorded
from clausewise.ledger.leaf import PROGRAM, Act, Entry, leaf_bytes, read_leaf
from tests.conftest import ROOT

IDS = st.uuids(version=4)
COMMITMENTS = st.dictionaries(st.sampled_from(sorted(Recorded)), st.binary(min_size=32, max_size=32), max_size=4).map(
    lambda told: tuple(Commitment(what, told[what]) for what in sorted(told))
)
ENTRIES = st.builds(
    Entry,
    act=st.sampled_from(Act),
    at=st.datetimes(timezones=st.just(UTC)),
    tenant=IDS,
    actor=IDS | st.just(PROGRAM),
    case=IDS | st.none(),
    subject=IDS | st.none(),
    commitments=COMMITMENTS,
)
ENTRY = Entry(
    Act.CASE_RECEIVED,
    datetime(2026, 3, 16, 14, 2, 11, 7, tzinfo=UTC),
    UUID("f5b16522-4a58-4791-9f6a-f1d8303e61cd"),
    PROGRAM,
    commitments=(Commitment(Recorded.REQUEST, bytes(32)),),
)


def test_the_bytes_of_an_entry():
    """The bytes are canonical JSON, as docs/ledger.md describes them."""
    expected = (
        '{"act":"case.received","actor":"00000000-0000-0000-0000-000000000000","at":"2026-03-16T14:02:11.000007Z","case":"",'
        f'"commitments":{{"request":"{"00" * 32}"}},"subject":"","tenant":"f5b16522-4a58-4791-9f6a-f1d8303e61cd","version":1}}'
    )
    assert expected.encode() == leaf_bytes(ENTRY)


@given(ENTRIES)
def test_every_entry_is_read_back(entry):
    """The bytes of any entry are read back as just that entry."""
    assert entry == read_leaf(leaf_bytes(entry))


@given(ENTRIES, st.data())
def test_no_other_bytes_are_an_entry(entry, data):
    """Bytes with one sign changed are another entry with just these bytes, or none at all."""
    leaf = bytearray(leaf_bytes(entry))
    leaf[data.draw(st.integers(0, len(leaf) - 1))] = data.draw(st.integers(0, 255))
    read = read_leaf(bytes(leaf))
    assert read is None or bytes(leaf) == leaf_bytes(read)


@pytest.mark.parametrize(
    "change",
    [
        {"act": "case.received"},
        {"act": "the scar hurts"},
        {"at": "2026-03-16"},
        {"at": datetime(2026, 3, 16)},
        {"at": datetime(2026, 3, 16, tzinfo=timezone(timedelta(hours=-6)))},
        {"tenant": PROGRAM},
        {"tenant": "QualChoice"},
        {"actor": "Dr. Gray"},
        {"case": UUID(int=123456789)},
        {"subject": "123-45-6789"},
        {"subject": uuid3(UUID(int=0), "123-45-6789")},
        {"commitments": ("keloid",)},
        {"commitments": (Commitment(Recorded.REQUEST, bytes(32)), Commitment(Recorded.EVIDENCE, bytes(32)))},
        {"commitments": (Commitment(Recorded.REQUEST, bytes(32)),) * 2},
    ],
    ids=str,
)
def test_words_cannot_get_in(change):
    """No field of an entry takes text, a number that means something, or an instant of some zone."""
    with pytest.raises((TypeError, ValueError, AttributeError)):
        replace(ENTRY, **change)


@pytest.mark.parametrize(("what", "digest"), [("keloid", bytes(32)), (Recorded.FILE, b"short"), (Recorded.FILE, "0" * 32)])
def test_a_commitment_is_a_digest(what, digest):
    """A commitment takes a word of the list and 32 bytes, nothing else."""
    with pytest.raises(ValueError):
        Commitment(what, digest)


def test_every_event_of_the_notice_can_be_entered():
    """Whatever event the clinic's notice calls for is an act of the closed list."""
    notice = (ROOT / "policies" / "clinic-privacy-notice" / "policy.md").read_text(encoding="utf-8")
    rows = notice.partition("\n## Events\n")[2].partition("\n## ")[0].splitlines()
    called = {cell.strip() for row in rows if row.startswith("|") for cell in row.split("|")[3:] if "." in cell}
    assert {"disclosure.made", "log.tamper_detected"} <= called
    assert called <= {act.value for act in Act}

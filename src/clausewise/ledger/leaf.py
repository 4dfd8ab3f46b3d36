"""What one entry says, and its bytes.

An entry names who did what to which case and whom it concerns, each by a random id, and when.  What was recorded stands beside the
log, under a salt; the entry holds its commitment only.  No field takes words: an id is a random UUID, an act is a word of a closed
list, an instant has one form, a digest is 64 hexadecimal signs.  So no health information can get in, not even by mistake.

The bytes are canonical JSON: keys in order, no spaces, ASCII.  Their grammar is regular, so one pattern reads them and no
nesting can trouble a reader.  `read_leaf(leaf_bytes(entry)) == entry`, and no other bytes are read.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from uuid import UUID

from clausewise.ledger.commitments import Commitment, Recorded

PROGRAM = UUID(int=0)  # the actor of what the program does by itself, such as a determination
RANDOM_VERSIONS = (4, 7)  # a UUID made from a name could be guessed; these are not made from anything


class Act(StrEnum):
    """The closed list of what an entry can say was done: a case's life, privacy acts, accounts, documents, the service itself."""

    CASE_RECEIVED = "case.received"
    CASE_COMPLETED = "case.completed"
    CASE_ASKED = "case.asked"
    CASE_ASSIGNED = "case.assigned"
    CASE_RESTRICTED = "case.restricted"
    CASE_DETERMINED = "case.determined"
    CASE_REVIEWED = "case.reviewed"
    CASE_DECIDED = "case.decided"
    CASE_NOTIFIED = "case.notified"
    CASE_APPEALED = "case.appealed"
    CASE_REOPENED = "case.reopened"
    CASE_WITHDRAWN = "case.withdrawn"
    CASE_CLOSED = "case.closed"
    EVIDENCE_ATTACHED = "evidence.attached"
    DEADLINE_PAUSED = "deadline.paused"
    DEADLINE_EXTENDED = "deadline.extended"
    DEADLINE_WARNED = "deadline.warned"
    DEADLINE_PASSED = "deadline.passed"
    DEADLINE_ROUTED = "deadline.routed"
    RECORD_VIEWED = "record.viewed"
    RECORD_RELEASED = "record.released_to_patient"
    ACCESS_REFUSED = "access.refused"
    ACCESS_HELD = "access.held"
    ACCESS_EMERGENCY = "access.emergency"
    DISCLOSURE_MADE = "disclosure.made"
    DISCLOSURE_REFUSED = "disclosure.refused"
    DISCLOSURE_HELD = "disclosure.held"
    ACCOUNTING_PROVIDED = "accounting.provided"
    CONTACT_MADE = "contact.made"
    CONTACT_REFUSED = "contact.refused"
    REGISTRATION_HELD = "registration.held"
    MAILING_SENT = "mailing.sent"
    MAILING_REFUSED = "mailing.refused"
    MAILING_HELD = "mailing.held"
    MAILING_SUPPRESSED = "mailing.suppressed"
    CONSENT_GIVEN = "consent.given"
    CONSENT_REVOKED = "consent.revoked"
    RESTRICTION_AGREED = "restriction.agreed"
    RESTRICTION_ENDED = "restriction.ended"
    ACCOUNT_OPENED = "account.opened"
    ACCOUNT_CHANGED = "account.changed"
    ACCOUNT_CLOSED = "account.closed"
    LOGIN_SUCCEEDED = "login.succeeded"
    LOGIN_REFUSED = "login.refused"
    LOGIN_STEPPED_UP = "login.stepped_up"
    DOCUMENT_ADOPTED = "document.adopted"
    DOCUMENT_WITHDRAWN = "document.withdrawn"
    READING_RATIFIED = "reading.ratified"
    LOG_EXPORTED = "log.exported"
    LOG_TAMPER_DETECTED = "log.tamper_detected"
    FILE_SCANNED = "file.scanned"
    KEY_DESTROYED = "key.destroyed"
    KEY_REPLACED = "key.replaced"
    BACKUP_MADE = "backup.made"
    BACKUP_RESTORED = "backup.restored"
    RELEASE_UPGRADED = "release.upgraded"
    CLOCK_STEPPED_BACK = "clock.stepped_back"


@dataclass(frozen=True, slots=True)
class Entry:
    """One act, by ids alone.

    `at` is an instant in UTC, with microseconds.  `actor` is a person's account or PROGRAM.  `case` and `subject` (whom it
    concerns) are None where the act has none, such as a login.  `commitments` are in the order of their words, each word at
    most once.

    Raises:
        TypeError, ValueError: a field is of another kind; nothing of the sort may reach the log.
    """

    act: Act
    at: datetime
    tenant: UUID
    actor: UUID
    case: UUID | None = None
    subject: UUID | None = None
    commitments: tuple[Commitment, ...] = ()

    def __post_init__(self) -> None:
        """Refuse whatever the annotations do not allow, because a log cannot be mended afterwards."""
        if not isinstance(self.act, Act) or not isinstance(self.at, datetime):
            raise TypeError("an entry has an act of the closed list and an instant")
        if self.at.utcoffset() != timedelta(0):
            raise ValueError("the instant of an entry is in UTC")
        actor = () if self.actor == PROGRAM else (self.actor,)
        named = (self.tenant, *actor, *(one for one in (self.case, self.subject) if one is not None))
        if not all(isinstance(one, UUID) for one in named):
            raise TypeError("an entry names people and cases by UUID")
        if not all(one.version in RANDOM_VERSIONS for one in named):
            raise ValueError("an id of an entry is a random UUID (version 4 or 7); only the actor may be the program")
        words = [one.what for one in self.commitments]
        if not all(isinstance(one, Commitment) for one in self.commitments) or words != sorted(set(words)):
            raise ValueError("the commitments of an entry stand in the order of their words, each word once")


_id_of = lru_cache(maxsize=1_024)(UUID)  # neighbours in a log are often of one tenant, one case, one person
_ID = rb"[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_COMMITMENT = rb'"[a-z_]{1,24}":"[0-9a-f]{64}"'
LEAF = re.compile(
    rb'\{"act":"(?P<act>[a-z_]{1,24}\.[a-z_]{1,24})","actor":"(?P<actor>%(id)s|0{8}-0{4}-0{4}-0{4}-0{12})",'
    rb'"at":"(?P<at>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z)","case":"(?P<case>%(id)s|)",'
    rb'"commitments":\{(?P<commitments>(?:%(one)s(?:,%(one)s){0,15})?)\},'
    rb'"subject":"(?P<subject>%(id)s|)","tenant":"(?P<tenant>%(id)s)","version":1\}' % {b"id": _ID, b"one": _COMMITMENT}
)


def in_order(commitments: bytes) -> bool:
    """Tell whether the commitments of a leaf stand in the order of their words, each word once; which no pattern can tell."""
    words = [one.partition(b":")[0] for one in commitments.split(b",")]
    return all(before < after for before, after in pairwise(words))


def leaf_bytes(entry: Entry) -> bytes:
    """Return an entry as its canonical bytes."""
    commitments = ",".join(f'"{one.what}":"{one.digest.hex()}"' for one in entry.commitments)
    case, subject = (str(one) if one else "" for one in (entry.case, entry.subject))
    return (
        f'{{"act":"{entry.act}","actor":"{entry.actor}","at":"{instant_text(entry.at)}","case":"{case}",'
        f'"commitments":{{{commitments}}},"subject":"{subject}","tenant":"{entry.tenant}","version":1}}'
    ).encode("ascii")


def read_leaf(leaf: bytes) -> Entry | None:
    """Return the entry whose bytes these are, or None where they are no entry's."""
    found = LEAF.fullmatch(leaf)
    if found is None:
        return None
    named = {key: text.decode("ascii") for key, text in found.groupdict().items()}
    try:
        return Entry(
            Act(named["act"]),
            read_instant(named["at"]),
            _id_of(named["tenant"]),
            _id_of(named["actor"]),
            _id_of(named["case"]) if named["case"] else None,
            _id_of(named["subject"]) if named["subject"] else None,
            _commitments(named["commitments"]),
        )
    except ValueError:  # a word out of the list, a day that no calendar has, commitments out of order
        return None


def _commitments(text: str) -> tuple[Commitment, ...]:
    parts = [part.split(":") for part in text.split(",")] if text else []
    return tuple(Commitment(Recorded(what.strip('"')), bytes.fromhex(digest.strip('"'))) for what, digest in parts)


def instant_text(at: datetime) -> str:
    """Return an instant as the log writes it, such as 2026-03-16T10:02:11.000000Z; texts sort as the instants do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def read_instant(text: str) -> datetime:
    """Return the instant a text of the log names.

    Raises:
        ValueError: there is no such instant.
    """
    found = datetime.fromisoformat(text)
    if found.tzinfo is None or instant_text(found) != text:
        raise ValueError("an instant is written in one form")
    return found

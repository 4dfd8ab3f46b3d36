"""The shapes of what is sent to the interface and of what it answers, as its description (OpenAPI) shows them."""

from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

from clausewise.vocab.review import DenialReason

Words = Annotated[str, Field(min_length=1, max_length=10_000, pattern=r"\S", strict=True)]
ShortWords = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S", strict=True)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,99}$", strict=True)]
Number = Annotated[int, Field(ge=1, le=10_000, strict=True)]
Plain = dict[str, Any]


class Sent(Schema):
    """What is sent: nothing beside the keys that are known."""

    model_config = ConfigDict(extra="forbid")


class Asking(Sent):
    """The facts that are asked for, by name."""

    facts: Annotated[list[Name], Field(min_length=1, max_length=200)]


class Note(Sent):
    """What a person noted who reviewed the case."""

    note: Words


class Grounds(Sent):
    """On what grounds a decision is appealed."""

    grounds: Words


class Because(Sent):
    """Why a case is taken up again, or withdrawn."""

    reason: Words


class Assigning(Sent):
    """The team that has the case from now on; an empty name where none has it."""

    team: Annotated[str, Field(max_length=64, strict=True)]


class Restricting(Sent):
    """The accounts, by id, that alone see the case from now on beside the privacy officer; null ends the restriction."""

    accounts: Annotated[list[UUID], Field(min_length=1, max_length=200)] | None


class Told(Sent):
    """Who was told of the decision."""

    recipients: Annotated[list[ShortWords], Field(min_length=1, max_length=100)]


class LineDecided(Sent):
    """What is decided of one line: approved, or modified or denied with a reason and a rationale."""

    line: Number
    result: Literal["approved", "modified", "denied"]
    clause: ShortWords
    reason: DenialReason | None = None
    rationale: Annotated[str, Field(max_length=10_000, strict=True)] = ""


class Decisions(Sent):
    """What is decided of every line of a case; `licence_state` names the licence an adverse decision is signed under."""

    lines: Annotated[list[LineDecided], Field(min_length=1, max_length=1_000)]
    licence_state: Annotated[str, Field(pattern=r"^([A-Z]{2})?$", strict=True)] = ""


# ---- answers ---------------------------------------------------------------------------------------------------------


class ProblemShape(Schema):
    """One thing to mend."""

    code: str
    level: str
    message: str
    where: str
    clause: str
    help: str


class Problems(Schema):
    """What is wrong; nothing was done.

    `since` tells what others did where the case has changed; `at` is the page at which something is to be done first.
    """

    status: int
    title: str
    problems: list[ProblemShape]
    version: int | None = None
    since: list[Plain] | None = None
    at: str | None = None


class ReceiptShape(Schema):
    """What was done: the case, where it stands now, its version, the answers where it was determined, files by path."""

    id: str
    stage: str
    version: int
    determination: Plain | None = None
    files: Plain | None = None


class LineShape(Schema):
    """A line in a list."""

    line: int
    code: str
    disposition: str


class ListedShape(Schema):
    """A case in a list.  `due_at` is when the clock ends that governs."""

    id: str
    stage: str
    version: int
    received_at: str
    clock: str | None
    due_at: str | None
    due_local: str | None
    lines: list[LineShape]


class ListShape(Schema):
    """Some cases, the one received last first; `next` is where the list goes on, also after a short page."""

    cases: list[ListedShape]
    next: str | None


class ServedShape(Schema):
    """What is handed out of a file: its kind and length."""

    kind: str
    bytes: int


class FileShape(Schema):
    """A file of a case: by which path and with which act it came.  `bytes` is its length as sent; `served` is null while held."""

    id: str
    path: str
    sequence: int
    kind: str
    scan: str
    bytes: int
    served: ServedShape | None


class FilesShape(Schema):
    """The files of a case, in the order in which they came."""

    files: list[FileShape]


class CaseShape(Schema):
    """A case: where it stands, its clocks, its last determination with the proof, and every act."""

    id: str
    stage: str
    version: int
    received_at: str
    clocks: Plain | None
    determination: Plain | None
    history: list[Plain]


class PolicyShape(Schema):
    """A document in force."""

    document: str
    kind: str
    title: str
    revision: str
    fingerprint: str
    plans: list[str]


class PoliciesShape(Schema):
    """The documents in force on a day."""

    on: str
    policies: list[PolicyShape]

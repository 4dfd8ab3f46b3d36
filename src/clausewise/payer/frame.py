"""Who a case is to the law, read from what was sent for it: the words that its clocks ask for, the plan, the day of receipt.

It is read without the policies, so that clocks run for a case that no policy can read any more.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from clausewise.payer.history import FRAME_WORDS
from clausewise.payer.intake import read_instant
from clausewise.payer.submission import CASE, Submission
from clausewise.policy.case_file import read_cases
from clausewise.policy.case_tree import plain
from clausewise.vocab.clock import CaseFrame
from clausewise.vocab.request import AuthorizationRequest


@dataclass(frozen=True, slots=True)
class Framed:
    """What the clocks of a case stand on; `received_at` (UTC) is when the request says that it came, if it says so."""

    frame: CaseFrame
    plan: str = ""
    received_at: datetime | None = None

    def as_plain(self) -> dict[str, str]:
        """Return it as plain values."""
        return asdict(self.frame) | {"plan": self.plan, "received_at": self.received_at.isoformat() if self.received_at else ""}


def framed_of(submission: Submission) -> Framed:
    """Return what the clocks of a submission stand on; whatever cannot be read is not known."""
    path = next((path for path in submission.files if path.rpartition("/")[2] == CASE), "")
    cases = read_cases(submission.files.get(path, b""), CASE)[0].clinical
    case: Mapping[str, Any] = plain(cases[0]) if cases else {}
    facts = case.get("facts")
    said = {**(facts if isinstance(facts, dict) else {}), **{key: value for key, value in case.items() if key != "facts"}}
    return read_framed({name: str(said.get(name) or "") for name in (*FRAME_WORDS, "plan", "received_at")})


def framed_in(request: AuthorizationRequest) -> Framed:
    """Return what the clocks of a request stand on."""
    said = {name: str(request.facts.get(name) or "") for name in (*FRAME_WORDS, "plan")}
    return read_framed(said | {"received_at": request.received_at.isoformat() if request.received_at else ""})


def read_framed(said: Mapping[str, str]) -> Framed:
    """Return what `as_plain` made plain; a word that no clock knows is not known."""
    frame = {name: said[name] if said[name] in values else "" for name, values in FRAME_WORDS.items()}
    instant = read_instant(said["received_at"])
    return Framed(CaseFrame(**frame), said["plan"], instant.astimezone(UTC) if instant else None)

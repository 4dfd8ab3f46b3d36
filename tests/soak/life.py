"""The life of a case, act by act, as one who repeats everything until it is acknowledged would do it.

An act is named by its life and its number there, and that name is the key it is done under.  So whoever does not know whether an
act was done can ask for it again.
"""

import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from clausewise.policy.case_file import Source
from clausewise.vocab.history import Receipt
from clausewise.vocab.review import Adverse, AdverseResult, Approved, Clinician, DenialReason
from clausewise.wiring.setting import Setting
from tests.conftest import ROOT

PHYSICIAN = Clinician(UUID("5c0a9f3e-7d41-4b57-9a56-0f6f3e2b8a11"), "Dr. Example", "E-1234", "AR")
FOLDER = ROOT / "examples" / "back-scar"
ANSWERS = b"facts: {scar_friable: yes, scar_recurrent_infection: no, scar_unstable: no}"
NOTE = (FOLDER / "documents" / "2026-03-02-exam.md").read_bytes()
EVIDENCE = {"answers.yaml": ANSWERS, "documents/2026-03-20-exam.md": NOTE}
DENIED = Adverse(1, AdverseResult.DENIED, PHYSICIAN, "A-I.A.3", DenialReason.CRITERIA_NOT_MET, "The scar is stable.")


@dataclass(frozen=True)
class Told:
    """What a client was told of an act: the case, its version now, and the answer; or the codes for which it was refused."""

    id: str = ""
    version: int = 0
    answer: str = ""
    refused: tuple[str, ...] = ()

    @classmethod
    def of(cls, done: object) -> "Told":
        """What `done`, an answer of the storage, tells."""
        if isinstance(done, Receipt):
            return cls(str(done.case), done.version, done.answer)
        return cls(refused=tuple(problem.code for problem in getattr(done, "problems", ())) or ("conflict",))


class Gone(Exception):
    """Nobody answers: the act was done, or it was not."""


class Client(Protocol):
    """Somebody who asks for acts; in this process, through another one, or over the network."""

    @property
    def acts(self) -> Sequence[str]:
        """What is done in a life, in order."""

    def ask(self, life: str, index: int, id: str, version: int) -> Told:
        """Ask for act `index` of a life, on a case as it was seen.

        Raises:
            Gone: nobody answered.
        """


def request_of(life: str) -> Source:
    """The request of a life: a scar of which something is not known, with its documents."""
    files = {one.relative_to(FOLDER).as_posix(): one.read_bytes() for one in sorted(FOLDER.rglob("*")) if one.is_file()}
    said = files["case.yaml"].replace(b"narrative: ", f"narrative: {life}. ".encode())
    return Source(life, files={**files, "case.yaml": said})


def _acts() -> tuple[tuple[str, Callable[[Any, Any, str], object]], ...]:
    from clausewise.store import cases

    return (
        ("submit", lambda who, seen, key: cases.submit(who, request_of(key.split()[0]), key)),
        ("ask", lambda who, seen, key: cases.ask(who, seen, ["scar_friable"], key)),
        ("attach", lambda who, seen, key: cases.attach(who, seen, EVIDENCE, key)),
        ("determine", lambda who, seen, key: cases.determine_again(who, seen, key)),
        ("review", lambda who, seen, key: cases.review(who, seen, f"seen by {key}", key)),
        ("decide", lambda who, seen, key: cases.decide(who, seen, [DENIED], key)),
        ("notify", lambda who, seen, key: cases.notify(who, seen, ["member", "provider"], key)),
        ("appeal", lambda who, seen, key: cases.appeal(who, seen, "It tears.", key)),
        ("decide", lambda who, seen, key: cases.decide(who, seen, [Approved(1, "A-I.A.3")], key)),
        ("notify", lambda who, seen, key: cases.notify(who, seen, ["member"], key)),
        ("close", lambda who, seen, key: cases.close(who, seen, key)),
    )


ACTS = ("submit", "ask", "attach", "determine", "review", "decide", "notify", "appeal", "decide", "notify", "close")


def key_of(life: str, index: int) -> str:
    """The key of an act: no space in the name of a life."""
    return f"{life} {index}"


def perform(tenant: UUID, setting: Setting, life: str, index: int, id: str, version: int) -> object:
    """Do one act of a life in the storage that was started in this process, and return its answer."""
    from clausewise.store.acting import Acting
    from clausewise.store.cases import Seen
    from clausewise.wiring.start import now
    from clausewise.wiring.storing import custody

    acting = Acting(tenant, PHYSICIAN.account, now(), setting, secrets.token_bytes, custody(os.environ))
    seen = Seen(UUID(id), version) if id else None
    return _acts()[index][1](acting, seen, key_of(life, index))


@dataclass(frozen=True)
class Here:
    """A client that acts in this very process."""

    tenant: UUID
    setting: Setting
    acts: Sequence[str] = ACTS

    def ask(self, life: str, index: int, id: str, version: int) -> Told:
        """Do it."""
        return Told.of(perform(self.tenant, self.setting, life, index, id, version))


def live(client: Client, life: str, acknowledged: Callable[[str, int, Told], None], done: Sequence[Told] = ()) -> list[Told]:
    """Live a life to its end, from where it stood, and say what was acknowledged the moment it was.

    A refusal is said too, and ends the life: of these acts none should be refused.

    Raises:
        Gone: nobody answered; the act under way may be done or not.
    """
    told = list(done)
    for index in range(len(told), len(client.acts)):
        last = told[-1] if told else Told()
        one = client.ask(life, index, last.id, last.version)
        acknowledged(life, index, one)
        if one.refused:
            return told
        told.append(one)
    return told

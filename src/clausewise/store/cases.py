"""What can be done to a case: the functions that commands, pages and interfaces call.

Each takes who acts, what is done, and a key under which it may be repeated; each acknowledges with a `Receipt` only what is on
disk.  `expected` is the version of the case that the person has seen: of two people who act on the same version one wins, and
the other gets a `Conflict` with what changed.  Judging happens before the transaction begins, so nobody waits for it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from clausewise.ledger.commitments import Recorded
from clausewise.payer.runs import Judged, answer, judge
from clausewise.payer.submission import Submission, submission_of, with_evidence
from clausewise.policy.case_file import Source
from clausewise.store.acting import Acting, reading_for
from clausewise.store.faults import attempt
from clausewise.store.filing import filed, fingerprints
from clausewise.store.models import Tenant
from clausewise.store.reading import last_answer, read, sent
from clausewise.store.writing import Answer, Asked, Deed, answered, asked, write
from clausewise.vocab.history import ActKind, CaseHistory, NotDone, Receipt
from clausewise.vocab.problem import Problem
from clausewise.vocab.review import Adverse, LineDecision


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as a person has seen it, who now acts on it: its id and version."""

    case: UUID
    version: int


def submit(acting: Acting, source: Source, key: str, team: str = "") -> Answer:
    """Take in a request (a case file or a request directory), determine it, and return the receipt with the answers.

    The same request under the same key is one case and gets an equal receipt, however often it comes.

    Args:
        team: whose the case is from the start; else no team has it yet.
    """
    submission = submission_of(source)
    if isinstance(submission, Problem):
        return NotDone((submission,))
    wanted = asked(key, "submit", None, {"files": fingerprints(submission.files), "folder": submission.folder})
    if isinstance(wanted, NotDone):
        return wanted
    early = _early(acting, wanted)
    if early is not None:
        return early
    case = acting.new_id()
    filing = filed(acting, submission.files, case)
    if isinstance(filing, NotDone):
        return filing
    judged = judge(replace(submission, files=filing.read), acting.setting, acting.now, source.name)
    if not isinstance(judged, Judged):
        return NotDone(judged)
    content = {"files": filing.written, "folder": submission.folder}
    received = Deed(ActKind.RECEIVED, content, Recorded.REQUEST, files=filing.files)
    given = (_assigned(team),) if team else ()
    told = {"determination": answer(judged)} | filing.told()
    return write(acting, wanted, case, 0, (received, *given, *_completed(judged), _determined(judged)), told)


def _completed(judged: Judged) -> tuple[Deed, ...]:
    """A request of which no line waits for information is complete when it comes; the clocks start from there."""
    return () if judged.waits else (Deed(ActKind.COMPLETED, {}),)


def _assigned(team: str) -> Deed:
    return Deed(ActKind.ASSIGNED, {"team": team}, Recorded.TEAM)


def _determined(judged: Judged) -> Deed:
    return Deed(ActKind.DETERMINED, answer(judged), Recorded.DETERMINATION, judged.runs)


def _early(acting: Acting, wanted: Asked) -> Receipt | NotDone | None:
    """Return what needs no judging: the answer given before, an unknown tenant."""

    def work() -> Receipt | NotDone | None:
        with reading_for(acting.tenant):
            known = Tenant.objects.filter(id=acting.tenant).exists()
            return answered(acting, wanted) if known else NotDone((_no_such_tenant(),))

    return attempt(work)


def _no_such_tenant() -> Problem:
    return Problem("CW857", "There is no such tenant.", help="`clausewise store tenant NAME` opens one.")


def attach(acting: Acting, seen: Seen, evidence: Mapping[str, bytes], key: str, patient: UUID | None = None) -> Answer:
    """Add evidence to a case: documents by path, or `answers.yaml`.  The request must still be readable with it.

    PDFs and photographs are taken in as `store.files` says, under the key of the patient (an opaque id); without one the
    case stands for its patient.
    """
    wanted = asked(key, "attach", seen.case, fingerprints(evidence))
    if isinstance(wanted, NotDone):
        return wanted
    early = _early(acting, wanted)
    if early is not None:
        return early
    filing = filed(acting, evidence, patient or seen.case)
    if isinstance(filing, NotDone):
        return filing
    judged = _judged(acting, seen, (filing.read,))
    if not isinstance(judged, Judged):
        return judged
    deed = Deed(ActKind.EVIDENCE_ATTACHED, {"files": filing.written}, Recorded.EVIDENCE, files=filing.files)
    return write(acting, wanted, seen.case, seen.version, (deed,), filing.told())


def determine_again(acting: Acting, seen: Seen, key: str) -> Answer:
    """Determine a case from all that was sent so far, by the documents in force for its day of service as they are now known."""
    wanted = asked(key, "determine", seen.case, None)
    if isinstance(wanted, NotDone):
        return wanted
    early = _early(acting, wanted)
    if early is not None:
        return early
    judged = _judged(acting, seen)
    if not isinstance(judged, Judged):
        return judged
    deeds = (*_completed(judged), _determined(judged))
    return write(acting, wanted, seen.case, seen.version, deeds, {"determination": answer(judged)})


def _judged(acting: Acting, seen: Seen, more: Sequence[Mapping[str, bytes]] = ()) -> Judged | NotDone:
    history = read(acting.tenant, seen.case)
    if isinstance(history, NotDone):
        return history
    submission, evidence = sent(history)
    whole = with_evidence(submission, (*evidence, *more))
    judged = judge(whole, acting.setting, acting.now) if isinstance(whole, Submission) else whole
    return judged if isinstance(judged, Judged) else NotDone(judged)


# ---- what people do --------------------------------------------------------------------------------------------------


def complete(acting: Acting, seen: Seen, key: str) -> Answer:
    """Record that the information needed to decide is there."""
    return _act(acting, seen, key, Deed(ActKind.COMPLETED, {}))


def ask(acting: Acting, seen: Seen, facts: Sequence[str], key: str) -> Answer:
    """Record that these facts were asked for."""
    return _act(acting, seen, key, Deed(ActKind.ASKED, {"facts": list(facts)}, Recorded.QUESTIONS))


def extend(acting: Acting, seen: Seen, reason: str, key: str) -> Answer:
    """Record that notice of an extension was given, and why more time is needed; each clock knows whether that counts."""
    return _act(acting, seen, key, Deed(ActKind.EXTENDED, {"reason": reason}, Recorded.REASON))


def review(acting: Acting, seen: Seen, note: str, key: str) -> Answer:
    """Record that a person reviewed the case, with the note they made."""
    return _act(acting, seen, key, Deed(ActKind.REVIEWED, {"note": note}, Recorded.REVIEW))


def decide(acting: Acting, seen: Seen, decisions: Sequence[LineDecision], key: str) -> Answer:
    """Record what was decided of every line.  An adverse decision is made by the clinician who acts, and by nobody else."""
    history = read(acting.tenant, seen.case)
    if isinstance(history, NotDone):
        return history
    wrong = _wrong_decisions(acting, history, decisions)
    if wrong is not None:
        return NotDone((wrong,))
    said = {"lines": [_plain_decision(one) for one in sorted(decisions, key=lambda one: one.line)]}
    return _act(acting, seen, key, Deed(ActKind.DECIDED, said, Recorded.DECISION))


def _wrong_decisions(acting: Acting, history: CaseHistory, decisions: Sequence[LineDecision]) -> Problem | None:
    given = sorted(one.line for one in decisions)
    lines = _lines(history)
    if given != lines:
        message = f"The decisions are about lines {given or 'none'}; the case has lines {lines or 'none'}."
        return Problem("CW853", message, help="Decide each line of the case once.")
    if any(isinstance(one, Adverse) and one.clinician.account != acting.actor for one in decisions):
        help = "The clinician signs in and decides; nobody decides adversely in another's name."
        return Problem("CW853", "An adverse decision names another person than the one who acts.", help=help)
    return None


def _lines(history: CaseHistory) -> list[int]:
    """Return the numbers of the lines that were determined last."""
    return [line["line"] for line in last_answer(history)["lines"]]


def _plain_decision(one: LineDecision) -> dict[str, Any]:
    if not isinstance(one, Adverse):
        return {"line": one.line, "result": "approved", "clause": one.clause}
    by = one.clinician
    return {
        "line": one.line,
        "result": one.result.value,
        "clause": one.clause,
        "reason": one.reason.value,
        "rationale": one.rationale,
        "clinician": {"account": str(by.account), "name": by.name, "licence": by.licence, "state": by.state},
    }


def notify(acting: Acting, seen: Seen, recipients: Sequence[str], key: str) -> Answer:
    """Record that these recipients were told of the decision."""
    return _act(acting, seen, key, Deed(ActKind.NOTIFIED, {"recipients": list(recipients)}, Recorded.LETTER))


def appeal(acting: Acting, seen: Seen, grounds: str, key: str) -> Answer:
    """Record that the decision is appealed, and on what grounds."""
    return _act(acting, seen, key, Deed(ActKind.APPEALED, {"grounds": grounds}, Recorded.APPEAL))


def reopen(acting: Acting, seen: Seen, reason: str, key: str) -> Answer:
    """Record that the case is taken up again, and why."""
    return _act(acting, seen, key, Deed(ActKind.REOPENED, {"reason": reason}, Recorded.REASON))


def close(acting: Acting, seen: Seen, key: str) -> Answer:
    """Record that nothing more is to be done."""
    return _act(acting, seen, key, Deed(ActKind.CLOSED, {}))


def withdraw(acting: Acting, seen: Seen, reason: str, key: str) -> Answer:
    """Record that whoever asked withdrew the request or the appeal, and why."""
    return _act(acting, seen, key, Deed(ActKind.WITHDRAWN, {"reason": reason}, Recorded.REASON))


def assign(acting: Acting, seen: Seen, team: str, key: str) -> Answer:
    """Record that a team has the case from now on; with an empty name no team has it."""
    return _act(acting, seen, key, _assigned(team))


def restrict(acting: Acting, seen: Seen, accounts: Collection[UUID] | None, key: str) -> Answer:
    """Record that only these accounts see the case from now on; None ends the restriction."""
    named = None if accounts is None else sorted(map(str, accounts))
    return _act(acting, seen, key, Deed(ActKind.RESTRICTED, {"accounts": named}, Recorded.ACCOUNT))


def _act(acting: Acting, seen: Seen, key: str, deed: Deed) -> Answer:
    wanted = asked(key, deed.kind.value, seen.case, deed.content)
    return wanted if isinstance(wanted, NotDone) else write(acting, wanted, seen.case, seen.version, (deed,), {})

"""Everything that can be proved of a policy, in a fixed order, each finding with a case where a case can show it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clausewise.compiler.uncollected import uncollected
from clausewise.decide.line_answers import ANY_CODE
from clausewise.decide.space import space_of
from clausewise.prove.beside import beside
from clausewise.prove.boundaries import boundaries
from clausewise.prove.conflicts import codes_approved, met_and_excluded
from clausewise.prove.contradictions import contradictions, implied
from clausewise.prove.finding import Finding, Kind
from clausewise.prove.gaps import overlapping_conclusions, steps_by_order, steps_never_reached, undecided_cases
from clausewise.prove.inquiry import Inquiry
from clausewise.prove.kleene import weaker_than_exact
from clausewise.prove.matters import idle_answers, idle_beside, never_matters
from clausewise.prove.rails import holds
from clausewise.prove.reach import always_met, idle_exceptions, impossible_papers, never_met
from clausewise.prove.readings import readings
from clausewise.prove.showing import Draft, Replay, by_determination, drawn
from clausewise.prove.study import Prove, Study
from clausewise.prove.subject import Subject
from clausewise.vocab.problem import Level

PROOFS: tuple[tuple[str, Prove], ...] = (
    ("cases that no step decides", undecided_cases),
    ("conclusions that overlap", overlapping_conclusions),
    ("steps that never decide", steps_never_reached),
    ("parts that are never met", never_met),
    ("parts that are always met", always_met),
    ("exceptions that never apply", idle_exceptions),
    ("papers that cannot exist", impossible_papers),
    ("contradictions", contradictions),
    ("implied parts", implied),
    ("boundaries", boundaries),
    ("clauses that never matter", never_matters),
    ("paths that never matter beside another", idle_beside),
    ("answers for which a clause never matters", idle_answers),
    ("paths met and excluded", met_and_excluded),
    ("codes", codes_approved),
    ("readings", readings),
    ("the order of the steps", steps_by_order),
    ("three-valued evaluation", weaker_than_exact),
)


@dataclass(frozen=True, slots=True)
class Report:
    """What was proved of a policy: the findings by kind and place, and how many cases Z3 had to be asked for."""

    policy: str
    findings: tuple[Finding, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every question was decided in its time."""
        return all(finding.kind is not Kind.NOT_DECIDED for finding in self.findings)


def study_of(subject: Subject, seconds: float) -> Study:
    """Return a policy ready to be proved, with the first cases found."""
    policy = subject.policy
    inquiry = Inquiry(space_of((policy,), subject.codes or (ANY_CODE,)), seconds)
    inquiry.warm([holds(clause.ref) for clause in policy.clauses])
    return Study(subject, inquiry)


def prove(subject: Subject, seconds: float = 10.0, replay: Replay = by_determination) -> Report:
    """Prove everything of one policy.

    Args:
        seconds: the time that Z3 has for one question; what it does not decide in it is reported as not decided.
        replay: decides a case by the policy, for the outcome that is printed with it.
    """
    with uncollected():
        study = study_of(subject, seconds)
        found = [one for name, proof in PROOFS for one in _noting(study, name, proof)]
        return Report(subject.policy.policy, _finished(study, found, replay))


def prove_beside(first: Subject, second: Subject, seconds: float = 10.0, replay: Replay = by_determination) -> Report:
    """Prove where two policies answer one line differently."""
    study, found = beside(first, second, seconds)
    noted = _not_decided(study, "two policies beside each other", 0)
    return Report(f"{first.policy.policy} beside {second.policy.policy}", _finished(study, [*found, *noted], replay))


def _noting(study: Study, name: str, proof: Prove) -> Iterator[Draft | Finding]:
    """Yield what a proof finds as long as all was decided: a finding may rest on several questions, and none on half of them."""
    before = study.inquiry.undecided
    for found in proof(study):
        if study.inquiry.undecided > before:
            break
        yield found
    yield from _not_decided(study, name, before)


def _not_decided(study: Study, name: str, before: int) -> Iterator[Finding]:
    if count := study.inquiry.undecided - before:
        sentence = f"{name}: {count} {'question' if count == 1 else 'questions'} not decided in {study.inquiry.seconds:g} s"
        yield Finding(Kind.NOT_DECIDED, f"not decided: {name}", (), sentence, Level.WARNING, study.subject.document.file)


def _finished(study: Study, found: Sequence[Draft | Finding], replay: Replay) -> tuple[Finding, ...]:
    """Return all findings, those with cases shrunk and replayed, in the order in which they were found; each once."""
    done: dict[str, Finding] = {one.key: one for one in found if isinstance(one, Finding)}
    drafts = {one.finding.key: one for one in found if isinstance(one, Draft)}
    spaces = {id(space): space for draft in drafts.values() for space in [draft.space or study.inquiry.space]}
    for space in spaces.values():
        own = [draft for draft in drafts.values() if (draft.space or study.inquiry.space) is space]
        done |= {finding.key: finding for finding in drawn(space, own, replay)}
    keys = dict.fromkeys(one.key if isinstance(one, Finding) else one.finding.key for one in found)
    return tuple(done[key] for key in keys)

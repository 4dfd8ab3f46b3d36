"""The main job: a request goes in, each service line comes out determined.

`determine` is pure: the same request, the same compiled policies and the same `now` give the same records, byte for byte.
Each line is judged by itself (coding facts, facts, program, ladder); then an add-on is held to the best of its primaries; then
each line is put on record with the other assessor's view beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.decide.coding import ValidOn, coding_facts, primaries
from clausewise.decide.context import Sides, line_context, sides_of
from clausewise.decide.derived import contradictions, near_misses
from clausewise.decide.findings import (
    Findings,
    clause_states,
    climbed,
    conclusions,
    find,
    open_facts,
    reading_truths,
    with_disposition,
)
from clausewise.decide.ladder import Climb, Outcome, marks, outcome_of
from clausewise.decide.missing import Line, Missing, missing, supporting_facts
from clausewise.decide.proof import prove
from clausewise.decide.record import assumptions, fingerprint_of, next_question, sentences
from clausewise.vocab.criterion import Known
from clausewise.vocab.determination import (
    Basis,
    ClauseState,
    Determination,
    Disposition,
    Nature,
    Necessity,
    Reason,
    View,
)
from clausewise.vocab.document import Row
from clausewise.vocab.request import AuthorizationRequest, ServiceLine
from clausewise.vocab.truth import Truth

ASK = Outcome("ask", "other")
INDETERMINATE = Outcome("indeterminate")


@dataclass(frozen=True, slots=True)
class Assessors:
    """The compiled policies of the two assessors for one date of service; either may stand alone."""

    plan: CompiledPolicy | None
    clinic: CompiledPolicy | None


@dataclass(frozen=True, slots=True)
class Checked:
    """The diagnoses of a line that are not valid or billable on the day of service, and those nobody can tell of."""

    stale: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """A line judged by one assessor, before it is put on record."""

    line: ServiceLine
    findings: Findings
    outcome: Outcome
    step: int
    missing: tuple[str, ...]
    settles: tuple[str, ...]
    primary: int = 0  # number of the primary line whose outcome holds this one back
    primary_step: int = 0  # the step that decided that primary
    checked: Checked = Checked()  # what the code tables say of its diagnoses
    waits: bool = False  # the step that decides is not known to hold: the line waits for it


def determine(
    request: AuthorizationRequest, assessors: Assessors, now: datetime, valid_on: ValidOn
) -> tuple[Determination, ...]:
    """Determine every line of a request.

    Args:
        now: the instant of the determination; recorded by the caller's ledger, and the only clock there is.
        valid_on: whether a diagnosis code is valid and billable on a day; None where that is not known.

    Returns:
        One record for each line, in the order of the lines.

    Source: requirements section 5 as ruled; A-I to A-II.U, B-CLS-1 to B-MN-2.
    """
    views = {
        name: judge_request(request, policy, valid_on)
        for name, policy in (("plan", assessors.plan), ("clinic", assessors.clinic))
        if policy is not None
    }
    first = request.assessor if request.assessor in views else next(iter(views))
    second = next((name for name in views if name != first), None)
    return tuple(
        _record(request, line, first, views[first][number], None if second is None else views[second][number])
        for number, line in enumerate(request.lines)
    )


def judge_request(request: AuthorizationRequest, policy: CompiledPolicy, valid_on: ValidOn) -> tuple[Judged, ...]:
    """Judge every line by itself, then hold each add-on to its primary."""
    judged = {line.number: replace(judge(request, line, policy, valid_on), checked=checked(request, line, valid_on))
              for line in request.lines}
    return tuple(_held_to_primary(one, request, judged) for one in judged.values())


def checked(request: AuthorizationRequest, line: ServiceLine, valid_on: ValidOn) -> Checked:
    """Return what the code tables say of the diagnoses a line rests on.  Source: A-CODE-DATE."""
    diagnoses = request.diagnoses if line.diagnoses is None else line.diagnoses
    told = {diagnosis: valid_on(diagnosis, request.service_date) for diagnosis in diagnoses}
    return Checked(
        tuple(diagnosis for diagnosis, valid in told.items() if valid is False),
        tuple(diagnosis for diagnosis, valid in told.items() if valid is None),
    )


def judge(request: AuthorizationRequest, line: ServiceLine, policy: CompiledPolicy, valid_on: ValidOn) -> Judged:
    """Judge one line: its facts, the program, the ladder, and what is missing if it has to wait."""
    context = line_context(request, line, policy)
    findings = find(context, coding_facts(request, line, policy, valid_on))
    climb = climbed(findings, policy.steps, ASK)
    if climb.outcome != ASK and not _speaks_of_the_moment(policy, climb.step):
        return Judged(line, findings, climb.outcome, climb.step, (), ())
    lacking = _lacking(findings, climb)
    asks_below = outcome_of(policy.steps[climb.stop]) == ASK
    momentary = _momentary(findings, climb)
    if climb.waits and not asks_below and lacking.only is not None and not lacking.facts and not momentary:
        step = next(number for number, step in enumerate(policy.steps) if outcome_of(step) == lacking.only)
        return Judged(line, findings, lacking.only, step, (), ())
    asked = tuple(sorted({name for step in (climb.stop, *momentary) for name in _asked_about(findings, step)}))
    doubted = {name for step in momentary for name in _doubted(findings, step)}
    settles = tuple(sorted({*lacking.settles, *asked})) if momentary else lacking.settles or asked
    lacks = tuple(sorted({*lacking.facts, *asked, *doubted}))
    return Judged(line, findings, climb.outcome, climb.step, lacks, settles, waits=climb.waits)


def _lacking(findings: Findings, climb: Climb) -> Missing:
    still_open = open_facts(findings) if climb.outcome == ASK else frozenset[str]()
    return missing(Line(findings.context, findings.truths), findings.context.policy.steps, still_open, ASK)


def _momentary(findings: Findings, climb: Climb) -> tuple[int, ...]:
    """Return the steps in doubt that ask, and ask what is known: in a completion they would be settled, today they are not."""
    policy = findings.context.policy
    doubtful = (number for number in range(climb.stop) if findings.truth(policy.steps[number].ref) is Truth.UNKNOWN)
    return tuple(
        number for number in doubtful if outcome_of(policy.steps[number]) == ASK and _speaks_of_the_moment(policy, number)
    ) if climb.waits else ()


def _doubted(findings: Findings, step: int) -> frozenset[str]:
    """Return the unknown facts that a step tests today."""
    policy, facts = findings.context.policy, findings.context.facts
    tests = [one for one in policy.program.supports((policy.steps[step].ref,)) if one < len(policy.program.atoms)]
    unknown = (policy.atom_facts[test] for test in tests if findings.truths[test] is Truth.UNKNOWN)
    return frozenset(name for names in unknown for name in names if facts.get(name) is None)


def _speaks_of_the_moment(policy: CompiledPolicy, step: int) -> bool:
    """Tell whether a step asks what is known, so that more facts may still move the line."""
    operations = policy.program.operations
    atoms = len(policy.program.atoms)
    registers = policy.program.supports((policy.steps[step].ref,))
    return any(
        operations[register - atoms].kind in ("may", "known") if register >= atoms
        else isinstance(policy.program.atoms[register], Known)
        for register in registers
    )


def _asked_about(findings: Findings, step: int) -> tuple[str, ...]:
    """Return the unknown facts that an asking step asks for by name ("x known", "clause C known")."""
    policy = findings.context.policy
    if outcome_of(policy.steps[step]) != ASK:
        return ()
    atoms = len(policy.program.atoms)
    line = Line(findings.context, findings.truths)
    names: set[str] = set()
    for register in policy.program.supports((policy.steps[step].ref,)):
        test = policy.program.atoms[register] if register < atoms else None
        if isinstance(test, Known) and findings.context.facts.get(test.fact) is None:
            names.add(test.fact)
        if test is None and policy.program.operations[register - atoms].kind == "known":
            names |= supporting_facts(line, policy.program.operations[register - atoms].refs[0])
    return tuple(sorted(names))


def _held_to_primary(one: Judged, request: AuthorizationRequest, judged: Mapping[int, Judged]) -> Judged:
    """Hold an add-on to the best of its primaries, on each side it treats: it is never better.  Source: A-ADDON-*."""
    policy = one.findings.context.policy
    carriers = [judged[line.number] for line in primaries(request, one.line, policy)]
    ranks = {row.cell("disposition"): int(row.cell("rank")) for row in policy.answers if row.cell("rank")}
    if not carriers or one.outcome.conclusion not in ranks:
        return one
    rank = partial(_rank, ranks)
    best = max((min(side, key=rank) for side in _by_side(one, carriers)), key=rank)
    if ranks.get(best.outcome.conclusion, 0) <= ranks[one.outcome.conclusion]:
        return one
    lacking = tuple(sorted({*one.missing, *best.missing}))
    held = replace(one, outcome=best.outcome, missing=lacking, settles=best.settles, waits=best.waits)
    return replace(held, primary=best.line.number, primary_step=best.step)


def _rank(ranks: Mapping[str, int], carrier: Judged) -> int:
    return ranks.get(carrier.outcome.conclusion, 0)


def _by_side(one: Judged, carriers: Sequence[Judged]) -> tuple[Sequence[Judged], ...]:
    """Return the primaries of each side that an add-on treats; one that does not say its side may go with any of them."""
    if "50" not in one.line.modifiers:
        return (carriers,)
    sides = (Sides(True, False), Sides(False, True))
    parted = ([carrier for carrier in carriers if sides_of(carrier.line.modifiers).meets(side)] for side in sides)
    return tuple(side for side in parted if side)


def view_of(judged: Judged) -> View:
    """Return the four answers of a judged line, with the states of its clauses and its proof."""
    policy = judged.findings.context.policy
    row = answer_row(policy, judged.outcome.conclusion)
    disposition = Disposition(row.cell("code"))
    findings = with_disposition(judged.findings, disposition.value)
    nature = climbed(findings, policy.nature, INDETERMINATE)
    truths = [findings.truth(step.ref) for step in policy.steps]
    states = clause_states(findings)
    step = policy.steps[judged.step]
    return View(
        nature=Nature(nature.outcome.conclusion),
        necessity=necessity(row.cell("necessity"), findings.truth(policy.met)),
        basis=Basis(row.cell("basis")),
        disposition=disposition,
        reason=Reason(judged.outcome.reason or "other", reason_text(judged, states)),
        target=_target(judged),
        clauses=states,
        missing=judged.missing,
        settles=judged.settles,
        readings=reading_truths(findings),
        steps=marks(policy.steps, truths, judged.step),
        assumptions=assumptions(judged.findings.assumed, judged.checked.untold),
        proof=prove(findings, step.ref),
        bits=judged.findings.bits,
        concluded=conclusions(findings),
    )


def answer_row(policy: CompiledPolicy, conclusion: str) -> Row:
    """Return the row of the ladder's table of answers for a conclusion."""
    return next(row for row in policy.answers if row.cell("disposition") == conclusion)


def necessity(rule: str, met: Truth) -> Necessity:
    """Return the necessity a rule of the table of answers gives: fixed, or as the paths say."""
    if rule == "as the paths say":
        return (Necessity.NOT_NECESSARY_PROPOSED, Necessity.UNDETERMINED, Necessity.NECESSARY)[met]
    if rule.startswith("necessary if met"):
        return Necessity.NECESSARY if met is Truth.TRUE else Necessity.NOT_NEEDED_FOR_BASIS
    return Necessity(rule)


def reason_text(judged: Judged, states: Mapping[str, ClauseState]) -> str:
    """Return why the line came out so, in a sentence that names the clauses and words a physician has to look at."""
    policy = judged.findings.context.policy
    prose = policy.steps[judged.primary_step if judged.primary else judged.step].prose
    said = [("not known yet whether this holds: " if judged.waits else "") + prose.strip().rstrip(":,")]
    if judged.primary:
        said.insert(0, f"an add-on is never better than its primary, line {judged.primary}")
    if judged.checked.stale and judged.outcome.conclusion == "coding return":
        said.append(f"not valid or not billable on that day: {', '.join(judged.checked.stale)}")
    if judged.outcome.reason == "ambiguous":
        said.extend(_ambiguities(judged, states))
    if judged.outcome.reason == "conflict":
        said.append("fired: " + ", ".join(clause for clause, state in states.items() if state is ClauseState.FIRED))
    if judged.outcome.reason == "open_list":
        open_lists = (policy.ids + one.clause for one in policy.clauses if one.is_open)
        said.append(f"lists that name some members only: {', '.join(open_lists)}")
    likely = judged.findings.context.facts.get("other_policy_likely")
    if isinstance(likely, str) and likely != "none":
        said.append(f"a more specific policy probably governs, {likely}, which the plan has not configured")
    forbids = [law for law, ref in policy.forbidding if judged.findings.truth(ref) is Truth.TRUE]
    said.extend(f"{law} forbids paying for it, by a text not yet checked against the official one" for law in forbids)
    said.extend(words for words, ref in policy.duties if judged.findings.truth(ref) is Truth.TRUE)
    return "; ".join(said)


def _ambiguities(judged: Judged, states: Mapping[str, ClauseState]) -> list[str]:
    policy = judged.findings.context.policy
    return [
        f"{policy.ids}{clause.clause}: {clause.why}".rstrip(". ")
        for clause in policy.clauses
        if clause.readings and states[policy.ids + clause.clause] is ClauseState.READINGS_DIFFER
    ]


def _target(judged: Judged) -> str:
    """Return what a referral goes to; a target that names a fact stands for the answer to it."""
    answer = judged.findings.context.facts.get(judged.outcome.target)
    return answer if isinstance(answer, str) else judged.outcome.target


def _record(
    request: AuthorizationRequest, line: ServiceLine, assessor: str, first: Judged, second: Judged | None
) -> Determination:
    view, other = view_of(first), None if second is None else view_of(second)
    policy = first.findings.context.policy
    stamps = (*policy.stamps, *(() if second is None else second.findings.context.policy.stamps))
    supported = tuple(law for law, ref in policy.laws if first.findings.truth(ref) is Truth.TRUE)
    record = Determination(
        case=request.case,
        line=line.number,
        code=line.code,
        assessor=assessor,
        view=view,
        other=other,
        next_question=next_question(first.findings, view, policy),
        also_supported_by=supported,
        problems=(*request.problems, *line.problems, *contradictions(first.findings.context), *near_misses(first.findings.context)),
        sentences=sentences(line, assessor, view, other, supported),
        documents=tuple(dict.fromkeys(stamps)),
        fingerprint="",
    )
    return replace(record, fingerprint=fingerprint_of(record))


def rollup(dispositions: Sequence[Disposition]) -> str:
    """Return the rollup of a case: derived from its lines, never stored."""
    distinct = set(dispositions)
    if len(distinct) == 1:
        return dispositions[0].value
    still_open = {Disposition.PEND_INFO, Disposition.PHYSICIAN_REVIEW, Disposition.CODING_RETURN}
    return "OPEN_MIXED" if distinct & still_open else "SPLIT"


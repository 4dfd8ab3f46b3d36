"""Why a line came out as it did: the answer, its proof, the readings it rests on, the steps looked at, the other view beside it."""

from collections import Counter
from collections.abc import Iterable, Iterator

from clausewise.decide.record import SAYINGS, beside, support_sentences
from clausewise.render.known import KnownFacts
from clausewise.render.proof_rows import proof_rows
from clausewise.render.rows import Look, Row
from clausewise.vocab.determination import Basis, ClauseState, Determination, Disposition, ReadingTruth, StepMark, View
from clausewise.vocab.truth import Truth

TITLES = {"plan": "The plan's view", "clinic": "The clinic's view"}
OFF_POINT = {ClauseState.NOT_ON_POINT}
ANSWERED = {Truth.TRUE: "yes", Truth.FALSE: "no", Truth.UNKNOWN: "unknown"}
GOOD = {Disposition.APPROVE_MN, Disposition.APPROVE_MANDATE, Disposition.APPROVE_BENEFIT}
WAITING = {Disposition.PEND_INFO, Disposition.PHYSICIAN_REVIEW, Disposition.CODING_RETURN}


def why_rows(determination: Determination, label: str, known: KnownFacts, other_known: KnownFacts | None) -> Iterator[Row]:
    """Yield the rows that say why one line came out as it did, the other assessor's view last."""
    title = f"{determination.case}, line {determination.line}: {determination.code} {label}".rstrip()
    yield Row(title, look=Look.HEAD)
    yield from view_rows(TITLES[determination.assessor], determination.view, known)
    yield from _supported(determination.also_supported_by, determination.view.basis)
    if determination.other is None or other_known is None:
        return
    second = "clinic" if determination.assessor == "plan" else "plan"
    yield Row()
    yield from view_rows(TITLES[second], determination.other, other_known)
    yield Row(beside(determination.assessor, determination.view, determination.other), 2, look=Look.HEAD)
    yield Row("The clinic's view is its estimate, not a decision of a payer.", 2, look=Look.QUIET)


def view_rows(title: str, view: View, known: KnownFacts) -> Iterator[Row]:
    """Yield one assessor's view: four answers, reason, proof, readings, steps, assumptions."""
    target = f" ({view.target})" if view.target else ""
    yield Row(f"{title}: {view.disposition.value}{target}, {SAYINGS[view.disposition]}", 2, look=look_of(view.disposition))
    yield Row(f"nature {view.nature.value}; necessity {words(view.necessity.value)}; basis {words(view.basis.value)}", 4)
    decided = next((step for step in view.steps if step.decided), None)
    if decided:
        yield Row(deciding_words(decided, view), 4)
    if view.proof is not None:
        yield from proof_rows(view.proof, known, view.clauses, 4)
    yield from reading_rows(view)
    yield from step_rows(view.steps)
    if view.assumptions:
        yield Row(f"Not said, so assumed or worked out: {'; '.join(view.assumptions)}.", 4, look=Look.QUIET)


def deciding_words(step: StepMark, view: View) -> str:
    """Return which step decided a line, or where it waits, and why."""
    if step.truth is Truth.UNKNOWN:
        return f"It waits at step {step.clause} of the ladder: {view.reason.text}."
    return f"Step {step.clause} of the ladder decides ({words(view.reason.code)}): {view.reason.text}."


def look_of(disposition: Disposition) -> Look:
    """Return how a disposition looks: approved, waiting, or neither."""
    return Look.MET if disposition in GOOD else Look.OPEN if disposition in WAITING else Look.PLAIN


def words(code: str) -> str:
    """Return a code of the vocabulary as words."""
    return code.replace("_", " ")


def _supported(laws: Iterable[str], basis: Basis) -> Iterator[Row]:
    yield from (Row(sentence, 4) for sentence in support_sentences(laws, basis))


def reading_rows(view: View) -> Iterator[Row]:
    """Yield the readings that a view rests on, below a heading; nothing where no choice of a reading is behind it."""
    by_clause: dict[str, list[ReadingTruth]] = {}
    for reading in view.readings:
        if view.clauses.get(reading.clause) not in (None, *OFF_POINT):
            by_clause.setdefault(reading.clause, []).append(reading)
    telling = {clause: readings for clause, readings in by_clause.items() if _matters(view.clauses[clause], readings)}
    if telling:
        yield Row("It rests on these readings of the text:", 4)
    for clause, readings in telling.items():
        yield from (Row(_reading(clause, reading), 6) for reading in readings)


def _matters(state: ClauseState, readings: list[ReadingTruth]) -> bool:
    """Tell whether the choice of a reading is behind the answer: the clause holds or is open, or its readings come out apart."""
    failed = state in (ClauseState.NOT_MET, ClauseState.NOT_FIRED)
    return not failed or len({reading.truth for reading in readings}) > 1


def _reading(clause: str, reading: ReadingTruth) -> str:
    who = "not adopted"
    if reading.ratified_by:
        who = f"adopted by {reading.ratified_by}{', provisionally and not by the plan' if reading.provisional else ''}"
    return f'{clause} read as "{reading.name}": {ANSWERED[reading.truth]} ({who})'


def step_rows(steps: tuple[StepMark, ...]) -> Iterator[Row]:
    """Yield which steps of the ladder were looked at and how each came out, below a heading."""
    if not steps:
        return
    yield Row(f"All {len(steps)} steps of the ladder were looked at.", 4)
    for truth, word in ((Truth.TRUE, "true of it"), (Truth.UNKNOWN, "not known"), (Truth.FALSE, "not true of it")):
        counted = Counter(step.clause for step in steps if step.truth is truth)
        verb = "waits here" if truth is Truth.UNKNOWN else "decides"
        verbs = {step.clause: verb for step in steps if step.decided}
        named = [_step_words(clause, count, verbs.get(clause, "")) for clause, count in counted.items()]
        if named:
            yield Row(f"{word}: {', '.join(named)}", 6, look=Look.QUIET)


def _step_words(clause: str, count: int, verb: str) -> str:
    times = f" ({count} times)" if count > 1 else ""
    return f"{clause}{times}{f' ({verb})' if verb else ''}"

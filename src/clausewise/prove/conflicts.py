"""Paths met while an excluding item fires, and which step of the ladder then decides; codes that only that order lets through."""

from collections.abc import Iterator, Mapping, Sequence

from clausewise.decide.line_answers import CODE
from clausewise.policy.walk import Spot
from clausewise.prove.abreast import Case
from clausewise.prove.finding import Finding, Kind
from clausewise.prove.gaps import by_steps, names_of, resting_on
from clausewise.prove.rails import Claim, both, concluded, fails, holds, of_code
from clausewise.prove.showing import Draft
from clausewise.prove.study import Study, remembered
from clausewise.vocab.problem import Level

APPROVE = ("approve",)
_Order = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]  # items that fire, paths that carry, steps that approve


def met_and_excluded(study: Study) -> Iterator[Draft | Finding]:
    """Yield for each path the excluding items that can fire while it is met, by the steps that then decide."""
    for path in study.paths:
        firing = study.inquiry.together(_met(study, path), {item: _met(study, item) for item in study.exclusions})
        asked = {item: (both(_met(study, path), _met(study, item)), resting_on(study, (path, item))) for item in firing}
        groups: dict[tuple[int, ...], list[str]] = {}
        for item, steps in study.inquiry.together_each(asked).items():
            groups.setdefault(steps, []).append(item)
        for deciders, items in groups.items():
            yield from _conflict(study, path, items, deciders)


def _met(study: Study, clause: str) -> Claim:
    return holds(study.subject.clauses[clause].ref)


def _conflict(study: Study, path: str, items: Sequence[str], deciders: tuple[int, ...]) -> Iterator[Draft]:
    steps = names_of(study, deciders)
    claim = both(_met(study, path), _met(study, items[0]), *(study.steps[at] for at in deciders[-1:]))
    case = study.inquiry.find(claim)
    if isinstance(case, Case):
        sentence = f"{path} can be met while {', '.join(items)} {'fires' if len(items) == 1 else 'fire'}: {by_steps(steps)}"
        key = f"{path} with {' '.join(items)}: {' '.join(steps)}"
        spot = study.subject.spot(path)
        yield study.draft(Kind.CONFLICT, key, (path, *items, *steps), sentence, Level.WARNING, spot, claim, case)


def codes_approved(study: Study) -> Iterator[Draft | Finding]:
    """Yield listed codes that can never be approved, and those that are approved only while an excluding item fires."""
    approve = remembered(concluded(APPROVE))
    if not any(step.conclusion in APPROVE for step in study.subject.policy.steps):
        return
    never: list[str] = []
    only: dict[_Order, list[str]] = {}
    groups = {alike[0]: alike for alike in _alike(study)}
    carried = study.inquiry.together(approve, {code: of_code(code) for code in groups})
    freely = remembered(both(approve, *(_fails(study, item) for item in study.exclusions)))
    free = study.inquiry.together(freely, {code: of_code(code) for code in carried})
    for code, alike in groups.items():
        claim = both(approve, of_code(code))
        if code not in carried and study.inquiry.never(claim):
            never.extend(alike)
        elif code in carried and code not in free and study.exclusions and study.inquiry.never(both(freely, of_code(code))):
            _sort(study, claim, alike, only)
    yield from _never_approved(study, never)
    for (items, paths, steps), codes in only.items():
        yield from _only_by_order(study, _in_order(study, codes), items, paths, steps)


def _sort(study: Study, claim: Claim, alike: Sequence[str], groups: dict[_Order, list[str]]) -> None:
    """Put codes that no test tells apart below what lets them be approved; the table may name other paths for some of them."""
    for code in alike:
        first = next(other for other in alike if _carrying(study, other) == _carrying(study, code))
        known = next((order for order, codes in groups.items() if first in codes), None)
        groups.setdefault(known or _by_order(study, claim, code), []).append(code)


def _fails(study: Study, clause: str) -> Claim:
    return fails(study.subject.clauses[clause].ref)


def _alike(study: Study) -> list[list[str]]:
    """Return the listed codes, those together that no test tells apart."""
    question = next((question for question in study.inquiry.space.questions if CODE in question.names), None)
    seen: dict[str, set[tuple[int, int]]] = {code: set() for code in study.subject.codes}
    for answer in question.answers if question else ():
        seen.get(str(answer.line.get(CODE)), set()).add((answer.true, answer.false))
    groups: dict[frozenset[tuple[int, int]], list[str]] = {}
    for code, rows in seen.items():
        groups.setdefault(frozenset(rows), []).append(code)
    return list(groups.values()) if question else []


def _in_order(study: Study, codes: Sequence[str]) -> list[str]:
    return [code for code in study.subject.codes if code in codes]


def _carrying(study: Study, code: str) -> tuple[str, ...]:
    """Return the paths that the table of codes says can carry a code, or all paths where it names none."""
    named = study.subject.code_rows[code].clauses
    return tuple(path for path in study.paths if path in named) or study.paths


def alone(study: Study, path: str) -> Claim:
    """Claim that a path is met and no other."""
    return both(_met(study, path), *(_fails(study, other) for other in study.paths if other != path))


def _by_order(study: Study, claim: Claim, code: str) -> _Order:
    """Return the items that fire whenever the code is approved, the paths that can carry it, and the steps that approve."""
    silent = study.inquiry.together(claim, {item: _fails(study, item) for item in study.exclusions})
    items = tuple(item for item in study.exclusions if item not in silent and study.inquiry.never(both(claim, _fails(study, item))))
    carrying = study.inquiry.together(claim, {path: alone(study, path) for path in _carrying(study, code)})
    paths = carrying or study.inquiry.together(claim, {path: alone(study, path) for path in study.paths})
    steps: Mapping[int, Claim] = {
        at: study.steps[at] for at, step in enumerate(study.subject.policy.steps) if step.conclusion in APPROVE
    }
    deciding_steps = study.inquiry.together(claim, steps)
    return items, paths, tuple(study.subject.policy.steps[at].clause for at in deciding_steps)


def _never_approved(study: Study, codes: Sequence[str]) -> Iterator[Finding]:
    """Yield one finding for the codes that carry the same note in the table of codes."""
    groups: dict[str, list[str]] = {}
    for code in _in_order(study, codes):
        groups.setdefault(study.subject.code_rows[code].note, []).append(code)
    for note, group in groups.items():
        sentence = f"{', '.join(group)} can never be approved on a criterion{f' (the table says: {note})' if note else ''}"
        yield study.found(Kind.CODE, f"never {' '.join(group)}", (), sentence, Level.WARNING, _row(study, group[0]))


def _row(study: Study, code: str) -> Spot:
    return Spot("", study.subject.document.file, study.subject.code_rows[code].line)


def _only_by_order(
    study: Study, codes: Sequence[str], items: tuple[str, ...], paths: tuple[str, ...], steps: tuple[str, ...]
) -> Iterator[Draft]:
    claim = both(concluded(APPROVE), of_code(codes[0]), *(_met(study, path) for path in paths[:1]))
    case = study.inquiry.find(claim)
    if isinstance(case, Case):
        fired = " and ".join(items) or "the excluding items, one of which always fires"
        verb = "is" if len(codes) == 1 else "are"
        above = " or ".join(paths) or "its steps"
        sentence = (f"{', '.join(codes)} {verb} approvable only because the ladder lets {above} stand above "
                    f"{fired} (step {', '.join(steps)}){_named_in_vain(study, codes[0], paths)}")  # fmt: skip
        key = f"only by order {' '.join(codes)}: {' '.join(paths)} above {' '.join(items)}"
        clauses = (*paths, *items, *steps)
        yield study.draft(Kind.CODE, key, clauses, sentence, Level.WARNING, _row(study, codes[0]), claim, case)


def _named_in_vain(study: Study, code: str, paths: Sequence[str]) -> str:
    """Say which paths the table of codes names for a code that none of them carries."""
    named = [path for path in study.subject.code_rows[code].clauses if path in study.paths]
    return f"; {' and '.join(named)}, which the table names, never carries it" if named and set(named).isdisjoint(paths) else ""

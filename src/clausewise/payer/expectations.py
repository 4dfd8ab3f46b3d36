"""What a clinical case expects, held against what came out.

Compared is only what the page on case files names: disposition, nature, named clause states and the reason code of each line; the
missing facts and the rollup of the case.  Everything else in `expect` is for people.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clausewise.decide.determine import rollup
from clausewise.vocab.determination import Determination
from clausewise.vocab.problem import Problem
from clausewise.vocab.request import AuthorizationRequest

ARGUABLE = "arguable"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing that came out otherwise than expected; `where` is the line, or empty for the case as a whole."""

    case: str
    where: str
    what: str
    expected: str
    found: str

    def sentence(self) -> str:
        """Return the mismatch as a sentence."""
        place = f"{self.case}, {self.where}" if self.where else self.case
        return f"{place}: {self.what} is expected to be {self.expected}, and is {self.found}."


@dataclass(frozen=True, slots=True)
class Compared:
    """A case held against its expectations: what differs, and the lines that took an allowed alternative."""

    case: str
    mismatches: tuple[Mismatch, ...] = ()
    alternatives: tuple[int, ...] = ()


def compare(request: AuthorizationRequest, determinations: Sequence[Determination]) -> Compared:
    """Return how the determinations of a case differ from what it expects.

    An arguable line may come out as one of the alternatives; then nothing more of that line is compared,
    nor what speaks of the case as a whole.
    """
    whole = request.expect
    allowed = allowed_alternatives(whole, "dispositions")
    found: list[Mismatch] = []
    alternatives: list[int] = []
    for one, expected in zip(determinations, request.line_expectations, strict=True):
        if one.view.disposition.value in allowed and _takes_alternative(one, expected):
            alternatives.append(one.line)
        else:
            found.extend(_line(one, expected))
    if not alternatives:
        found.extend(_missing(request.case, whole, determinations))
        found.extend(_rollup(request.case, whole, determinations))
    return Compared(request.case, tuple(found), tuple(alternatives))


def compare_problem(case: str, expect: Mapping[str, object], problems: Iterable[Problem]) -> Compared | None:
    """Return how a case that expects a problem came out, or None where it expects none."""
    code = expect.get("problem")
    if not isinstance(code, str):
        return None
    codes = sorted({problem.code for problem in problems})
    if code in codes:
        return Compared(case)
    return Compared(case, (Mismatch(case, "", "its problem", code, ", ".join(codes) or "absent"),))


def allowed_alternatives(expect: Mapping[str, object], kind: str) -> frozenset[str]:
    """Return the alternatives (`dispositions` or `decisions`) that an arguable case allows."""
    alternative = expect.get("alternative")
    if expect.get("confidence") != ARGUABLE or not isinstance(alternative, Mapping):
        return frozenset()
    return frozenset(words_of(alternative.get(kind)))


def words_of(value: object) -> tuple[str, ...]:
    """Return a text, or a list of texts, as texts."""
    if isinstance(value, str):
        return (value,)
    return tuple(str(one) for one in value) if isinstance(value, list | tuple) else ()


def state_mismatches(
    case: str, where: str, expected: object, found: Mapping[str, str]
) -> Iterable[Mismatch]:
    """Yield a mismatch for each named clause that is in another state, or that the documents do not have."""
    named = expected if isinstance(expected, Mapping) else {}
    for clause, state in named.items():
        if found.get(clause) != state:
            yield Mismatch(case, where, f"clause {clause}", str(state), found.get(clause, "no clause of these documents"))


def _takes_alternative(one: Determination, expected: Mapping[str, object]) -> bool:
    return expected.get("disposition") != one.view.disposition.value


def _line(one: Determination, expected: Mapping[str, object]) -> Iterable[Mismatch]:
    where, view = f"line {one.line} ({one.code})", one.view
    reason = expected.get("reason")
    for what, wanted, value in (
        ("the disposition", expected.get("disposition"), view.disposition.value),
        ("the nature", expected.get("nature"), view.nature.value),
        ("the reason code", reason.get("code") if isinstance(reason, Mapping) else None, view.reason.code),
    ):
        if wanted is not None and wanted != value:
            yield Mismatch(one.case, where, what, str(wanted), value)
    states = {clause: state.value for clause, state in view.clauses.items()}
    yield from state_mismatches(one.case, where, expected.get("clauses"), states)


def _missing(
    case: str, expect: Mapping[str, object], determinations: Sequence[Determination]
) -> Iterable[Mismatch]:
    missing = {name for one in determinations for name in one.view.missing}
    for name in words_of(expect.get("missing")):
        if name not in missing:
            others = f"not among what is missing ({', '.join(sorted(missing)) or 'nothing'})"
            yield Mismatch(case, "", f"`{name}`", "missing", others)


def _rollup(
    case: str, expect: Mapping[str, object], determinations: Sequence[Determination]
) -> Iterable[Mismatch]:
    wanted, found = expect.get("rollup"), rollup([one.view.disposition for one in determinations])
    if wanted is not None and wanted != found:
        yield Mismatch(case, "", "the rollup", str(wanted), found)

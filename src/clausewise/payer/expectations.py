"""What a clinical case expects, held against what came out.

Compared are the disposition, the nature, the named clause states and the reason code of each line; the missing facts and the rollup
of the case.  `strict` compares all else that the page on case files names, as is done for the bundled cases.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clausewise.decide.determine import rollup
from clausewise.decide.record import truth_word
from clausewise.vocab.determination import Determination, ReadingTruth
from clausewise.vocab.problem import Problem
from clausewise.vocab.request import AuthorizationRequest

ARGUABLE = "arguable"
STATED = (
    *("necessity", "basis", "target", "missing", "settles", "next_question", "question", "also_supported_by"),
    *("assumptions", "readings", "documents", "problems", "concluded", "says", "says_not"),
)  # what a line may state beside its answer
WHOLE = ("missing", "settles", "also_supported_by")  # lists of a line that are stated as a whole


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


def compare(request: AuthorizationRequest, determinations: Sequence[Determination], strict: bool = False) -> Compared:
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
            found.extend(_further(one, expected) if strict else ())
    if not alternatives:
        found.extend(_missing(request.case, whole, determinations))
        found.extend(_rollup(request.case, whole, determinations))
        found.extend(_supporting(request.case, whole, determinations) if strict else ())
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


def state_mismatches(case: str, where: str, expected: object, found: Mapping[str, str]) -> Iterable[Mismatch]:
    """Yield a mismatch for each named clause that is in another state, or that the documents do not have."""
    named = expected if isinstance(expected, Mapping) else {}
    for clause, state in named.items():
        if found.get(clause) != state:
            yield Mismatch(case, where, f"clause {clause}", str(state), found.get(clause, "no clause of these documents"))


def _takes_alternative(one: Determination, expected: Mapping[str, object]) -> bool:
    return expected.get("disposition") != one.view.disposition.value


def _place(one: Determination) -> str:
    return f"line {one.line} ({one.code})"


def _line(one: Determination, expected: Mapping[str, object]) -> Iterable[Mismatch]:
    where, view = _place(one), one.view
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


def _missing(case: str, expect: Mapping[str, object], determinations: Sequence[Determination]) -> Iterable[Mismatch]:
    missing = {name for one in determinations for name in one.view.missing}
    for name in words_of(expect.get("missing")):
        if name not in missing:
            others = f"not among what is missing ({', '.join(sorted(missing)) or 'nothing'})"
            yield Mismatch(case, "", f"`{name}`", "missing", others)


def _rollup(case: str, expect: Mapping[str, object], determinations: Sequence[Determination]) -> Iterable[Mismatch]:
    wanted, found = expect.get("rollup"), rollup([one.view.disposition for one in determinations])
    if wanted is not None and wanted != found:
        yield Mismatch(case, "", "the rollup", str(wanted), found)


# ---- what only the strict comparison looks at ----


def _further(one: Determination, expected: Mapping[str, object]) -> Iterable[Mismatch]:
    for what, found in _said_of(one).items():
        if what in expected and _differs(what, expected[what], found):
            yield Mismatch(one.case, _place(one), f"`{what}`", _shown(expected[what]), _shown(found))


def _supporting(case: str, expect: Mapping[str, object], determinations: Sequence[Determination]) -> Iterable[Mismatch]:
    wanted, laws = expect.get("also_supported_by"), sorted({law for one in determinations for law in one.also_supported_by})
    if isinstance(wanted, list) and sorted(wanted) != laws:
        yield Mismatch(case, "", "`also_supported_by`", _shown(wanted), _shown(laws))


def _said_of(one: Determination) -> Mapping[str, object]:
    """Return what a line may state beside its answer, by the key it is stated under."""
    view, question = one.view, one.next_question
    whole = (view.necessity.value, view.basis.value, view.target, list(view.missing), list(view.settles))
    asked = (question.fact, question.text) if question else ("", "")
    readings = [said for reading in view.readings for said in _of_reading(reading)]
    documents = [f"{stamp.policy} {stamp.revision}".strip() for stamp in one.documents]
    partly = (list(view.assumptions), readings, documents, [problem.code for problem in one.problems], list(view.concluded))
    reason = view.reason.text
    return dict(zip(STATED, (*whole, *asked, list(one.also_supported_by), *partly, reason, reason), strict=True))


def _of_reading(one: ReadingTruth) -> tuple[str, str]:
    """Return what may be stated of a reading: how it came out, and who adopted it."""
    adopted = f"adopted by {one.ratified_by}" if one.ratified_by else "not adopted"
    provisional = ", provisionally" if one.provisional else ""
    return f"{one.clause} {one.name} = {truth_word(one.truth)}", f"{one.clause} {one.name} {adopted}{provisional}"


def _differs(what: str, expected: object, found: object) -> bool:
    if what in ("says", "says_not"):
        return any((text in str(found)) == (what == "says_not") for text in words_of(expected))
    if not isinstance(expected, list) or not isinstance(found, list):
        return expected != found
    return sorted(expected) != sorted(found) if what in WHOLE else not set(expected) <= set(found)


def _shown(value: object) -> str:
    return ", ".join(words_of(value)) or "empty"

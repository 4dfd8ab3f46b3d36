"""How many questions an interview asks, beside forms and the best there could be, and how long a question takes to find.

Run with `python -m benchmarks.interview`.  Random cases, fully answered, over all codes of AR.CP.MP.31: each code is asked about
with the frame known (plan, line of business, state, funding) and nothing else; add-ons stand beside a primary.  Answers are drawn
in three ways.  `uniform`: every fact on which silence says nothing, and every one the code raises, each answer alike.
`correlated`: the same facts as they hang together in life (a code for scars brings a scar, a breast code its antecedent, papers are
mostly there).  `all open`: no declared default is used, every fact but the frame is open, each answer alike.

The interview's end is compared with the determination of the full case before anything is printed: disposition, reason and target
of every case.  Exit 1 means that one differed.

Beside the interview stand four forms.  `flat`: every fact that the policy's tests read and the frame does not give, in the order of
the tables of facts, until the outcome is settled; silence means what the documents say, as in the interview.  `flat, nothing
assumed`: the same where only what was asked is known.  `relevant to the code`: of those the ones in the residual diagram of the
code, in that order, until it is settled.  `still relevant`: the same, passing over what the answers so far have made irrelevant; it
is the strictest, and no form on paper can do it.  The optimum is the least expected cost over all plans on the residual diagram,
found by trying all; codes whose diagrams outgrow the store of 200,000 nodes are named.

Times are those of the processor, so that a neighbour on the machine does not count.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from statistics import mean, quantiles
from typing import NamedTuple

from benchmarks.documents import compiled_or_exit, read_library
from benchmarks.timing import machine
from clausewise.ask.interview import Course, Interview, begin, interview_about
from clausewise.ask.plan import Stand
from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.shelf import CompiledLibrary
from clausewise.decide.answers import answers_of
from clausewise.decide.coding import coding_facts
from clausewise.decide.context import default_value, line_context
from clausewise.decide.determine import judge
from clausewise.decide.diagram import TooLarge
from clausewise.decide.findings import find
from clausewise.vocab.criterion import Known
from clausewise.vocab.document import FAMILIES_OF_CODE, FactDeclaration
from clausewise.vocab.request import AuthorizationRequest, FactValue, ServiceLine

SERVICE_DATE = date(2026, 4, 1)
FRAME: Mapping[str, FactValue] = {
    "plan": "qualchoice", "line_of_business": "commercial", "state": "AR", "state_of_issue": "AR", "funding": "insured",
}  # fmt: skip
GIVEN = frozenset({*FRAME, "age", "plan_effective_date"})
CASES, SEED = 2000, 20261121
UNIFORM, CORRELATED, ALL_OPEN = "uniform", "correlated", "all open"
FEWER, TIMES, NEAR, MILLISECONDS = 0.08, 6.0, 0.10, 1.0

Weights = Mapping[object, float]
Draw = Callable[[random.Random, str, Mapping[str, Sequence[FactValue]]], dict[str, FactValue]]


class Counted(NamedTuple):
    """One case: how many questions each way of asking takes, what the interview's cost, and how long its questions took."""

    asked: int
    flat: int
    flat_bare: int
    relevant: int
    still_relevant: int
    cost: float
    seconds_begin: float
    seconds_best: float
    seconds_next: float
    fell_back: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """A code to be asked about: the request with nothing but the frame, and what it leaves open."""

    code: str
    request: AuthorizationRequest
    policy: CompiledPolicy
    bare: Course | None = None  # what the code leaves open where nothing is assumed
    unsaid: Set[str] = frozenset()  # what is open although silence would say something

    def interview(self) -> Interview:
        """Return its interview, nothing asked yet and nothing worked out."""
        return Interview(self.request, 1, self.policy, _validity, unsaid=self.unsaid)

    def course(self) -> Course:
        """Return the residual diagram with a plan that nothing is known of yet."""
        context = line_context(self.request, self.request.lines[0], self.policy)
        return begin(find(context, coding_facts(self.request, self.request.lines[0], self.policy, _validity)))


def _validity(diagnosis: str, on: date) -> None:
    """No diagnoses are given."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Count, compare, print."""
    options = _options(arguments)
    policy = compiled_or_exit(CompiledLibrary(read_library()), SERVICE_DATE)
    found: dict[str, list[Counted]] = {}
    for name, draw in ((UNIFORM, uniform), (CORRELATED, correlated), (ALL_OPEN, uniform)):
        subjects = [subject_of(code, policy, name == ALL_OPEN) for code in policy.carried]
        chance = random.Random(SEED)
        cases = options.cases if name != ALL_OPEN else max(1, options.cases // 10)
        counted = [count(subjects[number % len(subjects)], chance, draw) for number in range(cases)]
        if wrong := [one for one in counted if one is None]:
            print(f"{name}: {len(wrong)} of {cases} interviews end elsewhere than the full case.", file=sys.stderr)
            return 1
        found[name] = [one for one in counted if one is not None]
    near = [] if options.no_optimum else list(optima([subject_of(code, policy, False) for code in policy.carried]))
    kept = seconds_kept(policy, options.cases)
    print(json.dumps(as_record(found, near, kept), indent=1) if options.json else "\n".join(as_table(found, near, kept)))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Count the questions of interviews.")
    parser.add_argument("--cases", type=int, default=CASES, help=f"how many (default {CASES}; a tenth of them all open)")
    parser.add_argument("--no-optimum", action="store_true", help="do not look for the best plans, which takes a minute")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args(arguments)


# ---- cases -----------------------------------------------------------------------------------------------------------


def subject_of(code: str, policy: CompiledPolicy, all_open: bool) -> Subject:
    """Return a code with the frame; an add-on beside its first primary."""
    primaries = [row.primaries[0] for row in policy.add_ons if row.code == code]
    lines = tuple(ServiceLine(number, one) for number, one in enumerate((code, *primaries), 1))
    request = AuthorizationRequest("random", SERVICE_DATE, lines, dict(FRAME))
    if all_open:
        names = {name for names in policy.atom_facts for name in names if _is_open(name, policy)}
        request = replace(request, facts={**FRAME, **dict.fromkeys(sorted(names))})
    bare = None if all_open else subject_of(code, policy, True).course()
    begun = interview_about(request, 1, policy, _validity)
    return Subject(code, begun.request, policy, bare, begun.unsaid)


def _is_open(name: str, policy: CompiledPolicy) -> bool:
    fact = policy.facts.get(name)
    return fact is not None and name not in GIVEN and all(default.value != FAMILIES_OF_CODE for default in fact.defaults)


def uniform(chance: random.Random, code: str, choices: Mapping[str, Sequence[FactValue]]) -> dict[str, FactValue]:
    """Draw each answer alike."""
    return {name: chance.choice(answers) for name, answers in choices.items()}


MOSTLY: Mapping[str, Weights] = {
    "aim": {"function": 5, "both": 3, "appearance": 3, "treat_disease": 1},
    "structure": {"abnormal": 12, "normal_variation": 3, "normal_aging": 2, "normal": 2, "disputed": 1},
    "cause": {"trauma": 4, "surgery_medical": 3, "illness": 3, "congenital": 2, "tumor": 2, "infection": 1, "weight_loss": 1},
    "conservative_therapy": {"failed": 6, "not_tried": 3, "ongoing": 1, "succeeded": 1},
    "conservative_not_standard": {False: 9, True: 1},
    "conservative_contraindicated": {False: 19, True: 1},
    "records_provided": {True: 9, False: 1},
    "photos_provided": {True: 8, False: 2},
    "solely_cosmetic": {False: 7, True: 3},
    "scar": {True: 9, False: 1},
    "skin_tag": {True: 19, False: 1},
    "breast_antecedent": {"mastectomy": 12, "lumpectomy": 4, "prophylaxis": 2, "none": 2, "trauma": 1, "congenital_disease": 1},
    "breast_role": {"reconstruct_affected": 12, "revision": 4, "symmetry_contralateral": 4, "none": 1},
    "antecedent_medically_necessary": {True: 19, False: 1},
    "asymmetry_present": {True: 8, False: 2},
    "prophylaxis_risk_documented": {True: 9, False: 1},
    "hiv_dx": {True: 7, False: 3},
    "lipoma": {True: 7, False: 3},
    "implant_origin": {"reconstructive": 7, "cosmetic": 3},
}  # invented, as frequent as such things are; other facts: each answer alike


def correlated(chance: random.Random, code: str, choices: Mapping[str, Sequence[FactValue]]) -> dict[str, FactValue]:
    """Draw answers as they hang together: an aim of function brings an impairment, HIV the loss of fat, normal tissue no cause."""
    drawn: dict[str, FactValue] = {}
    for name, answers in choices.items():
        weights = {**MOSTLY.get(name, {}), **_given(name, drawn)} or dict.fromkeys(answers, 1.0)
        drawn[name] = chance.choices(answers, [weights.get(answer, 0.0) for answer in answers])[0]
    return drawn


def _given(name: str, drawn: Mapping[str, FactValue]) -> Weights:
    """Return what the answers drawn before say of a fact."""
    works_worse = drawn.get("aim") in ("function", "both") and drawn.get("structure") == "abnormal"
    if name == "functional_impairment":
        return {True: 9, False: 1} if works_worse else {True: 1, False: 4}
    if name == "cause" and drawn.get("structure") in ("normal", "normal_variation", "normal_aging"):
        return {"none": 60, "aging": 20}
    if name == "facial_lds_dx" and "hiv_dx" in drawn:
        return {True: 8, False: 2} if drawn["hiv_dx"] else {True: 2, False: 8}
    return {}


# ---- one case --------------------------------------------------------------------------------------------------------


def count(subject: Subject, chance: random.Random, draw: Draw) -> Counted | None:
    """Hold one interview and count; None where it ends elsewhere than the full case."""
    began = time.process_time()
    interview = subject.interview()
    course = interview.course
    seconds_begin = time.process_time() - began
    full = _derived(draw(chance, subject.code, _choices(subject, course)), course)
    asked, seconds_best, seconds_next, course_then = [], 0.0, 0.0, course
    while True:
        began = time.process_time()
        interview.course.best(frozenset())
        seconds_best += time.process_time() - began
        asking = interview.next()
        if asking.is_over:
            break
        fact = asking.questions[0].fact
        began = time.process_time()
        interview = interview.answered(fact, full[fact])
        course_then = interview.course
        seconds_next += time.process_time() - began
        asked.append(fact)
    answered = replace(subject.request, facts={**subject.request.facts, **full})
    if judge(answered, answered.lines[0], subject.policy, _validity).outcome != interview.outcome():
        return None
    cost = float(sum(subject.policy.facts[name].cost for name in asked))
    forms = _forms(subject, course, full, asked)
    fell_back = course.plan.fell_back or course_then.plan.fell_back
    return Counted(len(asked), *forms, cost, seconds_begin, seconds_best, seconds_next, fell_back)


def _choices(subject: Subject, course: Course) -> dict[str, Sequence[FactValue]]:
    """Return the answers of every fact that is open, in the order of the tables of facts."""
    context, policy = course.findings.context, subject.policy
    tested = _tested(policy)
    open_facts = [fact for name, fact in policy.facts.items() if name in tested and context.facts.get(name) is None]
    return {fact.name: _answers(fact, subject, course) for fact in open_facts}


def _derived(drawn: dict[str, FactValue], course: Course) -> dict[str, FactValue]:
    """Return the answers with those worked out that follow from others, such as that a product is one of the approved ones."""
    context = course.findings.context
    filled = context.with_facts({**context.facts, **drawn})
    worked_out = (name for name in drawn if any(default.test is not None for default in context.policy.facts[name].defaults))
    values = {name: default_value(context.policy.facts[name], filled) for name in worked_out}
    return {**drawn, **{name: value for name, value in values.items() if value is not None}}


def _tested(policy: CompiledPolicy) -> frozenset[str]:
    """Return the facts that the policy's tests read or ask for by name."""
    named = {test.fact for test in policy.program.atoms if isinstance(test, Known)}
    return frozenset(name for names in policy.atom_facts for name in names) | named


def _answers(fact: FactDeclaration, subject: Subject, course: Course) -> Sequence[FactValue]:
    atoms = zip(subject.policy.program.atoms, subject.policy.atom_facts, strict=True)
    return answers_of(fact, [test for test, names in atoms if fact.name in names], course.findings.context)


def _forms(subject: Subject, course: Course, full: Mapping[str, FactValue], asked: Sequence[str]) -> tuple[int, int, int, int]:
    """Return how many questions the forms ask: flat, flat with nothing assumed, relevant to the code, still relevant.

    What a step of the ladder asks for by name (the description of an unlisted service) is asked by all of them.
    """
    policy, tested = subject.policy, _tested(subject.policy)
    flat = [name for name in policy.facts if name in tested and _is_open(name, policy)]
    by_name = [name for name in asked if name not in course.facts()]
    path = _path(course, full)
    relevant = [course.residual.unknowns[variable].facts[0] for variable in sorted(course.plan.support(course.node))]
    bare = path if subject.bare is None else _path(subject.bare, {**course.findings.context.facts, **full})
    whole, whole_bare = (1 + max((flat.index(name) for name in (*by_name, *needed)), default=-1) for needed in (path, bare))
    return whole, whole_bare, len(by_name) + (1 + relevant.index(path[-1]) if path else 0), len(by_name) + len(path)


def _path(course: Course, full: Mapping[str, FactValue]) -> list[str]:
    """Return the facts that matter for a case, one after the other in the policy's order."""
    residual, node, path = course.residual, course.node, []
    while (row := residual.diagrams.parts(node)) is not None:
        (name,) = residual.unknowns[row[0]].facts
        number = residual.class_of(row[0], full[name])
        assert number is not None
        path.append(name)
        node = row[1][number]
    return path


# ---- the best there could be -----------------------------------------------------------------------------------------


class Near(NamedTuple):
    """The expected cost of the plan and of the best plan for a code, None where it cannot be found; how many diagrams it took."""

    code: str
    plan: float
    best: float | None
    diagrams: int


def optima(subjects: Sequence[Subject]) -> Iterator[Near]:
    """Yield how near the plan of each code comes to the best; codes with the same diagram are worked out once."""
    known: dict[object, Near] = {}
    for subject in subjects:
        course = subject.course()
        shape = _shape(course)
        if shape not in known:
            known[shape] = _near(subject.code, course)
        yield known[shape]._replace(code=subject.code)


def _shape(course: Course) -> object:
    """Return what makes two codes the same to ask about."""
    rows: dict[int, object] = {}

    def visit(node: int) -> object:
        row = course.residual.diagrams.parts(node)
        if row is None:
            return course.outcomes[node - 2]
        if node not in rows:
            rows[node] = (course.residual.unknowns[row[0]], *map(visit, row[1]))
        return rows[node]

    return visit(course.node)


def _near(code: str, course: Course) -> Near:
    expected = expected_cost(course)
    best = Best(course)
    try:
        return Near(code, expected, best.cost(course.node), len(best.costs))
    except TooLarge:
        return Near(code, expected, None, len(best.costs))


def expected_cost(course: Course) -> float:
    """Return the expected cost of following the plan, every answer alike."""
    costs: dict[Stand, float] = {}

    def visit(stand: Stand) -> float:
        found = course.plan.best(stand)
        if found is None:
            return 0.0
        if stand not in costs:
            question = course.plan.opens[found.first]
            costs[stand] = question.cost + sum(
                share * visit(course.plan.after(stand, found.first, number)) for number, share in enumerate(question.shares)
            )
        return costs[stand]

    return visit(course.stand)


class Best:
    """The least expected cost over all plans, found by trying every question at every diagram."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self.costs: dict[int, float] = {}

    def cost(self, node: int) -> float:
        """Return the least expected cost from a diagram on."""
        diagrams, plan = self._course.residual.diagrams, self._course.plan
        if diagrams.parts(node) is None:
            return 0.0
        if node not in self.costs:
            self.costs[node] = min(
                plan.opens[variable].cost
                + sum(
                    share * self.cost(diagrams.restrict(node, variable, number))
                    for number, share in enumerate(plan.opens[variable].shares)
                )
                for variable in plan.support(node)
            )
        return self.costs[node]


def seconds_kept(policy: CompiledPolicy, cases: int) -> float:
    """Return the seconds a question takes to find where the plan of each code is kept from case to case, as a service does."""
    courses = [subject_of(code, policy, False).course() for code in policy.carried]
    chance = random.Random(SEED)
    taken, questions = 0.0, 0
    for number in range(cases):
        course = courses[number % len(courses)]
        stand = course.stand
        while True:
            began = time.process_time()
            found = course.plan.best(stand)
            taken += time.process_time() - began
            if found is None:
                break
            questions += 1
            shares = course.plan.opens[found.first].shares
            stand = course.plan.after(stand, found.first, chance.choices(range(len(shares)), shares)[0])
    return taken / questions


# ---- printing --------------------------------------------------------------------------------------------------------


def as_table(found: Mapping[str, Sequence[Counted]], near: Sequence[Near], kept: float) -> list[str]:
    """Return the figures for reading."""
    rows = [f"AR.CP.MP.31, all its codes. {machine()}.", ""]
    for name, counted in found.items():
        rows += [f"{name}: {len(counted)} cases, every interview ends as the full case does"]
        rows += [f"  {label:24} {value}" for label, value in as_words(counted)] + [""]
    computed = [one for one in near if one.best is not None]
    if computed:
        rows += [_near_words(computed, near), ""]
    rows.append(f"a question takes {kept * 1e3:.3f} ms to find where the plan of a code is kept from case to case")
    return rows


def as_words(counted: Sequence[Counted]) -> list[tuple[str, str]]:
    """Return the figures of one way of drawing, each with its label."""
    asked, flat = mean(one.asked for one in counted), mean(one.flat for one in counted)
    relevant, still = mean(one.relevant for one in counted), mean(one.still_relevant for one in counted)
    bare = mean(one.flat_bare for one in counted)
    worse = sum(one.asked > one.relevant for one in counted)
    questions = sum(one.asked for one in counted)
    best = 1e3 * sum(one.seconds_best for one in counted) / questions
    answer = 1e3 * sum(one.seconds_next for one in counted) / questions
    return [
        ("interview", f"{asked:.2f} questions (95 %: {_high([one.asked for one in counted])})"),
        ("flat form", f"{flat:.2f} ({flat / asked:.1f} times as many; goal {TIMES:g})"),
        ("flat, nothing assumed", f"{bare:.2f} ({bare / asked:.1f} times as many)"),
        ("relevant to the code", f"{relevant:.2f} ({1 - asked / relevant:.0%} fewer are asked; goal {FEWER:.0%})"),
        ("still relevant", f"{still:.2f} ({1 - asked / still:.0%} fewer are asked)"),
        ("longer than relevant", f"{worse} cases (goal 0)"),
        ("longer than still rel.", f"{sum(one.asked > one.still_relevant for one in counted)} cases"),
        ("fell back", f"{sum(one.fell_back for one in counted)} cases"),
        ("finding a question", f"{best:.2f} ms, plan made anew for each case (goal {MILLISECONDS:g})"),
        ("taking an answer", f"{answer:.2f} ms"),
        ("beginning", f"{1e3 * mean(one.seconds_begin for one in counted):.2f} ms a case"),
    ]


def _high(values: Sequence[int]) -> float:
    return quantiles(values, n=20)[-1]


def _near_words(computed: Sequence[Near], near: Sequence[Near]) -> str:
    over = [one.plan / one.best - 1 for one in computed if one.best]
    missing = [one.code for one in near if one.best is None]
    beyond = f"; too large to compute: {', '.join(missing)}" if missing else ""
    far = [one.code for one in computed if one.best and one.plan / one.best - 1 > NEAR]
    beyond += f"; above the goal: {', '.join(far)}" if far else ""
    most = max(one.diagrams for one in near)
    said = f"expected cost over the optimum, by code: mean {mean(over):.1%}, most {max(over):.1%} (goal {NEAR:.0%})"
    return f"{said}; {len(computed)} of {len(near)} codes{beyond}; up to {most} diagrams looked at"


def as_record(found: Mapping[str, Sequence[Counted]], near: Sequence[Near], kept: float) -> dict[str, object]:
    """Return the figures as plain values."""
    return {
        "machine": machine(),
        "drawn": {name: dict(as_words(counted)) for name, counted in found.items()},
        "near": [one._asdict() for one in near],
        "milliseconds_kept": kept * 1e3,
    }


if __name__ == "__main__":
    raise SystemExit(main())

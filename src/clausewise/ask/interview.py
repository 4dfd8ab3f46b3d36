"""An interview about one service line: what to ask next, what is still possible, and how much longer it takes.

What codes, papers and declared defaults answer is never asked.  One exception: a fact that says whether a clause is on point (a
scar, an earlier event of the breast) is asked of a code that the clause carries, whatever silence on it means, because whoever asks
for that code has raised it.  And what is open when an interview begins is not closed behind its back: where the answer to one
question would give silence on another a meaning, the other is still asked.  An interview ends where no answer that can still be had
changes disposition or reason.

An answer narrows the residual diagram that is there.  It is built anew only where the answer does more than answer: where silence
on another fact gets a meaning by it, where a test asks whether the fact was raised, or where a test rests on several facts.
"""

from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from functools import cached_property

from clausewise.ask.plan import Length, Open, Plan, Stand
from clausewise.compiler.compiled import CompiledClause, CompiledPolicy
from clausewise.decide.answers import OTHER
from clausewise.decide.coding import ValidOn, coding_facts
from clausewise.decide.context import line_context
from clausewise.decide.determine import ASK, judge
from clausewise.decide.diagram import FIRST_OUTCOME
from clausewise.decide.findings import Findings, find
from clausewise.decide.ladder import Outcome
from clausewise.decide.residual import Line, Residual, Unknown
from clausewise.policy.mentions import Sort, mentions
from clausewise.policy.walk import default_criteria
from clausewise.vocab.criterion import Raised
from clausewise.vocab.document import FAMILIES_OF_CODE, AnswerKind, FactDeclaration
from clausewise.vocab.request import AuthorizationRequest, FactValue, ServiceLine
from clausewise.vocab.truth import Truth


@dataclass(frozen=True, slots=True)
class AskedFact:
    """A question for a person: the words, the answers to choose from (none: any), where to look, what finding out costs.

    `clauses` are the narrowest clauses and ladder steps that wait for the answer, as cited outside the document.  Of free text
    `words` are those that some test looks for.
    """

    fact: str
    text: str
    answers: tuple[str, ...]
    words: tuple[str, ...]
    where: str
    cost: int
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked next.

    `questions` are the best one and, on a page, those certain to be needed whatever the others' answers are, in the policy's order.
    `possible` are the outcomes that some answers still lead to, in the ladder's order.  At `most` and `usual`ly so many questions
    are left, these included.  `left` are facts that matter and whose answer is not known yet.
    """

    questions: tuple[AskedFact, ...]
    possible: tuple[Outcome, ...]
    most: int
    usual: float
    left: tuple[str, ...]

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to ask."""
        return not self.questions


def next_questions(
    request: AuthorizationRequest,
    line: ServiceLine,
    policy: CompiledPolicy,
    valid_on: ValidOn,
    passed: frozenset[str] = frozenset(),
) -> Asking:
    """Return the questions that can still matter for a line, as a page: the best one, with those certain to be needed.

    Pure: the same request gives the same page.  Facts given as unknown are asked, `passed` ones are not.
    """
    return interview_about(request, line.number, policy, valid_on, passed).page()


def interview_about(
    request: AuthorizationRequest,
    number: int,
    policy: CompiledPolicy,
    valid_on: ValidOn,
    passed: frozenset[str] = frozenset(),
) -> "Interview":
    """Return the interview about a line of a request, nothing asked yet."""
    line = next(line for line in request.lines if line.number == number)
    begun = _opened(request, line, policy)
    return Interview(begun, number, policy, valid_on, passed, begun.facts.keys() - request.facts.keys())


def _opened(request: AuthorizationRequest, line: ServiceLine, policy: CompiledPolicy) -> AuthorizationRequest:
    """Return the request with those facts unknown on which silence would stand for an answer that the interview could still get.

    They are what the code raises, and what is open now and would be closed by an answer to another fact ("no, if the treatment is
    known").
    """
    facts = [fact for name, fact in _tested(policy).items() if name not in request.facts and name not in line.facts]
    raised = _said_on_point(line.code, policy)
    silent = [fact.name for fact in facts if (fact.name in raised and _has_answer(fact)) or _is_closed_by_another(fact)]
    return replace(request, facts={**request.facts, **dict.fromkeys(sorted(silent))})


def _said_on_point(code: str, policy: CompiledPolicy) -> frozenset[str]:
    """Return the facts that say whether the clauses that carry a code are on point."""
    carrying = policy.carried.get(code, ())
    scopes = [clause.scope for clause in policy.clauses if clause.clause in carrying and clause.scope is not None]
    registers = policy.program.supports(scopes)
    return frozenset(name for register in registers if register < len(policy.atom_facts) for name in policy.atom_facts[register])


def _has_answer(fact: FactDeclaration) -> bool:
    """Tell whether silence on a fact stands for an answer whatever else is known; what follows from the code is no such answer."""
    return any(default.test is None and default.when is None and default.value != FAMILIES_OF_CODE for default in fact.defaults)


def _is_closed_by_another(fact: FactDeclaration) -> bool:
    """Tell whether silence on a fact is given a meaning by what is known of another fact."""
    conditions = (default.when for default in fact.defaults if default.when is not None)
    return any(mention.sort is Sort.WORD for condition in conditions for mention in mentions(condition))


@dataclass(frozen=True)
class Interview:
    """A line under way: what is known so far, and which facts somebody was asked for and does not know yet (`passed`).

    `unsaid` are facts of which the case says nothing, open for the interview.  `begun` carries the plan from answer to answer while
    it holds.
    """

    request: AuthorizationRequest
    number: int
    policy: CompiledPolicy
    valid_on: ValidOn
    passed: frozenset[str] = frozenset()
    unsaid: Set[str] = frozenset()
    begun: "Course | None" = None

    @property
    def line(self) -> ServiceLine:
        """The line that is asked about."""
        return next(line for line in self.request.lines if line.number == self.number)

    def next(self) -> Asking:
        """Return the one best question."""
        return self._asking(page=False)

    def page(self) -> Asking:
        """Return the best question, and with it those that are certain to be needed."""
        return self._asking(page=True)

    def answered(self, fact: str, answer: FactValue) -> "Interview":
        """Return the interview after an answer; None says that it is not known yet, so that it is not asked again."""
        own = fact in self.line.facts
        lines = tuple(
            replace(line, facts={**line.facts, fact: answer}) if own and line.number == self.number else line
            for line in self.request.lines
        )
        facts = self.request.facts if own else {**self.request.facts, fact: answer}
        passed = self.passed | {fact} if answer is None else self.passed
        begun = self.course.after(fact, answer)
        request = replace(self.request, facts=facts, lines=lines)
        return Interview(request, self.number, self.policy, self.valid_on, passed, self.unsaid - {fact}, begun)

    @cached_property
    def course(self) -> "Course":
        """The residual diagram as the answers so far leave it."""
        return self.begun or begin(self._findings)

    def outcome(self) -> Outcome:
        """Return what the line comes to on what is known so far."""
        return judge(self.request, self.line, self.policy, self.valid_on).outcome

    @property
    def _findings(self) -> Findings:
        context = line_context(self.request, self.line, self.policy)
        return find(context, coding_facts(self.request, self.line, self.policy, self.valid_on))

    def _asking(self, page: bool) -> Asking:
        course = self.course
        length = course.best(self.passed)
        names = (self._demanded() or self._unsettled()) if length is None else course.named(length, self.passed, page)
        left = tuple(sorted(course.facts() & self.passed))
        questions = tuple(self._asked(names))
        most, usual = (len(names), float(len(names))) if length is None else (length.most, length.usual)
        return Asking(questions, course.possible(), most, usual, left)

    def _demanded(self) -> tuple[str, ...]:
        """Return unknown facts that a step asks for by name ("x known"), where that step still holds up the answer."""
        judged = judge(self.request, self.line, self.policy, self.valid_on)
        possible = self.course.possible()
        if (judged.outcome,) == possible or len(possible) > 1:
            return ()
        known = {**self.request.facts, **self.line.facts}
        lacking = (name for name in judged.missing if known.get(name) is None and name not in self.passed)
        return tuple(name for name in lacking if name in self.policy.facts)

    def _unsettled(self) -> tuple[str, ...]:
        """Return a fact on which silence would end elsewhere than any answer to it: it brings a clause on point."""
        names = [name for name in self.policy.facts if name in self.unsaid]
        if not names or self._outcome_without(names) == self.outcome():
            return ()
        alone = (name for name in names if self._outcome_without([one for one in names if one != name]) == self.outcome())
        return (next(alone, names[0]),)

    def _outcome_without(self, names: Collection[str]) -> Outcome:
        """Return what the line comes to where nothing is said of some facts."""
        request = replace(self.request, facts={name: said for name, said in self.request.facts.items() if name not in names})
        return judge(request, self.line, self.policy, self.valid_on).outcome

    def _asked(self, names: tuple[str, ...]) -> Iterator[AskedFact]:
        findings = self._findings if names else None
        for name in names:
            assert findings is not None
            fact = self.policy.facts[name]
            words = self.course.words(name) if fact.answer.kind is AnswerKind.TEXT else ()
            clauses = waiting_clauses(name, findings)
            yield AskedFact(name, fact.question, answer_words(fact), words, fact.where, fact.cost, clauses)


def answer_words(fact: FactDeclaration) -> tuple[str, ...]:
    """Return the answers to choose from, as a case file writes them; none where any number, day or text will do."""
    return ("yes", "no") if fact.answer.kind in (AnswerKind.YES_NO, AnswerKind.YES_NO_SINCE) else fact.answer.values


# ---- the diagram under way -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Course:
    """A residual diagram with its plan, and where the answers so far have brought it."""

    findings: Findings
    residual: Residual
    plan: Plan
    outcomes: tuple[Outcome, ...]
    stand: Stand

    @property
    def node(self) -> int:
        """The diagram that is left."""
        return self.stand.node

    def best(self, passed: frozenset[str]) -> Length | None:
        """Return the plan from here on, or None where nothing that can be asked can change the outcome."""
        return self.plan.best(self.stand, self._unaskable(passed))

    def named(self, length: Length, passed: frozenset[str], page: bool) -> tuple[str, ...]:
        """Return the fact asked for next, and on a page with it those certain to be needed, in the policy's order."""
        certain = set(self.plan.certain(self.node)) - self._unaskable(passed) if page else set()
        first = self._fact(length.first, passed)
        others = (self._fact(variable, passed) for variable in sorted(certain - {length.first}))
        return tuple(dict.fromkeys((first, *others)))

    def facts(self) -> frozenset[str]:
        """Return the facts that can still change the outcome."""
        return frozenset(name for variable in self.plan.support(self.node) for name in self.residual.unknowns[variable].facts)

    def possible(self) -> tuple[Outcome, ...]:
        """Return the outcomes that some answers lead to."""
        return tuple(self.outcomes[end - FIRST_OUTCOME] for end in sorted(self.residual.diagrams.terminals(self.node)))

    def words(self, fact: str) -> tuple[str, ...]:
        """Return the answers to a free text that some test looks for."""
        unknowns = (unknown for unknown in self.residual.unknowns if unknown.facts == (fact,))
        words = (str(answer) for unknown in unknowns for answers in unknown.answers for answer in answers)
        return tuple(word for word in words if word != OTHER)

    def after(self, fact: str, answer: FactValue) -> "Course | None":
        """Return the course after an answer, or None where it has to be begun anew."""
        if _says_more(fact, self.findings):
            return None
        if answer is None:
            return self
        mine = [number for number, unknown in enumerate(self.residual.unknowns) if fact in unknown.facts]
        number = self.residual.class_of(mine[0], answer) if len(mine) == 1 and self.residual.unknowns[mine[0]].answers else None
        if number is None:
            return None
        return replace(self, stand=self.plan.after(self.stand, mine[0], number))

    def _unaskable(self, passed: frozenset[str]) -> frozenset[int]:
        support = self.plan.support(self.node)
        return frozenset(variable for variable in support if not self._askable(variable, passed))

    def _askable(self, variable: int, passed: frozenset[str]) -> list[str]:
        context = self.findings.context
        names = (name for name in self.residual.unknowns[variable].facts if name in context.policy.facts)
        return [name for name in names if name not in passed and context.facts.get(name) is None]

    def _fact(self, variable: int, passed: frozenset[str]) -> str:
        facts = self.findings.context.policy.facts
        order = {name: place for place, name in enumerate(facts)}
        return min(self._askable(variable, passed), key=lambda name: (facts[name].cost, order[name]))


def begin(findings: Findings) -> Course:
    """Return the residual diagram of a line, with its plan."""
    policy = findings.context.policy
    residual = Residual(Line(findings.context, findings.truths), order=policy.facts)
    root, outcomes = residual.ladder(policy.steps, ASK)
    plan = Plan(residual.diagrams, [_open(residual, one) for one in residual.unknowns])
    return Course(findings, residual, plan, outcomes, plan.begin(root))


def _open(residual: Residual, unknown: Unknown) -> Open:
    cost = float(sum(price for _, price in residual.prices(unknown)))
    answers = sum(map(len, unknown.answers))
    shares = tuple(len(one) / answers for one in unknown.answers) or (0.5, 0.5)
    return Open(cost, shares, len(unknown.facts))


def _says_more(fact: str, findings: Findings) -> bool:
    """Tell whether an answer does more than answer: it raises a fact that a test asks about, or gives silence a meaning."""
    policy, known = findings.context.policy, findings.context.raised
    if fact not in known and any(isinstance(test, Raised) and test.fact == fact for test in policy.program.atoms):
        return True
    return any(
        name not in known and any(mention.name == fact for criterion in default_criteria(other) for mention in mentions(criterion))
        for name, other in _tested(policy).items()
    )


def _tested(policy: CompiledPolicy) -> Mapping[str, FactDeclaration]:
    names = {name for names in policy.atom_facts for name in names}
    return {name: fact for name, fact in policy.facts.items() if fact.defaults and name in names}


# ---- what is waiting for an answer -----------------------------------------------------------------------------------


def waiting_clauses(fact: str, findings: Findings) -> tuple[str, ...]:
    """Return the narrowest clauses that are undecided and rest on a fact, else the undecided steps of the ladder that do."""
    policy = findings.context.policy
    below = _rests_on(fact, findings)
    waiting = [clause for clause in policy.clauses if _waits(clause, findings, below)]
    names = [clause.clause for clause in waiting]
    narrow = [name for name in names if not any(other.startswith(f"{name}.") for other in names)]
    if narrow:
        return tuple(policy.ids + name for name in narrow)
    return tuple(dict.fromkeys(step.clause for step in policy.steps if _register(step.ref) in below))


def _waits(clause: CompiledClause, findings: Findings, below: frozenset[int]) -> bool:
    refs = (clause.ref, *(reading.ref for reading in clause.readings))
    on_point = clause.scope is None or findings.truth(clause.scope) is not Truth.FALSE
    asked = (*refs, *(() if clause.scope is None else (clause.scope,)))
    return on_point and any(_register(ref) in below and findings.truth(ref) is Truth.UNKNOWN for ref in asked)


def _rests_on(fact: str, findings: Findings) -> frozenset[int]:
    """Return the registers that rest on an undecided test of a fact, in one pass upwards."""
    policy = findings.context.policy
    atoms = len(policy.program.atoms)
    found = {
        number for number, names in enumerate(policy.atom_facts) if fact in names and findings.truths[number] is Truth.UNKNOWN
    }
    for number, operation in enumerate(policy.program.operations, atoms):
        if any(_register(ref) in found for ref in operation.refs):
            found.add(number)
    return frozenset(found)


def _register(ref: int) -> int:
    return ref if ref >= 0 else ~ref

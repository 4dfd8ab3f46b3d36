"""Where three-valued evaluation is weaker than the exact answer: unknown, though every answer still possible gives the same.

Only a question that a node looks at twice (or from two sides) can do that.  For such a question the node is read once with the
question open and once for each of its answers; a case where the first is unknown and the others agree is the finding.  One open
question is tried at a time.
"""

from collections.abc import Iterator, Mapping, Sequence

from clausewise.decide.space import Question
from clausewise.policy.walk import Spot
from clausewise.prove.abreast import Case
from clausewise.prove.finding import Finding, Kind
from clausewise.prove.rails import Change, Claim, Rail, Rails, Reader, Replaced
from clausewise.prove.reach import key_of
from clausewise.prove.showing import Draft
from clausewise.prove.study import Study, remembered
from clausewise.vocab.criterion import Known, Raised
from clausewise.vocab.problem import Level

MOMENTARY = ("may", "known")  # operations that speak of what is known: no completion to compare with


def weaker_than_exact(study: Study) -> Iterator[Draft | Finding]:
    """Yield the innermost parts, and the steps whose parts do not show it, that three-valued evaluation leaves open needlessly."""
    weak: dict[int, frozenset[str]] = {}
    for number in reversed(range(len(study.subject.parts))):  # parts below stand after the part itself
        part = study.subject.parts[number]
        if part.named and not study.only_cites(part):
            under = frozenset(name for below in study.within(number) for name in weak.get(below, ()))
            found = list(_weak(study, part.ref, under))
            weak[number] = frozenset(name for question, _, _ in found for name in question.names) | under
            for question, claim, case in found:
                words = study.subject.words(part)
                yield _draft(study, words, key_of(study, part), part.spot, question, claim, case)
    seen = frozenset(name for names in weak.values() for name in names)
    for step in study.subject.policy.steps:
        for question, claim, case in _weak(study, step.ref, seen):
            yield _draft(study, f"step {step.clause}", step.clause, study.subject.step_spot(step), question, claim, case)


def _draft(study: Study, words: str, key: str, spot: Spot, question: Question, claim: Claim, case: Case) -> Draft:
    names = ", ".join(question.names)
    sentence = (f"{words} is left unknown while {names} is open, although every answer gives the same; "
                "what is asked for is worked out exactly all the same")  # fmt: skip
    draft = study.draft(Kind.KLEENE, f"{key}: {names}", (spot.clause,), sentence, Level.NOTE, spot, claim, case)
    return Draft(draft.finding, claim, case, stated=dict.fromkeys(question.names))


def _weak(study: Study, ref: int, known: frozenset[str]) -> Iterator[tuple[Question, Claim, Case]]:
    program = study.subject.policy.program
    support = program.supports((ref,))
    if any(program.operations[one - len(program.atoms)].kind in MOMENTARY if one >= len(program.atoms)
           else isinstance(program.atoms[one], Known | Raised) for one in support):  # fmt: skip
        return
    sides = _sides(study, ref)
    for question in study.inquiry.space.questions:
        looked = [bit for bit in support if bit < len(program.atoms) and question.tests >> bit & 1]
        twice = sum(sides.get((bit, sign), 0) for bit in looked for sign in (True, False))
        if twice < 2 or set(question.names) <= known or any(answer.line or not answer.facts for answer in question.answers):
            continue
        claim = remembered(_unknown_though_settled(ref, looked, question))
        case = study.inquiry.find(claim)
        if isinstance(case, Case):
            yield question, claim, case


def _sides(study: Study, ref: int) -> Mapping[tuple[int, bool], int]:
    """Count from how many places each test is looked at, and whether it is negated on the way."""
    program = study.subject.policy.program
    found: dict[tuple[int, bool], int] = {}
    seen: set[tuple[int, bool]] = set()
    pending = [(ref, True)]
    while pending:
        one, sign = pending.pop()
        register, sign = (one, sign) if one >= 0 else (~one, not sign)
        if register < len(program.atoms):
            found[register, sign] = found.get((register, sign), 0) + 1
        elif (register, sign) not in seen:
            seen.add((register, sign))
            pending.extend((part, sign) for part in program.operations[register - len(program.atoms)].refs)
    return found


def _unknown_though_settled(ref: int, bits: Sequence[int], question: Question) -> Claim:
    """Claim that a reference is unknown while a question is open, and the same for each of its answers."""
    opened, closed = _opened(bits), [_given(bits, answer.true, answer.false) for answer in question.answers]

    def claim(reader: Reader) -> Rail:
        true, false = Replaced(reader, opened).rails(ref)
        ends = [Replaced(reader, one).rails(ref) for one in closed]
        agreed = reader.some((reader.every(yes for yes, _ in ends), reader.every(no for _, no in ends)))
        return reader.every((agreed, reader.no(true), reader.no(false)))

    return claim


def _opened(bits: Sequence[int]) -> Change:
    return Change(bits, lambda reader, _: (reader.some(()), reader.some(())))


def _given(bits: Sequence[int], true: int, false: int) -> Change:
    def instead(reader: Reader, bit: int) -> Rails:
        yes, no = reader.every(()), reader.some(())
        return (yes if true >> bit & 1 else no, yes if false >> bit & 1 else no)

    return Change(bits, instead)

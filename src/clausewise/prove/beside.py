"""Two policies that answer one line differently: over one space, what one finds necessary and the other does not."""

from collections.abc import Iterator

from clausewise.decide.line_answers import ANY_CODE
from clausewise.decide.space import space_of
from clausewise.prove.abreast import Case
from clausewise.prove.finding import Kind
from clausewise.prove.inquiry import Inquiry
from clausewise.prove.rails import Claim, both, fails, holds
from clausewise.prove.showing import Draft
from clausewise.prove.study import Study
from clausewise.prove.subject import Subject
from clausewise.vocab.problem import Level


def shared_codes(first: Subject, second: Subject) -> tuple[str, ...]:
    """Return the codes that both documents list."""
    return tuple(code for code in first.codes if code in second.codes)


def beside(first: Subject, second: Subject, seconds: float) -> tuple[Study, tuple[Draft, ...]]:
    """Return the study of two policies over one space, and where one is met and the other fails.

    The codes are those that both list, or where they share none all of both.
    """
    codes = shared_codes(first, second) or tuple(dict.fromkeys((*first.codes, *second.codes))) or (ANY_CODE,)
    inquiry = Inquiry(space_of((first.policy, second.policy), codes), seconds)
    studies = Study(first, inquiry), Study(second, inquiry)
    inquiry.warm([holds(first.policy.met), holds(second.policy.met, 1)])
    found = [*_only(studies, 0), *_only(studies, 1)]
    return studies[0], tuple(found)


def _only(studies: tuple[Study, Study], which: int) -> Iterator[Draft]:
    """Yield the paths of one policy that can be met while nothing of the other is."""
    study, other = studies[which], studies[1 - which]
    own = [path for path in study.paths if _shares_facts(study, other, path)] or study.paths
    for path in own:
        clause = study.subject.clauses[path]
        claim: Claim = both(holds(clause.ref, which), fails(other.subject.policy.met, 1 - which), *_on_point(study, path, which))
        case = study.inquiry.find(claim)
        if isinstance(case, Case):
            mine, theirs = study.subject.policy.policy, other.subject.policy.policy
            sentence = f"{path} of {mine} can be met where no criterion of {theirs} is: the two answer that line differently"
            spot = study.subject.spot(path)
            key = f"{mine} {path} without {theirs}"
            yield study.draft(Kind.BESIDE, key, (path,), sentence, Level.WARNING, spot, claim, case)


def _shares_facts(study: Study, other: Study, path: str) -> bool:
    """Tell whether a path asks for something that the other policy asks for: else the two speak of different things."""
    mine = study.subject.facts_of(study.subject.clauses[path].ref)
    return not mine.isdisjoint(other.subject.facts_of(other.subject.policy.met))


def _on_point(study: Study, path: str, which: int) -> tuple[Claim, ...]:
    scope = study.subject.clauses[path].scope
    return () if scope is None else (holds(scope, which),)

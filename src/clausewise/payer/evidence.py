"""On whose word a fact stands: the statements of a request and its documents, weighed against one another.

Nothing is picked silently.  Two documents that contradict each other leave their fact unknown; the case's own word wins
over a document, and a warning says so.  What was corrected or withdrawn stays in the history and no longer counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from clausewise.payer.documentation import FiledDocument, Statement, in_effect_order
from clausewise.policy.units import convert
from clausewise.vocab.document import FactDeclaration
from clausewise.vocab.problem import Level, Problem
from clausewise.vocab.request import AuthorizationRequest, Documentation, Evidence, FactValue, Measured


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the documents of a request come to: the facts that count, all statements, the papers, contradictions."""

    facts: Mapping[str, FactValue]
    evidence: tuple[Evidence, ...]
    documents: tuple[Documentation, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Word:
    """One statement with the document it stands in, and why it no longer counts, if it does not."""

    document: FiledDocument
    statement: Statement
    withdrawn: str


def weigh(
    filed: tuple[FiledDocument, ...], request: AuthorizationRequest, file: str, declared: Mapping[str, FactDeclaration]
) -> Weighed:
    """Return what the documents come to beside what the case itself says in `file`.

    `facts` holds what the documents say, also where the case's own answer wins; the caller lets it.
    """
    withdrawn = _withdrawn(filed)
    spoken = [
        _Word(document, said, _why_void(document, said, filed, withdrawn))
        for document in filed
        for said in document.statements
    ]
    facts: dict[str, FactValue] = {}
    problems: list[Problem] = []
    for fact in dict.fromkeys(word.statement.fact for word in spoken if not word.withdrawn):
        counting = [word for word in spoken if word.statement.fact == fact and not word.withdrawn]
        facts[fact], found = _settle(counting, request, file, declared[fact])
        problems += found
    given = tuple(Evidence(fact, value, document=file) for fact, value in request.facts.items())
    papers = tuple(_paper(document) for document in filed if document.name not in withdrawn)
    return Weighed(facts, given + tuple(_evidence(word) for word in spoken), papers, tuple(problems))


def _paper(document: FiledDocument) -> Documentation:
    return Documentation(document.kind, document.on, document.attributes, document.name)


def _evidence(word: _Word) -> Evidence:
    document, said = word.document, word.statement
    return Evidence(said.fact, said.value, document.author, document.on, document.name, word.withdrawn)


# ---- corrected and withdrawn -----------------------------------------------------------------------------------------


def _withdrawn(filed: tuple[FiledDocument, ...]) -> dict[str, str]:
    """Return why each withdrawn document is so.  A document that is itself withdrawn withdraws nothing."""
    documents = {document.name: document for document in filed}
    withdrawn: dict[str, str] = {}
    for name in in_effect_order(filed):
        if name in withdrawn:
            continue
        for act in documents[name].acts:
            if act.verb == "withdraws":
                withdrawn.setdefault(act.other, _because("withdrawn", name, act.because))
    return withdrawn


def _why_void(
    document: FiledDocument, said: Statement, filed: tuple[FiledDocument, ...], withdrawn: Mapping[str, str]
) -> str:
    """Return why a statement no longer counts: its document is withdrawn, or another one corrects it on this fact."""
    if document.name in withdrawn:
        return withdrawn[document.name]
    for other in filed:
        restated = other.name not in withdrawn and any(said.fact == again.fact for again in other.statements)
        for act in other.acts if restated else ():
            if act.verb == "corrects" and act.other == document.name:
                return _because("corrected", other.name, act.because)
    return ""


def _because(how: str, name: str, because: str) -> str:
    return f"{how} by {name}" + (f" because {because}" if because else "")


# ---- agreement and contradiction -------------------------------------------------------------------------------------


def _given(request: AuthorizationRequest, fact: str) -> list[FactValue]:
    """Return what the case itself answers, for all lines or for one."""
    return [facts[fact] for facts in (request.facts, *(line.facts for line in request.lines)) if fact in facts]


def _settle(
    counting: list[_Word], request: AuthorizationRequest, file: str, declared: FactDeclaration
) -> tuple[FactValue, list[Problem]]:
    """Return the value on which all documents agree, unknown where they do not, and the contradictions."""
    known = [word for word in counting if word.statement.value is not None]
    values = [_comparable(word.statement.value, declared) for word in known]
    own = [_comparable(value, declared) for value in _given(request, declared.name)]
    problems = [_outweighed(word, file) for word, value in zip(known, values, strict=True) if own and value not in own]
    other = next((word for word, value in zip(known, values, strict=True) if value != values[0]), None)
    if other and declared.name not in request.facts:
        problems.append(_contradiction(known[0], other))
    return None if other or not known else known[0].statement.value, problems


def _comparable(value: FactValue, declared: FactDeclaration) -> FactValue:
    """Return the value so that `450`, `450 g` and `0.45 kg` are equal for a fact in g."""
    return convert(value.number, value.unit, declared.answer.unit) if isinstance(value, Measured) else value


def _contradiction(first: _Word, other: _Word) -> Problem:
    fact = first.statement.fact
    names = f"`{first.document.name}` and `{other.document.name}`"
    message = f"{names} contradict each other on `{fact}`; it counts as unknown."
    return _warning("CW620", message, other, "Correct or withdraw one of them, or answer it in the case.")


def _outweighed(word: _Word, file: str) -> Problem:
    message = f"`{word.document.name}` contradicts `{file}` on `{word.statement.fact}`; the case counts."
    return _warning("CW621", message, word, "Mend the one that is wrong.")


def _warning(code: str, message: str, word: _Word, help: str) -> Problem:
    said = word.statement
    return Problem(code, message, word.document.name, said.line, said.column, help=help, level=Level.WARNING)

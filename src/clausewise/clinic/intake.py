"""A privacy case becomes a privacy request, or problems that say why it cannot."""

from collections.abc import Mapping

from clausewise.policy.case_file import CaseFile, Shape, entries, misfits, name_of, of_case, words
from clausewise.policy.case_tree import Fields, Node, Text, plain
from clausewise.policy.fact_values import read_values
from clausewise.vocab.document import Answer, AnswerKind, FactDeclaration
from clausewise.vocab.problem import Problem
from clausewise.vocab.request import PrivacyRequest

CASE_KEYS = {
    "id": Shape.TEXT,
    "narrative": Shape.TEXT,
    "actor": Shape.TEXT,
    "action": Shape.TEXT,
    "facts": Shape.FIELDS,
    "expect": Shape.FIELDS,
}
OWN = ("actor", "action")


def read_privacy_requests(
    case_file: CaseFile, facts: Mapping[str, FactDeclaration]
) -> tuple[tuple[PrivacyRequest, ...], tuple[Problem, ...]]:
    """Return a request for each privacy case that can be read, and the problems of those that cannot.

    `facts` declares every fact a case may give; where it declares `actor` and `action`, they are held to its choices.
    """
    requests: list[PrivacyRequest] = []
    problems: list[Problem] = []
    for number, fields in enumerate(case_file.privacy, 1):
        request, found = _read_case(fields, facts)
        requests += [request] if request else []
        problems += of_case(found, name_of(fields, number), case_file.file)
    return tuple(requests), tuple(problems)


def _read_case(fields: Fields, facts: Mapping[str, FactDeclaration]) -> tuple[PrivacyRequest | None, list[Problem]]:
    plain_text = {name: FactDeclaration(name, "", Answer(AnswerKind.TEXT)) for name in OWN}
    own, misnamed = read_values(_own(fields), plain_text | dict(facts))
    answerable = {name: fact for name, fact in facts.items() if name not in OWN}
    values, unread = read_values(entries(fields.get("facts")), answerable)
    problems = [*fields.problems, *misfits(fields, CASE_KEYS, "a privacy case", required=("id", "actor", "action"))]
    problems += [*misnamed, *unread]
    if problems:
        return None, problems
    request = PrivacyRequest(
        case=words(fields.get("id")),
        actor=str(own["actor"] or "unknown"),
        action=str(own["action"] or "unknown"),
        facts=values,
        narrative=words(fields.get("narrative")),
        expect=plain(fields.get("expect")),
    )
    return request, []


def _own(fields: Fields) -> tuple[tuple[Text, Node], ...]:
    return tuple((key, node) for key, node in fields.entries if key.text in OWN and words(node))

"""A clinical case becomes an authorization request, or problems that say why it cannot.

A case with an error is not decided: its problems stand, and the other cases go on.  A malformed code is no such error;
it stays with its line, which the ladder returns.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from clausewise.payer.documentation import FiledDocument, filed_documents, listed_documents
from clausewise.payer.evidence import weigh
from clausewise.payer.lines import read_lines
from clausewise.policy.case_file import CaseFile, Shape, entries, misfits, name_of, of_case, read_cases, texts, words
from clausewise.policy.case_tree import Fields, Items, Node, Text, plain, problem_at, quoted
from clausewise.policy.fact_values import read_values
from clausewise.vocab.document import LINES_OF_BUSINESS, Answer, AnswerKind, FactDeclaration
from clausewise.vocab.problem import Level, Problem
from clausewise.vocab.request import AuthorizationRequest, Documentation, FactValue, Measured

OTHER_PLAN = "other_plan"
AGE_YEARS_MAX = 130

# Written beside `facts`, and facts themselves: documents may test them.
FRAME_FACTS = ("plan", "line_of_business", "state", "funding", "state_of_issue", "urgency", "review_type")
# What the request keeps under its own name; may stand beside `facts` or among them.
OWN = ("service_date", "birth_date", "received_at", "assessor")
STATES = (
    *("AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA", "ME"),
    *("MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI"),
    *("SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY", "AS", "GU", "MP", "PR", "VI"),
)  # as the postal service writes them: a law that names AR must not miss a member of "Arkansas"
BESIDE_FACTS = (*FRAME_FACTS, "service_date", "birth_date", "received_at")
CASE_KEYS = dict.fromkeys(BESIDE_FACTS, Shape.ANY) | {
    "id": Shape.TEXT,
    "narrative": Shape.TEXT,
    "diagnoses": Shape.TEXTS,
    "documents": Shape.ANY,
    "facts": Shape.FIELDS,
    "lines": Shape.LIST,
    "expect": Shape.FIELDS,
}
_LATE_HELP = "What it says counts. If its date is a slip, correct it; if the service was done before, say on which day."
_TIME = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
_INSTANT = re.compile(rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}([T ]{_TIME})?")


def read_requests(
    case_file: CaseFile, facts: Mapping[str, FactDeclaration], plans: Collection[str] = ()
) -> tuple[tuple[AuthorizationRequest, ...], tuple[Problem, ...]]:
    """Return a request for each clinical case that can be read, and the problems of those that cannot.

    What a request carries in `problems`, or a line in its own, is not repeated among the problems returned.

    Args:
        facts: the declaration of every fact that a case may give.
        plans: names of plans that a case may give besides `other_plan`; when empty, any name.
    """
    declared = _declared(facts, plans)
    requests: list[AuthorizationRequest] = []
    problems: list[Problem] = []
    for number, fields in enumerate(case_file.clinical, 1):
        request, found = _read_case(fields, declared)
        requests += [_cite(request, case_file.file)] if request else []
        problems += of_case(found, name_of(fields, number), case_file.file)
    return tuple(requests), tuple(problems)


def read_request_directory(
    files: Mapping[str, bytes], facts: Mapping[str, FactDeclaration], plans: Collection[str] = ()
) -> tuple[tuple[AuthorizationRequest, ...], tuple[Problem, ...]]:
    """Return the one request that a directory holds, or none, and the problems that keep it from being read.

    The documents are complete: what is not among them is not provided.  Contradictions are warnings in the request's
    `problems`.

    Args:
        files: every file of the directory by its path: `case.yaml` with one clinical case, and the documents.
    """
    found = [name for name in files if name.rpartition("/")[2] == "case.yaml"]
    if len(found) != 1:
        message = f"A request directory holds one `case.yaml`; here are {len(found)}."
        return (), (Problem("CW520", message, help="Write the case into `case.yaml`, the documents beside it."),)
    file, declared = found[0], _declared(facts, plans)
    case_file, unread = read_cases(files[file], file)
    requests, problems = read_requests(case_file, facts, plans)
    papers = {name: content for name, content in files.items() if name != file}
    filed, wrong = filed_documents(papers, _without_own(declared))
    problems = unread + problems + wrong
    if not unread and len(case_file.clinical) != 1:
        message = f"The `case.yaml` of a request directory holds one clinical case; here are {len(case_file.clinical)}."
        problems += (Problem("CW520", message, file, 1, 1, help="Give each case a directory of its own."),)
    return ((), problems) if problems else ((_with_documents(requests[0], filed, file, declared),), ())


def _late(documents: Iterable[Documentation], service_date: date, at: Node | None = None) -> Iterator[Problem]:
    """Yield a warning for each document dated after the day of service, where it lies in a folder or is listed `at`."""
    for one in documents:
        if one.on is not None and one.on > service_date:
            days = (one.on - service_date).days
            after = f"{days} day{'' if days == 1 else 's'} after the service on {service_date}"
            message = f"{quoted(one.name or one.kind)} is dated {one.on}, {after}."
            found = Problem("CW622", message, one.name if at is None else "", 1, 1, "", _LATE_HELP, Level.WARNING)
            yield found if at is None else replace(found, line=at.line, column=at.column)


def _with_documents(
    request: AuthorizationRequest, filed: tuple[FiledDocument, ...], file: str, declared: Mapping[str, FactDeclaration]
) -> AuthorizationRequest:
    weighed = weigh(filed, request, file, declared)
    late = _late(weighed.documents, request.service_date)
    return replace(
        request,
        facts={**weighed.facts, **request.facts},  # the case's own word wins
        evidence=weighed.evidence,
        documents=(*(request.documents or ()), *weighed.documents),
        problems=request.problems + of_case((*weighed.problems, *late), request.case, file),
    )


# ---- declarations ----------------------------------------------------------------------------------------------------


def _declared(facts: Mapping[str, FactDeclaration], plans: Collection[str]) -> dict[str, FactDeclaration]:
    """Return the facts with what every request may give, whatever its documents declare."""
    frame = {name: _declaration(name, AnswerKind.TEXT) for name in FRAME_FACTS}
    frame["line_of_business"] = _declaration("line_of_business", AnswerKind.CHOICE, LINES_OF_BUSINESS)
    declared = frame | dict(facts)
    declared |= {name: _declaration(name, AnswerKind.CHOICE, STATES) for name in ("state", "state_of_issue")}
    if plans:
        declared["plan"] = _declaration("plan", AnswerKind.CHOICE, tuple(dict.fromkeys((*sorted(plans), OTHER_PLAN))))
    own = {name: _declaration(name, AnswerKind.DATE) for name in ("service_date", "birth_date")}
    own["received_at"] = _declaration("received_at", AnswerKind.TEXT)
    own["assessor"] = _declaration("assessor", AnswerKind.CHOICE, ("plan", "clinic"))
    return declared | own


def _declaration(name: str, kind: AnswerKind, values: tuple[str, ...] = ()) -> FactDeclaration:
    return FactDeclaration(name, "", Answer(kind, values))


def _without_own(declared: Mapping[str, FactDeclaration]) -> dict[str, FactDeclaration]:
    return {name: fact for name, fact in declared.items() if name not in OWN}


# ---- one case --------------------------------------------------------------------------------------------------------


def _read_case(
    fields: Fields, declared: Mapping[str, FactDeclaration]
) -> tuple[AuthorizationRequest | None, list[Problem]]:
    values, unread = read_values(_given(fields), declared)
    lines, miscoded = read_lines(fields.get("lines"), _without_own(declared))
    documents, unlisted = listed_documents(fields.get("documents"))
    problems = [*fields.problems, *misfits(fields, CASE_KEYS, "a case", required=("id", "lines"))]
    problems += [*unread, *_impossible(fields, values), *unlisted, *miscoded]
    service_date, birth_date, received_at = (values.get(name) for name in OWN[:3])
    if problems or not isinstance(service_date, date):
        return None, problems
    request = AuthorizationRequest(
        case=words(fields.get("id")),
        service_date=service_date,
        lines=lines,
        facts={name: value for name, value in values.items() if name not in OWN},
        narrative=words(fields.get("narrative")),
        diagnoses=texts(fields.get("diagnoses")),
        birth_date=birth_date if isinstance(birth_date, date) else None,
        received_at=read_instant(received_at) if isinstance(received_at, str) else None,
        assessor=str(values.get("assessor") or "plan"),
        documents=documents,
        problems=tuple(_late(documents or (), service_date, fields.get("documents"))),
        expect=plain(fields.get("expect")),
        line_expectations=_line_expectations(fields.get("lines")),
    )
    return request, []


def _cite(request: AuthorizationRequest, file: str) -> AuthorizationRequest:
    """Return the request with case and file in what is odd about it, and wrong with the coding of its lines."""
    lines = (replace(line, problems=of_case(line.problems, request.case, file)) for line in request.lines)
    return replace(request, lines=tuple(lines), problems=of_case(request.problems, request.case, file))


def _given(fields: Fields) -> tuple[tuple[Text, Node], ...]:
    """Return the facts of a case: those beside `facts`, then those in it."""
    beside = tuple((key, node) for key, node in fields.entries if key.text in BESIDE_FACTS)
    return beside + entries(fields.get("facts"))


def _line_expectations(node: Node | None) -> tuple[Mapping[str, object], ...]:
    items = node.items if isinstance(node, Items) else ()
    return tuple(plain(item.get("expect")) for item in items if isinstance(item, Fields))


def _impossible(fields: Fields, values: Mapping[str, FactValue]) -> list[Problem]:
    """Return what no request can say: no day of service, no such instant, born after the service, too old."""
    places: dict[str, Node] = {key.text: node for key, node in _given(fields)}
    served, born, received, age = (values.get(name) for name in ("service_date", "birth_date", "received_at", "age"))
    problems = []
    if served is None and ("service_date" in values or "service_date" not in places):
        help = "Say on which day the service is done: the rules in force depend on it."
        message = f"`service_date` is {'unknown' if 'service_date' in values else 'missing'}."
        problems.append(problem_at(places.get("service_date", fields), "CW509", message, help))
    if isinstance(received, str) and read_instant(received) is None:
        message = f"`received_at` is {quoted(received)}, which is no instant."
        problems.append(
            problem_at(places["received_at"], "CW605", message, "Write it such as 2026-03-16T09:30:00-05:00.")
        )
    if isinstance(served, date) and isinstance(born, date) and served < born:
        message = f"`birth_date` {born} comes after `service_date` {served}."
        problems.append(problem_at(places["birth_date"], "CW609", message, "Mend one of the two."))
    years = age.number if isinstance(age, Measured) else age
    if isinstance(years, Decimal) and not 0 <= years <= AGE_YEARS_MAX:
        message = f"`age` is {years} years."
        problems.append(problem_at(places["age"], "CW609", message, f"Give 0 to {AGE_YEARS_MAX}, or `unknown`."))
    return problems


def read_instant(text: str) -> datetime | None:
    """Return the instant written, or nothing; a day is its first moment, and without an offset it is Universal Time."""
    try:
        instant = datetime.fromisoformat(text) if _INSTANT.fullmatch(text) else None
    except ValueError:
        return None
    return instant.replace(tzinfo=UTC) if instant and instant.tzinfo is None else instant

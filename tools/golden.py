"""Golden cases in memory: read once, judged by whichever documents are brought, and held against what they expect.

What `clausewise test` compares is compared here too, by the same functions; of the bundled cases, all that they state.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from clausewise.clinic import expectations as privacy
from clausewise.clinic.disclosure import decide_privacy
from clausewise.clinic.intake import read_privacy_requests
from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.route import clinic_policy, route
from clausewise.compiler.shelf import CompiledLibrary, linked_documents
from clausewise.decide.determine import Assessors, determine
from clausewise.payer import expectations as clinical
from clausewise.payer.intake import read_requests
from clausewise.policy.case_file import CaseFile, read_cases, texts, words
from clausewise.policy.case_tree import Fields, Items, plain
from clausewise.policy.code_tables import Validity, diagnosis_validity
from clausewise.policy.fact_values import read_day
from clausewise.policy.library import Library, plans_of
from clausewise.vocab.determination import Determination
from clausewise.vocab.document import FactDeclaration
from clausewise.vocab.problem import Problem
from clausewise.vocab.request import AuthorizationRequest, PrivacyRequest

NOW = datetime(2026, 11, 21, tzinfo=UTC)
A_DAY = date(2026, 3, 16)  # on which every bundled document is in force


def words_in(text: str) -> frozenset[str]:
    """Return the words of a text as documents and cases share them: names, numbers of clauses, codes."""
    return frozenset(word.strip(".") for word in re.findall(r"[\w.]+", text))


@dataclass(frozen=True, slots=True)
class Golden:
    """A golden case: its file and fields as written, and the policies that govern it by the documents as they are.

    `shared` marks a case from outside the repository.
    """

    name: str
    fields: Fields
    policies: tuple[str, ...]
    private: bool = False
    shared: bool = False

    @property
    def words(self) -> frozenset[str]:
        """What the case speaks of: facts, answers, codes, clauses, what it expects."""
        return words_in(re.sub(r"\b[A-Z]+(?:-\d+\.\d+)?-(?=[A-Z0-9])", "", repr(plain(self.fields))))


@dataclass(frozen=True, slots=True)
class Ready:
    """A golden case whose request could be read."""

    golden: Golden
    request: AuthorizationRequest | PrivacyRequest


def goldens_of_file(path: Path, name: str, library: Library, shared: bool = False) -> tuple[Golden, ...]:
    """Return the cases of a file.

    Raises:
        ValueError: the file cannot be read as cases.
    """
    cases, problems = read_cases(path.read_bytes(), name)
    if problems:
        raise ValueError("\n".join(f"{name}:{problem.line}: {problem.message}" for problem in problems))
    notices = tuple(shelf.id for shelf in library.of_kind("notice"))
    return (
        *(Golden(_name(name, one), one, _governing(one, library), shared=shared) for one in cases.clinical),
        *(Golden(_name(name, one), one, notices[:1], private=True, shared=shared) for one in cases.privacy),
    )


def _name(file: str, fields: Fields) -> str:
    return f"{file}: {words(fields.get('id'))}"


def day_of(golden: Golden) -> date | None:
    """Return the day of service of a clinical case."""
    return None if golden.private else read_day(words(golden.fields.get("service_date")))


def routes(golden: Golden, library: Library) -> tuple[str, ...]:
    """Return the policies that govern a case by the documents of a library."""
    return golden.policies if golden.private else _governing(golden.fields, library)


def _governing(fields: Fields, library: Library) -> tuple[str, ...]:
    """Return the policy of each line, and the clinic's where the case asks for its view."""
    plan, on = words(fields.get("plan")), read_day(words(fields.get("service_date"))) or A_DAY
    lines = fields.get("lines")
    codes = [words(line.get("code")) for line in (lines.items if isinstance(lines, Items) else ()) if isinstance(line, Fields)]
    routed = (route(library, None if plan in ("", "unknown") else plan, code, on) for code in codes)
    inside = fields.get("facts")
    asked = texts(inside.get("assessor")) if isinstance(inside, Fields) else ()
    return tuple(dict.fromkeys((*routed, *((clinic_policy(library),) if "clinic" in asked else ()))))


def make_ready(golden: Golden, library: Library) -> Ready | tuple[Problem, ...]:
    """Return the case with its request, read with the facts that its policies declare, or the problems of reading it."""
    facts: dict[str, FactDeclaration] = {}
    for name in dict.fromkeys((clinic_policy(library), *reversed(golden.policies)) if not golden.private else golden.policies):
        linked = linked_documents(library, name, A_DAY)[0] if name in library.by_id else None
        facts.update(linked.facts if linked else {})
    file = CaseFile(
        golden.name, clinical=() if golden.private else (golden.fields,), privacy=(golden.fields,) if golden.private else ()
    )
    if golden.private:
        private, problems = read_privacy_requests(file, facts)
        return Ready(golden, private[0]) if private else problems
    requests, problems = read_requests(file, facts, plans_of(library.shelves()))
    return Ready(golden, requests[0]) if requests else problems


def differences(ready: Ready, compiled: CompiledLibrary) -> Iterator[str]:
    """Yield every way in which a case comes out otherwise than it expects; nothing if it comes out as expected."""
    golden, request = ready.golden, ready.request
    if isinstance(request, PrivacyRequest):
        notice = _policy(golden.policies[0], compiled, A_DAY)
        if notice is None:
            yield "the notice is refused, or not there"
        else:
            compared = privacy.compare(request, decide_privacy(request, notice), strict=not golden.shared)
            yield from (mismatch.sentence() for mismatch in compared.mismatches)
        return
    records = _determined(request, compiled)
    if isinstance(records, str):
        yield records
        return
    found = clinical.compare(request, records, strict=not golden.shared)
    yield from (mismatch.sentence() for mismatch in found.mismatches)


def _determined(request: AuthorizationRequest, compiled: CompiledLibrary) -> tuple[Determination, ...] | str:
    """Return the record of each line by the policy that governs it now, or why there is none."""
    plan, on = request.facts.get("plan"), request.service_date
    records: list[Determination] = []
    by_name: dict[str, tuple[Determination, ...]] = {}
    clinic = _policy(clinic_policy(compiled.library), compiled, on) if _asks_clinic(request) else None
    for number, line in enumerate(request.lines):
        name = route(compiled.library, plan if isinstance(plan, str) else None, line.code, on)
        if name not in by_name:
            policy = _policy(name, compiled, on)
            if policy is None or (clinic is None and _asks_clinic(request)):
                return f"{name}, or the clinic's policy, is refused"
            by_name[name] = determine(request, Assessors(policy, clinic), NOW, valid_on)
        records.append(by_name[name][number])
    return tuple(records)


def _asks_clinic(request: AuthorizationRequest) -> bool:
    return request.assessor == "clinic"


def _policy(name: str, compiled: CompiledLibrary, on: date) -> CompiledPolicy | None:
    policy = compiled.policy(name, on) if name in compiled.library.by_id else None
    return policy if isinstance(policy, CompiledPolicy) else None


@cache
def valid_on(code: str, on: date) -> bool | None:
    """Return whether a diagnosis is valid and billable on a day, or None where the table does not know the day."""
    validity = diagnosis_validity(code, on)
    return None if validity is Validity.NOT_KNOWN else validity is Validity.VALID

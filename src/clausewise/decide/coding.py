"""The coding facts of a line, worked out from the whole request before anything is judged."""

from collections.abc import Callable
from datetime import date

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.decide.context import sides_of
from clausewise.policy.code_tables import is_procedure_shaped
from clausewise.vocab.document import AddOn, Exclusive
from clausewise.vocab.request import AuthorizationRequest, ServiceLine

ValidOn = Callable[[str, date], bool | None]  # whether a diagnosis is valid and billable on a day; None: not known


def coding_facts(request: AuthorizationRequest, line: ServiceLine, policy: CompiledPolicy, valid_on: ValidOn) -> dict[str, bool]:
    """Return the coding facts of a line.  A validity that is not known is no fault of the line.

    Source: A-CODE-DATE, A-CODE-CONSIST, A-ADDON-*; requirements 2.7.
    """
    diagnoses = request.diagnoses if line.diagnoses is None else line.diagnoses
    return {
        "code_malformed": bool(line.problems) or not is_procedure_shaped(line.code),
        "add_on_alone": any(_alone(row, request, line) for row in policy.add_ons),
        "returned_beside": any(_excluded(row, request, line) for row in policy.exclusives),
        "diagnosis_not_valid": any(valid_on(diagnosis, request.service_date) is False for diagnosis in diagnoses),
    }


def primaries(request: AuthorizationRequest, line: ServiceLine, policy: CompiledPolicy) -> tuple[ServiceLine, ...]:
    """Return the lines of the request that carry an add-on line: its primaries on a side it shares; none for other codes."""
    wanted = {code for row in policy.add_ons if row.code == line.code for code in row.primaries}
    return tuple(other for other in request.lines if other.code in wanted and _meet(line, other))


def _alone(row: AddOn, request: AuthorizationRequest, line: ServiceLine) -> bool:
    return row.code == line.code and not any(other.code in row.primaries and _meet(line, other) for other in request.lines)


def _excluded(row: Exclusive, request: AuthorizationRequest, line: ServiceLine) -> bool:
    beside = (other for other in request.lines if other.number != line.number and other.code == row.beside)
    return row.returned == line.code and any(not row.same_side or _meet(line, other) for other in beside)


def _meet(line: ServiceLine, other: ServiceLine) -> bool:
    return sides_of(line.modifiers).meets(sides_of(other.modifiers))

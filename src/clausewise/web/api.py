"""The JSON interface under /api/v1: what can be done to a case, as `store.cases` offers it, and nothing more.

Who asks, for which tenant, and whether they may, was settled by the gate before any of this runs.  Every act has a key of the
caller's (`Idempotency-Key`) and, on a case that is there, the version the caller has seen (`If-Match`).
"""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from ninja import Header, NinjaAPI, Query
from ninja.errors import HttpError, ValidationError

from clausewise.files.kinds import FileKind
from clausewise.payer.stages import Stage
from clausewise.policy.case_file import Source
from clausewise.store import cases, files, reading
from clausewise.store.acting import Acting
from clausewise.store.cases import Seen
from clausewise.store.file_listing import files_of
from clausewise.store.writing import Answer
from clausewise.vocab.history import NotDone
from clausewise.vocab.problem import Problem
from clausewise.vocab.review import LineDecision
from clausewise.web import shapes
from clausewise.web.access import Permission, allowed
from clausewise.web.acting import acting_for, look_of, own_team
from clausewise.web.answers import PROBLEMS, TITLES, Refused, answer_of, done_answer, problems_answer
from clausewise.web.bodies import JSON_TYPE, StrictParser, evidence_sent, source_sent, too_large, wrong_type
from clausewise.web.case_files import file_answer, files_object
from clausewise.web.case_list import SIZE_MAX, SIZE_USUAL, list_object, page_for, place_of
from clausewise.web.case_shown import case_object, show_case
from clausewise.web.deciding import decisions_of
from clausewise.web.policies import policies_object
from clausewise.web.principal import case_of, principal_of
from clausewise.web.refusing import tell_refused
from clausewise.web.whose import accounts_here, team_here
from clausewise.wiring.start import now

FAULTY = frozenset(TITLES)
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=200, pattern=r"^[!-~]([ -~]*[!-~])?$")]
Version = Annotated[str, Header(alias="If-Match", pattern=r'^"[1-9][0-9]{0,8}"$')]


class Interface(NinjaAPI):
    """The interface, whose description names our problems as what they are."""

    def get_openapi_schema(self, **given: Any) -> Any:
        """Return the description: every refusal is one of problems, of their own media type."""
        described = super().get_openapi_schema(**given)
        for methods in described["paths"].values():
            for operation in methods.values():
                for status, response in operation["responses"].items():
                    if int(status) in FAULTY:
                        response["content"] = {PROBLEMS: response["content"]["application/json"]}
        return described


api = Interface(
    title="Clausewise",
    version="1",
    description="Cases in, determinations with their proof out. Unknown is never no; the program never denies.",
    urls_namespace="api",
    docs_url=None,
    parser=StrictParser(),
)
REFUSALS: dict[Any, Any] = {FAULTY: shapes.Problems}


def _files_body(what: str, also: tuple[str, ...]) -> dict[str, Any]:
    """Return how a body is described that is read by `bodies` and not by its shape."""
    kinds: dict[str, Any] = {"application/json": {"schema": {"type": "object", "description": what}}}
    kinds |= {kind: {"schema": {"type": "string" if "yaml" in kind else "object"}} for kind in also}
    return {"requestBody": {"required": True, "content": kinds}}


SUBMITTED = _files_body("A case file, or a request directory as `files`.", ("application/yaml", "multipart/form-data"))
EVIDENCE = _files_body("`files`, `facts`, or both.", ("multipart/form-data",))
SERVED = [kind.media_type for kind in FileKind if kind is not FileKind.HEIC]
CONTENT = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in SERVED}
FILE = {"responses": {200: {"description": "OK", "content": CONTENT}}}


# ---- cases -----------------------------------------------------------------------------------------------------------


TAKEN_IN = {201: shapes.ReceiptShape, **REFUSALS}


@api.post("/cases", url_name="cases", operation_id="submit", response=TAKEN_IN, openapi_extra=SUBMITTED)
def submit(request: HttpRequest, key: Key) -> HttpResponse:
    """Take in a request and determine it.  Repeated under the same key it is the same case, and the answer is the same bytes."""
    source: Source = source_sent(request)
    return done_answer(cases.submit(acting_for(request), source, key, own_team(request)), 201)


@api.get("/cases", url_name="cases", operation_id="list", response={200: shapes.ListShape, **REFUSALS})
def list_cases(
    request: HttpRequest,
    stage: Stage | None = None,
    after: Annotated[str, Query(max_length=100)] = "",
    size: Annotated[int, Query(ge=1, le=SIZE_MAX)] = SIZE_USUAL,
) -> HttpResponse:
    """List the cases that who asks may read, the one received last first."""
    page = page_for(principal_of(request), stage, place_of(after), size)
    return problems_answer(page.problems) if isinstance(page, NotDone) else answer_of(list_object(page, now()))


@api.get("/cases/{case}", url_name="case", operation_id="read", response={200: shapes.CaseShape, **REFUSALS})
def read_case(request: HttpRequest, case: UUID) -> HttpResponse:
    """Return a case with its clocks, its last determination with the proof, and every act.  `ETag` is its version."""
    shown = show_case(look_of(request))
    if isinstance(shown, NotDone):
        return problems_answer(shown.problems)
    return answer_of(case_object(shown), version=shown.history.version)


# ---- files -----------------------------------------------------------------------------------------------------------


@api.get("/cases/{case}/files", url_name="files", operation_id="files", response={200: shapes.FilesShape, **REFUSALS})
def list_files(request: HttpRequest, case: UUID) -> HttpResponse:
    """List the PDFs and photographs of a case: what they are and what the scanner says, not what is in them."""
    history = reading.read(principal_of(request).tenant, case_of(request).case)
    found = history if isinstance(history, NotDone) else files_of(history)
    return problems_answer(found.problems) if isinstance(found, NotDone) else answer_of(files_object(found))


@api.get("/cases/{case}/files/{uuid:file}", url_name="file", operation_id="file", response=REFUSALS, openapi_extra=FILE)
def open_file(request: HttpRequest, case: UUID, file: UUID) -> HttpResponse:
    """Return a file as it was rebuilt, never as it was sent.  That it was looked at, and by whom, is in the log."""
    handed = files.open_derivative(acting_for(request), file, case_of(request).case)
    return problems_answer(handed.problems) if isinstance(handed, NotDone) else file_answer(file, handed)


# ---- acts ------------------------------------------------------------------------------------------------------------


def _act(request: HttpRequest, version: str, work: Callable[[Acting, Seen], Answer]) -> HttpResponse:
    return done_answer(work(acting_for(request), Seen(case_of(request).case, int(version.strip('"')))))


def _post(name: str, **further: Any) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Return the decorator of an act: a POST below the case, named by what is done."""
    responses = {200: shapes.ReceiptShape, **REFUSALS}
    route: Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]] = api.post(
        f"/cases/{{case}}/{name}", url_name=name, operation_id=name, response=responses, **further
    )
    return route


@_post("evidence", openapi_extra=EVIDENCE)
def attach(request: HttpRequest, case: UUID, key: Key, version: Version) -> HttpResponse:
    """Add documents, or answers to facts.  A case that is not decided yet is then determined anew before it can be."""
    evidence = evidence_sent(request)
    return _act(request, version, lambda who, seen: cases.attach(who, seen, evidence, key))


@_post("determine")
def determine(request: HttpRequest, case: UUID, key: Key, version: Version) -> HttpResponse:
    """Determine the case again, from all that was sent so far."""
    return _act(request, version, lambda who, seen: cases.determine_again(who, seen, key))


@_post("complete")
def complete(request: HttpRequest, case: UUID, key: Key, version: Version) -> HttpResponse:
    """Record that the information needed to decide is there."""
    return _act(request, version, lambda who, seen: cases.complete(who, seen, key))


@_post("ask")
def ask(request: HttpRequest, case: UUID, key: Key, version: Version, asked: shapes.Asking) -> HttpResponse:
    """Record that these facts were asked for."""
    return _act(request, version, lambda who, seen: cases.ask(who, seen, asked.facts, key))


@_post("review")
def review(request: HttpRequest, case: UUID, key: Key, version: Version, said: shapes.Note) -> HttpResponse:
    """Record that a person reviewed the case, with the note they made."""
    return _act(request, version, lambda who, seen: cases.review(who, seen, said.note, key))


@_post("decide")
def decide(request: HttpRequest, case: UUID, key: Key, version: Version, said: shapes.Decisions) -> HttpResponse:
    """Record what was decided of every line.  Only a physician decides adversely, in their own name, with clause and rationale."""
    adverse = any(line.result != "approved" for line in said.lines)
    if adverse and not allowed(principal_of(request), Permission.CASE_DENY, case_of(request)):
        tell_refused(principal_of(request), case_of(request), (Permission.CASE_DENY,))
        raise PermissionDenied
    decisions: tuple[LineDecision, ...] = decisions_of(said, principal_of(request), now().date())
    return _act(request, version, lambda who, seen: cases.decide(who, seen, decisions, key))


@_post("notify")
def notify(request: HttpRequest, case: UUID, key: Key, version: Version, told: shapes.Told) -> HttpResponse:
    """Record that these recipients were told of the decision."""
    return _act(request, version, lambda who, seen: cases.notify(who, seen, told.recipients, key))


@_post("appeal")
def appeal(request: HttpRequest, case: UUID, key: Key, version: Version, said: shapes.Grounds) -> HttpResponse:
    """Record that the decision is appealed, and on what grounds."""
    return _act(request, version, lambda who, seen: cases.appeal(who, seen, said.grounds, key))


@_post("reopen")
def reopen(request: HttpRequest, case: UUID, key: Key, version: Version, said: shapes.Because) -> HttpResponse:
    """Record that the case is taken up again, and why."""
    return _act(request, version, lambda who, seen: cases.reopen(who, seen, said.reason, key))


@_post("close")
def close(request: HttpRequest, case: UUID, key: Key, version: Version) -> HttpResponse:
    """Record that nothing more is to be done."""
    return _act(request, version, lambda who, seen: cases.close(who, seen, key))


@_post("withdraw")
def withdraw(request: HttpRequest, case: UUID, key: Key, version: Version, said: shapes.Because) -> HttpResponse:
    """Record that whoever asked withdrew the request or the appeal, and why."""
    return _act(request, version, lambda who, seen: cases.withdraw(who, seen, said.reason, key))


@_post("assign")
def assign(request: HttpRequest, case: UUID, key: Key, version: Version, said: shapes.Assigning) -> HttpResponse:
    """Record that a team has the case from now on; with an empty name no team has it."""
    team = team_here(case_of(request).tenant, said.team)
    return _act(request, version, lambda who, seen: cases.assign(who, seen, team, key))


@_post("restrict")
def restrict(request: HttpRequest, case: UUID, key: Key, version: Version, said: shapes.Restricting) -> HttpResponse:
    """Record that only these accounts, and the privacy officer, see the case from now on; null ends the restriction."""
    named = None if said.accounts is None else accounts_here(case_of(request).tenant, said.accounts)
    return _act(request, version, lambda who, seen: cases.restrict(who, seen, named, key))


# ---- documents -------------------------------------------------------------------------------------------------------


@api.get("/policies", url_name="policies", operation_id="policies", response={200: shapes.PoliciesShape, **REFUSALS})
def list_policies(request: HttpRequest, on: date | None = None) -> HttpResponse:
    """List the documents in force on a day, by default today's."""
    return answer_of(policies_object(on or now().date()))


# ---- what is wrong ---------------------------------------------------------------------------------------------------


@api.exception_handler(Refused)
def told_refused(request: HttpRequest, fault: Refused) -> HttpResponse:
    """Tell why what was sent is not taken."""
    return problems_answer(fault.problems)


@api.exception_handler(HttpError)
def told_unread(request: HttpRequest, fault: HttpError) -> HttpResponse:
    """Tell why a body could not be read."""
    if isinstance(fault.__cause__, Refused):
        return problems_answer(fault.__cause__.problems)
    raise fault


@api.exception_handler(RequestDataTooBig)
def told_too_large(request: HttpRequest, fault: RequestDataTooBig) -> HttpResponse:
    """Tell that a body is too large."""
    return problems_answer((too_large(),))


@api.exception_handler(RawPostDataException)
def told_a_form(request: HttpRequest, fault: RawPostDataException) -> HttpResponse:
    """Tell that a form was sent where an object is taken."""
    return problems_answer((wrong_type(JSON_TYPE),))


@api.exception_handler(ValidationError)
def told_misfits(request: HttpRequest, fault: ValidationError) -> HttpResponse:
    """Tell what in a request does not have the shape that it should have; what was written there is not repeated."""
    return problems_answer(_misfit([str(part) for part in one["loc"]], one["type"], one["msg"]) for one in fault.errors)


def _misfit(place: list[str], kind: str, said: str) -> Problem:
    if kind == "missing" and place[-1] == "If-Match":
        help = 'Send the ETag of the case as you read it, such as If-Match: "3".'
        return Problem("CW926", "It is not said which version of the case was seen.", help=help)
    source, *inside = place
    name = ".".join(inside[1:] or inside) or source
    return Problem("CW920", f"`{name}` ({source}) does not fit: {said}.", help="The description of the interface has its shape.")

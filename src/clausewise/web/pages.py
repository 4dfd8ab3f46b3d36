"""The plain pages: the cases of a person, one case with its proof, and a form that takes in a request.  No script is needed."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from clausewise.payer.stages import Stage
from clausewise.payer.submission import CASE
from clausewise.policy.case_file import Source
from clausewise.render.deadline_rows import local_words
from clausewise.render.why_rows import words
from clausewise.store import cases
from clausewise.store.file_listing import files_of
from clausewise.store.listing import Listed
from clausewise.vocab.determination import Disposition
from clausewise.vocab.history import NotDone, Receipt
from clausewise.vocab.problem import Problem
from clausewise.web.access import Permission, allowed
from clausewise.web.acting import acting_for, look_of, own_team
from clausewise.web.answers import Refused, status_of
from clausewise.web.bodies import documents_sent, refuse_large
from clausewise.web.case_list import SIZE_USUAL, governing, page_for, place_of, written_place
from clausewise.web.case_page import SHORT, case_page, disposition_badge
from clausewise.web.case_shown import show_case
from clausewise.web.principal import principal_of
from clausewise.web.told import problems_page
from clausewise.web.whose_pages import whose_of
from clausewise.wiring.start import new_id, now

STAGES = tuple(stage for stage in Stage if stage is not Stage.NEW)


@dataclass(frozen=True, slots=True)
class Row:
    """A case in the list."""

    case: UUID
    short: str
    stage: str
    received: str
    due: str
    lines: tuple[tuple[int, str, str], ...]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the list of cases."""
    return redirect("case-list")


@require_safe
@never_cache
def case_list(request: HttpRequest) -> HttpResponse:
    """Show the cases that who asks may read, the one received last first."""
    chosen = request.GET.get("stage", "")
    stage = next((one for one in STAGES if one.value == chosen), None)
    try:
        found = page_for(principal_of(request), stage, place_of(request.GET.get("after", "")[:200]), SIZE_USUAL)
    except Refused as fault:
        return problems_page(request, fault.problems)
    if isinstance(found, NotDone):
        return problems_page(request, found.problems)
    given = {
        "rows": [_row(one) for one in found.cases],
        "next": written_place(found.next),
        "stage": stage.value if stage else "",
        "stages": [(one.value, words(one.value)) for one in STAGES],
        "may_submit": allowed(principal_of(request), Permission.CASE_SUBMIT),
    }
    return render(request, "clausewise/case_list.html", given)


def _row(one: Listed) -> Row:
    clock = governing(one, now())
    lines = tuple((line["line"], line["code"], disposition_badge(Disposition(line["disposition"]))) for line in one.answer["lines"])
    due, received = local_words(clock.due_local) if clock else "", f"{one.received_at:%Y-%m-%d %H:%M} UTC"
    return Row(one.case, str(one.case)[:SHORT], words(one.stage.value), received, due, lines)


@require_safe
@never_cache
def case(request: HttpRequest, case: UUID) -> HttpResponse:
    """Show a case: where it stands, its clocks, each line with its proof, what is missing, and who did what when."""
    shown = show_case(look_of(request))
    if isinstance(shown, NotDone):
        return problems_page(request, shown.problems)
    files = files_of(shown.history)
    if isinstance(files, NotDone):
        return problems_page(request, files.problems)
    page = case_page(shown, files)
    return render(request, "clausewise/case.html", {"page": page, "whose": whose_of(request, shown.history.version)})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new_case(request: HttpRequest) -> HttpResponse:
    """Show the form that takes in a case file with its documents, or take in what was sent with it and lead to the case."""
    if request.method != "POST":
        return _form(request, str(new_id()), "", ())
    text = ""
    try:
        refuse_large(request)
        key, text = request.POST.get("key", ""), request.POST.get("text", "")
        source = _source(request, text)
    except Refused as fault:
        return _form(request, str(new_id()), text, fault.problems)
    done = cases.submit(acting_for(request), source, key, own_team(request))
    if isinstance(done, Receipt):
        return redirect("case-page", case=done.case)
    assert isinstance(done, NotDone), "a new case has no earlier version"
    return _form(request, str(new_id()), text, done.problems)


def _source(request: HttpRequest, text: str) -> Source:
    """Return the case file of the form, with documents as a request directory."""
    file, documents = request.FILES.get("file"), documents_sent(request)
    content = file.read() if file else text.encode("utf-8", "surrogatepass")
    return Source("the request", files={CASE: content, **documents}) if documents else Source("the case file", content)


def _form(request: HttpRequest, key: str, text: str, problems: tuple[Problem, ...]) -> HttpResponse:
    given = {"key": key, "text": text, "problems": problems}
    return render(request, "clausewise/case_new.html", given, status=status_of(problems) if problems else 200)

"""What somebody entered and has not sent: kept on the server, so that a session that ends takes nothing with it.

A draft belongs to a person, a tenant, a case (or none) and a form, which is named by the route it is sent to.  It is sealed, and
taken away once its form was sent (`drop_draft`).
"""

import json
from uuid import UUID

from django.http import HttpRequest

from clausewise.accounts.sealing import sealed, unsealed
from clausewise.payer.submission import canonical
from clausewise.store.acting import for_tenant, reading_for
from clausewise.store.models import Draft
from clausewise.web.principal import principal_of
from clausewise.wiring.start import now

PURPOSE = "drafts"
NO_CASE = UUID(int=0)
NOT_KEPT = frozenset({"csrfmiddlewaretoken", "password", "code"})
LENGTH_MAX = 200_000
FORM_LENGTH_MAX = 80
Fields = dict[str, list[str]]  # each field with its values, in order


def keep_draft(request: HttpRequest, form: str = "") -> bool:
    """Keep what was sent as the draft of a form, by default of the route it was sent to; tell whether it was not too long."""
    fields = {name: list(values) for name, values in request.POST.lists() if name not in NOT_KEPT}
    written, place = canonical(fields), _place(request, form)
    if len(written) > LENGTH_MAX or len(str(place["form"])) > FORM_LENGTH_MAX:
        return False
    tenant = principal_of(request).tenant
    with for_tenant(tenant):
        rows = Draft.objects.of(tenant)
        rows.filter(**place).delete()
        Draft.objects.insert((Draft(tenant_id=tenant, **place, content=sealed(written, PURPOSE), at=now()),))
    return True


def draft_of(request: HttpRequest, form: str = "") -> Fields:
    """Return the draft of a form; empty where there is none, or none that can be read."""
    tenant = principal_of(request).tenant
    with reading_for(tenant):
        found = Draft.objects.of(tenant).filter(**_place(request, form)).values_list("content", flat=True).first()
    written = unsealed(found, PURPOSE) if found else None
    fields: Fields = json.loads(written) if written else {}
    return fields


def drop_draft(request: HttpRequest, form: str = "") -> None:
    """Take the draft of a form away; its content was sent."""
    tenant = principal_of(request).tenant
    with for_tenant(tenant):
        Draft.objects.of(tenant).filter(**_place(request, form)).delete()


def _place(request: HttpRequest, form: str) -> dict[str, UUID | str]:
    match = request.resolver_match
    assert match is not None, "the framework has found the view"
    access = getattr(request, "case_access", None)
    case = access.case if access is not None else NO_CASE
    return {"account": principal_of(request).account, "case": case, "form": form or match.view_name}

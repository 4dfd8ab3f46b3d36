"""Who acts, from a request that the gate let through."""

from django.http import HttpRequest

from clausewise.store.acting import Acting
from clausewise.store.looks import Look
from clausewise.web.access import PERMISSIONS, Permission
from clausewise.web.principal import case_of, principal_of
from clausewise.wiring.serving import documents
from clausewise.wiring.start import now
from clausewise.wiring.storing import acting


def acting_for(request: HttpRequest) -> Acting:
    """Return who acts: the account that asks, for its tenant, now."""
    principal = principal_of(request)
    return acting(principal.tenant, documents(), principal.account)


def look_of(request: HttpRequest) -> Look:
    """Return who looks at the case that the route is about, now."""
    principal = principal_of(request)
    return Look(principal.tenant, principal.account, case_of(request).case, now())


def own_team(request: HttpRequest) -> str:
    """Return the team of who submits, if they submit for one team only: the case is then its from the start."""
    teams = {duty.team for duty in principal_of(request).duties if Permission.CASE_SUBMIT in PERMISSIONS[duty.role]}
    return min(teams) if len(teams) == 1 else ""

"""Whoever is refused something about a case is told to the log of the tenant whose case it is."""

from collections.abc import Iterable

from clausewise.store.teams import CaseAccess
from clausewise.web.access import Permission
from clausewise.web.principal import Principal
from clausewise.wiring.refusals import record_refused


def tell_refused(principal: Principal, case: CaseAccess | None, lacking: Iterable[Permission]) -> None:
    """Enter in the log that somebody lacks all of these permissions for a case; where it is about no case nothing is entered."""
    if case is not None:
        record_refused(case.tenant, principal.account, case.case, " ".join(sorted(one.name for one in lacking)))

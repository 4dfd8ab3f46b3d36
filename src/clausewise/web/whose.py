"""Teams and accounts that somebody names, looked up among those there are: a case given to nobody would be lost from sight."""

from collections.abc import Iterable
from uuid import UUID

from clausewise.accounts.duties import names_of, teams_of
from clausewise.policy.case_tree import quoted
from clausewise.vocab.problem import Problem
from clausewise.web.answers import Refused


def team_here(tenant: UUID, team: str) -> str:
    """Return the name of a team that works for a tenant, or the empty one.

    Raises:
        Refused: nobody holds a role in it.
    """
    if team and team not in teams_of(tenant):
        help = "Look how it is written; a team is there once somebody holds a role in it (`clausewise account role --team`)."
        raise Refused(Problem("CW927", f"There is no team {quoted(team)} here.", help=help))
    return team


def accounts_here(tenant: UUID, accounts: Iterable[UUID]) -> frozenset[UUID]:
    """Return these accounts, each of which works for a tenant.

    Raises:
        Refused: one of them does not.
    """
    given = tuple(accounts)
    here = names_of(tenant)
    strangers = [Problem("CW927", f"No account {quoted(str(one))} works here.", help=_HELP) for one in given if one not in here]
    if strangers:
        raise Refused(*strangers)
    return frozenset(given)


def accounts_named(tenant: UUID, names: Iterable[str]) -> frozenset[UUID]:
    """Return the accounts of a tenant that sign in by these names.

    Raises:
        Refused: there is no such account, or none is named.
    """
    here = {name: account for account, name in names_of(tenant).items()}
    given = tuple(names)
    strangers = [Problem("CW927", f"No account {quoted(one)} works here.", help=_HELP) for one in given if one not in here]
    if strangers or not given:
        raise Refused(*strangers or (Problem("CW927", "No account is named.", help=_HELP),))
    return frozenset(here[one] for one in given)


_HELP = "Name accounts that hold a role here; `clausewise account role` gives one."

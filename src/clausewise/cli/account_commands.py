"""The commands `clausewise account`: accounts are opened, changed and ended here, and nowhere by whoever comes."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

account = typer.Typer(help="Open, change and end accounts: who may enter, in which roles.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The account.")]
OfTenant = Annotated[str, typer.Option("--tenant", metavar="NAME", help="The plan or clinic it works for.")]
InRole = Annotated[str, typer.Option("--role", metavar="ROLE", help="Such as intake, nurse_reviewer or physician.")]
InTeam = Annotated[str, typer.Option("--team", metavar="TEAM", help="For the cases of this team; else of every team.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Until this day; else without end.")]


@account.command("add")
def add_account(
    name: Name,
    tenant: OfTenant,
    role: InRole,
    team: InTeam = "",
    email: Annotated[str, typer.Option(metavar="ADDRESS", help="Also a name to sign in with.")] = "",
    password_file: Annotated[Path | None, typer.Option(metavar="FILE", help="Its password, in place of a link.")] = None,
) -> None:
    """Open an account in a role, and print the link by which its owner sets a password (once, within a day)."""
    from clausewise.cli.accounts import add

    raise typer.Exit(add(name, tenant, role, team, email, password_file))


@account.command("role")
def change_role(
    name: Name,
    tenant: OfTenant,
    role: InRole,
    team: InTeam = "",
    ends: Annotated[bool, typer.Option("--end", help="End the role in place of giving it.")] = False,
) -> None:
    """Give an account a role, or end it."""
    from clausewise.cli.accounts import end_role, give_role

    raise typer.Exit((end_role if ends else give_role)(name, tenant, role, team))


@account.command("invite")
def invite_again(name: Name, tenant: OfTenant) -> None:
    """Print a new link for somebody who lost password or second factor; both are set anew, and sessions end."""
    from clausewise.cli.accounts import invite

    raise typer.Exit(invite(name, tenant))


@account.command("end")
def end_account(name: Name, tenant: OfTenant) -> None:
    """End all that an account may do for a tenant, at once: roles, tokens, sessions."""
    from clausewise.cli.accounts import end

    raise typer.Exit(end(name, tenant))


@account.command("token")
def add_token(
    name: Name,
    tenant: OfTenant,
    role: InRole = "integration",
    days: Annotated[int, typer.Option(metavar="N", min=1, max=366, help="For so many days.")] = 90,
    ends: Annotated[bool, typer.Option("--end", help="Revoke all tokens of the account in place of making one.")] = False,
) -> None:
    """Print a token by which a program enters in a role of an account; nobody can show it again."""
    from clausewise.cli.accounts import add_token as added
    from clausewise.cli.accounts import end_tokens

    raise typer.Exit(end_tokens(name, tenant) if ends else added(name, tenant, role, days))


@account.command("licence")
def add_licence(
    name: Name,
    tenant: OfTenant,
    state: Annotated[str, typer.Option(metavar="STATE", help="Two letters, such as AR.")],
    number: Annotated[str, typer.Option(metavar="NUMBER", help="Its number.")],
    since: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], metavar="DATE", help="From this day on.")],
    until: Day = None,
) -> None:
    """Enter a physician's licence."""
    from clausewise.cli.accounts import add_licence as added

    days: tuple[date, date | None] = (since.date(), until.date() if until else None)
    raise typer.Exit(added(name, tenant, state, number, days))


@account.command("link")
def link_account(
    name: Name,
    tenant: OfTenant,
    provider: Annotated[str, typer.Option(metavar="ID", help="The provider, as its file names it.")],
    subject: Annotated[str, typer.Option(metavar="SUBJECT", help="How the provider names this person (`sub`).")],
) -> None:
    """Let the owner of an account sign in through a provider."""
    from clausewise.cli.accounts import link

    raise typer.Exit(link(name, tenant, provider, subject))

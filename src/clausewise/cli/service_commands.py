"""The commands that keep and serve cases.  Each imports what it needs only when it is called, so that none pays for another."""

from pathlib import Path
from typing import Annotated

import typer

from clausewise.cli.options import AsJson, Policies

store = typer.Typer(help="Keep cases: their tables, their history, their log.", no_args_is_help=True)
worker = typer.Typer(help="Do what cases leave to be done, and what recurs.", invoke_without_command=True)

OfTenant = Annotated[str, typer.Option("--tenant", metavar="NAME", help="Whose case it is.")]
BackupKey = Annotated[Path, typer.Option("--key", metavar="FILE", help="The key that seals backups; see `store key`.")]
NewBackup = Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="The backup; a file that is there is left alone.")]


@store.command("migrate")
def migrate_store() -> None:
    """Make the tables, or bring them to this release."""
    from clausewise.cli.storing import migrate

    raise typer.Exit(migrate())


@store.command("check")
def check_store() -> None:
    """Tell whether cases can be trusted to the database as it stands."""
    from clausewise.cli.storing import check

    raise typer.Exit(check())


@store.command("tenant")
def open_tenant(name: Annotated[str, typer.Argument(metavar="NAME", help="A plan or a clinic.")]) -> None:
    """Open a tenant, and print its id."""
    from clausewise.cli.storing import open_tenant as opened

    raise typer.Exit(opened(name))


@store.command("submit")
def submit_request(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A case file with one case, or a request folder.")],
    tenant: OfTenant,
    key: Annotated[str, typer.Option("--key", metavar="KEY", help="Under which this can be repeated; else a new one.")] = "",
    policies: Policies = None,
) -> None:
    """Take in a request, determine it, keep both, and print the receipt."""
    from clausewise.cli.storing import submit

    raise typer.Exit(submit(file, tenant, key, policies))


@store.command("attach")
def attach_files(
    case: Annotated[str, typer.Argument(metavar="CASE", help="The id that the receipt names.")],
    evidence: Annotated[list[str], typer.Argument(metavar="FILE...", help="Documents, PDFs, photographs, or `answers.yaml`.")],
    tenant: OfTenant,
    key: Annotated[str, typer.Option("--key", metavar="KEY", help="Under which this can be repeated; else a new one.")] = "",
    policies: Policies = None,
) -> None:
    """Add evidence to a case, and print the receipt."""
    from clausewise.cli.storing import attach

    raise typer.Exit(attach(case, evidence, tenant, key, policies))


@store.command("show")
def show_case(
    case: Annotated[str, typer.Argument(metavar="CASE", help="The id that the receipt names.")],
    tenant: OfTenant,
    replay: Annotated[bool, typer.Option("--replay", help="Make its determinations again, and compare.")] = False,
) -> None:
    """Print the history of a case, an act a line."""
    from clausewise.cli.storing import show

    raise typer.Exit(show(case, tenant, replay))


@store.command("checkpoint")
def sign_database(
    key: Annotated[Path, typer.Option(metavar="FILE", help="The secret key that signs.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Add the checkpoint to this file, elsewhere.")],
    follow: Annotated[bool, typer.Option("--follow", help="Go on, each minute and after each 1,000 entries.")] = False,
) -> None:
    """Verify the log of this database, and sign how far it goes."""
    from clausewise.cli.audit import sign_database as signed

    raise typer.Exit(signed(key, output, follow))


@store.command("ledger")
def write_ledger(
    file: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Write to this file.")],
    origin: Annotated[str, typer.Option(metavar="NAME", help="The log's name, such as plan.example/ledger.")] = "clausewise/ledger",
) -> None:
    """Write out the log, for `clausewise audit` and for a second place."""
    from clausewise.cli.storing import write_ledger as written

    raise typer.Exit(written(file, origin))


@worker.callback()
def work(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="End when nothing is due.")] = False,
    tenant: Annotated[str, typer.Option("--tenant", metavar="NAME", help="For this tenant alone, without other jobs.")] = "",
    policies: Policies = None,
) -> None:
    """Do what cases leave to be done, and what recurs, until stopped."""
    if context.invoked_subcommand:
        return
    from clausewise.cli.working import work as worked

    raise typer.Exit(worked(tenant, once, policies))


@worker.command("status")
def show_work(
    tenant: Annotated[str, typer.Option("--tenant", metavar="NAME", help="Of this tenant alone.")] = "",
    as_json: AsJson = False,
) -> None:
    """Tell what waits, what recurs, and what gave up."""
    from clausewise.cli.working import status

    raise typer.Exit(status(tenant, as_json))


@worker.command("retry")
def retry_work(
    tenant: Annotated[str, typer.Option("--tenant", metavar="NAME", help="Of this tenant alone.")] = "",
) -> None:
    """Try again what gave up."""
    from clausewise.cli.working import retry

    raise typer.Exit(retry(tenant))


@store.command("key")
def make_backup_key(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="The new key file.")],
) -> None:
    """Make the key that seals backups, in a file that only its owner can read."""
    from clausewise.cli.keeping import make_backup_key as made

    raise typer.Exit(made(output))


def backup(output: NewBackup, key: BackupKey) -> None:
    """Back up all cases while the service runs, into one sealed file."""
    from clausewise.cli.keeping import backup as backed_up

    raise typer.Exit(backed_up(output, key))


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    key: BackupKey,
    check: Annotated[bool, typer.Option("--check", help="Only read it to its end, and tell whether it is whole.")] = False,
) -> None:
    """Restore a backup into an empty place, whole or not at all."""
    from clausewise.cli.keeping import restore as restored

    raise typer.Exit(restored(file, key, check))


def upgrade(output: NewBackup, key: BackupKey) -> None:
    """Back up, bring the tables to this release, check them; if that fails, all is as before."""
    from clausewise.cli.keeping import upgrade as upgraded

    raise typer.Exit(upgraded(output, key))


def serve(
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Listen on this address.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="PORT", help="Listen on this port.", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(metavar="N", help="Processes that answer.", min=1)] = 1,
    without_worker: Annotated[bool, typer.Option("--without-worker", help="`clausewise worker` runs elsewhere.")] = False,
    demonstration: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Serve invented cases that are kept in this folder, with an account.")
    ] = None,
) -> None:
    """Serve the interface and the pages, and watch deadlines."""
    from clausewise.cli.serving import serve as served

    raise typer.Exit(served(host, port, workers, demonstration, with_worker=not without_worker))

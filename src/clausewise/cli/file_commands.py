"""The commands below `clausewise files`."""

from pathlib import Path
from typing import Annotated

import typer

files = typer.Typer(help="Files that are sent in: rebuilt, looked at by a scanner, sealed.", no_args_is_help=True)
OfTenant = Annotated[str, typer.Option("--tenant", metavar="NAME", help="Whose files they are.")]


@files.command("check")
def check_files(
    names: Annotated[list[str], typer.Argument(metavar="FILE...", help="PDFs and photographs.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write what was rebuilt of it.")] = None,
) -> None:
    """Rebuild files as if they were sent in, and tell what is left out; nothing is kept."""
    from clausewise.cli.filing import check

    raise typer.Exit(check(names, output))


@files.command("open")
def open_file(
    file: Annotated[str, typer.Argument(metavar="ID", help="The id that the receipt names.")],
    tenant: OfTenant,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Write to this new file.")],
) -> None:
    """Write what was rebuilt of a file to disk; who looked is in the log."""
    from clausewise.cli.filing import open_kept

    raise typer.Exit(open_kept(file, tenant, output))


@files.command("scan")
def scan_files(tenant: OfTenant) -> None:
    """Ask the scanner about every file that it has not looked at."""
    from clausewise.cli.filing import scan

    raise typer.Exit(scan(tenant))


@files.command("rewrap")
def rewrap_keys() -> None:
    """Wrap all patients' keys by the newest line of the key file."""
    from clausewise.cli.filing import rewrap

    raise typer.Exit(rewrap())

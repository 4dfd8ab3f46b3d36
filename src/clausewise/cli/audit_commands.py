"""The commands `clausewise audit`.  Each imports what it needs only when it is called, so that none pays for another."""

from pathlib import Path
from typing import Annotated

import typer

from clausewise.cli.options import AsJson

audit = typer.Typer(help="Verify the log, prove what stands in it, sign how far it goes.", no_args_is_help=True)

Log = Annotated[Path, typer.Argument(metavar="FILE", help="A log as it was exported (JSON Lines).")]


@audit.command("verify")
def verify_log(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="An exported log; without it, the log of this database.")
    ] = None,
    checkpoints: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Signed checkpoints that were kept elsewhere.")
    ] = None,
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="The public key that signed them; several, one a line.")] = None,
    history: Annotated[bool, typer.Option("--history", help="Without FILE: compare every act of every case with the log.")] = False,
    as_json: AsJson = False,
) -> None:
    """Walk a log from its first entry, and name the first bad one."""
    from clausewise.cli.audit import verify_database, verify_file

    verified = verify_file(file, checkpoints, key, as_json) if file else verify_database(checkpoints, key, history, as_json)
    raise typer.Exit(verified)


@audit.command("prove")
def prove_entry(
    file: Log,
    index: Annotated[int, typer.Argument(metavar="INDEX", help="The entry's number, from 0.")],
    size: Annotated[int | None, typer.Option(metavar="N", help="Prove it among the first N entries, else among all.")] = None,
    as_json: AsJson = False,
) -> None:
    """Prove that an entry stands in the log, by the hashes beside its way to the root."""
    from clausewise.cli.audit import prove

    raise typer.Exit(prove(file, index, size, as_json))


@audit.command("consistency")
def prove_consistency(
    file: Log,
    first: Annotated[int, typer.Argument(metavar="SIZE1", help="How many entries the older log had.")],
    second: Annotated[int, typer.Argument(metavar="SIZE2", help="How many the newer one has.")],
    as_json: AsJson = False,
) -> None:
    """Prove that the log of SIZE1 entries is the beginning of that of SIZE2."""
    from clausewise.cli.audit import prove_beginning

    raise typer.Exit(prove_beginning(file, first, second, as_json))


@audit.command("checkpoint")
def sign_checkpoint(
    file: Log,
    key: Annotated[Path, typer.Option(metavar="FILE", help="The secret key that signs.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Add the checkpoint to this file.")],
) -> None:
    """Sign how long the log is and what its root is, unless it parts from what was signed before."""
    from clausewise.cli.audit import add_checkpoint

    raise typer.Exit(add_checkpoint(file, key, output))


@audit.command("key")
def make_key(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="The secret key; FILE.pub is the public one.")],
    name: Annotated[str, typer.Option(metavar="NAME", help="The log's name, such as plan.example/ledger.")] = "clausewise/ledger",
) -> None:
    """Make a key that signs checkpoints, in a file that only its owner can read."""
    from clausewise.cli.audit import make_key_files

    raise typer.Exit(make_key_files(output, name))


# ---- storage ---------------------------------------------------------------------------------------------------------

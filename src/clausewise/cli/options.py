"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Policies = Annotated[Path | None, typer.Option("--policies", metavar="DIR", help="Folder of the authored documents.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]

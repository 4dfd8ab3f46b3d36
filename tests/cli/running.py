"""Running commands inside the test: what was printed, and the exit status."""

import json
from dataclasses import dataclass
from typing import Any

from typer.testing import CliRunner

from clausewise.cli.commands import app


@dataclass(frozen=True)
class Run:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The JSON objects printed, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


def run(*words: object, given: bytes | str | None = None) -> Run:
    """Run `clausewise` with these words; a fault of the program fails the test."""
    result = CliRunner().invoke(app, [str(word) for word in words], input=given, catch_exceptions=False)
    return Run(result.exit_code, result.stdout, result.stderr)

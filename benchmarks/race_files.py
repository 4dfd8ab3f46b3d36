"""The race policy and its cases, read from the folder that holds them."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

Case: TypeAlias = dict[str, Any]  # facts, code and line_of_business: what every engine is given
Node: TypeAlias = Mapping[str, Any]  # one of: fact, code in, line_of_business, not, all, any; with or without a clause

FOLDER = Path("../shared/bench")
POLICY, CASES = "race_policy.json", "race_cases.jsonl"
ROOTS = ("refer", "excluded", "met")
OUTCOMES = {"refer": 1, "excluded": 2, "met": 3}  # of a root that is true; the first that is unknown gives UNDECIDED
UNDECIDED, NOT_MET = 0, 4


@dataclass(frozen=True, slots=True)
class Race:
    """One policy, the cases to decide and the right outcome of each."""

    folder: Path
    roots: Mapping[str, Node]
    value_sets: Mapping[str, tuple[str, ...]]
    codes: tuple[str, ...]
    lines_of_business: tuple[str, ...]
    cases: tuple[Case, ...]
    outcomes: tuple[int, ...]


def add_folder_argument(parser: ArgumentParser) -> None:
    """Let a command be told where the race lies."""
    parser.add_argument("--bench", type=Path, default=FOLDER, help=f"folder of the race policy (default {FOLDER})")


def present(folder: Path) -> bool:
    """Tell whether the folder holds a race."""
    return (folder / POLICY).is_file() and (folder / CASES).is_file()


def read_race_or_exit(folder: Path) -> Race:
    """Read the race; where there is none, say so in one line and end with exit 2."""
    if not present(folder):
        wanted = f"{POLICY} and {CASES} are needed"
        print(f"There is no race in {folder}: {wanted}. Name their folder with --bench.", file=sys.stderr)
        raise SystemExit(2)
    return read_race(folder)


def read_race(folder: Path) -> Race:
    """Read the race; the outcome is taken out of each case, so that no engine sees it."""
    policy = json.loads((folder / POLICY).read_text(encoding="utf-8"))
    cases = [json.loads(row) for row in (folder / CASES).read_text(encoding="utf-8").splitlines()]
    outcomes = tuple(int(case.pop("outcome")) for case in cases)
    return Race(
        folder,
        policy["roots"],
        {name: tuple(codes) for name, codes in policy["value_sets"].items()},
        tuple(policy["codes"]),
        tuple(policy["lines_of_business"]),
        tuple(cases),
        outcomes,
    )

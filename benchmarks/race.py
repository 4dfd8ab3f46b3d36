"""The race: every engine decides the same cases, the answers are compared, then all are timed turn by turn.

Run with `python -m benchmarks.race`.  Exit 1 means that some engine answered wrongly, and nothing was timed.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from benchmarks import old_zen, ours
from benchmarks.peers import ZEN_EXPRESSION, ZEN_TRACE, closures, zen_bare_expression, zen_graphs, zen_version
from benchmarks.race_files import Race, add_folder_argument, read_race_or_exit
from benchmarks.timing import Contender, interleaved, machine, ratios, spread, verdict, wrong_answers

ROUNDS_LEAST = 7


@dataclass(frozen=True, slots=True)
class Goal:
    """How many times faster than a peer one of ours shall at least be."""

    ours: str
    peer: str
    times: float


GOALS = (
    Goal(ours.WITH_PROOF, ZEN_TRACE, 50),
    Goal(ours.WITH_PROOF, ZEN_EXPRESSION, 2),
    Goal(ours.DECISION, ZEN_EXPRESSION, 6),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the race and print it."""
    options = _options(arguments)
    race = read_race_or_exit(options.bench)
    with contenders(race) as field:
        if wrong := [line for contender in field if (line := _complaint(contender, race))]:
            print("\n".join(wrong), file=sys.stderr)
            return 1
        taken = interleaved(field, max(options.rounds, ROUNDS_LEAST))
    print(json.dumps(as_record(taken, race), indent=1) if options.json else "\n".join(as_table(taken, race)))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Race Clausewise against other engines on one policy.")
    add_folder_argument(parser)
    parser.add_argument("--rounds", type=int, default=ROUNDS_LEAST, help=f"at least {ROUNDS_LEAST}, the default")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args(arguments)


@contextmanager
def contenders(race: Race) -> Iterator[tuple[Contender, ...]]:
    """Everybody who races; zen's fastest release too where it can be installed."""
    started = old_zen.start(race)
    if isinstance(started, str):
        print(f"SKIPPED: zen {old_zen.FASTEST} does not race, it could not be installed: {started}", file=sys.stderr)
        started = ()
    try:
        yield (*ours.clausewise(race), *closures(race), zen_bare_expression(race), *zen_graphs(race), *started)
    finally:
        old_zen.stop(started)


def _complaint(contender: Contender, race: Race) -> str:
    wrong = wrong_answers(contender, race.outcomes)
    first = f"the first is case {wrong[0] + 1}" if wrong else ""
    return f"{contender.name} decides {len(wrong)} of {len(race.cases)} cases wrongly; {first}." if wrong else ""


def as_table(taken: Mapping[str, Sequence[float]], race: Race) -> list[str]:
    """Return the race for reading: time of each engine, how many times slower than ours it is, and the goals."""
    lines = [_title(taken, race), ""]
    lines.append(f"{'engine':36} {'us per case, median (spread)':30} {'/ ' + ours.DECISION:26} / with proof")
    for name, values in taken.items():
        against = [f"{ratios(taken, name, own):.1f}" for own in (ours.DECISION, ours.WITH_PROOF)]
        lines.append(f"{name:36} {f'{spread(values):.2f}':30} {against[0]:26} {against[1]}")
    return [*lines, "", *(_goal_line(taken, goal) for goal in GOALS)]


def _title(taken: Mapping[str, Sequence[float]], race: Race) -> str:
    rounds = len(next(iter(taken.values())))
    return f"{len(race.cases)} cases, answers equal, {rounds} rounds in turn. zen {zen_version()}, {machine()}."


def _goal_line(taken: Mapping[str, Sequence[float]], goal: Goal) -> str:
    found = ratios(taken, goal.peer, goal.ours)
    judged = verdict(found.median, goal.times, at_least=True)
    return f"{goal.ours} against {goal.peer}: {found:.1f} times faster, goal >= {goal.times:g}: {judged}"


def as_record(taken: Mapping[str, Sequence[float]], race: Race) -> dict[str, object]:
    """Return the race as plain values."""
    return {
        "machine": machine(),
        "zen": zen_version(),
        "cases": len(race.cases),
        "rounds": len(next(iter(taken.values()))),
        "microseconds_per_case": {name: asdict(spread(values)) for name, values in taken.items()},
        "goals": [_goal_record(taken, goal) for goal in GOALS],
    }


def _goal_record(taken: Mapping[str, Sequence[float]], goal: Goal) -> dict[str, object]:
    found = ratios(taken, goal.peer, goal.ours)
    return {**asdict(goal), "found": asdict(found), "verdict": verdict(found.median, goal.times, at_least=True)}


if __name__ == "__main__":
    raise SystemExit(main())

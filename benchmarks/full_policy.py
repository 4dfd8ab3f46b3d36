"""The full AR.CP.MP.31, readings and ladder and all, on the lines of example cases, beside zen's bare expression.

Run with `python -m benchmarks.full_policy`.  The ladder is climbed from the plain facts of each line, coding facts worked out
before; every answer is compared with the slow way (all registers, then the ladder) before anything is timed.  What stands
beside it in the same run is zen's bare expression on the race policy, which is a tenth of the size and has no ladder.
Exit 1 means that an answer differed, and nothing was timed.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.documents import POLICY, compiled_or_exit, read_library
from benchmarks.peers import ZEN_EXPRESSION, zen_bare_expression, zen_version
from benchmarks.race_files import add_folder_argument, read_race_or_exit
from benchmarks.timing import Contender, InProcess, interleaved, machine, ratios, spread, verdict, wrong_answers
from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.shelf import CompiledLibrary
from clausewise.decide.coding import coding_facts
from clausewise.decide.context import line_context
from clausewise.decide.determine import ASK, Assessors, determine
from clausewise.decide.findings import climbed, find
from clausewise.decide.quick import QuickLadder
from clausewise.decide.reads import LINE
from clausewise.payer.intake import read_requests
from clausewise.policy.case_file import read_cases
from clausewise.vocab.request import AuthorizationRequest, FactValue, ServiceLine

CASES = Path("../shared/cases/cases.yaml")
SERVICE_DATE = date(2026, 4, 1)
ROUNDS_LEAST = 7
LADDER, LADDER_PROOF = "ladder, decision alone", "ladder with minimal proof"
EVERY_REGISTER = "every register, then the ladder"
DETERMINE = "determine, the whole record"
GOAL = 1.0


class Line(NamedTuple):
    """A line of a case: its request, and its facts as the ladder reads them."""

    request: AuthorizationRequest
    line: ServiceLine
    facts: Mapping[str, FactValue]


def main(arguments: Sequence[str] | None = None) -> int:
    """Time the full policy and print it."""
    options = _options(arguments)
    race = read_race_or_exit(options.bench)
    policy = compiled_or_exit(CompiledLibrary(read_library()), SERVICE_DATE)
    lines = read_lines_or_exit(options.cases, policy)
    expected = [slow_step(line, policy) for line in lines]
    field: tuple[InProcess, ...] = contenders(policy, lines)
    for contender in field:
        if wrong := wrong_answers(contender, expected):
            print(f"{contender.name} ends at another step on {len(wrong)} of {len(lines)} lines.", file=sys.stderr)
            return 1
    everybody: tuple[Contender, ...] = (*field, whole_record(policy, lines), zen_bare_expression(race))
    taken = interleaved(everybody, max(options.rounds, ROUNDS_LEAST))
    print(json.dumps(as_record(taken, len(lines)), indent=1) if options.json else "\n".join(as_table(taken, len(lines))))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time the full policy on example cases.")
    add_folder_argument(parser)
    parser.add_argument("--cases", type=Path, default=CASES, help=f"file of cases (default {CASES})")
    parser.add_argument("--rounds", type=int, default=ROUNDS_LEAST, help=f"at least {ROUNDS_LEAST}, the default")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args(arguments)


def read_lines_or_exit(file: Path, policy: CompiledPolicy) -> list[Line]:
    """Read the lines that the plan's policy judges; where there are none, say so in one line and end with exit 2."""
    if not file.is_file():
        print(f"There are no cases at {file}. Name a file of cases with --cases.", file=sys.stderr)
        raise SystemExit(2)
    requests, _ = read_requests(read_cases(file.read_bytes(), file.name)[0], policy.facts)
    return [plain_line(request, line, policy) for request in requests if request.assessor == "plan" for line in request.lines]


def plain_line(request: AuthorizationRequest, line: ServiceLine, policy: CompiledPolicy) -> Line:
    """Put what the ladder reads of a line into one mapping."""
    coding = coding_facts(request, line, policy, _validity)
    facts: dict[str, Any] = {**request.facts, **line.facts, **coding}
    context = line_context(request, line, policy).with_facts(dict(facts))
    beside: dict[str, Any] = {"service_date": request.service_date, LINE: lambda: context}
    documents: dict[str, Any] = {} if request.documents is None else {"documents": request.documents}
    return Line(request, line, {**facts, **beside, **documents})


def _validity(diagnosis: str, on: date) -> None:
    """Diagnosis tables are not what is timed here: no validity is known."""


def slow_step(line: Line, policy: CompiledPolicy) -> int:
    """Return the step of the ladder at which a line ends, found from every register."""
    context = line_context(line.request, line.line, policy)
    return climbed(find(context, coding_facts(line.request, line.line, policy, _validity)), policy.steps, ASK).step


def contenders(policy: CompiledPolicy, lines: Sequence[Line]) -> tuple[InProcess, ...]:
    """Return the quick ladder, alone and with its proof, and the slow way."""
    ladder = QuickLadder(policy, ASK)

    def decide(line: Line) -> Any:
        return ladder.decide(line.line.code, line.facts)

    def decide_with_proof(line: Line) -> Any:
        return ladder.decide_and_prove(line.line.code, line.facts)

    return (
        InProcess(LADDER, decide, lambda climb: int(climb.step), lines),
        InProcess(LADDER_PROOF, decide_with_proof, lambda answer: int(answer.climb.step), lines),
        InProcess(EVERY_REGISTER, lambda line: slow_step(line, policy), int, lines),
    )


def whole_record(policy: CompiledPolicy, lines: Sequence[Line]) -> InProcess:
    """Return the main job: the record with clause states, missing facts and the proof as people read it; no outcome compared."""
    now, assessors = datetime.now(UTC), Assessors(policy, None)
    alone = [(line.request, len(line.request.lines)) for line in lines if line.line.number == 1]
    requests = [request for request, lines_of_it in alone if lines_of_it == 1]

    def decide(request: AuthorizationRequest) -> Any:
        return determine(request, assessors, now, _validity)

    return InProcess(DETERMINE, decide, len, requests)


def as_table(taken: Mapping[str, Sequence[float]], lines: int) -> list[str]:
    """Return the figures for reading, with how many times faster zen's expression is than each."""
    rounds = len(next(iter(taken.values())))
    head = f"{POLICY}, {lines} lines, {rounds} rounds in turn. zen {zen_version()} on the race policy, {machine()}."
    rows = [head, "", f"{'what':36} {'us per line, median (spread)':34} zen's time / this"]
    for name, values in taken.items():
        rows.append(f"{name:36} {f'{spread(values):.2f}':34} {ratios(taken, ZEN_EXPRESSION, name):.2f}")
    found = ratios(taken, ZEN_EXPRESSION, LADDER_PROOF)
    judged = verdict(found.median, GOAL, at_least=True)
    return [*rows, "", f"{LADDER_PROOF} against {ZEN_EXPRESSION}: {found:.2f} times faster, goal >= {GOAL:g}: {judged}"]


def as_record(taken: Mapping[str, Sequence[float]], lines: int) -> dict[str, object]:
    """Return the figures as plain values."""
    found = ratios(taken, ZEN_EXPRESSION, LADDER_PROOF)
    return {
        "machine": machine(),
        "zen": zen_version(),
        "lines": lines,
        "microseconds_per_line": {name: asdict(spread(values)) for name, values in taken.items()},
        "goal": {"times": GOAL, "found": asdict(found), "verdict": verdict(found.median, GOAL, at_least=True)},
    }


if __name__ == "__main__":
    raise SystemExit(main())

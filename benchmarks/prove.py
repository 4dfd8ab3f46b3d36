"""How long the full verification of AR.CP.MP.31 takes, all kinds of finding, cases shrunk and replayed, with Z3 loaded before."""

import statistics
import sys
import time

import z3

from benchmarks.documents import POLICY, read_library
from clausewise.compiler.shelf import Refused, linked_documents
from clausewise.prove.report import prove
from clausewise.prove.subject import subject_of

RUNS = 7
GOAL_S = 1.5


def main() -> None:
    """Print the median and the spread of some runs, with the number of findings."""
    library = read_library()
    day = library.document(POLICY).in_force.first
    assert day is not None
    linked, problems = linked_documents(library.as_of(day), POLICY, day)
    if linked is None:
        print(f"{POLICY} cannot be linked: {problems[0].message}.", file=sys.stderr)
        raise SystemExit(2)
    seconds: list[float] = []
    findings = 0
    for _ in range(RUNS):
        begun = time.perf_counter()
        subject = subject_of(linked)
        assert not isinstance(subject, Refused)
        findings = len(prove(subject).findings)
        seconds.append(time.perf_counter() - begun)
    print(f"{POLICY}, {findings} findings, Z3 {z3.get_version_string()}, {RUNS} runs; goal under {GOAL_S} s")
    print(f"{statistics.median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f})")


if __name__ == "__main__":
    main()

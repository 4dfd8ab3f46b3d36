"""A million simulated cases under the eyes of workers that are killed and restarted: nothing missed, doubled or untrue.

`python -m tests.soak.deadline_lives [--cases N] [--from N] [--processes N]`
"""

import argparse
import sys
import time
from collections import Counter
from multiprocessing import Pool

from tests.unit.payer.lives import drawn, live

CHUNK, SHOWN = 2_000, 10


def lived(first: int) -> tuple[Counter[str], list[str]]:
    """Let a chunk of cases live; return what was counted, and the faults with the numbers of their lives."""
    counted: Counter[str] = Counter()
    faults: list[str] = []
    for number in range(first, first + CHUNK):
        watched = live(drawn(number))
        counted.update(kind.value for _, kind, _ in watched.known)
        counted.update(cases=1, looks=watched.looks, killed=watched.killed, routed=watched.routed)
        faults += [f"life {number}: {fault}" for fault in watched.faults]
    return counted, faults


def main() -> int:
    """Run, print the figures, and return the exit status: 1 where a fault was found."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    options.add_argument("--cases", type=int, default=1_000_000)
    options.add_argument("--from", type=int, default=0, dest="first")
    options.add_argument("--processes", type=int, default=2)
    chosen = options.parse_args()
    began, total, faults = time.perf_counter(), Counter[str](), list[str]()
    with Pool(chosen.processes) as pool:
        for counted, found in pool.imap_unordered(lived, range(chosen.first, chosen.first + chosen.cases, CHUNK)):
            total += counted
            faults += found
    spent = time.perf_counter() - began
    print(f"{total['cases']} cases in {spent:.0f} s: {total['looks']} looks, {total['killed']} killed before they committed")
    print(f"noticed: {total['warned']} warned, {total['waited']} waited, {total['passed']} passed")
    print(f"sent to a physician for lack of information: {total['routed']}")
    print(f"missed, doubled or untrue: {len(faults)}")
    print("\n".join(faults[:SHOWN]), end="\n" if faults else "")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())

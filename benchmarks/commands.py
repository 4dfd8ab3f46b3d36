"""How long a person waits: whole processes, and reading, compiling, fetching and routing policies.

Run with `python -m benchmarks.commands`.  Each figure stands beside its goal.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from benchmarks.documents import POLICY, compiled_or_exit, read_files
from benchmarks.timing import Spread, machine, repeated, spread, verdict
from clausewise.compiler.cache import freeze
from clausewise.compiler.route import route
from clausewise.compiler.shelf import CompiledLibrary
from clausewise.policy.library import Library

SERVICE_DATE = date(2026, 4, 1)
PROCESSES, REPEATS, ROUTINGS, POLICIES = 15, 15, 20_000, 1_000
CASE = """id: one
plan: qualchoice
line_of_business: commercial
state: AR
funding: insured
service_date: 2026-04-01
facts: {structure: abnormal, cause: trauma, aim: function, functional_impairment: true, conservative_therapy: failed}
lines:
- code: "15830"
"""
COLD = """
import time
from datetime import date
from benchmarks.documents import POLICY, read_files
from clausewise.compiler.check import check
from clausewise.compiler.compile import compile_policy
from clausewise.compiler.shelf import linked_documents
from clausewise.policy import read
from clausewise.policy.library import Library
began = time.perf_counter()
linked, problems = linked_documents(Library(read_files()), POLICY, date(2026, 4, 1))
compiled, faults = compile_policy(linked)
read_and_compiled = time.perf_counter() - began
check(linked)
print(read_and_compiled, time.perf_counter() - began)
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured in seconds, and the goal it shall stay under."""

    what: str
    seconds: Spread
    goal: float

    def line(self) -> str:
        """Return the figure as a table has it."""
        scale, unit = (1e6, "us") if self.goal < 1e-3 else (1e3, "ms")
        shown = Spread(*(scale * value for value in (self.seconds.median, self.seconds.least, self.seconds.most)))
        judged = verdict(self.seconds.median, self.goal, at_least=False)
        return f"{self.what:58} {f'{shown:.2f} {unit}':38} goal < {scale * self.goal:g} {unit}: {judged}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description="Time the commands and the compiler.")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args(arguments)
    found = list(figures())
    if options.json:
        print(json.dumps({"machine": machine(), "figures": [asdict(figure) for figure in found]}, indent=1))
    else:
        print("\n".join([f"{machine()}.", "", *(figure.line() for figure in found)]))
    return 0


def figures() -> Iterator[Figure]:
    """Yield every figure, measured as it is asked for."""
    with tempfile.TemporaryDirectory() as folder:
        case = Path(folder) / "case.yaml"
        case.write_text(CASE, encoding="utf-8")
        yield Figure("clausewise determine, one case, whole process", processes("determine", str(case)), 0.35)
    yield Figure("clausewise --help, whole process", processes("--help"), 0.25)
    compiled, checked = cold()
    yield Figure(f"{POLICY} read and compiled, new process, modules there", compiled, 0.150)
    yield Figure("the same and checked, as a first use does it", checked, 0.300)
    yield from from_cache()


def processes(*words: str) -> Spread:
    """Return how long the command takes from start to end; run once before, so that files and cache are warm."""
    command = [str(Path(sys.executable).with_name("clausewise")), *words]
    _run_or_exit(command)
    return repeated(lambda: subprocess.run(command, capture_output=True), PROCESSES)


def cold() -> tuple[Spread, Spread]:
    """Return how long reading and compiling takes in a process that has not read anything yet, and with checking after it."""
    taken = [_run_or_exit([sys.executable, "-c", COLD]).split() for _ in range(REPEATS)]
    compiled, checked = ([float(one[which]) for one in taken] for which in (0, 1))
    return spread(compiled), spread(checked)


def _run_or_exit(command: list[str]) -> str:
    """Run a command; where it fails, say so in one line and end with exit 2."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
        print(f"{Path(command[0]).name} {command[1]} failed: {said[-1]}", file=sys.stderr)
        raise SystemExit(2)
    return done.stdout


class OneForAll(dict[str, bytes]):
    """A cache that holds the same compiled policy under every name."""

    def __init__(self, folder: Path, content: bytes) -> None:
        super().__init__()
        self._file = folder / "compiled"
        self._file.write_bytes(content)

    def __missing__(self, name: str) -> bytes:
        """Read the entry from disk, as a cache does."""
        return self._file.read_bytes()

    def get(self, name: str, default: object = None) -> bytes:
        """Read the entry from disk, as a cache does."""
        return self[name]


def from_cache() -> Iterator[Figure]:
    """Yield what it takes to fetch one policy, a thousand of its size, and to route a line."""
    files = read_files()
    content = freeze(compiled_or_exit(CompiledLibrary(Library(files)), SERVICE_DATE))
    with tempfile.TemporaryDirectory() as folder:
        cache = OneForAll(Path(folder), content)
        yield Figure(f"{POLICY} from the cache, documents at hand", repeated(_fetch(files, cache, [POLICY]), REPEATS), 0.005)
        many, names = multiplied(files)
        yield Figure(f"{POLICIES} policies of that size from the cache", repeated(_fetch(many, cache, names), 3), 2.0)
    library = Library(many)
    route(library, "qualchoice", "15830", SERVICE_DATE)  # the first look-up makes the table
    routed = repeated(lambda: [route(library, "qualchoice", "15830", SERVICE_DATE) for _ in range(ROUTINGS)], REPEATS)
    each = Spread(*(seconds / ROUTINGS for seconds in (routed.median, routed.least, routed.most)))
    yield Figure(f"one line routed among {POLICIES} policies", each, 2e-6)


def _fetch(files: dict[str, bytes], cache: MutableMapping[str, bytes], names: list[str]) -> Callable[[], object]:
    def fetch() -> None:
        library = CompiledLibrary(Library(files), cache)
        for name in names:
            library.policy(name, SERVICE_DATE)

    return fetch


def multiplied(files: dict[str, bytes]) -> tuple[dict[str, bytes], list[str]]:
    """Return the documents with a thousand copies of the policy under ids of their own, for other plans but the first."""
    own = next(path for path in files if f"document: {POLICY}\n".encode() in files[path])
    names = [POLICY, *(f"COPY.{number:04}" for number in range(1, POLICIES))]
    folder = Path(own).parent
    copies = {
        (folder / f"{name}.md").as_posix(): files[own]
        .replace(f"document: {POLICY}\n".encode(), f"document: {name}\n".encode(), 1)
        .replace(b"plans: qualchoice,", f"plans: plan_{name.lower().replace('.', '_')},".encode(), 1)
        for name in names[1:]
    }
    return {**files, **copies}, names


if __name__ == "__main__":
    raise SystemExit(main())

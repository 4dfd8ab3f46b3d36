"""zen's fastest release, in an environment and a process of its own, so that both releases stand in one race."""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers import ZEN_GRAPH, ZEN_TRACE, zen_graphs
from benchmarks.race_files import Race, read_race

FASTEST = "0.37.1"
ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = ROOT / "benchmarks" / ".peers" / f"zen-{FASTEST}"
INSTALL_SECONDS_MAX = 120
CHILD = "from benchmarks.old_zen import serve; serve()"


@dataclass(frozen=True, slots=True)
class OldZen:
    """One of the contenders in the other process; asked line by line, answering in JSON."""

    name: str
    within: str  # what the contender is called over there
    size: int
    process: "subprocess.Popen[str]"

    def outcomes(self) -> list[int]:
        """Decide every case once and return the outcomes."""
        return [int(outcome) for outcome in json.loads(self._ask(0))]

    def seconds(self, passes: int) -> float:
        """Return how long it takes there to decide all cases so many times."""
        return float(self._ask(passes))

    def _ask(self, passes: int) -> str:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps([self.within, passes]) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()


def start(race: Race) -> tuple[OldZen, ...] | str:
    """Start the process and return its contenders, or the reason why there is none."""
    python = ENVIRONMENT / "bin" / "python"
    if reason := _prepare(python):
        return reason
    process = subprocess.Popen(
        [python, "-c", CHILD, race.folder.resolve()], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    names = {f"zen {FASTEST} {name.removeprefix('zen ')}": name for name in (ZEN_GRAPH, ZEN_TRACE)}
    return tuple(OldZen(name, within, len(race.cases), process) for name, within in names.items())


def stop(contenders: Iterable[OldZen]) -> None:
    """End the process; it ends by itself when nobody can ask any more."""
    for contender in contenders:
        if contender.process.stdin:
            contender.process.stdin.close()
        contender.process.wait(timeout=10)


def _prepare(python: Path) -> str:
    """Make the environment where it is missing; return why that was not possible, or nothing."""
    if _runs(python):
        return ""
    try:
        _run(sys.executable, "-m", "venv", str(ENVIRONMENT))
        _run(str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check", f"zen-engine=={FASTEST}")
    except subprocess.CalledProcessError as failed:
        return f"{failed.stderr or failed.stdout}".strip().splitlines()[-1]
    except (OSError, subprocess.TimeoutExpired) as failed:
        return str(failed)
    return "" if _runs(python) else "it was installed but cannot be imported"


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=INSTALL_SECONDS_MAX)


def _runs(python: Path) -> bool:
    return python.exists() and subprocess.run([python, "-c", "import zen"], capture_output=True).returncode == 0


def serve() -> None:
    """Answer line by line: a name and a number of passes; without passes the outcomes, else the seconds taken."""
    contenders = {contender.name: contender for contender in zen_graphs(read_race(Path(sys.argv[1])))}
    for line in sys.stdin:
        name, passes = json.loads(line)
        contender = contenders[name]
        print(json.dumps(contender.seconds(passes) if passes else contender.outcomes()), flush=True)

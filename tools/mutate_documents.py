"""Change the bundled documents in one place at a time, and see whether the golden cases notice.

    python -m tools.mutate_documents [--document PATH ...] [--cases PATH ...] [--list] [--finer] [--shared] [--jobs 2]

A mutant is killed by the checker (reader, compiler or checker finds an error), by a golden case that comes out otherwise than it
expects, or else by the page on traceability, which loses a place.  What survives, and is not listed in `equivalent_mutants.txt`
with the reason why it changes nothing, is a sentence of a document that nothing watches over: then the exit status is 1.
Only the cases of the repository count; `--shared` tells how many the shared cases beside the checkout would kill by themselves.
"""

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, fields
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from clausewise.compiler.check import check_library
from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.shelf import CompiledLibrary, Refused, linked_documents
from clausewise.policy.library import ASSESSOR_KINDS, Library, plans_of
from clausewise.vocab.document import PolicyDocument
from clausewise.vocab.problem import Problem, has_errors
from tools.golden import A_DAY, Golden, Ready, day_of, differences, goldens_of_file, make_ready, routes, words_in
from tools.mutants import Mutant, answers_of, mutants_of
from tools.write_traceability import places

ROOT = Path(__file__).resolve().parents[1]
POLICIES = ROOT / "policies"
SHARED = ROOT.parent / "shared" / "cases" / "cases.yaml"
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.txt")
CHECKER, TRACES, FAULT = "checker", "traces", "fault"
RECENT_MAX = 4

Files = Mapping[str, bytes]
Known = dict[tuple[str, bytes], tuple[PolicyDocument, tuple[Problem, ...]]]


class Bench(Library):
    """A library that reads each text once, however many libraries hold it."""

    def __init__(self, files: Files, known: Known) -> None:
        super().__init__(files)
        self._known = known

    def document(self, name: str) -> PolicyDocument:
        """Return a document by id."""
        return self._at(name)[0]

    def problems(self, name: str) -> tuple[Problem, ...]:
        """Return the problems that reading a document found."""
        return self._at(name)[1]

    def _at(self, name: str) -> tuple[PolicyDocument, tuple[Problem, ...]]:
        shelf = self.by_id[name]
        place = shelf.path, shelf.fingerprint.encode()
        if place not in self._known:
            self._known[place] = super().document(name), super().problems(name)
        return self._known[place]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant: the checker, the page on traceability or the case that killed it, or the empty text."""

    mutant: Mutant
    killer: str
    said: str = ""
    shared: bool = False

    @property
    def fate(self) -> str:
        """The column of the report the mutant is counted in."""
        return self.killer if self.killer in ("", CHECKER, TRACES, FAULT) else "cases"


@dataclass
class Court:
    """The documents and golden cases of one process, before which mutants are brought."""

    files: Files
    goldens: Sequence[Golden]
    with_shared: bool = False
    known: Known = field(default_factory=dict)
    recent: list[str] = field(default_factory=list)
    essences: dict[tuple[str, date], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.library = Bench(self.files, self.known)
        self.unchanged = CompiledLibrary(self.library)
        self.ready = {golden.name: make_ready(golden, self.library) for golden in self.goldens}
        self.speaking_of: dict[str, list[str]] = {}
        for golden in self.goldens:
            for word in golden.words:
                self.speaking_of.setdefault(word, []).append(golden.name)
        self.days = sorted({day for golden in self.goldens if (day := day_of(golden))})
        self.speaking = {
            shelf.id: frozenset(file.path for other in self.library.together(shelf.id) for file in other.files)
            for shelf in self.library.of_kind(*ASSESSOR_KINDS)
        }

    def failing(self) -> Iterator[str]:
        """Yield what is wrong before anything is changed."""
        compiled = CompiledLibrary(self.library)
        for name, ready in self.ready.items():
            said = differences(ready, compiled) if isinstance(ready, Ready) else (problem.message for problem in ready)
            yield from (f"{name}: {one}" for one in said)

    def try_mutant(self, mutant: Mutant) -> Verdict:
        """Bring one mutant before the checker, the cases (those first that killed lately) and the page on traceability."""
        files, known = {**self.files, mutant.path: mutant.text.encode()}, self.known.copy()
        compiled = CompiledLibrary(Bench(files, known))
        try:
            return self._tried(mutant, compiled)
        except Exception as fault:  # a mutant may be a document nobody foresaw; what breaks the program is told apart
            checked = self._last_resort(mutant.path, compiled.library) == CHECKER
            return Verdict(mutant, CHECKER if checked else FAULT, f"{type(fault).__name__}: {fault}")

    def _tried(self, mutant: Mutant, compiled: CompiledLibrary) -> Verdict:
        library = compiled.library
        policies = [name for name, paths in self.speaking.items() if mutant.path in paths]
        if any(name in library.by_id and isinstance(compiled.policy(name, A_DAY), Refused) for name in policies):
            return Verdict(mutant, CHECKER)
        afresh = self._declares_otherwise(policies, library)
        if not afresh and self._compiles_alike(policies, compiled):
            return Verdict(mutant, self._last_resort(mutant.path, library))
        own = [golden for golden in self.goldens if set(policies) & set(golden.policies) and not golden.shared]
        shared = self.with_shared and bool(self._killer([one for one in self.goldens if one.shared], compiled, afresh, mutant)[0])
        killer, said = self._killer(own, compiled, afresh, mutant)
        if not killer:
            killer = self._last_resort(mutant.path, library)
        return Verdict(mutant, killer, said, shared)

    def _declares_otherwise(self, policies: Sequence[str], library: Library) -> bool:
        """Tell whether cases must be read afresh: the facts with their answers, or the plans, are not what they were."""
        return any(declared(library, name) != declared(self.library, name) for name in policies)

    def _compiles_alike(self, policies: Sequence[str], compiled: CompiledLibrary) -> bool:
        """Tell whether nothing can come out otherwise: the same programs on every day that a case asks for, and the same routes."""
        for day in (A_DAY, *self.days):
            for name in policies:
                if (name, day) not in self.essences:
                    self.essences[name, day] = essence(self.unchanged.policy(name, day))
                if essence(compiled.policy(name, day)) != self.essences[name, day]:
                    return False
        return all(routes(golden, compiled.library) == golden.policies for golden in self.goldens)

    def _killer(self, goldens: Sequence[Golden], compiled: CompiledLibrary, afresh: bool, mutant: Mutant) -> tuple[str, str]:
        for golden in sorted(goldens, key=self._rank(mutant)):
            ready = make_ready(golden, compiled.library) if afresh else self.ready[golden.name]
            said = next(differences(ready, compiled), None) if isinstance(ready, Ready) else ready[0].message
            if said is not None:
                self.recent = [golden.name, *(name for name in self.recent if name != golden.name)][:RECENT_MAX]
                return golden.name, said
        return "", ""

    def _rank(self, mutant: Mutant) -> Callable[[Golden], float]:
        """Return the order in which cases are tried: those that killed lately, then those that speak of what was changed."""
        line = self.files[mutant.path].decode().split("\n")[mutant.line - 1]
        weight: Counter[str] = Counter()
        for word in words_in(f"{mutant.label} {mutant.change} {line}"):
            speaking = self.speaking_of.get(word, ())
            for name in speaking:
                weight[name] += 1 / len(speaking)  # type: ignore[assignment]  # a Counter of fractions
        lately = {name: len(self.recent) - place for place, name in enumerate(self.recent)}
        return lambda golden: -lately.get(golden.name, 0) - weight[golden.name]

    def _last_resort(self, path: str, library: Library) -> str:
        shelf = next((one for one in library.by_id.values() if one.path == path), None)
        before = next((one.id for one in self.library.by_id.values() if one.path == path), "")
        if shelf is None or not before or has_errors(check_library(library, [shelf.id], A_DAY)):
            return CHECKER
        lost = {place for place, _, _ in places(self.library.document(before))} - {
            place for place, _, _ in places(library.document(shelf.id))
        }
        return TRACES if lost else ""


def declared(library: Library, name: str) -> tuple[object, ...]:
    """Return what a case may give under a policy: every fact with its answer, and the plans of the library."""
    linked = linked_documents(library, name, A_DAY)[0] if name in library.by_id else None
    facts = [(fact.name, fact.answer) for fact in linked.facts.values()] if linked else []
    return facts, plans_of(library.shelves())


def essence(policy: CompiledPolicy | Refused) -> str:
    """Return all of a compiled policy that can make a case come out otherwise: not where anything stands in its document."""
    if isinstance(policy, Refused):
        return "refused"
    stamps = [(stamp.policy, stamp.revision) for stamp in policy.stamps]
    parts = [getattr(policy, part.name) for part in fields(policy) if part.name not in ("items", "stamps", "fingerprint", "on")]
    return re.sub(r"\bline=\d+", "", repr((parts, stamps)))


# ---- what there is to try ----


def read_files(folder: Path = POLICIES) -> Files:
    """Return the authored documents below a folder by path."""
    paths = (path for path in sorted(folder.rglob("*.md")) if path.read_bytes().startswith(b"---"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def read_goldens(files: Files, chosen: Sequence[Path] = ()) -> tuple[Golden, ...]:
    """Return the golden cases beside the documents and the shared ones, or those of the files chosen."""
    library = Library(files)
    beside = sorted({*POLICIES.rglob("cases*.yaml"), *POLICIES.rglob("cases/*.yaml")})
    paths = [path.resolve() for path in chosen] or [*beside, *([SHARED] if SHARED.exists() else [])]
    found: list[Golden] = []
    for path in paths:
        shared = not path.is_relative_to(POLICIES) and path not in {one.resolve() for one in chosen}
        name = path.relative_to(POLICIES).as_posix() if path.is_relative_to(POLICIES) else path.name
        found.extend(goldens_of_file(path, name, library, shared))
    return tuple(found)


def equivalents(path: Path = EQUIVALENT) -> dict[str, str]:
    """Return the names of mutants that change nothing (`*` stands for anything), each with the reason."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    rows = (line.rpartition(" | ") for line in lines if line.strip() and not line.startswith("#"))
    return {name.strip(): reason.strip() for name, _, reason in rows}


def excuse(mutant: Mutant, listed: Mapping[str, str]) -> str | None:
    """Return the listed name that a mutant falls under, if any."""
    if mutant.key in listed:
        return mutant.key
    return next((name for name in listed if "*" in name and fnmatchcase(mutant.key, name.replace("[", "[[]"))), None)


# ---- the whole trial ----

_COURT: list[Court] = []  # the one court of a process of the pool


def _open_court(files: Files, chosen: Sequence[Path], with_shared: bool) -> None:
    _COURT.append(Court(files, read_goldens(files, chosen), with_shared))


def failing_cases(files: Files, chosen: Sequence[Path]) -> list[str]:
    """Return what is wrong before anything is changed: cases that cannot be read, and those that fail already."""
    try:
        return [*Court(files, read_goldens(files, chosen)).failing()]
    except ValueError as unread:
        return str(unread).splitlines()


def _judge(mutants: Sequence[Mutant]) -> list[Verdict]:
    return [_COURT[0].try_mutant(mutant) for mutant in mutants]


def trial(mutants: Sequence[Mutant], files: Files, chosen: Sequence[Path], jobs: int, with_shared: bool) -> list[Verdict]:
    """Try all mutants in some processes; neighbours stay together, since what killed one often kills the next."""
    batches = [mutants[start : start + 20] for start in range(0, len(mutants), 20)]
    with ProcessPoolExecutor(jobs, initializer=_open_court, initargs=(files, chosen, with_shared)) as pool:
        return [verdict for verdicts in pool.map(_judge, batches) for verdict in verdicts]


HEADS = ("mutants", CHECKER, "cases", TRACES, "equivalent", "surviving", FAULT, "prose")


def report(verdicts: Sequence[Verdict], prose: Mapping[str, int], listed: Mapping[str, str], with_shared: bool) -> Iterator[str]:
    """Yield the counts of each document, the mutants that broke the program, and every survivor nobody explains."""
    yield f"{'document':42}" + "".join(f"{head:>12}" for head in (*HEADS, *(("shared alone",) if with_shared else ())))
    for path in sorted({verdict.mutant.path for verdict in verdicts}):
        here = [verdict for verdict in verdicts if verdict.mutant.path == path]
        counts = Counter(_column(verdict, listed) for verdict in here)
        counts.update({"mutants": len(here), "prose": prose.get(path, 0)})
        shared = sum(verdict.shared or verdict.killer == CHECKER for verdict in here)
        cells = [counts[head] for head in HEADS] + ([shared] if with_shared else [])
        yield f"{path:42}" + "".join(f"{cell:>12}" for cell in cells)
    for verdict in verdicts:
        if verdict.killer == FAULT:
            yield f"FAULT {_place(verdict.mutant)}: {verdict.said}"
    for verdict in survivors(verdicts, listed):
        yield f"SURVIVES {_place(verdict.mutant)}"


def _column(verdict: Verdict, listed: Mapping[str, str]) -> str:
    return verdict.fate or ("surviving" if excuse(verdict.mutant, listed) is None else "equivalent")


def _place(mutant: Mutant) -> str:
    return f"{mutant.line}: {mutant.key}"


def survivors(verdicts: Sequence[Verdict], listed: Mapping[str, str]) -> list[Verdict]:
    """Return the verdicts on mutants that nothing killed and nobody explains."""
    return [verdict for verdict in verdicts if not verdict.killer and excuse(verdict.mutant, listed) is None]


def out_of_date(verdicts: Sequence[Verdict], listed: Mapping[str, str]) -> list[str]:
    """Return the listed names whose mutants were tried and are all noticed by now."""
    tried = {excuse(verdict.mutant, listed) for verdict in verdicts}
    living = {excuse(verdict.mutant, listed) for verdict in verdicts if not verdict.killer}
    return [name for name in listed if name in tried - living]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the trial that the arguments describe.

    Returns:
        0 if nothing unexplained survives, 1 if something does, 2 if cases fail before anything is changed.
    """
    options = _options(arguments)
    started, files = time.perf_counter(), read_files()
    texts = {path: content.decode() for path, content in files.items()}
    wanted = [path for path in texts if not options.document or any(part in f"policies/{path}" for part in options.document)]
    everything = [mutant for path in wanted for mutant in mutants_of(path, texts[path], answers_of(texts))]
    mutants = [mutant for mutant in everything if not mutant.prose and (options.finer or not mutant.finer)]
    if options.list:
        print(*(_place(mutant) for mutant in mutants), sep="\n")
        return 0
    if failing := failing_cases(files, options.cases):
        print("These fail before anything is changed:", *failing, sep="\n  ")
        return 2
    verdicts, listed = trial(mutants, files, options.cases, options.jobs, options.shared), equivalents()
    prose = Counter(mutant.path for mutant in everything if mutant.prose)
    print(*report(verdicts, prose, listed, options.shared), sep="\n")
    print(*(f"LISTED, BUT NOT SURVIVING {name}" for name in out_of_date(verdicts, listed)), sep="\n")
    print(f"{len(verdicts)} mutants in {time.perf_counter() - started:.0f} s with {options.jobs} processes")
    return int(bool(survivors(verdicts, listed)))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--document", action="append", default=[], help="a path below policies/, or a part of one")
    parser.add_argument("--cases", action="append", type=Path, default=[], help="try only these files of cases")
    parser.add_argument("--list", action="store_true", help="print the mutants, and try none")
    parser.add_argument("--finer", action="store_true", help="also drop single operands, and empty or change single cells")
    parser.add_argument("--shared", action="store_true", help="also tell what the shared cases alone would kill")
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())

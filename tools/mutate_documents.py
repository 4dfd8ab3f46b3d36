"""Change the bundled documents in one place at a time, and see whether the golden cases notice.

    python -m tools.mutate_documents [--document PATH ...] [--cases PATH ...] [--list] [--jobs 2]

A mutant is killed by the checker (the reader or the compiler finds an error) or by a golden case that comes out otherwise than it
expects.  What survives and is not listed, with a reason why it changes nothing, in `equivalent_mutants.txt` shows a sentence of a
document that no case watches over; then the exit status is 1.  The shared cases beside the checkout, if they are there, are tried
too, and how many mutants they would kill without the others is said.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.shelf import CompiledLibrary, Refused, linked_documents
from clausewise.policy.case_file import read_cases
from clausewise.policy.library import Library, plans_of, shelve
from clausewise.policy.read import read_bytes
from clausewise.vocab.document import FactDeclaration, PolicyDocument
from clausewise.vocab.problem import Problem, has_errors
from tools.golden import CLINIC_POLICY, PLAN_POLICY, Golden, GoldenFile, differences, golden_file, goldens_of
from tools.mutants import Mutant, answers_of, mutants_of

ROOT = Path(__file__).resolve().parents[1]
POLICIES = ROOT / "policies"
SHARED = ROOT.parent / "shared" / "cases" / "cases.yaml"
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.txt")
A_DAY = date(2026, 3, 16)  # on which every bundled document is in force
CHECKER, READER, CRASH = "the checker", "the reader of cases", "a fault of the program"

Files = Mapping[str, bytes]


class Bench(Library):
    """A library that reads each text once, however many libraries hold it."""

    def __init__(self, files: Files, known: dict[tuple[str, bytes], tuple[PolicyDocument, tuple[Problem, ...]]]) -> None:
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
        place = shelf.path, shelf.content
        if place not in self._known:
            self._known[place] = read_bytes(shelf.content, shelf.path)
        return self._known[place]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant: who killed it, or nobody; and whether the shared cases alone would have."""

    mutant: Mutant
    killer: str
    shared: bool = False
    said: str = ""


@dataclass
class Court:
    """The documents and golden cases of one process, before which mutants are brought."""

    files: Files
    goldens: Sequence[GoldenFile]
    known: dict[tuple[str, bytes], tuple[PolicyDocument, tuple[Problem, ...]]] = field(default_factory=dict)
    ready: dict[int, tuple[Golden, ...]] = field(default_factory=dict)
    recent: list[str] = field(default_factory=list)

    def try_mutant(self, mutant: Mutant, shared_too: bool = True) -> Verdict:
        """Bring one mutant before the checker, then before the cases, those first that killed lately."""
        files = {**self.files, mutant.path: mutant.text.encode()}
        before = self.known.copy()
        try:
            return self._tried(mutant, files, shared_too)
        except Exception as fault:  # a mutant may be a document nobody foresaw; that it breaks the program is told apart
            return Verdict(mutant, CRASH, said=f"{type(fault).__name__}: {fault}")
        finally:
            self.known = before

    def _tried(self, mutant: Mutant, files: Files, shared_too: bool) -> Verdict:
        compiled = CompiledLibrary(Bench(files, self.known))
        for name in concerned(compiled.library, mutant.path, self.goldens):
            if name not in compiled.library.by_id or isinstance(compiled.policy(name, A_DAY), Refused):
                return Verdict(mutant, CHECKER)
        goldens, unread = self.read_goldens(compiled.library, mutant.path)
        if unread:
            return Verdict(mutant, READER, said=unread[0].message)
        killer = self._killer(goldens, compiled)
        shared = shared_too and any(golden.shared and _kills(golden, compiled) for golden in goldens)
        return Verdict(mutant, killer, shared)

    def read_goldens(self, library: Library, path: str = "") -> tuple[tuple[Golden, ...], tuple[Problem, ...]]:
        """Return the cases that a document has a say in, read with the facts as the library declares them."""
        found: list[Golden] = []
        names = set(concerned(library, path, self.goldens)) if path else {file.policy for file in self.goldens}
        for file in self.goldens:
            if not names & {file.policy, CLINIC_POLICY if file.cases.clinical else file.policy}:
                continue
            facts = declared_facts(library, file)
            key = hash((file.path, repr([(fact.name, fact.answer) for fact in facts.values()])))
            if key not in self.ready:
                cases, problems = goldens_of(file, facts, plans_of(library.shelves()))
                if problems:
                    return (), problems
                self.ready[key] = cases
            found.extend(self.ready[key])
        return tuple(found), ()

    def _killer(self, goldens: Sequence[Golden], compiled: CompiledLibrary) -> str:
        order = sorted(goldens, key=lambda golden: self.recent.index(golden.name) if golden.name in self.recent else len(self.recent))
        for golden in order:
            if _kills(golden, compiled):
                self.recent = [golden.name, *(name for name in self.recent if name != golden.name)][:40]
                return golden.name
        return ""


def _kills(golden: Golden, compiled: CompiledLibrary) -> bool:
    return next(differences(golden, compiled.policy), None) is not None


def concerned(library: Library, path: str, goldens: Sequence[GoldenFile]) -> tuple[str, ...]:
    """Return the policies with cases that a document speaks with; its own, too, if it no longer says who it is."""
    names = dict.fromkeys(name for file in goldens for name in (file.policy, *((CLINIC_POLICY,) if file.cases.clinical else ())))
    return tuple(
        name for name in names if name not in library.by_id or path in {shelf.path for shelf in library.together(name)}
        or not _is_named(library, path)
    )


def _is_named(library: Library, path: str) -> bool:
    return any(shelf.path == path for shelf in library.by_id.values())


def declared_facts(library: Library, file: GoldenFile) -> Mapping[str, FactDeclaration]:
    """Return the facts that the cases of a file may give: those of its policy, and of the clinic's beside a plan's."""
    facts: dict[str, FactDeclaration] = {}
    for name in dict.fromkeys((CLINIC_POLICY, file.policy) if file.cases.clinical else (file.policy,)):
        linked = linked_documents(library, name, A_DAY)[0]
        facts.update(linked.facts if linked else {})
    return facts


# ---- what there is to try ----


def read_files(folder: Path = POLICIES) -> Files:
    """Return the authored documents below a folder by path."""
    paths = (path for path in sorted(folder.rglob("*.md")) if path.read_bytes().startswith(b"---"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def read_golden_files(files: Files, chosen: Sequence[Path] = ()) -> tuple[GoldenFile, ...]:
    """Return the files of golden cases beside the documents and, if they are there, the shared ones; or those chosen."""
    beside = [*sorted(POLICIES.rglob("cases*.yaml")), *sorted(POLICIES.rglob("cases/*.yaml"))]
    paths = [path.resolve() for path in chosen] or [*beside, *([SHARED] if SHARED.exists() else [])]
    return tuple(file for path in paths for file in _golden_files(path, files))


def _golden_files(path: Path, files: Files) -> Iterator[GoldenFile]:
    """Yield a file once for its clinical and once for its privacy cases: they are judged by different policies."""
    shelves = {name: shelve(name, content) for name, content in files.items()}
    notice = next((shelf.id for shelf in shelves.values() if shelf.kind == "notice"), "")
    shared = not path.is_relative_to(POLICIES)
    name = path.name if shared else path.relative_to(POLICIES).as_posix()
    folders = [folder.as_posix() for folder in Path(name).parents]
    own = [shelf for at, shelf in shelves.items() if shelf.kind == "policy" and Path(at).parent.as_posix() in folders]
    policy = own[0].id if own and not shared and not name.startswith("law/") else PLAN_POLICY
    read = golden_file(path, name, policy, shared)
    if read.cases.clinical:
        yield replace(read, cases=replace(read.cases, privacy=()))
    if read.cases.privacy:
        yield replace(read, policy=notice, cases=replace(read.cases, clinical=()))


def equivalents(path: Path = EQUIVALENT) -> dict[str, str]:
    """Return the names of mutants that change nothing (with `*` as a wildcard), each with the reason."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    rows = (line.rpartition(" | ") for line in lines if line and not line.startswith("#"))
    return {name.strip(): reason.strip() for name, _, reason in rows}


def excuse(mutant: Mutant, listed: Mapping[str, str]) -> str | None:
    """Return the listed name that a mutant falls under, if any."""
    return next((name for name in listed if name == mutant.key or fnmatchcase(mutant.key, name)), None)


# ---- the whole trial ----

_court: list[Court] = []


def _open_court(files: Files, chosen: Sequence[Path]) -> None:
    court = Court(files, read_golden_files(files, chosen))
    court.read_goldens(Bench(files, court.known))
    _court.append(court)


def _judge(mutants: Sequence[Mutant]) -> list[Verdict]:
    return [_court[0].try_mutant(mutant) for mutant in mutants]


def trial(mutants: Sequence[Mutant], files: Files, chosen: Sequence[Path], jobs: int) -> list[Verdict]:
    """Try all mutants in some processes; neighbours stay together, since what killed one often kills the next."""
    batches = [mutants[start : start + 20] for start in range(0, len(mutants), 20)]
    with ProcessPoolExecutor(jobs, initializer=_open_court, initargs=(files, chosen)) as pool:
        return [verdict for verdicts in pool.map(_judge, batches) for verdict in verdicts]


def unmutated(files: Files, chosen: Sequence[Path]) -> list[str]:
    """Return what is wrong before anything is changed: problems of the documents, and cases that fail already."""
    court = Court(files, read_golden_files(files, chosen))
    compiled = CompiledLibrary(Bench(files, court.known))
    goldens, problems = court.read_goldens(compiled.library)
    found = [f"{problem.file}:{problem.line}: {problem.message}" for problem in problems]
    for golden in goldens:
        found.extend(f"{golden.name}: {said}" for said in differences(golden, compiled.policy))
    return found


def report(verdicts: Sequence[Verdict], prose: Mapping[str, int], listed: Mapping[str, str], with_shared: bool) -> int:
    """Print the counts of each document and every survivor; return the exit status."""
    survivors = [verdict for verdict in verdicts if not verdict.killer and excuse(verdict.mutant, listed) is None]
    counts: dict[str, Counter[str]] = {}
    for verdict in verdicts:
        count = counts.setdefault(verdict.mutant.path, Counter())
        count["mutants"] += 1
        count[_fate(verdict)] += 1
        count["shared"] += verdict.shared or verdict.killer == CHECKER
    heads = ("mutants", "checker", "cases", "equivalent", "surviving", "prose")
    print(f"{'document':42}" + "".join(f"{head:>12}" for head in (*heads, *(("shared alone",) if with_shared else ()))))
    for path, count in sorted(counts.items()):
        count["surviving"] -= (excused := sum(v.mutant.path == path and not v.killer for v in verdicts) - sum(
            v.mutant.path == path for v in survivors))
        count["equivalent"] = excused
        cells = [*(count[head] for head in heads[:-1]), prose.get(path, 0), *((count["shared"],) if with_shared else ())]
        print(f"{path:42}" + "".join(f"{cell:>12}" for cell in cells))
    for verdict in verdicts:
        if verdict.killer == CRASH:
            print(f"FAULT {verdict.mutant.path}:{verdict.mutant.line} {verdict.mutant.label}: {verdict.mutant.change}: {verdict.said}")
    for verdict in survivors:
        print(f"SURVIVES {verdict.mutant.path}:{verdict.mutant.line} | {verdict.mutant.label} | {verdict.mutant.change}")
    return 1 if survivors else 0


def _fate(verdict: Verdict) -> str:
    return {"": "surviving", CHECKER: "checker"}.get(verdict.killer, "cases")


def unused(verdicts: Sequence[Verdict], listed: Mapping[str, str]) -> list[str]:
    """Return the listed names that no surviving mutant bears: out of date, or killed after all."""
    documents = {verdict.mutant.path for verdict in verdicts}
    living = {excuse(verdict.mutant, listed) for verdict in verdicts if not verdict.killer}
    return [name for name in listed if name not in living and name.partition(" | ")[0] in documents]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the trial that the arguments describe; 0 if nothing unexplained survives, 1 if something does, 2 if cases fail already."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--document", action="append", default=[], help="path below policies/, or a part of it")
    parser.add_argument("--cases", action="append", type=Path, default=[], help="try only these files of cases")
    parser.add_argument("--list", action="store_true", help="print the mutants, and try none")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args(arguments)
    started, files = time.perf_counter(), read_files()
    texts = {path: content.decode() for path, content in files.items()}
    wanted = [path for path in texts if not options.document or any(part in f"policies/{path}" for part in options.document)]
    everything = [mutant for path in wanted for mutant in mutants_of(path, texts[path], answers_of(texts))]
    mutants = [mutant for mutant in everything if not mutant.prose]
    if options.list:
        print("\n".join(f"{mutant.path}:{mutant.line} | {mutant.label} | {mutant.change}" for mutant in mutants))
        return 0
    if failing := unmutated(files, options.cases):
        print("These fail before anything is changed:", *failing, sep="\n  ")
        return 2
    verdicts = trial(mutants, files, options.cases, options.jobs)
    listed = equivalents()
    status = report(verdicts, Counter(mutant.path for mutant in everything if mutant.prose), listed, SHARED.exists())
    for name in unused(verdicts, listed):
        print(f"LISTED BUT NOT SURVIVING {name}")
    print(f"{len(verdicts)} mutants in {time.perf_counter() - started:.0f} s with {options.jobs} processes")
    return status


if __name__ == "__main__":
    sys.exit(main())

"""`clausewise policy check`: documents checked as a compiler does, once or whenever they change."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePosixPath

from clausewise.cli.terminal import print_lines, print_object, print_problems, write_file
from clausewise.compiler.check import check_library, telling
from clausewise.compiler.route import period_of
from clausewise.compiler.shelf import Refused
from clausewise.policy.amended_frame import amended_text
from clausewise.policy.library import ASSESSOR_KINDS, Shelf, listed, shelve
from clausewise.policy.read import read_bytes
from clausewise.render.problem_lines import counted, how_many, plain_problem, problem_lines
from clausewise.render.sarif import sarif
from clausewise.vocab.problem import Problem, has_errors
from clausewise.wiring.places import policies_folder, shown_path
from clausewise.wiring.setting import Setting, open_setting, read_documents
from clausewise.wiring.sources import read_file

EXIT_ERRORS, EXIT_UNREADABLE = 1, 2


@dataclass(slots=True)
class Named:
    """The documents that a person named: their places in the library, and the paths as written there at the prompt."""

    files: dict[str, bytes] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    nameless: list[Problem] = field(default_factory=list)
    unreadable: list[Problem] = field(default_factory=list)


def check_files(files: Sequence[Path], policies: Path | None, as_json: bool, sarif_file: Path | None) -> int:
    """Check the documents named, or all bundled ones; print what there is to mend, return the exit status."""
    named = named_documents(files, policies_folder(policies)) if files else Named()
    setting = open_setting(policies, cache=False, extra=named.files)
    checked = [path for path in named.files if path in named.shown] if files else _all_paths(setting)
    problems = (*_problems_of(checked, setting, named), *named.nameless)
    unreadable = (*setting.problems, *named.unreadable)
    if sarif_file is not None:
        unreadable = (*unreadable, *_write_sarif(sarif_file, problems))  # before anything is printed: a reader may go away
    print_problems(unreadable)
    if as_json:
        for problem in problems:
            print_object(plain_problem(problem))
    else:
        documents = len(checked) + len({one.file for one in named.nameless})
        print_lines(problem_lines(problems))
        print_lines((_summary(documents, problems),) if documents or not unreadable else ())
    return EXIT_UNREADABLE if has_errors(unreadable) else EXIT_ERRORS if has_errors(problems) else 0


def watch_files(files: Sequence[Path], policies: Path | None, as_json: bool, sarif_file: Path | None) -> int:
    """Check once, and again whenever a document changes, until the person stops it; return the last exit status."""
    from watchfiles import watch

    status = check_files(files, policies, as_json, sarif_file)
    watched = {policies_folder(policies), *(file.parent for file in files)}
    for changes in watch(*(path for path in watched if path.exists()), raise_interrupt=False):
        changed = sorted({shown_path(Path(path)) for _, path in changes if path.endswith(".md")})
        if changed:
            print_lines(("", f"changed: {', '.join(changed)}"))
            status = check_files(files, policies, as_json, sarif_file)
    return status


# ---- which documents -------------------------------------------------------------------------------------------------


def named_documents(files: Sequence[Path], folder: Path) -> Named:
    """Return the documents named.  A copy of a bundled document stands in its place, so that what it uses is found."""
    named = Named()
    bundled, _ = read_documents(folder)
    places = {_name(shelf): path for path, content in bundled.items() if (shelf := shelve(path, content)).id}
    for file in files:
        content = read_file(file)
        if isinstance(content, Problem):
            named.unreadable.append(content)
            continue
        shelf = shelve(file.as_posix(), content)
        if not shelf.id:
            named.nameless.extend(read_bytes(content, str(file))[1])
            continue
        place = _below(file, folder) or places.get(_name(shelf), "") or _beside(shelf, file, places)
        place = file.as_posix() if place in named.shown else place
        named.files[place], named.shown[place] = content, str(file)
        _add_used(named, shelve(place, content), file, bundled)
    return named


def _name(shelf: Shelf) -> tuple[str, ...]:
    """Return what a document is found by: its id, and of an amendment under the id of its base also from when it holds."""
    base, _ = amended_text(shelf.amends)
    return (shelf.id, shelf.amends, shelf.frame.get("in force", "")) if base == shelf.id else (shelf.id,)


def _beside(shelf: Shelf, file: Path, places: Mapping[tuple[str, ...], str]) -> str:
    """Return the path of a new document: an amendment stands beside what it amends, so that what that uses is found."""
    base = places.get((amended_text(shelf.amends)[0],), "")
    return posixpath.join(posixpath.dirname(base), file.name) if base else file.as_posix()


def _below(file: Path, folder: Path) -> str:
    """Return the path of a file below the folder of documents, or the empty text for one that lies elsewhere."""
    try:
        return file.resolve().relative_to(folder.resolve()).as_posix()
    except (ValueError, OSError):
        return ""


def _add_used(named: Named, shelf: Shelf, file: Path, bundled: Mapping[str, bytes]) -> None:
    """Add what a document uses by path, where it lies beside the file and not in the library."""
    for use in listed(shelf.frame.get("uses", "")):
        place = _joined(shelf.path, use)
        beside = file.parent / use
        if place not in bundled and place not in named.files and beside.is_file():
            content = read_file(beside)
            if not isinstance(content, Problem):
                named.files[place] = content
                _add_used(named, shelve(place, content), beside, bundled)


def _joined(path: str, use: str) -> str:
    return posixpath.normpath(str(PurePosixPath(path).parent / use))


def _all_paths(setting: Setting) -> list[str]:
    return [shelf.path for shelf in setting.library.shelves()]


# ---- what is wrong with them -----------------------------------------------------------------------------------------


def _problems_of(paths: Iterable[str], setting: Setting, named: Named) -> tuple[Problem, ...]:
    found: list[Problem] = []
    for path in paths:
        shelf = next(shelf for shelf in setting.library.shelves() if shelf.path == path)
        known = setting.library.by_id.get(shelf.id)
        if known is None or (known.path != path and not shelf.amends):  # without a name, or with the name of another
            found.extend(read_bytes(shelf.content, path)[1])
            found.extend(twin for twin in setting.library.twins() if twin.file == path)
            continue
        on = newest_day(shelf, setting)
        said = check_library(setting.library, (shelf.id,), on)
        found.extend(telling((*said, *_refusal(known, on, setting, said))))
    shown = {path: named.shown.get(path) or setting.path_of(path) for path in {problem.file for problem in found}}
    return tuple(dict.fromkeys(replace(problem, file=shown[problem.file]) for problem in found))


def newest_day(shelf: Shelf, setting: Setting) -> date:
    """Return the first day on which a document and all that begins within its time speak together."""
    periods = [period_of(one) for one in setting.library.together(shelf.id)]
    own = setting.library.stretch(shelf)
    days = [period.first for period in periods if period.first is not None and own.covers(period.first)]
    return max(days, default=own.first or date.min)


def _refusal(shelf: Shelf, on: date, setting: Setting, said: tuple[Problem, ...]) -> Iterator[Problem]:
    """Yield why a policy cannot be used, without what was said already, be it in other words and with its line."""
    compiled = setting.compiled.policy(shelf.id, on) if shelf.kind in ASSESSOR_KINDS else None
    sentences = {(problem.code, problem.message) for problem in said}
    placed = {problem.code for problem in said if problem.line}
    placed |= {"CW401"} if "CW452" in placed else set()  # the same references, told with what took their clause away
    for problem in compiled.problems if isinstance(compiled, Refused) else ():
        if (problem.code, problem.message) not in sentences and (problem.line or problem.code not in placed):
            yield problem


def _summary(documents: int, problems: tuple[Problem, ...]) -> str:
    return f"{how_many(documents, 'document')} checked: {counted(problems)}"


def _write_sarif(file: Path, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    import json

    from clausewise import __version__

    return write_file(file, json.dumps(sarif(problems, __version__), indent=2, ensure_ascii=False) + "\n")

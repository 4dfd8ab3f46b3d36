"""The two revisions a person names: a document of the library, a file that is not in it, either as of a day or by its revision."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from clausewise.cli.checking import named_documents, newest_day
from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.shelf import CompiledLibrary, Refused
from clausewise.policy.case_tree import did_you_mean, quoted
from clausewise.policy.fact_values import read_day
from clausewise.policy.library import ASSESSOR_KINDS, Library, Shelf
from clausewise.prove.diff import Side
from clausewise.vocab.document import PolicyDocument
from clausewise.vocab.period import ALWAYS, Period
from clausewise.vocab.problem import Problem
from clausewise.wiring.places import policies_folder
from clausewise.wiring.setting import Setting, open_setting


@dataclass(frozen=True, slots=True)
class Revision:
    """A document in its library, the day it is taken on, and the setting in which cases are decided by it."""

    setting: Setting
    name: str
    on: date
    compiled: CompiledPolicy | None = None
    refused: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()

    def side(self) -> Side:
        """Return the document and its program, as a comparison takes them."""
        assert self.compiled is not None
        return Side(self.document, self.compiled)

    @property
    def document(self) -> PolicyDocument:
        """The text as it stands on its day, amendments worked in."""
        return self.setting.library.as_of(self.on).document(self.name)


def revisions(specs: tuple[str, str], as_of: date | None, policies: Path | None) -> tuple[Revision, Revision]:
    """Return the two revisions named, compiled for one day: the day given, else the latest on which either begins.

    Where one of them is no longer, or not yet, in force on that day, each is taken on a day of its own, and both are compared as if
    they were in force: when a revision begins is told with the front matter, and is no change of what its clauses mean.
    """
    first, second = (_found(spec, as_of, policies) for spec in specs)
    if first.problems or second.problems:
        return first, second
    if as_of is None and "@" not in "".join(specs):
        latest = max(first.on, second.on)
        if all(_shelf(one).period.covers(latest) for one in (first, second)):
            first, second = replace(first, on=latest), replace(second, on=latest)
    return _together(_compiled(first), _compiled(second))


def _shelf(revision: Revision) -> Shelf:
    return revision.setting.library.by_id[revision.name]


def _compiled(revision: Revision, others_on: date | None = None) -> Revision:
    """Return a revision with its program, among the other documents of its own day or of another."""
    library, name, on = revision.setting.compiled, revision.name, revision.on
    found = library.policy(name, on) if others_on is None else library.policy_beside(name, on, others_on)
    if isinstance(found, Refused):
        problems = tuple(replace(problem, file=revision.setting.path_of(problem.file)) for problem in found.problems)
        return replace(revision, refused=problems)
    return replace(revision, compiled=replace(found, on=others_on or on))


def _together(first: Revision, second: Revision) -> tuple[Revision, Revision]:
    """Return both for services of the later day: each document as on its own day, laws and whatever else speaks as on that one."""
    one, other = first.compiled, second.compiled
    if one is None or other is None or one.on == other.on:
        return first, second
    latest = max(one.on, other.on)
    first, second = _compiled(first, latest), _compiled(second, latest)
    one, other = first.compiled, second.compiled
    if one is None or other is None:
        return first, second
    period = (
        ALWAYS
        if one.in_force.first is None or other.in_force.first is None
        else Period(min(one.in_force.first, other.in_force.first))
    )
    return (
        replace(first, compiled=replace(one, in_force=period)),
        replace(second, compiled=replace(other, in_force=period)),
    )


# ---- one of them -----------------------------------------------------------------------------------------------------


def _found(spec: str, as_of: date | None, policies: Path | None) -> Revision:
    """Return the revision a word names: ID, ID@DATE, ID@REVISION, or the path of a file."""
    if Path(spec).suffix == ".md" or Path(spec).is_file():
        return _of_file(Path(spec), as_of, policies)
    name, _, which = spec.partition("@")
    setting = open_setting(policies, cache=False)
    known = [shelf.id for shelf in setting.library.of_kind(*ASSESSOR_KINDS)]
    if name not in known:
        problem = Problem("CW705", f"{quoted(name)} is no policy or notice of this library.", help=did_you_mean(name, known))
        return Revision(setting, name, date.max, problems=(*setting.problems, problem))
    if (day := read_day(which)) is not None or not which:
        return _of_library(setting, name, day or as_of)
    return _of_revision(setting, name, which, as_of)


def _of_library(setting: Setting, name: str, on: date | None) -> Revision:
    return Revision(setting, name, on or newest_day(setting.library.by_id[name], setting))


def _of_file(file: Path, as_of: date | None, policies: Path | None) -> Revision:
    named = named_documents([file], policies_folder(policies))
    setting = open_setting(policies, cache=False, extra=named.files)
    place = next(iter(named.shown), "")
    shelf = next((shelf for shelf in setting.library.shelves() if shelf.path == place), None)
    problems = (*setting.problems, *named.unreadable, *named.nameless)
    if shelf is not None and shelf.amends and setting.library.by_id[shelf.id].kind in ASSESSOR_KINDS:
        return replace(_of_library(setting, shelf.id, as_of or shelf.period.first), problems=problems)
    if shelf is None or shelf.kind not in ASSESSOR_KINDS:
        kind = "" if shelf is None else f"`{shelf.id}` is a {shelf.kind or 'document without a kind'}, not a policy or notice."
        wrong = (Problem("CW714", kind, str(file), help="Name a policy or a notice."),) if shelf is not None else ()
        return Revision(setting, str(file), date.max, problems=(*problems, *wrong))
    alone = {one.path: one.content for one in setting.library.shelves() if one.id != shelf.id or one.path == place}
    library = Library(alone)
    own = replace(setting, library=library, compiled=CompiledLibrary(library))
    return replace(_of_library(own, shelf.id, as_of), problems=problems)


def _of_revision(setting: Setting, name: str, which: str, as_of: date | None) -> Revision:
    """Return the text of an id that says it is a revision: one of several files with that id, or what an amendment leaves.

    An amended text is made of its base and all amendments up to the one that names the revision; it is taken on the day given where
    that amendment applies then, else on the first day on which it does.
    """
    library = setting.library
    own = [shelf for shelf in library.shelves() if shelf.id == name]
    chosen = next((shelf for shelf in own if shelf.frame.get("revision", "") == which), None)
    if chosen is None:
        known = _listed(sorted({shelf.frame.get("revision", "") for shelf in own} - {""}))
        problem = Problem(
            "CW715", f"{name} has no revision {quoted(which)}, and that is no day either.", help=f"{known}, or write a day."
        )
        return Revision(setting, name, date.max, problems=(problem,))
    dropped = {shelf.path for shelf in own if shelf.path != chosen.path and (not chosen.amends or _follows(shelf, chosen))}
    library = Library({path: content for path, content in library.files.items() if path not in dropped})
    taken = replace(setting, library=library, compiled=CompiledLibrary(library))
    applies = as_of is not None and (not chosen.amends or chosen.period.covers(as_of))
    return Revision(taken, name, as_of if as_of is not None and applies else newest_day(chosen, taken))


def _follows(shelf: Shelf, chosen: Shelf) -> bool:
    """Tell whether an amendment begins after another of the same text; a base never does."""
    begins, after = ((one.period.first or date.min, one.path) for one in (shelf, chosen))
    return bool(shelf.amends) and begins > after


def _listed(known: Sequence[str]) -> str:
    return f"Known here: {', '.join(known)}" if known else "Its documents name no revision"

"""`clausewise explain`: what a clause, a step, a code, a fact or a problem code says, and where it stands."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from clausewise.cli.terminal import Screen, print_lines, print_object, print_problems
from clausewise.policy.case_tree import did_you_mean, quoted
from clausewise.render.clause_rows import Told, names_told, told_of
from clausewise.render.rows import Look
from clausewise.vocab.document import PolicyDocument
from clausewise.vocab.problem import Problem
from clausewise.wiring.places import error_page
from clausewise.wiring.setting import Setting

EXIT_UNREADABLE = 2
SAMPLE = "sample"  # the status of a document that is made up
_PROBLEM_CODE = re.compile(r"CW\d{3}", re.IGNORECASE)


def explain_name(name: str, policy: str, setting: Setting, as_json: bool) -> int:
    """Print what a name stands for, in the documents that are meant; return the exit status.

    `ID:NAME` says which document.  Without that, made-up samples do not speak where another document has the name; a clause of
    several documents is asked about.
    """
    if _PROBLEM_CODE.fullmatch(name):
        return _explain_problem(name.upper(), as_json)
    print_problems(setting.problems)
    documents = list(_documents(setting))
    before, _, after = name.partition(":")
    if after and not policy and any(document.id == before for document in documents):
        policy, name = before, after
    looked_in = [document for document in documents if policy in ("", document.id)]
    found = [told for document in looked_in for told in told_of(name, document, documents, setting.labels)]
    samples = {shelf.id for shelf in setting.library.by_id.values() if shelf.frame.get("status") == SAMPLE}
    meant = [told for told in found if told.document not in samples] or found
    problem = _ambiguous(name, meant) if found else _nothing(name, policy, looked_in)
    if problem is not None:
        print_problems((problem,))
        return EXIT_UNREADABLE
    _print(name, meant, [told for told in found if told not in meant], as_json)
    return 0


def _print(name: str, meant: Sequence[Told], others: Sequence[Told], as_json: bool) -> None:
    if as_json:
        for told in meant:
            print_object(told.plain())
        return
    screen = Screen()
    for number, told in enumerate(meant):
        if number:
            screen.line()
        screen.rows(told.rows)
    if others:
        screen.line()
        which = " and ".join(f"`clausewise explain {one}:{name}`" for one in dict.fromkeys(told.document for told in others))
        screen.line(f"Made-up samples have it too: {which}.", Look.QUIET)


def _ambiguous(name: str, found: Sequence[Told]) -> Problem | None:
    """Return the problem of a number that is a clause of several documents."""
    owners = list(dict.fromkeys(told.document for told in found if told.sort == "clause"))
    if len(owners) < 2:
        return None
    which = " or ".join(f"`clausewise explain {owner}:{name}`" for owner in owners)
    return Problem("CW720", f"{quoted(name)} is a clause of {', '.join(owners)}.", help=f"Say which is meant: {which}.")


def _documents(setting: Setting) -> Iterator[PolicyDocument]:
    """Yield the newest text of each document, with the files named as the person would write them."""
    newest = setting.library.as_of(date.max)
    for shelf in newest.shelves():
        if newest.by_id.get(shelf.id) is shelf:
            document = newest.document(shelf.id)
            paths = {origin.file: setting.path_of(origin.file) for origin in document.origins}
            origins = tuple(replace(origin, file=paths[origin.file]) for origin in document.origins)
            yield replace(document, file=setting.path_of(document.file), origins=origins)


def _nothing(name: str, policy: str, documents: list[PolicyDocument]) -> Problem:
    where = f" in {quoted(policy)}" if policy else ""
    if policy and not documents:
        return Problem("CW705", f"{quoted(policy)} is no document of this library.", help="See `clausewise policy list`.")
    near = did_you_mean(name, names_told(documents))
    names = "Name a clause such as I.A.3, a step, a code, a fact, an open point or a problem code."
    help = near if near.startswith("Did you mean") else names
    return Problem("CW706", f"Nothing is called {quoted(name)}{where}.", help=help)


def _explain_problem(code: str, as_json: bool) -> int:
    page = error_page(code)
    if page is None:
        print_problems((Problem("CW706", f"There is no page on {code}.", help="Look at the code once more."),))
        return EXIT_UNREADABLE
    if as_json:
        print_object({"name": code, "text": page})
    else:
        print_lines(page.rstrip().split("\n"))
    return 0

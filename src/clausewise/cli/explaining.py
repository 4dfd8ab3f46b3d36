"""`clausewise explain`: what a clause, a step, a code, a fact or a problem code says, and where it stands."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from clausewise.cli.terminal import Screen, print_lines, print_object, print_problems
from clausewise.policy.case_tree import did_you_mean, quoted
from clausewise.render.clause_rows import names_told, told_of
from clausewise.vocab.document import PolicyDocument
from clausewise.vocab.problem import Problem
from clausewise.wiring.places import error_page
from clausewise.wiring.setting import Setting

EXIT_UNREADABLE = 2
_PROBLEM_CODE = re.compile(r"CW\d{3}", re.IGNORECASE)


def explain_name(name: str, policy: str, setting: Setting, as_json: bool) -> int:
    """Print what a name stands for, in every document that has it or in one; return the exit status."""
    if _PROBLEM_CODE.fullmatch(name):
        return _explain_problem(name.upper(), as_json)
    print_problems(setting.problems)
    documents = list(_documents(setting))
    looked_in = [document for document in documents if policy in ("", document.id)]
    found = [told for document in looked_in for told in told_of(name, document, documents, setting.labels)]
    if not found:
        print_problems((_nothing(name, policy, looked_in),))
        return EXIT_UNREADABLE
    if as_json:
        for told in found:
            print_object(told.plain())
        return 0
    screen = Screen()
    for number, told in enumerate(found):
        if number:
            screen.line()
        screen.rows(told.rows)
    return 0


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

"""`clausewise policy list` and `clausewise policy show`."""

from dataclasses import replace
from datetime import date
from enum import Enum

from clausewise.cli.checking import newest_day
from clausewise.cli.terminal import Screen, print_object, print_problems
from clausewise.compiler.route import listed_codes, period_of
from clausewise.compiler.shelf import Refused
from clausewise.payer.judging import unknown_policy
from clausewise.policy.library import ASSESSOR_KINDS, Shelf
from clausewise.render.criterion_rows import period_words
from clausewise.render.document_rows import document_rows
from clausewise.render.rows import Cell, Column, Look
from clausewise.vocab.problem import Level, Problem, has_errors
from clausewise.wiring.setting import Setting

EXIT_REFUSED, EXIT_UNREADABLE = 1, 2


class Form(Enum):
    """How a document is shown: for reading, as its file was written, or as its amendments leave it."""

    READING = "reading"
    WRITTEN = "written"
    CONSOLIDATED = "consolidated"


COLUMNS = (
    Column("document"),
    Column("kind"),
    Column("title", wraps=True),
    Column("revision", wraps=True, width_max=14),
    Column("in force", wraps=True, width_max=17),
    Column("plans", wraps=True, width_max=26, only_helps=True),
)
KINDS = ("policy", "notice", "law", "benefit", "manual", "ladder", "library")


def list_library(setting: Setting, as_json: bool) -> int:
    """Print the documents of the library, by kind; return the exit status."""
    print_problems((*setting.problems, *setting.library.twins()))
    kinds = {name: shelf.kind for name, shelf in setting.library.by_id.items()}
    shelves = sorted((shelf for shelf in setting.library.shelves() if shelf.id), key=lambda one: _order(one, kinds[one.id]))
    if as_json:
        for shelf in shelves:
            print_object(_object(shelf, setting))
    elif shelves:
        Screen().table(COLUMNS, (_cells(shelf) for shelf in shelves))
    return EXIT_UNREADABLE if has_errors(setting.problems) else 0


def _order(shelf: Shelf, kind: str) -> tuple[int, str, bool, str]:
    """Order documents by kind and id, and an amendment behind the document that it changes."""
    place = KINDS.index(kind) if kind in KINDS else len(KINDS)
    return place, shelf.id, bool(shelf.amends), shelf.path


def _cells(shelf: Shelf) -> tuple[Cell, ...]:
    texts = (
        shelf.id,
        "amendment" if shelf.amends else shelf.kind,
        _title(shelf),
        shelf.frame.get("revision", ""),
        period_words(period_of(shelf)),
        ", ".join(shelf.plans),
    )
    return tuple((text, Look.HEAD if place == 0 else Look.PLAIN) for place, text in enumerate(texts))


def _title(shelf: Shelf) -> str:
    """Return the title of a document; of an amendment what it amends and because of what."""
    said = shelf.files[-1].frame
    title = shelf.frame.get("title") or said.get("because", "")
    return f"{title} (amends {said['amends']})" if "amends" in said else title


def _object(shelf: Shelf, setting: Setting) -> dict[str, object]:
    period = period_of(shelf)
    return {
        "document": shelf.id,
        "kind": shelf.kind,
        "title": shelf.frame.get("title", ""),
        "revision": shelf.frame.get("revision", ""),
        "from": period.first.isoformat() if period.first else None,
        "until": period.last.isoformat() if period.last else None,
        "plans": list(shelf.plans),
        "codes": len(listed_codes(setting.library.content(shelf))),
        "path": shelf.path,
        "fingerprint": shelf.fingerprint,
        "amends": shelf.files[-1].amends or None,
        "because": shelf.files[-1].frame.get("because"),
    }


def show(name: str, on: date | None, setting: Setting, form: Form, as_json: bool) -> int:
    """Print one document: as it was written, consolidated, as plain values, or as people read it; return the exit status.

    A document that amendments change is shown as it stands on the day, and without a day as its newest text.
    """
    unknown = unknown_policy(setting, name, KINDS)
    print_problems((*setting.problems, *unknown))
    if unknown:
        return EXIT_UNREADABLE
    library = setting.library.as_of(on or date.max)
    shelf, problems = library.by_id[name], library.problems(name)
    shown = (library.content(shelf) if form is Form.CONSOLIDATED or as_json else shelf.content).decode("utf-8", "replace")
    if as_json:
        print_object(_object(shelf, setting) | {"text": shown})
    elif form is not Form.READING:
        print(shown, end="" if shown.endswith("\n") else "\n")
    else:
        document = library.document(name)
        amendments = tuple(replace(one, file=setting.path_of(one.file)) for one in document.amendments)
        Screen().rows(document_rows(document, amendments, on, setting.labels))
    refused = [problem for problem in problems if problem.level is Level.ERROR] if shelf.layers or shelf.faults else []
    faults = _unusable(shelf, on, setting) if form is Form.CONSOLIDATED and shelf.layers else ()
    print_problems(replace(problem, file=setting.path_of(problem.file)) for problem in (*refused, *faults))
    return EXIT_UNREADABLE if shelf.faults else EXIT_REFUSED if faults else 0


def _unusable(shelf: Shelf, on: date | None, setting: Setting) -> tuple[Problem, ...]:
    """Return why nothing can be decided by an amended text: it is printed all the same, and nobody shall take it for sound."""
    if shelf.kind not in ASSESSOR_KINDS:
        return ()
    compiled = setting.compiled.policy(shelf.id, on or newest_day(shelf, setting))
    return compiled.problems if isinstance(compiled, Refused) else ()

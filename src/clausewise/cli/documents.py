"""`clausewise policy list` and `clausewise policy show`."""

from datetime import date

from clausewise.cli.judging import unknown_policy
from clausewise.cli.setting import Setting
from clausewise.cli.terminal import Screen, print_object, print_problems
from clausewise.compiler.route import listed_codes, period_of
from clausewise.policy.library import Shelf
from clausewise.render.criterion_rows import period_words
from clausewise.render.document_rows import document_rows
from clausewise.render.rows import Cell, Column, Look
from clausewise.vocab.problem import has_errors

EXIT_UNREADABLE = 2
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
    shelves = sorted((shelf for shelf in setting.library.shelves() if shelf.id), key=_order)
    if as_json:
        for shelf in shelves:
            print_object(_object(shelf))
    elif shelves:
        Screen().table(COLUMNS, (_cells(shelf) for shelf in shelves))
    return EXIT_UNREADABLE if has_errors(setting.problems) else 0


def _order(shelf: Shelf) -> tuple[int, str]:
    return (KINDS.index(shelf.kind) if shelf.kind in KINDS else len(KINDS), shelf.id)


def _cells(shelf: Shelf) -> tuple[Cell, ...]:
    texts = (
        shelf.id,
        shelf.kind,
        shelf.frame.get("title", ""),
        shelf.frame.get("revision", ""),
        period_words(period_of(shelf)),
        ", ".join(shelf.plans),
    )
    return tuple((text, Look.HEAD if place == 0 else Look.PLAIN) for place, text in enumerate(texts))


def _object(shelf: Shelf) -> dict[str, object]:
    period = period_of(shelf)
    return {
        "document": shelf.id,
        "kind": shelf.kind,
        "title": shelf.frame.get("title", ""),
        "revision": shelf.frame.get("revision", ""),
        "from": period.first.isoformat() if period.first else None,
        "until": period.last.isoformat() if period.last else None,
        "plans": list(shelf.plans),
        "codes": len(listed_codes(shelf.content)),
        "path": shelf.path,
        "fingerprint": shelf.fingerprint,
    }


def show(name: str, on: date | None, setting: Setting, text: bool, as_json: bool) -> int:
    """Print one document: as it was written, as plain values, or as people read it; return the exit status."""
    unknown = unknown_policy(setting, name, KINDS)
    print_problems((*setting.problems, *unknown))
    if unknown:
        return EXIT_UNREADABLE
    shelf = setting.library.by_id[name]
    if text:
        print(shelf.content.decode("utf-8", "replace"), end="")
    elif as_json:
        print_object(_object(shelf) | {"text": shelf.content.decode("utf-8", "replace")})
    else:
        document = setting.library.document(name)
        Screen().rows(document_rows(document, on, setting.labels))
    return 0

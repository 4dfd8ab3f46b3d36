"""A semantic difference as one HTML page that stands by itself: no script, no network, every word of the policies escaped."""

from functools import cache
from typing import TYPE_CHECKING

from clausewise.prove.change import Cases, Difference, Sort
from clausewise.prove.wording_changes import kinds
from clausewise.render import diff_words as say
from clausewise.render.redline import Piece, Redlined, pieces

if TYPE_CHECKING:
    from jinja2 import Environment


def difference_page(found: Difference, lines: tuple[Redlined, ...], cases: Cases | None = None) -> str:
    """Return the page of a difference; equal differences give equal pages."""
    own = [change for change in found.changes if change.changes_meaning and not change.follows]
    return _environment().get_template("diff_page.html").render(
        found=found,
        say=say,
        meant=[change for change in own if change.sort is not Sort.STEP] + [change for change in own if change.sort is Sort.STEP],
        through=[change for change in found.changes if change.follows],
        moved=[change for change in found.changes if not change.changes_meaning],
        matrix=say.outcomes(found),
        kinds=kinds(found.remarks),
        lines=[line for line in lines if line.changed],
        cases=cases,
    ) + "\n"  # fmt: skip


def words_of(line: Redlined, which: str) -> tuple[Piece, ...]:
    """Return the runs of words of a redlined line, of its text ("words") or of its logic ("test")."""
    old, new = ("" if one is None else str(getattr(one, which)) for one in (line.old, line.new))
    return pieces(old, new)


def names_of(line: Redlined) -> tuple[Piece, ...]:
    """Return what a redlined line is called, the number it had included."""
    if line.old is None or line.new is None:
        return (Piece("", line.line.name),)
    return pieces(line.old.name, line.new.name)


@cache
def _environment() -> "Environment":
    """Return where the templates live.  What they cannot find is a fault and never an empty place."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # only a page needs it: other commands start faster

    loader = PackageLoader("clausewise.render", "templates")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, auto_reload=False
    )
    environment.globals |= {"words_of": words_of, "names_of": names_of}
    return environment

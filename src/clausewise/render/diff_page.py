"""A semantic difference as one HTML page that stands by itself: no script, no network, every word of the policies escaped."""

from functools import cache
from typing import TYPE_CHECKING

from clausewise.prove.change import Cases, Difference, Sort
from clausewise.prove.wording_changes import kinds
from clausewise.render import diff_words as say
from clausewise.render.page_environment import page_environment
from clausewise.render.redline import Piece, Redlined, pieces

if TYPE_CHECKING:
    from jinja2 import Template


def difference_page(found: Difference, lines: tuple[Redlined, ...], cases: Cases | None = None) -> str:
    """Return the page of a difference; equal differences give equal pages."""
    own = [change for change in found.changes if change.changes_meaning and not change.follows]
    return _template().render(
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
def _template() -> "Template":
    return page_environment({}, {"words_of": words_of, "names_of": names_of}).get_template("diff_page.html")

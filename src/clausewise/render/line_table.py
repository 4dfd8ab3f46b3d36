"""The table of determined lines, what its dispositions mean, and the rollup of each case."""

from collections.abc import Iterable, Iterator, Sequence

from clausewise.decide.determine import rollup
from clausewise.decide.record import SAYINGS
from clausewise.render.rows import Cell, Column, Look, Row
from clausewise.render.why_rows import look_of
from clausewise.vocab.determination import Determination, Disposition

COLUMNS = (
    Column("case", wraps=True, width_max=28),
    Column("line"),
    Column("code"),
    Column("label", cut=True, width_max=26, only_helps=True),
    Column("disposition", wraps=True, width_max=27),
    Column("nature"),
    Column("missing", wraps=True),
)
NAMED_MAX = 3  # how many missing facts a cell names
ROLLUPS = {"SPLIT": "its lines come out apart", "OPEN_MIXED": "its lines come out apart, and some are still open"}


def line_cells(one: Determination, label: str) -> tuple[Cell, ...]:
    """Return the cells of one line."""
    view = one.view
    return (
        (one.case, Look.PLAIN),
        (str(one.line), Look.PLAIN),
        (one.code, Look.PLAIN),
        (label, Look.QUIET),
        (view.disposition.value + (f" to {view.target}" if view.target else ""), look_of(view.disposition)),
        (view.nature.value, Look.PLAIN),
        (_missing(view.missing, view.settles), Look.PLAIN),
    )


def _missing(missing: Sequence[str], settles: Sequence[str]) -> str:
    """Return the first of the missing facts, those that could settle it first, and how many more there are."""
    ordered = [*settles, *(name for name in missing if name not in settles)]
    named = ", ".join(ordered[:NAMED_MAX])
    return f"{named} and {len(ordered) - NAMED_MAX} more" if len(ordered) > NAMED_MAX else named


def legend_rows(dispositions: Iterable[Disposition]) -> Iterator[Row]:
    """Yield what each disposition that occurs means."""
    present = set(dispositions)
    for disposition in Disposition:
        if disposition in present:
            yield Row(f"{disposition.value}: {SAYINGS[disposition]}", look=look_of(disposition))


def rollup_rows(cases: Iterable[tuple[str, Sequence[Determination]]]) -> Iterator[Row]:
    """Yield the rollup of each case, the cases that share one together."""
    grouped: dict[str, list[str]] = {}
    for case, determinations in cases:
        grouped.setdefault(rollup([one.view.disposition for one in determinations]), []).append(case)
    yield Row("Each case as a whole:", look=Look.HEAD)
    for whole in sorted(grouped):
        meaning = f" ({ROLLUPS[whole]})" if whole in ROLLUPS else ""
        yield Row(f"{whole}{meaning}: {', '.join(grouped[whole])}", 2)

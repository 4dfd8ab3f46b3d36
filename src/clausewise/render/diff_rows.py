"""A semantic difference for a terminal: clauses that changed with a case for each direction, outcomes, shares, other changes,
redline.

Direction and sign stand in words and marks; colour only repeats them.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from clausewise.prove.change import Cases, Change, Difference, Flip, Remark, Sort, Way
from clausewise.prove.wording_changes import kinds
from clausewise.render import diff_words as say
from clausewise.render.redline import Redlined
from clausewise.render.rows import Cell, Column, Look, Row

LOOKS = {Way.NARROWER: Look.FAILED, Way.DELETED: Look.FAILED, Way.WIDER: Look.MET, Way.NEW: Look.MET}
REDLINE = (Column("line", wraps=True, width_max=16), Column("text", wraps=True), Column("logic", wraps=True))
CASES = (
    Column("case", wraps=True, width_max=28),
    Column("line"),
    Column("code"),
    Column("disposition", wraps=True, width_max=42),
    Column("by clause", wraps=True),
)


def difference_rows(found: Difference) -> Iterator[Row]:
    """Yield all but the redline and the case file."""
    day = found.on[1].isoformat()
    yield Row(f"{found.names[0]} -> {found.names[1]}, for services of {day}", look=Look.HEAD)
    yield Row(say.headline(found), 2)
    if found.related:
        yield Row(say.compared_words(found), 2)
    own = [change for change in found.changes if change.changes_meaning and not change.follows]
    for title, is_step in (("What changed its meaning", False), ("Steps of the ladder", True)):
        some = [change for change in own if (change.sort is Sort.STEP) is is_step]
        yield from _titled(title, (row for change in some for row in change_rows(change, found)))
    yield from _titled("What changed through that", _through_rows(found.changes))
    yield from _titled("Another number, the same meaning", _renumbered_rows(found.changes))
    yield from _titled("Outcomes that change", _outcome_rows(found))
    yield from _titled("How many cases", _share_rows(found))
    yield from _titled("What is computed, and at which values it was tried", (Row(one, 2) for one in found.tried))
    for kind, remarks in kinds(found.remarks).items():
        yield from _titled(f"Changes of {kind.value}", (row for remark in remarks for row in _remark_rows(remark)))


def _titled(title: str, rows: Iterable[Row]) -> Iterator[Row]:
    listed = list(rows)
    if listed:
        yield Row()
        yield Row(title, look=Look.HEAD)
        yield from listed


def change_rows(change: Change, found: Difference) -> Iterator[Row]:
    """Yield a change with a case for each direction."""
    whole = say.goes_with(change, found)
    also = [say.renumbered_words(change), change.why, f"a part of {whole}" if whole else ""]
    words = "; ".join(part for part in (say.way_words(change), *also) if part)
    if change.way is not Way.EQUAL:
        yield Row(f"{say.name_of(change)}  {change.way.value.upper()}: {words}", 2, look=LOOKS.get(change.way, Look.OPEN))
    if change.conclusions is not None:
        yield Row(
            f"{say.name_of(change)}  CONCLUDES OTHERWISE: {change.conclusions[0]} -> {change.conclusions[1]}", 2, look=Look.OPEN
        )
    for shown, example in say.examples_of(change, found):
        yield Row(f"Example that goes {shown}: {say.example_words(example)}", 6)
        yield Row(f"it comes out {say.outcome_words(example)}", 8, look=Look.QUIET)


def _through_rows(changes: Sequence[Change]) -> Iterator[Row]:
    for change in changes:
        if change.follows:
            yield Row(f"{say.name_of(change)}  {change.way.value}, through {', '.join(change.through)}", 2)


def _renumbered_rows(changes: Sequence[Change]) -> Iterator[Row]:
    moved = [change for change in changes if not change.changes_meaning]
    for how, some in groupby(moved, key=say.renumbered_words):
        pairs = ", ".join(f"{change.old} -> {change.new}" for change in some)
        yield Row(f"{pairs}: {how}", 2)


def _outcome_rows(found: Difference) -> Iterator[Row]:
    for dispositions, some in say.outcomes(found):
        yield Row(f"{dispositions[0]} -> {dispositions[1]}", 2, look=Look.OPEN)
        yield from _flip_rows(some[0])
        if len(some) > 1:
            others = ", ".join(dict.fromkeys(_way(flip) for flip in some[1:]))
            yield Row(f"and otherwise, {others}; --json and --html show a case of each", 4, look=Look.QUIET)
    if found.flips_cut:
        yield Row("there are more classes of cases than are listed", 2)
    if found.flips_not_decided:
        yield Row(f"whether there are more: {say.not_decided(found)}", 2, look=Look.OPEN)
    for words, codes in say.routes(found):
        if codes:
            yield Row(f"Codes that {words}: {', '.join(codes)}", 2, look=Look.OPEN)
    if found.routes.not_decided:
        yield Row(f"Codes for which that is {say.not_decided(found)}: {', '.join(found.routes.not_decided)}", 2, look=Look.OPEN)


def _flip_rows(flip: Flip) -> Iterator[Row]:
    yield Row(f"{_way(flip)}: {say.example_words(flip.example)}", 4)


def _way(flip: Flip) -> str:
    """Return by which steps, and by way of which changed clause, a disposition changes."""
    steps = " -> ".join(dict.fromkeys(flip.example.steps))
    return f"by {flip.clause} at {steps}" if flip.clause else f"at {steps}"


def _share_rows(found: Difference) -> Iterator[Row]:
    if found.share is None or not (found.changes_meaning or found.flips):
        return
    yield Row(say.share_words(found.share, found), 2)
    if found.share.whole and len(found.share.by_code) > 1:
        yield Row(f"Of one code: {say.by_code_words(found.share)}", 4, look=Look.QUIET)
    if found.share.whole:
        yield Row(say.MEASURE, 4, look=Look.QUIET)


def _remark_rows(remark: Remark) -> Iterator[Row]:
    yield Row(f"{remark.where}{' (can change what comes out)' if remark.matters else ''}", 2)
    if remark.old:
        yield Row(f"- {remark.old}", 4, look=Look.FAILED)
    if remark.new:
        yield Row(f"+ {remark.new}", 4, look=Look.MET)


# ---- tables ----------------------------------------------------------------------------------------------------------


def redline_cells(lines: Sequence[Redlined]) -> Iterator[tuple[Cell, ...]]:
    """Yield the changed lines, two rows each: what stood, and what stands, words beside logic; what stayed is said once."""
    for line in lines:
        if not line.changed:
            continue
        old, new = line.old, line.new
        names = _names(line)
        if old is not None:
            stayed = new is not None
            yield (
                (names, Look.HEAD),
                _old_cell(old.words, stayed and new is not None and new.words == old.words),
                _old_cell(old.test, stayed and new is not None and new.test == old.test),
            )
        if new is not None and (old is None or (old.words, old.test) != (new.words, new.test)):
            yield (
                ("" if old is not None else names, Look.HEAD),
                _new_cell(new.words, old is not None and old.words == new.words),
                _new_cell(new.test, old is not None and old.test == new.test),
            )


def _names(line: Redlined) -> str:
    old, new = line.old, line.new
    return line.line.name if old is None or new is None or old.name == new.name else f"{old.name} -> {new.name}"


def _old_cell(text: str, stayed: bool) -> Cell:
    return (f"  {text}", Look.PLAIN) if stayed else (f"- {text}" if text else "", Look.FAILED)


def _new_cell(text: str, stayed: bool) -> Cell:
    return ("", Look.PLAIN) if stayed else (f"+ {text}" if text else "", Look.MET)


def case_rows(cases: Cases) -> Iterator[Row]:
    """Yield how many lines of a case file come out otherwise, and by way of which clauses."""
    yield Row()
    yield Row(f"On {cases.file}: {len(cases.affected)} of {cases.lines} lines come out otherwise", look=Look.HEAD)
    counts: dict[str, int] = {}
    for one in cases.affected:
        for clause in one.clauses or ("no changed clause",):
            counts[clause] = counts.get(clause, 0) + 1
    for clause, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        yield Row(f"{clause}: {count}", 2)


def case_cells(cases: Cases) -> Iterator[tuple[Cell, ...]]:
    """Yield the lines that come out otherwise."""
    for one in cases.affected:
        words = f"{one.dispositions[0]} -> {one.dispositions[1]}"
        yield tuple((text, Look.PLAIN) for text in (one.case, str(one.line or ""), one.code, words, ", ".join(one.clauses)))

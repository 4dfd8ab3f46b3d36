"""The outline of a document as parts: those with a number in their order, and what each of them asks by itself."""

from collections.abc import Iterable, Iterator
from datetime import date

from clausewise.render.criterion_rows import OutlinePart, Vocabulary, asked_facts, outline_part
from clausewise.vocab.criterion import Criterion
from clausewise.vocab.document import PolicyDocument


def top_parts(document: PolicyDocument, on: date | None = None) -> tuple[OutlinePart, ...]:
    """Return the top parts of a document's outline; on a day, only what is in force then."""
    parts = (outline_part(item, document.ids, on) for item in document.sections)
    return tuple(part for part in parts if part is not None)


def numbered_parts(
    parts: Iterable[OutlinePart], above: tuple[OutlinePart, ...] = ()
) -> Iterator[tuple[OutlinePart, tuple[OutlinePart, ...]]]:
    """Yield every part with a number, in the order of the text, with the numbered parts above it, the outermost first."""
    for part in parts:
        inner = above
        if part.clause:
            yield part, above
            inner = (*above, part)
        yield from numbered_parts(part.parts, inner)


def own_criteria(part: OutlinePart) -> Iterator[Criterion]:
    """Yield what a part tests itself: without the numbered parts below, which test for themselves."""
    yield from (criterion for criterion in (part.scope, part.test) if criterion is not None)
    for below in part.parts:
        if not below.clause:
            yield from own_criteria(below)


def asked_of_clause(part: OutlinePart, document: PolicyDocument, known: Vocabulary) -> tuple[str, ...]:
    """Return the facts that a clause asks for by itself, those of its readings included, each once."""
    number = part.clause.removeprefix(document.ids)
    readings = (one.criterion for one in document.readings if one.clause == number and one.criterion is not None)
    criteria = (*own_criteria(part), *readings)
    return tuple(dict.fromkeys(name for one in criteria for name in asked_facts(one, known)))

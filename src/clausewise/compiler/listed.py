"""Codes that a policy lists and excludes: what its excluding clauses say of a code alone, whatever else is known."""

from collections.abc import Iterator

from clausewise.compiler.compile import inherited_conclusion
from clausewise.compiler.compiled import EXCLUDING
from clausewise.compiler.link import Linked, walk_items
from clausewise.compiler.words import Words
from clausewise.policy.places import Text
from clausewise.policy.remarks import remark
from clausewise.policy.walk import below
from clausewise.vocab import criterion as c
from clausewise.vocab.criterion import Criterion, Item
from clausewise.vocab.document import FAMILIES_OF_CODE, CodeRow
from clausewise.vocab.problem import Problem
from clausewise.vocab.truth import Truth, at_least, both, either, known, negation


def listed_and_excluded(linked: Linked, words: Words, text: Text) -> Iterator[Problem]:
    """Yield a note on the listed codes that the same clauses exclude by their families alone, at the first of them."""
    policy = linked.policy
    families = {row.code: row.families for row in policy.families}
    clauses = [item for item in walk_items(policy.sections, linked.on) if item.numbered and _excludes(item, linked)]
    together: dict[tuple[str, ...], list[CodeRow]] = {}
    for row in {row.code: row for row in reversed(policy.codes)}.values():
        fires = (item.clause for item in clauses if _fires(item, row, families.get(row.code, ()), words) is Truth.TRUE)
        together.setdefault(tuple(fires), []).append(row)
    for caught, rows in together.items():
        if caught:
            rows.sort(key=lambda row: row.line)
            at = text.place(policy.file, rows[0].line, rows[0].code)
            codes = f"{', '.join(row.code for row in rows)} {'is' if len(rows) == 1 else 'are'}"
            named = dict.fromkeys(family for row in rows for family in families.get(row.code, ()))
            yield remark("CW440", at, caught[0], codes=codes, clauses=" and ".join(caught), families=", ".join(named) or "by code")


def _excludes(item: Item, linked: Linked) -> bool:
    """Tell whether a clause excludes by itself: it does so by conclusion, and no clause stands below it."""
    words = inherited_conclusion(linked.policy, item).split(" and ")
    return not EXCLUDING.isdisjoint(words) and not any(isinstance(node, Item) for node in below(item.criterion))


def _fires(node: Criterion, row: CodeRow, families: tuple[str, ...], words: Words) -> Truth:
    """Return the truth of a criterion for a code of which nothing but its families is known."""
    match node:
        case Item(scope=scope, criterion=inner):
            parts = (inner,) if scope is None else (scope, inner)
            return both(_fires(part, row, families, words) for part in parts)
        case c.AllOf(parts):
            return both(_fires(part, row, families, words) for part in parts)
        case c.AnyOf(parts):
            return either(_fires(part, row, families, words) for part in parts)
        case c.AtLeast(count, parts):
            return at_least(count, (_fires(part, row, families, words) for part in parts))
        case c.Negation(part):
            return negation(_fires(part, row, families, words))
        case c.Except(main, exception):
            return both((_fires(main, row, families, words), negation(_fires(exception, row, families, words))))
        case c.Unless(main, waiver):
            return either((_fires(main, row, families, words), _fires(waiver, row, families, words)))
        case c.CodeIs(codes):
            return known(row.code in codes)
        case c.CodeIn(name):
            return _member(row.code, name, words)
        case c.Is(fact, values) if _is_family(fact, words):
            return known(not set(values).isdisjoint(families or ("none",)))
        case c.Constant(holds) if holds is not None:
            return known(holds)
        case _:
            return Truth.UNKNOWN


def _is_family(name: str, words: Words) -> bool:
    """Tell whether a fact is answered by the families of the code where nobody says otherwise."""
    fact = words.facts.get(name)
    return fact is not None and any(default.value == FAMILIES_OF_CODE for default in fact.defaults)


def _member(code: str, name: str, words: Words) -> Truth:
    found = words.sets.get(name, ())
    if any(code in one.codes for one in found):
        return Truth.TRUE
    return Truth.FALSE if found and all(one.complete for one in found) else Truth.UNKNOWN

"""Changes of a document that are not the meaning of a clause: words, front matter, evidence, facts, codes.

Each is one remark with what stood and what stands there.  A change of what silence on a fact means, or of a code, does change what
comes out for some request, and is marked as doing so: the cases that are compared answer every question.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping

from clausewise.compiler.compiled import CompiledPolicy
from clausewise.compiler.link import walk_items
from clausewise.prove.change import Kind, Remark
from clausewise.prove.own_words import Names, own_form, silence_meaning
from clausewise.vocab.criterion import AnyOf, Item
from clausewise.vocab.document import FactDeclaration, PolicyDocument, Ratification, Reading
from clausewise.vocab.period import Period

EVIDENCE_KEYS = ("source", "reviewed", "status", "because")
PEOPLE_TABLES = ("references", "frame of the source")  # tables that only people read
READ_TABLES = ("facts", "sets", "codes", "families", "add-ons", "exclusive", "answers")
Texts = Mapping[str, str]


def remarks(
    old: PolicyDocument, new: PolicyDocument, names: Names, policies: tuple[CompiledPolicy, CompiledPolicy]
) -> tuple[Remark, ...]:
    """Return every change that is not one of meaning, by kind."""
    found = (
        *_wording(old, new, names),
        *_changed(Kind.METADATA, dict(_metadata(old)), dict(_metadata(new))),
        *_changed(Kind.METADATA, _periods(old, names), _periods(new, {}), matters=True),
        *_evidence(old, new, names),
        *_facts(*policies),
        *_codes(old, new, names),
        *_tables(old, new),
    )
    return tuple(sorted(found, key=lambda remark: list(Kind).index(remark.kind)))


def _changed(kind: Kind, old: Texts, new: Texts, matters: bool = False) -> Iterator[Remark]:
    for where in {**old, **new}:
        before, after = old.get(where, ""), new.get(where, "")
        if before != after:
            yield Remark(kind, where, before, after, matters)


# ---- words -----------------------------------------------------------------------------------------------------------


def _wording(old: PolicyDocument, new: PolicyDocument, names: Names) -> Iterator[Remark]:
    yield from _changed(Kind.WORDING, _prose(old, names), _prose(new, {}))
    yield from _changed(Kind.WORDING, _open_lists(old, names), _open_lists(new, {}), matters=True)
    yield from _changed(Kind.WORDING, _definitions(old, names), _definitions(new, {}))
    yield from _changed(Kind.WORDING, dict(old.prose), dict(new.prose))
    for before, after in renamed_words(old, new, names).items():
        yield Remark(Kind.WORDING, f"defined word {after}", before, after)


def _prose(document: PolicyDocument, names: Names) -> Texts:
    """Return the words of every item; parts without a number are told together, in the order of their words."""
    found: dict[str, list[str]] = {}
    for item in walk_items(document.sections):
        name = names.get(item.clause, item.clause)
        found.setdefault(name if item.numbered else f"parts of {name}", []).append(item.prose)
    steps = {step.clause: [step.prose] for _, ladder in document.steps for step in ladder}
    return {where: "; ".join(sorted(words)) for where, words in {**found, **steps}.items()}


def _open_lists(document: PolicyDocument, names: Names) -> Texts:
    items = (item for item in walk_items(document.sections) if item.numbered and isinstance(item.criterion, AnyOf))
    return {f"list of {names.get(item.clause, item.clause)}": "open" for item in items if _is_open(item)}


def _is_open(item: Item) -> bool:
    return isinstance(item.criterion, AnyOf) and item.criterion.open_list


def _definitions(document: PolicyDocument, names: Names) -> Texts:
    return {f"definition of {names.get(word.name, word.name)}": word.prose for word in document.definitions}


def renamed_words(old: PolicyDocument, new: PolicyDocument, numbers: Names) -> Names:
    """Return defined words that have another name and say the same: new names by old ones."""
    kept = {word.name for word in old.definitions} & {word.name for word in new.definitions}
    before = _by_form(old, numbers, kept)
    after = _by_form(new, {}, kept)
    return {name: after[form] for form, name in before.items() if form in after}


def _by_form(document: PolicyDocument, numbers: Names, kept: set[str]) -> Mapping[Hashable, str]:
    words = (word for word in document.definitions if word.name not in kept and word.criterion is not None)
    return {own_form(word.criterion, numbers): word.name for word in words}


# ---- front matter, periods -------------------------------------------------------------------------------------------


def _metadata(document: PolicyDocument) -> Iterator[tuple[str, str]]:
    yield "document", document.id
    yield from ((key, text) for key, text in document.frame if key not in (*EVIDENCE_KEYS, "document"))


def _periods(document: PolicyDocument, names: Names) -> Texts:
    items = (item for item in walk_items(document.sections) if item.numbered)
    return {f"{names.get(item.clause, item.clause)} in force": _days(item.period) for item in items if _days(item.period)}


def _days(period: Period) -> str:
    first, last = period.first, period.last
    return f"{first or ''} to {last or ''}".strip() if first or last else ""


# ---- evidence --------------------------------------------------------------------------------------------------------


def _evidence(old: PolicyDocument, new: PolicyDocument, names: Names) -> Iterator[Remark]:
    sources = [{key: text for key, text in document.frame if key in EVIDENCE_KEYS} for document in (old, new)]
    yield from _changed(Kind.EVIDENCE, sources[0], sources[1])
    yield from _changed(Kind.EVIDENCE, dict(_readings(old, names)), dict(_readings(new, {})))
    yield from _changed(Kind.EVIDENCE, _notes(old, names), _notes(new, {}))


def _readings(document: PolicyDocument, names: Names) -> Iterator[tuple[str, str]]:
    """Yield what is said of a clause's readings: why there are several, and each one's name with who ratified it."""
    by_clause: dict[str, list[Reading]] = {}
    for reading in document.readings:
        by_clause.setdefault(names.get(reading.clause, reading.clause), []).append(reading)
    for clause, readings in by_clause.items():
        yield f"why {clause} has readings", next((one.why for one in readings if one.why), "")
        yield f"readings of {clause}", "; ".join(f"{one.name}{_ratified(one.ratified)}" for one in readings)


def _ratified(ratified: Ratification | None) -> str:
    if ratified is None:
        return ""
    return f", ratified by {ratified.by} on {ratified.on}{', provisional' if ratified.provisional else ''}"


def _notes(document: PolicyDocument, names: Names) -> Texts:
    found: dict[str, list[str]] = {}
    for note in document.notes:
        found.setdefault(f"note on {names.get(note.clause, note.clause)}", []).append(note.text)
    return {where: " ".join(texts) for where, texts in found.items()}


# ---- facts -----------------------------------------------------------------------------------------------------------


def _facts(old: CompiledPolicy, new: CompiledPolicy) -> Iterator[Remark]:
    """Yield the changes of the facts that one of the policies asks for."""
    asked = [{name for names in policy.atom_facts for name in names} & set(policy.facts) for policy in (old, new)]
    for name in sorted(asked[0] | asked[1]):
        before, after = old.facts.get(name), new.facts.get(name)
        if before is None or after is None:
            yield Remark(Kind.FACTS, f"fact {name}", before.question if before else "", after.question if after else "")
        elif (name in asked[0]) != (name in asked[1]):
            said = ["asked" if name in one else "not asked" for one in asked]
            yield Remark(Kind.FACTS, f"fact {name}", said[0], said[1])
        if before is not None and after is not None:
            yield from _fact(before, after)


def _fact(before: FactDeclaration, after: FactDeclaration) -> Iterator[Remark]:
    parts = [_fact_texts(fact) for fact in (before, after)]
    yield from _changed(Kind.FACTS, parts[0], parts[1])
    if silence_meaning(before) != silence_meaning(after):
        yield Remark(Kind.FACTS, f"what silence on {before.name} means", _silence(before), _silence(after), matters=True)


def _fact_texts(fact: FactDeclaration) -> Texts:
    answers = ", ".join((fact.answer.kind.value, *fact.answer.values, fact.answer.unit)).rstrip(", ")
    return {
        f"question of {fact.name}": fact.question,
        f"answers to {fact.name}": answers + (", each side" if fact.answer.each_side else ""),
        f"where to look for {fact.name}": fact.where,
        f"cost of {fact.name}": str(fact.cost),
    }


def _silence(fact: FactDeclaration) -> str:
    said = [default.value or "a test" for default in fact.defaults]
    again = f"; asked again if {', '.join(fact.asked_again)}" if fact.asked_again else ""
    return (" or ".join(said) or "not known") + again


# ---- codes and tables ------------------------------------------------------------------------------------------------


def _codes(old: PolicyDocument, new: PolicyDocument, names: Names) -> Iterator[Remark]:
    yield from _changed(Kind.CODES, _listed(old), _listed(new), matters=True)
    yield from _changed(Kind.CODES, _labels(old, names), _labels(new, {}))
    yield from _changed(Kind.CODES, _of_codes(old), _of_codes(new), matters=True)
    yield from _changed(Kind.CODES, _sets(old), _sets(new), matters=True)


def _listed(document: PolicyDocument) -> Texts:
    return {f"code {row.code}": "listed" for row in document.codes}


def _labels(document: PolicyDocument, names: Names) -> Texts:
    """Return what only people read in the table of codes; a code that has come or gone is told already."""
    found = {}
    for row in document.codes:
        carried = ", ".join(names.get(clause, clause) for clause in row.clauses)
        found[f"row of {row.code}"] = "; ".join(part for part in (row.label, carried, row.note) if part)
    return found


def _of_codes(document: PolicyDocument) -> Texts:
    beside = {f"{row.returned} beside {row.beside}": "same side" if row.same_side else "any side" for row in document.exclusives}
    return {
        **{f"families of {row.code}": ", ".join(sorted(row.families)) for row in document.families},
        **{f"primaries of {row.code}": ", ".join(sorted(row.primaries)) for row in document.add_ons},
        **beside,
    }


def _sets(document: PolicyDocument) -> Texts:
    return {
        f"set {group.name}": f"{', '.join(sorted(group.codes))}{'' if group.complete else ' and others'}" for group in document.sets
    }


def _tables(old: PolicyDocument, new: PolicyDocument) -> Iterator[Remark]:
    for people in (True, False):
        kind = Kind.EVIDENCE if people else Kind.METADATA
        yield from _changed(kind, dict(_rows(old, people)), dict(_rows(new, people)), matters=not people)


def _rows(document: PolicyDocument, people: bool) -> Iterator[tuple[str, str]]:
    """Yield the rows of tables, each under its heading and first cell; of several with one name the texts are joined."""
    found: dict[str, list[str]] = {}
    for heading, rows in document.rows:
        if heading.startswith(PEOPLE_TABLES) is people:
            for row in rows:
                cells = [text for _, text in row.cells]
                found.setdefault(f"{heading.split('(')[0].strip()}: {cells[0] if cells else ''}", []).append(" | ".join(cells[1:]))
    yield from ((where, "; ".join(texts)) for where, texts in found.items())


def kinds(found: Iterable[Remark]) -> Mapping[Kind, tuple[Remark, ...]]:
    """Return remarks by their kind, kinds without any left out."""
    listed = tuple(found)
    return {kind: some for kind in Kind if (some := tuple(remark for remark in listed if remark.kind is kind))}

"""Sentences against their tests: "and" with "or", lists that are said to be open, numbers that nothing tests."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from clausewise.policy.nearby import Nearby
from clausewise.policy.remarks import remark
from clausewise.policy.units import canonical, convert, is_known
from clausewise.policy.walk import Spot, below, nodes, own_nodes, parts_of, passages
from clausewise.vocab import criterion as c
from clausewise.vocab.criterion import Criterion, Item
from clausewise.vocab.document import NumericTable
from clausewise.vocab.problem import Level, Problem

_OPEN_PHRASES = re.compile(r"\b(such as|not limited to|for example|among others)\b|\b(e\.g\.)", re.IGNORECASE)
_COMMA = re.compile(r"\w,\s+\w")
_PARTING = re.compile(r",\s+(?:and|or)\b", re.IGNORECASE)  # a comma right before the word that joins
_BETWEEN = re.compile(r"\bbetween\s+\S+\s+and\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[;:]|\.(?=\s)")
_AND, _OR = re.compile(r"\band\b", re.IGNORECASE), re.compile(r"\bor\b", re.IGNORECASE)
_LANGUAGE = re.compile(r"`[^`]*`|\*\*[^*]*\*\*|\[[^\]]*\]")
_WORDED = {word: number for number, word in enumerate(
    ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 1)}
_WORD = re.compile(rf"\b({'|'.join(_WORDED)})(?![\w-])(?! of (?:these|them|the)\b)(?= (?P<unit>[a-z]+))", re.IGNORECASE)
_HEAD = re.compile(r"^- (?:\([^\s()]+\)\s|[A-Z][\w]*(?:[.-]\w+)*\s|\d+(?:[.-]\w+)+\s)?|^\*\*[^*]*\*\*:?")
_ASIDE = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
_LAW = re.compile(r"\d+ (?:CFR|U\.S\.C\.?) [\w.()-]+")
_CITATION = re.compile(r"CFR|U\.S\.C|Act\b|Code\b|[A-Z]-\d|step\b")
_NUMBER = re.compile(r"(?<![\w.,-])\d+(?:\.\d+)?(?![\w-]|[.,]\w)(?= ?(?P<unit>(?:sq )?[A-Za-z%][\w/]*)?)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_YEARS = range(1900, 2100)
_Measure: TypeAlias = tuple[Decimal, str]  # a number with its unit; the empty text where it has none


class _Sentence(NamedTuple):
    """The prose of an item, step or definition, and the criterion it is written for."""

    prose: str
    criterion: Criterion
    spot: Spot


def lint_text(beside: Nearby) -> Iterator[Problem]:
    """Yield what is to be said of the sentences of a document."""
    for sentence in _sentences(beside):
        yield from _mixed(sentence, beside)
        yield from _said_to_be_open(sentence, beside)
        yield from _untested_numbers(sentence, beside)


def _sentences(beside: Nearby) -> Iterator[_Sentence]:
    """Yield every sentence that has a criterion; readings only repeat in other words what a clause says."""
    document, text = beside.document, beside.text
    readings = {(reading.clause, reading.line) for reading in document.readings}
    for passage in passages(document):
        for node, spot in nodes(passage):
            is_top = node is passage.criterion and bool(spot.clause) and (spot.clause, spot.line) not in readings
            if isinstance(node, Item) or is_top:
                yield _Sentence(prose_of(text.sentence(spot.file, spot.line)), node, spot)


def prose_of(sentence: str) -> str:
    """Return a sentence without its number, its tests and the bold words of the language."""
    return _LANGUAGE.sub(" ", _HEAD.sub("", sentence))


# ---- and, commas, or


def _mixed(sentence: _Sentence, beside: Nearby) -> Iterator[Problem]:
    """Yield what is to be said of a sentence that can be read in two ways, where no reading says which is meant.

    A warning, or a note where the parts below it spell the grouping out.  A sentence whose own test mixes "and" with "or" is
    told wherever it mixes them too; any other one only if it is a clause's, whose commas leave the grouping open.
    """
    prose, criterion, spot = sentence
    if not (_COMMA.search(prose) and _AND.search(prose) and _OR.search(prose)) or _is_read(spot.clause, beside):
        return
    kinds = {type(node) for node in _own(criterion)}
    is_open = isinstance(criterion, Item) and is_tangled(beside.text.sentence(spot.file, spot.line))
    if is_open or (c.AllOf in kinds and c.AnyOf in kinds):
        level = Level.NOTE if _is_parted(criterion) else Level.WARNING
        yield replace(remark("CW433", beside.text.place(spot.file, spot.line), spot.clause), level=level)


def is_tangled(sentence: str) -> bool:
    """Tell whether some stretch of a sentence mixes "and", commas and "or" so that nothing says what belongs together.

    `A or B, and C` says it: each of its commas stands before one and the same joining word.  What stands in brackets is apart.

    >>> is_tangled("- I.A it hurts, swells and burns or bleeds `pain`"), is_tangled("- I.A it hurts or burns, and swells `pain`")
    (True, False)
    """
    stretches = _LANGUAGE.split(_HEAD.sub("", sentence))
    apart = (part for stretch in stretches for part in _SENTENCE_END.split(_BETWEEN.sub("between", _ASIDE.sub(" ", stretch))))
    return any(_is_tangled(part) for part in apart)


def _is_tangled(part: str) -> bool:
    if not (_COMMA.search(part) and _AND.search(part) and _OR.search(part)):
        return False
    joined = {found[0].strip(", ").lower() for found in _PARTING.finditer(part)}
    return len(joined) != 1 or bool(_COMMA.search(_PARTING.sub(" ", part)))


def _is_parted(criterion: Criterion) -> bool:
    """Tell whether items stand below a sentence."""
    return any(isinstance(node, Item) for node in below(criterion) if node is not criterion)


def _own(criterion: Criterion) -> Iterator[Criterion]:
    """Yield the nodes that stand on the line of a sentence."""
    for part in parts_of(criterion) if isinstance(criterion, Item) else (criterion,):
        yield from () if isinstance(part, Item) else own_nodes(part)


def _is_read(clause: str, beside: Nearby) -> bool:
    read = {reading.clause for reading in beside.document.readings}
    return any(clause == one or clause.startswith((f"{one}.", f"{one}-")) for one in read)


# ---- open lists


def _said_to_be_open(sentence: _Sentence, beside: Nearby) -> Iterator[Problem]:
    """Yield a warning where the prose leaves a list open and the set behind it is complete."""
    found, sets = _OPEN_PHRASES.search(sentence.prose), beside.sets()
    for node in _own(sentence.criterion) if found else ():
        name = node.value_set if isinstance(node, c.CodeIn | c.DiagnosisIn | c.FactIn) else ""
        if found and any(one.complete for one in sets.get(name, ())):
            spot, phrase = sentence.spot, found[0]
            at = beside.text.place(spot.file, spot.line, phrase)
            yield remark("CW434", at, spot.clause, phrase=phrase, name=name)


# ---- numbers


def _untested_numbers(sentence: _Sentence, beside: Nearby) -> Iterator[Problem]:
    """Yield a warning for each number of the prose that no test of the clause says."""
    written = numbers_in(sentence.prose)
    if not written:
        return
    tested = set(_numbers(sentence.criterion, beside))
    joined = {(Decimal(count), "") for count in _counts_of_parts(sentence.criterion)}
    for number, unit in written:
        is_word = number.lower() in _WORDED
        if is_word and not unit and not tested:
            continue  # "one of the two fillers": nothing is counted here
        if not any(_agree(_amount(number), unit, *other) for other in (tested | joined if is_word else tested)):
            spot = sentence.spot
            yield remark("CW435", beside.text.place(spot.file, spot.line, number), spot.clause, number=number)


def _counts_of_parts(criterion: Criterion) -> Iterator[int]:
    """Yield how many parts each group has, and how many answers each list: "one of three ways" needs no number in a test."""
    for node in below(criterion):
        named = node.values if isinstance(node, c.Is | c.Includes) else parts_of(node)
        yield from (len(named),) if len(named) > 1 else ()


def numbers_in(prose: str) -> tuple[tuple[str, str], ...]:
    """Return the numbers a sentence says, in digits or in words up to twelve, each with its unit or the empty text.

    Years, the numbers of citations, and a "one" that measures nothing are left out.
    """
    bare = _ASIDE.sub(lambda aside: " " if _CITATION.search(aside[0]) else aside[0], prose)
    plain = _THOUSANDS.sub("", _LAW.sub(" ", bare))
    found = ((number[0], _unit_of(number["unit"])) for number in _NUMBER.finditer(plain))
    worded = ((word[1], _unit_of(word["unit"])) for word in _WORD.finditer(plain))
    said = ((word, unit) for word, unit in worded if unit or word.lower() != "one")  # else "one" is rather a pronoun
    return tuple(dict.fromkeys((*((number, unit) for number, unit in found if Decimal(number) not in _YEARS), *said)))


def _amount(number: str) -> Decimal:
    return Decimal(_WORDED.get(number.lower(), number))


def _unit_of(word: str | None) -> str:
    """Return the unit a word of the prose is; "in" is rather the preposition than the inch."""
    return canonical(word) if word and word != "in" and is_known(word) else ""


def _agree(number: Decimal, unit: str, tested: Decimal, tested_unit: str) -> bool:
    """Tell whether two numbers say the same: in one unit where both have units of one dimension, else as they are."""
    turned = convert(number, unit, tested_unit) if unit and tested_unit else None
    return (number if turned is None else turned) == tested


def _numbers(criterion: Criterion, beside: Nearby) -> Iterator[_Measure]:
    """Yield every number in a criterion, and in the definitions and clauses it names, each of them opened once."""
    waiting, opened = [criterion], set[str]()
    while waiting:
        for node in below(waiting.pop()):
            yield from _own_numbers(node, beside)
            name = node.fact if isinstance(node, c.Is) else f"clause {node.clause}" if isinstance(node, c.ClauseMet) else ""
            if name and name not in opened:
                opened.add(name)
                waiting.extend(_opened(node, beside))


def _opened(node: Criterion, beside: Nearby) -> Iterator[Criterion]:
    match node:
        case c.Is(fact):
            word = beside.definitions().get(fact)
            yield from (word.criterion,) if word is not None and word.criterion is not None else ()
        case c.ClauseMet(clause, ""):
            items = (item for section in beside.document.sections for item in below(section) if isinstance(item, Item))
            yield from (item for item in items if item.clause == clause and item.numbered)
        case _:
            return


def _own_numbers(node: Criterion, beside: Nearby) -> Iterator[_Measure]:
    match node:
        case c.Compare(left, _, right):
            yield from _of_quantity(left, _unit_of_quantity(right, beside), beside)
            yield from _of_quantity(right, _unit_of_quantity(left, beside), beside)
        case c.HeldFor(_, time) | c.CourseLasted(_, time) | c.LongAgo(_, time) | c.Recent(_, time):
            yield _of_time(time)
        case c.Counted(_, _, count, window):
            yield Decimal(count), ""
            yield from () if window is None else (_of_time(window),)
        case c.Reached(moments):
            yield from (_of_time(moment.after) for moment in moments)
        case c.AtLeast(count, parts):
            yield from ((Decimal(number), "") for number in (count, len(parts)))
        case c.Includes(_, values, count):
            yield Decimal(count), ""
            yield from _digits(*values)
        case c.Is(_, values) | c.LineRequested(values) | c.CodeIs(values):
            yield from _digits(*values)
        case c.ModifierIs(word) | c.Unread(word):
            yield from _digits(word)
        case c.DocumentProvided(_, attributes, within):
            yield from _digits(*(value for _, value in attributes))
            yield from () if within is None else (_of_time(within),)
        case _:
            return


def _of_time(time: c.Duration) -> _Measure:
    return Decimal(time.count), time.unit


def _of_quantity(quantity: c.Quantity, other_unit: str, beside: Nearby) -> Iterator[_Measure]:
    """Yield the numbers of one side of a comparison; a bare one has the unit of the other side."""
    match quantity:
        case c.Literal(number, unit):
            yield number, unit or other_unit
        case c.TableValue(name):
            tables = (table for document in (*beside.used, beside.document) for table in document.tables)
            yield from ((number, "") for table in tables if table.name == name for number in _of_table(table))
        case _:
            return


def _unit_of_quantity(quantity: c.Quantity, beside: Nearby) -> str:
    name = quantity.fact if isinstance(quantity, c.FactNumber) else quantity.first if isinstance(quantity, c.Difference) else ""
    declared = (fact for document in (*beside.used, beside.document) for fact in document.facts)
    return next((fact.answer.unit for fact in declared if name and fact.name == name), "")


def _of_table(table: NumericTable) -> Iterator[Decimal]:
    yield from (number for row in table.rows for number in row)


def _digits(*texts: str) -> Iterator[_Measure]:
    """Yield the numbers inside words: the 19 of `covers_birth_defects_under_19`."""
    yield from ((Decimal(number), "") for text in texts for number in _DIGITS.findall(text))

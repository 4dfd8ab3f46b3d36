"""Mutants of an authored document: the same text with one change, such as a line deleted or `>=` turned into `>`.

A mutant asks of the golden cases: would you notice?  The changes are made in the text, line by line, as an author's slip would be.
A line is known by where it stands: in the front matter, in a table, in a quote, or as an item of an outline.  What only people
read (prose, notes, labels) is marked `prose`, and so is a change of cost, which only says what is asked first: counted, not tried.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from clausewise.policy.prose import CONCLUSIONS
from tools.mutant_tests import Answers, Edit, edits_of_test, other_than

REASONS = ("other", "open_list", "gap", "ambiguous", "conflict", "referral", "disagreement")
FOR_PEOPLE = ("title", "source", "reviewed", "status", "because")  # keys of the front matter that decide nothing
GROUPS = {
    "all of": ("one of",),
    "one of": ("all of",),
    "exactly one of": ("one of",),
    "none of": ("one of",),
    "one of, and others like these": ("all of", "one of"),
    "on the same side, all of": ("all of",),
}
JOINERS = {"and": "or", "or": "and", "unless": "except", "except": "unless"}
ITEM = re.compile(r"(?P<lead>(?:> ?)?\s*- )(?P<number>\([^)\s]+\)|[A-Z0-9][\w.]*(?:-\w[\w.]*)*(?=\s))?\s*(?P<body>.*)")
FINER = re.compile(r"without `|known -> raised|raised -> known|: emptied|^(?:necessity|basis|rank): ")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A document with one change; `label` names the line by its clause, row or word, so that it outlives other edits."""

    path: str
    line: int
    label: str
    change: str
    text: str
    prose: bool = False

    @property
    def finer(self) -> bool:
        """Whether the change goes beyond lines, connectors, thresholds, values and conclusions: it is tried only when asked for."""
        return FINER.search(self.change) is not None

    @property
    def key(self) -> str:
        """The name under which a mutant is known in the list of those that change nothing."""
        return f"{self.path} | {self.label} | {self.change}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands: `where` is front, heading, table, readings, definition, note, item or prose."""

    number: int
    text: str
    where: str
    label: str
    heading: str = ""
    columns: tuple[str, ...] = ()
    kind: str = ""  # of the document


def mutants_of(path: str, text: str, answers: Answers) -> tuple[Mutant, ...]:
    """Return every mutant of a document; of several with one name the later ones are numbered."""
    lines = text.split("\n")
    places = tuple(_places(lines))
    found = [
        *(mutant for place in places for mutant in _of_line(path, lines, place, answers)),
        *_ratifications(path, lines, places),
        *_swaps(path, lines, places),
    ]
    seen: dict[str, int] = {}
    named = []
    for mutant in found:
        seen[mutant.key] = seen.get(mutant.key, 0) + 1
        count = seen[mutant.key]
        named.append(mutant if count == 1 else replace(mutant, change=f"{mutant.change} (no. {count})"))
    return tuple(mutant for mutant in named if mutant.text != text)


# ---- where a line stands ----


def _places(lines: Sequence[str]) -> Iterator[Place]:
    front, heading, label, quote, kind, columns = 0, "", "", "", "", tuple[str, ...]()
    for number, line in enumerate(lines):
        bare = line.strip()
        place = Place(number, line, "prose", heading, heading, kind=kind)
        if front < 2:
            front += bare == "---"
            key, _, value = bare.partition(":")
            kind = value.strip() if key == "kind" else kind
            yield replace(place, where="front" if key else "prose", label=f"front matter {key}", kind=kind)
            continue
        if not bare:
            quote, columns = "", tuple[str, ...]()
        elif line.startswith("#"):
            heading = bare.lstrip("# ")
            yield replace(place, where="heading", label=f"heading {heading}", heading=heading)
        elif bare.startswith("|"):
            first = not columns
            columns = tuple(cell.strip() for cell in bare.strip("|").split("|")) if first else columns
            yield replace(place, where="table", label=_row_label(heading, bare), columns=() if first else columns)
        elif bare.startswith("> **"):
            quote = bare[4:].partition("**")[0]
            yield replace(place, where=_quote_of(quote), label=quote[0].lower() + quote[1:])
        elif quote and bare.startswith(">"):
            label = _reading_label(bare, label, quote)
            yield replace(place, where="readings", label=label)
        elif (item := ITEM.fullmatch(line)) is not None:
            label = _item_label(item, label)
            yield replace(place, where="item", label=label)
        elif "**" in bare or "`" in bare:
            yield replace(place, where="item", label=f"sentence of {heading}")
        else:
            yield place


def _quote_of(quote: str) -> str:
    return {"Re": "readings", "De": "definition"}.get(quote[:2], "note")


def _row_label(heading: str, row: str) -> str:
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    return f"{heading.split(' (')[0]}: {', '.join(cells[:2]) if 'vents' in heading else cells[0]}"


def _reading_label(bare: str, label: str, quote: str) -> str:
    named = re.match(r"> - \*([^*]+)\*", bare)
    clause = quote.rpartition(" ")[2]
    return f"reading {named[1]} of {clause}" if named else f"{label.partition(' /')[0]} / {_words(bare.lstrip('> -'))}"


def _item_label(item: re.Match[str], label: str) -> str:
    return item["number"].strip("()") if item["number"] else f"{label.partition(' /')[0]} / {_words(item['body'])}"


def _words(text: str) -> str:
    return " ".join(re.sub(r"[`*,:]", "", text).split()[:5])


# ---- changes of one line ----


def _of_line(path: str, lines: Sequence[str], place: Place, answers: Answers) -> Iterator[Mutant]:
    def mutant(change: str, new: Sequence[str], prose: bool = False) -> Mutant:
        text = "\n".join((*lines[: place.number], *new, *lines[place.number + 1 :]))
        return Mutant(path, place.number + 1, place.label, change, text, prose)

    if place.text.strip():
        yield mutant("deleted", [], _is_prose(place))
    for change, new in _edits(place, answers):
        yield mutant(change, [new], prose=change.startswith("cost: "))


def _is_prose(place: Place) -> bool:
    if place.where == "front":
        return place.label.removeprefix("front matter ") in FOR_PEOPLE
    if place.where == "heading":
        return place.text.startswith("# ") or not re.match(r"## (\(?[A-Z0-9][\w.-]*[.)] |Ladder|Nature)", place.text)
    return place.where in ("prose", "note") or (place.where == "definition" and "`" not in place.text)  # a gloss has no test


def _edits(place: Place, answers: Answers) -> Iterator[Edit]:
    match place.where:
        case "front":
            yield from _front_edits(place)
        case "table":
            yield from _row_edits(place, answers)
        case "item" | "readings" | "definition":
            yield from _marked_edits(place, answers)
        case "heading":
            yield from _period_edits(place.text)


def _front_edits(place: Place) -> Iterator[Edit]:
    key, colon, value = place.text.partition(":")
    parts = [part.strip() for part in value.split(",")]
    if key in ("plans", "lines of business", "states", "funding", "needs", "uses"):
        if len(parts) > 1:
            for part in parts:
                yield f"without {part}", f"{key}{colon} {', '.join(other for other in parts if other != part)}"
        elif key in ("plans", "lines of business", "states", "funding"):
            yield "another value", f"{key}{colon} {'medicaid' if 'lines' in key else 'XX'}"
    if key in ("ids", "ladder", "document", "revision"):
        yield "another value", f"{key}{colon} X{value.strip()}"
    yield from _period_edits(place.text if key == "in force" else "")


def _period_edits(text: str) -> Iterator[Edit]:
    for found in DAY.finditer(text):
        for days in (-1, 1):
            day = date.fromisoformat(found[0]) + timedelta(days)
            yield f"{found[0]} -> {day}", text[: found.start()] + str(day) + text[found.end() :]


def _marked_edits(place: Place, answers: Answers) -> Iterator[Edit]:
    text = place.text
    for found in re.finditer(r"`([^`]+)`", text):
        for change, test in edits_of_test(found[1], answers):
            yield change, f"{text[: found.start()]}`{test}`{text[found.end() :]}"
    for found in re.finditer(r"\*\*([^*]+)\*\*(?: \((?P<reason>[a-z_]+)\))?", text):
        for change, new in _bold_edits(found, place):
            yield change, text[: found.start()] + new + text[found.end() :]
    yield from _dropped(text)
    head = text.partition(" ")[0]
    yield from _period_edits(text if "[" in head or re.search(r"\[(?:from|to) \d", text) else "")


def _bold_edits(found: re.Match[str], place: Place) -> Iterator[Edit]:
    word, reason = found[1], found["reason"]
    behind = f" ({reason})" if reason else ""
    joiner, _, group = word.partition(" ")
    if word in JOINERS:
        yield f"{word} -> {JOINERS[word]}", f"**{JOINERS[word]}**"
    if joiner in ("and", "or") and group in GROUPS:
        yield f"{word} -> {JOINERS[joiner]} {group}", f"**{JOINERS[joiner]} {group}**"
    prefix, word_of_group = (f"{joiner} ", group) if joiner in (*JOINERS, "then") and group else ("", word)
    for other in GROUPS.get(word_of_group, ()):
        yield f"{word} -> {prefix}{other}", f"**{prefix}{other}**"
    if counted := re.fullmatch(r"at least (\d+) of", word_of_group):
        for number in (int(counted[1]) - 1, int(counted[1]) + 1):
            yield f"{word} -> {number}", f"**{prefix}at least {number} of**"
    yield from _conclusion_edits(word, reason, behind, place)


def _conclusion_edits(word: str, reason: str | None, behind: str, place: Place) -> Iterator[Edit]:
    prefix = "if unknown " if word.startswith("if unknown ") else ""
    concluded = word.removeprefix(prefix)
    if concluded.startswith("refer to "):
        yield "refers elsewhere", f"**{prefix}refer to ELSEWHERE**{behind}"
    kinds = ("nature",) if place.heading == "Nature" else (place.kind, "notice" if place.kind == "notice" else "ladder")
    words = next((CONCLUSIONS[kind] for kind in kinds if concluded in CONCLUSIONS.get(kind, ())), ())
    others = [other for other in words if other == concluded or other != "refer"]
    for other in dict.fromkeys((other_than(concluded, others), other_than(concluded, others[::-1]))) if words else ():
        yield f"{word} -> {other}", f"**{prefix}{other}**{behind}"
    if reason:
        other = other_than(reason, REASONS if reason in REASONS else ("no_consent", "legal_review"))
        yield f"reason {reason} -> {other}", f"**{word}** ({other})"


def _dropped(text: str) -> Iterator[Edit]:
    """Yield the line without its exception, scope, condition or own answer for the unknown."""
    for word in ("unless", "except"):
        before, mark, _ = text.partition(f" **{word}**")
        if mark and ("`" in before or f"**{word}** one of" in text):
            yield f"{word} dropped", before.rstrip(" ,")
    for found in re.finditer(r",? ?\*\*on point when\*\*[^`]*`[^`]*`(?: \*\*and\*\*)?", text):
        yield "scope dropped", text[: found.start()] + text[found.end() :]
    for found in re.finditer(r"\*\*if\*\*[^*]*\*\*then\*\* ?", text):
        yield "condition dropped", text[: found.start()] + text[found.end() :]
    for found in re.finditer(r",? ?\*\*(?:else\*\* \*\*[^*]+|if unknown [^*]+)\*\*(?: \([a-z_]+\))?", text):
        yield "else dropped" if "**else" in found[0] else "if unknown dropped", text[: found.start()] + text[found.end() :]


# ---- rows of tables ----


def _row_edits(place: Place, answers: Answers) -> Iterator[Edit]:
    cells = [cell.strip() for cell in place.text.strip().strip("|").split("|")]
    if len(cells) != len(place.columns) or set(place.text) <= set("|- "):
        return
    for at, (column, cell) in enumerate(zip(place.columns, cells, strict=True)):
        for change, new in _cell_edits(place, column, cell, cells[0], answers):
            yield f"{column}: {change}", f"| {' | '.join((*cells[:at], new, *cells[at + 1 :]))} |"


def _cell_edits(place: Place, column: str, cell: str, name: str, answers: Answers) -> Iterator[Edit]:
    heading = place.heading.lower()
    if heading == "facts":
        yield from _fact_edits(column, cell, name, answers)
    elif heading.startswith(("table", "score")) and re.fullmatch(r"-?\d+(\.\d+)?", cell):
        yield f"{cell} + 1", str(float(cell) + 1).removesuffix(".0")
    elif heading.startswith(("codes", "coding facts", "frame of the source", "references")):
        return  # for people, and for the page on traceability
    elif cell in ("yes", "no"):
        yield f"{cell} flipped", "no" if cell == "yes" else "yes"
    elif column == "rank" and cell:
        yield f"{cell} + 1", str(int(cell) + 1)
        yield f"{cell} - 1", str(int(cell) - 1)
    elif column in ("codes", "family", "primaries") and "," in cell:
        yield from _without_each(cell)
    elif column in ("necessity", "basis", "code") and heading.startswith("answers"):
        options = {
            "necessity": ("undetermined", "necessary"),
            "basis": ("none", "undetermined"),
            "code": ("PEND_INFO", "NOT_GOVERNED"),
        }
        yield f"{cell} -> {other_than(cell, options[column])}", other_than(cell, options[column])
    elif cell and column not in ("code", "set", "system", "returned", "fact", "meaning", "add-on", "action", "disposition"):
        yield "emptied", ""


def _without_each(cell: str) -> Iterator[Edit]:
    parts = [part.strip() for part in cell.split(",")]
    for part in parts:
        yield f"without {part}", ", ".join(other for other in parts if other != part)


def _fact_edits(column: str, cell: str, name: str, answers: Answers) -> Iterator[Edit]:
    if column == "answer" and "," in cell and cell != "yes or no, since" and not cell.startswith(("number", "courses")):
        yield from _without_each(cell)
    elif column == "answer" and cell == "yes or no":
        yield "yes or no -> text", "text"
    elif column == "if absent":
        yield from _default_edits(cell, answers.get(name, ("yes", "no")), answers)
    elif column == "asked again if" and cell:
        yield "emptied", ""
    elif column == "cost" and cell.isdigit():
        yield f"cost {cell} -> {int(cell) + 3}", str(int(cell) + 3)


def _default_edits(cell: str, values: Sequence[str], answers: Answers) -> Iterator[Edit]:
    """Yield other defaults: another answer for every alternative, each alternative dropped, each test changed."""
    alternatives = [part.strip() for part in cell.split(";")]
    for at, part in enumerate(alternatives):
        rest = (*alternatives[:at], *alternatives[at + 1 :])
        value, tick, test = part.partition("`")
        if part != "unknown":
            yield f"default {part} dropped", "; ".join(rest) or "unknown"
        for change, new in edits_of_test(test.rstrip("`"), answers) if tick else ():
            yield change, "; ".join((*alternatives[:at], f"{value}`{new}`", *alternatives[at + 1 :]))
        word = value.removesuffix(" if ").strip()
        if word and word not in ("families of the code", "as the document says"):
            other = other_than(word, values or ("another_answer",))
            yield (
                f"default {word} -> {other}",
                "; ".join((*alternatives[:at], part.replace(word, other, 1), *alternatives[at + 1 :])),
            )


# ---- changes of several lines ----


def _ratifications(path: str, lines: Sequence[str], places: Sequence[Place]) -> Iterator[Mutant]:
    """Yield each reading's ratification moved to every other reading of its clause, and taken away."""
    words = re.compile(r", ratified by [^:]*(?=:)")
    for place in places:
        if place.where != "readings" or not (found := words.search(place.text)):
            continue
        clause = place.label.rpartition(" ")[2]
        bare = list(lines)
        bare[place.number] = words.sub("", place.text)
        for other in places:
            if (
                other.where == "readings"
                and other.label.endswith(f" of {clause}")
                and other is not place
                and other.label.startswith("reading ")
            ):
                moved = list(bare)
                moved[other.number] = re.sub(r"^(> - \*[^*]+\*)", lambda name: name[1] + found[0], other.text)
                yield Mutant(path, place.number + 1, place.label, f"ratification moved to {other.label}", "\n".join(moved))
        bare[place.number] = words.sub(", not ratified", place.text)
        yield Mutant(path, place.number + 1, place.label, "ratification taken away", "\n".join(bare))


def _swaps(path: str, lines: Sequence[str], places: Sequence[Place]) -> Iterator[Mutant]:
    """Yield every two neighbouring steps (and referrals) of a ladder in the other order, their numbers left where they are."""
    steps = [place for place in places if _is_step(place)]
    for first, second in pairwise(steps):
        if first.heading != second.heading or _has_parts(lines, first) or _has_parts(lines, second):
            continue
        (one, two) = (ITEM.fullmatch(place.text) for place in (first, second))
        assert one is not None and two is not None
        swapped = list(lines)
        swapped[first.number] = first.text[: one.start("body")] + two["body"]
        swapped[second.number] = second.text[: two.start("body")] + one["body"]
        yield Mutant(path, first.number + 1, first.label, f"swapped with {second.label}", "\n".join(swapped))


def _is_step(place: Place) -> bool:
    if place.where != "item" or not (item := ITEM.fullmatch(place.text)) or "**first of**" in place.text:
        return False
    ladder = place.kind in ("ladder", "notice") or place.heading in ("Nature", "Ladder", "Referrals")
    return bool(item["number"]) and ladder and "**when**" in place.text


def _has_parts(lines: Sequence[str], place: Place) -> bool:
    after = lines[place.number + 1] if place.number + 1 < len(lines) else ""
    return len(after) - len(after.lstrip()) > len(place.text) - len(place.text.lstrip())


def answers_of(texts: Mapping[str, str]) -> Answers:
    """Return the answers each fact may have, read from the Facts tables of all documents."""
    rows = re.compile(r"^\| ([a-z_]+) \| [^|]*\?[^|]* \| ([^|]*) \|", re.MULTILINE)
    found = {name: answer.strip() for text in texts.values() for name, answer in rows.findall(text)}
    return {
        name: ("yes", "no") if answer.startswith("yes or no") else tuple(re.split(r", |any of ", answer)) if "," in answer else ()
        for name, answer in found.items()
    }

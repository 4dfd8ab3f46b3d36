"""The papers and photographs that lie in the directory of a request, as their authors wrote them.

A document says what it is in its front matter: lines `key: rest of the line` between two lines of dashes.
A photograph, or any other file without words, is described by a file beside it, named like it with `.meta` at the end.

    ---
    type: chart note
    date: 2026-02-10
    author: Dr. A. Example
    corrects: first-note.md because the other side was meant
    fact cause: trauma
    facts:
      structure: abnormal
    ---
    Whatever follows is for people.

Nothing is weighed here; `payer.evidence` does that.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from graphlib import CycleError, TopologicalSorter

from clausewise.policy.case_file import Shape, misfits, texts, words
from clausewise.policy.case_tree import Fields, Items, Node, Text, decode, did_you_mean, parse, problem_at, quoted
from clausewise.policy.fact_values import UNKNOWN, read_day, read_values
from clausewise.vocab.document import FactDeclaration
from clausewise.vocab.problem import Problem
from clausewise.vocab.request import Documentation, FactValue

ATTRIBUTES = ("view", "posture", "side", "shows", "result")
ACTS = ("corrects", "withdraws")
FRONT_KEYS = ("type", "date", "author", "patient", *ATTRIBUTES, *ACTS)
LISTED_KEYS = {"type": Shape.TEXT, "date": Shape.TEXT, "name": Shape.TEXT} | dict.fromkeys(ATTRIBUTES, Shape.TEXTS)
WORDED = (".md", ".txt", ".yaml")
PICTURED = (".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff", ".heic", ".webp", ".dcm")
BESIDE = ".meta"

_ROW = re.compile(r"( *)(fact +)?([^\s:]+) *:(?: +(.*))?")
_DATE_HELP = "Write year, month and day, such as 2026-03-16, or `unknown`."


@dataclass(frozen=True, slots=True)
class Statement:
    """What a document says of one fact, and on which of its lines."""

    fact: str
    value: FactValue
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Act:
    """What a document does to an earlier one: it corrects or withdraws `other`, because."""

    verb: str
    other: str
    because: str
    line: int


@dataclass(frozen=True, slots=True)
class FiledDocument:
    """One document of a request directory, as written.  `name` is its path in the directory."""

    name: str
    kind: str
    on: date | None = None
    author: str = ""
    patient: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    statements: tuple[Statement, ...] = ()
    acts: tuple[Act, ...] = ()


def filed_documents(
    files: Mapping[str, bytes], declared: Mapping[str, FactDeclaration]
) -> tuple[tuple[FiledDocument, ...], tuple[Problem, ...]]:
    """Return the documents of a directory by date and name, and what is wrong with them, one by one and together."""
    documents: list[FiledDocument] = []
    problems: list[Problem] = []
    for name in sorted(name for name in files if not name.rpartition("/")[2].startswith(".")):
        if name.endswith(BESIDE) and name.removesuffix(BESIDE) in files:
            continue
        document, found = _read_document(name, files, declared)
        documents += [document] if document else []
        problems += [replace(problem, file=problem.file or name) for problem in found]
    filed = tuple(sorted(documents, key=lambda document: (document.on or date.min, document.name)))
    linked, unlinked = _linked(filed)
    return linked, (*problems, *unlinked)


def listed_documents(node: Node | None) -> tuple[tuple[Documentation, ...] | None, list[Problem]]:
    """Return the papers that a case lists under `documents`; None where it does not say which are there."""
    if node is None or (isinstance(node, Text) and words(node).lower() == UNKNOWN):
        return None, []
    items = node.items if isinstance(node, Items) else ()
    problems: list[Problem] = []
    if not isinstance(node, Items):
        problems.append(problem_at(node, "CW511", "`documents` is not a list.", "Begin each with `- type:`."))
    listed = []
    for item in items:
        fields = item if isinstance(item, Fields) else Fields((), item.line, item.column)
        on, found = _date(fields.get("date"))
        problems += [*misfits(fields, LISTED_KEYS, "a document", required=("type",)), *found]
        attributes = tuple((name, text) for name in ATTRIBUTES for text in texts(fields.get(name)))
        listed.append(Documentation(kind_of(words(fields.get("type"))), on, attributes, words(fields.get("name"))))
    return tuple(listed), problems


def kind_of(words: str) -> str:
    """Return the type of a document as tests name it: `Chart note` is `chart_note`."""
    return "_".join(words.lower().split())


# ---- one document ----------------------------------------------------------------------------------------------------


def _read_document(
    name: str, files: Mapping[str, bytes], declared: Mapping[str, FactDeclaration]
) -> tuple[FiledDocument | None, list[Problem]]:
    source = name + BESIDE if name + BESIDE in files else name
    if source == name and name.lower().endswith(PICTURED):
        return FiledDocument(name, "photograph"), []
    if name.endswith(BESIDE):
        help = f"Put `{name.rpartition('/')[2].removesuffix(BESIDE)}` beside it, or take it out."
        return None, [Problem("CW521", "This describes a file that is not here.", help=help)]
    if source == name and not name.lower().endswith(WORDED):
        help = f"Describe it in a file named `{name.rpartition('/')[2]}{BESIDE}`."
        return None, [Problem("CW521", "This kind of file is not read.", help=help)]
    text, fenced = decode(files[source]), source == name and not name.lower().endswith(".yaml")
    rows = text if isinstance(text, Problem) else _front_matter(text, fenced)
    if isinstance(rows, Problem):
        return None, [replace(rows, file=source)]
    document, problems = _document(name, rows, declared)
    return document, [replace(problem, file=source) for problem in problems]


def _front_matter(text: str, fenced: bool) -> list[tuple[int, str]] | Problem:
    """Return the numbered lines between the dashes; without dashes all lines, unless they are required."""
    lines = list(enumerate(text.split("\n"), 1))
    if lines[0][1].rstrip() != "---":
        help = "Begin it with lines such as `type: chart note` between two lines `---`."
        return Problem("CW521", "This document does not say what it is.", "", 1, 1, help=help) if fenced else lines
    end = next((number for number, line in lines[1:] if line.rstrip() == "---"), None)
    if end is None:
        return Problem("CW521", "The front matter does not end.", line=1, column=1, help="Close it with a line `---`.")
    return lines[1 : end - 1]


def _document(
    name: str, rows: list[tuple[int, str]], declared: Mapping[str, FactDeclaration]
) -> tuple[FiledDocument | None, list[Problem]]:
    frame, said, problems = _sort_rows(rows)
    values, unread = read_values(said, declared)
    on, undated = _date(frame.get("date"))
    default = Text("photograph") if name.lower().endswith(PICTURED) else None
    kind = words(frame.get("type") or default)
    if not kind:
        help = "Say what it is, such as `type: chart note`."
        undated.append(Problem("CW509", "`type` is missing.", "", 1, 1, help=help))
    places = {key.text: key for key, _ in said}
    document = FiledDocument(
        name=name,
        kind=kind_of(kind),
        on=on,
        author=words(frame.get("author")),
        patient=words(frame.get("patient")),
        attributes=tuple((key, part) for key in ATTRIBUTES for part in _parts(frame.get(key))),
        statements=tuple(
            Statement(fact, value, places[fact].line, places[fact].column) for fact, value in values.items()
        ),
        acts=tuple(_act(key, value) for key, value in frame.entries if key.text in ACTS),
    )
    return document, [*problems, *unread, *undated]


def _sort_rows(rows: list[tuple[int, str]]) -> tuple[Fields, list[tuple[Text, Node]], list[Problem]]:
    """Return the frame of a document, the facts it states, and what is neither."""
    frame: list[tuple[Text, Node]] = []
    said: list[tuple[Text, Node]] = []
    problems: list[Problem] = []
    in_facts = False
    for number, line in rows:
        row = _ROW.fullmatch(line.rstrip())
        if not line.strip() or line.startswith("#"):
            continue
        if row is None or (row[1] and not in_facts):
            problems.append(Problem("CW522", "This line is not `key: value`.", line=number, column=1, help=_ROW_HELP))
            continue
        key, value = Text(row[3], number, row.start(3) + 1), _value(row, number)
        in_facts = bool(row[1]) or (key.text == "facts" and not row[2])
        problems += value.problems if isinstance(value, Items | Fields) else ()
        if isinstance(value, Problem):
            problems.append(value)
        elif row[1] or row[2]:
            said.append((key, value))
        elif key.text != "facts":
            problems += _strange(key, frame)
            frame.append((key, value))
    return Fields(tuple(frame)), said, problems


_ROW_HELP = "Write one key and its value on each line, and facts as `fact NAME: value` or indented below `facts:`."


def _value(row: re.Match[str], line: int) -> Node | Problem:
    """Return the value of a row: words as they stand, or a list or mapping in brackets."""
    text, column = (row[4] or "").strip(), row.start(4) + 1 if row[4] else row.end() + 1
    return parse(text, line, column) if text.startswith(("[", "{")) else Text(text, line, column)


def _strange(key: Text, frame: list[tuple[Text, Node]]) -> list[Problem]:
    if key.text not in FRONT_KEYS:
        help = did_you_mean(key.text, (*FRONT_KEYS, "fact", "facts"))
        return [problem_at(key, "CW508", f"{quoted(key.text)} is no key of a document.", help)]
    if key.text not in (*ACTS, "shows") and any(key.text == other.text for other, _ in frame):
        return [problem_at(key, "CW505", f"`{key.text}` stands here again.", "Keep one of the two.")]
    return []


def _date(node: Node | None) -> tuple[date | None, list[Problem]]:
    written = words(node)
    on = read_day(written)
    if on or node is None or written.lower() == UNKNOWN:
        return on, []
    return None, [problem_at(node, "CW605", f"`date` is {quoted(written)}, which is no date.", _DATE_HELP)]


def _parts(node: Node | None) -> list[str]:
    return [part for text in texts(node) for part in re.split(r" *, *", text) if part]


def _act(key: Text, value: Node) -> Act:
    other, _, because = words(value).partition(" because ")
    return Act(key.text, other.strip(), because.strip(), key.line)


# ---- the documents together ------------------------------------------------------------------------------------------


def _linked(filed: tuple[FiledDocument, ...]) -> tuple[tuple[FiledDocument, ...], tuple[Problem, ...]]:
    """Return the documents with the full name of each one that another corrects or withdraws, and what cannot be."""
    names = {name: document.name for document in filed for name in (document.name.rpartition("/")[2], document.name)}
    linked = tuple(replace(document, acts=_named(document.acts, names)) for document in filed)
    acts = [(document.name, act) for document in filed for act in document.acts]
    lost = tuple(_lost(name, act, names) for name, act in acts if act.other not in names)
    return linked, lost + _circle(linked) + _patients(linked)


def _named(acts: tuple[Act, ...], names: Mapping[str, str]) -> tuple[Act, ...]:
    return tuple(replace(act, other=names[act.other]) for act in acts if act.other in names)


def _lost(name: str, act: Act, names: Collection[str]) -> Problem:
    message = f"{quoted(act.other)}, which this document {act.verb}, is not here."
    return Problem("CW523", message, name, act.line, 1, help=did_you_mean(act.other, names))


def _circle(filed: tuple[FiledDocument, ...]) -> tuple[Problem, ...]:
    try:
        list(in_effect_order(filed))
    except CycleError as wrong:
        around = ", ".join(quoted(name) for name in dict.fromkeys(wrong.args[1]))
        message = f"Documents correct or withdraw one another in a circle: {around}."
        help = "Let the latest one stand, and take out what the other says of it."
        return (Problem("CW524", message, wrong.args[1][0], 1, 1, help=help),)
    return ()


def in_effect_order(filed: tuple[FiledDocument, ...]) -> tuple[str, ...]:
    """Return the names so that each document comes after those that correct or withdraw it."""
    sorter: TopologicalSorter[str] = TopologicalSorter({document.name: () for document in filed})
    for document in filed:
        for act in document.acts:
            sorter.add(act.other, document.name)
    return tuple(sorter.static_order())


def _patients(filed: tuple[FiledDocument, ...]) -> tuple[Problem, ...]:
    named = {document.patient: document.name for document in reversed(filed) if document.patient}
    if len(named) < 2:
        return ()
    first, other = sorted(named.values())[:2]
    message = f"This document speaks of another patient than `{first}`."
    return (Problem("CW525", message, other, 1, 1, help="Take out what does not belong to this request."),)

"""A case file: the clinical and the privacy cases it holds, and what the readers of both kinds share.

The payer reads clinical cases, the clinic privacy cases; neither knows the other.  Here a file is only divided into its
cases.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from clausewise.policy.case_tree import Fields, Items, Node, Text, did_you_mean, problem_at, quoted, read_tree
from clausewise.vocab.problem import Problem

# The other keys a case file may hold: they describe the file and decide nothing.
DESCRIPTIONS = ("schema_version", "policy", "dispositions", "fact_dictionary", "privacy_vocabulary")
INTERVIEW = "interview"  # which facts an interview asked for: it decides nothing either
NULLS = ("~", "null")  # how YAML and JSON write that there is nothing
# What a file that is itself one case holds, the surest sign first: it may lack what it needs, and is told so as a case.
_CLINICAL_MARKS, _PRIVACY_MARKS = ("lines", "service_date", "diagnoses", "documents", "plan"), ("action", "actor")
_EITHER_MARKS = ("id", "facts", "narrative")


@dataclass(frozen=True, slots=True)
class Source:
    """Something read: the name it goes by, and its bytes; for a directory all its files, by their paths below it."""

    name: str
    content: bytes = b""
    files: Mapping[str, bytes] | None = None


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The cases of one file, not yet judged.

    `asked` names, for each line of a case that an interview keeps, the facts that were asked for, in their order.
    """

    file: str
    clinical: tuple[Fields, ...] = ()
    privacy: tuple[Fields, ...] = ()
    asked: tuple[tuple[str, ...], ...] = ()


class Shape(Enum):
    """What the value of a key may be, in words for a message."""

    TEXT = "a text"
    TEXTS = "a text or a list of texts"
    LIST = "a list"
    FIELDS = "a mapping"
    ANY = "anything"


def read_cases(data: bytes, file: str) -> tuple[CaseFile, tuple[Problem, ...]]:
    """Return the cases of a file, and what is wrong with the file as a whole.

    The file is a mapping with lists `clinical` and `privacy`, or is itself one case.  What is wrong inside one case
    stays in its `problems`, and is told by whoever reads that case.
    """
    root = read_tree(data)
    if isinstance(root, Problem):
        return CaseFile(file), (replace(root, file=file),)
    if isinstance(root, Fields) and (root.get("lines") is not None or not _holds(root, ("clinical", "privacy"))):
        if not _holds(root, _CLINICAL_MARKS) and _holds(root, _PRIVACY_MARKS):
            return CaseFile(file, privacy=(root,)), ()
        if _holds(root, (*_CLINICAL_MARKS, *_EITHER_MARKS)):
            return CaseFile(file, clinical=(root,)), ()
    if not isinstance(root, Fields) or not _holds(root, ("clinical", "privacy")):
        help = "Put the cases into lists named `clinical` and `privacy`, or write one case."
        inside = () if isinstance(root, Text) else root.problems
        problems = (problem_at(root, "CW504", "This file holds no cases.", help), *inside)
        return CaseFile(file), tuple(replace(problem, file=file) for problem in problems)
    return _divide(root, file)


def _holds(root: Fields, keys: Collection[str]) -> bool:
    return any(root.get(key) is not None for key in keys)


def _divide(root: Fields, file: str) -> tuple[CaseFile, tuple[Problem, ...]]:
    known = dict.fromkeys(DESCRIPTIONS, Shape.ANY) | dict.fromkeys(("clinical", "privacy", INTERVIEW), Shape.LIST)
    clinical, strays = _cases(root.get("clinical"))
    privacy, others = _cases(root.get("privacy"))
    inside = {problem for case in clinical + privacy for problem in case.problems}
    outside = [problem for problem in root.problems if problem not in inside]
    problems = [*outside, *misfits(root, known, "a case file"), *strays, *others]
    lines = root.get(INTERVIEW)
    asked = tuple(map(texts, lines.items)) if isinstance(lines, Items) else ()
    return CaseFile(file, clinical, privacy, asked), tuple(replace(problem, file=file) for problem in problems)


def _cases(node: Node | None) -> tuple[tuple[Fields, ...], list[Problem]]:
    items = node.items if isinstance(node, Items) else ()
    strays = [item for item in items if not isinstance(item, Fields)]
    help = "A case is a mapping of keys such as `id` and `facts`; begin it with `- id:`."
    problems = [problem_at(item, "CW504", "This item of the list is not a case.", help) for item in strays]
    cases: dict[str, Fields] = {}
    for number, item in enumerate(items):
        name = words(item.get("id")) if isinstance(item, Fields) else ""
        if name in cases:
            problems.append(_twice(item, name, cases[name]))
        elif isinstance(item, Fields):
            cases[name or f"\n{number}"] = item
    return tuple(cases.values()), problems


def _twice(case: Node, name: str, first: Fields) -> Problem:
    message = f"Case {name}: the case on line {first.line} has the same `id`."
    return problem_at(case, "CW510", message, "Give each case an `id` of its own.")


# ---- what readers of cases share -------------------------------------------------------------------------------------


def misfits(fields: Fields, known: Mapping[str, Shape], what: str, required: Collection[str] = ()) -> list[Problem]:
    """Return what is wrong with the keys of a mapping: not known, of another shape, or missing though required."""
    problems = [problem for key, node in fields.entries if (problem := _misfit(key, node, known, what))]
    missing = [name for name in required if _is_empty(fields.get(name))]
    help = f"Write it among the keys of {what}."
    return problems + [problem_at(fields, "CW509", f"`{name}` is missing.", help) for name in missing]


def _is_empty(node: Node | None) -> bool:
    return node is None or (isinstance(node, Text) and not words(node))


def _misfit(key: Text, node: Node, known: Mapping[str, Shape], what: str) -> Problem | None:
    shape = known.get(key.text)
    if shape is None:
        return problem_at(key, "CW508", f"{quoted(key.text)} is no key of {what}.", did_you_mean(key.text, known))
    if _is_empty(node) or _fits(node, shape):
        return None
    return problem_at(node, "CW511", f"`{key.text}` is not {shape.value}.", f"Write {shape.value} after `{key.text}:`.")


def _fits(node: Node, shape: Shape) -> bool:
    match shape:
        case Shape.TEXT:
            return isinstance(node, Text)
        case Shape.TEXTS:
            items = node.items if isinstance(node, Items) else (node,)
            return all(isinstance(item, Text) for item in items)
        case Shape.LIST:
            return isinstance(node, Items)
        case Shape.FIELDS:
            return isinstance(node, Fields)
        case Shape.ANY:
            return True


def words(node: Node | None) -> str:
    """Return a text without the blanks around it; the empty text for a node that is absent, null or no text."""
    text = node.text.strip() if isinstance(node, Text) else ""
    return "" if text in NULLS else text


def texts(node: Node | None) -> tuple[str, ...]:
    """Return the texts of a text or of a list of texts, without empty ones."""
    items = node.items if isinstance(node, Items) else (node,)
    return tuple(text for item in items if (text := words(item)))


def entries(node: Node | None) -> tuple[tuple[Text, Node], ...]:
    """Return the keys and values of a mapping, none where there is none."""
    return node.entries if isinstance(node, Fields) else ()


def of_case(problems: Iterable[Problem], case: str, file: str) -> tuple[Problem, ...]:
    """Return the problems with the name of the case before the sentence, and with the file where none is named yet."""
    return tuple(
        replace(problem, file=problem.file or file, message=f"Case {case}: {problem.message}") for problem in problems
    )


def renumbered(problems: Iterable[Problem], number: int) -> tuple[Problem, ...]:
    """Return the problems of a case without a name, read by itself, under its number in the file."""
    said = f"Case number {number}:"
    return tuple(replace(problem, message=problem.message.replace("Case number 1:", said, 1)) for problem in problems)


def name_of(case: Fields, number: int) -> str:
    """Return the `id` of a case, or what stands for it where it has none: its number in the list."""
    return words(case.get("id")) or f"number {number}"

"""One change in a back-quoted test: a connector, a `not`, an answer, a threshold, an operand."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

Answers: TypeAlias = Mapping[str, tuple[str, ...]]  # the answers each fact may have; none for free text and numbers
Edit: TypeAlias = tuple[str, str]  # what was changed, and the text with the change

CONNECTOR = re.compile(r"(?<!between \d)(?<!between \d\d)(?<!between I)(?<!between II) (and|or) ")
LIST = re.compile(r"one of \(([^)]+)\)")
ANSWER = re.compile(r"\b(?P<fact>[a-z][a-z_0-9]*) is (?:not )?(?P<value>(?!not\b|one\b)[A-Za-z0-9_.]+)")
RELATION = re.compile(r" (>=|<=|>|<) ")
RELATIONS = {">=": ">", ">": ">=", "<=": "<", "<": "<="}
THRESHOLD = re.compile(r"(?:>=|<=|>|<|at least|at most|within|between|\+|age|and) (\d+(?:\.\d+)?)\b")
WORDS = (
    (" under any reading", ""),
    (" may be met", ""),
    (" on point", ""),
    (" raised", " known"),
    (" known", " raised"),
    ("on each side", "on either side"),
    (" before the request", ""),
    (" on the same side", ""),
)


def other_than(word: str, words: Sequence[str]) -> str:
    """Return the word after the given one, the first after the last."""
    if word not in words:
        return words[0]
    return words[(list(words).index(word) + 1) % len(words)] if len(words) > 1 else f"other_{word}"


def edits_of_test(test: str, answers: Answers) -> Iterator[Edit]:
    """Yield a test with one change each."""
    for found in CONNECTOR.finditer(test):
        other = "or" if found[1] == "and" else "and"
        yield f"{found[1]} -> {other} before {_word_at(test, found.end())}", _put(test, found, f" {other} ")
    for found in re.finditer(r"\bnot ", test):
        yield f"not dropped before {_word_at(test, found.end())}", _put(test, found, "")
    for found in LIST.finditer(test):
        yield from _shortened(test, found)
    for found in ANSWER.finditer(test):
        other = _other_answer(found["fact"], found["value"], answers)
        yield f"{found['fact']} is {found['value']} -> {other}", test[: found.start("value")] + other + test[found.end("value") :]
    for found in RELATION.finditer(test):
        yield f"{found[1]} -> {RELATIONS[found[1]]}", _put(test, found, f" {RELATIONS[found[1]]} ")
    for found in THRESHOLD.finditer(test):
        for step in (-1, 1):
            number = f"{float(found[1]) + step:g}"
            yield f"{found[0]} -> {number}", test[: found.start(1)] + number + test[found.end(1) :]
    for words, instead in WORDS:
        for found in re.finditer(re.escape(words) + r"\b", test):
            said = f"{words.strip()} -> {instead.strip() or 'nothing'} after {test[: found.start()].rpartition(' ')[2]}"
            yield said, _put(test, found, instead)
    yield from _without_operands(test)


def _put(text: str, found: re.Match[str], new: str) -> str:
    return text[: found.start()] + new + text[found.end() :]


def _word_at(text: str, at: int) -> str:
    return " ".join(re.sub(r"[(),]", " ", text[at:]).split()[:2])


def _other_answer(fact: str, value: str, answers: Answers) -> str:
    if fact == "code":
        return f"{value[:-1]}{(int(value[-1]) + 1) % 10}"
    return other_than(value, answers.get(fact, ())) if answers.get(fact) else f"other_{value}"


def _shortened(test: str, found: re.Match[str]) -> Iterator[Edit]:
    values = found[1].split(", ")
    for value in values if len(values) > 1 else ():
        rest = ", ".join(other for other in values if other != value)
        yield f"without {value}", test[: found.start(1)] + rest + test[found.end(1) :]


def _without_operands(test: str) -> Iterator[Edit]:
    """Yield the test without each operand of an **and** or **or**, at every depth of brackets."""
    for start, end in _groups(test):
        cuts = [found for found in CONNECTOR.finditer(test, start, end) if _depth(test, start, found.start()) == 0]
        bounds = [start, *(place for found in cuts for place in (found.start(), found.end())), end]
        spans = list(zip(bounds[::2], bounds[1::2], strict=True))
        for number, (first, last) in enumerate(spans if cuts else ()):
            cut = (spans[number - 1][1], last) if number else (first, spans[1][0])
            yield f"without `{test[first:last]}`", test[: cut[0]] + test[cut[1] :]


def _groups(test: str) -> Iterator[tuple[int, int]]:
    """Yield the test as a whole, then what stands in each pair of brackets that only groups."""
    yield 0, len(test)
    opened: list[int] = []
    for at, sign in enumerate(test):
        if sign == "(":
            opened.append(at)
        elif sign == ")" and opened:
            start = opened.pop()
            if start == 0 or (test[start - 1] in " (" and not test[:start].endswith("of ")):
                yield start + 1, at


def _depth(test: str, start: int, at: int) -> int:
    return test.count("(", start, at) - test.count(")", start, at)

"""What an author is told about a test that cannot be read: where reading stopped, and what was probably meant.

A `Fault` counts its place from 0 within the test; `expression` turns it into a `Problem` of the document.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

SHOWN_MAX = 100  # characters of a test that a message repeats
_INVISIBLE = "\N{REPLACEMENT CHARACTER}"
_SNIPPET = re.compile(r"\S+(?:\s+\S+)?")
_WORD_MAX = 40
_BEFORE = re.compile(r"([A-Za-z_]+)\s+$")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

# The kinds of words of test.lark as an author would call them; the words of the language stand for themselves.
_KINDS = {
    "NAME": "a fact",
    "VALUE": "an answer, a code or a name",
    "SET": "a set such as `#hiv`",
    "NUMBER": "a number",
    "UNIT": "a unit",
    "RELATION": "a comparison (`<` `<=` `=` `>=` `>`)",
    "TEXT": 'a text in "straight quotes"',
}
# Places where too much may stand to list it all, by a word that may stand only there.
_PLACES = {
    "ALWAYS": "here must stand a test, such as the name of a fact",
    "RAISED": "after a fact may stand `and`, `or`, `is`, `in`, `between`, `within`, a comparison like `>=`, and more",
}
_LONGER = {"at": "at least", "one": "one of"}
_AFTER_A_FACT = frozenset({"is", "in", "include", "between", "lasted", "within", "for", "known", "raised"})
_BEFORE_A_FACT = frozenset({"and", "or", "not"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a test: the problem's code, the place from 0, the sentence, and what to do."""

    code: str
    at: int
    message: str
    help: str


def cannot_read(text: str) -> str:
    """Return the beginning of every message about a test: the test itself, shortened if it is long."""
    return f"cannot read the test {quoted(text)}"


def quoted(text: str) -> str:
    """Return a test as messages show it: on one line, in back-quotes, not too long, with nothing invisible in it."""
    line = " ".join(text[: SHOWN_MAX * 4].split())
    shown = line if len(line) <= SHOWN_MAX else line[:SHOWN_MAX] + "…"
    return f"`{''.join(sign if sign.isprintable() else _INVISIBLE for sign in shown)}`"


def short(word: str) -> str:
    """Return a word of a test as messages repeat it: not more than forty characters of it."""
    return word if len(word) <= _WORD_MAX else word[:_WORD_MAX] + "…"


def stopped(text: str, at: int, expected: Iterable[str], words: Mapping[str, str]) -> Fault:
    """Return the fault of a test that makes no sense from `at` on.

    `expected` are the names of what the grammar could take there, `words` the words of the language by such a name.
    """
    possible = set(expected)
    hints = [*(hint(text, at) for hint in _HINTS), _word_for_fact(text, at, words)]
    helps = (*hints, _nearest_word(text, at, possible, words), _listed(possible, words))
    if not (snippet := _SNIPPET.match(text, at)):
        at, where = len(text.rstrip()), "it ends too early"
    else:
        where = f"stopped at `{short(snippet[0])}`"
    return Fault("CW206", at, f"{cannot_read(text)}: {where}", next(filter(None, helps)))


def reserved(text: str, at: int, words: Mapping[str, str]) -> Fault:
    """Return the fault of a word of the language where a fact must stand."""
    found = _WORD.match(text, at)
    word = found[0] if found else ""
    if word == "not" and re.search(r"\bnot\s+$", text[:at]):
        advice = "two `not` cancel out: leave both away"
    elif re.match(r"(one|at|most|least)\b", word):
        advice = "write `at least 1 of (a, b)`; other group words stand in bold in the outline"
    elif word in _AFTER_A_FACT:
        repeat = f"name the fact again before `{word}`, as in `cause is illness or cause is trauma`"
        advice = _word_for_fact(text, at, words) or repeat
    else:
        advice = f"write a fact here; a fact of your own cannot be named `{word}`"
    return Fault("CW207", at, f"{cannot_read(text)}: `{word}` is a word of the language and cannot name a fact", advice)


# ---- what was probably meant: each hint returns its advice, or nothing


def _relation(text: str, at: int) -> str | None:
    found = re.compile(r"=[<>=]|[!~]=|<>|><|[<>=]").match(text, at)
    return "comparisons are written < <= = >= >; for answers write `is` or `is not`" if found else None


def _sign(text: str, at: int) -> str | None:
    return "write `and`, `or` and `not` as words" if text[at : at + 1] and text[at] in "&|!" else None


def _thousands(text: str, at: int) -> str | None:
    found = re.compile(r"[0-9]{1,3},[0-9]{3}\b").search(text, max(0, at - 6), at + 4)
    return f"write the number without commas: {found[0].replace(',', '')}" if found and found.end() > at else None


def _point(text: str, at: int) -> str | None:
    found = re.compile(r"(?<![A-Za-z0-9_])\.[0-9]").match(text, at)
    return f"write a digit on both sides of the point: 0{found[0]}" if found else None


def _inside_name(text: str, at: int) -> str | None:
    first, rest = re.search(r"\w+$", text[:at]), re.compile(r"(?:[.-]\w+)+").match(text, at)
    if not (first and rest):
        return None
    if "." not in rest[0]:
        return f"names use _ and no hyphen: `{short(first[0] + rest[0].replace('-', '_'))}`"
    return f"names hold letters, digits and _; a clause is asked for as `clause {short(first[0] + rest[0])}`"


def _quote(text: str, at: int) -> str | None:
    advice = "answers need no quotes; the text after `unread` stands in double quotes"
    return advice if text[at : at + 1] in {"'", '"'} else None


def _bold_group(text: str, at: int) -> str | None:
    found = re.compile(r"\b(all|any|one|none|exactly one|first) $").search(text[:at])
    if not (found and text.startswith("of", at)):
        return None
    return "write `a and b` or `at least 1 of (a, b)`; group words stand in bold in the outline"


def _fact_last(text: str, at: int) -> str | None:
    found = re.compile(r"-?[0-9][0-9.]*\s*[a-z0-9]*\s*[<>=]").match(text, at)
    return "write the fact first, as in `bmi > 30`" if found else None


def _diagnosis(text: str, at: int) -> str | None:
    found = text.startswith("is ", at) and re.search(r"\bdiagnosis\s+$", text[:at])
    return "name the codes in a set, and write `diagnosis in #set`" if found else None


def _set(text: str, at: int) -> str | None:
    if re.search(r"\bis\s+$", text[:at]) and text.startswith("#", at):
        return "with a set write `in` instead of `is`"
    found = re.search(r"\bin\s+$", text[:at]) and _WORD.match(text, at)
    return f"write sets with a #: `#{short(found[0])}`" if found else None


def _no_window(text: str, at: int) -> str | None:
    found = re.search(r"\btimes?\s*$", text[:at])
    return "say over what time: `within 12 months`, or `ever`" if found else None


_HINTS: tuple[Callable[[str, int], str | None], ...] = (
    _relation,
    _sign,
    _thousands,
    _point,
    _inside_name,
    _quote,
    _bold_group,
    _fact_last,
    _diagnosis,
    _set,
    _no_window,
)


def _word_for_fact(text: str, at: int, words: Mapping[str, str]) -> str:
    """Return advice where the word before is one of the language's, though the author seems to mean a fact."""
    found, before = re.compile(r"[<>=]|[a-z]+\b").match(text, at), _BEFORE.search(text[:at])
    if not (found and before) or not (found[0] in _AFTER_A_FACT or found[0] in "<>="):
        return ""
    name = before[1]
    if name in _BEFORE_A_FACT:
        return ""
    return f"`{name}` is a word of the language: a fact needs another name" if name in words.values() else ""


def _nearest_word(text: str, at: int, expected: set[str], words: Mapping[str, str]) -> str:
    """Return a word of the language that the word at `at`, or the one just before it, resembles."""
    before, here = _BEFORE.search(text[:at]), _WORD.match(text, at)
    fitting = [words[name] for name in sorted(expected) if name in words]
    fitting += ["at least", "at most"] if "at" in fitting else []
    all_words = [*words.values(), "at least", "at most"]
    return _nearest(here, fitting) or _nearest(here, all_words) or _glued(here, fitting) or _nearest(before, all_words)


def _nearest(found: re.Match[str] | None, candidates: list[str]) -> str:
    """Return the question whether one of the candidates was meant by the word found."""
    from difflib import get_close_matches

    written = found[0].strip()[:_WORD_MAX] if found else ""
    near = get_close_matches(written.lower(), candidates, n=1, cutoff=0.7)
    if not near or near[0] == written:
        return ""
    small = " in small letters" if near[0] == written.lower() else ""
    return f"did you mean `{near[0]}`{small}, instead of `{written}`?"


def _glued(found: re.Match[str] | None, candidates: list[str]) -> str:
    """Return the advice to put a space after a word of the language that another word begins with."""
    written = found[0][:_WORD_MAX] if found else ""
    word = max((word for word in candidates if word.isalpha() and written.startswith(word)), key=len, default="")
    return f"put a space after `{word}`: `{word} {written.removeprefix(word)}`" if word else ""


def _listed(expected: set[str], words: Mapping[str, str]) -> str:
    """Return what may stand here, the kinds before the words; of a long list only the beginning."""
    for name, advice in _PLACES.items():
        if name in expected:
            return advice
    kinds = [phrase for name, phrase in _KINDS.items() if name in expected]
    signs = sorted(_LONGER.get(words[name], words[name]) for name in expected if name in words)
    listed = kinds + [f"`{sign}`" for sign in signs]
    if not listed:
        return "the test is complete before this: take it away, or join it with `and` or `or`"
    return f"here may stand: {', '.join(listed)}"

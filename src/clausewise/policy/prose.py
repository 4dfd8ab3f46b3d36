"""The sentence of an item: prose, bold words of the language and back-quoted tests, on one line or a few.

    I.A.3 Revising a scar, **on point when** it is one `scar` **and** it hurts `scar_pain` **and one of**
          └─── lead ─────┘ └──────────── scope ─────────────┘ └──────── stretch ─────────┘ └─ stretch ──┘

A sentence is cut at its joining words into stretches; every stretch ends in one operand: a test, or a group word, which
stands for the parts below the item.  `**and one of**` is a joining word and a group word at once.  A conclusion, as
**covered**, cuts too: what stands before it is the lead, what follows its condition.  `outline.criterion_of` joins.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from clausewise.policy.source import Line, Page, suggestion, tidy
from clausewise.vocab.criterion import Criterion

CONCLUSIONS: dict[str, tuple[str, ...]] = {
    "policy": ("medically necessary", "not medically necessary", "reconstructive", "cosmetic", "investigational",
               "refer", "ask", "physician review"),
    "law": ("covered by law", "forbidden by law"),
    "benefit": ("covered", "excluded", "limited"),
    "manual": ("covered", "excluded"),
    "notice": ("allowed", "allowed in part", "denied", "held"),
    "ladder": ("approve", "approve by mandate", "approve by benefit", "medicaid manual", "not covered",
               "propose not necessary", "propose cosmetic", "ask", "physician review", "refer", "coding return",
               "not governed"),
    "library": (),
    "nature": ("reconstructive", "cosmetic", "indeterminate"),
}  # fmt: skip
ALL_CONCLUSIONS = tuple(dict.fromkeys(word for words in CONCLUSIONS.values() for word in words))
GROUPS = ("all of", "one of", "exactly one of", "none of", "first of", "one of, and others like these",
          "on the same side, all of")  # fmt: skip
EXCEPTIONS = ("unless", "except")
JOINERS = ("on point when", "and", "or", "if", "then", "when", *EXCEPTIONS)
_RESERVED = "bold is reserved for the words of the language; write plain prose"
WORDS = (*JOINERS, "else", *GROUPS, "at least 2 of", *ALL_CONCLUSIONS)

_MARK = re.compile(r"`([^`]*)`|\*\*([^*]+)\*\*|`|\*\*")
_AT_LEAST = re.compile(r"at least \d{1,6} of")
_REASON = re.compile(r"\s*\(([a-z_]+)\)")
_OPENS_AFTER_LEAD = ("on point when", "if", "when")


class Kind(Enum):
    """What a mark of the language is."""

    PROSE = "prose"
    TEST = "test"
    JOINER = "joining word"
    GROUP = "group word"
    CONCLUSION = "conclusion"
    ELSE = "else"
    IF_UNKNOWN = "if unknown"
    STRANGE = "strange"


class Token(NamedTuple):
    """One mark of the language or the prose between two marks, with its place; bold words are in lower case."""

    kind: Kind
    text: str
    at: Line


class Stretch(NamedTuple):
    """Prose from one joining word to the next, and its operands: tests, and a group word for the parts below."""

    joiner: str
    prose: str
    tests: tuple[Criterion, ...]
    group: str
    at: Line

    @property
    def operands(self) -> int:
        """How many operands the stretch has; one is right."""
        return len(self.tests) + bool(self.group)


class Conclusion(NamedTuple):
    """The bold conclusion, the reason code in brackets behind it, and what a referral names."""

    words: str = ""
    reason: str = ""
    target: str = ""


NONE = Conclusion()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence taken apart: its prose for citations, its scope, its condition, and the conclusions around it."""

    prose: str
    scope: tuple[Stretch, ...]
    stretches: tuple[Stretch, ...]
    conclusion: Conclusion
    otherwise: Conclusion
    if_unknown: Conclusion
    at: Line

    @property
    def opening(self) -> str:
        """The joining word the sentence begins with, or the empty text."""
        return self.stretches[0].joiner if self.stretches else ""

    @property
    def group(self) -> str:
        """The group word that speaks of the parts below, or the empty text."""
        return next((stretch.group for stretch in self.stretches if stretch.group), "")


def read_sentence(lines: Sequence[Line], clause: str, page: Page) -> Sentence:
    """Take the lines of one item apart; what cannot be read is noted and left out."""
    tokens = [token for line in lines for token in _tokens(line, clause, page)]
    tokens, otherwise, if_unknown = _take_tail(tokens, clause, page)
    tokens = _up_to_group(tokens, clause, page)
    tokens, conclusion = _take_conclusion(tokens, clause, page)
    stretches = [_stretch(run, clause, page) for run in _runs(tokens)]
    lead = ""
    if len(stretches) > 1 and not stretches[0].operands and stretches[1].joiner in _OPENS_AFTER_LEAD:
        lead = stretches.pop(0).prose
    scope, main = _take_scope(stretches, clause, page)
    prose = lead or _prose_of(main) or _prose_of(scope)
    return Sentence(prose, scope, main, conclusion, otherwise, if_unknown, lines[0])


# ---- tokens ----


def _tokens(line: Line, clause: str, page: Page) -> Iterator[Token]:
    text, at = line.text, 0
    for mark in _MARK.finditer(text):
        if text[at : mark.start()].strip():
            yield Token(Kind.PROSE, text[at : mark.start()], line.part(at, mark.start()))
        at = mark.end()
        if mark[1]:
            inside = Line(line.number, line.column + mark.start(1), mark[1])
            yield Token(Kind.TEST, mark[1], inside)
        elif mark[2]:
            yield from _bold(mark[2], line.part(mark.start(), at), clause, page)
        else:
            marks = "stars" if mark[0].startswith("*") else "back-quotes"
            page.mark("CW131", line.part(mark.start(), at), clause, marks=marks)
    if text[at:].strip():
        yield Token(Kind.PROSE, text[at:], line.part(at))


def _bold(written: str, at: Line, clause: str, page: Page) -> Iterator[Token]:
    for kind, word in _meaning(written):
        if kind is Kind.STRANGE:
            page.mark("CW126", at, clause, word=word, hint=suggestion(word, WORDS, _RESERVED))
            kind = Kind.PROSE
        elif kind in (Kind.CONCLUSION, Kind.IF_UNKNOWN) and _words(word) not in page.conclusions:
            page.mark("CW130", at, clause, word=word, hint=_allowed(page.conclusions))
        yield Token(kind, word, at)


@lru_cache(maxsize=1024)
def _meaning(written: str) -> tuple[tuple[Kind, str], ...]:
    """Say what a bold text means: one or two words of the language."""
    word = " ".join(written.split()).strip(" ,:;.")
    low = word.lower()
    joiner = next((joiner for joiner in JOINERS if low.startswith(joiner + " ")), "")
    if low in JOINERS:
        return ((Kind.JOINER, low),)
    if _is_group(low):
        return ((Kind.GROUP, low),)
    if low == "else":
        return ((Kind.ELSE, low),)
    if low.startswith("if unknown "):
        return ((Kind.IF_UNKNOWN, word[len("if unknown ") :]),)
    if joiner and _is_group(low[len(joiner) + 1 :]):
        return (Kind.JOINER, joiner), (Kind.GROUP, low[len(joiner) + 1 :])
    if _words(word) in WORDS:
        return ((Kind.CONCLUSION, word),)
    return ((Kind.STRANGE, word),)


def _allowed(conclusions: Sequence[str]) -> str:
    return f"known: {', '.join(conclusions)}" if conclusions else "a document of this kind draws no conclusions"


def _is_group(word: str) -> bool:
    return word in GROUPS or bool(_AT_LEAST.fullmatch(word))


def _words(conclusion: str) -> str:
    """Return the words of the closed list: without the target of a referral, in lower case."""
    return "refer" if conclusion.lower().startswith("refer to ") else conclusion.lower()


# ---- conclusions ----


def _take_tail(tokens: list[Token], clause: str, page: Page) -> tuple[list[Token], Conclusion, Conclusion]:
    """Cut off what may follow a group word: **else** with its conclusion, and **if unknown** with its own."""
    cut = next((at for at, token in enumerate(tokens) if token.kind in (Kind.ELSE, Kind.IF_UNKNOWN)), len(tokens))
    otherwise = if_unknown = NONE
    for at, token in enumerate(tokens[cut:], cut):
        if token.kind is Kind.IF_UNKNOWN:
            if_unknown = _conclusion(tokens, at)
        elif token.kind is Kind.CONCLUSION and tokens[at - 1].kind is Kind.ELSE:
            otherwise = _conclusion(tokens, at)
        elif token.kind is Kind.PROSE or (token.kind is Kind.ELSE and _kind(tokens, at + 1) is Kind.CONCLUSION):
            continue
        else:
            page.mark("CW158", token.at, clause)
            break
    return tokens[:cut], otherwise, if_unknown


def _kind(tokens: Sequence[Token], at: int) -> Kind:
    return tokens[at].kind if at < len(tokens) else Kind.PROSE


def _take_conclusion(tokens: list[Token], clause: str, page: Page) -> tuple[list[Token], Conclusion]:
    """Put one joining word **when** in the place of a conclusion, its reason code, and the **when** behind it."""
    at = next((at for at, token in enumerate(tokens) if token.kind is Kind.CONCLUSION), None)
    if at is None:
        for token in tokens:
            if token.kind is Kind.JOINER and token.text == "when":
                page.mark("CW147", token.at, clause)
        return tokens, NONE
    conclusion, rest = _conclusion(tokens, at), tokens[at + 1 :]
    if conclusion.reason:
        rest[0] = rest[0]._replace(text=_REASON.sub("", rest[0].text, count=1))
    if rest and rest[0].kind is Kind.PROSE and not tidy(rest[0].text):
        del rest[0]
    if rest and rest[0][:2] not in ((Kind.JOINER, "when"), (Kind.JOINER, "if")):
        rest.insert(0, Token(Kind.JOINER, "when", tokens[at].at))
    for token in rest:
        if token.kind is Kind.CONCLUSION:
            page.mark("CW146", token.at, clause, word=token.text)
    return tokens[:at] + rest, conclusion


def _conclusion(tokens: list[Token], at: int) -> Conclusion:
    word = tokens[at].text
    behind = tokens[at + 1] if at + 1 < len(tokens) else tokens[at]
    reason = _REASON.match(behind.text) if behind.kind is Kind.PROSE else None
    target = word[len("refer to ") :] if word.lower().startswith("refer to ") else ""
    return Conclusion(_words(word), reason[1] if reason else "", target)


def _up_to_group(tokens: list[Token], clause: str, page: Page) -> list[Token]:
    """Cut off whatever stands behind a group word: it would speak of neither the parts nor the line."""
    end = next((at for at, token in enumerate(tokens, 1) if token.kind is Kind.GROUP), len(tokens))
    for token in tokens[end:]:
        if token.kind is not Kind.PROSE or tidy(token.text).strip("."):
            page.mark("CW132", token.at, clause, word=tokens[end - 1].text)
            break
    return tokens[:end]


# ---- stretches ----


def _runs(tokens: list[Token]) -> list[list[Token]]:
    runs: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind is Kind.JOINER:
            runs.append([])
        runs[-1].append(token)
    return [run for run in runs if run]


def _stretch(run: list[Token], clause: str, page: Page) -> Stretch:
    joiner = run[0].text if run[0].kind is Kind.JOINER else ""
    prose = tidy(*(token.text for token in run if token.kind is Kind.PROSE))
    tests = tuple(page.test(token.at, clause) for token in run if token.kind is Kind.TEST)
    group = next((token.text for token in run if token.kind is Kind.GROUP), "")
    return Stretch(joiner, prose, tests, group, run[0].at)


def _take_scope(
    stretches: list[Stretch], clause: str, page: Page
) -> tuple[tuple[Stretch, ...], tuple[Stretch, ...]]:
    """Part the scope question from the condition; a plain group word behind the scope begins the condition."""
    if not stretches or stretches[0].joiner != "on point when":
        return (), tuple(stretches)
    last, cut = stretches[-1], next((at for at, one in enumerate(stretches) if one.joiner in ("if", "when")), 0)
    if not cut and last.tests and last.group:
        return (*stretches[:-1], last._replace(group="")), (Stretch("", "", (), last.group, last.at),)
    scope, main = stretches[: cut or 1], stretches[cut or 1 :]
    if main and not cut:
        if main[0].joiner != "and":
            page.mark("CW135", main[0].at, clause, word=main[0].joiner)
        main[0] = main[0]._replace(joiner="")
    return tuple(scope), tuple(main)


def _prose_of(stretches: tuple[Stretch, ...]) -> str:
    words: list[str] = []
    for stretch in stretches:
        if stretch.prose or stretch.tests:
            words += ["" if stretch.joiner in ("when", "on point when") else stretch.joiner, stretch.prose]
    return tidy(*words)

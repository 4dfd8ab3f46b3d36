"""Tests in words, cut into pieces that lead on a page to what they name: facts, defined words, sets, tables, clauses."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from clausewise.policy.mentions import Sort, mentions
from clausewise.render.criterion_rows import Vocabulary, criterion_words
from clausewise.vocab.criterion import Criterion

_WORD = re.compile(r"#?[^\W\d][\w-]*(?:\.[\w-]+)*")
_ANSWERS = re.compile(r" (?:is|include) (?:not )?(?:(?:one|at least \d+) of \([^)]*\)|\w+)")  # may be spelt as facts are


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; with an `anchor` it leads there."""

    text: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """The names that have a place on the page, by sort; `clauses` without the document's prefix `ids`."""

    ids: str
    clauses: Collection[str]
    facts: Collection[str]
    words: Collection[str]
    sets: Collection[str]
    tables: Collection[str]

    def pieces(self, criterion: Criterion) -> tuple[Piece, ...]:
        """Return a criterion in the words of the language; whatever it names leads to its place, if the page has one."""
        named = {mention.name for mention in mentions(criterion) if mention.sort in (Sort.WORD, Sort.TABLE)}
        text, found, end = criterion_words(criterion), list[Piece](), 0
        answers = {place for span in _ANSWERS.finditer(text) for place in range(*span.span())}
        for word in _WORD.finditer(text):
            anchor = self._anchor(word[0], named, after_clause=text[: word.start()].endswith("clause "))
            if anchor and word.start() not in answers:
                found += [Piece(text[end : word.start()]), Piece(word[0], anchor)]
                end = word.end()
        return tuple(piece for piece in (*found, Piece(text[end:])) if piece.text)

    def _anchor(self, word: str, named: Collection[str], after_clause: bool) -> str:
        if after_clause:
            return f"{self.ids}{word}" if word in self.clauses else ""
        if word.startswith("#"):
            return f"set-{word[1:]}" if word[1:] in self.sets else ""
        if word not in named:
            return ""  # so may be a paper or a unit
        places = (("fact", self.facts), ("word", self.words), ("table", self.tables))
        return next((f"{sort}-{word}" for sort, names in places if word in names), "")


@dataclass(frozen=True, slots=True)
class Reached:
    """The names that criteria speak of, those behind their defined words included, each in the order it is first met."""

    words: tuple[str, ...]
    sets: tuple[str, ...]
    tables: tuple[str, ...]


def reached_names(criteria: Iterable[Criterion], known: Vocabulary) -> Reached:
    """Return what criteria speak of; a word that is a fact or a score is no defined word."""
    found: dict[Sort, dict[str, None]] = {sort: {} for sort in Sort}
    pending = list(criteria)
    while pending:
        for mention in mentions(pending.pop(0)):
            new = mention.name not in found[mention.sort]
            found[mention.sort][mention.name] = None
            word = known.words.get(mention.name)
            if new and mention.sort is Sort.WORD and mention.name not in known.facts and word and word.criterion is not None:
                pending.append(word.criterion)
    words = tuple(name for name in found[Sort.WORD] if name in known.words and name not in known.facts)
    scores = (name for name in found[Sort.WORD] if name in known.scores)
    return Reached(words, tuple(found[Sort.VALUE_SET]), (*found[Sort.TABLE], *scores))

"""Small made-up policies, proved: one planted fault each, and the same policy mended."""

from collections.abc import Sequence
from datetime import date

from clausewise.compiler.shelf import Refused, linked_documents
from clausewise.policy.library import Library
from clausewise.prove.diff import Side
from clausewise.prove.finding import Finding, Kind
from clausewise.prove.report import prove
from clausewise.prove.subject import Subject, subject_of

ON = date(2026, 3, 16)
FACTS = {
    "a": "yes or no", "b": "yes or no", "c": "yes or no", "cause": "injury, illness, none", "age": "number in years",
    "procedure_class": "lift, tattoo, none",
}  # fmt: skip
FRAME = "---\ndocument: {id}\nkind: policy\nin force: 2026-01-01 onward\nplans: any\nladder: L\n---\n\n# Small\n\n"
LADDER = """---
document: L
kind: ladder
---

- (S1) It is met and excluded at once: **physician review** (conflict) **when** `path and excluded`
- (S2) It is met: **approve** **when** `path`
- (S3) It is not: **propose not necessary** **when** `always`

## Answers

| disposition | code | necessity | basis | rank |
|---|---|---|---|---|
| approve | APPROVE_MN | necessary | criterion | 1 |
| propose not necessary | PROPOSE_NOT_MN | not_necessary_proposed | none | 4 |
| physician review | PHYSICIAN_REVIEW | undetermined | undetermined | 3 |
| ask | PEND_INFO | undetermined | undetermined | 2 |
"""
SECTION = "## I. Paths\n\nIt is **medically necessary** when **{word}**:\n\n{items}\n\n"
EXCLUDED = "## II. Left out\n\nIt is **not medically necessary** when **one of**:\n\n{items}\n\n"
WORDS = "> **Definition of path**: some path. `{path}`\n\n> **Definition of excluded**: left out. `{excluded}`\n\n"
CODES = (
    "## Codes\n\n| code | label | carried by |\n|---|---|---|\n{rows}\n\n"
    "## Families (closed: what is on point)\n\n| code | family |\n|---|---|\n{families}\n"
)


def text(
    *items: str,
    word: str = "one of",
    out: str = "",
    path: str = "clause I",
    excluded: str = "never",
    more: str = "",
    id: str = "SMALL",
) -> str:
    """Return a policy with a section of paths, perhaps one of exclusions, and the words its ladder needs."""
    rows = "".join(f"| {name} | ? | {answer} | {_absent(name)} |\n" for name, answer in FACTS.items())
    facts = f"## Facts\n\n| fact | question | answer | if absent |\n|---|---|---|---|\n{rows}\n"
    section = SECTION.format(word=word, items="\n".join(items))
    left_out = EXCLUDED.format(items=out) if out else ""
    return FRAME.format(id=id) + section + left_out + more + WORDS.format(path=path, excluded=excluded) + facts


def _absent(name: str) -> str:
    return "families of the code" if name == "procedure_class" else "unknown"


def codes(*rows: tuple[str, str, str]) -> str:
    """Return the tables of codes and families; a row is code, family, and the clauses that carry it."""
    listed = "\n".join(f"| {code} | ? | {carried} |" for code, _, carried in rows)
    families = "\n".join(f"| {code} | {family} |" for code, family, _ in rows if family)
    return CODES.format(rows=listed, families=families)


def subject(policy: str, ladder: str = LADDER) -> Subject:
    """Return a small policy ready to be proved."""
    library = Library({"small.md": policy.encode(), "ladder.md": ladder.encode()})
    name = policy.split("document: ")[1].split("\n")[0]
    linked, problems = linked_documents(library, name, ON)
    assert linked is not None and not problems, problems
    found = subject_of(linked)
    assert not isinstance(found, Refused), found
    return found


def revision(policy: str, ladder: str = LADDER) -> Side:
    """Return a small policy ready to be compared with another."""
    own = subject(policy, ladder)
    return Side(own.document, own.policy)


def found(policy: str, *kinds: Kind, ladder: str = LADDER) -> Sequence[Finding]:
    """Return the findings of some kinds of a small policy."""
    return [one for one in prove(subject(policy, ladder)).findings if one.kind in kinds]


def keys(policy: str, *kinds: Kind, ladder: str = LADDER) -> list[str]:
    """Return the keys of the findings of some kinds, without the kind."""
    return [one.key.partition(": ")[2] for one in found(policy, *kinds, ladder=ladder)]

"""The outline, construct by construct: the smallest text and the tree it reads to."""

import re

import pytest

from clausewise.policy.prose import GROUPS, JOINERS
from clausewise.policy.read import read
from clausewise.vocab.criterion import (
    AllOf,
    AnyOf,
    AtLeast,
    Criterion,
    ExactlyOne,
    Except,
    IfThen,
    Is,
    Item,
    Negation,
    SameSide,
    Unless,
)
from clausewise.vocab.document import PolicyDocument, Step

A, B, C, D = (Is(name, ("yes",)) for name in "abcd")


def framed(body: str, kind: str = "policy") -> str:
    """The text of a document of this body."""
    return f"---\ndocument: D\nkind: {kind}\nin force: 2026-01-01 onward\n---\n{body}"


def document(body: str, kind: str = "policy") -> PolicyDocument:
    """A document of this body, which reads without problems."""
    found, problems = read(framed(body, kind))
    assert () == problems
    return found


def codes(body: str) -> list[str]:
    """The codes of the problems of a policy of this body."""
    return [problem.code for problem in read(framed(body))[1]]


def item(lines: str) -> Item:
    """The one item of a list below heading I."""
    [found] = document(f"## I. Title\n\n{lines}\n").sections
    return found


def bare(criterion: Criterion) -> Criterion:
    """The criterion with the items in it replaced by what they hold."""
    if isinstance(criterion, Item):
        return bare(criterion.criterion)
    fields = {name: getattr(criterion, name) for name in type(criterion).__slots__}
    inner = {
        name: tuple(map(bare, value)) if name == "parts" else bare(value)
        for name, value in fields.items()
        if name in ("parts", "part", "main", "waiver", "exception", "condition", "demand")
    }
    return type(criterion)(**{**fields, **inner})


JOINED = {
    "x `a`": A,
    "x `a` **and** y `b` **and** z `c`": AllOf((A, B, C)),
    "x `a`, **or** y `b`": AnyOf((A, B)),
    "x `a` **unless** y `b`": Unless(A, B),
    "x `a` **and** y `b` **except** z `c`": Except(AllOf((A, B)), C),
    "**if** x `a` **then** y `b`": IfThen(A, B),
    "In short, **if** x `a` **or** y `b` **then** z `c`": IfThen(AnyOf((A, B)), C),
    "**if** x `a` **then** y `b` **unless** z `c`": Unless(IfThen(A, B), C),
    "x `a`\n  **and** y\n  `b`": AllOf((A, B)),
}


@pytest.mark.parametrize("text", JOINED)
def test_joining_words(text: str):
    """Stretches of prose join as their bold words say, over continuation lines too."""
    assert JOINED[text] == item(f"- I.A {text}").criterion


GROUPED = {
    "**all of**": AllOf((A, B)),
    "**one of**": AnyOf((A, B)),
    "**One of**:": AnyOf((A, B)),
    "**one of, and others like these**": AnyOf((A, B), open_list=True),
    "**exactly one of**": ExactlyOne((A, B)),
    "**at least 2 of**": AtLeast(2, (A, B)),
    "**none of**": Negation(AnyOf((A, B))),
    "**On the same side, all of**": SameSide(AllOf((A, B))),
    "it is `c` **and one of**": AllOf((C, AnyOf((A, B)))),
    "it is `c` **or all of**": AnyOf((C, AllOf((A, B)))),
    "it is `c` **and** besides **one of**": AllOf((C, AnyOf((A, B)))),
    "it is `c` **unless one of**": Unless(C, AnyOf((A, B))),
    "it is `c` **except all of**": Except(C, AllOf((A, B))),
    "**if** it is `c` **then one of**": IfThen(C, AnyOf((A, B))),
}


@pytest.mark.parametrize("text", GROUPED)
def test_group_words(text: str):
    """A group word speaks of the parts below, alone or behind a joining word."""
    assert GROUPED[text] == bare(item(f"- I.A {text}\n  - x `a`\n  - y `b`"))


def test_group_word_before_then_is_told():
    """A group stands last, so a condition over parts has no demand on the same line."""
    assert ["CW148", "CW132"] == codes("## I. T\n- I.A **if one of** **then** y `a`\n  - x `b`\n")


@pytest.mark.parametrize("word, node", [("unless", Unless), ("except", Except)])
def test_last_part_waives_the_list(word: str, node: type[Unless] | type[Except]):
    """A last part that begins with an exception is taken out of the group and stands beside it, not beside the rest of the line."""
    found = bare(item(f"- I.A it is `c` **and one of**\n  - x `a`\n  - y `b`\n  - **{word}** z `d`"))
    assert AllOf((C, node(AnyOf((A, B)), D))) == found


def test_last_part_may_be_a_list():
    """The exception of a list may be a list of its own."""
    found = bare(item("- I.A **all of**\n  - x `a`\n  - **unless one of**\n    - y `b`\n    - z `c`"))
    assert Unless(AllOf((A,)), AnyOf((B, C))) == found


SCOPED = {
    "A tag, **on point when** it is one `c`, **one of**": (C, AnyOf((A, B)), "A tag"),
    "**on point when** it is one `c`, **one of**": (C, AnyOf((A, B)), "it is one"),
    "A tag, **on point when** it is `c` **or** `d`, **one of**": (AnyOf((C, D)), AnyOf((A, B)), "A tag"),
    "A tag, **on point when** it is `c` **and one of**": (C, AnyOf((A, B)), "A tag"),
    "A tag, **on point when** it is `c` **and** it is `d` **and one of**": (C, AllOf((D, AnyOf((A, B)))), "A tag"),
    "A tag, **on point when** it is `c`, **if** it is `d` **then all of**": (C, IfThen(D, AllOf((A, B))), "A tag"),
}


@pytest.mark.parametrize("text", SCOPED)
def test_scope(text: str):
    """The question of scope is parted from the condition, which a group word or `and` begins."""
    found = item(f"- I.A {text}\n  - x `a`\n  - y `b`")
    assert SCOPED[text] == (found.scope, bare(found.criterion), found.prose)


@pytest.mark.parametrize(
    "text, conclusion, otherwise, criterion",
    [
        ("A request: **allowed** **when** **all of**, **else** **denied**", "allowed", "denied", AllOf((A, B))),
        ("A request: **allowed** **when all of**", "allowed", "", AllOf((A, B))),
        ("**held** **if** it is `c` **then one of**", "held", "", IfThen(C, AnyOf((A, B)))),
        ("Some of it: **allowed in part** `c` **and one of**", "allowed in part", "", AllOf((C, AnyOf((A, B))))),
    ],
)
def test_conclusions(text: str, conclusion: str, otherwise: str, criterion: Criterion):
    """A conclusion stands before its condition, and another behind **else**."""
    [found] = document(f"## B. Notice\n\n- B-1 {text}\n  - x `a`\n  - y `b`\n", "notice").sections
    assert (conclusion, otherwise, criterion) == (found.conclusion, found.otherwise, bare(found.criterion))


def test_section_is_an_item_with_its_heading():
    """The paragraph below a heading gives conclusion and group, and the list gives the parts."""
    text = "## (B-CLS) Title\n\nSome prose first.\n\nIt is **cosmetic** when **one of**:\n\n- B-CLS-1 x `a`\n- y `b`\n"
    [section] = document(text).sections
    assert ("B-CLS", "Title", "cosmetic", AnyOf((A, B))) == (section.clause, section.prose, section.conclusion, bare(section))


def test_section_without_list():
    """A paragraph with a test of its own needs no list."""
    [section] = document("## III. Title\n\nA service is **cosmetic** when it is so `a`.\n").sections
    assert (A, "cosmetic") == (section.criterion, section.conclusion)


def test_items_without_sentence_stand_for_themselves():
    """Below a heading without such a paragraph each item of the first level is a section."""
    found = document("## B. Title\n\n- B.1 x `a`\n- B.2 y `b`\n\n## Words\n\n- (C-1) z `c`\n")
    assert ["B.1", "B.2", "C-1"] == [one.clause for one in found.sections]


@pytest.mark.parametrize(
    "line, clause",
    [
        ("I.A.1 x `a`", "I.A.1"),
        ("I.A-1 x `a`", "I.A-1"),
        ("I.A.own x `a`", "I.A.own"),
        ("X-ray shows it `a`", "I.A"),
        ("2.5 cm or more `a`", "I.A"),
        ("E88.1 is coded `a`", "I.A"),
        ("HIV-1 was found `a`", "I.A"),
        ("(either side) it hurts `a`", "I.A"),
        ("U.S. citizens `a`", "I.A"),
    ],
)
def test_numbers_and_prose_are_told_apart(line: str, clause: str):
    """A first word is a number only if it goes on from the clause above."""
    below = item(f"- I.A **all of**\n  - {line}").criterion
    assert isinstance(below, AllOf) and isinstance(below.parts[0], Item)
    assert (clause, clause != "I.A") == (below.parts[0].clause, below.parts[0].numbered)


@pytest.mark.parametrize("number", ["I.B", "II.A", "I.A.1.a", "I.A..b", "(I.A.2)", "I.A.2:", "IA.2"])
def test_numbers_out_of_place_are_told(number: str):
    """A number that goes on from another clause is a problem, and never silently prose."""
    assert codes(f"## I. T\n- I.A **all of**\n  - {number} x `a`\n") in (["CW120"], ["CW139"])


def test_own_labels_may_be_passed_over():
    """Below a label the source does not have, numbers may go on from the clause above it, and nowhere else."""
    document("## I. T\n\n- I.A **all of**\n  - I.A.pain x `a` **and one of**\n    - I.A.new y `b`\n    - I.A.pain.old z `c`\n")
    assert ["CW120"] == codes("## I. T\n- I.ii **all of**\n  - I.iii x `a`\n")


def test_same_number_in_another_period():
    """A clause may stand twice when its periods lie apart."""
    found = document("## I. T\n\n- I.A [to 2026-06-30] x `a`\n- I.A [from 2026-07-01] y `b`\n")
    assert [A, B] == [one.criterion for one in found.sections]


def test_place_of_an_item_is_its_line():
    """An item knows the line it begins on."""
    assert 8 == item("- I.A x\n  `a`").line


# ---- ladders ----


def steps(lines: str) -> tuple[Step, ...]:
    """The steps of a ladder, which reads without problems."""
    return document(lines, "ladder").ladder_steps()


def test_step_carries_all_its_words():
    """Prose, conclusion, reason, test and what an unknown test gives are told apart."""
    [step] = steps("- (L1) two rules: **physician review** (conflict) **when** both `a and b`, **if unknown ask** (open)\n")
    assert ("L1", "two rules", "physician review", "conflict", "ask", "open", AllOf((A, B))) == (
        step.clause,
        step.prose,
        step.conclusion,
        step.reason,
        step.if_unknown,
        step.if_unknown_reason,
        step.criterion,
    )


def test_groups_nest_and_vanish():
    """Lines that end in **first of** leave only the order of the steps below them."""
    inner = "  - L1.a **first of**\n    - L1.a.1 **ask** **when** `a`\n  - L1.b **refer** **when** `b`\n"
    found = steps(f"- (L1) x: **first of**\n{inner}- (L2) **ask**\n")
    assert ["L1.a.1", "L1.b", "L2"] == [step.clause for step in found]


def test_steps_stand_below_headings_too():
    """A ladder may be cut by headings, numbered or not, and an else ends it all."""
    found = steps("## L6. Paths\n\n- L6.a **ask** **when** `a`\n\n## The end\n\n- (L9) **else** **not covered** (silent)\n")
    assert [("L6.a", "ask", ""), ("L9", "not covered", "silent")] == [(one.clause, one.conclusion, one.reason) for one in found]


def test_notice_holds_in_its_ladder():
    """The ladder of a notice may use the words of a notice."""
    text = "## Ladder\n\n- (P1) **held** (team) **when** `a`, **if unknown held** (team_unknown)\n- (P2) **denied**\n"
    found = document(text, "notice")
    first, _ = found.ladder_steps()
    assert ("held", "held", "team_unknown") == (first.conclusion, first.if_unknown, first.if_unknown_reason)


# ---- amendments ----


def test_amendment_alone_is_told_once():
    """Without the text it amends an amendment is refused with one problem, and nothing of it is taken for a clause."""
    text = "---\ndocument: D.2\namends: D @ 2025-06-01\nin force: 2026-02-09 onward\nbecause: the law changed\n---\n"
    text += "## Delete I.A.4\n## Replace II.R\n- II.R x `a`\n> **Readings of I.A.3**: words\n> - *wide*: `c`\n"
    found, problems = read(text)
    assert [("CW106", 3)] == [(problem.code, problem.line) for problem in problems]
    assert ("D.2", (), (), ()) == (found.id, found.sections, found.readings, found.prose)


def test_words_of_the_language_are_not_guessed():
    """Every group and joining word of these tests is one the reader knows, so that a renamed word is noticed."""
    bold = {word.lower() for text in (*JOINED, *GROUPED, *SCOPED) for word in re.findall(r"\*\*(.+?)\*\*", text)}
    assert set(GROUPS) - {"first of"} <= bold
    assert {"and", "or", "unless", "except", "if", "then", "on point when"} == set(JOINERS) - {"when"}

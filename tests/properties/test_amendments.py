"""Amendments whatever they say: nothing breaks, every line has an origin, and the order of operations does not matter."""

from hypothesis import given
from hypothesis import strategies as st

from clausewise.policy.amend import Consolidated, as_written, consolidate, document_of
from clausewise.policy.read import read
from tests.conftest import ROOT

BASE = (ROOT / "tests" / "bad" / "amend" / "common" / "base.md").read_text(encoding="utf-8")
FRAME = "---\ndocument: BASE\namends: BASE @ 2025-06-01\nin force: 2026-02-09 onward\nbecause: the law changed\n---\n\n"
NUMBERS = st.sampled_from(("I", "I.A", "I.A.1", "I.A.2", "I.B", "I.C", "II", "II.A", "II.B", "X", "path_met", "codes", "11200"))
VERBS = st.sampled_from(("Delete", "Replace", "Add", "Renumber", "Readings of", "Replace note on", "Delete row", "Replace rows of"))
ENDS = st.sampled_from(("", " after {}", " before {}", " to {}", " of {}", " of codes"))
BELOW = st.sampled_from((
    "",
    "- {} words `pain`",
    "- {} words **one of**\n  - {}.z more `itch`",
    "> **Note on {}**: words",
    "> **Readings of {}**: words\n> - *one*: `tag`",
    "| code | label |\n|---|---|\n| {} | words |",
    "A service is **cosmetic** when **all of**:\n\n- {} words `pain`",
))  # fmt: skip
# These do not meet each other: each takes hold of something else.
APART = (
    "## Delete I.A.1\n",
    "## Replace I.A.2\n- I.A.2 it burns `itch`\n",
    "## Replace I.B\n- I.B a soft tag `tag and pain`\n",
    "## Add I.C after I.B\n- I.C it bleeds `pain`\n\n> **Note on I.C**: new.\n",
    "## Renumber II.A to II.Z\n",
    "## Replace note on I.B\n> **Note on I.B**: hard.\n",
    "## Readings of I.A\n> **Readings of I.A**: new.\n> - *only*: `itch`\n",
    "## Delete row 11920 of codes\n",
    "## Replace definition of path_met\n> **Definition of path_met**: some. `clause I.B`\n",
    "## Add rows to sets\n| set | codes |\n|---|---|\n| tags | 11200 |\n",
)


@st.composite
def operations(draw: st.DrawFn) -> str:
    """Headings with something below them, most of which make no sense."""
    number, other = draw(NUMBERS), draw(NUMBERS)
    return f"## {draw(VERBS)} {number}{draw(ENDS)}\n\n{draw(BELOW)}\n".replace("{}", other)


def outcome(body: str) -> Consolidated:
    """The text that comes out."""
    return consolidate(as_written(BASE, "base.md"), FRAME + body, "a.md")[0]


@given(st.lists(operations(), max_size=6))
def test_nothing_an_amendment_says_breaks_anything(bodies: list[str]):
    """What comes out is read, with problems or without, and each of them stands in a line of one of the two files."""
    body = "".join(bodies)
    text, problems = consolidate(as_written(BASE, "base.md"), FRAME + body, "a.md")
    _, found = document_of(text, "")
    lengths = {"base.md": len(BASE.split("\n")), "a.md": len((FRAME + body).split("\n"))}
    assert all(0 <= problem.line <= lengths[problem.file] for problem in (*problems, *found))
    again, _ = read(text.text)
    assert text.text == again.text


@given(st.text(alphabet="#-> |`*()ABI.\n 12", max_size=200))
def test_nothing_below_the_front_matter_breaks_anything(body: str):
    """Marks of the language in any order are a text and problems, never an exception."""
    document_of(outcome(body), "")


@given(st.permutations(APART), st.integers(1, len(APART)))
def test_the_order_of_operations_does_not_matter(shuffled: list[str], count: int):
    """Operations that take hold of different things give one text, in whichever order they are written."""
    some = shuffled[:count]
    assert lines(outcome("".join(some))) == lines(outcome("".join(sorted(some, key=APART.index))))


def lines(text: Consolidated) -> list[str]:
    """The lines of a text, without empty ones."""
    return [line.text for line in text.lines if line.text.strip()]


@given(st.lists(st.sampled_from(APART), unique=True))
def test_every_line_is_as_its_author_wrote_it(bodies: list[str]):
    """But for indentation, new numbers and numbers taken out, each line stands in its file at the line that it names."""
    body = "".join(bodies)
    written = {"base.md": BASE.split("\n"), "a.md": (FRAME + body).split("\n")}
    for line in outcome(body).body:
        source = written[line.file][line.line - 1] if line.line else ""
        changed = line.text.startswith("| tags |") or "II." in line.text
        assert changed or line.text.strip() == source.strip()
        assert changed or line.text == " " * line.moved + source or line.moved <= 0

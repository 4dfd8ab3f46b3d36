"""Amendments: every operation on a made-up text, and where each line of the result was written."""

import pytest

from clausewise.policy.amend import Consolidated, as_written, consolidate, document_of
from clausewise.policy.layout import layout_of
from clausewise.policy.read import read
from clausewise.vocab.document import Origin, PolicyDocument
from clausewise.vocab.problem import Problem
from tests.conftest import ROOT

BASE = (ROOT / "tests" / "bad" / "amend" / "common" / "base.md").read_text(encoding="utf-8")
BUNDLED = (ROOT / "policies" / "ar.cp.mp.31" / "policy.md").read_text(encoding="utf-8")
FRAME = "---\ndocument: {id}\namends: BASE @ 2025-06-01\nin force: 2026-02-09 onward\nbecause: the law changed\n---\n\n"
LINES_OF_FRAME = 7


def amended(body: str, base: Consolidated | str = BASE, id: str = "BASE", file: str = "a.md") -> Consolidated:
    """The text that comes out, which must come out without a problem."""
    text = as_written(base, "base.md") if isinstance(base, str) else base
    found, problems = consolidate(text, FRAME.format(id=id) + body, file)
    assert [] == [problem.message for problem in problems if problem.code != "CW453"]
    return found


def body_of(text: Consolidated) -> list[str]:
    """The lines below the front matter, without empty ones."""
    return [line.text for line in text.body if line.text.strip()]


def changes(body: str, base: str = BASE) -> tuple[list[str], list[str]]:
    """The lines that an amendment takes out of a text, and those that it puts in."""
    before, after = body_of(as_written(base, "base.md")), body_of(amended(body, base))
    return [line for line in before if line not in after], [line for line in after if line not in before]


def document(text: Consolidated) -> PolicyDocument:
    """The document that is read from a consolidated text, without a problem."""
    found, problems = document_of(text, "fingerprint")
    assert () == problems
    return found


def numbers(text: Consolidated) -> list[str]:
    """The clauses of a text, in its order."""
    return list(layout_of(text.text).clauses)


# ---- clauses


def test_delete_takes_along_what_speaks_of_the_clause():
    """Children, readings and notes go with a clause, and its number leaves the rows of codes."""
    gone, come = changes("## Delete I.A\n")
    assert [
        "- I.A It is a scar **one of**",
        "  - I.A.1 it hurts `pain`",
        "  - I.A.2 it itches `itch`",
        "> **Readings of I.A**: the words may be read in two ways.",
        "> - *one of*, ratified by us on 2025-06-01: as above",
        "> - *both*: `pain and itch`",
        "| 11920 | tattoo | I.A |",
    ] == gone
    assert ["| 11920 | tattoo |  |"] == come


def test_delete_of_a_section_leaves_what_speaks_of_others():
    """A section goes with its heading, and the definition below it stays."""
    gone, _ = changes("## Delete II\n")
    assert ["## II. Exclusions", "A service is **not medically necessary** when **one of**:"] == gone[:2]
    assert 3 == len(gone)


def test_a_remark_below_an_operation_is_for_people():
    """Plain prose below a heading, and above the first one, does not come into the text."""
    assert ["> **Note on I.B**: a tag is soft.", "- I.B It is a tag `tag`"] == sorted(
        changes("Why this is.\n\n## Delete I.B\n\nNobody asked for it.\n")[0][:2], reverse=True
    )


def test_replace_keeps_readings_and_indents_as_the_list_does():
    """The new words stand in the old place with what stands below them; the clause is read as before."""
    gone, come = changes("## Replace I.A.2\n- I.A.2 it burns, **all of**\n  - I.A.2.x `itch`\n  - I.A.2.y `pain`\n    and so on\n")
    assert ["  - I.A.2 it itches `itch`"] == gone
    assert ["  - I.A.2 it burns, **all of**", "    - I.A.2.x `itch`", "    - I.A.2.y `pain`", "      and so on"] == come


def test_replace_takes_away_what_no_longer_stands_below():
    """A part that the new words leave out goes with its readings and notes, and is told as taken away."""
    text = amended("## Replace I.A\n- I.A It is a scar **one of**\n  - I.A.1 it hurts `pain`\n")
    assert (("I.A.2", "Replace I.A"),) == text.amendments[0].taken_away


def test_replace_of_a_section_keeps_its_heading():
    """Sentence and list of a section are replaced, and its title and quotes stay."""
    body = "## Replace II\nA service is **cosmetic** when **all of**:\n\n- II.A It is a tattoo `code in #tattoos`\n"
    gone, come = changes(body)
    assert ("A service is **not medically necessary** when **one of**:", 2) == (gone[0], len(gone))
    assert ["A service is **cosmetic** when **all of**:", "- II.A It is a tattoo `code in #tattoos`"] == come


def test_replace_may_give_a_clause_a_text_for_each_period():
    """The same number stands twice with periods that lie apart."""
    text = amended("## Replace I.B\n- I.B [to 2026-06-30] a tag `tag`\n- I.B [from 2026-07-01] a soft tag `tag and pain`\n")
    assert 2 == sum(item.clause == "I.B" for item in document(text).sections[0].criterion.parts)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("after I.A", ["I", "I.A", "I.A.1", "I.A.2", "I.C", "I.B"]),
        ("before I.A", ["I", "I.C", "I.A", "I.A.1", "I.A.2", "I.B"]),
        ("at the end of I", ["I", "I.A", "I.A.1", "I.A.2", "I.B", "I.C"]),
        ("", ["I", "I.A", "I.A.1", "I.A.2", "I.B", "I.C"]),
    ],
)
def test_add_puts_a_clause_where_it_says(place: str, expected: list[str]):
    """After or before another, or at the end of the list to which its number belongs."""
    for verb in ("Add", "insert"):
        assert expected == numbers(amended(f"## {verb} I.C {place}\n- I.C it burns `pain`\n"))[:6]


def test_additions_at_one_place_stand_in_their_order():
    """Two clauses after the same one stand as they are written; a part of that one comes before both."""
    body = "## Add I.C after I.A\n- I.C c `pain`\n## Add I.D after I.A\n- I.D d `itch`\n## Add I.A.3\n- I.A.3 e `tag`\n"
    assert ["I.A", "I.A.1", "I.A.2", "I.A.3", "I.C", "I.D", "I.B"] == numbers(amended(body))[1:8]


def test_a_clause_may_bring_its_quotes():
    """Readings and notes below an added clause stand at the end of its section."""
    body = "## Add I.C after I.B\n- I.C c `pain`\n\n> **Note on I.C**: new.\n\n> **Readings of I.C**: two.\n> - *x*: `itch`\n"
    found = document(amended(body))
    assert ("I.C", "new.") == (found.notes[-1].clause, found.notes[-1].text)
    assert "I.C" == found.readings[-1].clause


def test_a_new_section_stands_behind_the_last_one():
    """A heading with a number that is free is a section of its own, before the tables."""
    text = amended("## III. More\n\nA service is **cosmetic** when **one of**:\n\n- III.A it burns `pain`\n")
    assert ["II", "II.A", "III", "III.A"] == numbers(text)[-4:]
    assert body_of(text).index("## III. More") < body_of(text).index("## Sets")


# ---- quotes


@pytest.mark.parametrize(
    ("body", "gone", "come"),
    [
        ("## Replace note on I.B\n> **Note on I.B**: hard.\n", "> **Note on I.B**: a tag is soft.", "> **Note on I.B**: hard."),
        ("## Delete note on I.B\n", "> **Note on I.B**: a tag is soft.", None),
        ("## Add note on I.A\n> **Note on I.A**: hard.\n", None, "> **Note on I.A**: hard."),
        (
            "## Replace definition of path_met\n> **Definition of path_met**: some. `clause I.A`\n",
            "> **Definition of path_met**: some path is met. `clause I`",
            "> **Definition of path_met**: some. `clause I.A`",
        ),
        ("## Words\n\n> **Definition of hurt**: it hurts. `pain`\n", None, "> **Definition of hurt**: it hurts. `pain`"),
    ],
)
def test_quotes_are_replaced_deleted_and_added(body: str, gone: str | None, come: str | None):
    """Each operation on a quote changes that quote and no other line."""
    assert ([gone] if gone else [], [come] if come else []) == changes(body)


def test_readings_put_themselves_in_the_place_of_the_old_ones():
    """Readings of a clause that has some are replaced whole; of one that has none they are added."""
    for clause, before in (("I.A", 2), ("I.B", 0)):
        found = document(amended(f"## Readings of {clause}\n> **Readings of {clause}**: new.\n> - *only*: `tag`\n"))
        assert ["only"] == [reading.name for reading in found.readings if reading.clause == clause]
        assert 3 - before == len(found.readings)
    assert 2 == len(changes("## Delete readings of I.A\n")[0]) - 1


# ---- tables


@pytest.mark.parametrize(
    ("body", "gone", "come"),
    [
        ("## Delete row 11200 of codes\n", ["| 11200 | skin tags | I.B |"], []),
        ("## Delete rows 11200, 11920 of the table codes\n", ["| 11920 | tattoo | I.A |", "| 11200 | skin tags | I.B |"], []),
        (
            "## Replace rows of codes\n| code | label | carried by |\n|---|---|---|\n| 11200 | tags | I.B |\n",
            ["| 11200 | skin tags | I.B |"],
            ["| 11200 | tags | I.B |"],
        ),
        (
            "## Add rows to codes\n| label | code |\n|---|---|\n| more tags | 11201 |\n",
            [],
            ["| 11201 | more tags |  |"],
        ),
        ("## Codes\n| code | label | carried by |\n|---|---|---|\n| 11201 | tags | I.B |\n", [], ["| 11201 | tags | I.B |"]),
        ("## Families\n| code | family |\n|---|---|\n| 11920 | tattoo |\n", [],
         ["## Families", "| code | family |", "|---|---|", "| 11920 | tattoo |"]),
    ],
)  # fmt: skip
def test_rows_are_deleted_replaced_and_added(body: str, gone: list[str], come: list[str]):
    """Rows are found by their first cell; a heading that the base has as well adds its rows there, another its table."""
    assert (gone, come) == changes(body)


# ---- new numbers


def test_a_new_number_is_followed_by_all_that_names_the_clause():
    """Items, parts, tests, quotes, codes and prose follow; a word that only looks like the number does not."""
    base = BASE.replace("a tag is soft.", "see I.A.1, A-I.A and grade I.AB; clause I.A of OTHER is another.")
    text = amended("## Renumber I.A to I.Z\n", base)
    found = document(text)
    assert (("I.A", "I.Z"), ("I.A.1", "I.Z.1"), ("I.A.2", "I.Z.2")) == found.renumbered
    assert ["I", "I.Z", "I.Z.1", "I.Z.2", "I.B"] == numbers(text)[:5]
    assert {"I.Z"} == {reading.clause for reading in found.readings}
    assert ("I.Z",) == found.codes[0].clauses
    assert "see I.Z.1, A-I.A and grade I.AB; clause I.A of OTHER is another." == found.notes[0].text
    assert "- II.A It is a tattoo `code in #tattoos` **except** on a scar `clause I.Z`" in body_of(text)


def test_two_clauses_may_change_places_of_number():
    """Numbers are given all at once, so an exchange is no circle."""
    text = amended("## Renumber I.A to I.B\n## Renumber I.B to I.A\n")
    assert ["I.B", "I.B.1", "I.B.2", "I.A"] == numbers(text)[1:5]
    assert "> **Note on I.A**: a tag is soft." in body_of(text)


def test_what_is_written_anew_has_the_new_number():
    """A heading names a clause by its old number, and what stands below it by the new one."""
    body = "## Replace I.B\n- I.C a soft tag `tag`\n## Replace note on I.B\n> **Note on I.C**: soft.\n"
    text = amended("## Renumber I.B to I.C\n" + body)
    assert {"- I.C a soft tag `tag`", "> **Note on I.C**: soft."} < set(body_of(text))


def test_a_section_may_have_a_new_number():
    """A heading's bare number is followed by its clauses, and by columns that list clauses."""
    base = BASE.replace("| 11200 | skin tags | I.B |", "| 11200 | skin tags | I |")
    found = document(amended("## Renumber I to V\n", base))
    assert ["V", "II"] == [section.clause for section in found.sections]
    assert [("V.A",), ("V",)] == [row.clauses for row in found.codes]


# ---- where a line was written


def test_every_node_knows_where_it_was_written():
    """Items, readings, notes, definitions and rows of either text lead back to their own file and line."""
    body = "## Replace I.A.2\n\n- I.A.2 it burns `itch`\n\n## Add row 1 to codes\n\n| code | label |\n|---|---|\n| 11201 | tags |\n"
    found = document(amended(body))
    lines = BASE.splitlines()
    origins = {number: found.origin(number) for number, text in enumerate(found.text.split("\n"), 1) if text.strip("- \t")}
    for number, origin in origins.items():
        written = (lines if origin.file == "base.md" else (FRAME.format(id="BASE") + body).splitlines())[origin.line - 1]
        assert written.strip() == found.text.split("\n")[number - 1].strip() or "| 11201" in written
    own = found.text.split("\n").index("  - I.A.2 it burns `itch`") + 1
    assert Origin("a.md", LINES_OF_FRAME + 3, 2) == found.origin(own)
    [row] = [row for row in found.codes if row.code == "11201"]
    assert ("a.md", LINES_OF_FRAME + 9) == (found.origin(row.line).file, found.origin(row.line).line)
    [note] = found.notes
    assert lines.index("> **Note on I.B**: a tag is soft.") + 1 == found.origin(note.line).line


def test_a_problem_is_told_where_it_was_written():
    """A mistake in either text stands at its own file, line and column, though the line was moved."""
    base = BASE.replace("> **Note on I.B**", "Some **strange** words.\n\n> **Note on I.B**")
    _, problems = document_of(amended("## Replace I.A.2\n\n- I.A.2 it burns `itch` `pain`\n", base), "")
    line = base.splitlines().index("Some **strange** words.") + 1
    assert {("CW124", "a.md", LINES_OF_FRAME + 3, 9), ("CW137", "base.md", line, 1)} == {placed(one) for one in problems}


def placed(problem: Problem) -> tuple[str, str, int, int]:
    """Code and place of a problem."""
    return problem.code, problem.file, problem.line, problem.column


def test_amendments_may_be_amended():
    """A chain keeps every origin, each amendment with its reason, and the numbers of all steps together."""
    first = amended("## Renumber I.A to I.Y\n## Replace I.B\n- I.B soft `tag`\n", file="a.md")
    second = amended("## Renumber I.Y to I.Z\n## Delete I.B\n## Add I.C\n- I.C c `pain`\n", first, file="b.md")
    found = document(second)
    assert ["a.md", "b.md"] == [one.file for one in found.amendments]
    assert (("I.A", "I.Z"), ("I.A.1", "I.Z.1"), ("I.A.2", "I.Z.2")) == found.renumbered
    assert ["I", "I.Z", "I.Z.1", "I.Z.2", "I.C"] == numbers(second)[:5]
    assert {"base.md", "b.md"} == {found.origin(item.line).file for item in (found.sections[0], *found.sections[0].criterion.parts)}  # type: ignore[union-attr]


# ---- the whole


def test_front_matter_of_the_amendment_stands_over_that_of_the_base():
    """Keys of both: the amendment's; what only the base says stays; what speaks of the amendment itself is left out."""
    found = document(amended("## Delete I.B\n", id="OTHER"))
    frame = dict(found.frame)
    expected = {"document": "OTHER", "kind": "policy", "revision": "2025-06-01", "in force": "2026-02-09 onward"}
    assert expected == {key: frame[key] for key in expected}
    assert not {"amends", "because"} & set(frame)


def test_uses_are_counted_from_where_the_text_stands():
    """A variant in another folder finds what the base uses, and what it names itself besides."""
    base = as_written(BASE, "policies/base.md")
    text = FRAME.format(id="OTHER").replace("because", "uses: own.md\nbecause")
    assert "../policies/facts.md, own.md" == consolidate(base, text, "variants/a.md")[0].frame["uses"].value
    same = consolidate(base, text.replace("OTHER", "BASE"), "variants/a.md")[0]
    assert "facts.md, ../variants/own.md" == same.frame["uses"].value


def test_the_consolidated_text_reads_back_as_the_same_document():
    """Printed and read again it is the same document but for where it lies and which amendments it knows of."""
    found = document(amended("## Delete I.A.1\n## Replace I.B\n- I.B soft `tag`\n## Renumber II.A to II.Z\n"))
    again, problems = read(found.text, found.file)
    assert () == problems
    assert (found.sections, found.readings, found.definitions, found.codes) == (
        again.sections,
        again.readings,
        again.definitions,
        again.codes,
    )


@pytest.mark.parametrize("text", [BASE, BUNDLED], ids=["made up", "bundled"])
def test_an_empty_amendment_changes_nothing(text: str):
    """Without an operation the body comes out as it was."""
    assert ([], []) == changes("", text)


@pytest.mark.parametrize("clause", ["I.A", "I.A.1", "I.B", "II.A"])
def test_a_clause_replaced_by_itself_changes_nothing(clause: str):
    """The words that stand there already come out as they were."""
    assert body_of(as_written(BASE, "base.md")) == body_of(amended(replaced_by_itself(clause, BASE)))


@pytest.mark.slow
@pytest.mark.parametrize("clause", [one for one in layout_of(BUNDLED).clauses if "." in one])
def test_a_bundled_clause_replaced_by_itself_changes_nothing(clause: str):
    """So it is with every clause of the bundled policy."""
    assert body_of(as_written(BUNDLED, "base.md")) == body_of(amended(replaced_by_itself(clause, BUNDLED), BUNDLED))


def replaced_by_itself(clause: str, text: str) -> str:
    """The operation that puts a clause in its own place, written at the margin."""
    layout = layout_of(text)
    [found] = layout.clauses[clause]
    lines = [layout.lines[line - 1][found.indent :] for line in found.lines]
    return f"## Replace {clause}\n\n" + "\n".join(lines) + "\n"

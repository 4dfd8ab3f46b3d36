"""The widths of a table's columns, and how its cells break."""

import pytest

from clausewise.render.rows import Column
from clausewise.render.table_widths import broken, widths_of

COLUMNS = (Column("case", wraps=True, width_max=28), Column("code"), Column("label", cut=True, width_max=26))
ROWS = [["a lost-by-disease-from-birth", "19357", "a label that is quite a bit too long"]]


@pytest.mark.parametrize(
    ("width", "expected"),
    [(120, [28, 5, 26]), (64, [27, 5, 26]), (60, [26, 5, 23]), (49, [26, 5, 12]), (40, [17, 5, 12]), (10, [8, 5, 12])],
)
def test_a_table_narrows_where_it_hurts_least(width, expected):
    """A narrow table breaks between words first, then cuts labels, then breaks names at their hyphens, and never codes."""
    assert expected == widths_of(COLUMNS, ROWS, width)


def test_signs_that_take_two_places_are_counted_so():
    """Wide digits widen their column, and break where their places end."""
    wide = "\uff11\uff11\uff12\uff10\uff10"
    assert [10] == widths_of((Column("code"),), [[wide]], 80)
    assert f"{wide[:2]}\n{wide[2:4]}\n{wide[4]}" == broken(wide, 4)


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("one two three", 8, "one two\nthree"),
        ("photographs-missing", 12, "photographs-\nmissing"),
        ("filler_approved_product, age", 20, "filler_approved_\nproduct, age"),
        ("REFER_OTHER_POLICY to CP.PHAR.109", 20, "REFER_OTHER_POLICY\nto CP.PHAR.109"),
        ("abcdefghij", 4, "abcd\nefgh\nij"),
        ("", 4, ""),
    ],
)
def test_a_cell_breaks_between_words_and_then_at_hyphens(text, width, expected):
    """A word that fits on a line of its own is never broken; one without a hyphen is broken only where it must be."""
    assert expected == broken(text, width)

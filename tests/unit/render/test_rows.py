"""Rows of text, wrapped and marked."""

from clausewise.render.rows import PLAIN_SIGNS, SIGNS, Row, page, sign_of, wrapped
from clausewise.vocab.truth import Truth


def test_a_row_hangs_under_its_first_word():
    """The lines after the first are set under the text, not under its sign."""
    assert "  - one two three four\n    five six" == wrapped(Row("one two three four five six", 2, "-"), 24)


def test_a_row_without_text_is_an_empty_line():
    """It parts two blocks."""
    assert "a\n\nb" == page((Row("a"), Row(), Row("b")), 80)


def test_what_a_person_wrote_cannot_break_a_row():
    """A line break in a text is no line break in the row, and no sign hides another."""
    assert "a?b" == wrapped(Row("a\nb"), 80)


def test_a_deep_row_keeps_room_for_words():
    """However deep, some words fit on a line."""
    assert all(len(line) <= 62 for line in wrapped(Row("word " * 20, 40), 50).split("\n"))


def test_every_truth_has_a_sign_and_words_of_one_width():
    """The words alone tell the truths apart, and so do the signs, also those for an old terminal."""
    marks = [sign_of(truth) for truth in Truth]
    assert 1 == len({len(mark) for mark in marks})
    assert ["✗ not met", "? unknown", "✓ met    "] == marks
    assert 3 == len({SIGNS[truth].translate(PLAIN_SIGNS) for truth in Truth})

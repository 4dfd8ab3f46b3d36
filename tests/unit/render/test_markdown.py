"""Words of documents in Markdown: they are shown as they are, and nothing of them acts."""

import pytest

from clausewise.render.markdown import escaped, without_html


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("breast_growth_ended, not_tried (5 of 7); it's 3 - 4 cm", "breast_growth_ended, not_tried (5 of 7); it's 3 \\- 4 cm"),
        ("<script>alert(1)</script>", "\\<script>alert(1)\\</script>"),
        ("*so* _so_ `so` ~~so~~ a|b", "\\*so\\* \\_so\\_ \\`so\\` \\~\\~so\\~\\~ a\\|b"),
        ("[here](http://x) and \\", "\\[here\\](http://x) and \\\\"),
        ("AT&T &lt;b&gt; &#60;", "AT&T \\&lt;b\\&gt; \\&#60;"),
        ("# a heading", "\\# a heading"),
        ("7. a list", "7\\. a list"),
        ("wrapped 1. here > there", "wrapped 1\\. here \\> there"),
    ],
)
def test_signs_that_act_are_escaped_and_others_are_not(words, expected):
    """A name with low lines stays readable; emphasis, code, links, tags, entities and the beginnings of blocks do not act."""
    assert expected == escaped(words)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("under `age < 18` and `a <b>` 5 < 6", "under `age < 18` and `a <b>` 5 < 6"),
        ("a <b>word</b> <!-- x --> <?php", "a \\<b>word\\</b> \\<!-- x --> \\<?php"),
        ("shown already \\<b>, and not \\\\<b>", "shown already \\<b>, and not \\\\\\<b>"),
        ("- one ` open\n- <img> ` closed", "- one ` open\n- \\<img> ` closed"),
        ("over `two\nlines` <img> `c`", "over `two\nlines` \\<img> `c`"),
        ("one `\n\n<img> ` far", "one `\n\n\\<img> ` far"),
    ],
)
def test_no_tag_acts_outside_code(text, expected):
    """What a test says in code is kept to the letter; what some reader might take for code and another for a tag is escaped."""
    assert expected == without_html(text)

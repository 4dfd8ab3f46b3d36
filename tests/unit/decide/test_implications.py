"""Implications declared in the facts: a case that contradicts one is told, and one that is silent is not."""

from clausewise.decide.derived import broken_implications
from clausewise.vocab.problem import Level
from tests.unit.decide.context_builder import facts_table, line

TEXT = (
    "\n## I. Small\n\n- I.A one `tag` **and** two `scar`\n"
    + facts_table(tag="yes or no", scar="yes or no")
    + "\n## Implications\n\n| if | then | because |\n|---|---|---|\n| `tag` | `not scar` | one lesion is one of them |\n"
)


def test_answers_that_contradict_each_other_are_told():
    """Both answers stand in the warning, with the reason and the place of the row."""
    [problem] = broken_implications(line(TEXT, {"tag": True, "scar": True}))
    assert ("CW615", Level.WARNING) == (problem.code, problem.level)
    assert "tag = yes contradicts scar = yes: one lesion is one of them" == problem.message
    assert problem.line > 0


def test_what_fits_or_is_not_known_is_not_told():
    """An answer that follows, an unknown one and an absent one contradict nothing."""
    for facts in ({"tag": True, "scar": False}, {"tag": True, "scar": None}, {"tag": True}, {"tag": False, "scar": True}):
        assert () == broken_implications(line(TEXT, facts))

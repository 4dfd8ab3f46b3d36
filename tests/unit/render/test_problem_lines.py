"""Problems as lines, as objects and as SARIF."""

import pytest

from clausewise.render.problem_lines import counted, how_many, plain_problem, printable, problem_lines
from clausewise.render.sarif import sarif
from clausewise.vocab.problem import Level, Problem

WHOLE = Problem("CW410", "`scarr` is no fact", "policy.md", 41, 52, "I.A.3", "Did you mean `scar`?")


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (WHOLE, ("policy.md:41:52: error CW410: `scarr` is no fact (clause I.A.3)", "    help: Did you mean `scar`?")),
        (Problem("CW101", "It is empty.", "a.md"), ("a.md: error CW101: It is empty.",)),
        (Problem("CW101", "Clause I.A is odd.", clause="I.A", level=Level.NOTE), ("note CW101: Clause I.A is odd.",)),
        (Problem("CW101", "Odd.", "a.md", 3, level=Level.WARNING), ("a.md:3: warning CW101: Odd.",)),
        (Problem("CW101", "Odd.", line=3), ("error CW101: Odd.",)),
    ],
)
def test_a_problem_is_printed_as_a_compiler_does(problem, expected):
    """Where as far as it is known, how bad, which, what; what to do stands below."""
    assert expected == problem_lines((problem,))


def test_nothing_upsets_a_terminal():
    """Signs that cannot be printed become question marks, escape sequences with them."""
    assert "a?[31mb?c" == printable("a\x1b[31mb\u202ec")
    assert ("error CW101: a?b",) == problem_lines((Problem("CW101", "a\nb"),))


def test_problems_are_counted_by_level():
    """Each level is named, also when there is none."""
    assert "1 error, no warnings, no notes" == counted((WHOLE,))
    assert ("no cases", "1 case", "2 cases") == tuple(how_many(number, "case") for number in range(3))


def test_an_object_holds_every_field():
    """Nothing of a problem is lost."""
    assert {
        "code": "CW410",
        "level": "error",
        "message": "`scarr` is no fact",
        "file": "policy.md",
        "line": 41,
        "column": 52,
        "clause": "I.A.3",
        "help": "Did you mean `scar`?",
    } == plain_problem(WHOLE)


def test_sarif_names_rule_level_and_place():
    """A rule for each code once, a result for each problem, without a place where none is known."""
    run = sarif((WHOLE, WHOLE, Problem("CW101", "Odd.", level=Level.NOTE)), "1.2.3")["runs"][0]
    assert [{"id": "CW101"}, {"id": "CW410"}] == run["tool"]["driver"]["rules"]
    first, _, last = run["results"]
    place = {"artifactLocation": {"uri": "policy.md"}, "region": {"startLine": 41, "startColumn": 52}}
    assert [{"physicalLocation": place}] == first["locations"]
    assert "`scarr` is no fact. Did you mean `scar`?" == first["message"]["text"]
    assert "Odd." == last["message"]["text"]
    assert ("note", False) == (last["level"], "locations" in last)

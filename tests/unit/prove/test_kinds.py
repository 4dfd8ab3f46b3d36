"""Each kind of finding on a small policy with one planted fault, and none on the same policy mended."""

from clausewise.prove.beside import beside
from clausewise.prove.finding import Kind
from clausewise.prove.report import prove_beside
from clausewise.vocab.problem import Level
from tests.unit.prove.small import LADDER, codes, found, keys, subject, text


def test_a_case_that_no_step_decides():
    """A ladder whose last step has a test leaves the cases for which it fails."""
    gap = LADDER.replace("`always`", "`a`")
    [finding] = found(text("- I.A one `a` **and** two `b`"), Kind.GAP, ladder=gap)
    assert Level.ERROR is finding.level
    assert finding.shown is not None and finding.shown.request.facts["a"] is False
    assert [] == keys(text("- I.A one `a`"), Kind.GAP)


def test_a_step_that_never_decides():
    """A step below one that always holds is never reached."""
    late = LADDER.replace("- (S2) It is met: **approve** **when** `path`\n", "").replace(
        "`always`\n", "`always`\n- (S4) It is met: **approve** **when** `path`\n"
    )
    assert ["step S4"] == keys(text("- I.A one `a`", excluded="b"), Kind.UNREACHED, ladder=late)
    assert [] == keys(text("- I.A one `a`", excluded="b"), Kind.UNREACHED)


def test_a_clause_that_is_never_met():
    """A number above and below at once is met by nobody; only the innermost clause is told."""
    policy = text("- I.A old and young, **one of**", "  - I.A.1 both `age > 40 years and age < 20 years`", "- I.B one `a`")
    assert ["I.A.1: `age > 40 years` and `age < 20 years`"] == keys(policy, Kind.CONTRADICTION)
    assert [] == keys(policy.replace("> 40", "> 10"), Kind.CONTRADICTION, Kind.NEVER_MET)


def test_a_clause_that_is_always_met():
    """A test and its opposite, joined by "or", ask for nothing."""
    assert ["I.A"] == keys(text("- I.A one `a or not a`", "- I.B two `b`"), Kind.ALWAYS_MET)
    assert [] == keys(text("- I.A one `a or not c`", "- I.B two `b`"), Kind.ALWAYS_MET)


def test_parts_that_contradict_each_other():
    """Two causes of one choice cannot both be the case."""
    policy = text("- I.A one `cause is injury`", "- I.B two `cause is illness`", word="all of")
    assert ["I: I.A and I.B"] == keys(policy, Kind.CONTRADICTION)
    assert [] == keys(policy.replace("**all of**", "**one of**"), Kind.CONTRADICTION)


def test_a_guard_that_is_never_true():
    """A condition that nobody fulfils makes its demand idle."""
    policy = text("- I.A **if** young and old `age > 40 years and age < 20 years` **then** one `a`")
    assert "guard of I.A" in keys(policy, Kind.CONTRADICTION)
    assert [] == keys(policy.replace("< 20", "< 60"), Kind.CONTRADICTION)


def test_a_part_that_another_implies():
    """Who is past 40 is past 18: the weaker part of "all of", and the stronger part of "one of", change nothing."""
    strong, weak = "- I.A one `age > 40 years`", "- I.B two `age > 18 years`"
    assert ["I: I.B"] == keys(text(strong, weak, word="all of"), Kind.IMPLIED)
    assert ["I: I.A"] == keys(text(strong, weak), Kind.IMPLIED)
    assert [] == keys(text(strong, "- I.B two `a`"), Kind.IMPLIED)


def test_a_clause_that_never_matters():
    """A clause that no step asks for changes no outcome."""
    assert ["I.B"] == keys(text("- I.A one `a`", "- I.B two `b`", path="clause I.A"), Kind.NEVER_MATTERS)[-1:]
    assert [] == keys(text("- I.A one `a`", "- I.B two `b`"), Kind.NEVER_MATTERS)


def test_a_clause_that_is_redundant_for_some_answers():
    """Where the cause is an injury, another path is met as well; for an illness the clause still counts."""
    policy = text("- I.A one `cause is one of (injury, illness)`", "- I.B two `cause is injury`", path="clause I.A or clause I.B")
    [finding] = [one for one in found(policy, Kind.NEVER_MATTERS) if one.key.endswith("in part")]
    assert "I.A is redundant where cause is injury: I.B is met there as well" == finding.sentence
    assert finding.shown is not None and "injury" == finding.shown.request.facts["cause"]


def test_met_and_excluded_at_once():
    """A path and an exclusion that can both hold are told with the step that decides then."""
    policy = text("- I.A one `a`", out="- II.A left out `b`", path="clause I.A", excluded="clause II.A")
    [finding] = found(policy, Kind.CONFLICT)
    assert ("I.A", "II.A", "S1") == finding.clauses
    assert finding.shown is not None and {"SMALL": "PHYSICIAN_REVIEW"} == finding.shown.outcomes
    assert [] == found(policy.replace("`b`", "`b and not a`"), Kind.CONFLICT)


def test_a_code_that_can_never_be_approved():
    """A code whose family is always excluded, above every path, is never approved."""
    policy = text(
        "- I.A one `a`", out="- II.A left out `procedure_class is tattoo`", path="clause I.A", excluded="clause II.A",
        more=codes(("11920", "tattoo", "I.A"), ("19316", "lift", "I.A")),
    )  # fmt: skip
    assert ["never 11920"] == keys(policy, Kind.CODE)


def test_a_code_that_only_the_order_of_the_ladder_lets_through():
    """Where the path stands above the exclusion, the code is approved although its exclusion fires."""
    policy = text(
        "- I.A one `a`", out="- II.A left out `procedure_class is tattoo`", path="clause I.A", excluded="clause II.A",
        more=codes(("11920", "tattoo", "I.A"), ("19316", "lift", "I.A")),
    )  # fmt: skip
    above = LADDER.replace("`path and excluded`", "`excluded and not path`")
    [finding] = found(policy, Kind.CODE, ladder=above)
    assert "11920 is approvable only because the ladder lets I.A stand above II.A (step S2)" == finding.sentence
    assert finding.shown is not None and {"SMALL": "APPROVE_MN"} == finding.shown.outcomes


def test_an_exception_that_never_applies():
    """An exception outside what it is an exception of takes nothing away."""
    policy = text("- I.A one `cause is injury` **except** after an illness `cause is illness`", "- I.B two `b`")
    assert ["exception of I.A"] == keys(policy, Kind.EXCEPTION)
    assert [] == keys(policy.replace("`cause is illness`", "`c`"), Kind.EXCEPTION)


def test_an_item_that_only_a_stated_family_reaches():
    """No listed code is a lift, so that the item is reached by a request that says so itself; it is a note with that case."""
    policy = text(
        "- I.A one `a`", out="- II.A left out `procedure_class is lift`", excluded="clause II.A",
        more=codes(("11920", "tattoo", "")),
    )  # fmt: skip
    [finding] = [one for one in found(policy, Kind.UNREACHED, Kind.NEVER_MET) if "step" not in one.key]
    assert (Kind.UNREACHED, Level.NOTE) == (finding.kind, finding.level)
    assert finding.shown is not None and "lift" == finding.shown.request.facts["procedure_class"]


READING = "\n> **Readings of I.A**: two.\n> - *first*, ratified by somebody on 2026-01-01: as above\n> - *second*: `{test}`\n\n"


def test_readings_that_never_differ():
    """A second reading that says the same in other words is harmless; one that says something else is shown by a case."""
    same = found(text("- I.A one `not a or not b`", more=READING.format(test="not (a and b)")), Kind.READINGS)
    assert [Level.WARNING] == [one.level for one in same] and same[0].shown is None
    [other] = found(text("- I.A one `a`", more=READING.format(test="a and b")), Kind.READINGS)
    assert Level.NOTE is other.level and "an outcome would differ" in other.sentence
    assert other.shown is not None and other.shown.request.facts["a"] is True


def test_a_paper_that_cannot_exist():
    """One photograph has one view; that it shows two things is possible."""
    policy = text("- I.A two views of one `document photograph (view frontal, view lateral)`", "- I.B one `a`")
    assert ["I.A photograph view"] == keys(policy, Kind.DOCUMENT)
    assert [] == keys(policy.replace("view frontal, view lateral", "shows rash, shows ulcer"), Kind.DOCUMENT)


def test_arms_that_meet_at_exactly_eighteen():
    """Up to 18, or from 18 on: both arms hold at 18; with "above 18" none does."""
    policy = text("- I.A young `age <= 18 years` **and** one `a`", "- I.B grown `age >= 18 years` **and** two `b`")
    [finding] = found(policy, Kind.BOUNDARY)
    assert "both hold at exactly age = 18" in finding.sentence
    assert finding.shown is not None and "18" == str(finding.shown.request.facts["age"])
    assert [] == found(policy.replace(">= 18", "> 18"), Kind.BOUNDARY)


def test_guards_that_leave_eighteen_out():
    """Below 18, and above 18: at 18 neither condition holds."""
    policy = text(
        "- I.A **if** young `age < 18 years` **then** one `a`", "- I.B **if** grown `age > 18 years` **then** two `b`",
        word="all of",
    )  # fmt: skip
    assert ["neither holds at exactly age = 18" in one.sentence for one in found(policy, Kind.BOUNDARY)] == [True]
    assert [] == found(policy.replace("> 18", ">= 18"), Kind.BOUNDARY)


def test_a_clause_that_kleene_leaves_open():
    """Whatever `a` is, one arm holds when `b` does; three-valued evaluation cannot see it."""
    policy = text("- I.A one `(a and b) or (not a and b)`", "- I.B two `c`")
    [finding] = found(policy, Kind.KLEENE)
    assert "I.A" == finding.clauses[0]
    assert finding.shown is not None and finding.shown.request.facts["a"] is None
    assert [] == found(policy.replace("not a and b", "not a and c"), Kind.KLEENE)[1:]


def test_two_policies_that_answer_one_line_differently():
    """What one finds enough the other does not: each direction has its case; equal policies have none."""
    one, other = subject(text("- I.A one `a`")), subject(text("- I.A one `a and b`", id="OTHER"))
    [finding] = prove_beside(one, other).findings
    assert "beside: SMALL I without OTHER" == finding.key
    assert finding.shown is not None and {"SMALL": "APPROVE_MN", "OTHER": "PROPOSE_NOT_MN"} == finding.shown.outcomes
    assert () == beside(one, subject(text("- I.A one `a`", id="OTHER")), 10)[1]


def test_a_part_nobody_could_read_counts_as_free():
    """What cannot be read may be true, so a clause with it is not said to be unmeetable."""
    policy = text('- I.A one `a` **and** a part that is lost `unread "clause C"`', "- I.B two `b`")
    assert [] == keys(policy, Kind.NEVER_MET, Kind.CONTRADICTION)


def test_declared_implications_bound_the_cases():
    """With "a implies b" declared, demanding `a` and not `b` contradicts itself."""
    policy = text("- I.A one `a`", "- I.B two `not b`", word="all of")
    assert [] == keys(policy, Kind.CONTRADICTION)
    rows = "\n## Implications\n\n| if | then | because |\n|---|---|---|\n| `a` | `b` | so it is |\n"
    assert ["I: I.A and I.B"] == keys(policy + rows, Kind.CONTRADICTION)

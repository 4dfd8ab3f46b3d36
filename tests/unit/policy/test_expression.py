"""Tests in back-quotes: every form of the language reads to its node, and nothing else reads at all."""

import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark.parsers.lalr_analysis import LALR_Analyzer

from clausewise.policy import expression, expression_nodes, units
from clausewise.policy.expression import read_test
from clausewise.vocab.criterion import (
    Age,
    AllOf,
    AnyOf,
    AtLeast,
    ClauseMet,
    CodeIn,
    CodeIs,
    Compare,
    Constant,
    Counted,
    CourseLasted,
    DiagnosisIn,
    Difference,
    DocumentProvided,
    Duration,
    FactIn,
    FactNumber,
    Grade,
    HeldFor,
    Includes,
    Is,
    Judged,
    Known,
    LineRequested,
    Literal,
    LongAgo,
    ModifierIs,
    Moment,
    Negation,
    OnPoint,
    Outside,
    OutsideTest,
    Raised,
    Reached,
    Recent,
    Side,
    StepFailed,
    TableValue,
    Unread,
)

ROOT = Path(__file__).resolve().parents[3]


def yes(fact):
    """The test that a fact is answered yes."""
    return Is(fact, ("yes",))


def number(text, unit=""):
    """A number with its unit."""
    return Literal(Decimal(text), unit)


def over(left, relation, right):
    """A comparison; a name on the left is a fact on the treated side."""
    return Compare(FactNumber(left) if isinstance(left, str) else left, relation, right)


def months(count):
    """A number of calendar months."""
    return Duration(count, "months")


A, B, C = yes("a"), yes("b"), yes("c")
YEAR = Duration(1, "years")

TRUTH = [
    ("scar_unstable", yes("scar_unstable")),
    ("not scar", Negation(yes("scar"))),
    ("a and (b or c)", AllOf((A, AnyOf((B, C))))),
    ("a and b or c", AnyOf((AllOf((A, B)), C))),
    ("a or b and c", AnyOf((A, AllOf((B, C))))),
    ("not a and b", AllOf((Negation(A), B))),
    ("not (a and b)", Negation(AllOf((A, B)))),
    ("a and b and c", AllOf((A, B, C))),
    ("(a and b) and c", AllOf((AllOf((A, B)), C))),
    ("a or b or c", AnyOf((A, B, C))),
    ("((a))", A),
    ("at least 2 of (a, b, c)", AtLeast(2, (A, B, C))),
    ("at least 1 of (a and b, not c)", AtLeast(1, (AllOf((A, B)), Negation(C)))),
    ("at least 2 of (a, b, c) each for at least 1 year", AtLeast(2, tuple(HeldFor(f, YEAR) for f in "abc"))),
    ("always", Constant(True)),
    ("never", Constant(False)),
]

ANSWERS = [
    ("cause is trauma", Is("cause", ("trauma",))),
    ("cause is not trauma", Negation(Is("cause", ("trauma",)))),
    ("cause is one of (illness, trauma)", Is("cause", ("illness", "trauma"))),
    ("cause is not one of (illness, trauma)", Negation(Is("cause", ("illness", "trauma")))),
    ("state is OR", Is("state", ("OR",))),
    ("state is OR or a", AnyOf((Is("state", ("OR",)), A))),
    ("asked is line", Is("asked", ("line",))),
    ("class is 2-stage", Is("class", ("2-stage",))),
    ("contract is silent", Is("contract", ("silent",))),
    ("disposition is one of (APPROVE_MN, NOT_GOVERNED)", Is("disposition", ("APPROVE_MN", "NOT_GOVERNED"))),
    ("causes include trauma", Includes("causes", ("trauma",))),
    ("causes include at least 2 of (illness, trauma)", Includes("causes", ("illness", "trauma"), 2)),
    ("drug in #hiv_drugs", FactIn("drug", "hiv_drugs")),
    ("drug not in #hiv_drugs", Negation(FactIn("drug", "hiv_drugs"))),
    ("fact_a known", Known("fact_a")),
    ("not fact_a known", Negation(Known("fact_a"))),
    ("fact_a raised", Raised("fact_a")),
    ("step failed(a) before b", StepFailed("a", "b")),
    ("step failed (a) before b and c", AllOf((StepFailed("a", "b"), C))),
    ("judged reasonable_time by physician", Judged("reasonable_time", "physician")),
    ('unread "clause B of the source"', Unread("clause B of the source")),
    ('unread "été, (or) and `so`"', Unread("été, (or) and `so`")),
]

TIMES = [
    ("pain for at least 3 months", HeldFor("pain", months(3))),
    ("therapy lasted at least 3 months", CourseLasted("therapy", months(3))),
    ("surgery at least 18 months ago", LongAgo("surgery", months(18))),
    ("mammogram within 12 months", Recent("mammogram", months(12))),
    ("exam within 6 months before the request", Recent("exam", months(6), before_request=True)),
    ("exam within 48 hours", Recent("exam", Duration(48, "hours"))),
    ("exam within 1 day", Recent("exam", Duration(1, "days"))),
    ("exam within 2 weeks", Recent("exam", Duration(2, "weeks"))),
    ("infections at least 2 times within 12 months", Counted("infections", "at least", 2, months(12))),
    ("infections at least 1 time ever", Counted("infections", "at least", 1)),
    ("revisions at most 0 times ever", Counted("revisions", "at most", 0)),
    ("revisions at most 3 times within 1 year", Counted("revisions", "at most", 3, YEAR)),
    (
        "earliest of (age 18 years, puberty_end + 18 months) reached",
        Reached((Moment("", Duration(18, "years")), Moment("puberty_end", months(18)))),
    ),
    ("earliest of (age 18 years) passed", Reached((Moment("", Duration(18, "years")),), passed=True)),
]

WEIGHT = FactNumber("resection_weight", Side.LARGER, "breast_volume")
GRAMS = TableValue("grams_by_area", (("body_surface", "DuBois"),))

NUMBERS = [
    ("excision_diameter > 4 cm", over("excision_diameter", ">", number("4", "cm"))),
    ("excision_diameter>4cm", over("excision_diameter", ">", number("4", "cm"))),
    ("lesion < 0.5 in", over("lesion", "<", number("0.5", "in"))),
    ("area >= 3 sq cm", over("area", ">=", number("3", "sq cm"))),
    ("area >= 3 cm2", over("area", ">=", number("3", "cm2"))),
    ("bmi >= 30 kg/m2", over("bmi", ">=", number("30", "kg/m2"))),
    ("loss <= 5 %", over("loss", "<=", number("5", "%"))),
    ("tilt = -3 degrees", over("tilt", "=", number("-3", "degrees"))),
    ("wait >= 1 month", over("wait", ">=", number("1", "months"))),
    ("a >= 2 in and b in #s", AllOf((over("a", ">=", number("2", "in")), FactIn("b", "s")))),
    ("bmi between 30 and 35", AllOf((over("bmi", ">=", number("30")), over("bmi", "<=", number("35"))))),
    ("w between 3 and 5 cm", AllOf((over("w", ">=", number("3", "cm")), over("w", "<=", number("5", "cm"))))),
    ("w between 9 mm and 5 cm", AllOf((over("w", ">=", number("9", "mm")), over("w", "<=", number("5", "cm"))))),
    (
        "bmi between 30 and 35 and b",
        AllOf((AllOf((over("bmi", ">=", number("30")), over("bmi", "<=", number("35")))), B)),
    ),
    ("pannus_grade >= II", over("pannus_grade", ">=", Grade("II"))),
    (
        "pannus_grade between II and IV",
        AllOf((over("pannus_grade", ">=", Grade("II")), over("pannus_grade", "<=", Grade("IV")))),
    ),
    ("age >= 18 years", Compare(Age(), ">=", number("18", "years"))),
    ("age > 40 years", Compare(Age(), ">", number("40", "years"))),
    ("age >= 1 year", Compare(Age(), ">=", number("1", "years"))),
    ("hld_score >= 26", over("hld_score", ">=", number("26"))),
    ("w on each side >= 2 cm", over(FactNumber("w", Side.EACH), ">=", number("2", "cm"))),
    ("w on either side >= 2 cm", over(FactNumber("w", Side.EITHER), ">=", number("2", "cm"))),
    ("w on the sides together >= 2 cm", over(FactNumber("w", Side.TOGETHER), ">=", number("2", "cm"))),
    ("w on the larger side >= 2 cm", over(FactNumber("w", Side.LARGER), ">=", number("2", "cm"))),
    ("w on the larger side by v >= 2 cm", over(FactNumber("w", Side.LARGER, "v"), ">=", number("2", "cm"))),
    ("w >= v on each side", over("w", ">=", FactNumber("v", Side.EACH))),
    (
        "difference of (field_taped, field_untaped) on each side >= 12 degrees",
        over(Difference("field_taped", "field_untaped", Side.EACH), ">=", number("12", "degrees")),
    ),
    ("difference of (x, y) > 1 cm", over(Difference("x", "y"), ">", number("1", "cm"))),
    (
        "resection_weight on the larger side by breast_volume >= grams_by_area(body_surface by DuBois)",
        over(WEIGHT, ">=", GRAMS),
    ),
    ("w >= t(x, y by z)", over("w", ">=", TableValue("t", (("x", ""), ("y", "z"))))),
]

REQUEST = [
    ("code in #breast_lift", CodeIn("breast_lift")),
    ("code not in #breast_lift", Negation(CodeIn("breast_lift"))),
    ("code is 15772", CodeIs(("15772",))),
    ("code is not 15772", Negation(CodeIs(("15772",)))),
    ("code is one of (15772, G0429)", CodeIs(("15772", "G0429"))),
    ("diagnosis in #hiv", DiagnosisIn("hiv")),
    ("diagnosis not in #hiv", Negation(DiagnosisIn("hiv"))),
    ("line 15830 requested", LineRequested(("15830",))),
    ("line one of (11920, 11921) requested", LineRequested(("11920", "11921"))),
    ("line 19342 requested on the same side", LineRequested(("19342",), same_side=True)),
    ("modifier is 50", ModifierIs("50")),
    ("modifier is not LT", Negation(ModifierIs("LT"))),
    ("modifier is one of (LT, RT)", AnyOf((ModifierIs("LT"), ModifierIs("RT")))),
    ("document photograph", DocumentProvided("photograph")),
    ("document exam within 1 year", DocumentProvided("exam", (), YEAR)),
    (
        "document photograph (view frontal, posture standing, shows rash) within 6 months",
        DocumentProvided("photograph", (("view", "frontal"), ("posture", "standing"), ("shows", "rash")), months(6)),
    ),
]

ELSEWHERE = [
    ("clause I.A.4.a", ClauseMet("I.A.4.a")),
    ("clause I.A.4.c.ii met", ClauseMet("I.A.4.c.ii")),
    ("clause L6.conflict fired", ClauseMet("L6.conflict")),
    ("clause B-PRIV-5 and a", AllOf((ClauseMet("B-PRIV-5"), A))),
    ("clause II.R of CP.MP.51", ClauseMet("II.R", "CP.MP.51")),
    ("clause C under any reading", ClauseMet("C", any_reading=True)),
    ("clause C of D under any reading met", ClauseMet("C", "D", any_reading=True)),
    ("clause C may be met", ClauseMet("C", may=True)),
    ("clause C under any reading may be met", ClauseMet("C", any_reading=True, may=True)),
    ("clause C known", Known(clause="C")),
    ("clause C on point", OnPoint("C")),
    ("policy CP.MP.51 met", OutsideTest(Outside.POLICY_MET, "CP.MP.51")),
    ("law LAW-WHCRA applies", OutsideTest(Outside.LAW_APPLIES, "LAW-WHCRA")),
    ("any law applies", OutsideTest(Outside.ANY_LAW_APPLIES)),
    ("criteria LIPOMA-CDS met", OutsideTest(Outside.CRITERIA_MET, "LIPOMA-CDS")),
    ("manual AR-MEDICAID covers", OutsideTest(Outside.MANUAL_COVERS, "AR-MEDICAID")),
    ("manual AR-MEDICAID excludes", OutsideTest(Outside.MANUAL_EXCLUDES, "AR-MEDICAID")),
    ("manual AR-MEDICAID is silent", OutsideTest(Outside.MANUAL_SILENT, "AR-MEDICAID")),
    ("benefit covers #skin_tag", OutsideTest(Outside.BENEFIT_COVERS, subject="skin_tag")),
    ("benefit excludes reconstructive", OutsideTest(Outside.BENEFIT_EXCLUDES, subject="reconstructive")),
    ("benefit limits #skin_tag", OutsideTest(Outside.BENEFIT_LIMITS, subject="skin_tag")),
    ("benefit is silent", OutsideTest(Outside.BENEFIT_SILENT)),
    ("this policy adopted", OutsideTest(Outside.ADOPTED)),
    ("in force", OutsideTest(Outside.IN_FORCE)),
    ("refers", OutsideTest(Outside.REFERS)),
    ("primary outcome is worse", OutsideTest(Outside.PRIMARY_WORSE)),
]

CONFORMANCE = TRUTH + ANSWERS + TIMES + NUMBERS + REQUEST + ELSEWHERE


@pytest.mark.parametrize(("text", "expected"), CONFORMANCE, ids=[text for text, _ in CONFORMANCE])
def test_each_form_of_the_language_reads_to_its_node(text, expected):
    """Each form of the language means one node, and reading it finds nothing to mend."""
    assert (expected, ()) == read_test(text, 1, 1)


def test_every_rule_of_the_grammar_has_a_row_and_a_node():
    """No rule of the grammar goes without a row above, and no builder of nodes without a rule."""
    parses = [expression._grammar().parser.parse(text) for text, _ in CONFORMANCE]
    seen = {str(tree.data) for parse in parses for tree in parse.iter_subtrees()}
    rules = {str(rule.alias or rule.origin.name) for rule in expression._grammar().parser.rules}
    assert seen == set(expression_nodes._RULES)
    assert seen <= rules


def test_every_word_of_the_language_is_in_a_row():
    """No word of the grammar is left untried, and each is refused as the name of a fact."""
    written = set(re.findall("[a-z]+", " ".join(text for text, _ in CONFORMANCE)))
    words = expression.reserved_words()
    assert {"and", "primary", "years", "ever"} <= words
    assert words - written < units.calendar_words()
    read = {word: read_test(f"(a and {word})", 1, 1) for word in words - {"always", "never", "refers"}}
    assert [] == [word for word, (criterion, _) in read.items() if criterion is not None]


def test_spaces_and_line_ends_do_not_matter():
    """Words may stand apart by any spaces, also by the end of a line."""
    assert read_test("at least 2 of (a, b)", 1, 1) == read_test("  at\tleast 2\n  of(a ,b ) ", 1, 1)


def test_nothing_of_the_parser_stays_in_the_criterion():
    """Names and answers are plain texts, which keep no hold on the text they were read from."""
    criterion, _ = read_test("cause is trauma", 1, 1)
    assert isinstance(criterion, Is)
    assert {str} == {type(criterion.fact), type(criterion.values[0])}


# ---- the grammar itself


def test_the_grammar_has_no_conflict():
    """Every test has one meaning: no choice between shifting and reducing is left to the parser generator."""
    analysis = LALR_Analyzer(expression._grammar().parser.parser.parser_conf, strict=True)
    analysis.compute_lalr()
    assert len(analysis.parse_table.states) > 100


def test_no_two_kinds_of_word_can_stand_at_one_place():
    """Where a word of the author's stands, only one kind can, so that the order of the kinds never decides."""
    frontend = expression._grammar().parser.parser
    table = frontend.parser._parse_table.states
    kinds = {"NAME", "VALUE", "UNIT"}
    together = {frozenset(kinds & set(row)) for row in table.values()}
    assert {frozenset(), *(frozenset({kind}) for kind in kinds)} == together


def test_the_parser_is_not_loaded_before_the_first_test():
    """Importing the reader loads no parser: a document that comes compiled from the cache needs none."""
    program = "import sys, clausewise.policy.expression; print('lark' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "False\n" == shown.stdout


# ---- what cannot be read


def bad_rows():
    """The rows of tests/bad/tests.txt: the test, then its code and column and message, then the help."""
    text = (ROOT / "tests" / "bad" / "tests.txt").read_text(encoding="utf-8")
    blocks = (block.split("\n    ") for block in text.partition("\n\n")[2].strip("\n").split("\n\n"))
    return [pytest.param(*block, id=block[0]) for block in blocks]


@pytest.mark.parametrize(("text", "expected", "help"), bad_rows())
def test_a_bad_test_is_told_what_to_mend(text, expected, help):
    """Each bad test gets one problem that says where and what, and what to write instead."""
    _, problems = read_test(text, 1, 1)
    told = [f"{p.code} at {p.column}: {p.message.replace(f'the test `{text}`: ', '…: ')}" for p in problems]
    assert [expected] == told
    assert [help] == [problem.help for problem in problems]


def test_every_code_has_a_bad_test():
    """Each problem code of tests is shown by some bad test, save those that need a text too large for a row."""
    source = "".join(path.read_text() for path in (ROOT / "src/clausewise/policy").glob("expression*.py"))
    shown = {row.values[1][:5] for row in bad_rows()}
    assert {"CW201", "CW202", "CW203"} == set(re.findall(r"CW2\d\d", source)) - shown


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "errors").glob("CW2*.md")), ids=lambda page: page.stem)
def test_the_page_of_a_problem_shows_it_and_how_to_mend_it(page):
    """The first example on the page has the problem, unless it is cut short with dots, and the second has none."""
    bad, good = re.findall(r"```text\n`([^`]+)`\n```", page.read_text(encoding="utf-8"))
    assert ["CW202", "CW203"].count(page.stem) == bad.count("...")
    assert page.stem in {problem.code for problem in read_test(bad, 1, 1)[1]} or "..." in bad
    assert () == read_test(good, 1, 1)[1]


@pytest.mark.parametrize(
    ("text", "code", "column", "said"),
    [
        ("", "CW201", 1, "the test is empty"),
        (" \t ", "CW201", 1, "the test is empty"),
        ("a and " * 1_700_000, "CW202", 1, "it has 10,200,000 characters, more than 10,000"),
        ("(" * 10_000 + "a" + ")" * 10_000, "CW202", 1, "it has 20,001 characters"),
        ("(" * 4_000 + "a" + ")" * 4_000, "CW203", 41, "brackets stand more than 40 deep"),
        ("not " * 2_400 + "a", "CW207", 5, "`not` is a word of the language"),
        ("a \x07", "CW204", 3, "an invisible character (U+0007)"),
        ("\x00", "CW204", 1, "an invisible character (U+0000)"),
        ("a\xa0and b", "CW204", 2, "an invisible character (U+00A0)"),
        ("a \ud800", "CW204", 3, "an invisible character (U+D800)"),
        ('unread "a\u202eb"', "CW204", 8, "an invisible character (U+202E)"),
        ("x > 1 and w at least " + "9" * 9_000 + " times ever", "CW210", 22, "cannot count anything here"),
        ("x" * 4_000 + " " + "y" * 4_000, "CW206", 4_002, "stopped at `" + "y" * 40 + "…`"),
        ("x > 1 " + "y" * 4_000, "CW208", 7, "unknown unit `" + "y" * 40 + "…`"),
        ("x" * 4_000 + "-" + "y" * 4_000, "CW206", 4_001, "stopped at `-" + "y" * 39 + "…`"),
    ],
)
def test_hostile_text_is_a_problem(text, code, column, said):
    """Text that is empty, huge, deep or invisible gets one short problem that can be printed anywhere."""
    criterion, (problem,) = read_test(text, 1, 1)
    assert (code, column) == (problem.code, problem.column)
    assert (criterion is None) == (code != "CW208")
    assert said in problem.message
    assert problem.message.isprintable()
    assert len(problem.message + problem.help) < 400


def test_forty_brackets_are_read():
    """As many brackets may stand within one another as an outline has levels."""
    assert (A, ()) == read_test("(" * 40 + "a" + ")" * 40, 1, 1)


def test_a_problem_points_into_the_document():
    """A problem names the file, the clause and the place in the document, not in the test."""
    _, (problem,) = read_test("a and => 2", 7, 30, "policy.md", "I.A")
    assert ("policy.md", "I.A", 7, 36) == (problem.file, problem.clause, problem.line, problem.column)
    _, (problem,) = read_test("a and\n  => 2", 7, 30)
    assert (8, 3) == (problem.line, problem.column)


def test_all_that_is_wrong_with_a_parsed_test_is_told():
    """Problems that do not keep a test from being parsed come together, in the order of the words."""
    criterion, problems = read_test("w > 4 cn and age > 40 and at least 3 of (a, b)", 1, 1)
    assert ["CW208", "CW213", "CW211"] == [problem.code for problem in problems]
    assert isinstance(criterion, AllOf)


WORDS = st.sampled_from(sorted({word for text, _ in CONFORMANCE for word in re.findall(r"\w+|[^\w\s]+", text)}))


@given(st.one_of(st.text(), st.lists(WORDS, max_size=12).map(" ".join)))
def test_reading_never_raises(text):
    """Any text is a criterion without errors, or problems that point into it and say what to do."""
    criterion, problems = read_test(text, 1, 1)
    assert (criterion is not None) or problems
    lines = text.split("\n")
    assert all(p.help and 1 <= p.column <= len(lines[p.line - 1]) + 1 for p in problems)

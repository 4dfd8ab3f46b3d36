"""Documents that are in order: the worked example of the language, and a synthetic one with every construct."""

from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest

from clausewise.policy.read import read, read_bytes
from clausewise.vocab.criterion import AllOf, AnyOf, Compare, Constant, Except, Is, Item, Negation, Unread
from clausewise.vocab.document import (
    AddOn,
    Answer,
    AnswerKind,
    Default,
    Exclusive,
    FamilyRow,
    NumericTable,
    PolicyDocument,
    Ratification,
    ScoreItem,
)
from clausewise.vocab.period import Period

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def example() -> PolicyDocument:
    """The worked example, which reads without problems."""
    document, problems = read_bytes((HERE / "test_read_worked_example.md").read_bytes(), "example.md")
    assert () == problems
    return document


@pytest.fixture(scope="module")
def whole() -> PolicyDocument:
    """The synthetic document with every construct, which reads without problems."""
    document, problems = read_bytes((HERE / "test_read_every_construct.md").read_bytes(), "whole.md")
    assert () == problems
    return document


def items(criterion: object) -> list[Item]:
    """Every item of a tree, from above and from the left."""
    found = [criterion] if isinstance(criterion, Item) else []
    for name in getattr(criterion, "__slots__", ()):
        value = getattr(criterion, name)
        for inner in value if isinstance(value, tuple) else (value,):
            found += items(inner)
    return found


def clause(document: PolicyDocument, number: str) -> Item:
    """The one item with this number."""
    [item] = [item for section in document.sections for item in items(section) if item.clause == number and item.numbered]
    return item


def yes(fact: str) -> Is:
    """The answer yes to a fact."""
    return Is(fact, ("yes",))


# ---- the worked example ----


def test_worked_example_keeps_its_frame(example: PolicyDocument):
    """The front matter stands in the document's own fields, and whole in `frame`."""
    assert ("AR.CP.MP.31", "policy", "2025-09-12", "LADDER.UM") == (example.id, example.kind, example.revision, example.ladder)
    assert Period(date(2025, 9, 12)) == example.in_force
    assert ("qualchoice", "ambetter_ar", "ar_total_care") == example.plans
    assert ("plastics.facts.md", "plastics.sets.md") == example.uses
    assert ("source", "AR.CP.MP.31, revised 2025-09-12") in example.frame


def test_worked_example_has_its_clauses(example: PolicyDocument):
    """Every number of the text is a clause, in the order of the text, and parts without one carry the clause above."""
    [section] = example.sections
    numbers = [item.clause for item in items(section) if item.numbered]
    growth = ["I.A.2", "I.A.2.eye", "I.A.2.friction", "I.A.2.doc"]
    scar = ["I.A.3", "I.A.3.pain", "I.A.3.inf", "I.A.3.unst", "I.A.3.fri", "I.A.3.fi"]
    assert ["I", "I.A", *growth, *scar, "I.B"] == numbers
    assert ["I.A.2.friction"] == [item.clause for item in items(section) if not item.numbered]
    assert ("medically necessary", "Reconstructive procedures") == (section.conclusion, section.prose)


def test_worked_example_joins_as_it_says(example: PolicyDocument):
    """A scope, a test with a group behind it, and the prose without marks come out as written."""
    scar, pain = clause(example, "I.A.3"), clause(example, "I.A.3.pain")
    assert (yes("scar"), "Revising a scar or keloid") == (scar.scope, scar.prose)
    signs = AnyOf(tuple(clause(example, f"I.A.3.{label}") for label in ("inf", "unst", "fri")))
    assert AllOf((yes("scar_pain_unresponsive"), signs)) == pain.criterion
    assert AnyOf((pain, clause(example, "I.A.3.fi"))) == scar.criterion
    assert ("pain that conservative care did not settle", 27, "example.md") == (pain.prose, pain.line, pain.file)


def test_worked_example_has_three_readings(example: PolicyDocument):
    """One reading is ratified, as above and provisionally; the others bring a test of their own."""
    assert {"I.A.3"} == {reading.clause for reading in example.readings}
    apart, always, signs = example.readings
    assert (None, Ratification("this package", "2026-11-21", provisional=True)) == (apart.criterion, apart.ratified)
    assert ("pain always", None) == (always.name, always.ratified)
    assert isinstance(signs.criterion, AnyOf)
    assert 'the sentence mixes "and", commas and "or".' == apart.why


def test_text_and_fingerprint_ignore_line_endings():
    """The same text with other line endings and a byte order mark is the same document."""
    text = (HERE / "test_read_worked_example.md").read_text(encoding="utf-8")
    document, _ = read(text)
    assert (text, sha256(text.encode()).hexdigest()) == (document.text, document.fingerprint)
    assert document == read("\ufeff" + text.replace("\n", "\r\n"))[0] == read(text.replace("\n", "\r"))[0]


# ---- every construct ----


def test_frame_spells_out_all_except(whole: PolicyDocument):
    """`all except medicare` is the other lines of business."""
    assert ("commercial", "marketplace", "medicaid") == whole.lines_of_business
    assert (("AR", "TX"), ("insured",), "D-") == (whole.states, whole.funding, whole.ids)
    assert Period(date(2026, 1, 1), date(2031, 6, 30)) == whole.in_force


def test_last_part_speaks_of_its_list(whole: PolicyDocument):
    """A last part that begins with an exception stands beside the whole list, for a section too."""
    section = whole.sections[0]
    assert isinstance(section.criterion, Except)
    assert isinstance(section.criterion.main, AllOf) and 4 == len(section.criterion.main.parts)
    assert isinstance(section.criterion.exception, Item) and yes("research_study") == section.criterion.exception.criterion
    assert Unread("page 3 of the source") in [item.criterion for item in items(clause(whole, "I.A.2"))]


def test_brackets_behind_a_number(whole: PolicyDocument):
    """Periods and the source page belong to the item, and to a section where its heading has them."""
    assert (Period(date(2026, 1, 1), date(2030, 12, 31)), "p.2") == (clause(whole, "I.A").period, clause(whole, "I.A").source)
    first, second = whole.sections
    assert (Period(date(2026, 1, 1)), "p.1", "Reconstructive procedures") == (first.period, first.source, first.prose)
    assert ("p.3", "Cosmetic procedures") == (second.source, second.prose)


def test_prose_stays_without_tests_and_group_words(whole: PolicyDocument):
    """Prose keeps its joining words, and loses tests, group words and the signs around them."""
    assert "A part that does not work and a cause that counts unless the patient is a child" == clause(whole, "I.A.1").prose
    assert "if photographs apply then they were sent" == clause(whole, "I.B").prose
    assert "A growth" == clause(whole, "I.A.2").prose
    assert "it is a scar" == clause(whole, "I.A.3").prose
    assert "Hair transplant: see the note" == clause(whole, "II.B").prose


def test_referral_names_its_target(whole: PolicyDocument):
    """`refer to X` is the conclusion refer with the target X, in an outline and in a ladder."""
    assert ("refer", "DEMO.MP.95", "Dysphoria") == (
        clause(whole, "II.C").conclusion,
        clause(whole, "II.C").target,
        clause(whole, "II.C").prose,
    )
    step = whole.ladder_steps()[2]
    assert ("L1.refer", "refer", "DEMO.MP.95", "referral") == (step.clause, step.conclusion, step.target, step.reason)


def test_ladders_of_a_policy(whole: PolicyDocument):
    """Steps come in order out of their groups, with reason, own conclusion when unknown, and an else without test."""
    assert ["L1.conflict", "L1.ask", "L1.refer", "L2"] == [step.clause for step in whole.ladder_steps()]
    conflict, ask, _, last = whole.ladder_steps()
    assert ("physician review", "conflict", "ask", "open") == (
        conflict.conclusion,
        conflict.reason,
        conflict.if_unknown,
        conflict.if_unknown_reason,
    )
    assert "two rules pull apart" == conflict.prose
    assert isinstance(ask.criterion, AllOf) and 2 == len(ask.criterion.parts)
    assert (None, "propose cosmetic") == (last.criterion, last.conclusion)
    assert [("reconstructive", yes("impairment")), ("indeterminate", None)] == [
        (step.conclusion, step.criterion) for step in whole.ladder_steps("nature")
    ]


def test_readings_may_be_outlines(whole: PolicyDocument):
    """A reading over several lines keeps its parts, which cite the clause it reads."""
    outline = whole.readings[2]
    assert isinstance(outline.criterion, AllOf)
    assert {"I.A.1"} == {item.clause for item in items(outline.criterion)}
    assert 'the words "and" and "unless" can be read in two ways.' == outline.why


def test_definitions_and_notes(whole: PolicyDocument):
    """A definition with a test or a list is a named fact; without, a gloss; a note keeps its text."""
    complete, hard, gloss = whole.definitions
    assert AllOf((yes("records_provided"), yes("photos_provided"))) == complete.criterion
    assert isinstance(hard.criterion, AnyOf) and 2 == len(hard.criterion.parts)
    assert ("reconstructive surgery", None, "surgery that restores what was lost.") == (gloss.name, gloss.criterion, gloss.prose)
    assert [("II.B", "the medical director, 2026-01-03: seldom asked for.")] == [(n.clause, n.text) for n in whole.notes]


def test_answers_of_the_closed_list(whole: PolicyDocument):
    """Each form of answer reads to its kind, with values, unit and sides."""
    answers = {fact.name: fact.answer for fact in whole.facts}
    assert Answer(AnswerKind.YES_NO_SINCE) == answers["earlier_review"]
    assert Answer(AnswerKind.CHOICE, ("illness", "trauma", "cosmetic", "none")) == answers["cause"]
    assert Answer(AnswerKind.ANY_OF, ("pain", "itch")) == answers["signs"]
    assert Answer(AnswerKind.GRADE, ("I", "II", "III")) == answers["ptosis_grade"]
    assert Answer(AnswerKind.NUMBER, unit="g", each_side=True) == answers["resection_weight"]
    assert Answer(AnswerKind.NUMBER, unit="kg/m2") == answers["bmi"]
    assert Answer(AnswerKind.NUMBER) == answers["children"]
    plain = {"surgery": AnswerKind.DATE, "infections": AnswerKind.EVENTS, "therapy": AnswerKind.COURSES}
    plain |= {"papers": AnswerKind.DOCUMENTS, "remark": AnswerKind.TEXT, "impairment": AnswerKind.YES_NO}
    assert {name: Answer(kind) for name, kind in plain.items()} == {name: answers[name] for name in plain}


def test_defaults_of_absent_facts(whole: PolicyDocument):
    """A value, a value under a test, and a test that gives the value are told apart, in order; unknown ends the list."""
    facts = {fact.name: fact for fact in whole.facts}
    assert (Default("no"),) == facts["earlier_review"].defaults
    [none_if] = facts["cause"].defaults
    assert ("none", True) == (none_if.value, none_if.when is not None)
    photograph, records = facts["photos_provided"].defaults
    assert ("yes", None) == (photograph.value, photograph.test)
    assert Default("", test=yes("records_provided")) == records
    assert ((), 2, "exam note") == (facts["impairment"].defaults, facts["impairment"].cost, facts["impairment"].where)
    assert (("none",), 1) == (facts["cause"].asked_again, facts["cause"].cost)


def test_sets_codes_and_families(whole: PolicyDocument):
    """Ranges run over the Codes table alone, and a set may be declared again for another time."""
    lift, first, later = whole.sets
    assert (("19316",), True) == (lift.codes, lift.complete)
    assert (("15771", "15772", "19316"), Period(date(2026, 1, 1), date(2026, 12, 31))) == (first.codes, first.period)
    assert (("15771",), Period(date(2027, 1, 1))) == (later.codes, later.period)
    assert [("15771", "CPT"), ("15772", "CPT"), ("19316", "CPT"), ("G0429", "HCPCS")] == [(c.code, c.system) for c in whole.codes]
    assert ("I.A", "II.A") == whole.codes[0].clauses
    both = ("liposuction", "body_contouring")
    lines = {row.line for row in whole.families}
    assert {FamilyRow(code, both, min(lines)) for code in ("15771", "15772")} < set(whole.families)
    assert {"19316", "G0429"} == {row.code for row in whole.families if row.families == ("breast_lift",)}
    assert [AddOn("15772", ("15771",), whole.add_ons[0].line)] == list(whole.add_ons)
    assert [Exclusive("15771", "15772"), Exclusive("19316", "15771", same_side=True)] == [
        Exclusive(one.returned, one.beside, one.same_side) for one in whole.exclusives
    ]


def test_numbers_of_tables_and_scores(whole: PolicyDocument):
    """Numeric tables keep keys, units and how to read between and beyond rows; a score keeps its items."""
    grams, weight = whole.tables
    rows = ((Decimal("1.35"), Decimal(199)), (Decimal("1.40"), Decimal(218)))
    assert NumericTable("grams_by_area", ("body_surface",), ("m2",), "g", True, True, rows, "whole.md", grams.line) == grams
    assert (("height", "age"), ("cm", "years"), "kg", False, False) == (
        weight.keys,
        weight.key_units,
        weight.unit,
        weight.linear,
        weight.beyond,
    )
    [score] = whole.scores
    cleft, overjet = score.items
    assert ("hld_score", "mm rounded to the nearest") == (score.name, score.rounded)
    assert ScoreItem("cleft", Decimal(15), "", "cleft_palate", not_with="overjet") == cleft
    assert ScoreItem("overjet", Decimal(1), "mm", "overjet", Decimal(2), Decimal(9)) == overjet


def test_other_tables_and_prose(whole: PolicyDocument):
    """A table the language does not interpret keeps its cells; a heading without criteria keeps its text."""
    assert "it may go" == whole.table_rows("answers")[0].cell("text")
    assert "sent" == whole.table_rows("table event")[0].cell("event")
    prose = dict(whole.prose)
    assert "This policy is synthetic." == prose[""]
    assert "Why there is such a policy.\n- a list that is prose\n- and no clause" == prose["Background"]
    assert {"", "Background"} == set(prose)


def test_no_back_quoted_test_is_lost(whole: PolicyDocument, monkeypatch: pytest.MonkeyPatch):
    """Every test between back-quotes is read once."""
    seen: list[tuple[int, int, str]] = []

    def listen(text: str, line: int, column: int, *place: str) -> tuple[Constant, tuple[()]]:
        seen.append((line, column, text))
        return Constant(True), ()

    monkeypatch.setattr("clausewise.policy.expression.read_test", listen)
    _, problems = read(whole.text)
    assert () == problems
    lines = whole.text.split("\n")
    quoted = [(number, text) for number, line in enumerate(lines, 1) for text in line.split("`")[1::2]]
    plain = {"code is 19342", "document photograph"}  # tests in a table may stand without back-quotes
    assert sorted(quoted) == sorted((number, text) for number, _, text in seen if text not in plain)
    assert all(lines[number - 1][column - 1 :].startswith(text) for number, column, text in seen)


def test_negated_and_compared_tests_stand_in_the_tree(whole: PolicyDocument):
    """None of its parts is the negation of any; a unit is kept."""
    assert isinstance(clause(whole, "I.D").criterion, Negation)
    heavy = items(clause(whole, "I.A.4"))[-1].criterion
    assert isinstance(heavy, Compare) and ">=" == heavy.relation

"""A proof as people read it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from clausewise.render.known import KnownFacts, value_words
from clausewise.render.proof_rows import proof_rows
from clausewise.render.rows import page
from clausewise.vocab.determination import ClauseState
from clausewise.vocab.document import Answer, AnswerKind, FactDeclaration
from clausewise.vocab.proof import Proof
from clausewise.vocab.request import Course, DatedEvent, Evidence, Held, Measured, Sided
from clausewise.vocab.truth import Truth

TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
SCAR = FactDeclaration("scar", "Is it a scar?", Answer(AnswerKind.YES_NO))
KNOWN = KnownFacts({"scar": True}, {"drug": "none"}, {"scar": SCAR})


def leaf(text: str, truth: Truth = TRUE) -> Proof:
    """The proof of a test of one fact."""
    return Proof("", truth, text, (), (text.split()[0],))


def told(proof: Proof, known: KnownFacts = KNOWN, states: Mapping[str, ClauseState] = MappingProxyType({})) -> list[str]:
    """The rows of a proof as lines, wide enough for all."""
    return page(proof_rows(proof, known, states), 200).split("\n")


def test_a_clause_stands_above_what_it_rests_on():
    """Its number, its words and how its parts join are one row; each fact is told as question and answer."""
    proof = Proof("I.A", TRUE, "a scar", (Proof("", TRUE, "", (leaf("scar"), leaf("drug is none")), (), "all of"),))
    assert [
        "✓ met     I.A  a scar, all of:",
        "  ✓ met     scar",
        "              Is it a scar? yes (the request)",
        "  ✓ met     drug is none",
        "              drug: none (not said, so assumed or worked out)",
    ] == told(proof)


def test_a_fact_is_told_once():
    """Where a second test asks for the same fact, the answer is not repeated."""
    proof = Proof("", TRUE, "", (leaf("scar"), leaf("scar or so")), (), "all of")
    assert 1 == sum("Is it a scar?" in line for line in told(proof))


def test_a_negation_is_one_row():
    """What does not hold is told as what holds."""
    proof = Proof("", TRUE, "", (leaf("scar is old", FALSE),), (), "not")
    assert "✓ met     not (scar is old)" == told(proof)[0]


def test_nameless_groups_of_one_kind_are_opened():
    """All of (a, all of (b, c)) is told as all of (a, b, c); a group of one part is that part."""
    inner = Proof("", TRUE, "", (leaf("b"), leaf("c")), (), "all of")
    proof = Proof("", TRUE, "", (leaf("a"), inner), (), "all of")
    signed = [line for line in told(proof, KnownFacts({}, {}, {})) if "met" in line]
    assert ["✓ met     all of:", "  ✓ met     a", "  ✓ met     b", "  ✓ met     c"] == signed
    assert "✓ met     a" == told(Proof("", TRUE, "", (leaf("a"),), (), "one of"), KNOWN)[0]


def test_an_exclusion_fires():
    """A clause that excludes is said to fire or not, never to be met."""
    assert "✓ fires   II.A  skin" == told(Proof("II.A", TRUE, "skin"), KNOWN, {"II.A": ClauseState.FIRED})[0]
    assert told(Proof("II.A", FALSE, "skin"), KNOWN, {"II.A": ClauseState.NOT_FIRED})[0].startswith("✗ does not fire II.A")


def test_a_part_without_a_number_does_not_repeat_that_of_its_clause():
    """Only the first row of a clause bears its number."""
    part = Proof("I.A", UNKNOWN, "a part", (leaf("scar", UNKNOWN),))
    assert ["? unknown I.A  the whole", "  ? unknown a part"] == told(Proof("I.A", UNKNOWN, "the whole", (part,)))[:2]


def test_every_statement_is_told_also_one_that_no_longer_counts():
    """Who said it, when, in which document; and why it was taken back."""
    evidence = (
        Evidence("scar", False, "Dr. A", date(2026, 2, 10), "a.md", "corrected by b.md"),
        Evidence("scar", True, "", None, "b.md"),
    )
    rows = told(leaf("scar"), KnownFacts({"scar": True}, {}, {"scar": SCAR}, evidence))
    assert [
        "no, says Dr. A on 2026-02-10 in a.md; no longer counts: corrected by b.md",
        "yes, says in b.md",
    ] == [row.strip() for row in rows[2:]]


def test_what_nobody_says_is_told_apart_from_what_is_worked_out():
    """A fact of the documents that is open has nobody's word; one that no document declares comes from the request itself."""
    assert ("unknown", "nobody says") == (KNOWN_NOTHING.said("scar").value, KNOWN_NOTHING.said("scar").source)
    assert "worked out from the request" == KNOWN_NOTHING.said("add_on_alone").source


def test_a_fact_worked_out_from_the_request_is_told_as_its_test_came_out():
    """What no document declares is as the test of it, or the denial of one, says; and which codes are behind it."""
    known = KnownFacts({}, {}, {}, worked_out={"diagnosis_not_valid": "ZZZ"})
    assert "diagnosis_not_valid: yes, ZZZ (worked out from the request)" == told(leaf("diagnosis_not_valid"), known)[1].strip()
    assert "add_on_alone: no (worked out from the request)" == told(leaf("add_on_alone", FALSE), known)[1].strip()
    denied = Proof("", FALSE, "", (leaf("add_on_alone"),), (), "not")
    assert "add_on_alone: yes (worked out from the request)" == told(denied, known)[1].strip()


KNOWN_NOTHING = KnownFacts({}, {}, {"scar": SCAR})


def test_values_are_written_as_people_write_them():
    """Every kind of answer has words."""
    assert [
        "unknown", "yes", "450 g", "left 2, right unknown", "yes, since 2026-01-01", "none", "a, b",
        "2026-01-01, on an unknown day", "2026-01-01 to now, unknown to 2026-02-01 (failed)",
    ] == [
        value_words(value)
        for value in (
            None, True, Measured(Decimal(450), "g"), Sided(Decimal(2), None), Held(True, date(2026, 1, 1)), (), ("a", "b"),
            (DatedEvent(date(2026, 1, 1)), DatedEvent(None)),
            (Course(date(2026, 1, 1)), Course(None, date(2026, 2, 1), "failed")),
        )
    ]  # fmt: skip

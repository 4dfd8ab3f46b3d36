"""What a difference of two policies claims can be seen: on its examples, on random cases, and read the other way round."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from benchmarks.difference import faults, pair
from clausewise.prove.change import Difference, Example, Share, Sort, Way
from clausewise.prove.diff import Side, difference
from clausewise.prove.draw import Draw
from clausewise.prove.encode import NotDecided
from clausewise.prove.joint import Joint
from clausewise.prove.outcomes import climbed_disposition
from clausewise.prove.witness import look, replayed, witness_of
from clausewise.render.diff_json import difference_object
from clausewise.render.diff_page import difference_page
from clausewise.render.diff_rows import difference_rows
from clausewise.vocab.request import Sided
from clausewise.vocab.truth import Truth
from tests.unit.prove.revisions import compared, other, side, ways

pytestmark = pytest.mark.slow

BUNDLED = ["AR.CP.MP.31", "EXAMPLE.RM", "EXAMPLE.VF", "CLINIC.CR", "CLINIC.NOTICE", "NCD.250.5"]
CHANGES = [
    ("AR.CP.MP.31", (("`scar`, **one of**", "`scar`, **all of**"),)),
    ("AR.CP.MP.31", (("`clause I.A.4.a or clause I.A.4.b`\n", "`clause I.A.4.a`\n"),)),
    (
        "EXAMPLE.RM",
        (("at least 2 of eight complaints", "at least 3 of eight complaints"), ("`at least 2 of (neck", "`at least 3 of (neck")),
    ),
    ("EXAMPLE.RM", (("`not judged reasonable_bra_fit by physician`", "`resection_weight on each side > 800 g`"),)),
    ("CLINIC.CR", (("`structure is one of (normal, normal_aging)`", "`structure is normal`"),)),
    ("CLINIC.NOTICE", (("period_years > 6", "period_years > 5"),)),
]
TURNED = {Way.NARROWER: Way.WIDER, Way.WIDER: Way.NARROWER, Way.NEW: Way.DELETED, Way.DELETED: Way.NEW}


@pytest.mark.parametrize("name", BUNDLED)
def test_a_policy_does_not_differ_from_itself(name):
    """No change, no outcome, no share, no remark."""
    found = difference(other(name), other(name))
    assert found.is_empty
    assert (0, ()) == (found.share.whole if found.share else 0, found.flips)


@pytest.mark.parametrize(("name", "edits"), CHANGES)
def test_read_the_other_way_round_it_says_the_opposite(name, edits):
    """Wider becomes narrower, new becomes deleted, both stays; the share is the same; the outcomes change back, step by step."""
    there, back = compared(name, *edits), difference(side(name, *edits), side(name))
    turned = {(one.sort, one.old, one.new): TURNED.get(one.way, one.way) for one in there.changes}
    assert turned == {(one.sort, one.new, one.old): one.way for one in back.changes}
    assert (there.share, there.routes.lost, there.routes.gained) == (back.share, back.routes.gained, back.routes.lost)
    assert (there.routes.stranded, there.routes.carried) == (back.routes.carried, back.routes.stranded)
    if not (there.flips_cut or back.flips_cut):
        outcomes = {(flip.example.dispositions, flip.example.steps) for flip in there.flips}
        assert outcomes == {(flip.example.dispositions[::-1], flip.example.steps[::-1]) for flip in back.flips}


@pytest.mark.parametrize(("name", "edits"), CHANGES)
def test_every_example_shows_what_it_claims(name, edits):
    """An example fails under one revision and holds under the other, is determined as it says, and can miss no fact."""
    old, new = side(name), side(name, *edits)
    found = compared(name, *edits)
    refs = [{clause.clause: clause.ref for clause in one.policy.clauses} for one in (old, new)]
    shown = 0
    for change in (one for one in found.changes if one.sort is Sort.CLAUSE and one.old and one.new):
        for example, truths in ((change.gained, (Truth.FALSE, Truth.TRUE)), (change.lost, (Truth.TRUE, Truth.FALSE))):
            if example is not None:
                again = look(example.witness.request, (old.policy, new.policy)).findings
                names = change.old, change.new
                assert truths == tuple(one.truth(refs[which][names[which]]) for which, one in enumerate(again))
                shown += 1
    for example in (flip.example for flip in found.flips):
        assert example.dispositions == _determined(example)
        assert example.flips
    assert shown or found.flips or all(change.way is Way.UNDECIDABLE for change in found.changes)


def _determined(example: Example) -> tuple[str, ...]:
    """What determination gives an example under both revisions."""
    policies = [one.context.policy for one in example.witness.findings]
    if not policies[0].answers:
        return tuple(climbed_disposition(example.witness, which) for which in (0, 1))
    views = [replayed(example.witness, which).view for which in (0, 1)]
    return tuple(f"{view.disposition.value} {view.target}".rstrip() for view in views)


@pytest.mark.parametrize("seed", range(0, 24, 2))
def test_made_up_revisions_are_compared_as_random_cases_are_decided(seed):
    """On made-up policies of 12 facts with one clause changed, whatever comes out otherwise in a random case was reported."""
    old, new, clause = pair(12, seed)
    found = difference(old, new)
    assert [] == faults(old, new, found, seed)
    if not found.changes_meaning:
        assert 0 == _changed_share(old, new, found), clause


@pytest.mark.parametrize("seed", range(0, 12, 2))
def test_the_share_is_that_of_all_cases(seed):
    """On made-up policies of 7 facts the count equals what going through every case gives, and the sample's interval holds it."""
    old, new, _ = pair(7, seed)
    found = difference(old, new)
    assert found.share is not None
    assert found.share.whole == _changed_share(old, new, found)
    joint = Joint(old.policy, new.policy, found.codes, 1)
    drawn = Draw(joint.space, found.codes, 4096).share(1)
    assert drawn.low <= float(found.share.whole) <= drawn.high


def _changed_share(old: Side, new: Side, found: Difference):
    """The share of cases that change their disposition, by going through all of them."""
    from itertools import product

    joint = Joint(old.policy, new.policy, found.codes, 1)
    changed = total = 0
    for answers in product(*(question.answers for question in joint.space.questions)):
        numbers = [joint.decided_at(answers, which) for which in (0, 1)]
        given = [(old, new)[which].policy.steps[number or 0].conclusion for which, number in enumerate(numbers)]
        changed, total = changed + (given[0] != given[1]), total + 1
    return Fraction(changed, total)


@pytest.mark.parametrize(
    ("edit", "weights"),
    [
        (("| 1.70 | 350 |", "| 1.70 | 351 |"), ("350", "67.001")),  # 1.7000 m2 by the formula at 160 cm
        (("each side > 1 kg`", "each side >= 1 kg`"), ("1000", None)),
    ],
)
def test_what_is_computed_is_tried_at_its_boundaries(edit, weights):
    """A row of a table, or a threshold that only counts beside it, shifted by the least: a case at the boundary shows it."""
    found = compared("EXAMPLE.RM", edit)
    (change,) = (one for one in found.changes if one.changes_meaning and not one.follows)
    example = change.lost or change.doubtful
    assert "I.C" == change.name and example is not None and example.flips and found.flips
    grams, kilograms = weights
    said = example.witness.facts
    removed = said["resection_weight"]
    assert isinstance(removed, Sided) and removed.right == Decimal(grams)
    assert said.get("weight") == (kilograms and Decimal(kilograms))
    assert example.dispositions == _determined(example)


STEPS = (("linear between rows", "row below"), ("| 2.30 | 950 |", "| 2.30 | 950 |\n| 9.00 | 990 |"))


def test_what_a_formula_computes_is_tried_stated_too():
    """A body surface that no weight reaches is stated; one that only a formula gives is not, where a revision drops the formula."""
    edit, back = ("| 9.00 | 990 |", "| 9.00 | 991 |"), ("| 9.00 | 991 |", "| 9.00 | 990 |")
    there = difference(side("EXAMPLE.RM", *STEPS), side("EXAMPLE.RM", *STEPS, edit))
    again = difference(side("EXAMPLE.RM", *STEPS, edit), side("EXAMPLE.RM", *STEPS, edit, back))
    assert [{"I.C": "narrower"}, {"I.C": "wider"}] == [ways(there), ways(again)]
    (example,) = (one.lost for one in there.changes if one.name == "I.C")
    assert example is not None and example.flips and example.dispositions == _determined(example)
    said = example.witness.facts
    assert (Decimal(9), None, None) == (said.get("body_surface"), said.get("height"), said.get("weight"))
    assert "stated" in there.tried[0]
    dropped = compared("EXAMPLE.RM", ("body_surface by DuBois", "body_surface"))
    (example,) = (one.doubtful for one in dropped.changes if one.name == "I.C")
    assert {"I.C": "undecidable"} == ways(dropped) and example is not None and "body_surface" not in example.witness.facts


def test_what_was_only_tried_is_never_said_to_be_proved():
    """Where the outcomes rest on a table and are not built alike, its test is named with its values, and no proof is claimed."""
    found = compared("EXAMPLE.RM", ("each side > 1 kg`", "each side >= 1 kg`"))
    assert ["grams_by_area" in one and "DuBois" in one for one in found.tried] == [True]
    said = "\n".join(row.text for row in difference_rows(found))
    assert "proved" not in said and "exactly" not in said and found.tried[0] in said
    assert not difference_object(found)["share"]["counted"]
    page = difference_page(found, ())
    assert "proved" not in page and "exactly" not in page and "at which values it was tried" in page
    assert () == compared("EXAMPLE.RM", ("III.B It is asked", "III.B It was asked")).tried


def test_what_could_not_be_decided_is_not_said_to_change_nothing():
    """With no changed outcome found beside an undecidable change, it is not said that no outcome changes, nor that it is proved."""
    found = compared("EXAMPLE.RM", ("each side > 1 kg`", "each side >= 1 kg`"))
    assert found.share is not None
    bare = replace(found, tried=(), flips=(), share=Share({}, Fraction(0), 0))
    bare = replace(bare, changes=tuple(replace(one, doubtful=None) for one in bare.changes))
    said = "\n".join(row.text for row in difference_rows(bare))
    assert "no outcome with it" not in said and "its disposition (proved)" not in said
    assert "no changed outcome was found, which is no proof that there is none" in said


TWO = (
    ("`scar`, **one of**", "`scar`, **all of**"),
    ("`breast_antecedent is trauma`", "`breast_antecedent is trauma and not scar`"),
)


def test_a_class_names_the_change_that_it_rests_on():
    """Of two changed clauses one is named that does it alone, or without which the other does nothing."""
    alone = {name: side("AR.CP.MP.31", edit).policy for name, edit in zip(("I.A.3", "I.A.4.b.trauma"), TWO, strict=True)}
    flips = compared("AR.CP.MP.31", *TWO).flips
    assert "I.A.3" in {flip.clause for flip in flips} <= set(alone)
    for flip in flips:
        seen = look(flip.example.witness.request, tuple(alone.values()))
        came_out = {name: climbed_disposition(seen, which) for which, name in enumerate(alone)}
        (other,) = set(alone) - {flip.clause}
        old, new = flip.example.dispositions
        assert came_out[flip.clause] == new or came_out[other] == old, flip.clause


def test_no_class_hides_another_that_waits_at_the_same_step():
    """Cases that wait at one step and go on to several others are as many classes, whichever of them is found first."""
    edit = ("irritation_documented and bleeding_documented`\n  ", "irritation_documented or bleeding_documented`\n  ")
    found = {(*flip.example.dispositions, *flip.example.steps) for flip in compared("AR.CP.MP.31", edit).flips}
    assert {
        ("PROPOSE_COSMETIC", "PEND_INFO", "L10.point_normal", "L6.conflict"),
        ("PHYSICIAN_REVIEW", "PEND_INFO", "L10.function", "L6.conflict"),
        ("PHYSICIAN_REVIEW", "PEND_INFO", "L10.mastectomy", "L6.conflict"),
    } <= found


def test_a_large_count_gives_way_to_a_sample():
    """Past the node limit the share is drawn: the seed, the size and the limit are said, twice the same."""
    name, edits = CHANGES[0]
    found = [difference(side(name), side(name, *edits), nodes=50).share for _ in range(2)]
    assert found[0] == found[1]
    assert found[0] is not None and (50, 4096) == (found[0].node_limit, found[0].sampled)
    exact = compared(name, *edits).share
    assert exact is not None and found[0].low <= float(exact.whole) <= found[0].high


def test_running_out_of_time_is_never_equal(monkeypatch):
    """Where Z3 gives up, a clause is not decided, and outcomes are not said to be complete."""
    monkeypatch.setattr("clausewise.prove.encode.Encoding.possible", lambda self, *claims: NotDecided(2))
    name, edits = CHANGES[0]
    found = difference(side(name), side(name, *edits), seconds=2)
    assert {Way.NOT_DECIDED} == {change.way for change in found.changes}
    assert found.flips_not_decided and found.changes_meaning


def test_the_same_two_policies_give_the_same_difference():
    """Changes, examples, outcomes and remarks come in one order, with the same cases."""
    name, edits = CHANGES[0]
    one, again = (difference(side(name), side(name, *edits)) for _ in range(2))
    assert [flip.example.witness.request for flip in one.flips] == [flip.example.witness.request for flip in again.flips]
    assert [(change.name, change.way, change.through) for change in one.changes] == [
        (change.name, change.way, change.through) for change in again.changes
    ]


def test_unrelated_policies_are_compared_by_outcome_only():
    """Two policies that share no clause say so; the codes that both list are compared."""
    found = difference(other("AR.CP.MP.31"), other("EXAMPLE.RM"))
    assert not found.related
    assert ((), ("19303", "19318")) == (found.changes, found.codes)
    assert found.flips
    chance, joint = Random(1), Joint(other("AR.CP.MP.31").policy, other("EXAMPLE.RM").policy, ("19318",), 1)
    witness = witness_of(joint.space, [chance.choice(question.answers) for question in joint.space.questions])
    assert "19318" == witness.request.lines[0].code


def test_all_classes_of_cases_are_found_where_there_are_few():
    """One changed connector: four classes, each once, and it is proved that there are no more."""
    name, edits = CHANGES[0]
    found = compared(name, *edits)
    assert not found.flips_cut and not found.flips_not_decided
    steps = {flip.example.steps for flip in found.flips}
    assert {
        ("L6.approve", "L8.ambiguous"),
        ("L6.approve", "L7.conflict"),
        ("L6.docs", "L8.ambiguous"),
        ("L6.docs", "L7.conflict"),
    } == steps


def test_codes_that_lose_their_only_route_are_named():
    """A clause that nothing can meet any more takes the fillers' only approval with it, and nobody else's."""
    edits = (("`filler_approved_product`\n", "`filler_approved_product and not filler_service`\n"),)
    found, back = compared("AR.CP.MP.31", *edits), difference(side("AR.CP.MP.31", *edits), side("AR.CP.MP.31"))
    assert {"15773", "15774", "G0429", "Q2026", "Q2028"} >= set(found.routes.stranded) >= {"G0429", "Q2026", "Q2028"}
    assert ((), found.routes.stranded) == (back.routes.stranded, back.routes.carried)

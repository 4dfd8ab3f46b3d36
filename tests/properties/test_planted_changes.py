"""Changes planted in the bundled policies are named with their direction, and rewrites that mean the same are not."""

import pytest

from clausewise.compiler.shelf import Refused
from clausewise.prove.change import Kind
from tests.unit.prove.revisions import compared, revised, ways

AR, RM, CR, NOTICE = "AR.CP.MP.31", "EXAMPLE.RM", "CLINIC.CR", "CLINIC.NOTICE"
PLANTED = [
    # an item is dropped
    (AR, (("        - I.A.3.unst it breaks down `scar_unstable`\n", ""),), {"I.A.3": "narrower", "I.A.3.unst": "deleted"}),
    (
        AR,
        (
            (
                "      - I.A.4.a.asym the breasts differ after it, which is never asked after a mastectomy "
                "`breast_antecedent is mastectomy or "
                "asymmetry_present`\n",
                "",
            ),
        ),
        {"I.A.4.a": "wider", "I.A.4.a.asym": "deleted"},
    ),
    (
        AR,
        (("    - I.A.1.part the part is abnormal `structure is abnormal`\n", ""), ("clause I.A.1.part", "structure is abnormal")),
        {"I.A.1": "wider", "I.A.1.part": "deleted"},
    ),
    (
        AR,
        (("**except** for permanent loss by disease or injury `hair_loss_permanent and hair_loss_from_disease_or_injury`", ""),),
        {"II.N": "wider"},
    ),
    (RM, ((" **unless** it would be unsafe or unusual for this patient `care_ruled_out`", ""),), {"I.B.2": "narrower"}),
    (RM, ((" **except** to match a breast that was rebuilt `clause IV.A`", ""),), {"III.A": "wider"}),
    (
        NOTICE,
        (
            (
                "  - B-PRIV-4.time it has not run out `not consent_ran_out` **and** it was not withdrawn before the sending `not "
                "revoked_before_disclosure`\n",
                "",
            ),
        ),
        {"B-PRIV-4": "wider", "B-PRIV-4.time": "deleted"},
    ),
    (NOTICE, (("  - B-PRIV-2.need the care needs it `needs_for_care`\n", ""),), {"B-PRIV-2": "wider", "B-PRIV-2.need": "deleted"}),
    # all and any change places
    (AR, (("`scar`, **one of**", "`scar`, **all of**"),), {"I.A.3": "narrower"}),
    (
        AR,
        (("it troubles the patient in two ways at once, **all of**", "it troubles the patient in one way, **one of**"),),
        {"I.A.3": "wider"},
    ),
    (AR, (("`skin_tag`, **one of**", "`skin_tag`, **all of**"),), {"I.A.2": "narrower"}),
    (AR, (("raised and (hiv_dx or facial_lds_dx)`", "raised and hiv_dx and facial_lds_dx`"),), {"I.A.4.c": "narrower"}),
    (
        AR,
        (("irritation_documented and bleeding_documented`\n  ", "irritation_documented or bleeding_documented`\n  "),),
        {"I.A.2.doc": "wider"},
    ),
    (
        RM,
        (
            (
                "A reduction is **not medically necessary** when **one of**",
                "A reduction is **not medically necessary** when **all of**",
            ),
        ),
        {"III": "narrower"},
    ),
    (NOTICE, (("`on_care_team or emergency`", "`on_care_team and emergency`"),), {"B-PRIV-2.relation": "narrower"}),
    # a threshold is shifted by one
    (
        RM,
        (
            (
                "`at least 2 of (neck_pain, upper_back_pain, shoulder_pain, headache, strap_grooves, "
                "hand_numbness, skin_fold_rash, bent_posture) "
                "each",
                "`at least 3 of (neck_pain, upper_back_pain, shoulder_pain, headache, strap_grooves, "
                "hand_numbness, skin_fold_rash, "
                "bent_posture) each",
            ),
        ),
        {"I.B.1": "narrower"},
    ),
    (RM, (("earliest of (age 18 years", "earliest of (age 19 years"),), {"I.A": "narrower"}),
    (RM, (("growth_ended + 18 months", "growth_ended + 17 months"),), {"I.A": "wider"}),
    (RM, (("lasted at least 3 months", "lasted at least 4 months"),), {"I.B.2": "narrower"}),
    (RM, (("`age > 40 years`", "`age > 41 years`"),), {"I.D.1": "wider"}),
    (
        RM,
        (("at least 6 weeks `tobacco_free for at least 6 weeks`", "at least 7 weeks `tobacco_free for at least 7 weeks`"),),
        {"I.D.2": "narrower"},
    ),
    (RM, (("| 1.90 | 500 |", "| 1.90 | 501 |"),), {"I.C": "narrower"}),
    (RM, (("| 1.70 | 350 |", "| 1.70 | 351 |"),), {"I.C": "narrower"}),
    (RM, (("| 1.30 | 150 |", "| 1.30 | 149.5 |"),), {"I.C": "wider"}),
    (RM, (("each side > 1 kg`", "each side >= 1 kg`"),), {"I.C": "undecidable"}),  # the table says nothing up there
    (NOTICE, (("period_years > 6", "period_years > 5"),), {"P2.years": "wider"}),
    # a branch becomes unreachable
    (AR, (("`location_affects_eyesight`\n", "`location_affects_eyesight and not skin_tag`\n"),), {"I.A.2.eye": "narrower"}),
    (
        AR,
        (
            (
                "I.A.4.b.trauma an injury `breast_antecedent is trauma`",
                "I.A.4.b.trauma an injury `breast_antecedent is trauma and breast_antecedent is prophylaxis`",
            ),
        ),
        {"I.A.4.b.trauma": "narrower"},
    ),
    (
        NOTICE,
        (
            (
                "B-PRIV-11.statute a statute that is named `legal_compulsion is statute and statute_cited`",
                "B-PRIV-11.statute a statute that is named `legal_compulsion is statute and legal_compulsion is court_order`",
            ),
        ),
        {"B-PRIV-11.statute": "narrower"},
    ),
    # a reading is contradicted
    (
        AR,
        (
            (
                "> - *pain always*: `scar_pain_unresponsive and at least 1",
                "> - *pain always*: `not scar_pain_unresponsive and at least 1",
            ),
        ),
        {"I.A.3 (pain always)": "both"},
    ),
    (
        AR,
        (
            (
                "> - *normal tissue only*: `any_exclusion and normal_tissue`",
                "> - *normal tissue only*: `any_exclusion and not normal_tissue`",
            ),
        ),
        {"II (normal tissue only)": "both"},
    ),
    (
        AR,
        (
            (
                "> - *friction limb*, ratified by this package on 2026-11-21, provisional: as above\n> - *both limbs*: `",
                "> - *friction limb*: as above\n> - *both limbs*, ratified by this package on 2026-11-21, provisional: `",
            ),
        ),
        {"I.A.2": "narrower"},
    ),
    # a test asks for another answer, another clause, another conclusion
    (
        AR,
        (
            (
                "cause is one of (illness, tumor, infection, trauma, congenital)`",
                "cause is one of (illness, tumor, infection, trauma)`",
            ),
        ),
        {"I.A.1.cause": "narrower"},
    ),
    (AR, (("`clause I.A.4.a or clause I.A.4.b`\n", "`clause I.A.4.a`\n"),), {"II.R": "wider"}),
    (
        AR,
        (
            (
                "| facial_fillers | CPT and HCPCS | 15773, 15774, G0429, Q2026, Q2028 | yes | |",
                "| facial_fillers | CPT and HCPCS | 15773, 15774, G0429, Q2026 | yes | |",
            ),
        ),
        {},
    ),
    (CR, (("`structure is one of (normal, normal_aging)`", "`structure is normal`"),), {"B-CLS-1": "narrower"}),
    (CR, (("  - something altered it `altered_by_event`\n", ""),), {"B-CLS-3": "wider"}),
    (CR, (("`clause B-MN-1 or clause B-MN-2`", "`clause B-MN-1 and clause B-MN-2`"),), {"B-DIFF-2": "narrower"}),
    (CR, (("`not functional_impairment_significant`", "`functional_impairment_significant`"),), {"B-CLS-4": "both"}),
    (
        NOTICE,
        (
            (
                "P3.others nobody else needs it for care: **denied** (no_care_need)",
                "P3.others nobody else needs it for care: **held** (no_care_need)",
            ),
        ),
        {"P3.others": "concludes"},
    ),
    (RM, (("A reduction is **reconstructive**, and", "A reduction is **not medically necessary**, and"),), {"IV": "concludes"}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "edits", "expected"), PLANTED)
def test_a_planted_change_is_named_with_its_direction(name, edits, expected):
    """The clause that was changed, and no other, is said to have changed by itself, with the direction of the change."""
    found = compared(name, *edits)
    assert expected == ways(found)
    assert found.changes_meaning


def test_enough_is_planted():
    """At least 30 changes, of every bundled policy that decides."""
    assert len(PLANTED) >= 30
    assert {AR, RM, CR, NOTICE} == {name for name, _, _ in PLANTED}


@pytest.mark.parametrize(
    ("name", "edits", "clause"),
    [
        (AR, (("      - I.A.4.b.trauma an injury `breast_antecedent is trauma`\n", ""),), "I.A.4.b.trauma"),
        (RM, (("- I.C On the larger side", "- I.E On the larger side"),), "I.C"),
        (CR, (("- B-MN-1 A significant", "- B-MN-9 A significant"),), "B-MN-1"),
    ],
)
def test_a_clause_that_others_cite_cannot_go(name, edits, clause):
    """A policy that cites a clause that is not there is refused, and the clause is named."""
    refused = revised(name, *edits)
    assert isinstance(refused, Refused)
    assert any(clause in problem.message for problem in refused.problems if problem.code == "CW401")


REWRITES = [
    # other words
    (AR, (("- I.A.3 To revise or remove a scar or keloid", "- I.A.3 To remove or mend a keloid or a scar"),)),
    # another order
    (
        AR,
        (
            (
                "        - I.A.3.inf it gets infected again and again `scar_recurrent_infection`\n"
                "        - I.A.3.unst it breaks down "
                "`scar_unstable`\n",
                "        - I.A.3.unst it breaks down `scar_unstable`\n        - I.A.3.inf it gets infected again and "
                "again `scar_recurrent_infection`\n",
            ),
        ),
    ),
    # another number
    (RM, (("- II.C A photograph", "- II.D A photograph"), ("clause II.B and clause II.C", "clause II.B and clause II.D"))),
    # two numbers change places
    (
        AR,
        (("I.A.3.inf it gets", "I.A.3.xxx it gets"), ("I.A.3.unst it breaks", "I.A.3.inf it breaks"), ("I.A.3.xxx", "I.A.3.unst")),
    ),
    # nested all flattened
    (
        AR,
        (
            (
                "      - I.A.2.doc the records show irritation and bleeding, again and again "
                "`irritation_documented and bleeding_documented`\n",
                "      - I.A.2.doc the records show both, **all of**\n"
                "        - irritation `irritation_documented`\n        - bleeding "
                "`bleeding_documented`\n",
            ),
        ),
    ),
    # De Morgan
    (
        AR,
        (
            (
                "`records_provided and (photos_provided or not photos_applicable)`",
                "`not (not records_provided or (photos_applicable and not photos_provided))`",
            ),
        ),
    ),
    # a defined word with another name
    (AR, (("> **Definition of filler_service**", "> **Definition of filler_line**"), ("`filler_service and", "`filler_line and"))),
    # a number in another unit
    (RM, (("`resection_weight on each side > 1 kg`", "`resection_weight on each side > 1000 g`"),)),
    # a reading with another name
    (AR, (("*pain always*", "*never without pain*"),)),
    # answers in another order
    (
        AR,
        (
            (
                "`functional_impairment and aim is one of (function, both)`",
                "`aim is one of (both, function) and functional_impairment`",
            ),
        ),
    ),
    # not one of is none of
    (
        CR,
        (
            (
                "`benefit_cosmetic is not one of (covers, covers_up_to_limit)`",
                "`not (benefit_cosmetic is covers) and not (benefit_cosmetic is covers_up_to_limit)`",
            ),
        ),
    ),
    # a step in other words
    (NOTICE, (("P3.others nobody else needs it for care", "P3.others it is of no use to anybody else's care"),)),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "edits"), REWRITES)
def test_a_rewrite_that_means_the_same_is_no_finding(name, edits):
    """Words, order, numbers, nesting, names and units may change: no change of meaning, no changed outcome, and something to
    see."""
    found = compared(name, *edits)
    assert {} == ways(found)
    assert () == found.flips
    assert not found.changes_meaning
    assert found.share is not None and 0 == found.share.whole


def test_enough_is_rewritten():
    """At least 10 rewrites."""
    assert len(REWRITES) >= 10


@pytest.mark.slow
def test_words_evidence_and_numbers_are_told_apart():
    """Other words are a change of wording, another name of a reading one of evidence, another number no change of either."""
    kinds = [{remark.kind for remark in compared(*REWRITES[place][:1], *REWRITES[place][1]).remarks} for place in (0, 8, 2)]
    assert [{Kind.WORDING}, {Kind.EVIDENCE}, set()] == kinds

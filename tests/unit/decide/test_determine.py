"""The main job on single lines: coding, add-ons, readings, defaults, and what a record says."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from clausewise.decide.determine import Assessors, determine, rollup
from clausewise.vocab.determination import Determination, Disposition
from clausewise.vocab.request import AuthorizationRequest, FactValue, ServiceLine
from tests.properties.strategies import compiled, request

NOW = datetime(2026, 3, 1, tzinfo=UTC)
BREAST: Mapping[str, FactValue] = {
    "aim": "appearance",
    "structure": "abnormal",
    "functional_impairment": False,
    "breast_antecedent": "mastectomy",
    "breast_role": "reconstruct_affected",
    "records_provided": True,
    "photos_provided": True,
}


def valid(diagnosis: str, on: date) -> bool | None:
    """Say that E88.1 is no longer billable and of others that it is not known."""
    return False if diagnosis == "E88.1" else None


def determined(asked: AuthorizationRequest) -> tuple[Determination, ...]:
    """Determine a request under both bundled policies."""
    return determine(asked, Assessors(compiled("AR.CP.MP.31"), compiled("CLINIC.CR")), NOW, valid)


def lines(*codes: str, facts: Mapping[str, FactValue] = BREAST) -> AuthorizationRequest:
    """Return a request of several lines, each `code` or `code-modifier`."""
    written = (code.partition("-") for code in codes)
    asked = tuple(ServiceLine(number, code, (side,) if side else ()) for number, (code, _, side) in enumerate(written, 1))
    return replace(request("19357", facts), lines=asked)


def dispositions(asked: AuthorizationRequest) -> list[str]:
    """Return the dispositions of a request's lines."""
    return [record.view.disposition.value for record in determined(asked)]


def test_an_addon_without_its_primary_is_returned() -> None:
    """15772 alone is returned to be coded anew; beside 15771 it is judged."""
    assert ["CODING_RETURN"] == dispositions(lines("15772"))
    assert ["APPROVE_MN", "APPROVE_MN"] == dispositions(lines("15771", "15772"))


def test_an_addon_on_the_other_side_has_no_primary() -> None:
    """An add-on on the right does not stand beside a primary on the left, and does beside one on both sides."""
    assert ["APPROVE_MN", "CODING_RETURN"] == dispositions(lines("15771-LT", "15772-RT"))
    assert ["APPROVE_MN", "APPROVE_MN"] == dispositions(lines("15771-50", "15772-RT"))


def test_an_addon_is_never_better_than_its_primary() -> None:
    """An add-on that would be approved waits with a primary that waits, and says whose outcome it is."""
    asked = lines("15771", "15772")
    unsure = replace(asked.lines[0], facts={"breast_antecedent": "lumpectomy", "antecedent_medically_necessary": None})
    records = determined(replace(asked, lines=(unsure, asked.lines[1])))
    assert [Disposition.PEND_INFO, Disposition.PEND_INFO] == [record.view.disposition for record in records]
    assert "antecedent_medically_necessary" in records[1].view.missing
    assert "primary, line 1" in records[1].view.reason.text


def test_immediate_and_delayed_implant_on_one_side_exclude_each_other() -> None:
    """19340 on the left is returned beside 19342 on both sides, and stands beside 19342 on the right."""
    assert ["CODING_RETURN", "APPROVE_MN"] == dispositions(lines("19340-LT", "19342-50"))
    assert ["APPROVE_MN", "APPROVE_MN"] == dispositions(lines("19340-LT", "19342-RT"))


def test_a_diagnosis_that_is_not_billable_returns_the_line() -> None:
    """E88.1 on a day on which it is only a parent is a matter of coding, no denial."""
    assert ["CODING_RETURN"] == dispositions(replace(lines("19357"), diagnoses=("E88.1",)))


def test_function_met_without_a_family_goes_to_review_for_an_apron() -> None:
    """15830 with the path of function met and no family given collides with II.A: a person decides."""
    facts: dict[str, FactValue] = {
        "aim": "function",
        "structure": "abnormal",
        "cause": "illness",
        "functional_impairment": True,
        "conservative_therapy": "failed",
        "records_provided": True,
        "photos_provided": True,
    }
    (record,) = determined(lines("15830", facts=facts))
    assert (Disposition.PHYSICIAN_REVIEW, "conflict") == (record.view.disposition, record.view.reason.code)


@pytest.mark.parametrize("origin", ["cosmetic"])
def test_a_known_cosmetic_implant_is_never_approved_on_function_alone(origin: str) -> None:
    """19342 on an implant first placed for looks goes to a physician, however clear the function is."""
    facts: dict[str, FactValue] = {
        "aim": "function",
        "structure": "abnormal",
        "cause": "illness",
        "functional_impairment": True,
        "conservative_therapy": "failed",
        "implant_origin": origin,
        "records_provided": True,
        "photos_provided": True,
    }
    (record,) = determined(lines("19342", facts=facts))
    assert Disposition.PHYSICIAN_REVIEW is record.view.disposition


def test_absent_papers_are_asked_for_by_name() -> None:
    """Records that were not sent make an approval wait, and are what is missing."""
    (record,) = determined(lines("19357", facts={**BREAST, "records_provided": False}))
    assert Disposition.PEND_INFO is record.view.disposition
    assert ("records_provided",) == record.view.missing == record.view.settles


def test_every_default_used_is_listed() -> None:
    """What nobody raised and the documents declare stands under the assumptions."""
    (record,) = determined(lines("19357"))
    assert "gender_dysphoria = no" in record.view.assumptions
    assert not any(one.startswith("breast_antecedent") for one in record.view.assumptions)


def test_the_clinics_view_stands_beside_the_plans() -> None:
    """After a mastectomy the plan finds necessity and the clinic a mandate, and one sentence says so."""
    facts = {**BREAST, "functional_impairment_significant": False, "benefit_reconstructive": "silent"}
    (record,) = determined(lines("19357", facts=facts))
    assert record.other is not None
    assert [Disposition.APPROVE_MN, Disposition.APPROVE_MANDATE] == [record.view.disposition, record.other.disposition]
    assert any(sentence.startswith("The clinic differs") for sentence in record.sentences)
    assert {"LAW-WHCRA", "LAW-AR-424", "LAW-AR-MAST"} <= set(record.also_supported_by)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["APPROVE_MN", "APPROVE_MN"], "APPROVE_MN"),
        (["APPROVE_MN", "PROPOSE_COSMETIC"], "SPLIT"),
        (["APPROVE_MN", "PEND_INFO"], "OPEN_MIXED"),
        (["CODING_RETURN", "NOT_GOVERNED"], "OPEN_MIXED"),
    ],
)
def test_the_rollup_is_derived(names: list[str], expected: str) -> None:
    """One disposition is itself, several final ones are split, with an open one they are open and mixed."""
    assert expected == rollup([Disposition[name] for name in names])

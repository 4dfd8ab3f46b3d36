"""The notice decides: only what a rule allows is released, and what a person must settle is held."""

from collections.abc import Mapping

import pytest

from clausewise.clinic.disclosure import decide_privacy
from clausewise.vocab.privacy import Decision, PrivacyDecision
from clausewise.vocab.request import FactValue, PrivacyRequest
from tests.properties.strategies import compiled


def decided(actor: str, action: str, **facts: FactValue) -> PrivacyDecision:
    """Decide one act under the bundled notice."""
    given: Mapping[str, FactValue] = facts
    return decide_privacy(PrivacyRequest("act", actor, action, given), compiled("CLINIC.NOTICE"))


@pytest.mark.parametrize(
    ("decision", "found"),
    [
        (Decision.DENY, decided("insurer", "disclose", consent="none")),
        (Decision.ALLOW, decided("insurer", "disclose", consent="active", consent_scope_covers="true")),
        (Decision.ALLOW_PARTIAL, decided("insurer", "disclose", consent="active", consent_scope_covers="partly")),
        (Decision.HOLD, decided("insurer", "disclose", consent="oral", consent_documented=True)),
        (Decision.HOLD, decided("surgeon", "view_record", inside_clinic=True, on_care_team=None, needs_for_care=True)),
    ],
)
def test_consent_decides_what_leaves(decision: Decision, found: PrivacyDecision) -> None:
    """Without consent nothing, with it all or a part, and what is unclear is held."""
    assert decision is found.decision


def test_an_unknown_fact_never_releases() -> None:
    """A consent that nobody can tell of does not open anything, and is what is missing."""
    found = decided("insurer", "disclose", consent=None)
    assert found.decision in (Decision.HOLD, Decision.DENY)
    assert "consent" in found.missing


def test_only_what_the_law_demands_is_in_the_statutory_report() -> None:
    """A disclosure by statute is accounted for, one by consent is not."""
    by_law = decided("state_agency", "disclose", legal_compulsion="statute", statute_cited=True)
    by_consent = decided("insurer", "disclose", consent="active")
    assert (True, False) == (by_law.accounted, by_consent.accounted)
    assert "required_by_law" == by_law.reason_code


def test_a_decision_is_the_same_each_time() -> None:
    """The same act gives the same record with the same fingerprint."""
    assert decided("insurer", "disclose", consent="none") == decided("insurer", "disclose", consent="none")

"""`clausewise privacy decide`: acts upon health information, decided by the notice."""

from tests.cli.cases import case_file, insurer, scar
from tests.cli.running import run

KEYS = ["case", "decision", "event", "reason_code", "clauses", "include_in_accounting_of_disclosures", "conditions", "missing"]


def test_a_decision_is_an_object_with_the_fixed_keys_in_their_order(tmp_path):
    """What the page on case files fixes comes first and in its order."""
    (decided,) = run("privacy", "decide", insurer(tmp_path), "--json").objects
    assert KEYS == list(decided)[: len(KEYS)]
    assert ("deny", "no_consent", False) == (
        decided["decision"],
        decided["reason_code"],
        decided["include_in_accounting_of_disclosures"],
    )


def test_a_consent_on_file_opens_the_record_to_the_insurer(tmp_path):
    """The same request is allowed once the patient has agreed."""
    (decided,) = run("privacy", "decide", insurer(tmp_path, "active"), "--json").objects
    assert "allow" == decided["decision"]


def test_the_table_says_who_asked_and_why_it_came_out_so(tmp_path):
    """A row a case, and the conditions below."""
    out = run("privacy", "decide", insurer(tmp_path)).out
    assert "I1     insurer: disclose    deny       no consent" in out
    assert "  - opens a consent task" in out


def test_the_reasons_are_told_on_request(tmp_path):
    """Under --why the deciding step, its proof and the entry of the log are shown; what nobody raised is said to be so."""
    out = run("privacy", "decide", insurer(tmp_path), "--why").out
    assert "of the notice decides (no consent)." in out
    assert "What consent of the patient is on file? none (the request)" in out
    assert "The log gets the event disclosure.refused" in out
    assert "not raised" in out


def test_a_clinical_case_is_not_decided_here(tmp_path):
    """A file without privacy cases says which command is meant."""
    found = run("privacy", "decide", case_file(tmp_path, scar()))
    assert (2, "") == (found.status, found.out)
    assert "error CW710: This file holds no privacy cases." in found.err


def test_a_folder_and_a_broken_case_are_told(tmp_path):
    """Neither is decided, the status is 2, and there is no traceback."""
    folder = run("privacy", "decide", tmp_path)
    assert (2, True) == (folder.status, "error CW702" in folder.err)
    broken = run("privacy", "decide", insurer(tmp_path, "perhaps"))
    assert (2, True) == (broken.status, "error CW602: Case I1:" in broken.err)

"""The interface does to a case what the store offers, says so in the same bytes each time, and tells one shape of problem."""

import base64
import json
from typing import Any
from uuid import uuid4

from clausewise.vocab.role import Role
from tests.conftest import ROOT
from tests.unit.conftest import opened
from tests.unit.web.asking import Caller, caller, scar_case

EXAMPLE = ROOT / "examples" / "back-scar"
ANSWERS = {"scar_friable": "yes"}
NOTE = "---\ntype: visit note\ndate: 2026-03-09\n---\nThe scar bled when it was touched.\n"


def codes(answer: Any) -> list[str]:
    """The codes of the problems that an answer tells; its media type says that they are such."""
    assert "application/problem+json" == answer.headers["Content-Type"]
    assert "no-store" == answer.headers["Cache-Control"]
    told = answer.json()
    assert answer.status_code == told["status"]
    assert all(one["message"] and one["help"] for one in told["problems"])
    return [one["code"] for one in told["problems"]]


def files() -> dict[str, bytes]:
    """The files of the worked example, by path."""
    return {path.relative_to(EXAMPLE).as_posix(): path.read_bytes() for path in EXAMPLE.rglob("*") if path.is_file()}


def clauses_of(node: dict[str, Any]) -> list[str]:
    """The clauses that a proof cites."""
    return [node["clause"], *(clause for part in node["parts"] for clause in clauses_of(part))]


def plain_file(content: bytes) -> dict[str, str]:
    """A file as JSON can hold it."""
    try:
        return {"text": content.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode()}


def test_a_repeated_submission_gets_the_same_bytes(asking: Caller):
    """The same case under the same key is answered 201 with equal bytes; another case under that key is a conflict."""
    first, again = (asking.act("/cases", body=scar_case(), key="k") for _ in range(2))
    assert (201, 201, first.content) == (first.status_code, again.status_code, again.content)
    assert "no-store" == first.headers["Cache-Control"]
    other = asking.act("/cases", body=scar_case(pain="no"), key="k")
    assert (409, ["CW852"]) == (other.status_code, codes(other))
    assert 1 == len(asking.ask("GET", "/cases").json()["cases"])


def test_a_case_comes_in_any_of_its_forms(asking: Caller):
    """YAML, JSON, a directory as an object and as the parts of a form: each is taken, and the same case is determined the same."""
    yaml = asking.act("/cases", body=json.dumps(scar_case()).encode(), kind="application/yaml")
    plain = asking.act("/cases", body=scar_case())
    as_object = asking.act("/cases", body={"files": {path: plain_file(content) for path, content in files().items()}})
    as_parts = asking.file(*((path, "any", content) for path, content in files().items()))
    assert [201] * 4 == [one.status_code for one in (yaml, plain, as_object, as_parts)]
    assert yaml.json()["determination"] == plain.json()["determination"]
    assert as_object.json()["determination"] == as_parts.json()["determination"]
    assert ["scar_friable"] == as_object.json()["determination"]["lines"][0]["settles"]


def test_a_case_is_read_with_proof_clocks_and_history(asking: Caller):
    """What is read has the version as its tag, the proof of each line down to the facts, the clocks, and every act."""
    case, version = asking.submitted()
    answer = asking.ask("GET", f"/cases/{case}")
    told = answer.json()
    assert (200, f'"{version}"') == (answer.status_code, answer.headers["ETag"])
    assert ["received", "completed", "determined"] == [act["act"] for act in told["history"]]
    assert {str(asking.account.id)} == {act["actor"] for act in told["history"]}
    assert [["case.yaml"]] == [[file["path"] for file in act["content"]["files"]] for act in told["history"][:1]]
    (line,) = told["determination"]["lines"]
    assert ("APPROVE_MN", True) == (line["disposition"], {"A-I.A.3", "A-I.B"} <= set(clauses_of(line["proof"])))
    assert "America/Chicago" == told["clocks"]["zone"]
    assert told["clocks"]["governing"]


def test_answers_settle_a_case(asking: Caller):
    """A pended case, asked, answered with facts and a document, and determined again, comes out approved."""
    case = asking.act("/cases", body={"files": {path: plain_file(content) for path, content in files().items()}}).json()
    path, version = f"/cases/{case['id']}", case["version"]
    assert "PEND_INFO" == case["determination"]["lines"][0]["disposition"]
    version = asking.act(f"{path}/ask", version, {"facts": ["scar_friable"]}).json()["version"]
    unsigned = asking.act(f"{path}/evidence", version, {"files": {"letter.md": {"text": "A letter."}}})
    assert (422, ["CW521"]) == (unsigned.status_code, codes(unsigned))
    attached = asking.act(f"{path}/evidence", version, {"facts": ANSWERS, "files": {"documents/again.md": {"text": NOTE}}})
    assert (200, "received") == (attached.status_code, attached.json()["stage"])
    done = asking.act(f"{path}/determine", attached.json()["version"])
    assert (200, "APPROVE_MN") == (done.status_code, done.json()["determination"]["lines"][0]["disposition"])


def test_the_slower_of_two_sees_what_changed(asking: Caller):
    """Who acts on a version that is over gets 412, the version now and the acts since; nothing is written."""
    case, version = asking.submitted(pain="unknown")
    assert 200 == asking.act(f"/cases/{case}/ask", version, {"facts": ["scar_pain_unresponsive"]}).status_code
    slower = asking.act(f"/cases/{case}/close", version)
    told = slower.json()
    assert (412, ["CW925"], version + 1) == (slower.status_code, codes(slower), told["version"])
    assert [("asked", version + 1)] == [(act["act"], act["sequence"]) for act in told["since"]]
    assert version + 1 == asking.ask("GET", f"/cases/{case}").json()["version"]


def test_what_cannot_be_done_now_is_said(asking: Caller):
    """An act that cannot follow, a version that is missing, a key that is missing, a case that is not there: each its status."""
    case, version = asking.submitted()
    found = [
        asking.act(f"/cases/{case}/appeal", version, {"grounds": "x"}),
        asking.act(f"/cases/{case}/close"),
        asking.ask("POST", f"/cases/{case}/close", **{"If-Match": f'"{version}"'}),
        asking.ask("GET", f"/cases/{uuid4()}"),
        asking.act(f"/cases/{case}/review", version, {"note": "x", "nota": "y"}),
        asking.act(f"/cases/{case}/review", version, b"note: x", kind="application/yaml"),
        asking.ask("GET", "/cases?after=nowhere"),
        asking.ask("GET", "/cases?stage=denied"),
    ]
    expected = [(409, "CW851"), (428, "CW926"), (422, "CW920"), (404, "CW933"), (422, "CW920"), (415, "CW923")]
    expected += [(422, "CW920")] * 2
    assert expected == [(one.status_code, *codes(one)) for one in found]


def test_a_list_goes_on_where_it_ended(asking: Caller):
    """Pages of two show each case once, the one received last first; a stage shows its cases alone."""
    made = [asking.submitted(pain=pain)[0] for pain in ("yes", "unknown", "yes", "unknown", "yes")]
    assert 200 == asking.act(f"/cases/{made[1]}/withdraw", 2, {"reason": "x"}).status_code
    listed, after = [], ""
    while after is not None:
        page = asking.ask("GET", f"/cases?size=2&after={after}").json()
        listed += [case["id"] for case in page["cases"]]
        after = page["next"]
    assert made[::-1] == listed
    withdrawn = asking.ask("GET", "/cases?stage=withdrawn").json()
    assert [made[1]] == [case["id"] for case in withdrawn["cases"]]


def test_only_a_physician_with_a_licence_denies(asking: Caller, database):
    """Denying takes a physician, a licence in force in the state that is named, a reason and a rationale."""
    from datetime import date

    from clausewise.accounts.models import Licence

    case, version = asking.submitted(pain="no", infected="no")
    denial = {"line": 1, "result": "denied", "clause": "A-I.A.3", "reason": "criteria_not_met", "rationale": "No sign is there."}
    nurse = caller(asking.tenant, Role.NURSE)
    found = [_decided(nurse, case, version, denial), _decided(asking, case, version, denial)]
    Licence.objects.create(account=asking.account, state="AR", number="E-1", valid_from=date(2020, 1, 1))
    found += [_decided(asking, case, version, denial | {"rationale": " "}), _decided(asking, case, version, denial)]
    assert [403, 422, 422, 200] == [one.status_code for one in found]
    (said,) = asking.ask("GET", f"/cases/{case}").json()["history"][-1]["content"]["lines"]
    assert ("Ada Example", "E-1") == (said["clinician"]["name"], said["clinician"]["licence"])


def _decided(who: Caller, case: str, version: int, line: dict[str, Any]) -> Any:
    return who.signed(f"/cases/{case}/decide", version, {"lines": [line], "licence_state": "AR"})


def test_a_decision_is_signed_by_a_person_who_is_there(asking: Caller):
    """With a token nobody decides; in a session who decides has proved anew, in the last minutes, who they are."""
    case, version = asking.submitted()
    path, body = f"/cases/{case}/decide", {"lines": [{"line": 1, "result": "approved", "clause": "A-I.A.3"}]}
    by_token, unproved = asking.act(path, version, body), asking.signed(path, version, body, stepped_up=False)
    assert [(403, ["CW932"]), (403, ["CW936"])] == [(one.status_code, codes(one)) for one in (by_token, unproved)]
    assert 200 == asking.signed(path, version, body).status_code


def test_another_tenant_sees_nothing(asking: Caller, database):
    """A case of another tenant is answered as one that is not there, and is in no list of theirs."""
    case, _ = asking.submitted()
    stranger = caller(opened(), Role.NURSE, Role.SUPERVISOR)
    theirs, nobodys = stranger.ask("GET", f"/cases/{case}"), stranger.ask("GET", f"/cases/{uuid4()}")
    assert (404, theirs.content) == (theirs.status_code, nobodys.content)
    assert {"cases": [], "next": None} == stranger.ask("GET", "/cases").json()


def test_the_documents_in_force_are_listed(asking: Caller):
    """The policies of a day have their revisions; before a policy is in force it is not among them."""
    now, before = (asking.ask("GET", f"/policies?on={day}").json() for day in ("2026-03-16", "1999-01-01"))
    assert ("2026-03-16", "2025-09-12") == (now["on"], {one["document"]: one["revision"] for one in now["policies"]}["AR.CP.MP.31"])
    assert "AR.CP.MP.31" not in {one["document"] for one in before["policies"]}


def test_a_session_needs_the_token_of_a_form(asking: Caller):
    """With a session and no token of a form an act is refused; a program that shows its token needs none."""
    from django.test import Client

    browser = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    browser.force_login(asking.account)
    headers = {"Idempotency-Key": "k", "Accept": "application/json"}
    forged = browser.post("/api/v1/cases", json.dumps(scar_case()), content_type="application/json", headers=headers)
    assert 403 == forged.status_code
    assert {"cases": [], "next": None} == asking.ask("GET", "/cases").json()

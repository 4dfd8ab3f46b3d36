"""What the interface tells when something is wrong, word for word."""

import os
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import ROOT
from tests.unit.web.asking import Caller, scar_case

GOLDEN = ROOT / "tests" / "bad" / "api.txt"
DENIED = {"line": 1, "result": "denied", "clause": "A-I.A.3"}


def told(asking: Caller) -> Iterator[tuple[str, Any]]:
    """Everything that can go wrong, by what it is."""
    case, version = asking.submitted()
    yield "a key that is missing", asking.ask("POST", "/cases", scar_case())
    yield "a number for a text", asking.act(f"/cases/{case}/review", version, {"note": 3})
    yield "no files", asking.act("/cases", body={"files": {}})
    yield "nothing that is evidence", asking.act(f"/cases/{case}/evidence", version, {"notes": []})
    yield "a path out of the folder", asking.act("/cases", body={"files": {"../case.yaml": {"text": "id: a"}}})
    yield "too large", asking.act("/cases", body=b" " * (12 * 2**20 + 1))
    yield "a kind that is not taken", asking.act("/cases", body=b"<a/>", kind="application/xml")
    yield "no licence", asking.signed(f"/cases/{case}/decide", version, {"lines": [DENIED], "licence_state": "AR"})
    yield "no state", asking.signed(f"/cases/{case}/decide", version, {"lines": [DENIED]})
    yield "no such team", asking.act(f"/cases/{case}/assign", version, {"team": "Eats"})
    yield "another version", asking.act(f"/cases/{case}/close", version - 1)
    yield "no version", asking.act(f"/cases/{case}/close")
    yield "no such case", asking.ask("GET", f"/cases/{uuid4()}")
    yield "no such file", asking.ask("GET", f"/cases/{case}/files/{uuid4()}")
    yield "a file of another kind", asking.file(("case.yaml", "a", b"id: a"), ("a.doc", "b", b"\xd0\xcf\x11\xe0"))
    yield "a decision with a token", asking.act(f"/cases/{case}/decide", version, {"lines": []})
    yield "a decision without a proof", asking.signed(f"/cases/{case}/decide", version, {"lines": []}, stepped_up=False)
    yield "nobody", asking.client.get("/api/v1/cases", headers={"host": "localhost"})


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_is_wrong_is_told_word_for_word(asking: Caller):
    """Each problem has its status, its code, its sentence and its help."""
    found = [f"# {what}\n{line}" for what, answer in told(asking) for line in _lines(answer)]
    if os.environ.get("CLAUSEWISE_RECORD") == "yes":
        GOLDEN.write_text("\n".join(found) + "\n", encoding="utf-8")
    assert GOLDEN.read_text(encoding="utf-8").splitlines() == "\n".join(found).splitlines()


def _lines(answer: Any) -> Iterator[str]:
    for one in answer.json()["problems"]:
        yield f"{answer.status_code} {one['code']} {one['message']}\n    help: {one['help']}"

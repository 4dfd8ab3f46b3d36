"""docs/api.md shows what the interface really answers; its requests are asked in their order."""

import json
import re
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.unit.web.asking import Caller

PAGE = ROOT / "docs" / "api.md"
PAIR = re.compile(r"^```http\n(.*?)^```\n\n```json\n(\d{3})\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ANYTHING = "..."


def agrees(shown: Any, real: Any) -> bool:
    """Whether what is shown is what was answered; three dots stand for anything."""
    match shown:
        case "...":
            return True
        case dict():
            return isinstance(real, dict) and shown.keys() == real.keys() and all(agrees(shown[key], real[key]) for key in shown)
        case list():
            return isinstance(real, list) and len(shown) == len(real) and all(map(agrees, shown, real))
        case _:
            return bool(shown == real)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_page_shows_what_is_answered(asking: Caller):
    """Each request of the page gets the status and the object that stand below it, key by key."""
    found = PAIR.findall(PAGE.read_text(encoding="utf-8"))
    assert len(found) >= 6
    case = ""
    for request, status, shown in found:
        head, _, body = request.partition("\n\n")
        (method, path), *headers = (line.split(" ", 1) for line in head.splitlines())
        given = {name.removesuffix(":"): value for name, value in headers}
        answer = asking.ask(method, path.removeprefix("/api/v1").replace("CASE", case), body.encode() or None, **given)
        told = answer.json()
        assert int(status) == answer.status_code, told
        assert agrees(json.loads(shown), told), json.dumps(told, indent=1)[:3000]
        case = told["id"] if status == "201" else case


def test_another_answer_is_told_apart():
    """A page that shows another value, one key too few or too many, or a shorter list does not agree."""
    real = {"a": [1, {"b": "x"}], "c": None}
    assert agrees({"a": [1, {"b": ANYTHING}], "c": ANYTHING}, real)
    others: list[Any] = [{"a": [2, {"b": "x"}], "c": None}, {"a": [1, {"b": "x"}]}, real | {"d": 1}, {"a": [1], "c": None}]
    assert not any(agrees(other, real) for other in others)

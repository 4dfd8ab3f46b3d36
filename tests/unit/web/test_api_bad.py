"""Whatever is sent, the interface answers with problems, keeps nothing, and goes on."""

import json
import zlib
from typing import Any

import pytest

from tests.unit.web.asking import Caller, scar_case
from tests.unit.web.test_api import codes

WHOLE = scar_case()
JSON, YAML = "application/json", "application/yaml"
RIGHT_TO_LEFT = "\u202e"


def changed(**parts: Any) -> bytes:
    """The case with some of its parts put in another's place."""
    return json.dumps(WHOLE | parts).encode()


def with_facts(**facts: Any) -> bytes:
    """The case with other facts."""
    return changed(facts=WHOLE["facts"] | facts)


HOSTILE: dict[str, tuple[str, bytes, str]] = {
    "nothing": ("", b"", "CW923"),
    "blanks": (JSON, b" ", "CW512"),
    "half an object": (JSON, changed()[:-1], "CW512"),
    "two objects": (JSON, changed() + b"{}", "CW512"),
    "a list": (JSON, b"[]", "CW504"),
    "a number": (JSON, b"3", "CW504"),
    "a text": (JSON, b'"case"', "CW504"),
    "null": (JSON, b"null", "CW504"),
    "an empty object": (JSON, b"{}", "CW504"),
    "NaN": (JSON, b'{"id": NaN}', "CW512"),
    "minus Infinity": (JSON, b'{"id": -Infinity}', "CW512"),
    "a key twice": (JSON, b'{"id": "a", "id": "b"}', "CW505"),
    "a key twice, once escaped": (JSON, b'{"id": "a", "\\u0069d": "b"}', "CW505"),
    "a key twice in a fact": (JSON, changed()[:-1] + b', "narrative": {"a": 1, "a": 2}}', "CW505"),
    "half a character": (JSON, b'{"id": "\\ud800"}', "CW512"),
    "half a character as bytes": (JSON, b'{"id": "\xed\xa0\x80"}', "CW501"),
    "halves the wrong way round": (JSON, b'{"id": "\\udc00\\ud800"}', "CW512"),
    "not UTF-8": (JSON, b'{"id": "\xff"}', "CW501"),
    "UTF-16": (JSON, json.dumps(WHOLE).encode("utf-16"), "CW501"),
    "41 deep": (JSON, b'{"id":' + b"[" * 41 + b"]" * 41 + b"}", "CW506"),
    "100,000 deep": (JSON, b"[" * 100_000 + b"]" * 100_000, "CW506"),
    "100,000 objects deep": (JSON, b'{"a":' * 100_000, "CW506"),
    "a number of 5,000 digits": (JSON, b'{"id": ' + b"9" * 5_000 + b"}", "CW512"),
    "an exponent without end": (JSON, with_facts(age="1e999999999"), "CW603"),
    "half a megabyte in a key": (JSON, b'{"' + b"k" * 2**19 + b'": 1, "id": "a"}', "CW508"),
    "100,000 keys": (JSON, json.dumps({f"k{number}": number for number in range(100_000)}, indent=0).encode(), "CW504"),
    "50,000 lines": (JSON, changed(lines=[{"code": "11402"}] * 50_000), "CW854"),
    "201 lines": (JSON, changed(lines=[{"code": "11402"}] * 201), "CW854"),
    "no lines": (JSON, changed(lines=[]), "CW509"),
    "lines that are texts": (JSON, changed(lines=["11402"]), "CW504"),
    "lines that are an object": (JSON, changed(lines={"code": "11402"}), "CW511"),
    "facts that are a list": (JSON, changed(facts=[]), "CW511"),
    "a fact that is an object": (JSON, with_facts(scar={"a": "b"}), "CW6"),
    "a fact that is a number": (JSON, with_facts(scar=7), "CW603"),
    "a day that is none": (JSON, changed(service_date="2026-02-30"), "CW6"),
    "an instant of the year 10,000": (JSON, changed(received_at="10000-01-01T00:00:00Z"), "CW605"),
    "text from right to left in a key": (JSON, changed(**{f"id{RIGHT_TO_LEFT}": "x"}), "CW508"),
    "a NUL in a key": (JSON, changed(**{"id\0": "x"}), "CW508"),
    "an id that is missing": (JSON, json.dumps({name: part for name, part in WHOLE.items() if name != "id"}).encode(), "CW509"),
    "an alias that multiplies": (YAML, b"a: &a [x, x]\nb: &b [*a, *a]\nid: *b\nlines: []", "CW507"),
    "a tag that makes an object": (YAML, b"id: !!python/object/apply:os.system [ls]\nlines: []", "CW507"),
    "a NUL": (YAML, b"id: a\0b", "CW502"),
    "two documents": (YAML, b"id: a\n---\nid: b", "CW504"),
    "a line of 2 MB": (YAML, b"id: " + b"x" * 2**21, "CW503"),
    "compressed": (YAML, zlib.compress(changed()), "CW50"),
    "more than 12 MB": (JSON, b" " * (12 * 2**20 + 1), "CW922"),
    "no kind": ("", changed(), "CW923"),
    "a kind that is none": ("application/xml", b"<a/>", "CW923"),
    "parts without an edge": ("multipart/form-data", b"--x\r\n", "CW920"),
    "parts that break off": ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; na", "CW920"),
    "files that are a list": (JSON, b'{"files": []}', "CW920"),
    "no files": (JSON, b'{"files": {}}', "CW920"),
    "a file that is a text": (JSON, b'{"files": {"case.yaml": "id: a"}}', "CW920"),
    "a file of two kinds": (JSON, b'{"files": {"case.yaml": {"text": "a", "base64": "YQ=="}}}', "CW920"),
    "base64 that is none": (JSON, b'{"files": {"case.yaml": {"base64": "?"}}}', "CW920"),
    "a path out of the folder": (JSON, b'{"files": {"../case.yaml": {"text": "id: a"}}}', "CW921"),
    "a path from the root": (JSON, b'{"files": {"/etc/case.yaml": {"text": "id: a"}}}', "CW921"),
    "a path of another system": (JSON, b'{"files": {"a\\\\case.yaml": {"text": "id: a"}}}', "CW921"),
    "a path from right to left": (JSON, json.dumps({"files": {f"{RIGHT_TO_LEFT}lmay.esac": {"text": "x"}}}).encode(), "CW921"),
    "a path with a NUL": (JSON, b'{"files": {"a\\u0000b": {"text": "x"}}}', "CW921"),
    "an empty path": (JSON, b'{"files": {"": {"text": "x"}}}', "CW921"),
    "a long path": (JSON, json.dumps({"files": {"a" * 201: {"text": "x"}}}).encode(), "CW921"),
    "a directory without a case": (JSON, b'{"files": {"a.md": {"text": "x"}}}', "CW520"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_body_is_told_and_leaves_nothing(asking: Caller, name: str):
    """Each is answered with a problem of the expected code and not with its own words, and no case comes of it."""
    kind, body, code = HOSTILE[name]
    answer = asking.act("/cases", body=body, kind=kind)
    assert 400 <= answer.status_code < 500
    assert any(one.startswith(code) for one in codes(answer)), answer.content[:400]
    assert len(answer.content) < 100_000
    assert [] == asking.ask("GET", "/cases").json()["cases"]


WRONG: dict[str, tuple[str, Any]] = {
    "a number for a text": ("review", {"note": 3}),
    "blanks for a text": ("review", {"note": " \n"}),
    "a list for an object": ("review", ["x"]),
        "no such key": ("review", {"note": "x", "sign": True}),
    "a text for a list": ("ask", {"facts": "scar"}),
    "an empty list": ("ask", {"facts": []}),
    "a fact that is a sentence": ("ask", {"facts": ["Is the patient ill?"]}),
    "a fact from right to left": ("ask", {"facts": [f"scar{RIGHT_TO_LEFT}"]}),
    "a text for a number": ("decide", {"lines": [{"line": "1", "result": "approved", "clause": "A-I.A.3"}]}),
    "a fraction for a number": ("decide", {"lines": [{"line": 1.5, "result": "approved", "clause": "A-I.A.3"}]}),
    "yes for a number": ("decide", {"lines": [{"line": True, "result": "approved", "clause": "A-I.A.3"}]}),
    "a number without end": ("decide", {"lines": [{"line": 10**90, "result": "approved", "clause": "A-I.A.3"}]}),
    "no such result": ("decide", {"lines": [{"line": 1, "result": "pended", "clause": "A-I.A.3"}]}),
    "no clause": ("decide", {"lines": [{"line": 1, "result": "approved", "clause": " "}]}),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_has_another_shape_is_refused(asking: Caller, name: str):
    """A body of another shape is refused with its place and without its words, and the case stays as it was."""
    what, body = WRONG[name]
    case, version = asking.submitted()
    send = asking.signed if what == "decide" else asking.act
    answer = send(f"/cases/{case}/{what}", version, body)
    assert (422, {"CW920"}) == (answer.status_code, set(codes(answer)))
    assert b"patient" not in answer.content
    assert version == asking.ask("GET", f"/cases/{case}").json()["version"]


@pytest.mark.parametrize("key", ["", " ", "a" * 201, "a\tb", "\u202ekey", "\u00e9"])
def test_a_key_that_is_none_is_refused(asking: Caller, key: str):
    """A key is 1 to 200 signs that a header can hold, and not only blanks."""
    answer = asking.ask("POST", "/cases", WHOLE, **{"Idempotency-Key": key})
    assert 422 == answer.status_code
    assert set(codes(answer)) <= {"CW920", "CW856"}


@pytest.mark.parametrize("version", ["3", "*", 'W/"3"', '"0"', '"-1"', '"3", "4"', '"99999999999999999999"', ""])
def test_a_version_that_is_none_is_refused(asking: Caller, version: str):
    """The version is the tag of one version of the case, and nothing else."""
    case, _ = asking.submitted()
    answer = asking.ask("POST", f"/cases/{case}/close", **{"Idempotency-Key": "k", "If-Match": version})
    assert (422, ["CW920"]) == (answer.status_code, codes(answer))


def test_what_was_written_is_kept_as_it_came(asking: Caller):
    """Pairs of halves as escapes, tabs, and text from right to left are taken and kept; a narrative may hold any of them."""
    story = f"A scar \U0001f600 {RIGHT_TO_LEFT}\u05d0"
    body = json.dumps(WHOLE | {"narrative": story}, indent="\t").encode()
    answer = asking.act("/cases", body=body, kind=JSON)
    assert 201 == answer.status_code
    from clausewise.store.reading import read, sent
    from clausewise.vocab.history import CaseHistory

    history = read(asking.tenant, answer.json()["id"])
    assert isinstance(history, CaseHistory)
    assert body == sent(history)[0].files["case.yaml"]

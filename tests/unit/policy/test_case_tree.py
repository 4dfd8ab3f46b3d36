"""YAML and JSON as text with places."""

import json
from typing import Any

import pytest

from clausewise.policy.case_file import CaseFile, read_cases
from clausewise.policy.case_tree import Fields, Items, Text, did_you_mean, parse, plain, read_tree
from clausewise.vocab.problem import Problem


def read(data: bytes) -> Any:
    """Return the plain content of a file that is expected to be in order."""
    root = read_tree(data)
    assert not isinstance(root, Problem)
    return plain(root)


def test_every_value_stays_the_text_that_was_written():
    """Codes keep their zeros, states stay states, and nothing becomes a number, a truth or a date."""
    written = "code: 00100\nstate: NO\non: 2026-03-16\nyes: 1_000\nempty:\nquoted: 'true'\n"
    expected = {"code": "00100", "state": "NO", "on": "2026-03-16", "yes": "1_000", "empty": "", "quoted": "true"}
    assert expected == read(written.encode())


def test_every_node_knows_its_place():
    """Line and column count from 1 and point at the first character."""
    root = parse("a:\n  - b: é\n    c: d\n")
    assert isinstance(root, Fields)
    listed = root.get("a")
    assert isinstance(listed, Items)
    first = listed.items[0]
    assert isinstance(first, Fields)
    assert [(Text("b", 2, 5), Text("é", 2, 8)), (Text("c", 3, 5), Text("d", 3, 8))] == list(first.entries)


def test_a_piece_of_a_file_keeps_its_own_place():
    """A value read apart from its file has the line and column it has there."""
    assert Items((Text("x", 7, 12),), 7, 11) == parse("[x]", 7, 11)


@pytest.mark.parametrize(
    "layout", [{"indent": 2}, {"separators": (",", ":")}, {"ensure_ascii": False}, {"indent": "\t"}]
)
def test_json_is_read_as_yaml_is(layout):
    """However JSON is laid out, the same texts come out."""
    cases = {"clinical": [{"id": 'é/"\\', "lines": [{"code": "00100"}], "facts": {"a": True, "b": None, "c": 1.50}}]}
    root = read(json.dumps(cases, **layout).encode())
    facts = {"a": "true", "b": "null", "c": "1.5"}
    assert {"clinical": [{"id": 'é/"\\', "lines": [{"code": "00100"}], "facts": facts}]} == root


def test_a_byte_order_mark_is_no_part_of_the_first_key():
    """A file saved with a byte order mark reads like one without."""
    assert {"a": "b"} == read(b"\xef\xbb\xbfa: b\n")


def test_what_is_wrong_inside_travels_outward():
    """A problem deep inside is known to every list and mapping around it, and to no other."""
    root = parse("a:\n  - {b: 1, b: 2}\n  - {b: 3}\nc: {}\n")
    assert isinstance(root, Fields)
    inner, other = root.get("a"), root.get("c")
    assert isinstance(inner, Items) and isinstance(other, Fields)
    assert ["CW505"] == [problem.code for problem in root.problems] == [problem.code for problem in inner.problems]
    assert () == other.problems


def test_forty_levels_are_read():
    """The deepest file that is allowed is read whole."""
    root = parse("[" * 40 + "x" + "]" * 40)
    assert isinstance(root, Items) and () == root.problems
    assert "x" in str(plain(root))


def test_one_level_more_is_not():
    """At level 41 one problem points at the bracket that goes too deep."""
    root = parse("[" * 41 + "x" + "]" * 41)
    assert isinstance(root, Items)
    assert [("CW506", 41)] == [(problem.code, problem.column) for problem in root.problems]


def test_the_slow_parser_reads_the_same(monkeypatch):
    """Without the parser written in C the tree is the same, places included."""
    import yaml

    written = "a: [1, {b: 'c'}]\nd: |\n  text\n"
    fast = parse(written)
    monkeypatch.delattr(yaml, "CBaseLoader")
    assert fast == parse(written)


def test_a_misspelt_word_gets_the_nearest_and_a_shortened_one_its_long_forms():
    """One or two near words are named; of a short list all, when nothing is near; of a long list none."""
    assert "Did you mean `trauma`?" == did_you_mean("truama", ["trauma", "tumor"])
    known = ("medicaid", "medicare_advantage", "commercial")
    assert "Did you mean `medicaid` or `medicare_advantage`?" == did_you_mean("medicare", known)
    assert "Known here: I, II." == did_you_mean("9", ["I", "II"])
    assert "" == did_you_mean("9", [f"word{n}" for n in range(40)])


def test_one_case_is_a_case_file():
    """A mapping with `lines` is one clinical case, one with `action` one privacy case."""
    clinical, wrong = read_cases(b"id: A\nlines: []\n", "a.yaml")
    private, others = read_cases(b"id: B\naction: disclose\n", "b.yaml")
    assert ((), ()) == (wrong, others)
    assert (1, 0, 0, 1) == (len(clinical.clinical), len(clinical.privacy), len(private.clinical), len(private.privacy))


def test_a_file_may_hold_either_kind():
    """A file with privacy cases alone is no fault, and neither is an empty list."""
    assert (CaseFile("a.yaml"), ()) == read_cases(b"privacy: []\n", "a.yaml")


def test_descriptions_are_known_and_decide_nothing():
    """The keys that describe a case file are no problem; a fault inside them concerns the file."""
    head = b"schema_version: 1\npolicy: P\ndispositions: {}\nfact_dictionary: {}\nprivacy_vocabulary: {}\n"
    assert () == read_cases(head + b"clinical: []\n", "a.yaml")[1]
    _, problems = read_cases(b"fact_dictionary: {a: 1, a: 2}\nclinical: []\n", "a.yaml")
    assert [("CW505", "a.yaml")] == [(problem.code, problem.file) for problem in problems]

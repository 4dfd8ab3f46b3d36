"""JSON is read as its standard writes it, and in no other way."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.policy.case_tree import Fields, Items, Text, plain, read_json, read_tree
from clausewise.vocab.problem import Problem
from tests.conftest import ROOT

GOLDEN = ROOT / "tests" / "bad" / "json.txt"
KEYS = st.text(max_size=4)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(KEYS, inside, max_size=3),
    max_leaves=10,
)


def as_written(value: Any) -> Any:
    """A value with every number and word as the text that stands in a JSON file."""
    match value:
        case dict():
            return {key: as_written(part) for key, part in value.items()}
        case list():
            return [as_written(part) for part in value]
        case str():
            return value
        case _:
            return json.dumps(value)


def found(data: bytes) -> Any:
    """The plain value that is read, or the problem, where something in the tree is wrong the first one."""
    tree = read_json(data)
    inside = () if isinstance(tree, Problem | Text) else tree.problems
    return tree if isinstance(tree, Problem) else inside[0] if inside else plain(tree)


@given(VALUES, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_what_is_json_is_read_as_it_was_written(value, indent, escaped):
    """Any value that a writer of JSON writes, however it indents and escapes, is read with its digits kept, as a case file too."""
    written = json.dumps(value, indent=indent, ensure_ascii=escaped).encode()
    assert as_written(value) == found(written)
    if isinstance(value, dict | list):
        tree = read_tree(written)
        assert not isinstance(tree, Problem)
        assert as_written(value) == plain(tree)


@given(VALUES, st.data())
def test_what_is_no_json_is_refused(value, data):
    """A text with one sign taken out, put in or changed is taken exactly where another strict reader takes it."""
    text = json.dumps(value, ensure_ascii=False)
    at = data.draw(st.integers(0, len(text)))
    sign = data.draw(st.sampled_from('{}[]:,"\\0123-+.eE ntx\t\n\x00\x0b\xa0NaN'))
    put, kept = data.draw(st.sampled_from([("", at + 1), (sign, at), (sign, at + 1)]))
    changed = text[:at] + put + text[kept:]
    assert _is_json(changed) == (not isinstance(found(changed.encode()), Problem)), changed


def _is_json(text: str) -> bool:
    try:
        json.dumps(json.loads(text, parse_constant=_refuse, object_pairs_hook=_once), ensure_ascii=False).encode()
    except (ValueError, UnicodeEncodeError):
        return False
    return True


def _refuse(word: str) -> None:
    raise ValueError(word)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("twice")
    return dict(pairs)


def entries() -> list[tuple[str, str]]:
    """Each broken text of the golden, and what is told of it."""
    lines = [line for line in GOLDEN.read_text(encoding="utf-8").splitlines() if not line.startswith("# ")]
    return list(zip(lines[::2], lines[1::2], strict=True))


@pytest.mark.parametrize(("written", "expected"), entries())
def test_a_broken_text_is_told_of_in_these_words(written, expected):
    """What is no JSON is one problem with its place, its sentence and its help; `\\xNN` in the golden is a byte."""
    problem = found(written.encode("latin-1").decode("unicode_escape").encode("latin-1"))
    assert isinstance(problem, Problem)
    assert expected == f"{problem.line}:{problem.column} {problem.code} {problem.message} {problem.help}"


def test_places_are_those_of_the_file():
    """Line and column of keys and values count from 1, as in a YAML file."""
    tree = read_json(b'{\n  "a": [1,\n   {"b": "x"}]}')
    assert isinstance(tree, Fields)
    (key, items), *_ = tree.entries
    assert isinstance(items, Items)
    inner = items.items[1]
    assert isinstance(inner, Fields)
    places = [(node.line, node.column) for node in (tree, key, items, items.items[0], inner, inner.entries[0][1])]
    assert [(1, 1), (2, 3), (2, 8), (2, 9), (3, 4), (3, 10)] == places


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 200_000, "[" * 30 + '"' + "x" * 5_000_000])
def test_depth_and_length_cost_no_stack(text):
    """A text that is nested 200,000 deep, or long and unfinished, is one problem."""
    assert isinstance(read_json(text.encode()), Problem)

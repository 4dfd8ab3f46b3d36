"""The conformance tables: every node kind, row by row, off the tree and through the program."""

import re
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

from clausewise.compiler.lower import Lowering
from clausewise.compiler.program import Builder, evaluate, truth_of
from clausewise.decide.context import LineContext
from clausewise.decide.evaluate import truth_of_criterion
from clausewise.decide.findings import encode
from clausewise.policy.case_file import entries, texts, words
from clausewise.policy.case_tree import Fields, Items, Node, plain, read_tree
from clausewise.policy.expression import read_test
from clausewise.policy.fact_values import read_value
from clausewise.vocab.criterion import Criterion, Group, Test
from clausewise.vocab.document import FactDeclaration
from clausewise.vocab.problem import Problem
from clausewise.vocab.request import Documentation, FactValue
from clausewise.vocab.truth import Truth
from tests.unit.decide.context_builder import compiled, facts_table, line, linked

FOLDER = Path(__file__).resolve().parents[2] / "conformance"
FILES = sorted(path for path in FOLDER.glob("*.yaml") if path.stem != "clocks")  # read by tests/unit/payer/test_clock_table.py
KINDS = {"_".join(re.findall("[A-Z][a-z]+", kind.__name__)).lower(): kind for kind in (*get_args(Group), *get_args(Test))}
FILE_KEYS = {"document", "beside", "rows"}
ROW_KEYS = {"case", "test", "outline", "facts", "misfits", "frame", "truth", "cites"}


@dataclass(frozen=True)
class Row:
    """One row of a conformance file, with the document and those beside it that the whole file shares."""

    file: str
    document: str
    beside: tuple[str, ...]
    fields: Fields

    @property
    def truth(self) -> Truth:
        """What the condition is for this line."""
        return Truth[words(self.fields.get("truth")).upper()]

    @property
    def cites(self) -> bool:
        """Whether the condition asks other clauses or documents, which only the program knows."""
        return words(self.fields.get("cites")) == "yes"


def _fields(node: Node | Problem | None) -> Fields:
    assert isinstance(node, Fields), node
    assert not node.problems, node.problems
    return node


@cache
def rows() -> tuple[Row, ...]:
    """All rows of all files."""
    return tuple(row for path in FILES for row in _rows_of(path))


def _rows_of(path: Path) -> list[Row]:
    root = _fields(read_tree(path.read_bytes()))
    assert {key.text for key, _ in root.entries} <= FILE_KEYS, path.name
    listed = root.get("rows")
    assert isinstance(listed, Items), path.name
    beside = root.get("beside")
    documents = words(root.get("document")), texts(beside) if beside else ()
    return [Row(path.stem, *documents, _fields(row)) for row in listed.items]


def _name(row: Row) -> str:
    return f"{row.file}: {words(row.fields.get('case'))}"


# ---- a row becomes a condition and a line


def criterion_of(row: Row) -> Criterion:
    """The condition of a row: a test in one line, or the first item of an outline."""
    outline = row.fields.get("outline")
    if outline is not None:
        text = f"\n{row.document}\n\n## I. Rows\n\n{plain(outline)}"
        return linked(text).policy.sections[-1]
    criterion, problems = read_test(words(row.fields.get("test")), 1, 1)
    assert criterion is not None and not problems, problems
    return criterion


def context_of(row: Row) -> LineContext:
    """The line of a row: its facts by their declarations, `misfits` as answers of another type, and its frame."""
    policy = compiled("\n" + row.document, row.beside)
    facts = {key.text: _value(node, policy.facts[key.text]) for key, node in entries(row.fields.get("facts"))}
    misfits = {key.text: _misfit(key.text, node) for key, node in entries(row.fields.get("misfits"))}
    frame = {key.text: _framed(key.text, plain(node)) for key, node in entries(row.fields.get("frame"))}
    return line(policy, facts | misfits, **frame)


def _value(node: Node, fact: FactDeclaration) -> FactValue:
    value = read_value(node, fact)
    assert not isinstance(value, Problem), value
    return value


def _misfit(name: str, node: Node) -> FactValue:
    """An answer read by another type than the declared one: `{answer: number in cm, value: 5}`."""
    parts = _fields(node)
    value = parts.get("value")
    assert value is not None
    return _value(value, linked(facts_table(**{name: words(parts.get("answer"))})).policy.facts[0])


def _framed(key: str, value: Any) -> Any:
    if key.endswith("_date"):
        return date.fromisoformat(value)
    if key == "documents":
        return [_document(**one) for one in value]
    if key == "others":
        return [(one["code"], one.get("modifiers", [])) for one in value]
    return value


def _document(type: str, on: str = "", **attributes: str) -> Documentation:
    return Documentation(type, date.fromisoformat(on) if on else None, tuple(attributes.items()))


def truth_by_program(row: Row) -> Truth:
    """The truth of a row's condition after it is lowered to a program."""
    known, builder = linked("\n" + row.document, row.beside), Builder()
    lowering = Lowering(known, builder)
    program, (ref,) = builder.finish([lowering.criterion(criterion_of(row), known.policy)])
    assert not lowering.problems, lowering.problems
    return truth_of(ref, evaluate(program, *encode(program.atoms, context_of(row))))


# ---- what is promised


@pytest.mark.parametrize("row", rows(), ids=_name)
def test_tree_and_program_agree_with_the_table(row):
    """The truth of each row is the one of the table, by the program and, where no other clause is cited, off the tree."""
    assert row.truth is truth_by_program(row)
    if not row.cites:
        assert row.truth is truth_of_criterion(criterion_of(row), context_of(row))


def test_every_kind_has_a_file():
    """Each kind of group and each kind of test has a file of its own, and no file is left over."""
    assert set(KINDS) == {path.stem for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_speaks_of_its_kind(path):
    """Every row holds the kind its file is named for, has known keys alone, and its case stands once."""
    own = [row for row in rows() if row.file == path.stem]
    assert len({words(row.fields.get("case")) for row in own}) == len(own)
    for row in own:
        assert {key.text for key, _ in row.fields.entries} <= ROW_KEYS, _name(row)
        assert _holds(criterion_of(row), KINDS[path.stem]), _name(row)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_has_every_truth_its_kind_can_have(path):
    """Each file has rows for true, false and unknown, except for kinds that are always known or never."""
    settled = ("code_is", "known", "line_requested", "modifier_is", "raised")
    expected = {Truth.TRUE, Truth.FALSE} if path.stem in settled else set(Truth)
    assert expected == {row.truth for row in rows() if row.file == path.stem}


def _holds(node: object, kind: type) -> bool:
    """Whether a node of the kind stands somewhere in a tree."""
    if isinstance(node, kind):
        return True
    parts = node if isinstance(node, tuple) else [getattr(node, f.name) for f in fields(node)] if is_dataclass(node) else []
    return any(_holds(part, kind) for part in parts)

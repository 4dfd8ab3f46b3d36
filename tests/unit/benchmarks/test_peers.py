"""The engines of the race decide its first cases as its file says; otherwise a race would compare nothing."""

from dataclasses import replace

import pytest

from benchmarks.race_files import FOLDER, Race, present, read_race
from benchmarks.timing import InProcess, wrong_answers

CASES = 200


@pytest.fixture(scope="module")
def race() -> Race:
    if not present(FOLDER):
        pytest.skip(f"there is no race in {FOLDER}: the engines are not compared")
    race = read_race(FOLDER)
    return replace(race, cases=race.cases[:CASES], outcomes=race.outcomes[:CASES])


def zen_peers(race: Race) -> tuple[InProcess, ...]:
    pytest.importorskip("zen", reason="zen-engine is not installed: its encodings are not compared")
    from benchmarks.peers import zen_bare_expression, zen_graphs

    return zen_bare_expression(race), *zen_graphs(race)


def test_zen_is_encoded_rightly(race):
    """As a bare expression, as a graph and as a graph with trace, zen gives the outcomes of the file."""
    expected: dict[str, list[int]] = {"zen bare expression": [], "zen graph": [], "zen graph with trace": []}

    assert expected == wrong(race, zen_peers(race))


def test_the_closure_evaluator_is_right(race):
    """The plain evaluator gives the outcomes of the file, with and without its proof."""
    pytest.importorskip("zen", reason="zen-engine is not installed: the peers are not compared")
    from benchmarks.peers import closures

    assert {"Python closures": [], "Python closures with minimal proof": []} == wrong(race, closures(race))


def test_clausewise_is_right(race):
    """Our functions give the outcomes of the file, with and without their proof."""
    from benchmarks.ours import clausewise

    assert {"clausewise": [], "clausewise with minimal proof": []} == wrong(race, clausewise(race))


def test_a_wrong_answer_is_seen(race):
    """A contender that errs in one case is caught with the number of that case."""
    right = dict(zip(map(id, race.cases), race.outcomes, strict=True))
    erring = InProcess("erring", lambda case: right[id(case)] + (case is race.cases[7]), int, race.cases)

    assert [7] == wrong_answers(erring, race.outcomes)


def wrong(race: Race, contenders: tuple[InProcess, ...]) -> dict[str, list[int]]:
    return {contender.name: wrong_answers(contender, race.outcomes) for contender in contenders}

"""A request written as a case file is read back as the same request."""

from random import Random

import pytest

from clausewise.compiler.shelf import linked_documents
from clausewise.decide.space import space_of
from clausewise.payer.intake import read_requests
from clausewise.policy.case_file import read_cases
from clausewise.policy.library import plans_of
from clausewise.prove.witness import request_of
from clausewise.render.case_text import case_text
from tests.unit.decide.spaces import ON, bundled, library


@pytest.mark.slow
@pytest.mark.parametrize("name", ["AR.CP.MP.31", "CLINIC.CR", "EXAMPLE.RM", "EXAMPLE.VF"])
def test_answers_of_every_kind_come_back(name):
    """Requests put together from answers at random: yes and no, words, numbers, sides, days, events, courses and papers."""
    policy, chance = bundled(name), Random(3)
    space = space_of((policy,), ("15830", "19318"))
    linked, _ = linked_documents(library().library, name, ON)
    assert linked is not None
    for _ in range(30):
        request = request_of(space, [chance.choice(question.answers) for question in space.questions])
        cases, problems = read_cases(case_text([request]).encode(), "witness.yaml")
        assert () == problems
        read, problems = read_requests(cases, linked.facts, plans_of(library().library.shelves()))
        assert () == problems
        assert (request.facts, request.service_date) == (read[0].facts, read[0].service_date)
        assert [line.code for line in request.lines] == [line.code for line in read[0].lines]
        assert request.documents in (None, read[0].documents)

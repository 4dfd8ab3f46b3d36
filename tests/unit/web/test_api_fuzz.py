"""The interface is what it describes, whatever is sent to it that its description allows."""

import pytest

from tests.unit.web.asking import Caller
from tests.unit.web.fuzzing import fuzz

EXAMPLES = 25  # for each operation; `make soak` sends a thousand


def application():
    """The application as a web server takes it."""
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_request_brings_a_fault_or_an_answer_that_is_not_described(asking: Caller):
    """Of 25 requests to each operation none is answered with a fault, and each answer has a described status, kind and shape."""
    asking.submitted()
    tally = fuzz(application(), asking, EXAMPLES)
    assert {} == tally.faults
    assert {200, 201, 404, 412, 422} <= set(tally.answers), tally.answers


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_planted_fault_is_found(asking: Caller, monkeypatch):
    """A service that breaks on a note that is not ASCII is told of by its operation and status."""
    from clausewise.store import cases

    sound = cases.review

    def broken(who, seen, note, key):
        note.encode("ascii")
        return sound(who, seen, note, key)

    asking.submitted()
    monkeypatch.setattr(cases, "review", broken)
    tally = fuzz(application(), asking, 4 * EXAMPLES, only="review")
    assert ["POST /api/v1/cases/{case}/review: 500"] == list(tally.faults)

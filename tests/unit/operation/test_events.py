"""The log holds what is declared and typed, and nothing that a person wrote."""

import json
import logging
import threading
import warnings
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausewise.wiring.events import EVENTS, EVERYWHERE, FIELDS, Place, Word, allowed, place_of
from clausewise.wiring.logs import log, log_fault

CANARY = "canary-4711"
SOUND = {
    "account": UUID(int=7), "attempts": 2, "code": "CW844", "count": 0, "fault": KeyError,
    "job": Word("deadlines"), "level": "info", "library": Word("django.db"), "limit": Word("address"), "method": "GET",
    "place": Place("clausewise.web.health", 12), "port": 8000, "request": UUID(int=7), "route": Word("live"), "run": UUID(int=7),
    "seconds": 0.25, "status": 200, "tenant": UUID(int=7), "topic": Word("received"), "workers": 2,
}  # fmt: skip


def test_every_declared_field_can_be_logged_and_every_event_is_made_of_declared_fields():
    """No event names a field without a type, and for each field there is a value that passes."""
    assert set(FIELDS) == set(SOUND)
    assert {name for fields in EVENTS.values() for name in fields} | set(EVERYWHERE) == set(FIELDS)
    for event, fields in EVENTS.items():
        line = allowed(event, {name: SOUND[name] for name in (*fields, *EVERYWHERE)})
        assert {"event", *fields, *EVERYWHERE} == set(line)


@given(st.sampled_from(sorted(EVENTS)), st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text(), max_size=6))
def test_no_text_passes_as_a_value(event, fields):
    """Whatever text is given for whatever field, none of it stands in the line, save a code, a method or a level of the list."""
    line = allowed(event, fields)
    closed = {"code", "method", "level"}
    assert all(name in closed for name in line if name not in ("event", "refused"))


@given(st.text() | st.none(), st.dictionaries(st.text(), st.text() | st.binary() | st.lists(st.text()), min_size=1))
def test_what_is_not_declared_is_left_out_and_counted(event, fields):
    """Neither an unknown event nor an unknown field is written, only that something was refused."""
    line = allowed(event if event not in EVENTS else None, {f"x{name}": value for name, value in fields.items()})
    assert {"event": "event.unknown", "refused": len(fields) + 1} == line


WRONG = [
    ("job", Word("two words")), ("job", Word("José")), ("job", "plain"), ("run", "5e1f0c628a1b4c3d9e2f7a6b5c4d3e2f"),
    ("attempts", -1), ("attempts", True),
    ("seconds", float("nan")), ("fault", type), ("fault", KeyError(CANARY)), ("place", Place("a b", 1)), ("code", "CW84"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_a_value_of_another_type_is_refused(field, value):
    """Words have no spaces and no letters that names have; counts are not negative; an id is an id and no text."""
    assert {"event": "job.failed", "refused": 1} == allowed("job.failed", {field: value})


def test_a_fault_is_told_by_its_class_and_our_own_line(lines):
    """Of a fault its class and its place are logged; its message, its cause and what stood in variables are not."""
    from clausewise.wiring.sealed import key_id

    try:
        key_id(CANARY)  # type: ignore[arg-type]
    except TypeError as fault:
        assert place_of(fault) is not None
        log_fault("request.failed", fault, route=Word("live"))
    (line,) = lines.of("request.failed")
    assert "TypeError" == line["fault"] and line["place"].startswith("clausewise.wiring.sealed:")
    assert CANARY not in lines.text


def test_libraries_and_uncaught_faults_go_the_same_way(lines):
    """What a library logs or warns of, and a fault that nobody caught, is told without its words."""
    logging.getLogger("django.security.csrf").warning("Forbidden: /case/%s", CANARY)
    warnings.warn(CANARY, stacklevel=1)

    def fail() -> None:
        raise ValueError(CANARY)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    said = lines.of("library.said")
    assert ["django.security.csrf", "py.warnings"] == [line["library"] for line in said]
    assert ["ValueError"] == [line["fault"] for line in lines.of("process.failed")]
    assert CANARY not in lines.text


def test_a_line_is_json_with_the_instant_first_to_last_in_order(lines):
    """Each line is one JSON object with keys in order and the instant in UTC."""
    log("server.started", port=8000, workers=2, host=CANARY)
    line = json.loads(lines.text)
    assert sorted(line) == list(line)
    assert (8000, 1, "Z") == (line["port"], line["refused"], line["at"][-1])
